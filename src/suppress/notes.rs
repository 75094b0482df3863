//! What is said about suppressions that do not do what they were written for.

use crate::model::{Id, Note, Origin, Waived, Waiver};

use super::{Marker, MarkerFault};

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

pub(super) fn expired_waiver(waiver: &Waiver, findings: usize) -> Note {
    let day = waiver.until.map(|until| until.date()).unwrap_or_default();
    let revived = match findings {
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
