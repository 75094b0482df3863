//! Hides from a parser that stops at its first error what it cannot read, byte for byte.

use super::json::is_conflict_marker;

/// A template action that is longer than this is none.
const MAX_ACTION: usize = 2000;

/// Stands for the bytes of a template action until it is known what shares its line.
const ACTION: u8 = 1;

/// The text for the parser; as long as the original, with its lines in the same places.
pub(super) struct Mask {
    text: String,
    conflict: Option<usize>,
}

impl Mask {
    /// Hides the markers of a merge conflict, so that both of its sides are read.
    pub(super) fn of(text: &str) -> Self {
        let conflict = conflict(text);
        let mut mask = Self { text: text.to_owned(), conflict };
        if conflict.is_some() {
            mask.change(|bytes| lines(bytes).filter(|line| is_marker(line)).for_each(|line| line.fill(b' ')));
        }
        mask
    }

    /// Hides template actions, and tabs that a line begins with.
    pub(super) fn without_templates(mut self) -> Self {
        self.change(|bytes| {
            hide_actions(bytes, b"{{", b"}}");
            hide_actions(bytes, b"{%", b"%}");
            for line in lines(bytes) {
                settle_actions(line);
                spaces_for_tabs(line);
            }
        });
        self
    }

    /// Changes whole characters to ASCII of the same length, so that it stays UTF-8.
    fn change(&mut self, change: impl FnOnce(&mut [u8])) {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        change(&mut bytes);
        self.text = String::from_utf8(bytes).unwrap_or_default();
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where the first marker of a merge conflict stands.
    pub(super) fn conflict(&self) -> Option<usize> {
        self.conflict
    }

    /// Hides the quote at `at`; false if none stands there.
    pub(super) fn hide_quote(&mut self, at: usize) -> bool {
        let quoted = matches!(self.text.as_bytes().get(at), Some(b'"' | b'\''));
        if quoted {
            self.text.replace_range(at..=at, " ");
        }
        quoted
    }

    pub(super) fn same_line(&self, a: usize, b: usize) -> bool {
        !self.text.as_bytes()[a.min(b)..a.max(b)].contains(&b'\n')
    }

    /// Blanks the line at `at`, or the nearest one before, or after it, that is not blank yet; false if all are.
    pub(super) fn blank_line(&mut self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let end = line_end(bytes, at.min(bytes.len()));
        let inside = bytes[..end].iter().rposition(|byte| !byte.is_ascii_whitespace()).or_else(|| {
            bytes[end..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|found| end + found)
        });
        let Some(inside) = inside else { return false };
        let start = memchr::memrchr(b'\n', &bytes[..inside]).map_or(0, |newline| newline + 1);
        let end = line_end(bytes, inside);
        self.text.replace_range(start..end, &" ".repeat(end - start));
        true
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline)
}

fn lines(bytes: &mut [u8]) -> impl Iterator<Item = &mut [u8]> {
    bytes.split_mut(|byte| *byte == b'\n')
}

fn is_marker(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(is_conflict_marker)
}

fn conflict(text: &str) -> Option<usize> {
    if text.starts_with("<<<<<<< ") { Some(0) } else { text.find("\n<<<<<<< ").map(|newline| newline + 1) }
}

/// Marks `{{ … }}` and the like, but for the ends of lines in them.
fn hide_actions(bytes: &mut [u8], open: &[u8], close: &[u8]) {
    let mut at = 0;
    while let Some(start) = memchr::memmem::find(&bytes[at..], open).map(|found| at + found) {
        let from = start + open.len();
        let Some(end) = memchr::memmem::find(&bytes[from..], close).map(|found| from + found + close.len())
        else {
            return;
        };
        if end - start > MAX_ACTION {
            // No opening sign before the last stretch can be near enough to this end.
            at = from.max(end - MAX_ACTION);
            continue;
        }
        bytes[start..end]
            .iter_mut()
            .filter(|byte| !matches!(byte, b'\n' | b'\r'))
            .for_each(|byte| *byte = ACTION);
        at = end;
    }
}

/// A line of nothing but actions is a comment, which is text in a block scalar; at the left edge, where it would end the
/// block scalar, it is blank. Among other things an action is a word.
fn settle_actions(line: &mut [u8]) {
    if memchr::memchr(ACTION, line).is_none() {
        return;
    }
    let alone = line.iter().all(|byte| *byte == ACTION || byte.is_ascii_whitespace());
    let stand_in = match (alone, line[0] == ACTION) {
        (true, true) => b' ',
        (true, false) => b'#',
        (false, _) => b'_',
    };
    line.iter_mut().filter(|byte| **byte == ACTION).for_each(|byte| *byte = stand_in);
}

/// A line that begins with a tab would end everything; with spaces it mostly means what was meant.
fn spaces_for_tabs(line: &mut [u8]) {
    if line.first() == Some(&b'\t') {
        line.iter_mut().take_while(|byte| matches!(byte, b'\t' | b' ')).for_each(|byte| *byte = b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_as_long_as_the_text() {
        let text = "a: {{ é }}x\n  {{- if b }} \n\tc: 1\n{% for %}\nd: \"{{ \"q\" }}\"\n";
        let masked = "a: ________x\n  ########### \n c: 1\n         \nd: \"_________\"\n";
        assert_eq!(Mask::of(text).without_templates().text(), masked);
    }

    #[test]
    fn a_far_end_hides_nothing() {
        let text = format!("{{{{ {} {{{{x}}}}", "y".repeat(MAX_ACTION));
        assert!(Mask::of(&text).without_templates().text().ends_with("y _____"));
    }

    #[test]
    fn lines_are_blanked_until_none_is_left() {
        let mut mask = Mask::of("é\n\nb");
        assert!(mask.blank_line(3));
        assert_eq!(mask.text(), "  \n\nb");
        assert!(mask.blank_line(1));
        assert_eq!(mask.text(), "  \n\n ");
        assert!(!mask.blank_line(5));
    }
}
