//! Which findings somebody answers for: inline markers, waivers, a baseline.

mod baseline;
mod foreign;
mod marker;
mod notes;
mod refused;
#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ArtifactPath, Disposition, Finding, Id, Note, Origin, Timestamp, Waived, Waiver};

pub use baseline::{Baseline, BaselineError};
pub use foreign::{ForeignMarker, foreign_at, foreign_tools};
pub use marker::{Allowance, Marker, MarkerFault, markers};
pub use refused::refused_markers;

/// Whether markers of our own in the source are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inline {
    /// They are not even mentioned.
    #[default]
    Disregarded,
    /// They hold.
    Followed,
    /// They do not hold; [`refused_markers`] names those that would have.
    Refused,
}

/// All that may hold findings back. The default holds back none.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// From `outstay.toml`.
    pub waivers: Vec<Waiver>,
    /// What was there before.
    pub baseline: Option<Baseline>,
    /// Markers of our own.
    pub inline: Inline,
    /// The tools whose markers are followed; the others are mentioned in the finding.
    pub honored: BTreeSet<&'static str>,
}

/// How much of what the configuration governs was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Named files, staged changes and the like: what is missing proves nothing.
    Part,
}

/// What a run saw, as far as suppressing asks.
pub struct Seen<'s> {
    /// How much that was.
    pub extent: Extent,
    /// The paths of the examined artifacts.
    pub paths: &'s [ArtifactPath],
    /// Markers of our own, by artifact.
    pub markers: &'s BTreeMap<Origin, Vec<Marker>>,
    /// Markers of other tools, by artifact and the line of which they speak.
    pub foreign: &'s BTreeMap<(Origin, usize), Vec<&'static ForeignMarker>>,
    /// Whether a rule or credential kind has this id.
    pub is_rule: &'s dyn Fn(&str) -> bool,
    /// Whether this run could have found it: it is switched on, and is no rule over several places of which only a part
    /// was looked at.
    pub is_active: &'s dyn Fn(&str) -> bool,
    /// Whether a reported path exists, though it was not examined.
    pub still_held: &'s dyn Fn(&str) -> bool,
}

impl Suppressions {
    /// Sets what becomes of each finding, and says which suppressions are expired, unused or mistaken.
    pub fn apply(&self, findings: &mut [Finding], seen: &Seen<'_>, now: Timestamp) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.inline == Inline::Followed {
            notes.extend(follow_markers(findings, seen));
        }
        for waiver in &self.waivers {
            notes.extend(hold_back(findings, waiver, seen, now));
        }
        self.heed_foreign(findings, seen);
        if let Some(baseline) = &self.baseline {
            baseline.apply(findings, seen.still_held);
        }
        notes.sort();
        notes
    }

    fn heed_foreign(&self, findings: &mut [Finding], seen: &Seen<'_>) {
        for finding in findings {
            let place = (finding.location.origin.clone(), finding.location.region.start.line);
            let Some(markers) = seen.foreign.get(&place) else { continue };
            finding.foreign_marker = markers.first().map(|marker| marker.text);
            if let Some(honored) = markers.iter().find(|marker| self.honored.contains(marker.tool)) {
                finding.foreign_marker = Some(honored.text);
                waive(finding, &format!("{} in the source", honored.text), true);
            }
        }
    }
}

fn follow_markers(findings: &mut [Finding], seen: &Seen<'_>) -> Vec<Note> {
    let mut by_origin: BTreeMap<&Origin, Vec<&mut Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some((origin, _)) = seen.markers.get_key_value(&finding.location.origin) {
            by_origin.entry(origin).or_default().push(finding);
        }
    }
    let mut notes = Vec::new();
    for (origin, markers) in seen.markers {
        let mut here = by_origin.remove(origin).unwrap_or_default();
        for marker in markers {
            match &marker.allowance {
                Ok(allowance) => notes.extend(
                    allowance.rules.iter().filter_map(|rule| allow(&mut here, (origin, marker), rule, seen)),
                ),
                Err(fault) => notes.push(notes::faulty_marker(origin, marker, fault)),
            }
        }
    }
    notes
}

/// Waives what `rule` names on the marker's line; the note says what is wrong with the marker.
fn allow(here: &mut [&mut Finding], placed: (&Origin, &Marker), rule: &Id, seen: &Seen<'_>) -> Option<Note> {
    let (origin, marker) = placed;
    if !(seen.is_rule)(rule.as_str()) {
        return Some(notes::unknown_rule(origin, marker, rule));
    }
    let reason = marker.allowance.as_ref().map_or("", |allowance| &allowance.reason);
    let mut unused = (seen.is_active)(rule.as_str());
    for finding in here.iter_mut() {
        if stands_on(finding, marker.covers) && finding.is_named_by(rule) {
            waive(finding, reason, true);
            unused = false;
        }
    }
    unused.then(|| notes::unused_marker(origin, marker, rule))
}

/// Whether the first or the last line of the finding's place is `line`.
fn stands_on(finding: &Finding, line: usize) -> bool {
    let region = finding.location.region;
    region.start.line == line || (region.end.line == line && region.end.column > 1)
}

/// Applies one waiver; the notes say what is wrong with it.
fn hold_back(findings: &mut [Finding], waiver: &Waiver, seen: &Seen<'_>, now: Timestamp) -> Option<Note> {
    let expired = waiver.is_expired(now);
    let mut named = 0;
    for finding in findings.iter_mut().filter(|finding| waiver.names(finding)) {
        named += 1;
        if !expired {
            waive(finding, &waiver.reason, false);
        }
    }
    match (expired, named) {
        (true, 1..) => Some(notes::expired_waiver(waiver, named)),
        (_, 0) if should_have_been_met(waiver, seen) => Some(notes::unused_waiver(waiver)),
        _ => None,
    }
}

/// Whether the run looked where the waiver's findings would stand, so that their absence says something.
fn should_have_been_met(waiver: &Waiver, seen: &Seen<'_>) -> bool {
    if let Waived::Rule(rule) = &waiver.subject
        && !(seen.is_active)(rule.as_str())
    {
        return false;
    }
    match &waiver.paths {
        None => seen.extent == Extent::Whole && !seen.paths.is_empty(),
        Some(paths) => {
            (seen.extent == Extent::Whole || paths.is_literal())
                && seen.paths.iter().any(|path| paths.matches(path))
        }
    }
}

/// Holds an open finding back; the first reason stands.
fn waive(finding: &mut Finding, reason: &str, inline: bool) {
    if finding.is_open() {
        finding.disposition = Disposition::Waived { reason: reason.to_owned(), inline };
    }
}

#[cfg(test)]
mod tests;
