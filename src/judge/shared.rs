//! Findings about what several holders have in common: one for each credential or reference, naming every place.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Credential, Examined, Finding, Form, Grant, Holder, JoinKey, Layer, Location};
use crate::rules::{On, Rule, Shared, SharedBy};

use super::message::names;
use super::predicate::{Subject, holds};
use super::single::structural;
use super::{Bench, facts, identity};

/// More related places are counted only.
const MOST_PLACES: usize = 100;

struct Member<'e> {
    examined: &'e Examined,
    grant: &'e Grant,
    holder: &'e Holder,
    credential: Option<&'e Credential>,
}

impl Member<'_> {
    fn place(&self) -> (crate::model::Origin, crate::text::Span) {
        (self.grant.location.origin.clone(), self.grant.location.span)
    }
}

pub(super) fn findings(bench: &Bench<'_>, evidence: &[Examined], findings: &mut Vec<Finding>) {
    for rule in bench.rules(On::Shared) {
        let Some(shared) = rule.shared else { continue };
        let groups = match shared.by {
            SharedBy::Value => by_value(bench, rule, evidence),
            SharedBy::Reference => by_reference(bench, rule, evidence),
        };
        findings.extend(groups.into_iter().filter_map(|members| finding(bench, rule, shared, members)));
    }
}

/// The grants that a rule's conditions hold of.
fn members<'e>(
    bench: &'e Bench<'_>,
    rule: &'e Rule,
    evidence: &'e [Examined],
) -> impl Iterator<Item = Member<'e>> {
    evidence.iter().flat_map(move |examined| {
        examined.grants.iter().filter_map(move |grant| {
            let holder = &examined.holders[grant.holder.0];
            let credential = grant.credential.and_then(|index| examined.credentials.get(index));
            let subject =
                Subject { examined, holder: Some(holder), grant: Some(grant), credential, mint: None };
            holds(&rule.condition, &subject, bench.pack).then_some(Member {
                examined,
                grant,
                holder,
                credential,
            })
        })
    })
}

fn by_value<'e>(bench: &'e Bench<'_>, rule: &'e Rule, evidence: &'e [Examined]) -> Vec<Vec<Member<'e>>> {
    let mut groups: HashMap<JoinKey, Vec<Member<'e>>> = HashMap::new();
    for member in members(bench, rule, evidence) {
        if let Some(credential) = member.credential {
            groups.entry(credential.join).or_default().push(member);
        }
    }
    // The order of a hash map is not that of the next run.
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|members| members.iter().map(Member::place).min());
    groups
}

fn by_reference<'e>(bench: &'e Bench<'_>, rule: &'e Rule, evidence: &'e [Examined]) -> Vec<Vec<Member<'e>>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Member<'e>>> = BTreeMap::new();
    for member in members(bench, rule, evidence).filter(|member| member.grant.form != Form::Literal) {
        if let Some(reference) = &member.grant.reference {
            groups.entry((&reference.scope, &reference.name)).or_default().push(member);
        }
    }
    groups.into_values().collect()
}

fn finding(bench: &Bench<'_>, rule: &Rule, shared: Shared, mut members: Vec<Member<'_>>) -> Option<Finding> {
    members.sort_by_key(Member::place);
    let holders: BTreeSet<&str> = members.iter().map(|member| &*member.holder.identity).collect();
    let any_agent = members.iter().any(|member| member.holder.agent);
    if holders.len() < shared.holders || shared.agent && !any_agent {
        return None;
    }
    let speaker = members.iter().position(|member| member.holder.agent).unwrap_or_default();
    let Member { examined, grant, holder, credential } = *members.get(speaker)?;
    let subject = Subject { examined, holder: Some(holder), grant: Some(grant), credential, mint: None };
    let known = names(rule, &subject, bench.pack, bench.now);
    let count = holders.len().to_string();
    let known = |name: &str| if name == "count" { Some(count.clone()) } else { known(name) };

    let mut finding = structural(bench, rule, &grant.location, ("", &known), Vec::new());
    finding.layer = Layer::Correlation;
    finding.attributes = facts::scope(rule, any_agent).into_iter().collect();
    finding.holder = Some(facts::of_holder(holder));
    finding.grant = Some(facts::of_grant(grant));
    if let Some(credential) = credential {
        finding.attributes.extend(facts::attributes(credential));
        finding.confidence = finding.confidence.min(credential.confidence);
        finding.credential = Some(facts::of_credential(credential));
    }
    let what = match (credential, &grant.reference) {
        (Some(credential), _) => {
            credential.fingerprint.map_or_else(|| credential.kind.to_string(), |name| name.to_string())
        }
        (None, Some(reference)) => reference.name.clone(),
        (None, None) => String::new(),
    };
    let holders: Vec<&str> = holders.into_iter().collect();
    finding.fingerprint = identity::of_correlation(bench.key, &rule.id, &what, &holders);
    let others = members.iter().filter(|member| !is_same(&member.grant.location, &grant.location));
    finding.related = others.map(|member| facts::place(member.grant, member.holder)).collect();
    cap(&mut finding);
    Some(finding)
}

fn is_same(a: &Location, b: &Location) -> bool {
    a.origin == b.origin && a.span == b.span
}

/// Keeps as many related places as a report may have, and counts the rest.
pub(super) fn cap(finding: &mut Finding) {
    finding.related_cut = finding.related.len().saturating_sub(MOST_PLACES);
    finding.related.truncate(MOST_PLACES);
}
