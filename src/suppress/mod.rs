//! Which findings somebody answers for: inline markers, waivers, a baseline.

mod baseline;
mod foreign;
mod marker;
mod notes;
mod refused;
#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    ArtifactPath, Disposition, Finding, Fingerprint, Id, Note, Origin, Timestamp, Waived, Waiver,
};

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
        let (expired, holding): (Vec<_>, Vec<_>) =
            self.waivers.iter().partition(|waiver| waiver.is_expired(now));
        for waiver in holding {
            notes.extend(hold_back(findings, waiver, seen));
        }
        self.heed_foreign(findings, seen);
        if let Some(baseline) = &self.baseline {
            baseline.apply(findings, seen.still_held);
        }
        // What an expired waiver no longer holds counts again only where nothing else holds it.
        notes.extend(expired.into_iter().filter_map(|waiver| let_go(findings, waiver, seen)));
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
                let reason = format!("{} in the source", honored.text);
                hold(finding, Disposition::Waived { reason, inline: true });
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
            hold(finding, Disposition::Waived { reason: reason.to_owned(), inline: true });
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

/// Applies one waiver that holds; the note says what is wrong with it.
fn hold_back(findings: &mut [Finding], waiver: &Waiver, seen: &Seen<'_>) -> Option<Note> {
    let mut unused = true;
    for finding in findings.iter_mut().filter(|finding| waiver.names(finding)) {
        unused = false;
        hold(finding, Disposition::Waived { reason: waiver.reason.clone(), inline: false });
    }
    unused.then(|| idle(findings, waiver, seen)).flatten()
}

/// What is to be said of a waiver that is over.
fn let_go(findings: &[Finding], waiver: &Waiver, seen: &Seen<'_>) -> Option<Note> {
    let named: Vec<&Finding> = findings.iter().filter(|finding| waiver.names(finding)).collect();
    if named.is_empty() {
        return idle(findings, waiver, seen);
    }
    Some(notes::expired_waiver(waiver, named.iter().filter(|finding| finding.is_open()).count()))
}

/// What is to be said of a waiver that names no finding.
fn idle(findings: &[Finding], waiver: &Waiver, seen: &Seen<'_>) -> Option<Note> {
    let meant = about_credential(findings, waiver);
    if !meant.is_empty() {
        return Some(notes::waives_credential(waiver, &meant));
    }
    should_have_been_met(waiver, seen).then(|| notes::unused_waiver(waiver))
}

/// The fingerprints of the findings about the credential whose fingerprint the waiver has where a finding's belongs.
fn about_credential(findings: &[Finding], waiver: &Waiver) -> BTreeSet<Fingerprint> {
    let Waived::Fingerprint(named) = waiver.subject else { return BTreeSet::new() };
    let is_of = |finding: &&Finding| {
        finding.credential.as_ref().is_some_and(|credential| credential.fingerprint == Some(named))
    };
    findings.iter().filter(is_of).map(|finding| finding.fingerprint).collect()
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
fn hold(finding: &mut Finding, disposition: Disposition) {
    if finding.is_open() {
        finding.disposition = disposition;
    }
}

#[cfg(test)]
mod tests;
