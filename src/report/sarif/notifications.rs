//! What SARIF is told about the run itself: what was not examined, what was cut, notes.

use super::model::{Line, Notification, NotificationKind, PhysicalLocation, Region, Spot, Text};
use super::uri;
use crate::model::{Note, Origin, Overruled, Report, Skip};

/// How many skipped inputs are listed; the rest is counted.
const MAX_SKIPS: usize = 1_000;

/// All notifications, the gravest kinds first.
pub(super) fn of(report: &Report, cut: usize) -> Vec<Notification> {
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
    said.extend(report.policy.iter().flat_map(|policy| &policy.overruled).map(overruled));
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

fn plain(kind: &str, level: &'static str, text: String) -> Notification {
    Notification {
        descriptor: NotificationKind { id: kind.to_owned() },
        level,
        message: Text::new(text),
        locations: None,
    }
}

fn note(note: &Note) -> Notification {
    plain(note.topic, "note", note.message.clone())
}

fn overruled(overruled: &Overruled) -> Notification {
    let said = plain("policy-overruled", "warning", overruled.message.clone());
    let mut spot = place(&Origin::file(overruled.path.clone()));
    spot.physical_location.region = Some(Region::Line(Line { start_line: overruled.line }));
    Notification { locations: Some([spot]), ..said }
}

fn skip(skip: &Skip) -> Notification {
    let level = if skip.is_incomplete() { "error" } else { "note" };
    let reason = skip.reason.as_str();
    let detail = skip.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let said = plain("input-skipped", level, format!("'{}': {reason}{detail}.", skip.path));
    Notification { locations: Some([place(&Origin::file(skip.path.clone()))]), ..said }
}

fn place(origin: &Origin) -> Spot {
    Spot {
        id: None,
        physical_location: PhysicalLocation { artifact_location: uri::location(origin), region: None },
        message: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArtifactPath, SkipReason};

    fn skipped(reason: SkipReason) -> Skip {
        Skip { path: ArtifactPath::new("a:b"), reason, detail: None, named: false }
    }

    #[test]
    fn what_was_cut_is_said_and_the_gravest_skips_stay() {
        let mut report = crate::report::testing::report(Vec::new());
        report.coverage.skips = vec![skipped(SkipReason::Excluded); MAX_SKIPS];
        report.coverage.skips.push(skipped(SkipReason::Unreadable));
        let said = of(&report, 7);
        let texts: Vec<&str> = said.iter().map(|said| &*said.message.text).collect();
        assert!(texts[0].starts_with("7 more findings"));
        assert_eq!(texts[1], "'a:b': could not be read.");
        assert_eq!(texts[MAX_SKIPS + 1], "1 more skipped inputs are not listed here.");
        assert_eq!(texts.len(), MAX_SKIPS + 2);
    }
}
