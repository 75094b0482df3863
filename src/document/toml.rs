//! TOML, by way of the toml crate, which bounds its own depth. It reads on after most errors; where it does not, the line that
//! it stopped at is blanked and it reads once more.
//!
//! Of two keys that are the same it keeps one; they are an error in TOML, so the document says so.

use super::json::hex;
use super::mask::Mask;
use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, Problem, Scalar, Style, Value};
use crate::text::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// How often reading begins again after an error.
const MAX_ATTEMPTS: usize = 200;

/// How many bytes all attempts may read together, beside the first.
const MAX_WORK: usize = 16 << 20;

/// The crate builds its own tree first, of up to 80 bytes for a byte of text, which nothing else bounds.
const LONGEST: usize = 512 << 10;

pub(super) fn parse(text: &str) -> Document {
    if text.len() > LONGEST {
        let mut builder = Builder::default();
        builder.problem(Span::new(0, 0), "too long for TOML; it was not read");
        return builder.finish(0);
    }
    let mut mask = Mask::of(text);
    let mut best = Document::default();
    let mut problem = mask.conflict().map(|at| problem(at, "a marker of a merge conflict"));
    for attempt in 1..=MAX_ATTEMPTS {
        let (table, errors) = DeTable::parse_recoverable(mask.text());
        let document = read(text, table.get_ref());
        if document.len() >= best.len() {
            best = document;
        }
        let place = |error: &Error| error.span().map_or(0, |span| span.start).min(text.len());
        if let Some(first) = errors.first() {
            problem.get_or_insert_with(|| {
                self::problem(place(first), "no valid TOML; what is wrong was left out")
            });
        }
        // A key that is there twice stops nothing.
        let stop = errors.iter().find(|error| error.message() != "duplicate key");
        if !stop.is_some_and(|error| attempt * text.len() < MAX_WORK && mask.blank_line(place(error))) {
            break;
        }
    }
    best.problem = problem.or(best.problem);
    best
}

fn problem(at: usize, message: &str) -> Problem {
    Problem { span: Span::new(at, at), message: message.to_owned() }
}

fn read(text: &str, table: &DeTable<'_>) -> Document {
    let mut reader = Reader { text, builder: Builder::default() };
    reader.builder.open(None, Value::Map, 0);
    reader.table(table);
    reader.builder.finish(text.len())
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
}

impl Reader<'_> {
    /// Adds the entries to the open map, and says where the last one ends. It calls itself for what is inside, no deeper
    /// than the builder has room for.
    fn table(&mut self, table: &DeTable<'_>) -> usize {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut end = 0;
        for (key, value) in entries {
            let key_span = self.inside(key.span().into());
            let key = self.scalar(key_span);
            end = end.max(self.value(Some(key), value, key_span));
        }
        end
    }

    /// Adds a value, and says where it ends. `near` is where it stands if the text has no place for it, as for the table
    /// `a` in `a.b = 1`.
    fn value(&mut self, key: Option<Scalar>, value: &Spanned<DeValue<'_>>, near: Span) -> usize {
        let span = self.inside(value.span().into());
        let span = if span.is_empty() { near } else { span };
        if !self.builder.has_room(span) {
            return span.end;
        }
        let end = match value.get_ref() {
            DeValue::Table(table) => {
                self.builder.open(key, Value::Map, span.start);
                self.table(table)
            }
            DeValue::Array(items) => {
                self.builder.open(key, Value::List, span.start);
                items.iter().map(|item| self.value(None, item, near)).max().unwrap_or_default()
            }
            _ => {
                let scalar = self.scalar(span);
                self.builder.scalar(key, scalar, span);
                return span.end;
            }
        };
        let end = end.max(span.end);
        self.builder.close(end);
        end
    }

    /// A key or value as it is written at `span`.
    fn scalar(&self, span: Span) -> Scalar {
        let written = &self.text[span.range()];
        let (quote, style) = match written.as_bytes() {
            [b'"', b'"', b'"', ..] => ("\"\"\"", Style::Block),
            [b'\'', b'\'', b'\'', ..] => ("'''", Style::Block),
            [b'"', ..] => ("\"", Style::Double),
            [b'\'', ..] => ("'", Style::Single),
            _ => return verbatim(self.text, span, Style::Plain),
        };
        let Some(inner) = written[quote.len()..].strip_suffix(quote) else {
            return verbatim(self.text, span, Style::Plain);
        };
        // A line break right after the opening quotes is no part of the text.
        let content = match style {
            Style::Block => inner.strip_prefix("\r\n").or(inner.strip_prefix('\n')).unwrap_or(inner),
            _ => inner,
        };
        let end = span.end - quote.len();
        let span = Span::new(end - content.len(), end);
        if quote.starts_with('"') {
            unescape(self.text, span, style)
        } else {
            verbatim(self.text, span, style)
        }
    }

    /// The span, if it lies in the text.
    fn inside(&self, span: Span) -> Span {
        if self.text.get(span.range()).is_some() { span } else { Span::default() }
    }
}

fn unescape(text: &str, span: Span, style: Style) -> Scalar {
    let mut pieces = Pieces::new(text, span.start);
    let mut at = span.start;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..span.end]) {
        pieces.copy_to(at + found);
        at = escape(&text[..span.end], at + found, &mut pieces);
    }
    pieces.copy_to(span.end);
    pieces.finish(span, style)
}

/// Reads the escape at `at` into `pieces`, and says where it ends.
fn escape(text: &str, at: usize, pieces: &mut Pieces<'_>) -> usize {
    let Some(character) = text[at + 1..].chars().next() else {
        pieces.copy_to(text.len());
        return text.len();
    };
    let after = at + 1 + character.len_utf8();
    let number = |digits: usize| {
        hex(text, after, digits)
            .and_then(char::from_u32)
            .map_or((after, character), |meant| (after + digits, meant))
    };
    let (end, meant) = match character {
        'b' => (after, '\u{8}'),
        't' => (after, '\t'),
        'n' => (after, '\n'),
        'f' => (after, '\u{C}'),
        'r' => (after, '\r'),
        'e' => (after, '\u{1B}'),
        'x' => number(2),
        'u' => number(4),
        'U' => number(8),
        ' ' | '\t' | '\n' | '\r' => {
            let rest = &text[at + 1..];
            let end = at + 1 + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            pieces.skip_to(end);
            return end;
        }
        other => (after, other),
    };
    pieces.replace_to(end, meant);
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, owned, source_of, spans_hold};
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        crate::document::tests::pairs(text, parse)
    }

    const TEXT: &str = "z = 1 # c\na.b.c = \"x\\ty\\u00e9\"\na.d = 'l\\t'\n[t.\"q r\"]\nk = { i = [1, 2.5], d = 2020-01-01 }\nm = \"\"\"\n one\\\n   two\n\"\"\"\nl = '''\r\nraw\\n'''\n[[s]]\nn = true\n[[s]]\nn = false\n[t.u]\nv = 0x1F\n";

    #[test]
    fn what_would_take_too_much_memory_is_not_read() {
        let document = parse(&format!("a = [{}]", "1,".repeat(LONGEST / 2)));
        assert!(document.is_empty());
        assert!(document.problem.unwrap().message.starts_with("too long for TOML"));
    }

    #[test]
    fn everything_is_read_in_the_order_of_the_text() {
        let expected = [
            ("$.z", "1"),
            ("$.a.b.c", "x\tyé"),
            ("$.a.d", "l\\t"),
            ("$.t['q r'].k.i[0]", "1"),
            ("$.t['q r'].k.i[1]", "2.5"),
            ("$.t['q r'].k.d", "2020-01-01"),
            ("$.t['q r'].m", " onetwo\n"),
            ("$.t['q r'].l", "raw\\n"),
            ("$.t.u.v", "0x1F"),
            ("$.s[0].n", "true"),
            ("$.s[1].n", "false"),
        ];
        assert_eq!(pairs(TEXT), owned(&expected));
        assert_eq!(parse(TEXT).problem, None);
    }

    #[test]
    fn texts_map_to_their_source() {
        let document = parse(TEXT);
        assert_eq!(source_of(TEXT, &document, "$.a.b.c", "yé"), "y\\u00e9");
        assert_eq!(source_of(TEXT, &document, "$.t['q r'].m", "one"), "one");
        assert_eq!(source_of(TEXT, &document, "$.t['q r'].m", "two"), "two");
        assert_eq!(at(&document, "$.t['q r'].l").style, Style::Block);
        assert!(at(&document, "$.a.d").is_verbatim());
        let key = document.get(document.roots()[0], "z").unwrap();
        assert_eq!(&TEXT[document.node(key).span.range()], "1");
    }

    #[test]
    fn errors_cost_their_line_only() {
        let text = "a = 1\nb = \nc = \"open\nd = ~\n[t\ne = 2\n<<<<<<< HEAD\n[u]\nf = 3\ng = bad value\na = 4\n>>>>>>> x\nz = 5\n";
        let pairs = pairs(text);
        for (path, value) in [("$.a", "1"), ("$.u.f", "3"), ("$.u.a", "4"), ("$.u.z", "5")] {
            assert!(pairs.contains(&(path.to_owned(), value.to_owned())), "{path} {pairs:?}");
        }
        assert!(parse(text).problem.is_some());
        assert_eq!(self::pairs("\u{FEFF}a = 1\na = 2\n")[0], ("$.a".to_owned(), "1".to_owned()));
        assert!(parse("a = 1\na = 2\n").problem.is_some());
    }

    #[test]
    fn depth_is_bounded() {
        for opener in ["[", "{a=", "a."] {
            let document = parse(&format!("b = 1\nk = {}", opener.repeat(100_000)));
            assert!(document.problem.is_some(), "{opener}");
            assert_eq!(at(&document, "$.b").text, "1");
        }
        assert!(parse(&"a.".repeat(100_000)).problem.is_some());
    }

    proptest! {
        #[test]
        fn anything_that_looks_like_toml_is_read(text in "(\\[\\[a\\]\\]\n|\\[a\\.b\\]\n|a = |b\\.c = |\"\"\"|'''|\\\\u00e9|\\\\\n|[\\[\\]{}=.,\"'a1é\n\\\\]){0,40}") {
            spans_hold(&text, &parse(&text));
        }
    }
}
