//! Hides from a parser that stops at its first error what it cannot read, byte for byte.

use super::json::is_conflict_marker;

/// A template action that is longer than this is none.
const MAX_ACTION: usize = 2000;

/// A line may begin with this without beginning with anything.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Words of actions that put nothing in.
const CONTROL: [&str; 10] =
    ["block", "break", "continue", "define", "else", "end", "fail", "if", "range", "with"];

/// Stands for the bytes of a template action until it is known what shares its line.
const ACTION: u8 = 1;

/// The text for the parser; as long as the original, with its lines in the same places.
pub(super) struct Mask {
    text: String,
    conflict: Option<usize>,
    insertions: Vec<usize>,
}

impl Mask {
    /// Hides the markers of a merge conflict, so that both of its sides are read.
    pub(super) fn of(text: &str) -> Self {
        let conflict = conflict(text);
        let mut mask = Self { text: text.to_owned(), conflict, insertions: Vec::new() };
        if conflict.is_some() {
            mask.change(|bytes| lines(bytes).filter(|line| is_marker(line)).for_each(|line| line.fill(b' ')));
        }
        mask
    }

    /// Hides template actions, and tabs that a line begins with.
    pub(super) fn without_templates(mut self) -> Self {
        let original = self.text.clone();
        let mut insertions = Vec::new();
        self.change(|bytes| {
            hide_actions(bytes, b"{{", b"}}");
            hide_actions(bytes, b"{%", b"%}");
            hide_headings(bytes);
            let mut start = 0;
            let mut heading = "";
            for line in lines(bytes) {
                let written = &original[start..start + line.len()];
                if !is_alone(line) {
                    heading = written.trim();
                } else if !is_of_labels(heading) {
                    insertions.extend(inserted(written, line).map(|at| start + at));
                }
                start += line.len() + 1;
                settle_actions(line);
                spaces_for_tabs(line);
            }
        });
        self.insertions = insertions;
        self
    }

    /// Where actions stand that put in lines of their own, in order: nobody knows which.
    pub(super) fn insertions(&self) -> &[usize] {
        &self.insertions
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

/// Where on a line of nothing but actions one stands that puts something in, not only decides on or names something.
fn inserted(original: &str, marked: &[u8]) -> Option<usize> {
    let start = marked.iter().position(|byte| *byte == ACTION).filter(|_| is_alone(marked))?;
    let is_control = |action: &str| {
        let action = action.trim_start_matches(['-', '~']).trim_start();
        let word = action.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let is_named = action.starts_with('$')
            && action.split_whitespace().nth(1).is_some_and(|sign| sign.ends_with('='));
        is_named || action.starts_with("/*") || CONTROL.contains(&word)
    };
    let mut actions = original.match_indices("{{");
    actions.any(|(at, _)| !is_control(&original[at + 2..])).then_some(start)
}

/// Labels give nothing to anybody, and hardly a template writes them out.
fn is_of_labels(heading: &str) -> bool {
    heading.strip_suffix(':').is_some_and(|key| key.ends_with("labels") || key.ends_with("Labels"))
}

fn is_alone(marked: &[u8]) -> bool {
    let marked = marked.strip_prefix(BYTE_ORDER_MARK).unwrap_or(marked);
    marked.iter().all(|byte| *byte == ACTION || byte.is_ascii_whitespace())
}

/// Makes a comment of an action that stands as the value of a key under which entries follow on deeper lines: what it puts in
/// begins with a line break.
fn hide_headings(bytes: &mut [u8]) {
    let mut before: Option<(&mut [u8], usize)> = None;
    for line in lines(bytes) {
        if line.iter().all(u8::is_ascii_whitespace) || is_alone(line) {
            continue;
        }
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
        if let Some((heading, depth)) = before.take()
            && indent > depth
            && is_entry(line)
        {
            heading.fill(b'#');
        }
        before = value_action(line).map(|at| (&mut line[at..], indent));
    }
}

/// Where the action begins that is all of the value on its line.
fn value_action(line: &[u8]) -> Option<usize> {
    let end = line.trim_ascii_end().len();
    let start = line[..end].iter().rposition(|byte| *byte != ACTION)? + 1;
    let before = &line[..start];
    (start < end && before.ends_with(b" ") && before.trim_ascii_end().ends_with(b":")).then_some(start)
}

fn is_entry(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"- ") || line.ends_with(b":") || memchr::memmem::find(line, b": ").is_some()
}

/// A line of nothing but actions is a comment, which is text in a block scalar; at the left edge, where it would end the
/// block scalar, it is blank. Among other things an action is a word.
fn settle_actions(line: &mut [u8]) {
    if memchr::memchr(ACTION, line).is_none() {
        return;
    }
    let line = match line.strip_prefix(BYTE_ORDER_MARK).map(<[u8]>::len) {
        Some(rest) => {
            let start = line.len() - rest;
            &mut line[start..]
        }
        None => line,
    };
    let stand_in = match (is_alone(line), line[0] == ACTION) {
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
    fn what_puts_lines_in_is_said() {
        let text = "labels:\n  {{ l }}\nx: y\n{{- $x := 1 }}\n{{/* c */}}\n  {{- if a }}\n  {{- toYaml .b | nindent 2 }}\n  c: {{ d }}\n{{ include \"e\" . }}\n";
        let at = |part| text.find(part).unwrap();
        assert_eq!(Mask::of(text).without_templates().insertions(), [at("{{- toYaml"), at("{{ include")]);
    }

    #[test]
    fn an_action_before_deeper_entries_is_a_comment() {
        let masked = |text: &str| Mask::of(text).without_templates().text().to_owned();
        assert_eq!(masked("a: {{ b }}\n  {{ c }}\n  d: e\n"), "a: #######\n  #######\n  d: e\n");
        assert_eq!(masked("- a: {{ b }}\n  d: e\n"), "- a: _______\n  d: e\n");
        assert_eq!(masked("a: {{ b }}\n  more\n"), "a: _______\n  more\n");
        assert_eq!(masked("\u{FEFF}{{ if a }}\nb: c\n"), "\u{FEFF}          \nb: c\n");
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
