//! Findings about grants by reference: one for each rule, reference and kind of holder, with all its places.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::{Examined, Finding, Form, Grant, GrantAt, Holder, HolderId, Id, Layer};
use crate::rules::{On, Rule};

use super::message::names;
use super::predicate::{Subject, holds};
use super::shared::relate;
use super::single::{grade, structural};
use super::{Bench, facts, identity, others, rank};

struct Hit<'e> {
    rule: &'e Rule,
    also: Vec<Id>,
    at: GrantAt,
    grant: &'e Grant,
    holder: &'e Holder,
}

/// Rule, scope of the reference, its name, kind of holder.
type Key<'e> = (&'e Id, &'e str, &'e str, &'e str);

pub(super) fn findings(bench: &Bench<'_>, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<Key<'_>, Vec<Hit<'_>>> = BTreeMap::new();
    for (artifact, examined) in bench.evidence.iter().enumerate() {
        let literals = Literals::of(examined);
        for (index, grant) in examined.grants.iter().enumerate() {
            // Whom a literal names is judged as well; what is a credential is judged elsewhere.
            if grant.form == Form::Literal && grant.principal.is_none() || literals.stand_inside(grant) {
                continue;
            }
            let Some(hit) = hit(bench, GrantAt { examined: artifact, grant: index }) else { continue };
            let reference = grant.reference.as_ref();
            let key = (
                &hit.rule.id,
                reference.map_or("", |reference| &*reference.scope),
                reference.map_or("", |reference| reference.name.as_str()),
                &*hit.holder.kind,
            );
            groups.entry(key).or_default().push(hit);
        }
    }
    findings.extend(groups.into_values().filter_map(|hits| finding(bench, hits)));
}

/// Where each holder's literals stand: stretches that do not overlap, from start to end.
struct Literals(BTreeMap<(HolderId, usize), usize>);

impl Literals {
    fn of(examined: &Examined) -> Self {
        let literals = examined.grants.iter().filter(|grant| grant.credential.is_some());
        let mut spans: Vec<_> = literals.map(|grant| (grant.holder, grant.location.span)).collect();
        spans.sort();
        let mut stretches: BTreeMap<(HolderId, usize), usize> = BTreeMap::new();
        for (holder, span) in spans {
            match stretches.last_entry() {
                Some(mut last) if last.key().0 == holder && span.start < *last.get() => {
                    let end = span.end.max(*last.get());
                    last.insert(end);
                }
                _ => {
                    stretches.insert((holder, span.start), span.end);
                }
            }
        }
        Self(stretches)
    }

    /// Whether the reference's default is itself a credential: that one is reported, and the place is one leak.
    fn stand_inside(&self, grant: &Grant) -> bool {
        let span = grant.location.span;
        let before = self.0.range((grant.holder, 0)..(grant.holder, span.end)).next_back();
        before.is_some_and(|(_, end)| *end > span.start)
    }
}

fn hit<'e>(bench: &Bench<'e>, at: GrantAt) -> Option<Hit<'e>> {
    let subject = Subject::of_grant(bench.evidence, at);
    let rules: Vec<&Rule> =
        bench.rules(On::Grant).filter(|rule| holds(&rule.condition, &subject, bench)).collect();
    let (rule, also) = rank::best(&rules)?;
    Some(Hit { rule, also, at, grant: at.of(bench.evidence), holder: at.holder(bench.evidence) })
}

fn finding(bench: &Bench<'_>, mut hits: Vec<Hit<'_>>) -> Option<Finding> {
    hits.sort_by(|a, b| facts::order(&a.grant.location).cmp(&facts::order(&b.grant.location)));
    // Of several the agent speaks, else what weighs most: it is why the finding weighs what it weighs.
    let weight = |hit: &&Hit<'_>| {
        let severity = grade(bench, hit.rule, &Subject::of_grant(bench.evidence, hit.at)).0;
        Reverse((hit.holder.agent, severity))
    };
    let Hit { rule, also, at, grant, holder } = hits.iter().min_by_key(weight)?;
    let subject = Subject::of_grant(bench.evidence, *at);
    let known = names(rule, &subject, bench);
    let name = grant.reference.as_ref().map_or("", |reference| reference.name.as_str());
    let mut finding = structural(bench, (rule, &subject), &grant.location, (name, &known), also.clone());
    finding.layer = Layer::Grant;
    finding.attributes = facts::scope(rule, holder.agent).into_iter().collect();
    finding.holder = Some(facts::of_holder(holder));
    finding.grant = Some(facts::of_grant(grant));
    finding.fingerprint = identity::of_reference(bench.key, &rule.id, grant, holder);
    let elsewhere = hits.iter().filter(|hit| hit.grant.location != grant.location);
    let literals = hits.iter().flat_map(|hit| bench.links.literals(hit.at, bench.evidence));
    let places = elsewhere.map(|hit| facts::place(hit.grant, hit.holder));
    let brought = hits.iter().flat_map(|hit| others::brought(&hit.rule.condition, hit.at, bench));
    let literals = literals.map(|(_, credential)| credential).chain(brought);
    relate(&mut finding, places.chain(literals.map(|credential| facts::literal(bench, credential))));
    Some(finding)
}
