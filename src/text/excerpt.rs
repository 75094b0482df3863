//! The line around a place, short enough to keep after the bytes are gone.

use super::{Position, Span};

/// How many bytes of a line are kept on either side of the place.
const REACH: usize = 100;
/// How many bytes of the place itself are kept, where nothing masks them.
const LONGEST: usize = 1_000;

/// One line of text around a span, with every secret in it already masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line's number, from 1.
    pub line: usize,
    /// The masked text, without the line's end; `…` stands at a cut side.
    pub text: String,
    /// Which bytes of `text` are the place itself.
    pub marked: Span,
}

/// What stands in an excerpt in the place of a secret.
pub struct Mask {
    /// Where the secret stands in the text that is excerpted.
    pub span: Span,
    /// What to print there instead.
    pub shown: String,
}

impl Excerpt {
    /// The line of `text` at `place`, its first line only, with each of `masks` (sorted, apart) replaced.
    /// `at` is the position of `place`'s first byte.
    pub fn around(text: &[u8], place: Span, at: Position, masks: &[Mask]) -> Self {
        let from = place.start.saturating_sub(REACH);
        let line_start =
            memchr::memrchr(b'\n', &text[from..place.start]).map_or(from, |newline| from + newline + 1);
        let to = (place.end.min(place.start + LONGEST) + REACH).min(text.len());
        let line_end =
            memchr::memchr(b'\n', &text[place.start..to]).map_or(to, |newline| place.start + newline);
        let cut_left = line_start > 0 && line_start == from && text[line_start - 1] != b'\n';
        let cut_right = line_end == to && to < text.len() && text[to] != b'\n';

        let mut line = Line { text: String::new(), place, marked: None };
        if cut_left {
            line.text.push('…');
        }
        let mut at_byte = line_start;
        let first = masks.partition_point(|mask| mask.span.end <= line_start);
        for mask in masks[first..].iter().take_while(|mask| mask.span.start < line_end) {
            line.plain(text, Span::new(at_byte, mask.span.start.clamp(at_byte, line_end)));
            line.masked(mask);
            at_byte = mask.span.end.clamp(at_byte, line_end);
        }
        line.plain(text, Span::new(at_byte, line_end));
        if cut_right {
            line.text.push('…');
        }
        let marked = line.marked.unwrap_or(Span::new(0, line.text.len()));
        Self { line: at.line, text: line.text, marked }
    }
}

struct Line {
    text: String,
    place: Span,
    marked: Option<Span>,
}

impl Line {
    fn plain(&mut self, text: &[u8], part: Span) {
        if part.is_empty() {
            return;
        }
        let marked = Span::new(
            self.place.start.clamp(part.start, part.end),
            self.place.end.clamp(part.start, part.end),
        );
        self.push(text, Span::new(part.start, marked.start));
        let begin = self.text.len();
        self.push(text, marked);
        if !marked.is_empty() {
            self.mark(Span::new(begin, self.text.len()));
        }
        self.push(text, Span::new(marked.end, part.end));
    }

    fn masked(&mut self, mask: &Mask) {
        let begin = self.text.len();
        self.text.push_str(&mask.shown);
        if mask.span.overlaps(self.place) {
            self.mark(Span::new(begin, self.text.len()));
        }
    }

    fn push(&mut self, text: &[u8], part: Span) {
        self.text.push_str(&String::from_utf8_lossy(part.slice(text)));
    }

    fn mark(&mut self, part: Span) {
        let start = self.marked.map_or(part.start, |marked| marked.start);
        self.marked = Some(Span::new(start, part.end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, place: Span, masks: &[(Span, &str)]) -> (String, String) {
        let masks: Vec<_> =
            masks.iter().map(|(span, shown)| Mask { span: *span, shown: (*shown).to_owned() }).collect();
        let excerpt = Excerpt::around(text.as_bytes(), place, Position::START, &masks);
        let marked = excerpt.text[excerpt.marked.range()].to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn secrets_on_the_line_are_masked_and_the_place_is_marked() {
        let text = "x\nA=hunter2 B=hunter3 C\ny";
        let masks = [(Span::new(4, 11), "***"), (Span::new(14, 21), "###")];
        assert_eq!(excerpt(text, Span::new(4, 11), &masks), ("A=*** B=### C".into(), "***".into()));
        assert_eq!(excerpt(text, Span::new(2, 3), &masks), ("A=*** B=### C".into(), "A".into()));
    }

    #[test]
    fn a_secret_that_is_cut_by_the_edge_never_shows_its_rest() {
        let text = format!("{}SECRETSECRET{}", "a".repeat(150), "b".repeat(300));
        let (shown, _) = excerpt(&text, Span::new(255, 260), &[(Span::new(150, 162), "***")]);
        assert!(!shown.contains("SECRET") && !shown.contains("RET"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'));
    }

    #[test]
    fn of_a_long_place_the_beginning_is_kept() {
        let text = "x".repeat(1 << 20);
        let (shown, marked) = excerpt(&text, Span::new(0, text.len()), &[]);
        assert_eq!(marked.len(), LONGEST + REACH);
        assert!(shown.ends_with('…'));
    }
}
