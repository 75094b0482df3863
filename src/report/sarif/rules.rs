//! The rules that have results, and the weaknesses they are instances of.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Component, Configuration, Descriptor, DescriptorProperties, Help, MessageStrings, Relationship, Target,
    Taxon, Taxonomy, Text,
};
use super::results::level;
use crate::model::{Confidence, Finding, Id, Severity};
use crate::report::{Catalogue, HOME, RuleInfo};

/// GitHub cuts descriptions here.
const LONGEST: usize = 1_024;

/// GitHub refuses more tags for one rule.
const MAX_TAGS: usize = 20;

/// The rules that have results, sorted by id.
pub(super) struct Rules<'c> {
    rules: BTreeMap<&'c Id, Rule<'c>>,
    weaknesses: Vec<u32>,
}

struct Rule<'c> {
    index: usize,
    info: Option<&'c RuleInfo>,
    /// The severity of its worst finding, for a rule that the catalogue does not have.
    worst: (Severity, Confidence),
}

impl<'c> Rules<'c> {
    pub(super) fn of(findings: &[&'c Finding], catalogue: &'c Catalogue) -> Self {
        let mut rules: BTreeMap<&Id, Rule<'_>> = BTreeMap::new();
        for finding in findings {
            let found = (finding.severity, finding.confidence);
            rules
                .entry(&finding.rule)
                .and_modify(|rule| rule.worst = rule.worst.max(found))
                .or_insert_with(|| Rule { index: 0, info: catalogue.get(&finding.rule), worst: found });
        }
        for (index, rule) in rules.values_mut().enumerate() {
            rule.index = index;
        }
        let weaknesses: BTreeSet<u32> =
            rules.values().filter_map(|rule| rule.info).flat_map(|info| info.cwe.iter().copied()).collect();
        Self { rules, weaknesses: weaknesses.into_iter().collect() }
    }

    /// Where a rule stands in the descriptors.
    pub(super) fn index(&self, id: &Id) -> usize {
        self.rules.get(id).map_or(0, |rule| rule.index)
    }

    pub(super) fn descriptors(&self) -> Vec<Descriptor> {
        self.rules.iter().map(|(id, rule)| self.descriptor(id, rule)).collect()
    }

    fn descriptor(&self, id: &Id, rule: &Rule<'_>) -> Descriptor {
        let bare = RuleInfo {
            id: id.clone(),
            title: id.to_string(),
            why: "This rule has no description.".to_owned(),
            fix: "Replace it with a credential that ends with the task.".to_owned(),
            references: Vec::new(),
            cwe: Vec::new(),
            severity: rule.worst.0,
            confidence: rule.worst.1,
            tags: Vec::new(),
        };
        let info = rule.info.unwrap_or(&bare);
        Descriptor {
            id: id.clone(),
            name: pascal_case(id.as_str()),
            short_description: Text::new(short(&sentence(&info.title))),
            full_description: Text::new(short(&info.why)),
            help: help(info),
            help_uri: info
                .references
                .iter()
                .map(|reference| &reference.url)
                .filter(|url| !url.is_empty())
                .find(|url| is_web(url))
                .map_or_else(|| HOME.to_owned(), Clone::clone),
            default_configuration: Configuration { level: level(info.severity) },
            message_strings: MessageStrings { default: Text::new("{0}.") },
            properties: DescriptorProperties {
                tags: tags(info),
                precision: info.confidence,
                security_severity: security_severity(info.severity),
            },
            relationships: self.relationships(&info.cwe),
        }
    }

    /// Each weakness once, since the schema wants them unique.
    fn relationships(&self, numbers: &[u32]) -> Vec<Relationship> {
        let named = self.weaknesses.iter().enumerate().filter(|(_, number)| numbers.contains(number));
        named
            .map(|(index, number)| Relationship {
                target: Target { id: weakness(*number), index, tool_component: Component::CWE },
                kinds: ["superset"],
            })
            .collect()
    }

    /// The weaknesses of these rules; nothing where they have none.
    pub(super) fn taxonomy(&self) -> Option<Taxonomy> {
        let taxon = |number: &u32| Taxon {
            id: weakness(*number),
            help_uri: format!("https://cwe.mitre.org/data/definitions/{number}.html"),
        };
        (!self.weaknesses.is_empty()).then(|| Taxonomy {
            name: "CWE",
            organization: "MITRE",
            short_description: Text::new("Common Weakness Enumeration."),
            information_uri: "https://cwe.mitre.org/",
            is_comprehensive: false,
            taxa: self.weaknesses.iter().map(taxon).collect(),
        })
    }
}

fn weakness(number: u32) -> String {
    format!("CWE-{number}")
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://")
        && !url.contains(|character: char| character.is_whitespace() || character.is_control())
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut characters = word.chars();
            characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters)
        })
        .collect()
}

/// With one full stop.
pub(super) fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end().trim_end_matches('.'))
}

fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn help(info: &RuleInfo) -> Help {
    let mut text = format!("{}\n\nFix: {}", info.why, info.fix);
    let mut markdown = format!("{}\n\n**Fix:** {}", info.why, info.fix);
    if !info.references.is_empty() {
        text.push_str("\n\nReferences:");
        markdown.push_str("\n\n**References:**\n");
    }
    for reference in &info.references {
        let title = reference.text.replace(['[', ']'], "");
        if is_web(&reference.url) {
            text.push_str(&format!("\n- {}: {}", reference.text, reference.url));
            markdown.push_str(&format!("\n- [{title}]({})", reference.url));
        } else {
            text.push_str(&format!("\n- {}", reference.text));
            markdown.push_str(&format!("\n- {title}"));
        }
    }
    Help { text, markdown }
}

fn tags(info: &RuleInfo) -> Vec<String> {
    let weaknesses = info.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}"));
    let mut tags = vec!["security".to_owned()];
    for tag in weaknesses.chain(info.tags.iter().cloned()) {
        if tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The score that GitHub sorts by; a note has none, since the scale has no place for it.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Note => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_ids() {
        assert_eq!(pascal_case("mcp-env-long-lived-key"), "McpEnvLongLivedKey");
    }

    #[test]
    fn long_texts_are_cut_to_the_limit() {
        assert_eq!(short(&"ü".repeat(2_000)).chars().count(), LONGEST);
        assert_eq!(short("a"), "a");
    }

    #[test]
    fn tags_are_unique_and_few() {
        let mut info = crate::report::testing::rule("a");
        info.tags = (0..40).map(|n| format!("t{}", n / 2)).collect();
        let tags = tags(&info);
        assert_eq!(&tags[..3], ["security", "external/cwe/cwe-798", "external/cwe/cwe-522"]);
        assert_eq!(tags.len(), MAX_TAGS);
    }
}
