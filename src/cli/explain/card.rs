//! `outstay explain RULE`: everything about a rule or a credential kind.

use std::fmt::Write as _;

use crate::config::nearest;
use crate::judge::in_general;
use crate::model::Id;
use crate::rules::{Kind, Rule, RulePack, RuleTest};

use super::super::catalogue;
use super::super::exit::Failure;
use super::place;

pub(super) fn of(pack: &RulePack, id: &str) -> Result<String, Failure> {
    let Some(info) = catalogue::info(pack, id) else {
        let ids = pack.ids();
        let hint = match nearest(id, ids.iter().map(|id| id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "`outstay rules list` prints all ids; a place is written FILE:LINE, a fingerprint in 6 to 32 \
                     hex digits"
                    .to_owned()
            }
        };
        return Err(place::misnamed(id)
            .unwrap_or_else(|| Failure::of(format!("there is no rule or credential kind `{id}`; {hint}"))));
    };
    let mut out = format!("{}: {}\n\n", info.id, info.title);
    let sure = catalogue::sureness(info.confidence);
    fact(&mut out, "severity", &format!("{} (before what moves it)", info.severity));
    fact(&mut out, "confidence", &format!("{} ({sure})", info.confidence));
    if let Some(rule) = pack.rule(id) {
        rule_facts(&mut out, rule);
    }
    if let Some(kind) = pack.kind(id) {
        kind_facts(&mut out, kind);
    }
    fact(&mut out, "defined in", &pack.shown_file_of(id).unwrap_or_default());
    section(&mut out, "Why", &info.why);
    section(&mut out, "What to do instead", &info.fix);
    if let Some(evidence) = pack.rule(id).and_then(|rule| rule.evidence.as_ref()) {
        section(&mut out, "Evidence", evidence);
    }
    let references: Vec<String> =
        info.references.iter().map(|reference| format!("{}  {}", reference.text, reference.url)).collect();
    section(&mut out, "References", &references.join("\n"));
    if let Some(conditions) = conditions(pack, id) {
        section(&mut out, "When it holds", &conditions);
    }
    if let Some(rule) = pack.rule(id) {
        section(&mut out, "What it says", &in_general(&rule.message));
        examples(&mut out, rule);
    }
    if let Some(kind) = pack.kind(id) {
        section(&mut out, "Found, for example", &format!("{}={}", kind.name, kind.sample));
        if !kind.not.is_empty() {
            section(&mut out, "Not found in", &kind.not.join("\n"));
        }
    }
    Ok(out)
}

fn fact(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "{name:11} {text}");
}

fn section(out: &mut String, title: &str, text: &str) {
    let lines = text.trim().lines().map(|line| format!("  {line}").trim_end().to_owned());
    let _ = writeln!(out, "\n{title}\n{}", lines.collect::<Vec<_>>().join("\n"));
}

fn rule_facts(out: &mut String, rule: &Rule) {
    if let Some(severity) = rule.agent_severity {
        fact(out, "", &format!("{severity} where an agent holds it"));
    }
    if rule.agent_scoped {
        fact(out, "", "one step lower where no agent holds it");
    }
    for (holder, confidence) in &rule.confidence_for {
        fact(out, "", &format!("confidence {confidence} for a holder of the kind {holder}"));
    }
    fact(out, "family", &rule.family);
    if !rule.supersedes.is_empty() {
        let ids: Vec<&str> = rule.supersedes.iter().map(Id::as_str).collect();
        fact(out, "goes before", &ids.join(", "));
    }
    fact(out, "since", &rule.since);
}

fn kind_facts(out: &mut String, kind: &Kind) {
    fact(out, "issued by", &kind.provider);
    fact(out, "usual name", &kind.name);
    if let Some(revoke) = &kind.revoke {
        fact(out, "revoke at", revoke);
    }
    fact(out, "since", &kind.since);
}

/// What the definition asks for, as it is written.
fn conditions(pack: &RulePack, id: &str) -> Option<String> {
    const ASKING: &[&str] = &[
        "on",
        "where",
        "shared",
        "check",
        "pattern",
        "prefixes",
        "context",
        "not-context",
        "reader",
        "variant",
        "beside",
        "lifetime",
    ];
    let mut table = pack.table_of(id)?;
    table.retain(|key, _| ASKING.contains(&key));
    toml::to_string(&table).ok()
}

/// The first test in which it fires, and the first in which it does not.
fn examples(out: &mut String, rule: &Rule) {
    let fires = |test: &&RuleTest| !test.expect.is_empty();
    if let Some(test) = rule.tests.iter().find(fires) {
        section(out, "It fires, for example, in", &text(test));
    }
    if let Some(test) = rule.tests.iter().find(|test| !fires(test)) {
        section(out, "It does not in", &text(test));
    }
}

/// The files of a test; samples stand as placeholders.
fn text(test: &RuleTest) -> String {
    let one = test.file.iter().zip(test.text.iter());
    let all = one.chain(&test.files).map(|(file, text)| format!("# {file}\n{}", text.trim_end()));
    all.collect::<Vec<_>>().join("\n")
}
