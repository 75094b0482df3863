//! Markers of other tools. They are recognised by name, and followed only where the user says so.

use memchr::memmem;

/// How many bytes of a line are looked at on either side of a place.
const REACH: usize = 2_048;

/// A comment by which another tool is told to keep quiet.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignMarker {
    /// Whose it is, as `honor` names it.
    pub tool: &'static str,
    /// What it says.
    pub text: &'static str,
    covers: Covers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covers {
    Line,
    NextLine,
}

impl ForeignMarker {
    const fn line(tool: &'static str, text: &'static str) -> Self {
        Self { tool, text, covers: Covers::Line }
    }

    const fn next_line(tool: &'static str, text: &'static str) -> Self {
        Self { tool, text, covers: Covers::NextLine }
    }
}

/// All that are known.
static KNOWN: [ForeignMarker; 19] = [
    ForeignMarker::line("bandit", "nosec"),
    ForeignMarker::line("betterleaks", "betterleaks:allow"),
    ForeignMarker::line("checkov", "checkov:skip=CKV_SECRET_"),
    ForeignMarker::line("detect-secrets", "pragma: allowlist secret"),
    ForeignMarker::line("detect-secrets", "pragma:allowlist secret"),
    ForeignMarker::next_line("detect-secrets", "pragma: allowlist nextline secret"),
    ForeignMarker::next_line("detect-secrets", "pragma:allowlist nextline secret"),
    ForeignMarker::line("detect-secrets", "pragma: whitelist secret"),
    ForeignMarker::line("flake8-bandit", "noqa: S105"),
    ForeignMarker::line("flake8-bandit", "noqa: S106"),
    ForeignMarker::line("flake8-bandit", "noqa: S107"),
    ForeignMarker::line("ggshield", "ggignore"),
    ForeignMarker::line("gitleaks", "gitleaks:allow"),
    ForeignMarker::line("kingfisher", "kingfisher:ignore"),
    ForeignMarker::line("secretlint", "secretlint-disable-line"),
    ForeignMarker::next_line("secretlint", "secretlint-disable-next-line"),
    ForeignMarker::line("semgrep", "nosemgrep"),
    ForeignMarker::line("sonar", "NOSONAR"),
    ForeignMarker::line("trufflehog", "trufflehog:ignore"),
];

/// The tools whose markers are known, sorted.
pub fn foreign_tools() -> Vec<&'static str> {
    let mut tools: Vec<_> = KNOWN.iter().map(|marker| marker.tool).collect();
    tools.dedup();
    tools
}

/// The foreign markers that speak of the line on which the byte `at` stands: on it, or on the line before.
///
/// Meant for lines that have a candidate; looks at a bounded part of the line.
pub fn foreign_at(text: &[u8], at: usize) -> Vec<&'static ForeignMarker> {
    let at = at.min(text.len());
    let before = &text[at.saturating_sub(REACH)..at];
    let after = &text[at..text.len().min(at + REACH)];
    let newline_before = memchr::memrchr(b'\n', before).map(|newline| at - before.len() + newline);
    let near_start = newline_before.map_or(at - before.len(), |newline| newline + 1);
    let near_end = at + memchr::memchr(b'\n', after).unwrap_or(after.len());
    let near = &text[near_start..near_end];
    let above = newline_before.map_or(&[][..], |newline| {
        let reach = &text[newline.saturating_sub(REACH)..newline];
        memchr::memrchr(b'\n', reach).map_or(reach, |start| &reach[start + 1..])
    });
    let speaks = |marker: &&ForeignMarker| match marker.covers {
        Covers::Line => stands_in(near, marker.text),
        Covers::NextLine => stands_in(above, marker.text),
    };
    KNOWN.iter().filter(speaks).collect()
}

/// Whether `marker` stands in `line` as words of its own.
fn stands_in(line: &[u8], marker: &str) -> bool {
    let inside_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memmem::find_iter(line, marker).any(|at| {
        let before = at.checked_sub(1).and_then(|index| line.get(index));
        // `checkov:skip=CKV_SECRET_` goes on with a number.
        let goes_on = !marker.ends_with('_') && inside_word(line.get(at + marker.len()));
        !inside_word(before) && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools(text: &str, at: usize) -> Vec<&'static str> {
        foreign_at(text.as_bytes(), at).iter().map(|marker| marker.tool).collect()
    }

    #[test]
    fn every_known_marker_is_found_on_its_line() {
        for marker in &KNOWN {
            let text = match marker.covers {
                Covers::Line => format!("before\nVALUE # {}\nafter", marker.text),
                Covers::NextLine => format!("# {}\nVALUE\nafter", marker.text),
            };
            let at = text.find("VALUE").unwrap();
            assert_eq!(tools(&text, at), [marker.tool], "{}", marker.text);
            assert!(tools(&text, text.len()).is_empty(), "not on the line after: {}", marker.text);
        }
    }

    #[test]
    fn several_tools_may_be_told_at_once_and_words_count_as_a_whole() {
        assert_eq!(tools("s # gitleaks:allow trufflehog:ignore", 0), ["gitleaks", "trufflehog"]);
        assert!(tools("nosecond = nosec_ + xnosec", 0).is_empty());
        assert_eq!(tools("s # checkov:skip=CKV_SECRET_6: dummy", 0), ["checkov"]);
    }

    #[test]
    fn only_what_is_near_on_a_long_line_counts() {
        let text = format!("# gitleaks:allow {} VALUE", "x".repeat(3 * REACH));
        assert!(tools(&text, text.len() - 5).is_empty());
        assert_eq!(tools(&text, REACH), ["gitleaks"]);
    }

    #[test]
    fn tools_are_sorted_and_single() {
        let tools = foreign_tools();
        assert!(tools.is_sorted_by(|a, b| a < b), "{tools:?}");
    }
}
