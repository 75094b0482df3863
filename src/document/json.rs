//! JSON as people write it: comments, trailing commas, unquoted keys, single quotes, and files that break off.
//!
//! The reader keeps its own stack, so no depth of nesting can exhaust the program's. Commas only separate: one too few or too
//! many changes nothing. What is no value is left out, and reading goes on after it.

use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, MAX_NODES, Scalar, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let mut reader = Reader { text, at: 0, builder: Builder::default(), open: Vec::new(), key: None };
    reader.read();
    reader.builder.finish(text.len())
}

/// A map or list whose end is still to come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Map,
    List,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
    open: Vec<Open>,
    /// The key whose value comes next.
    key: Option<Scalar>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while self.builder.document().len() < MAX_NODES {
            self.skip_trivia();
            let Some(byte) = self.peek() else { break };
            match byte {
                b'{' => self.enter(Open::Map),
                b'[' => self.enter(Open::List),
                b'}' => self.leave(Open::Map),
                b']' => self.leave(Open::List),
                b',' => self.separate(),
                b':' => self.garbage(self.at + 1, "a colon without a key"),
                _ if self.wants_key() => self.read_key(),
                _ => self.read_scalar(),
            }
        }
        if self.peek().is_some() {
            self.builder.has_room(Span::new(self.at, self.text.len()));
        } else if !self.open.is_empty() {
            self.problem(self.text.len(), "the text ends inside of a map or list");
        }
    }

    fn wants_key(&self) -> bool {
        self.open.last() == Some(&Open::Map) && self.key.is_none()
    }

    fn enter(&mut self, kind: Open) {
        if self.wants_key() {
            self.problem(self.at, "a value without a key");
        }
        let key = self.key.take();
        if !self.builder.has_room(Span::new(self.at, self.at + 1)) {
            self.skip_nested();
            return;
        }
        let value = if kind == Open::Map { Value::Map } else { Value::List };
        self.builder.open(key, value, self.at);
        self.open.push(kind);
        self.at += 1;
    }

    /// Ends the innermost open `kind`; what is open inside of it lacks its own end.
    fn leave(&mut self, kind: Open) {
        self.drop_key();
        let Some(depth) = self.open.iter().rposition(|open| *open == kind) else {
            self.garbage(self.at + 1, "a closing bracket that nothing opened");
            return;
        };
        if depth + 1 < self.open.len() {
            self.problem(self.at, "a map or list is not closed");
        }
        while self.open.len() > depth + 1 {
            self.open.pop();
            self.builder.close(self.at);
        }
        self.at += 1;
        self.open.pop();
        self.builder.close(self.at);
    }

    fn separate(&mut self) {
        self.drop_key();
        self.at += 1;
    }

    fn drop_key(&mut self) {
        if self.key.take().is_some() {
            self.problem(self.at, "a key without a value");
        }
    }

    fn read_key(&mut self) {
        let (start, scalar) = self.token();
        self.skip_trivia();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.key = Some(scalar);
        } else {
            self.builder.problem(Span::new(start, self.at), "a key without a value");
        }
    }

    fn read_scalar(&mut self) {
        let (start, scalar) = self.token();
        let span = Span::new(start, self.at);
        if scalar.style == Style::Plain && !is_literal(&scalar.text) {
            self.builder.problem(span, "a value without quotes");
            // A bare word outside of everything is prose, or the `export default` before an object.
            if self.open.is_empty() {
                return;
            }
        }
        let key = self.key.take();
        if self.builder.has_room(span) {
            self.builder.scalar(key, scalar, span);
        }
    }

    /// The string or word that begins here, and where it begins.
    fn token(&mut self) -> (usize, Scalar) {
        let start = self.at;
        let scalar = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            _ => self.word(),
        };
        (start, scalar)
    }

    fn word(&mut self) -> Scalar {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let ends = |at: usize| match bytes[at] {
            b'/' => matches!(bytes.get(at + 1), Some(b'/' | b'*')),
            byte => byte.is_ascii_whitespace() || b",:[]{}\"'".contains(&byte),
        };
        self.at += 1;
        while self.at < bytes.len() && !ends(self.at) {
            self.at += 1;
        }
        verbatim(self.text, Span::new(start, self.at), Style::Plain)
    }

    /// A string ends at its quote, or, for want of one, with its line.
    fn string(&mut self, quote: u8) -> Scalar {
        let style = if quote == b'"' { Style::Double } else { Style::Single };
        let start = self.at + 1;
        let mut pieces = Pieces::new(self.text, start);
        self.at = start;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let Some(stop) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                self.at = self.text.len();
                self.problem(self.at, "the text ends inside of a string");
                break;
            };
            self.at += stop;
            if rest[stop] != b'\\' {
                break;
            }
            pieces.copy_to(self.at);
            self.at = escape(self.text, self.at, &mut pieces);
        }
        let end = self.at;
        pieces.copy_to(end);
        match self.peek() {
            Some(b'\n') => self.problem(end, "a string is not closed on its line"),
            Some(_) => self.at += 1,
            None => {}
        }
        pieces.finish(Span::new(start, end), style)
    }

    /// Passes over a map or list with all that it holds.
    fn skip_nested(&mut self) {
        let mut depth = 0_usize;
        loop {
            self.skip_trivia();
            let Some(byte) = self.peek() else { break };
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' | b'\'' => {
                    self.string(byte);
                    continue;
                }
                b',' | b':' => {}
                _ => {
                    self.word();
                    continue;
                }
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
    }

    /// Moves past white space, comments and the markers of a merge conflict.
    fn skip_trivia(&mut self) {
        while let Some(byte) = self.peek() {
            let rest = &self.text[self.at..];
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'#' => self.skip_line(),
                b'/' if rest.starts_with("//") => self.skip_line(),
                b'/' if rest.starts_with("/*") => self.skip_block_comment(),
                b'<' | b'=' | b'>' | b'|' if self.at_conflict_marker() => {
                    self.problem(self.at, "a marker of a merge conflict");
                    self.skip_line();
                }
                0x0B | 0x0C | 0x80.. => {
                    let Some(space) = rest.chars().next().filter(|c| c.is_whitespace() || *c == '\u{FEFF}')
                    else {
                        break;
                    };
                    self.at += space.len_utf8();
                }
                _ => break,
            }
        }
    }

    fn at_conflict_marker(&self) -> bool {
        let line_start = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
        line_start && is_conflict_marker(&self.text[self.at..])
    }

    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn skip_block_comment(&mut self) {
        match self.text[self.at + 2..].find("*/") {
            Some(length) => self.at += 2 + length + 2,
            None => {
                self.problem(self.at, "a comment is not closed");
                self.at = self.text.len();
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn problem(&mut self, at: usize, message: &str) {
        self.builder.problem(Span::new(at, at), message);
    }

    fn garbage(&mut self, end: usize, message: &str) {
        self.builder.problem(Span::new(self.at, end), message);
        self.at = end;
    }
}

/// Whether `line` begins with a marker that a merge leaves.
pub(super) fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| {
        line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
    })
}

/// Reads the escape at `at` into `pieces`, and says where it ends.
fn escape(text: &str, at: usize, pieces: &mut Pieces<'_>) -> usize {
    let Some(character) = text[at + 1..].chars().next() else {
        return text.len();
    };
    let after = at + 1 + character.len_utf8();
    let (end, meant) = match character {
        'n' => (after, '\n'),
        't' => (after, '\t'),
        'r' => (after, '\r'),
        'b' => (after, '\u{8}'),
        'f' => (after, '\u{C}'),
        'v' => (after, '\u{B}'),
        '0' => (after, '\0'),
        '\n' | '\r' => {
            let end = if text[after..].starts_with('\n') && character == '\r' { after + 1 } else { after };
            pieces.skip_to(end);
            return end;
        }
        'x' => match hex(text, after, 2).and_then(char::from_u32) {
            Some(meant) => (after + 2, meant),
            None => (after, 'x'),
        },
        'u' => unicode(text, after).unwrap_or((after, 'u')),
        other => (after, other),
    };
    pieces.replace_to(end, meant);
    end
}

/// The character whose digits stand at `at`, with the second half of a surrogate pair.
pub(super) fn unicode(text: &str, at: usize) -> Option<(usize, char)> {
    let unit = hex(text, at, 4)?;
    if let Some(character) = char::from_u32(unit) {
        return Some((at + 4, character));
    }
    let low = text.get(at + 4..at + 6).filter(|next| *next == "\\u").and_then(|_| hex(text, at + 6, 4));
    match low {
        Some(low @ 0xDC00..=0xDFFF) if unit < 0xDC00 => {
            let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            char::from_u32(code).map(|character| (at + 10, character))
        }
        _ => Some((at + 4, char::REPLACEMENT_CHARACTER)),
    }
}

/// The number that `digits` hexadecimal digits at `at` say.
pub(super) fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

fn is_literal(word: &str) -> bool {
    let number = word.trim_start_matches(['+', '-']);
    matches!(word, "true" | "false" | "null" | "undefined")
        || matches!(number, "NaN" | "Infinity")
        || number.trim_start_matches('.').starts_with(|digit: char| digit.is_ascii_digit())
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
