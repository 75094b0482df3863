//! The last lines: notes, counts, coverage.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::paint::{Canvas, Ink};
use super::{Page, wrap};
use crate::model::{ArtifactPath, Gate, Report, Severity, Skip, SkipReason};

/// How many of the inputs that make a run incomplete are named, and how many that were bad but cost nothing else.
const NAMED: usize = 5;

impl Page<'_> {
    /// Notes, the summary, the coverage.
    pub(super) fn end(&self, canvas: &mut Canvas) -> io::Result<()> {
        for overruled in self.report.policy.iter().flat_map(|policy| &policy.overruled) {
            let text = format!("note: {}:{}: {}", overruled.path, overruled.line, overruled.message);
            self.say(Ink::Plain, &text, canvas)?;
        }
        for note in &self.report.notes {
            self.say(Ink::Plain, &format!("note: {}", note.message), canvas)?;
        }
        let failing = self.report.summary().failing > 0;
        self.say(if failing { Ink::Alarm } else { Ink::Heading }, &counts(self.report), canvas)?;
        self.say(Ink::Plain, &coverage(self.report), canvas)?;
        let skips = self.report.coverage.skips.iter();
        self.name(&skips.filter(|skip| was_bad(skip) && !skip.is_incomplete()).collect::<Vec<_>>(), canvas)?;
        self.incompleteness(canvas)
    }

    /// What was asked for and not examined; nothing where there is nothing.
    pub(super) fn incompleteness(&self, canvas: &mut Canvas) -> io::Result<()> {
        let missing: Vec<&Skip> =
            self.report.coverage.skips.iter().filter(|skip| skip.is_incomplete()).collect();
        self.name(&missing, canvas)?;
        if !self.report.incomplete {
            return Ok(());
        }
        let why = if self.report.coverage.artifacts == 0 {
            "INCOMPLETE: nothing was examined."
        } else {
            "INCOMPLETE: not all that was asked for was examined."
        };
        self.say(Ink::Alarm, why, canvas)
    }

    /// Names the first of `skips` and counts the rest.
    fn name(&self, skips: &[&Skip], canvas: &mut Canvas) -> io::Result<()> {
        for skip in skips.iter().take(NAMED) {
            let detail = skip.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            self.say(Ink::Plain, &format!("  {}: {}{detail}", skip.path, skip.reason.as_str()), canvas)?;
        }
        if skips.len() > NAMED {
            self.say(Ink::Plain, &format!("  and {} more", number(skips.len() - NAMED)), canvas)?;
        }
        Ok(())
    }

    fn say(&self, ink: Ink, text: &str, canvas: &mut Canvas) -> io::Result<()> {
        let indent = text.len() - text.trim_start().len();
        let shown = self.gatekeeper.text(text);
        let wrapped = wrap::wrap_after(indent, &shown, self.width, "  ");
        canvas.line(ink, &format!("{:indent$}{wrapped}", ""))
    }
}

/// "7 findings (2 critical, 5 low), 2 fail the run at high:high; 1 waived."
fn counts(report: &Report) -> String {
    let summary = report.summary();
    let mut text = match summary.open {
        0 => "No findings".to_owned(),
        open => format!(
            "{} ({}), {}",
            count(open, "finding"),
            severities(report),
            failing(report, summary.failing)
        ),
    };
    if summary.waived > 0 {
        let _ = write!(text, "; {} waived", number(summary.waived));
    }
    if summary.baselined > 0 {
        let _ = write!(text, "; {} in the baseline", number(summary.baselined));
    }
    if summary.failing_but_ignored > 0 {
        let _ = write!(
            text,
            "; {} more would fail, in files that git ignores",
            number(summary.failing_but_ignored)
        );
    }
    text.push('.');
    text
}

fn severities(report: &Report) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.is_open()) {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let words: Vec<String> =
        counts.iter().rev().map(|(severity, count)| format!("{} {severity}", number(*count))).collect();
    words.join(", ")
}

fn failing(report: &Report, failing: usize) -> String {
    let Gate { severity: Some(severity), confidence } = report.gate else {
        return "no finding fails the run".to_owned();
    };
    match failing {
        0 => format!("none fails the run at {severity}:{confidence}"),
        1 => format!("1 fails the run at {severity}:{confidence}"),
        many => format!("{} fail the run at {severity}:{confidence}", number(many)),
    }
}

/// "Examined 812 files, 12.3 MB, 40 as documents; 3 skipped: 2 excluded by the configuration, …"
fn coverage(report: &Report) -> String {
    let coverage = &report.coverage;
    let mut text = format!(
        "Examined {}, {}, {} as documents",
        count(coverage.artifacts, "file"),
        size(coverage.bytes),
        number(coverage.documents)
    );
    let mut searched = Vec::new();
    let mut skipped = Vec::new();
    let mut total = 0;
    for (reason, count) in reasons(&coverage.skips) {
        let words = format!("{} {}", number(count), reason.as_str());
        if was_searched(reason) {
            searched.push(words);
        } else {
            total += count;
            skipped.push(words);
        }
    }
    if total > 0 {
        let _ = write!(text, "; {} skipped: {}", number(total), skipped.join(", "));
    }
    if !searched.is_empty() {
        let _ = write!(text, "; {}", searched.join(", "));
    }
    text.push('.');
    if !coverage.home.is_empty() {
        let paths: Vec<&str> = coverage.home.iter().map(ArtifactPath::as_str).collect();
        let _ = write!(text, " Of the home: {}.", paths.join(", "));
    }
    text
}

fn reasons(skips: &[Skip]) -> BTreeMap<SkipReason, usize> {
    let mut counts = BTreeMap::new();
    for skip in skips {
        *counts.entry(skip.reason).or_default() += 1;
    }
    counts
}

/// Whether the input is not what it should be, so that somebody will want to look at it. What was left out on purpose is only
/// counted.
fn was_bad(skip: &Skip) -> bool {
    was_searched(skip.reason) || matches!(skip.reason, SkipReason::NotAFile | SkipReason::Vanished)
}

/// Whether its bytes were examined all the same.
fn was_searched(reason: SkipReason) -> bool {
    matches!(
        reason,
        SkipReason::TooLargeToParse
            | SkipReason::NotParsed
            | SkipReason::TooManyFindings
            | SkipReason::TooDense
    )
}

fn count(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", number(count))
}

/// With a comma between thousands.
fn number(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn size(bytes: u64) -> String {
    let mut tenths = u128::from(bytes) * 10;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if tenths < 10_000 {
            return if unit == "bytes" { format!("{bytes} {unit}") } else { decimal(tenths, unit) };
        }
        tenths = (tenths + 500) / 1_000;
    }
    decimal(tenths, "TB")
}

fn decimal(tenths: u128, unit: &str) -> String {
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_for_people() {
        assert_eq!(number(1_234_567_u64), "1,234,567");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(12_345_678), "12.3 MB");
        assert_eq!(size(u64::MAX), "18446744.1 TB");
        assert_eq!(count(1_u64, "file"), "1 file");
    }
}
