//! `[section]` and `name = value` lines, as the readers of git, aws, npm and pip take them.
//!
//! What stands before the first section is in the root map. A line that is indented deeper than its name goes on with its
//! value, unless it looks like an assignment itself: below an empty value that is a map of its own (`s3 =` in an aws
//! config), else one more name.

use super::json::is_conflict_marker;
use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, Scalar, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at: start, builder: Builder::default() };
    reader.builder.open(None, Value::Map, 0);
    while reader.at < text.len() {
        reader.read_line();
    }
    reader.builder.finish(text.trim_end().len())
}

/// How many maps are open outside of every section.
const ROOT: usize = 1;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
}

/// One line's text without the blanks around it.
#[derive(Clone, Copy)]
struct Line {
    span: Span,
    indent: usize,
    /// Where the next one begins.
    next: usize,
}

/// The sides of an assignment.
struct Pair {
    name: Span,
    value: Span,
}

impl<'t> Reader<'t> {
    fn read_line(&mut self) {
        let line = self.next_line();
        let text = &self.text[line.span.range()];
        if text.is_empty() || is_comment(text) {
            return;
        }
        if is_conflict_marker(text) {
            self.builder.problem(line.span, "a marker of a merge conflict");
        } else if text.starts_with('[') {
            self.open_section(line.span);
        } else if let Some(pair) = self.pair(line.span) {
            self.read_value(&pair, line);
        } else if text.starts_with(['=', ':']) {
            self.builder.problem(line.span, "a value without a name");
        }
    }

    fn open_section(&mut self, line: Span) {
        while self.builder.depth() > ROOT {
            self.builder.close(line.start);
        }
        let inner = &self.text[line.start + 1..line.end];
        let length = section_end(inner).unwrap_or_else(|| {
            self.builder.problem(line, "a section's bracket is not closed");
            inner.len()
        });
        let name = trimmed(self.text, Span::new(line.start + 1, line.start + 1 + length));
        if self.builder.has_room(line) {
            self.builder.open(Some(verbatim(self.text, name, Style::Plain)), Value::Map, line.start);
        }
    }

    /// Where the name ends and the value begins; `None` for a name alone.
    fn pair(&self, line: Span) -> Option<Pair> {
        let text = &self.text[line.range()];
        let at = separator(text)?;
        let name = trimmed(self.text, Span::new(line.start, line.start + at));
        let value = trimmed(self.text, Span::new(line.start + at + 1, line.end));
        (!name.is_empty()).then_some(Pair { name, value })
    }

    fn read_value(&mut self, pair: &Pair, line: Line) {
        let key = verbatim(self.text, pair.name, Style::Plain);
        let mut scalar = value(self.text, pair.value);
        let mut lines = Vec::new();
        while let Some(next) = self.peek_line().filter(|next| next.indent > line.indent) {
            let text = &self.text[next.span.range()];
            if text.is_empty() || (!is_comment(text) && looks_assigned(text)) {
                break;
            }
            self.next_line();
            if !is_comment(text) {
                lines.push(without_comment(self.text, next.span));
            }
        }
        if scalar.text.is_empty() && lines.is_empty() && self.nested(&key, line) {
            return;
        }
        if !lines.is_empty() {
            scalar = joined(self.text, scalar.span, &lines);
        }
        let span = Span::new(pair.value.start, pair.value.end.max(scalar.span.end));
        if self.builder.has_room(span) {
            self.builder.scalar(Some(key), scalar, span);
        }
    }

    /// Reads the deeper assignments after an empty value as a map; false if there are none.
    fn nested(&mut self, key: &Scalar, line: Line) -> bool {
        let inner = |reader: &Self| {
            let next = reader.peek_line().filter(|next| next.indent > line.indent)?;
            looks_assigned(&reader.text[next.span.range()]).then(|| reader.pair(next.span)).flatten()
        };
        if inner(self).is_none() || !self.builder.has_room(line.span) {
            return false;
        }
        self.builder.open(Some(key.clone()), Value::Map, line.span.end);
        let mut end = line.span.end;
        while let Some(pair) = inner(self) {
            self.next_line();
            end = pair.value.end;
            if self.builder.has_room(pair.value) {
                let name = verbatim(self.text, pair.name, Style::Plain);
                self.builder.scalar(Some(name), value(self.text, pair.value), pair.value);
            }
        }
        self.builder.close(end);
        true
    }

    fn next_line(&mut self) -> Line {
        let line = self.line();
        self.at = line.next.min(self.text.len());
        line
    }

    fn peek_line(&self) -> Option<Line> {
        (self.at < self.text.len()).then(|| self.line())
    }

    fn line(&self) -> Line {
        let rest = &self.text.as_bytes()[self.at..];
        let end = self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let span = trimmed(self.text, Span::new(self.at, end));
        Line { span, indent: span.start - self.at, next: end + 1 }
    }
}

fn trimmed(text: &str, span: Span) -> Span {
    let inner = &text[span.range()];
    let start = span.end - inner.trim_start().len();
    Span::new(start, start + inner.trim().len())
}

fn is_comment(line: &str) -> bool {
    line.starts_with(['#', ';'])
}

/// Where the name ends. A colon counts where there is no `=`, or where it ends a plain name and a blank follows, for names
/// may hold colons themselves: `//host/:_authToken=…`.
fn separator(line: &str) -> Option<usize> {
    let Some(equals) = line.find('=') else { return line.find(':') };
    let name = &line[..equals];
    let colon = name.find(": ").or_else(|| name.find(":\t"));
    Some(colon.filter(|colon| is_plain(&name[..*colon])).unwrap_or(equals))
}

fn is_plain(name: &str) -> bool {
    let name = name.trim_end();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn looks_assigned(line: &str) -> bool {
    line.starts_with('[') || line.split_once('=').is_some_and(|(name, _)| is_plain(name))
}

/// Where the bracket closes that is open at the start; brackets in quotes are part of the name.
fn section_end(inner: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    inner.bytes().position(|byte| {
        let plain = !escaped;
        escaped = plain && quoted && byte == b'\\';
        quoted ^= plain && byte == b'"';
        byte == b']' && !quoted
    })
}

/// A comment in a value begins after a blank.
fn without_comment(text: &str, span: Span) -> Span {
    let bytes = text[span.range()].as_bytes();
    let comment =
        memchr::memchr2_iter(b'#', b';', bytes).find(|at| *at > 0 && bytes[at - 1].is_ascii_whitespace());
    let end = comment.map_or(span.end, |at| span.start + at);
    trimmed(text, Span::new(span.start, end))
}

fn value(text: &str, span: Span) -> Scalar {
    let style = match text.as_bytes().get(span.start).filter(|_| !span.is_empty()) {
        Some(b'"') => Style::Double,
        Some(b'\'') => Style::Single,
        Some(b'#' | b';') if text[..span.start].ends_with([' ', '\t']) => {
            return verbatim(text, Span::new(span.start, span.start), Style::Plain);
        }
        _ => Style::Plain,
    };
    quoted(text, span, style).unwrap_or_else(|| verbatim(text, without_comment(text, span), Style::Plain))
}

/// The text in quotes, if they are all of the value; `\` takes a quote or another `\` as it is.
fn quoted(text: &str, span: Span, style: Style) -> Option<Scalar> {
    let quote = match style {
        Style::Double => b'"',
        Style::Single => b'\'',
        Style::Plain | Style::Block => return None,
    };
    let bytes = text.as_bytes();
    let mut pieces = Pieces::new(text, span.start + 1);
    let mut at = span.start + 1;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..span.end)?)?;
        if bytes[at] == quote {
            break;
        }
        match bytes[..span.end].get(at + 1) {
            Some(byte @ (b'"' | b'\\')) if style == Style::Double => {
                pieces.copy_to(at);
                at += 2;
                pieces.replace_to(at, char::from(*byte));
            }
            _ => at += 1,
        }
    }
    let rest = text[at + 1..span.end].trim_start();
    if !rest.is_empty() && !is_comment(rest) {
        return None;
    }
    pieces.copy_to(at);
    Some(pieces.finish(Span::new(span.start + 1, at), style))
}

/// A value with the lines that go on with it.
fn joined(text: &str, first: Span, lines: &[Span]) -> Scalar {
    let all: Vec<Span> =
        std::iter::once(first).chain(lines.iter().copied()).filter(|span| !span.is_empty()).collect();
    let start = all.first().map_or(first.start, |span| span.start);
    let mut pieces = Pieces::new(text, start);
    for (index, span) in all.iter().enumerate() {
        if index > 0 {
            pieces.replace_to(span.start, '\n');
        }
        pieces.copy_to(span.end);
    }
    let end = all.last().map_or(start, |span| span.end);
    pieces.finish(Span::new(start, end), Style::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{owned, source_of};
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        crate::document::tests::pairs(text, parse)
    }

    #[test]
    fn npm_names_keep_their_colons() {
        let text = "\u{FEFF}; c\n//registry.example.org/:_authToken=${T}\nemail : a@b\nurl: https://x/?a=b\n@s:registry=https://y\nbare\n";
        let expected = [
            ("$['//registry.example.org/:_authToken']", "${T}"),
            ("$.email", "a@b"),
            ("$.url", "https://x/?a=b"),
            ("$['@s:registry']", "https://y"),
        ];
        assert_eq!(pairs(text), owned(&expected));
        assert_eq!(parse(text).problem, None);
    }

    #[test]
    fn git_sections_and_quotes_are_read() {
        let text = "[remote \"o]r\"] # c\r\n\turl = \"a \\\"b\\\" # c\" ; d\r\n\tfetch = x#y # z\r\n\te = # none\r\n[core]\r\n  q = 'it' s\r\n[core]\r\n  q = 2\r\n";
        let expected = [
            ("$['remote \"o]r\"'].url", "a \"b\" # c"),
            ("$['remote \"o]r\"'].fetch", "x#y"),
            ("$['remote \"o]r\"'].e", ""),
            ("$.core.q", "'it' s"),
            ("$.core.q", "2"),
        ];
        assert_eq!(pairs(text), owned(&expected));
        assert_eq!(source_of(text, &parse(text), "$..url", "\"b"), "\\\"b");
    }

    #[test]
    fn indented_lines_go_on() {
        let text = "[global]\nindex =\n    https://u:p@x/?a=b\n    # no\n    https://y\nplain = one\n  two\n[default]\ns3 =\n  max = 20\n  min = 1\nkey = v\n  other = w\n";
        let expected = [
            ("$.global.index", "https://u:p@x/?a=b\nhttps://y"),
            ("$.global.plain", "one\ntwo"),
            ("$.default.s3.max", "20"),
            ("$.default.s3.min", "1"),
            ("$.default.key", "v"),
            ("$.default.other", "w"),
        ];
        assert_eq!(pairs(text), owned(&expected));
        assert_eq!(source_of(text, &parse(text), "$.global.index", "https://y"), "https://y");
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        let text = "a=1\n<<<<<<< HEAD\nb=2\n=======\nb=3\n>>>>>>> x\n=4\n[open\nc=5\nd=\"e";
        let expected = [("$.a", "1"), ("$.b", "2"), ("$.b", "3"), ("$.open.c", "5"), ("$.open.d", "\"e")];
        assert_eq!(pairs(text), owned(&expected));
        assert_eq!(parse(text).problem.unwrap().span.start, 4);
    }

    proptest! {}
}
