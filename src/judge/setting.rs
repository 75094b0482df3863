//! Findings about what a document says of itself, of a holder or of a door: one for each rule and place.

use std::collections::{HashMap, HashSet};

use crate::model::{Confidence, Finding, Id, Layer, Observation};
use crate::rules::Rule;
use crate::text::Span;

use super::message::{clean, names};
use super::predicate::{Subject, holds};
use super::single::structural;
use super::{Bench, facts};

pub(super) fn findings(bench: &Bench<'_>, artifact: usize, findings: &mut Vec<Finding>) {
    let observations = &bench.evidence[artifact].observations;
    let held: Vec<(&Rule, Subject<'_>, &Observation)> = observations
        .iter()
        .filter_map(|seen| {
            let rule = bench.pack.rule(seen.rule.as_str()).filter(|rule| !bench.off.contains(&rule.id))?;
            let subject = subject(bench, artifact, seen);
            holds(&rule.condition, &subject, bench).then_some((rule, subject, seen))
        })
        .collect();
    let mut at_place: HashMap<Span, Vec<&Rule>> = HashMap::new();
    for (rule, _, seen) in &held {
        let rules = at_place.entry(seen.location.span).or_default();
        if rules.iter().all(|other| other.id != rule.id) {
            rules.push(rule);
        }
    }
    let mut said = HashSet::new();
    for (rule, subject, seen) in &held {
        if !said.insert((&rule.id, seen.location.span)) {
            continue;
        }
        let others = at_place.get(&seen.location.span).into_iter().flatten();
        let others = others.filter(|other| other.id != rule.id);
        if !others.clone().any(|other| other.supersedes.contains(&rule.id)) {
            let also =
                others.map(|other| other.id.clone()).filter(|id| rule.supersedes.contains(id)).collect();
            findings.push(finding(bench, (rule, subject, seen), also));
        }
    }
}

fn subject<'e>(bench: &Bench<'e>, artifact: usize, seen: &'e Observation) -> Subject<'e> {
    let examined = &bench.evidence[artifact];
    Subject {
        platform: Some(&seen.platform),
        holder: seen.holder.map(|id| (id, &examined.holders[id.0])),
        kind: seen.door.map(|index| &examined.doors[index].kind),
        ..Subject::new(bench.evidence, artifact)
    }
}

fn finding(
    bench: &Bench<'_>,
    (rule, subject, seen): (&Rule, &Subject<'_>, &Observation),
    also: Vec<Id>,
) -> Finding {
    let known = names(rule, subject, bench);
    let door = seen.door.map(|index| &subject.examined.doors[index]);
    let own = |name: &str| match name {
        "name" => Some(format!("`{}`", clean(&seen.name))),
        "setting" => Some(format!("`{}`", clean(&seen.setting))),
        "door" => door.map(|door| format!("{} `{}`", door.title, clean(&door.name))),
        other => known(other),
    };
    let of = format!("{}/{}", seen.name, seen.setting);
    let mut finding = structural(bench, (rule, subject), &seen.location, (&of, &own), also);
    let holder = subject.holder();
    finding.layer = Layer::Grant;
    finding.base_severity = seen.severity.unwrap_or(finding.base_severity);
    finding.severity = finding.base_severity;
    finding.confidence = on_platform(rule, seen).unwrap_or(finding.confidence);
    finding.attributes = facts::scope(rule, holder.is_some_and(|holder| holder.agent)).into_iter().collect();
    finding.holder = holder.map(facts::of_holder);
    finding
}

/// How sure the rule is on this platform: what code seems to do is not as sure as what a configuration says.
fn on_platform(rule: &Rule, seen: &Observation) -> Option<Confidence> {
    rule.confidence_for.get(seen.platform.as_str()).copied()
}
