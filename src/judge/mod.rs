//! Rules over credentials, grants and mints to findings. One leak is one finding: a grant's finding replaces the credential's at
//! the same place, and a correlation stands beside them only where it has another place to name.

mod facts;
mod graph;
mod identity;
mod message;
mod others;
mod predicate;
mod rank;
mod reference;
mod setting;
mod shared;
mod single;
mod stage;
mod weigh;

use std::collections::HashSet;

use crate::model::{Examined, Finding, FingerprintKey, Id, Links, Timestamp};
use crate::rules::{On, Rule, RulePack};

pub use graph::graph;
pub use message::in_general;
pub use weigh::{is_test_path, weigh};

/// What judging goes by, beside the evidence.
pub struct Bench<'b> {
    /// Rules and kinds.
    pub pack: &'b RulePack,
    /// Rules and kinds that are switched off.
    pub off: &'b HashSet<Id>,
    /// The key that fingerprints are made under.
    pub key: &'b FingerprintKey,
    /// The moment that lifetimes are measured against.
    pub now: Timestamp,
    /// What every artifact gave.
    pub evidence: &'b [Examined],
    /// Which references lead where.
    pub links: &'b Links,
}

impl<'b> Bench<'b> {
    /// The rules over one noun that are switched on.
    fn rules(&self, on: On) -> impl Iterator<Item = &'b Rule> + '_ {
        self.pack.rules.iter().filter(move |rule| rule.on == on && !self.off.contains(&rule.id))
    }
}

/// Every finding that the evidence gives, sorted by place and rule. Severities are the rules' own until [`weigh`] has moved them.
pub fn judge(bench: &Bench<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for artifact in 0..bench.evidence.len() {
        single::credentials(bench, artifact, &mut findings);
        single::mints(bench, artifact, &mut findings);
        setting::findings(bench, artifact, &mut findings);
    }
    reference::findings(bench, &mut findings);
    shared::findings(bench, &mut findings);
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.location.origin.clone(), finding.location.span);
        place(a).cmp(&place(b)).then_with(|| a.rule.cmp(&b.rule))
    });
    findings
}
