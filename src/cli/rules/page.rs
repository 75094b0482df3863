//! `outstay rules catalog`: every rule, kind and platform as one Markdown page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model::Confidence;
use crate::rules::{Kind, LifetimeRule, Rule, RulePack};

use super::super::catalogue;

const HEAD: &str = "<!-- Generated from the rules: `cargo run --example regenerate`. Do not edit. -->
# What outstay looks for
";

pub(super) fn catalog(pack: &RulePack) -> String {
    let mut out = HEAD.to_owned();
    let _ = writeln!(
        out,
        "{} rules over who holds what, {} credential kinds, {} platforms. `outstay explain ID` prints the whole card of a rule or kind.",
        pack.rules.len(),
        pack.kinds.len(),
        pack.platforms.len()
    );
    rules(&mut out, pack);
    kinds(&mut out, pack);
    platforms(&mut out, pack);
    out
}

fn rules(out: &mut String, pack: &RulePack) {
    let mut families: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &pack.rules {
        families.entry(&rule.family).or_default().push(rule);
    }
    out.push_str("\n## Rules\n");
    for (family, mut rules) in families {
        rules.sort_by_key(|rule| &rule.id);
        let _ = writeln!(out, "\n### {}", sentence(family));
        for rule in rules {
            let Some(info) = catalogue::info(pack, rule.id.as_str()) else { continue };
            let agent =
                rule.agent_severity.map_or(String::new(), |severity| format!(" ({severity} for an agent)"));
            let _ = writeln!(out, "\n#### `{}`", info.id);
            let _ = writeln!(
                out,
                "{}. Severity {}{agent}, confidence {}.\n\n{}\n\n**Instead:** {}",
                escaped(info.title.trim_end_matches('.')),
                info.severity,
                info.confidence,
                prose(&info.why),
                prose(&info.fix)
            );
        }
    }
}

fn kinds(out: &mut String, pack: &RulePack) {
    let mut providers: BTreeMap<(String, &str), Vec<&Kind>> = BTreeMap::new();
    for kind in &pack.kinds {
        let key = (kind.provider.to_lowercase(), kind.provider.as_str());
        providers.entry(key).or_default().push(kind);
    }
    out.push_str(
        "\n## Credential kinds\n\n| provider | id | what | lasts | confidence |\n|---|---|---|---|---|\n",
    );
    for ((_, provider), mut kinds) in providers {
        kinds.sort_by_key(|kind| &kind.id);
        for kind in kinds {
            let _ = writeln!(
                out,
                "| {} | `{}` | {} | {} | {} |",
                cell(provider),
                kind.id,
                cell(&kind.title),
                lasting(&kind.lifetime),
                confidence(kind.base_confidence())
            );
        }
    }
}

fn platforms(out: &mut String, pack: &RulePack) {
    let mut platforms: Vec<_> = pack.platforms.iter().collect();
    platforms.sort_by_key(|platform| &platform.id);
    out.push_str("\n## Platforms\n\n| id | what | files | by content | below the home | holders |\n|---|---|---|---|---|---|\n");
    for platform in &platforms {
        let holders: BTreeSet<&str> = platform.holders.iter().map(|holder| holder.title.as_str()).collect();
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} |",
            platform.id,
            cell(&platform.title),
            codes(&platform.files),
            codes(&platform.candidates),
            codes(&platform.home),
            cell(&holders.into_iter().collect::<Vec<_>>().join(", "))
        );
    }
    let unread = platforms.iter().filter_map(|platform| Some((&platform.id, platform.evidence.as_ref()?)));
    let mut lines = unread.map(|(id, evidence)| format!("- `{id}`: {}\n", prose(evidence))).peekable();
    if lines.peek().is_some() {
        out.push_str("\nNot everything of these was read at the vendor:\n\n");
        lines.for_each(|line| out.push_str(&line));
    }
}

fn lasting(rule: &LifetimeRule) -> String {
    match rule {
        LifetimeRule::Always(class) => class.as_str().to_owned(),
        LifetimeRule::Cases(cases) => {
            let classes: BTreeSet<&str> = cases.iter().map(|case| case.is.as_str()).collect();
            classes.into_iter().collect::<Vec<_>>().join(" or ")
        }
    }
}

fn confidence(confidence: Confidence) -> String {
    confidence.to_string()
}

fn codes(texts: &[String]) -> String {
    let code = |text: &String| format!("`{}`", text.replace('|', "\\|"));
    texts.iter().map(code).collect::<Vec<_>>().join(" ")
}

/// A cell of a table: one line, no bars.
fn cell(text: &str) -> String {
    escaped(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace('|', "\\|")
}

/// What is no markup in a rule's text is none here. Code in backticks stays.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        match character {
            '<' if !in_code => out.push_str("&lt;"),
            '*' | '_' if !in_code => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

/// Paragraphs as they are written; lines that are indented, or stand in a fence, are code.
fn prose(text: &str) -> String {
    if text.contains("```") {
        return text.trim().to_owned();
    }
    text.trim()
        .lines()
        .map(|line| if line.starts_with("    ") { line.to_owned() } else { escaped(line) })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A family's name as a heading.
fn sentence(family: &str) -> String {
    let words = family.replace('-', " ");
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
