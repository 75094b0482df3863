//! Lines and columns, counted without an index of the whole text.

use super::Span;

/// A place a person can go to. Columns count Unicode code points, as SARIF's `unicodeCodePoints` does;
/// a byte that is no valid UTF-8 counts as one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Position {
    /// The first byte of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The position after `bytes`, which begin here.
    pub fn after(self, bytes: &[u8]) -> Self {
        match memchr::memrchr(b'\n', bytes) {
            None => Self { column: self.column + columns(bytes), ..self },
            Some(last) => Self {
                line: self.line + memchr::memchr_iter(b'\n', bytes).count(),
                column: 1 + columns(&bytes[last + 1..]),
            },
        }
    }
}

/// From the first position of a span to the one just past its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region {
    /// Where it begins.
    pub start: Position,
    /// Just past its end: the column after the last character.
    pub end: Position,
}

/// So many bytes lie at least between two places that a cursor remembers.
const STRIDE: usize = 4 * 1024;

/// Turns spans into regions: one pass over the text in all, and for each span at most a short way from a place that was passed.
#[derive(Debug)]
pub struct Cursor<'t> {
    text: &'t [u8],
    offset: usize,
    position: Position,
    /// Places that were passed, ascending; the first is the text's beginning.
    passed: Vec<(usize, Position)>,
}

impl<'t> Cursor<'t> {
    /// Over a text whose first byte stands at `base` (not 1:1 for a later window of a large file).
    pub fn new(text: &'t [u8], base: Position) -> Self {
        Self { text, offset: 0, position: base, passed: vec![(0, base)] }
    }

    /// The region of `span`; what reaches past the end of the text is cut there.
    pub fn region(&mut self, span: Span) -> Region {
        let start = span.start.min(self.text.len());
        let end = span.end.clamp(start, self.text.len());
        if start < self.offset {
            let passed = self.passed.partition_point(|(offset, _)| *offset <= start);
            (self.offset, self.position) = self.passed[passed.saturating_sub(1)];
        }
        while start - self.offset > STRIDE + 3 {
            self.go_to(boundary(self.text, self.offset + STRIDE + 3));
        }
        self.go_to(start);
        Region { start: self.position, end: self.position.after(&self.text[start..end]) }
    }

    fn go_to(&mut self, offset: usize) {
        self.position = self.position.after(&self.text[self.offset..offset]);
        self.offset = offset;
        // Counting does not begin again inside of a character.
        let is_far = self.passed.last().is_some_and(|(last, _)| last + STRIDE <= offset);
        if is_far && offset < self.text.len() && boundary(self.text, offset) == offset {
            self.passed.push((self.offset, self.position));
        }
    }
}

/// `at`, or the first byte of the character that it stands inside of.
fn boundary(text: &[u8], at: usize) -> usize {
    let continues = |at: &usize| text[*at] & 0xC0 == 0x80;
    (at.saturating_sub(3)..=at).rev().find(|at| !continues(at)).unwrap_or(at)
}

/// Code points in `bytes`; an invalid byte counts as one.
fn columns(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_code_points() {
        let text = "a\nüb\r\n\tc".as_bytes();
        let mut cursor = Cursor::new(text, Position::START);
        let at = |line, column| Position { line, column };
        assert_eq!(cursor.region(Span::new(0, 1)), Region { start: at(1, 1), end: at(1, 2) });
        assert_eq!(cursor.region(Span::new(4, 5)), Region { start: at(2, 2), end: at(2, 3) });
        assert_eq!(cursor.region(Span::new(7, 99)), Region { start: at(3, 1), end: at(3, 3) });
        assert_eq!(cursor.region(Span::new(0, 4)), Region { start: at(1, 1), end: at(2, 2) }, "going back");
    }

    #[test]
    fn going_on_and_back_gives_what_counting_from_the_beginning_gives() {
        let text = "ü€𝄞 a\n".repeat(3_000) + &"€".repeat(9_000);
        let bytes = [text.as_bytes(), &[0x80; 9_000], b"x"].concat();
        let mut cursor = Cursor::new(&bytes, Position::START);
        let step = 4_999;
        let there = (0..bytes.len()).step_by(step);
        for start in there.clone().chain(there.rev()).map(|start| boundary(&bytes, start)) {
            let expected = Position::START.after(&bytes[..start]);
            assert_eq!(cursor.region(Span::new(start, start)).start, expected, "at {start}");
        }
    }

    #[test]
    fn invalid_bytes_are_one_column_each() {
        assert_eq!(Position::START.after(b"\xff\xfea"), Position { line: 1, column: 4 });
    }
}
