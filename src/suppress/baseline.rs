//! What was there before: one line per finding, without lines, dates or versions, so that merges are harmless.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Disposition, Finding, Fingerprint};
use crate::text::{Gatekeeper, is_hidden};

/// The first line of a written baseline.
const HEADER: &str =
    "# outstay baseline: findings that were there before. One line each: fingerprint, path.\n";

/// A baseline that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// A merge was not finished.
    #[error(
        "line {line}: this is the mark of an unfinished merge; keep the lines of both sides and delete the marks"
    )]
    Conflict {
        /// The line, from 1.
        line: usize,
    },
    /// A line that is no entry.
    #[error(
        "line {line}: this is no entry; an entry is a fingerprint of 32 hexadecimal digits, a space and a path. \
         Write the file anew with `outstay baseline`"
    )]
    Malformed {
        /// The line, from 1.
        line: usize,
    },
}

/// One finding as a baseline knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    fingerprint: Fingerprint,
    /// As it is written: without blanks.
    path: String,
}

impl Entry {
    fn of(finding: &Finding) -> Self {
        Self { fingerprint: finding.fingerprint, path: encoded(&finding.location.origin.to_string()) }
    }
}

/// Findings that do not count, each as often as it was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How many times each entry stands there; never 0.
    entries: BTreeMap<Entry, usize>,
}

impl Baseline {
    /// Reads a baseline; order, blank lines, comments and line ends do not matter.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut baseline = Self::default();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.trim_ascii();
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| content.starts_with(mark)) {
                return Err(BaselineError::Conflict { line });
            }
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let entry = content.split_once([' ', '\t']).and_then(|(fingerprint, path)| {
                Some(Entry {
                    fingerprint: Fingerprint::parse(fingerprint)?,
                    path: encoded(path.trim_ascii()),
                })
            });
            baseline.add(entry.ok_or(BaselineError::Malformed { line })?);
        }
        Ok(baseline)
    }

    /// The baseline that holds all of `findings` but the waived ones, which answer for themselves.
    pub fn of(findings: &[Finding]) -> Self {
        let mut baseline = Self::default();
        let counted = |finding: &&Finding| !matches!(finding.disposition, Disposition::Waived { .. });
        findings.iter().filter(counted).for_each(|finding| baseline.add(Entry::of(finding)));
        baseline
    }

    fn add(&mut self, entry: Entry) {
        *self.entries.entry(entry).or_default() += 1;
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.values().sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// As a file.
    pub fn write(&self) -> String {
        let mut text = HEADER.to_owned();
        for (Entry { fingerprint, path }, count) in &self.entries {
            for _ in 0..*count {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{fingerprint} {path}");
            }
        }
        text
    }

    /// Marks the open findings that it holds, and says how many of its entries matched nothing.
    ///
    /// An entry stands for one finding: at its path, or else, where it has moved from there, at another path.
    /// `still_held` tells of a path (as it is reported) that it exists but was not examined: what stands there has not
    /// moved. A waived finding uses its entry up, so that no copy elsewhere can.
    pub fn apply(&self, findings: &mut [Finding], still_held: &dyn Fn(&str) -> bool) -> usize {
        let mut left = self.entries.clone();
        let waived = |finding: &Finding| !finding.is_open();
        // A stable sort: open findings have the first claim on an entry for the same path.
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|index| waived(&findings[*index]));
        for index in order {
            if take(&mut left, &Entry::of(&findings[index])) {
                mark(&mut findings[index]);
            }
        }

        let mut moved: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        for (entry, count) in left.iter().filter(|(entry, _)| !still_held(&decoded(&entry.path))) {
            *moved.entry(entry.fingerprint).or_default() += count;
        }
        let mut carried = 0;
        for finding in findings.iter_mut().filter(|finding| finding.is_open()) {
            if take(&mut moved, &finding.fingerprint) {
                mark(finding);
                carried += 1;
            }
        }
        left.values().sum::<usize>() - carried
    }
}

/// Takes one of `key` out of the multiset `left`.
fn take<K: Ord>(left: &mut BTreeMap<K, usize>, key: &K) -> bool {
    match left.get_mut(key) {
        Some(count) if *count > 1 => *count -= 1,
        Some(_) => {
            left.remove(key);
        }
        None => return false,
    }
    true
}

fn mark(finding: &mut Finding) {
    if finding.is_open() {
        finding.disposition = Disposition::Baselined;
    }
}

/// A path without blanks, which editors cut, and without what looks like a secret: a baseline is committed. A reported path has its `%`
/// and control characters encoded already.
fn encoded(path: &str) -> String {
    let path = Gatekeeper::default().letting_paths(std::iter::once(path)).mask(path).into_owned();
    let mut written = String::with_capacity(path.len());
    for character in path.chars() {
        if character == ' ' || is_hidden(character) {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(written, "%{byte:02X}");
            }
        } else {
            written.push(character);
        }
    }
    written
}

/// The reported path that [`encoded`] was given.
fn decoded(path: &str) -> String {
    path.replace("%20", " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{finding, sign};
    use super::*;

    fn dispositions(baseline: &Baseline, findings: &mut [Finding]) -> Vec<bool> {
        baseline.apply(findings, &|_| false);
        findings.iter().map(|finding| finding.disposition == Disposition::Baselined).collect()
    }

    #[test]
    fn it_is_written_sorted_one_line_each() {
        let findings = [finding("r", "b", "x"), finding("r", "a b", "x"), finding("r", "b", "x")];
        let text = Baseline::of(&findings).write();
        let fingerprint = sign("x");
        assert_eq!(text, format!("{HEADER}{fingerprint} a%20b\n{fingerprint} b\n{fingerprint} b\n"));
    }

    #[test]
    fn a_finding_that_was_there_is_baselined_and_one_more_copy_is_new() {
        let baseline = Baseline::of(&[finding("r", "a", "x")]);
        let mut now =
            [finding("r", "a", "x"), finding("r", "a", "x"), finding("r", "b", "x"), finding("r", "a", "y")];
        assert_eq!(dispositions(&baseline, &mut now), [true, false, false, false]);
    }

    #[test]
    fn a_move_carries_over_once() {
        let baseline = Baseline::of(&[finding("r", "a", "x")]);
        let mut now = [finding("r", "b", "x"), finding("r", "c", "x")];
        assert_eq!(dispositions(&baseline, &mut now), [true, false]);
    }

    #[test]
    fn what_was_not_examined_has_not_moved() {
        let baseline = Baseline::of(&[finding("r", "my a", "x")]);
        let mut now = [finding("r", "b", "x")];
        assert_eq!(baseline.apply(&mut now, &|path| path == "my a"), 1);
        assert!(now[0].is_open());
        assert_eq!(baseline.apply(&mut now, &|path| path == "b"), 0);
        assert!(!now[0].is_open());
    }

    #[test]
    fn a_waived_finding_keeps_its_entry_from_a_copy() {
        let baseline = Baseline::of(&[finding("r", "a", "x")]);
        let mut now = [finding("r", "a", "x"), finding("r", "b", "x")];
        let waived = Disposition::Waived { reason: "why".into(), inline: true };
        now[0].disposition = waived.clone();
        assert_eq!(dispositions(&baseline, &mut now), [false, false]);
        assert_eq!(now[0].disposition, waived);
        assert_eq!(Baseline::of(&now).len(), 1, "a waived finding needs no entry");
    }

    #[test]
    fn of_two_at_one_place_the_open_one_has_the_entry() {
        let baseline = Baseline::of(&[finding("r", "a", "x")]);
        let mut now = [finding("r", "a", "x"), finding("r", "a", "x")];
        now[0].disposition = Disposition::Waived { reason: "why".into(), inline: true };
        assert_eq!(dispositions(&baseline, &mut now), [false, true]);
    }

    #[test]
    fn reading_is_tolerant_and_says_where_it_fails() {
        let fingerprint = sign("x");
        let text = format!("\u{FEFF}# a comment\r\n\r\n{fingerprint} b c\r\n  {fingerprint}\ta\n");
        let twin = format!("{fingerprint} a\n{fingerprint} b%20c");
        assert_eq!(Baseline::parse(&text), Baseline::parse(&twin));
        let conflict = format!("<<<<<<< HEAD\n{fingerprint} a\n=======\n>>>>>>> x\n");
        assert_eq!(Baseline::parse(&conflict), Err(BaselineError::Conflict { line: 1 }));
        let malformed =
            |text: &str| assert_eq!(Baseline::parse(text), Err(BaselineError::Malformed { line: 2 }));
        malformed("#\nzz a");
        malformed(&format!("#\n{fingerprint}"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(names in prop::collection::vec(("\\PC{1,12}", 0..4_u8), 0..20)) {
            let findings: Vec<_> =
                names.iter().map(|(path, secret)| finding("r", path, &secret.to_string())).collect();
            let baseline = Baseline::of(&findings);
            let text = baseline.write();
            prop_assert_eq!(Baseline::parse(&text), Ok(baseline.clone()));
            let mut reversed: Vec<_> = text.lines().rev().collect();
            reversed.push("");
            prop_assert_eq!(Baseline::parse(&reversed.join("\r\n")), Ok(baseline.clone()));
            let mut again = findings;
            prop_assert_eq!(baseline.apply(&mut again, &|_| true), 0);
            prop_assert!(again.iter().all(|finding| finding.disposition == Disposition::Baselined));
        }
    }
}
