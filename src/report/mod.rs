//! Report to text: the terminal, JSON, SARIF; and the graph of who holds what, drawn.
//!
//! Every format is written from [`crate::model::Report`] and a [`Catalogue`] alone, and every string on its way out goes
//! through `sanitise`.

mod checklist;
mod graph;
mod human;
mod json;
mod sanitise;
mod sarif;
#[cfg(test)]
mod testing;

pub use checklist::{Rotation, checklist};
pub use graph::{Drawing, GraphFormat, LeftOut, Lonely, draw, graph_schema};
pub use json::json_schema;

use std::collections::BTreeMap;
use std::io;

use crate::model::{Confidence, Id, Report, Severity};

/// Where the program is at home; SARIF readers link to it.
const HOME: &str = "https://github.com/outstay/outstay";

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: excerpts, remedies, a summary.
    Human,
    /// The versioned report of [`json_schema`].
    Json,
    /// SARIF 2.1.0, for code scanning and viewers.
    Sarif,
}

/// Whether secrets may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Never.
    #[default]
    Redacted,
    /// To the person at this terminal, who asked for it. Machine formats do not follow.
    Shown,
}

/// How much is said beside the findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// Notes, the summary and the coverage.
    #[default]
    Full,
    /// Only what makes the run incomplete.
    Quiet,
}

/// How a report for people looks.
#[derive(Clone, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub colour: bool,
    /// How many columns the terminal has.
    pub width: usize,
    /// Whether secrets may be shown.
    pub secrets: Secrets,
    /// How much is said beside the findings.
    pub volume: Volume,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100, secrets: Secrets::Redacted, volume: Volume::Full }
    }
}

/// Where more about a rule can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its title.
    pub text: String,
    /// Its address.
    pub url: String,
}

/// What a report says about a rule or a credential kind.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Its id.
    pub id: Id,
    /// What it is about, in a few words.
    pub title: String,
    /// Why it is a violation.
    pub why: String,
    /// What to do instead.
    pub fix: String,
    /// Where more can be read.
    pub references: Vec<Reference>,
    /// The weaknesses it is an instance of, by their CWE numbers.
    pub cwe: Vec<u32>,
    /// How bad, before any attribute.
    pub severity: Severity,
    /// How sure, at best.
    pub confidence: Confidence,
    /// Words to filter by.
    pub tags: Vec<String>,
}

/// The rules and credential kinds that findings may name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(BTreeMap<Id, RuleInfo>);

impl Catalogue {
    /// The rule or kind of this id.
    pub fn get(&self, id: &Id) -> Option<&RuleInfo> {
        self.0.get(id)
    }
}

impl FromIterator<RuleInfo> for Catalogue {
    fn from_iter<I: IntoIterator<Item = RuleInfo>>(rules: I) -> Self {
        Self(rules.into_iter().map(|rule| (rule.id.clone(), rule)).collect())
    }
}

/// Writes `report` to `out`. The same report gives the same bytes.
pub fn render(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    format: Format,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let gatekeeper = sanitise::of_report(report);
    match format {
        Format::Human => human::write(report, catalogue, (style, &gatekeeper), out),
        Format::Json => json::write(report, &gatekeeper, out),
        Format::Sarif => sarif::write(report, catalogue, &gatekeeper, out),
    }
}

#[cfg(test)]
mod tests;
