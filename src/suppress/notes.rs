//! What is said about suppressions that do not do what they were written for.

use std::collections::BTreeSet;

use crate::model::{Fingerprint, Id, Note, Origin, Waived, Waiver};

use super::{Marker, MarkerFault};

/// More findings are not listed in one note.
const MOST_SHOWN: usize = 5;

pub(super) fn faulty_marker(origin: &Origin, marker: &Marker, fault: &MarkerFault) -> Note {
    let message =
        format!("{origin}:{}: the marker `outstay:allow` holds nothing back: it {fault}.", marker.line);
    Note { topic: "invalid-marker", message }
}

pub(super) fn unknown_rule(origin: &Origin, marker: &Marker, rule: &Id) -> Note {
    let message = format!(
        "{origin}:{}: the marker `outstay:allow {rule}` holds nothing back: no rule has this id; `outstay rules list` \
         prints them.",
        marker.line
    );
    Note { topic: "invalid-marker", message }
}

pub(super) fn unused_marker(origin: &Origin, marker: &Marker, rule: &Id) -> Note {
    let message = format!(
        "{origin}:{}: the marker `outstay:allow {rule}` matches no finding on line {}; delete it.",
        marker.line, marker.covers
    );
    Note { topic: "unused-marker", message }
}

/// `open`: how many of its findings nothing else holds back.
pub(super) fn expired_waiver(waiver: &Waiver, open: usize) -> Note {
    let day = waiver.until.map(|until| until.date()).unwrap_or_default();
    let revived = match open {
        0 => "what it named is held back otherwise, so delete it".to_owned(),
        1 => "its finding counts again".to_owned(),
        many => format!("its {many} findings count again"),
    };
    let message = format!("{}: the waiver of {} held until {day}; {revived}.", waiver.place, subject(waiver));
    Note { topic: "expired-waiver", message }
}

pub(super) fn unused_waiver(waiver: &Waiver) -> Note {
    let message =
        format!("{}: the waiver of {} matches no finding; delete it.", waiver.place, subject(waiver));
    Note { topic: "unused-waiver", message }
}

/// `findings`: those about the credential that it names.
pub(super) fn waives_credential(waiver: &Waiver, findings: &BTreeSet<Fingerprint>) -> Note {
    let shown: Vec<String> =
        findings.iter().take(MOST_SHOWN).map(|fingerprint| format!("`{fingerprint}`")).collect();
    let more = if findings.len() > MOST_SHOWN { " and others" } else { "" };
    let message = format!(
        "{}: the waiver of {} holds nothing back: this is a credential's fingerprint, and a waiver names a finding; \
         about this credential there is {}{more}.",
        waiver.place,
        subject(waiver),
        shown.join(", ")
    );
    Note { topic: "unused-waiver", message }
}

fn subject(waiver: &Waiver) -> String {
    let subject = match &waiver.subject {
        Waived::Rule(rule) => format!("`{rule}`"),
        Waived::Fingerprint(fingerprint) => format!("`{fingerprint}`"),
    };
    match waiver.paths.as_ref().map(|paths| paths.patterns().join(", ")) {
        Some(paths) => format!("{subject} in `{paths}`"),
        None => subject,
    }
}
