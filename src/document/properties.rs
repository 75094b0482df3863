//! Java's `.properties`: `key=value`, `key: value` or `key value`, with escapes, and lines that go on after a backslash.
//! A dotted key is one name; the root is one map.

use super::json::{is_conflict_marker, unicode};
use super::pieces::Pieces;
use super::{Builder, Document, Scalar, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at: start, builder: Builder::default() };
    reader.builder.open(None, Value::Map, start);
    while reader.at < text.len() {
        reader.read_line();
    }
    reader.builder.finish(text.len())
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
}

impl Reader<'_> {
    fn read_line(&mut self) {
        self.skip_blanks();
        match self.peek() {
            None => {}
            Some(b'\n' | b'\r') => self.at += 1,
            Some(b'#' | b'!') => self.skip_line(),
            _ if is_conflict_marker(&self.text[self.at..]) => {
                self.builder.problem(Span::new(self.at, self.at), "a marker of a merge conflict");
                self.skip_line();
            }
            _ => self.read_pair(),
        }
    }

    fn read_pair(&mut self) {
        let key = self.read_until(|byte| matches!(byte, b'=' | b':' | b' ' | b'\t' | 0x0C | b'\n' | b'\r'));
        self.skip_blanks();
        if matches!(self.peek(), Some(b'=' | b':')) {
            self.at += 1;
            self.skip_blanks();
        }
        let value = self.read_until(|byte| matches!(byte, b'\n' | b'\r'));
        let span = value.span;
        if self.builder.has_room(span) {
            self.builder.scalar(Some(key), value, span);
        }
    }

    /// The text up to the first byte that ends it and has no backslash before.
    fn read_until(&mut self, ends: fn(u8) -> bool) -> Scalar {
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        while let Some(byte) = self.peek().filter(|byte| !ends(*byte)) {
            if byte == b'\\' {
                pieces.copy_to(self.at);
                self.escape(&mut pieces);
            } else {
                self.at += 1;
            }
        }
        pieces.copy_to(self.at);
        pieces.finish(Span::new(start, self.at), Style::Plain)
    }

    fn escape(&mut self, pieces: &mut Pieces<'_>) {
        self.at += 1;
        let Some(character) = self.text[self.at..].chars().next() else {
            pieces.skip_to(self.at);
            return;
        };
        self.at += character.len_utf8();
        let meant = match character {
            '\n' | '\r' => {
                if character == '\r' && self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                self.skip_blanks();
                pieces.skip_to(self.at);
                return;
            }
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{C}',
            'u' => {
                let (end, meant) = unicode(self.text, self.at).unwrap_or((self.at, 'u'));
                self.at = end;
                meant
            }
            other => other,
        };
        pieces.replace_to(self.at, meant);
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | 0x0C)) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, owned, source_of};

    #[test]
    fn every_way_to_write_a_pair_is_read() {
        let text = "# c\n! c\nspring.ai.openai.api-key=a=b # c\n  b : x:y  \r\nc d e\n\nalone\nf=\ng.h = \\\n    one,\\\r\n\ttwo\na\\ b\\=\\:c = \\t\\u00e9\\q\\\\\nlast=z\\";
        let expected = [
            ("$['spring.ai.openai.api-key']", "a=b # c"),
            ("$.b", "x:y  "),
            ("$.c", "d e"),
            ("$.alone", ""),
            ("$.f", ""),
            ("$['g.h']", "one,two"),
            ("$['a b=:c']", "\téq\\"),
            ("$.last", "z"),
        ];
        assert_eq!(crate::document::tests::pairs(text, parse), owned(&expected));
        let document = parse(text);
        assert_eq!(source_of(text, &document, "$['g.h']", "two"), "two");
        assert_eq!(source_of(text, &document, "$['a b=:c']", "é"), "\\u00e9");
        assert!(at(&document, "$['spring.ai.openai.api-key']").is_verbatim());
        assert_eq!(document.problem, None);
    }

    #[test]
    fn a_conflict_is_said_and_both_sides_are_read() {
        let text = "<<<<<<< HEAD\na=1\n=======\na=2\n>>>>>>> other\n";
        assert_eq!(crate::document::tests::pairs(text, parse), owned(&[("$.a", "1"), ("$.a", "2")]));
        assert_eq!(parse(text).problem.unwrap().message, "a marker of a merge conflict");
    }
}
