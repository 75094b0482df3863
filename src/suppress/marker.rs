//! Suppressions that stand in the source itself: `outstay:allow RULE[, RULE…] -- reason` in a comment.

use std::sync::LazyLock;

use memchr::memmem;

use crate::model::Id;
use crate::text::Position;

/// What begins a marker.
const TOKEN: &[u8] = b"outstay:allow";

/// A marker is read no further than this, so that a line full of markers costs no more than its length.
const MAX_BODY: usize = 2_048;

/// What ends a comment before its line ends.
const CLOSERS: [&str; 2] = ["*/", "-->"];

/// A marker of our own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker {
    /// The line it stands on.
    pub line: usize,
    /// The line whose findings it speaks of: its own, or, if nothing else stands there, the next.
    pub covers: usize,
    /// What it allows, or why it allows nothing.
    pub allowance: Result<Allowance, MarkerFault>,
}

/// What a marker allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowance {
    /// Rules or credential kinds, at least one.
    pub rules: Vec<Id>,
    /// Why; never empty.
    pub reason: String,
}

/// Why a marker suppresses nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum MarkerFault {
    /// Nothing between `outstay:allow` and the reason.
    #[error("names no rule; write `outstay:allow RULE -- reason`")]
    NoRule,
    /// It would allow everything, or a name that no rule can have.
    #[error("names `{0}`, which is no rule's id; write the id that the finding shows")]
    NoId(String),
    /// No ` -- reason`.
    #[error("gives no reason; add ` -- ` and why it is allowed")]
    NoReason,
}

/// The markers in `text`, whose first byte stands at `base`, in the order of their lines.
///
/// Costs one substring search where there is none.
pub fn markers(text: &[u8], base: Position) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut standing_alone = Vec::new();
    let (mut line, mut line_start, mut counted) = (base.line, 0, 0);
    let mut from = 0;
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(TOKEN));
    let finder = &*FINDER;
    while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
        let at = from + found;
        line += memchr::memchr_iter(b'\n', &text[counted..at]).count();
        if let Some(newline) = memchr::memrchr(b'\n', &text[counted..at]) {
            line_start = counted + newline + 1;
        }
        counted = at;
        let body = at + TOKEN.len();
        let near = &text[body..text.len().min(body + MAX_BODY)];
        let rest = memchr::memchr(b'\n', near).map_or(near, |newline| &near[..newline]);
        from = body;
        if !follows_comment_opener(&text[line_start..at]) || !ends_word(text.get(body).copied()) {
            continue;
        }
        let rest = String::from_utf8_lossy(rest);
        let (said, after) = comment_body(&rest);
        let whole_line_seen = line_start > 0 || base.column == 1;
        if whole_line_seen && is_bare_opener(&text[line_start..at]) && after.trim().is_empty() {
            standing_alone.push(markers.len());
        }
        markers.push(Marker { line, covers: line, allowance: allowance(said) });
    }
    // From the last one back: markers above each other all speak of the line below them.
    for &index in standing_alone.iter().rev() {
        let next = markers[index].line + 1;
        let stacked = standing_alone.binary_search_by(|other| markers[*other].line.cmp(&next));
        markers[index].covers = stacked.map_or(next, |other| markers[standing_alone[other]].covers);
    }
    markers
}

/// Whether a comment begins before the marker, and no letter, quote or the like touches it.
fn follows_comment_opener(before: &[u8]) -> bool {
    // Long lines hold data; who marks one writes the comment near the marker.
    let near = &before[before.len().saturating_sub(256)..];
    let opened = near.contains(&b'#')
        || near.contains(&b';')
        || ["//", "--", "/*", "*"].iter().any(|opener| memmem::find(near, opener.as_bytes()).is_some());
    opened && near.last().is_some_and(|byte| byte.is_ascii_whitespace() || is_opener_byte(*byte))
}

fn is_opener_byte(byte: u8) -> bool {
    matches!(byte, b'#' | b'/' | b'*' | b'-' | b'<' | b'!' | b';')
}

/// Whether nothing but the beginning of a comment stands before the marker.
fn is_bare_opener(before: &[u8]) -> bool {
    let before = before.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(before);
    before.iter().all(|byte| byte.is_ascii_whitespace() || is_opener_byte(*byte))
}

fn ends_word(next: Option<u8>) -> bool {
    next.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'*' | b'-' | b':'))
}

/// What the comment says after the token, and what follows the comment.
fn comment_body(rest: &str) -> (&str, &str) {
    let closer =
        CLOSERS.iter().filter_map(|closer| rest.find(closer).map(|at| (at, at + closer.len()))).min();
    closer.map_or((rest, ""), |(end, next)| (&rest[..end], &rest[next..]))
}

fn allowance(said: &str) -> Result<Allowance, MarkerFault> {
    let (names, reason) = match said.split_once("--") {
        Some((names, reason)) => (names, reason.trim_matches(|c: char| c.is_whitespace() || c == '-')),
        None => (said, ""),
    };
    let mut rules = Vec::new();
    for name in names.split(|c: char| c == ',' || c.is_whitespace()).filter(|name| !name.is_empty()) {
        if !Id::is_well_formed(name) {
            return Err(MarkerFault::NoId(name.chars().filter(|c| !c.is_control()).take(40).collect()));
        }
        rules.push(Id::from(name));
    }
    if rules.is_empty() {
        return Err(MarkerFault::NoRule);
    }
    if reason.is_empty() {
        return Err(MarkerFault::NoReason);
    }
    Ok(Allowance { rules, reason: reason.chars().filter(|c| !c.is_control()).take(500).collect() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<Marker> {
        markers(text.as_bytes(), Position::START)
    }

    fn one(text: &str) -> Marker {
        let mut found = all(text);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    fn allows(marker: &Marker) -> (Vec<&str>, &str) {
        let allowance = marker.allowance.as_ref().unwrap();
        (allowance.rules.iter().map(Id::as_str).collect(), &allowance.reason)
    }

    #[test]
    fn every_comment_style_is_read() {
        for text in [
            "x = 1 # outstay:allow some-rule -- a dummy",
            "x = 1; // outstay:allow some-rule -- a dummy\r\n",
            "x = 1 //outstay:allow some-rule -- a dummy",
            "SELECT 1 -- outstay:allow some-rule -- a dummy",
            "x /* outstay:allow some-rule -- a dummy */ y",
            "<a/> <!-- outstay:allow some-rule -- a dummy -->",
            "x = 1 ; outstay:allow some-rule -- a dummy",
        ] {
            let marker = one(text);
            assert_eq!(allows(&marker), (vec!["some-rule"], "a dummy"), "{text}");
            assert_eq!((marker.line, marker.covers), (1, 1), "{text}");
        }
    }

    #[test]
    fn alone_on_its_line_it_speaks_of_the_next() {
        let text = "a\n  # outstay:allow r1, r2 -- why\nb\n<!-- outstay:allow r3 -- why -->\n/* outstay:allow r4 -- why */ c";
        let lines: Vec<_> = all(text).iter().map(|marker| (marker.line, marker.covers)).collect();
        assert_eq!(lines, [(2, 3), (4, 5), (5, 5)]);
        assert_eq!(allows(&all(text)[0]).0, ["r1", "r2"]);
    }

    #[test]
    fn markers_above_each_other_speak_of_the_same_line() {
        let text = "# outstay:allow r1 -- why\n# outstay:allow r2 -- why\nsecret # outstay:allow r3 -- why\n";
        let covers: Vec<_> = all(text).iter().map(|marker| marker.covers).collect();
        assert_eq!(covers, [3, 3, 3]);
    }

    #[test]
    fn a_marker_needs_a_rule_and_a_reason() {
        let fault = |text| one(text).allowance.unwrap_err();
        assert_eq!(fault("x # outstay:allow some-rule"), MarkerFault::NoReason);
        assert_eq!(fault("x # outstay:allow some-rule --  "), MarkerFault::NoReason);
        assert_eq!(fault("<!-- outstay:allow some-rule -->"), MarkerFault::NoReason);
        assert_eq!(fault("x # outstay:allow -- because"), MarkerFault::NoRule);
        assert_eq!(fault("x # outstay:allow"), MarkerFault::NoRule);
        assert_eq!(fault("x # outstay:allow * -- because"), MarkerFault::NoId("*".into()));
        assert_eq!(fault("x # outstay:allow some-rule because"), MarkerFault::NoReason);
    }

    #[test]
    fn prose_about_markers_is_none() {
        for text in [
            "write `outstay:allow RULE`",
            "outstay:allow r -- x",
            "# `outstay:allow r -- x`",
            "# outstay:allowed",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }

    #[test]
    fn a_later_window_counts_from_its_base() {
        let base = Position { line: 40, column: 7 };
        let found = markers(b"# outstay:allow r -- x\n# outstay:allow r -- x\n", base);
        let lines: Vec<_> = found.iter().map(|marker| (marker.line, marker.covers)).collect();
        assert_eq!(lines, [(40, 40), (41, 42)], "what stands before the window's first byte is not known");
    }

    #[test]
    fn two_comments_on_one_line_are_two_markers() {
        let found = all("/* outstay:allow r1 -- a */ x /* outstay:allow r2 -- b */");
        assert_eq!(found.iter().map(allows).collect::<Vec<_>>(), [(vec!["r1"], "a"), (vec!["r2"], "b")]);
    }

    #[test]
    fn a_line_full_of_markers_costs_its_length() {
        let found = all(&"/* outstay:allow r -- x */ ".repeat(40_000));
        assert_eq!(found.len(), 40_000);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            parts in prop::collection::vec(
                prop_oneof![
                    Just(b"outstay:allow".to_vec()), Just(b"# ".to_vec()), Just(b" -- ".to_vec()), Just(b"\n".to_vec()),
                    Just(b"-->".to_vec()), Just("é".as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..6),
                ],
                0..40,
            ),
        ) {
            let text = parts.concat();
            let lines = 1 + memchr::memchr_iter(b'\n', &text).count();
            for marker in markers(&text, Position::START) {
                prop_assert!(marker.line <= lines && marker.covers >= marker.line);
            }
        }
    }
}
