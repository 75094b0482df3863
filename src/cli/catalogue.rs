//! What reports say about rules and kinds.

use std::collections::BTreeSet;

use crate::judge::in_general;
use crate::model::{Confidence, LifetimeClass, Report, Severity};
use crate::report::{Catalogue, Reference, RuleInfo};
use crate::rules::{Kind, LifetimeRule, Role, Rule, RulePack};

/// The rules and kinds that a report names.
pub(super) fn of(pack: &RulePack, report: &Report) -> Catalogue {
    let ids: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
    ids.into_iter().filter_map(|id| info(pack, id)).collect()
}

/// What there is to say about one.
pub(super) fn info(pack: &RulePack, id: &str) -> Option<RuleInfo> {
    pack.rule(id).map(of_rule).or_else(|| pack.kind(id).map(of_kind))
}

fn of_rule(rule: &Rule) -> RuleInfo {
    RuleInfo {
        id: rule.id.clone(),
        title: rule.title.clone(),
        why: rule.why.trim().to_owned(),
        fix: in_general(rule.fix.trim()),
        references: rule.references.iter().map(|text| reference(text)).collect(),
        cwe: rule.references.iter().filter_map(|text| text.strip_prefix("CWE-")?.parse().ok()).collect(),
        severity: rule.severity,
        confidence: rule.confidence,
        tags: vec!["security".to_owned(), rule.family.clone()],
    }
}

fn of_kind(kind: &Kind) -> RuleInfo {
    let documentation =
        kind.documentation.as_ref().map(|url| Reference { text: kind.provider.clone(), url: url.clone() });
    let lists = ["CWE-798", "CWE-522", "NHI7:2025"].map(reference);
    RuleInfo {
        id: kind.id.clone(),
        title: format!("{} at rest", kind.title),
        why: why(kind),
        fix: kind.advice(),
        references: documentation.into_iter().chain(lists).collect(),
        cwe: vec![798, 522],
        severity: kind.severity.unwrap_or(if kind.role == Role::Identifier {
            Severity::Note
        } else {
            Severity::High
        }),
        confidence: kind.base_confidence(),
        tags: vec!["security".to_owned(), "credential-at-rest".to_owned()],
    }
}

fn why(kind: &Kind) -> String {
    let lasting = match &kind.lifetime {
        LifetimeRule::Always(LifetimeClass::Never) => "It has no end",
        LifetimeRule::Always(LifetimeClass::Renewable) => "It renews itself without bound",
        LifetimeRule::Always(LifetimeClass::Long) => "It lasts longer than a day",
        LifetimeRule::Always(LifetimeClass::Session) => "It ends within a day",
        LifetimeRule::Always(LifetimeClass::Task) => "It ends within an hour",
        LifetimeRule::Always(LifetimeClass::Expired | LifetimeClass::Unknown) => {
            "Its format does not tell when it ends"
        }
        LifetimeRule::Cases(_) => "How long it lasts depends on how it was issued",
    };
    format!(
        "{lasting}, and whoever can read the file can use it: {} cannot tell them from its rightful holder, and nothing ends when the work does.",
        kind.provider
    )
}

/// A reference with its address, where the lists and series have a plain one.
fn reference(text: &str) -> Reference {
    let url = if let Some(number) = text.strip_prefix("CWE-") {
        format!("https://cwe.mitre.org/data/definitions/{number}.html")
    } else if let Some(number) = text.strip_prefix("RFC ") {
        let number = number.split_whitespace().next().unwrap_or_default();
        format!("https://www.rfc-editor.org/rfc/rfc{number}")
    } else if text.starts_with("NHI") {
        "https://owasp.org/www-project-non-human-identities-top-10/".to_owned()
    } else if text.starts_with("ASI") {
        "https://genai.owasp.org/".to_owned()
    } else if let Some(at) = text.find("https://") {
        text[at..].split_whitespace().next().unwrap_or_default().to_owned()
    } else {
        String::new()
    };
    Reference { text: text.to_owned(), url }
}

/// How sure, as a word for people.
pub(super) fn sureness(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "sure",
        Confidence::Medium => "likely",
        Confidence::Low => "a guess",
    }
}
