//! Rules over credentials, grants and mints to findings. One leak is one finding: a grant's finding replaces the credential's at
//! the same place, and a correlation stands beside them only where it has another place to name.

mod binding;
mod facts;
mod file;
mod flows;
mod graph;
mod identity;
mod memo;
mod message;
mod mint;
mod once;
mod others;
mod predicate;
mod rank;
mod reference;
mod setting;
mod shared;
mod single;
mod stage;
mod weigh;

use std::collections::{HashMap, HashSet};

use crate::model::{
    Bonds, Duration, Examined, Finding, FingerprintKey, GrantAt, Id, JoinKey, Links, Timestamp,
};
use crate::rules::{On, Rule, RulePack};

use flows::Flows;
use memo::Memo;

pub use graph::graph;
pub use message::in_general;
pub use weigh::weigh;

/// What a run says, beside its rules and its evidence.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// Rules and kinds that are switched off.
    pub off: &'r HashSet<Id>,
    /// The key that fingerprints are made under.
    pub key: &'r FingerprintKey,
    /// The moment that lifetimes are measured against.
    pub now: Timestamp,
    /// The longest lifetime that is not standing.
    pub most: Duration,
}

/// How the evidence of one artifact is joined to that of others.
#[derive(Clone, Copy)]
pub struct Joined<'j> {
    /// By references.
    pub links: &'j Links,
    /// By bindings of the identities that holders have.
    pub bonds: &'j Bonds,
}

/// Rules, evidence, and how references join it.
pub struct Bench<'b> {
    pack: &'b RulePack,
    off: &'b HashSet<Id>,
    key: &'b FingerprintKey,
    now: Timestamp,
    most: Duration,
    evidence: &'b [Examined],
    links: &'b Links,
    bonds: &'b Bonds,
    /// For each artifact, the grants of each of its holders.
    by_holder: Vec<Vec<Vec<usize>>>,
    /// The artifacts with grants of each project.
    by_project: HashMap<&'b str, Vec<usize>>,
    /// The grants that give one literal.
    by_value: HashMap<JoinKey, Vec<GrantAt>>,
    /// Where what mints issue goes on to.
    flows: Flows<'b>,
    /// The first two grants that meet a condition.
    met: Memo<[Option<GrantAt>; 2]>,
    /// Whether as many meet it as a rule asks for.
    counted: Memo<bool>,
}

impl<'b> Bench<'b> {
    /// Of a pack and what every artifact gave.
    pub fn new(pack: &'b RulePack, evidence: &'b [Examined], joined: Joined<'b>, run: Run<'b>) -> Self {
        let Joined { links, bonds } = joined;
        let by_holder = evidence.iter().map(Examined::grants_by_holder).collect();
        let by_project = others::by_project(evidence);
        let by_value = by_value(evidence);
        let flows = Flows::of(evidence);
        let Run { off, key, now, most } = run;
        let (met, counted) = Default::default();
        Self {
            pack,
            evidence,
            links,
            bonds,
            off,
            key,
            now,
            most,
            by_holder,
            by_project,
            by_value,
            flows,
            met,
            counted,
        }
    }

    /// The rules over one noun that are switched on.
    fn rules(&self, on: On) -> impl Iterator<Item = &'b Rule> + '_ {
        self.pack.rules.iter().filter(move |rule| rule.on.contains(&on) && !self.off.contains(&rule.id))
    }
}

fn by_value(evidence: &[Examined]) -> HashMap<JoinKey, Vec<GrantAt>> {
    let mut given: HashMap<JoinKey, Vec<GrantAt>> = HashMap::new();
    for (examined, artifact) in evidence.iter().enumerate() {
        for (grant, of) in artifact.grants.iter().enumerate() {
            if let Some(index) = of.credential {
                given.entry(artifact.credentials[index].join).or_default().push(GrantAt { examined, grant });
            }
        }
    }
    given
}

/// Every finding that the evidence gives, sorted by place and rule. Severities are the rules' own until [`weigh`] has moved them.
pub fn judge(bench: &Bench<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for artifact in 0..bench.evidence.len() {
        single::credentials(bench, artifact, &mut findings);
        mint::findings(bench, artifact, &mut findings);
        setting::findings(bench, artifact, &mut findings);
        file::findings(bench, artifact, &mut findings);
    }
    binding::findings(bench, &mut findings);
    reference::findings(bench, &mut findings);
    shared::findings(bench, &mut findings);
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.location.origin.clone(), finding.location.span);
        place(a).cmp(&place(b)).then_with(|| a.rule.cmp(&b.rule))
    });
    once::fold(bench, findings)
}
