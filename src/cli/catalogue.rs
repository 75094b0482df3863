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
        references: by_specificity(rule.references.iter().map(|text| reference(text)).collect()),
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
        references: by_specificity(documentation.into_iter().chain(lists).collect()),
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

/// A reference with its address, where it has a plain one.
fn reference(text: &str) -> Reference {
    Reference { text: text.to_owned(), url: address(text).unwrap_or_default() }
}

fn address(text: &str) -> Option<String> {
    if let Some(at) = text.find("https://") {
        return text[at..].split_whitespace().next().map(str::to_owned);
    }
    if let Some(number) = text.strip_prefix("RFC ") {
        return Some(format!("https://www.rfc-editor.org/rfc/rfc{}", number.split_whitespace().next()?));
    }
    if let Some(number) = text.strip_prefix("CWE-") {
        return Some(format!("https://cwe.mitre.org/data/definitions/{number}.html"));
    }
    if let Some(risk) = text.strip_prefix("NHI") {
        return Some(format!("https://owasp.org/www-project-non-human-identities-top-10/{}", nhi_page(risk)));
    }
    let page = if text.starts_with("draft-") {
        return Some(format!("https://datatracker.ietf.org/doc/{text}/"));
    } else if text.starts_with("ASI") {
        "https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/"
    } else if text.starts_with("CIS-K8S") {
        "https://www.cisecurity.org/benchmark/kubernetes"
    } else if text.starts_with("MCP0") || text.starts_with("MCP1") {
        "https://owasp.org/www-project-mcp-top-10/"
    } else if text.starts_with("MCP authorization") || text.starts_with("MCP client registration") {
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization"
    } else if text.starts_with("MCP security best practices") {
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices"
    } else {
        return None;
    };
    Some(page.to_owned())
}

/// The page of one risk below that of its list, by its number and year: `7:2025`.
fn nhi_page(risk: &str) -> String {
    const RISKS: [&str; 10] = [
        "1-improper-offboarding",
        "2-secret-leakage",
        "3-vulnerable-third-party-nhi",
        "4-insecure-authentication",
        "5-overprivileged-nhi",
        "6-insecure-cloud-deployment-configurations",
        "7-long-lived-secrets",
        "8-environment-isolation",
        "9-nhi-reuse",
        "10-human-use-of-nhi",
    ];
    let number = risk.strip_suffix(":2025").and_then(|number| number.parse::<usize>().ok());
    let page = number.and_then(|number| RISKS.get(number.checked_sub(1)?));
    page.map_or_else(String::new, |page| format!("2025/{page}/"))
}

/// The most specific first: what the provider or a standard says, one risk of a list, a weakness, a whole list.
fn by_specificity(mut references: Vec<Reference>) -> Vec<Reference> {
    references.sort_by_key(|reference| match reference.text.as_str() {
        text if text.starts_with("NHI") => 1,
        text if text.starts_with("CWE-") => 2,
        text if text.starts_with("ASI")
            || text.starts_with("CIS-")
            || text.starts_with("MCP0")
            || text.starts_with("MCP1") =>
        {
            3
        }
        _ if reference.url.is_empty() => 4,
        _ => 0,
    });
    references
}

/// How sure, as a word for people.
pub(super) fn sureness(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "sure",
        Confidence::Medium => "likely",
        Confidence::Low => "a guess",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reference_is_the_most_specific_one() {
        let first =
            |texts: &[&str]| by_specificity(texts.iter().map(|text| reference(text)).collect()).remove(0).url;
        let nhi = "https://owasp.org/www-project-non-human-identities-top-10/";
        assert_eq!(first(&["CWE-798", "ASI03", "NHI7:2025"]), format!("{nhi}2025/7-long-lived-secrets/"));
        assert_eq!(
            first(&["CWE-287", "MCP07", "RFC 9728 section 2"]),
            "https://www.rfc-editor.org/rfc/rfc9728"
        );
        assert_eq!(first(&["ASI03", "CWE-653"]), "https://cwe.mitre.org/data/definitions/653.html");
        assert_eq!(first(&["NHI11:2025"]), nhi);
        assert!(first(&["ASI03"]).ends_with("agentic-applications-for-2026/"));
    }

    #[test]
    fn every_reference_of_a_rule_has_an_address() {
        let pack = RulePack::prepared().unwrap();
        for rule in &pack.rules {
            for reference in of_rule(rule).references {
                assert!(reference.url.starts_with("https://"), "{}: {}", rule.id, reference.text);
            }
        }
    }
}
