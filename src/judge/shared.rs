//! Findings about what several have in common: one for each credential, reference or principal, naming every place.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{
    Credential, Examined, Finding, Form, Grant, GrantAt, Holder, JoinKey, Layer, Location, Place,
    PrincipalKind,
};
use crate::rules::{Across, On, Rule, Shared, SharedBy};

use super::message::names;
use super::predicate::{Subject, holds};
use super::single::structural;
use super::stage::{environment, stage};
use super::{Bench, facts, identity};

/// More related places are counted only.
const MOST_PLACES: usize = 100;

/// One that has what is shared.
#[derive(Clone, Copy)]
struct Member<'e> {
    subject: Subject<'e>,
    location: &'e Location,
}

impl<'e> Member<'e> {
    fn of_grant(evidence: &'e [Examined], at: GrantAt) -> Self {
        Self { subject: Subject::of_grant(evidence, at), location: &at.of(evidence).location }
    }

    fn grant(&self) -> Option<&'e Grant> {
        self.subject.grant()
    }

    fn holder(&self) -> Option<&'e Holder> {
        self.subject.holder()
    }

    fn is_agent(&self) -> bool {
        self.holder().is_some_and(|holder| holder.agent)
    }

    /// What makes it one of several.
    fn counted_as(&self, across: Across, bench: &Bench<'_>) -> Option<String> {
        match across {
            Across::Holders => self.holder().map(|holder| holder.identity.to_string()),
            Across::Environments => environment(self.location.origin.outermost().as_str()).map(str::to_owned),
            Across::Stages => {
                stage(self.holder(), self.location, &bench.pack.tables.test_paths).map(str::to_owned)
            }
            Across::Files => Some(self.location.origin.outermost().as_str().to_owned()),
        }
    }

    fn place(&self) -> Place {
        match (self.grant(), self.holder()) {
            (Some(grant), Some(holder)) => facts::place(grant, holder),
            _ => Place { location: self.location.clone(), label: "the same value".to_owned() },
        }
    }
}

pub(super) fn findings(bench: &Bench<'_>, findings: &mut Vec<Finding>) {
    let mut all: Vec<(&Rule, String, Finding)> = Vec::new();
    for rule in bench.rules(On::Shared) {
        let Some(shared) = &rule.shared else { continue };
        let groups = shared.by.iter().flat_map(|by| match by {
            SharedBy::Value if shared.across == Across::Holders => by_value(held(bench, rule)),
            SharedBy::Value => by_value(copies(bench, rule)),
            SharedBy::Reference => by_reference(bench, rule),
            SharedBy::Principal => by_principal(bench, rule),
        });
        let found = groups.filter_map(|members| finding(bench, (rule, shared), members));
        all.extend(found.map(|(what, finding)| (rule, what, finding)));
    }
    let gives_way = |(rule, what, _): &(&Rule, String, Finding)| {
        all.iter().any(|(other, same, _)| same == what && other.supersedes.contains(&rule.id))
    };
    let stays: Vec<bool> = all.iter().map(|one| !gives_way(one)).collect();
    findings.extend(all.into_iter().zip(stays).filter(|(_, stays)| *stays).map(|((.., finding), _)| finding));
}

fn grants(evidence: &[Examined]) -> impl Iterator<Item = GrantAt> {
    evidence.iter().enumerate().flat_map(|(examined, artifact)| {
        (0..artifact.grants.len()).map(move |grant| GrantAt { examined, grant })
    })
}

/// Those who have a literal, by itself or by a reference that leads to it. A file from which others take it is where it is kept, not
/// one who has it.
fn held<'e>(bench: &Bench<'e>, rule: &Rule) -> Vec<Member<'e>> {
    let mut members = Vec::new();
    for at in grants(bench.evidence) {
        let member = Member::of_grant(bench.evidence, at);
        let is_kept_for_others = member.grant().is_some_and(|grant| grant.defines.is_some())
            && !bench.links.sources(at).is_empty();
        if is_kept_for_others {
            continue;
        }
        if member.subject.credential.is_some() {
            members.push(member);
        }
        members.extend(bench.links.literals(at, bench.evidence).map(|(_, credential)| Member {
            subject: Subject { credential: Some(credential), ..member.subject },
            ..member
        }));
    }
    members.retain(|member| holds(&rule.condition, &member.subject, bench));
    members
}

/// Every copy of a literal, whoever has it.
fn copies<'e>(bench: &Bench<'e>, rule: &Rule) -> Vec<Member<'e>> {
    let mut members = Vec::new();
    for (artifact, examined) in bench.evidence.iter().enumerate() {
        let mut given: HashMap<usize, GrantAt> = HashMap::new();
        for (grant, of) in examined.grants.iter().enumerate() {
            if let Some(index) = of.credential {
                given.entry(index).or_insert(GrantAt { examined: artifact, grant });
            }
        }
        members.extend(examined.credentials.iter().enumerate().map(|(index, credential)| {
            match given.get(&index) {
                Some(at) => Member::of_grant(bench.evidence, *at),
                None => Member {
                    subject: Subject::of_credential(bench.evidence, artifact, credential),
                    location: &credential.location,
                },
            }
        }));
    }
    members.retain(|member| holds(&rule.condition, &member.subject, bench));
    members
}

fn by_value(members: Vec<Member<'_>>) -> Vec<Vec<Member<'_>>> {
    let mut groups: HashMap<JoinKey, Vec<Member<'_>>> = HashMap::new();
    for member in members {
        if let Some(credential) = member.subject.credential {
            groups.entry(credential.join).or_default().push(member);
        }
    }
    // The order of a hash map is not that of the next run.
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_cached_key(|members| members.iter().map(|member| facts::order(member.location)).min());
    groups
}

/// References that lead to a literal are that literal's affair.
fn by_reference<'e>(bench: &Bench<'e>, rule: &Rule) -> Vec<Vec<Member<'e>>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Member<'e>>> = BTreeMap::new();
    for at in grants(bench.evidence) {
        let grant = at.of(bench.evidence);
        let Some(reference) = grant.reference.as_ref().filter(|_| grant.form != Form::Literal) else {
            continue;
        };
        let leads_on = bench.links.literals(at, bench.evidence).next().is_some();
        let member = Member::of_grant(bench.evidence, at);
        if !leads_on && holds(&rule.condition, &member.subject, bench) {
            groups.entry((&reference.scope, &reference.name)).or_default().push(member);
        }
    }
    groups.into_values().collect()
}

fn by_principal<'e>(bench: &Bench<'e>, rule: &Rule) -> Vec<Vec<Member<'e>>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Member<'e>>> = BTreeMap::new();
    for at in grants(bench.evidence) {
        let grant = at.of(bench.evidence);
        // Who is a principal does not share it with those who act as it.
        let Some(principal) = grant.principal.as_ref().filter(|_| grant.defines.is_none()) else { continue };
        // The name of a service account is one of its namespace; other names are whole.
        let scope = match (principal.kind, &grant.reference) {
            (PrincipalKind::ServiceAccount, Some(reference)) => &*reference.scope,
            _ => "",
        };
        let member = Member::of_grant(bench.evidence, at);
        if holds(&rule.condition, &member.subject, bench) {
            groups.entry((scope, &principal.name)).or_default().push(member);
        }
    }
    groups.into_values().collect()
}

fn finding(
    bench: &Bench<'_>,
    (rule, shared): (&Rule, &Shared),
    mut members: Vec<Member<'_>>,
) -> Option<(String, Finding)> {
    members.sort_by(|a, b| facts::order(a.location).cmp(&facts::order(b.location)));
    // A document inside of another's string names holders at the very same place.
    members.dedup_by(|later, earlier| later.location.is_at(earlier.location));
    let counted: BTreeSet<String> =
        members.iter().filter_map(|member| member.counted_as(shared.across, bench)).collect();
    let any_agent = members.iter().any(Member::is_agent);
    let includes = shared.including.as_ref().is_none_or(|wanted| {
        members.iter().any(|member| holds(wanted, &member.subject, bench))
            && members.iter().any(|member| !holds(wanted, &member.subject, bench))
    });
    if counted.len() < shared.holders || shared.agent && !any_agent || !includes {
        return None;
    }
    // Of several the agent speaks: it is why the finding weighs what it weighs. What only repeats the value does not.
    let counts = |member: &&Member<'_>| member.counted_as(shared.across, bench).is_some();
    let agent = members.iter().filter(counts).find(|member| member.is_agent());
    let speaker = *agent.or_else(|| members.iter().find(counts))?;
    let known = names(rule, &speaker.subject, bench);
    let count = counted.len().to_string();
    let known = |name: &str| if name == "count" { Some(count.clone()) } else { known(name) };

    let mut finding = structural(bench, (rule, &speaker.subject), speaker.location, ("", &known), Vec::new());
    finding.layer = Layer::Correlation;
    finding.attributes = facts::scope(rule, any_agent).into_iter().collect();
    finding.holder = speaker.holder().map(facts::of_holder);
    finding.grant = speaker.grant().map(facts::of_grant);
    // What only leads to the literal does not show it.
    let own = speaker.subject.credential.filter(|credential| credential.location.is_at(speaker.location));
    if let Some(credential) = speaker.subject.credential {
        finding.attributes.extend(facts::attributes(credential));
        finding.confidence = finding.confidence.min(credential.confidence);
        finding.credential = own.map(facts::of_credential);
    }
    let what = what(&speaker);
    let counted: Vec<&str> = counted.iter().map(String::as_str).collect();
    finding.fingerprint = identity::of_correlation(bench.key, &rule.id, &what, &counted);
    let others = members.iter().filter(|member| !member.location.is_at(speaker.location));
    finding.related = others.map(Member::place).collect();
    let literals: BTreeMap<_, &Credential> = members
        .iter()
        .filter_map(|member| Some((member.subject.credential?, member.location)))
        .filter(|(credential, location)| !credential.location.is_at(location))
        .map(|(credential, _)| (facts::order(&credential.location), credential))
        .collect();
    finding.related.extend(literals.values().map(|credential| facts::literal(bench, credential)));
    finding.related.dedup_by(|later, earlier| later.location == earlier.location);
    cap(&mut finding);
    Some((what, finding))
}

/// What is shared, by a name that is no secret.
fn what(member: &Member<'_>) -> String {
    let grant = member.grant();
    let reference = grant.and_then(|grant| grant.reference.as_ref());
    match (member.subject.credential, grant.and_then(|grant| grant.principal.as_ref()), reference) {
        (Some(credential), ..) => {
            credential.fingerprint.map_or_else(|| credential.kind.to_string(), |name| name.to_string())
        }
        (None, Some(principal), _) => principal.name.clone(),
        (None, None, Some(reference)) => reference.name.clone(),
        (None, None, None) => String::new(),
    }
}

/// Adds related places, in the order of a report, each once.
pub(super) fn relate(finding: &mut Finding, places: impl Iterator<Item = Place>) {
    finding.related.extend(places);
    finding.related.sort_by(|a, b| facts::order(&a.location).cmp(&facts::order(&b.location)));
    finding.related.dedup_by(|later, earlier| later.location == earlier.location);
    cap(finding);
}

/// Keeps as many related places as a report may have, and counts the rest.
fn cap(finding: &mut Finding) {
    finding.related_cut = finding.related.len().saturating_sub(MOST_PLACES);
    finding.related.truncate(MOST_PLACES);
}
