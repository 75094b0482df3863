//! What SARIF is told about the run itself: what was not examined, what was cut, notes.

use std::collections::BTreeMap;

use super::model::{Notification, NotificationKind, NotificationReference, PhysicalLocation, Spot, Text};
use super::uri;
use crate::model::{Note, Origin, Report, Skip};

/// How many skipped inputs are listed; the rest is counted.
const MAX_SKIPS: usize = 1_000;

/// What is said, before the kinds have their places.
struct Said {
    kind: String,
    level: &'static str,
    text: String,
    about: Option<Origin>,
}

/// All notifications, and the kinds they are of.
pub(super) fn of(report: &Report, cut: usize) -> (Vec<Notification>, Vec<NotificationKind>) {
    let said = said(report, cut);
    let mut kinds: BTreeMap<String, usize> = said.iter().map(|said| (said.kind.clone(), 0)).collect();
    for (place, index) in kinds.values_mut().enumerate() {
        *index = place;
    }
    let notifications = said
        .into_iter()
        .map(|said| Notification {
            descriptor: NotificationReference {
                index: kinds.get(&said.kind).copied().unwrap_or(0),
                id: said.kind,
            },
            level: said.level,
            message: Text::new(said.text),
            locations: said.about.map(|origin| [place(&origin)]),
        })
        .collect();
    let describe = |id: String| NotificationKind { short_description: Text::new(description(&id)), id };
    (notifications, kinds.into_keys().map(describe).collect())
}

fn said(report: &Report, cut: usize) -> Vec<Said> {
    let mut said = Vec::new();
    if report.incomplete {
        said.push(plain("incomplete", "error", "Not all that was asked for was examined.".to_owned()));
    }
    if cut > 0 {
        said.push(plain(
            "results-cut",
            "warning",
            format!("{cut} more findings are not listed here, none of them worse than those that are."),
        ));
    }
    said.extend(report.notes.iter().map(note));
    let (missing, others): (Vec<&Skip>, Vec<&Skip>) =
        report.coverage.skips.iter().partition(|skip| skip.is_incomplete());
    said.extend(missing.into_iter().chain(others).take(MAX_SKIPS).map(skip));
    let unlisted = report.coverage.skips.len().saturating_sub(MAX_SKIPS);
    if unlisted > 0 {
        said.push(plain("skips-cut", "note", format!("{unlisted} more skipped inputs are not listed here.")));
    }
    said
}

fn plain(kind: &str, level: &'static str, text: String) -> Said {
    Said { kind: kind.to_owned(), level, text, about: None }
}

fn note(note: &Note) -> Said {
    plain(note.topic, "note", note.message.clone())
}

fn skip(skip: &Skip) -> Said {
    let reason = skip.reason.as_str();
    let detail = skip.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    Said {
        kind: "input-skipped".to_owned(),
        level: if skip.is_incomplete() { "error" } else { "note" },
        text: format!("'{}': {reason}{detail}.", skip.path),
        about: Some(Origin::file(skip.path.clone())),
    }
}

fn place(origin: &Origin) -> Spot {
    Spot {
        id: None,
        physical_location: PhysicalLocation { artifact_location: uri::location(origin), region: None },
        message: None,
    }
}

fn description(kind: &str) -> &'static str {
    match kind {
        "incomplete" => "The run is incomplete.",
        "results-cut" => "There are more results than one run may have.",
        "input-skipped" => "An input was not, or not wholly, examined.",
        "skips-cut" => "There are more skipped inputs than are listed.",
        _ => "A note about the run.",
    }
}
