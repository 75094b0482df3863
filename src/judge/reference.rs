//! Findings about grants by reference: one for each rule, reference and kind of holder, with all its places.

use std::collections::BTreeMap;

use crate::model::{Examined, Finding, Form, Grant, GrantAt, Holder, Id, Layer};
use crate::rules::{On, Rule};

use super::message::names;
use super::predicate::{Subject, holds};
use super::shared::cap;
use super::single::{grade, structural};
use super::{Bench, facts, identity, rank};

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
        for (index, grant) in examined.grants.iter().enumerate() {
            if grant.form == Form::Literal || has_literal_inside(examined, grant) {
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

/// Whether the reference's default is itself a credential: that one is reported, and the place is one leak.
fn has_literal_inside(examined: &Examined, grant: &Grant) -> bool {
    examined.grants.iter().any(|other| {
        other.holder == grant.holder
            && other.form == Form::Literal
            && grant.location.span.overlaps(other.location.span)
    })
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
    // Of several holders the agent speaks: it is why the finding weighs what it weighs.
    let speaker = hits.iter().position(|hit| hit.holder.agent).unwrap_or_default();
    let agent = hits[speaker].holder.agent;
    let first = hits.get(speaker)?;
    let Hit { rule, also, at, grant, holder } = first;
    let subject = Subject::of_grant(bench.evidence, *at);
    let known = names(rule, &subject, bench);
    let name = grant.reference.as_ref().map_or("", |reference| reference.name.as_str());
    let mut finding = structural(bench, rule, &grant.location, (name, &known), also.clone());
    finding.layer = Layer::Grant;
    (finding.base_severity, finding.confidence) = grade(bench, rule, &subject);
    finding.severity = finding.base_severity;
    finding.attributes = facts::scope(rule, agent).into_iter().collect();
    finding.holder = Some(facts::of_holder(holder));
    finding.grant = Some(facts::of_grant(grant));
    finding.fingerprint = identity::of_reference(bench.key, &rule.id, grant, holder);
    let others = hits.iter().filter(|hit| hit.grant.location != grant.location);
    finding.related = others.map(|hit| facts::place(hit.grant, hit.holder)).collect();
    let literals = hits.iter().flat_map(|hit| bench.links.literals(hit.at, bench.evidence));
    finding.related.extend(literals.map(|(_, credential)| facts::literal(bench, credential)));
    finding.related.sort_by(|a, b| facts::order(&a.location).cmp(&facts::order(&b.location)));
    finding.related.dedup_by(|later, earlier| later.location == earlier.location);
    cap(&mut finding);
    Some(finding)
}
