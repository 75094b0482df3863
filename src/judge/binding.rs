//! Findings about bindings: of each the strongest rule speaks, at the place that gives the privilege.

use std::collections::BTreeMap;

use crate::model::{BindingAt, Finding, GrantAt, Id, Layer, Location, Party, Place};
use crate::rules::{On, Once, Rule, Where};
use crate::text::matches_any;

use super::message::{clean, names};
use super::predicate::{Subject, holds};
use super::shared::relate;
use super::single::structural;
use super::{Bench, facts, identity, rank};

/// What an identity allows that comes with another one, such as a cloud's role.
const CLOUD_IDENTITY: &str = "cloud-identity";

/// A binding and the rule that speaks of it.
struct Hit<'e> {
    rule: &'e Rule,
    also: Vec<Id>,
    at: BindingAt,
    /// The identity by which somebody is bound; of several an agent's.
    held: Option<GrantAt>,
    place: &'e Location,
}

pub(super) fn findings(bench: &Bench<'_>, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<(&Id, String), Vec<Hit<'_>>> = BTreeMap::new();
    for (examined, artifact) in bench.evidence.iter().enumerate() {
        for binding in 0..artifact.bindings.len() {
            let at = BindingAt { examined, binding };
            if let Some(hit) = hit(bench, at) {
                groups.entry((&hit.rule.id, counted_as(bench, &hit))).or_default().push(hit);
            }
        }
    }
    findings.extend(groups.into_values().filter_map(|hits| finding(bench, hits)));
}

fn hit<'e>(bench: &Bench<'e>, at: BindingAt) -> Option<Hit<'e>> {
    let subject = subject(bench, at);
    let rules: Vec<&Rule> =
        bench.rules(On::Binding).filter(|rule| holds(&rule.condition, &subject, bench)).collect();
    let (rule, also) = rank::best(&rules)?;
    Some(Hit { rule, also, at, held: speaker(bench, at, &rule.condition), place: place(bench, at, rule) })
}

fn subject<'e>(bench: &Bench<'e>, at: BindingAt) -> Subject<'e> {
    let binding = at.of(bench.evidence);
    Subject {
        binding: Some(at),
        platform: Some(&binding.platform),
        kind: Some(&binding.kind),
        ..Subject::new(bench.evidence, at.examined)
    }
}

/// Of those who are bound one that the rule asks for, an agent before others.
fn speaker(bench: &Bench<'_>, at: BindingAt, condition: &Where) -> Option<GrantAt> {
    let asked = |held: &GrantAt| {
        let subject = Subject::of_grant(bench.evidence, *held);
        condition.held_by.iter().all(|wanted| holds(wanted, &subject, bench))
    };
    let held = bench.bonds.holders(at).iter().copied().filter(asked);
    held.min_by_key(|held| (!held.holder(bench.evidence).agent, *held))
}

/// Where the privilege that the rule speaks of is written; where a platform brings it along, the binding names it.
fn place<'e>(bench: &Bench<'e>, at: BindingAt, rule: &Rule) -> &'e Location {
    let asked = std::iter::once(&rule.condition).chain(&rule.condition.any);
    let asked: Vec<&String> = asked.flat_map(|condition| &condition.allows).collect();
    let wanted = |class: &str| asked.iter().any(|wanted| *wanted == class);
    let power = bench.bonds.powers(at).iter().find(|power| wanted(&power.class));
    power.and_then(|power| power.location.as_ref()).unwrap_or(&at.of(bench.evidence).location)
}

/// What makes it one finding with others of its rule.
fn counted_as(bench: &Bench<'_>, hit: &Hit<'_>) -> String {
    let directory = || bench.evidence[hit.at.examined].origin.path.directory().to_owned();
    match hit.rule.once {
        Once::Place | Once::File => format!("{}@{}", hit.place.origin, hit.place.span.start),
        Once::Namespace => {
            let party = party(bench, hit.at, &hit.rule.condition);
            party.and_then(|party| party.scope.as_deref().map(str::to_owned)).unwrap_or_else(directory)
        }
    }
}

/// The party that a condition speaks of.
fn party<'e>(bench: &Bench<'e>, at: BindingAt, condition: &Where) -> Option<&'e Party> {
    at.of(bench.evidence).parties.iter().find(|party| is_meant(condition, party))
}

fn is_meant(condition: &Where, party: &Party) -> bool {
    (condition.principal.is_empty() || condition.principal.contains(&party.kind))
        && (condition.principal_name.is_empty() || matches_any(&condition.principal_name, &party.name))
        && !matches_any(&condition.not_principal_name, &party.name)
}

/// Whether what `condition` says of principals and their privileges holds: of a binding, or of an identity that a grant gives.
pub(super) fn hold(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let speaks_of_principals = !condition.principal.is_empty()
        || !condition.principal_name.is_empty()
        || !condition.not_principal_name.is_empty();
    let bindings = match (subject.binding, subject.grant) {
        (Some(at), _) => vec![at],
        (None, Some((grant, _))) => bench.bonds.bindings(grant).collect(),
        (None, None) => Vec::new(),
    };
    let is_held = |wanted: &Where| {
        let holders = subject.binding.map_or(&[][..], |at| bench.bonds.holders(at));
        holders.iter().any(|held| holds(wanted, &Subject::of_grant(bench.evidence, *held), bench))
    };
    let assumes = || {
        let comes_with = subject.grant.is_some_and(|(grant, _)| !bench.bonds.assumed(grant).is_empty());
        comes_with && condition.allows.iter().any(|class| class == CLOUD_IDENTITY)
    };
    (!speaks_of_principals || names_principal(condition, subject, bench))
        && (condition.allows.is_empty()
            || assumes()
            || bindings.iter().any(|at| bench.bonds.gives(*at, &condition.allows)))
        && (condition.role.is_empty()
            || bindings.iter().any(|at| at.of(bench.evidence).role.is_one_of(&condition.role)))
        && condition.held_by.iter().all(is_held)
}

fn names_principal(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    match subject.binding {
        Some(at) => party(bench, at, condition).is_some(),
        None => subject.grant().and_then(Party::of_grant).is_some_and(|party| is_meant(condition, &party)),
    }
}

fn finding(bench: &Bench<'_>, mut hits: Vec<Hit<'_>>) -> Option<Finding> {
    hits.sort_by_key(|hit| {
        let is_agent = hit.held.is_some_and(|held| held.holder(bench.evidence).agent);
        (!is_agent, hit.at)
    });
    let first = hits.first()?;
    let (rule, subject) = (first.rule, subject(bench, first.at));
    let held = first.held.map(|at| (at.of(bench.evidence), at.holder(bench.evidence)));
    let bound = party(bench, first.at, &rule.condition).map(|party| party.principal().name);
    let known = names(rule, &subject, bench);
    let own = |name: &str| match (name, held) {
        ("holder", Some((_, holder))) => Some(format!("{} `{}`", holder.title, clean(&holder.name))),
        ("principal", _) => bound.as_ref().map(|name| format!("`{}`", clean(name))),
        (other, _) => known(other),
    };
    let name = format!("{}/{}", first.at.of(bench.evidence).name, bound.as_deref().unwrap_or_default());
    let mut finding = structural(bench, (rule, &subject), first.place, (&name, &own), first.also.clone());
    finding.layer = Layer::Grant;
    finding.attributes =
        facts::scope(rule, held.is_some_and(|(_, holder)| holder.agent)).into_iter().collect();
    finding.holder = held.map(|(_, holder)| facts::of_holder(holder));
    finding.grant = held.map(|(grant, _)| facts::of_grant(grant));
    finding.fingerprint = identity::of_structure(bench.key, &rule.id, &name);
    let bindings = hits.iter().map(|hit| binding_place(bench, hit.at));
    let identities = hits.iter().flat_map(|hit| bench.bonds.holders(hit.at));
    let identities = identities.map(|at| facts::place(at.of(bench.evidence), at.holder(bench.evidence)));
    relate(&mut finding, bindings.chain(identities).filter(|place| !place.location.is_at(first.place)));
    Some(finding)
}

fn binding_place(bench: &Bench<'_>, at: BindingAt) -> Place {
    let binding = at.of(bench.evidence);
    let label = format!("{} `{}`", binding.title, clean(&binding.name));
    Place { location: binding.location.clone(), label }
}
