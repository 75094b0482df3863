//! `NAME=value` lines, as shells, compose and the loaders of many languages read them. One map of names.

use super::json::is_conflict_marker;
use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, Scalar, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let mut reader = Reader { text, at: 0, builder: Builder::default() };
    reader.builder.open(None, Value::Map, 0);
    if text.starts_with('\u{FEFF}') {
        reader.at = '\u{FEFF}'.len_utf8();
    }
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
        let end = self.line_end();
        self.skip_blanks();
        if !matches!(self.text.as_bytes().get(self.at), None | Some(b'#' | b'\n' | b'\r')) {
            self.read_assignment(end);
        }
        // A quoted value may have ended on a later line.
        self.at = (self.line_end() + 1).min(self.text.len());
    }

    fn read_assignment(&mut self, end: usize) {
        let start = self.at;
        let conflict = is_conflict_marker(&self.text[start..]);
        let exported =
            self.text[start..end].strip_prefix("export").is_some_and(|rest| rest.starts_with([' ', '\t']));
        if exported {
            self.at += "export".len();
            self.skip_blanks();
        }
        let Some(key) = self.key(end).filter(|_| !conflict) else {
            if conflict || !is_name(self.text[self.at..end].trim()) {
                self.builder.problem(Span::new(start, end), "a line that is no assignment");
            }
            return;
        };
        self.skip_blanks();
        let from = self.at;
        let scalar = match self.text.as_bytes().get(self.at) {
            Some(quote @ (b'"' | b'\'' | b'`')) => match self.quoted(*quote) {
                Some(scalar) => scalar,
                None => {
                    self.builder.problem(Span::new(from, end), "a quote is not closed");
                    self.at = from + 1;
                    self.unquoted(end)
                }
            },
            _ => self.unquoted(end),
        };
        let span = Span::new(from, self.at);
        if self.builder.has_room(span) {
            self.builder.scalar(Some(key), scalar, span);
        }
    }

    /// The name before `=`, or before `:` and a blank; leaves off just past that sign.
    fn key(&mut self, end: usize) -> Option<Scalar> {
        let line = &self.text[self.at..end];
        let length = line.find(|c: char| c == '=' || c == ':' || c.is_whitespace())?;
        let key = Span::new(self.at, self.at + length);
        let rest = line[length..].trim_start_matches([' ', '\t']);
        let after = matches!(rest.as_bytes(), [b'=', ..] | [b':'] | [b':', b' ' | b'\t' | b'\r', ..]);
        if !after || !is_name(&self.text[key.range()]) {
            return None;
        }
        self.at = end - rest.len() + 1;
        Some(verbatim(self.text, key, Style::Plain))
    }

    fn unquoted(&mut self, end: usize) -> Scalar {
        let value = &self.text[self.at..end];
        let blank_before = |at: usize| match at.checked_sub(1) {
            Some(before) => matches!(value.as_bytes()[before], b' ' | b'\t'),
            None => matches!(self.text.as_bytes()[self.at - 1], b' ' | b'\t'),
        };
        let comment = memchr::memchr_iter(b'#', value.as_bytes()).find(|at| blank_before(*at));
        let value = value[..comment.unwrap_or(value.len())].trim_end();
        let span = Span::new(self.at, self.at + value.len());
        self.at = span.end;
        verbatim(self.text, span, Style::Plain)
    }

    /// The quoted value that begins here; `None` if nothing closes it, or only a quote of a later assignment.
    fn quoted(&mut self, quote: u8) -> Option<Scalar> {
        let (span, escaped) = self.between_quotes(quote)?;
        let many_lines = self.text[span.range()].contains('\n');
        if many_lines && !self.ends_line(span.end + 1) {
            return None;
        }
        self.at = span.end + 1;
        Some(match quote {
            b'"' if escaped => unescape(self.text, span),
            b'"' => verbatim(self.text, span, Style::Double),
            _ => verbatim(self.text, span, Style::Single),
        })
    }

    fn between_quotes(&self, quote: u8) -> Option<(Span, bool)> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut escaped = false;
        loop {
            at += match quote {
                b'"' => memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?,
                _ => memchr::memchr(quote, bytes.get(at..)?)?,
            };
            if bytes[at] == quote {
                return Some((Span::new(start, at), escaped));
            }
            escaped = true;
            at += 2;
        }
    }

    fn ends_line(&self, at: usize) -> bool {
        let rest = self.text[at..].trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with(['\n', '\r', '#'])
    }

    fn line_end(&self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }
}

/// Resolves the escapes of a double-quoted value; those that no loader knows stay as they are.
fn unescape(text: &str, span: Span) -> Scalar {
    let mut pieces = Pieces::new(text, span.start);
    let mut at = span.start;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..span.end]) {
        let backslash = at + found;
        pieces.copy_to(backslash);
        at = backslash + 2;
        match text.as_bytes()[backslash + 1] {
            b'n' => pieces.replace_to(at, '\n'),
            b'r' => pieces.replace_to(at, '\r'),
            b't' => pieces.replace_to(at, '\t'),
            b'\n' => pieces.skip_to(at),
            byte @ (b'"' | b'\\' | b'$' | b'`') => pieces.replace_to(at, char::from(byte)),
            _ => at = backslash + 1,
        }
        if at == backslash + 1 {
            pieces.copy_to(at);
        }
    }
    pieces.copy_to(span.end);
    pieces.finish(span, Style::Double)
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{found, owned, spans_hold};
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<(String, String)> {
        found(&parse(text)).into_iter().map(|(path, value)| (path.replacen("$.", "", 1), value)).collect()
    }

    #[test]
    fn lines_are_read_as_loaders_do() {
        let text = "\u{FEFF}A=1\r\n# no\nexport B = two words # note\nC: colon\nD=#x\nE= #note\nF=a#b\nG='#$x' # y\nH=`b\"q`\nBARE\nexport BARE\n  I=${X:-y}\n";
        assert_eq!(
            values(text),
            owned(&[
                ("A", "1"),
                ("B", "two words"),
                ("C", "colon"),
                ("D", "#x"),
                ("E", ""),
                ("F", "a#b"),
                ("G", "#$x"),
                ("H", "b\"q"),
                ("I", "${X:-y}"),
            ])
        );
        assert_eq!(parse(text).problem, None);
    }

    #[test]
    fn quoted_values_span_lines_and_map_back() {
        let text = "K=\"-----A\nxyz\n-----B\" # c\nJ=\"a\\nb\\\"c\\q\"\nL=1";
        assert_eq!(values(text), owned(&[("K", "-----A\nxyz\n-----B"), ("J", "a\nb\"c\\q"), ("L", "1")]));
        let document = parse(text);
        let root = document.roots()[0];
        let scalar = document.node(document.get(root, "J").unwrap()).scalar().unwrap();
        assert_eq!(&text[scalar.source(Span::new(2, 5)).range()], "b\\\"c");
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        let text = "A=\"open\nB=ok\nC=\"x\"\nD='e\n<<<<<<< HEAD\nE=1";
        assert_eq!(values(text), owned(&[("A", "open"), ("B", "ok"), ("C", "x"), ("D", "e"), ("E", "1")]));
        assert!(parse(text).problem.is_some());
    }

    proptest! {
        #[test]
        fn anything_that_looks_like_it_is_read(text in "([A-B=\"'` :#\\\\\n\r\té]|export ){0,40}") {
            spans_hold(&text, &parse(&text));
        }

        #[test]
        fn what_is_written_is_found(pairs in proptest::collection::vec(("[A-Z_][A-Z0-9_]{0,8}", "[a-zA-Z0-9é+/=_-]{0,20}", 0..4_u8), 0..9)) {
            let mut text = String::new();
            for (name, value, style) in &pairs {
                let quote = ["", "\"", "'", "`"][usize::from(*style)];
                text += &format!("{name}={quote}{value}{quote}\n");
            }
            let expected: Vec<_> = pairs.into_iter().map(|(name, value, _)| (name, value)).collect();
            prop_assert_eq!(values(&text), expected);
        }
    }
}
