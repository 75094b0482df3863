//! Trees labelled by hand: places that must be reported, and tempting ones that must not. Shapes come from real repositories;
//! names and values do not.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use crate::model::{Finding, Severity};
use crate::rules::{RulePack, Samples};
use crate::scan::ScanError;
use crate::text::Span;

use super::scan_texts;

/// One small tree and what a person says of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// What sort of tree it is.
    pub about: String,
    /// Path to template of the text.
    pub files: BTreeMap<String, String>,
    /// What must be reported.
    #[serde(default)]
    pub report: Vec<Label>,
    /// What must not.
    #[serde(default)]
    pub tempting: Vec<Label>,
}

/// A place in one of the files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Label {
    /// Which file.
    pub file: String,
    /// Template of the bytes; the first occurrence, or the one numbered `nth` from 1.
    pub text: String,
    /// Which occurrence.
    #[serde(default)]
    pub nth: Option<usize>,
    /// Rules or kinds, one of which says it.
    #[serde(default)]
    pub rule: Vec<String>,
    /// Why, where that is not plain.
    #[serde(default)]
    pub why: Option<String>,
}

/// How the labels and the report agree.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Places that must be reported.
    pub wanted: usize,
    /// Of them: a right rule speaks there.
    pub right: usize,
    /// Of them: some rule speaks there.
    pub something: usize,
    /// Tempting places.
    pub tempting: usize,
    /// Of them: reported all the same, as more than a note.
    pub false_alarms: usize,
    /// What disagrees, one line each.
    pub lines: Vec<String>,
}

/// Holds the labels of `case`, called `name`, against what a scan of its files says.
///
/// # Errors
/// The pack cannot be used at all.
pub fn score(pack: &RulePack, name: &str, case: &Case, score: &mut Score) -> Result<(), ScanError> {
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    let fill = |template: &str| samples.text(template, name).unwrap_or_else(|error| error.to_string());
    let files: BTreeMap<String, String> =
        case.files.iter().map(|(path, template)| (path.clone(), fill(template))).collect();
    let report = scan_texts(pack, (&files, None), HashSet::new())?;
    let at = |label: &Label| {
        let wanted = fill(&label.text);
        let text = files.get(&label.file).map_or("", String::as_str);
        let mut places = text.match_indices(&wanted).map(|(at, _)| Span::new(at, at + wanted.len()));
        places.nth(label.nth.unwrap_or(1).saturating_sub(1))
    };
    for label in &case.report {
        score.wanted += 1;
        let Some(span) = at(label) else {
            score.lines.push(format!("{name}: {} has no such text: {}", label.file, label.text));
            continue;
        };
        let said: Vec<&str> = speaking(&report.findings, &label.file, span).collect();
        let is_right = label.rule.iter().any(|rule| said.contains(&rule.as_str()));
        score.right += usize::from(is_right);
        score.something += usize::from(!said.is_empty());
        if !is_right {
            let line =
                format!("{name}: {}: `{}` wants {:?}, got {said:?}", label.file, label.text, label.rule);
            score.lines.push(line);
        }
    }
    for label in &case.tempting {
        score.tempting += 1;
        let Some(span) = at(label) else {
            score.lines.push(format!("{name}: {} has no such text: {}", label.file, label.text));
            continue;
        };
        let loud = report.findings.iter().filter(|finding| finding.severity > Severity::Note);
        let said: Vec<&str> = loud
            .filter(|finding| stands_at(finding, &label.file, span))
            .map(|finding| finding.rule.as_str())
            .collect();
        if !said.is_empty() {
            score.false_alarms += 1;
            score.lines.push(format!("{name}: {}: `{}` tempted {said:?}", label.file, label.text));
        }
    }
    Ok(())
}

/// The rules that speak at a place: as the finding itself, beside it, or with the place as a related one.
fn speaking<'f>(findings: &'f [Finding], file: &str, span: Span) -> impl Iterator<Item = &'f str> {
    findings
        .iter()
        .filter(move |finding| {
            let related = finding.related.iter().any(|place| {
                place.location.origin.path.as_str() == file && place.location.span.overlaps(span)
            });
            related || stands_at(finding, file, span)
        })
        .flat_map(|finding| std::iter::once(&finding.rule).chain(&finding.also))
        .map(crate::model::Id::as_str)
}

fn stands_at(finding: &Finding, file: &str, span: Span) -> bool {
    let location = &finding.location;
    location.origin.path.as_str() == file
        && (location.span.overlaps(span) || location.span.is_empty() && span.contains(location.span))
}
