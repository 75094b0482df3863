//! Findings about one place: a literal credential, alone or held by somebody; and what every finding has.

use crate::model::{
    Attribute, Confidence, Credential, Disposition, Exposure, Finding, Fingerprint, GrantAt, Id, Layer,
    LifetimeClass, Location, Severity,
};
use crate::rules::{Kind, On, Role, Rule};

use super::message::{fill, names};
use super::predicate::{Subject, holds};
use super::shared::relate;
use super::{Bench, facts, identity, rank};

/// One finding for each credential: of the best grant rule that holds of it, else of the best credential rule, else at rest.
pub(super) fn credentials(bench: &Bench<'_>, artifact: usize, findings: &mut Vec<Finding>) {
    let examined = &bench.evidence[artifact];
    let mut given: Vec<Vec<GrantAt>> = vec![Vec::new(); examined.credentials.len()];
    for (grant, of) in examined.grants.iter().enumerate() {
        if let Some(all) = of.credential.and_then(|index| given.get_mut(index)) {
            all.push(GrantAt { examined: artifact, grant });
        }
    }
    for (credential, grants) in examined.credentials.iter().zip(&given) {
        let Some(kind) = bench.pack.kind(credential.kind.as_str()) else { continue };
        let finding = granted(bench, grants, credential)
            .or_else(|| alone(bench, Subject::of_credential(bench.evidence, artifact, credential), kind));
        findings.extend(finding.map(|finding| with_takers(bench, grants, finding)));
    }
}

/// The finding of the grant that weighs most.
fn granted(bench: &Bench<'_>, grants: &[GrantAt], credential: &Credential) -> Option<Finding> {
    let mut held: Vec<(&Rule, GrantAt)> = Vec::new();
    for at in grants {
        let subject = Subject::of_grant(bench.evidence, *at);
        for rule in bench.rules(On::Grant) {
            let is_held = held.iter().any(|(other, _)| other.id == rule.id);
            if !is_held && holds(&rule.condition, &subject, bench) {
                held.push((rule, *at));
            }
        }
    }
    let rules: Vec<&Rule> = held.iter().map(|(rule, _)| *rule).collect();
    let (rule, mut also) = rank::best(&rules)?;
    let at = held.iter().find(|(other, _)| other.id == rule.id).map(|(_, at)| *at)?;
    let (grant, holder) = (at.of(bench.evidence), at.holder(bench.evidence));
    let alone = Subject::of_credential(bench.evidence, at.examined, credential);
    also.extend(credential_rules(bench, &alone).iter().map(|rule| rule.id.clone()));
    also.sort();
    let mut finding = literal(bench, rule, &Subject::of_grant(bench.evidence, at), credential);
    finding.layer = Layer::Grant;
    finding.location = grant.location.clone();
    finding.holder = Some(facts::of_holder(holder));
    finding.grant = Some(facts::of_grant(grant));
    finding.also = also;
    Some(finding)
}

/// The finding of a credential that nobody is known to hold.
fn alone(bench: &Bench<'_>, subject: Subject<'_>, kind: &Kind) -> Option<Finding> {
    let credential = subject.credential?;
    let rules = credential_rules(bench, &subject);
    if let Some((rule, also)) = rank::best(&rules) {
        return Some(Finding { also, ..literal(bench, rule, &subject, credential) });
    }
    (!bench.off.contains(&kind.id)).then(|| at_rest(bench, credential, kind))
}

fn credential_rules<'b>(bench: &Bench<'b>, subject: &Subject<'_>) -> Vec<&'b Rule> {
    bench.rules(On::Credential).filter(|rule| holds(&rule.condition, subject, bench)).collect()
}

/// The same finding with the places whose references lead to its literal.
fn with_takers(bench: &Bench<'_>, grants: &[GrantAt], mut finding: Finding) -> Finding {
    let takers = grants.iter().flat_map(|at| bench.links.sources(*at));
    relate(&mut finding, takers.map(|at| facts::taker(at.of(bench.evidence), at.holder(bench.evidence))));
    finding
}

fn literal(bench: &Bench<'_>, rule: &Rule, subject: &Subject<'_>, credential: &Credential) -> Finding {
    let agent = subject.holder().is_some_and(|holder| holder.agent);
    let mut attributes = facts::attributes(credential);
    attributes.extend(facts::scope(rule, agent));
    if rule.family == "human-session-reuse" {
        attributes.retain(|attribute| *attribute != Attribute::Human);
    }
    let names = names(rule, subject, bench);
    let (severity, confidence) = grade(bench, rule, subject);
    let said = Said {
        rule: &rule.id,
        message: fill(&rule.message, &names),
        remedy: fill(&rule.fix, &names),
        severity,
        confidence: confidence.min(credential.confidence),
    };
    Finding { attributes, ..of_credential(bench, said, credential) }
}

/// How bad a rule finds something, and how sure it is: as the first case says that holds, else by the holder.
pub(super) fn grade(bench: &Bench<'_>, rule: &Rule, subject: &Subject<'_>) -> (Severity, Confidence) {
    let holder = subject.holder();
    let case = rule.cases.iter().find(|case| holds(&case.condition, subject, bench));
    let usual = match rule.agent_severity {
        Some(severity) if holder.is_some_and(|holder| holder.agent) => severity,
        _ => rule.severity,
    };
    let sure = holder.and_then(|holder| rule.confidence_for.get(&*holder.kind)).copied();
    (
        case.and_then(|case| case.severity).unwrap_or(usual),
        case.and_then(|case| case.confidence).or(sure).unwrap_or(rule.confidence),
    )
}

fn at_rest(bench: &Bench<'_>, credential: &Credential, kind: &Kind) -> Finding {
    let article = if kind.title.starts_with(['A', 'E', 'I', 'O']) { "An" } else { "A" };
    let name = credential
        .name
        .as_ref()
        .map(|name| format!(" in `{}`", super::message::clean(name)))
        .unwrap_or_default();
    let lasting = credential.lifetime.describe(bench.now);
    let said = Said {
        rule: &kind.id,
        message: format!("{article} {} stands here{name}: {lasting}.", kind.title),
        remedy: remedy(kind),
        severity: at_rest_severity(kind, credential.lifetime.class),
        confidence: credential.confidence,
    };
    of_credential(bench, said, credential)
}

fn of_credential(bench: &Bench<'_>, said: Said<'_>, credential: &Credential) -> Finding {
    Finding {
        layer: Layer::Credential,
        attributes: facts::attributes(credential),
        credential: Some(facts::of_credential(credential)),
        ..plain(said, &credential.location, identity::of_literal(bench.key, credential))
    }
}

fn remedy(kind: &Kind) -> String {
    match &kind.revoke {
        Some(page) => format!("{} Revoke this one at {page}.", kind.advice()),
        None => kind.advice(),
    }
}

fn at_rest_severity(kind: &Kind, class: LifetimeClass) -> Severity {
    if kind.role == Role::Identifier {
        return Severity::Note;
    }
    let by_class = match class {
        LifetimeClass::Never | LifetimeClass::Renewable | LifetimeClass::Long | LifetimeClass::Unknown => {
            Severity::High
        }
        LifetimeClass::Session => Severity::Medium,
        LifetimeClass::Task => Severity::Low,
        LifetimeClass::Expired => Severity::Note,
    };
    match kind.severity {
        // What has ended stays a note, whatever the kind says.
        Some(severity) if class != LifetimeClass::Expired => severity,
        _ => by_class,
    }
}

/// What a template's names stand for.
type Known<'k> = &'k dyn Fn(&str) -> Option<String>;

/// A finding about a place without a credential.
pub(super) fn structural(
    bench: &Bench<'_>,
    (rule, subject): (&Rule, &Subject<'_>),
    location: &Location,
    (name, known): (&str, Known<'_>),
    also: Vec<Id>,
) -> Finding {
    let (severity, confidence) = grade(bench, rule, subject);
    let said = Said {
        rule: &rule.id,
        message: fill(&rule.message, known),
        remedy: fill(&rule.fix, known),
        severity,
        confidence,
    };
    Finding { also, ..plain(said, location, identity::of_structure(bench.key, &rule.id, name)) }
}

/// What a rule or a kind says of a place.
struct Said<'r> {
    rule: &'r Id,
    message: String,
    remedy: String,
    severity: Severity,
    confidence: Confidence,
}

/// A finding about a place, with nobody who holds anything there yet.
fn plain(said: Said<'_>, location: &Location, fingerprint: Fingerprint) -> Finding {
    Finding {
        rule: said.rule.clone(),
        layer: Layer::Grant,
        message: said.message,
        base_severity: said.severity,
        severity: said.severity,
        confidence: said.confidence,
        attributes: Vec::new(),
        location: location.clone(),
        exposure: Exposure::OutsideGit,
        related: Vec::new(),
        related_cut: 0,
        holder: None,
        grant: None,
        credential: None,
        remedy: said.remedy,
        also: Vec::new(),
        fingerprint,
        disposition: Disposition::Open,
        foreign_marker: None,
    }
}
