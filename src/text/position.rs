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

/// Turns spans into regions. Spans that ask in ascending order of `start` cost one pass over the text in all.
#[derive(Debug)]
pub struct Cursor<'t> {
    text: &'t [u8],
    base: Position,
    offset: usize,
    position: Position,
}

impl<'t> Cursor<'t> {
    /// Over a text whose first byte stands at `base` (not 1:1 for a later window of a large file).
    pub fn new(text: &'t [u8], base: Position) -> Self {
        Self { text, base, offset: 0, position: base }
    }

    /// The region of `span`; what reaches past the end of the text is cut there.
    pub fn region(&mut self, span: Span) -> Region {
        let start = span.start.min(self.text.len());
        let end = span.end.clamp(start, self.text.len());
        if start < self.offset {
            self.offset = 0;
            self.position = self.base;
        }
        self.position = self.position.after(&self.text[self.offset..start]);
        self.offset = start;
        Region { start: self.position, end: self.position.after(&self.text[start..end]) }
    }
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
    fn invalid_bytes_are_one_column_each() {
        assert_eq!(Position::START.after(b"\xff\xfea"), Position { line: 1, column: 4 });
    }
}
