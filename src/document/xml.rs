//! XML, as Maven, NuGet and IIS are configured: elements by name, attributes beside them.
//!
//! An element of nothing but text is a scalar, any other a map of its attributes and elements; text among those stands under
//! `#text`. One that is repeated is there once more under the same name, and a path selects all of them:
//! `$.settings.servers.server.password`, `$.configuration.appSettings.add.value`. Comments, instructions and document types are
//! passed over; no entity but XML's own five and numbers is resolved.

use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, MAX_DEPTH, Scalar, Style, Value};
use crate::text::Span;

const COMMENT: (&str, &str) = ("<!--", "-->");
const CDATA: (&str, &str) = ("<![CDATA[", "]]>");
const INSTRUCTION: (&str, &str) = ("<?", "?>");

pub(super) fn parse(text: &str) -> Document {
    let mut reader = Reader { text, at: 0, builder: Builder::default(), open: Vec::new() };
    reader.builder.open(None, Value::Map, 0);
    while reader.at < text.len() && reader.builder.has_room(Span::new(reader.at, text.len())) {
        reader.read();
    }
    if !reader.open.is_empty() {
        reader.problem(text.len(), "the text ends inside of an element");
    }
    reader.builder.finish(text.len())
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
    /// The names of the elements whose ends are still to come.
    open: Vec<Span>,
}

impl<'t> Reader<'t> {
    /// Text, and the tag or comment behind it.
    fn read(&mut self) {
        let (content, end) = self.content();
        if !self.open.is_empty() && !content.is_empty() {
            self.text_among_elements(content);
        }
        self.at = end;
        let rest = self.rest();
        if rest.starts_with("</") {
            self.close_tag();
        } else if rest.starts_with("<!") {
            self.document_type();
        } else if !rest.is_empty() {
            self.open_tag();
        }
    }

    fn text_among_elements(&mut self, content: Span) {
        let scalar = self.unescaped(content, Style::Plain);
        // Comments alone are no text.
        if !scalar.text.trim().is_empty() {
            let place = Span::new(content.start, content.start);
            let key = Scalar::mapped("#text".into(), place, Style::Plain, Vec::new());
            self.builder.scalar(Some(key), scalar, content);
        }
    }

    /// The text from here on, without the blanks at its ends, and where the next tag begins.
    fn content(&self) -> (Span, usize) {
        let mut end = self.at;
        while let Some(found) = memchr::memchr(b'<', &self.text.as_bytes()[end..]) {
            end += found;
            match [COMMENT, CDATA, INSTRUCTION].iter().find_map(|kind| self.past(end, *kind)) {
                Some(past) => end = past,
                None => return (self.trimmed(self.at, end), end),
            }
        }
        (self.trimmed(self.at, self.text.len()), self.text.len())
    }

    fn trimmed(&self, start: usize, end: usize) -> Span {
        let text = &self.text[start..end];
        let start = end - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len();
        Span::new(start, start.max(start + self.text[start..end].trim_end().len()))
    }

    /// Just past a comment or the like that begins at `at`; one that is not closed takes the rest.
    fn past(&self, at: usize, (open, close): (&str, &str)) -> Option<usize> {
        let inner = self.text[at..].strip_prefix(open)?;
        Some(inner.find(close).map_or(self.text.len(), |found| at + open.len() + found + close.len()))
    }

    fn open_tag(&mut self) {
        let start = self.at;
        let name = self.name(start + 1);
        if name.is_empty() {
            self.problem(start, "a `<` that begins no tag");
            self.at = start + 1;
            return;
        }
        self.at = name.end;
        let mut attributes = Vec::new();
        while let Some(attribute) = self.attribute() {
            attributes.push(attribute);
        }
        let is_empty = self.rest().starts_with('/');
        self.at += usize::from(is_empty);
        if self.rest().starts_with('>') {
            self.at += 1;
        } else {
            self.problem(self.at, "a tag is not closed");
        }
        let key = verbatim(self.text, name, Style::Plain);
        if attributes.is_empty() && self.text_element(&key, is_empty) {
            return;
        }
        self.builder.open(Some(key), Value::Map, name.end);
        for (key, value, span) in attributes {
            if self.builder.has_room(span) {
                self.builder.scalar(Some(key), value, span);
            }
        }
        if is_empty {
            self.builder.close(self.at);
        } else {
            self.open.push(name);
        }
    }

    /// Adds an element that holds nothing but text, if it is one.
    fn text_element(&mut self, key: &Scalar, is_empty: bool) -> bool {
        let (content, end) = if is_empty { (Span::new(self.at, self.at), self.at) } else { self.content() };
        let close = self.text[end..].strip_prefix("</").map(|_| self.name(end + 2));
        let is_closed = close.is_some_and(|close| self.text[close.range()] == key.text);
        if !is_empty && !is_closed {
            return false;
        }
        let scalar = self.unescaped(content, Style::Plain);
        self.builder.scalar(Some(key.clone()), scalar, content);
        if let Some(close) = close.filter(|_| !is_empty) {
            self.at = close.end;
            self.end_tag();
        }
        true
    }

    /// The next attribute of a tag, with the place of its value.
    fn attribute(&mut self) -> Option<(Scalar, Scalar, Span)> {
        self.skip_blanks();
        let name = self.name(self.at);
        if name.is_empty() {
            return None;
        }
        self.at = name.end;
        self.skip_blanks();
        let key = verbatim(self.text, name, Style::Plain);
        if !self.rest().starts_with('=') {
            let nothing = Span::new(name.end, name.end);
            return Some((key, verbatim(self.text, nothing, Style::Plain), nothing));
        }
        self.at += 1;
        self.skip_blanks();
        let start = self.at;
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''));
        let (inner, style) = match quote {
            Some(quote) => {
                let length = self.text[start + 1..].find([quote, '<']).unwrap_or(self.text.len() - start - 1);
                let style = if quote == '"' { Style::Double } else { Style::Single };
                (Span::new(start + 1, start + 1 + length), style)
            }
            None => (self.name(start), Style::Plain),
        };
        let is_closed = quote.is_some_and(|quote| self.text[inner.end..].starts_with(quote));
        if !is_closed {
            self.problem(inner.end, "an attribute is not closed");
        }
        self.at = inner.end + usize::from(is_closed);
        Some((key, self.unescaped(inner, style), Span::new(start, self.at)))
    }

    fn close_tag(&mut self) {
        let start = self.at;
        let name = self.name(start + 2);
        self.at = name.end.max(start + 2);
        self.end_tag();
        let is_same = |open: &Span| self.text[open.range()] == self.text[name.range()];
        let Some(inner) = self.open.iter().rev().take(MAX_DEPTH).position(is_same) else {
            self.problem(start, "the end of an element that nothing opened");
            return;
        };
        if inner > 0 {
            self.problem(start, "an element is not closed");
        }
        for _ in 0..=inner {
            self.open.pop();
            self.builder.close(start);
        }
    }

    /// Moves past the `>` of a closing tag.
    fn end_tag(&mut self) {
        self.skip_blanks();
        if self.rest().starts_with('>') {
            self.at += 1;
        } else {
            self.problem(self.at, "a tag is not closed");
        }
    }

    /// `<!DOCTYPE x [ … ]>`
    fn document_type(&mut self) {
        let mut depth = 0_usize;
        for (at, byte) in self.rest().bytes().enumerate() {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b'>' if depth == 0 => {
                    self.at += at + 1;
                    return;
                }
                _ => {}
            }
        }
        self.problem(self.at, "a document type is not closed");
        self.at = self.text.len();
    }

    fn name(&self, start: usize) -> Span {
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<' | '=' | '"' | '\'' | '?' | '!');
        let rest = &self.text[start.min(self.text.len())..];
        let start = self.text.len() - rest.len();
        Span::new(start, start + rest.find(ends).unwrap_or(rest.len()))
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at.min(self.text.len())..]
    }

    fn problem(&mut self, at: usize, message: &str) {
        self.builder.problem(Span::new(at, at), message);
    }

    /// A text with its entities resolved, and what is no text left out.
    fn unescaped(&self, span: Span, style: Style) -> Scalar {
        let bytes = &self.text.as_bytes()[..span.end];
        let mut pieces = Pieces::new(self.text, span.start);
        let mut at = span.start;
        while let Some(found) = memchr::memchr2(b'&', b'<', &bytes[at..]) {
            at += found;
            if bytes[at] == b'&' {
                at = entity(&self.text[..span.end], at, &mut pieces);
                continue;
            }
            pieces.copy_to(at);
            let cdata = self.past(at, CDATA).map(|past| past.min(span.end));
            if let Some(past) = cdata {
                let is_closed = self.text[..past].ends_with(CDATA.1);
                pieces.skip_to((at + CDATA.0.len()).min(past));
                pieces.copy_to(if is_closed { past - CDATA.1.len() } else { past });
                at = past;
            } else {
                let other = self.past(at, COMMENT).or_else(|| self.past(at, INSTRUCTION));
                at = other.unwrap_or(at + 1).min(span.end);
            }
            pieces.skip_to(at);
        }
        pieces.copy_to(span.end);
        pieces.finish(span, style)
    }
}

/// Reads the entity at `at` into `pieces`, and says where reading goes on.
fn entity(text: &str, at: usize, pieces: &mut Pieces<'_>) -> usize {
    const LONGEST: usize = 12;
    let end = text.bytes().skip(at).take(LONGEST).position(|byte| byte == b';').map(|length| at + length);
    let meant = end.and_then(|end| match &text[at + 1..end] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    });
    let (Some(end), Some(meant)) = (end, meant) else { return at + 1 };
    pieces.copy_to(at);
    pieces.replace_to(end + 1, meant);
    end + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{owned, source_of, spans_hold};
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        crate::document::tests::pairs(text, parse)
    }

    #[test]
    fn elements_and_attributes_are_named() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?>\n<!DOCTYPE s [<!ENTITY x \"y\">]>\n<settings xmlns='u'>\n <!-- <no/> -->\n <servers>\n  <server><id> a </id><password>p&amp;&#x41;<!-- c -->q</password></server>\n  <server><id>b</id><password><![CDATA[<r>]]></password></server>\n </servers>\n <add key=\"K\" value=\"v&lt;\" flag/>\n <empty/> loose\n</settings>\n";
        let expected = [
            ("$.settings.xmlns", "u"),
            ("$.settings.servers.server.id", "a"),
            ("$.settings.servers.server.password", "p&Aq"),
            ("$.settings.servers.server.id", "b"),
            ("$.settings.servers.server.password", "<r>"),
            ("$.settings.add.key", "K"),
            ("$.settings.add.value", "v<"),
            ("$.settings.add.flag", ""),
            ("$.settings.empty", ""),
            ("$.settings['#text']", "loose"),
        ];
        assert_eq!(pairs(text), owned(&expected));
        let document = parse(text);
        assert_eq!(document.problem, None);
        assert_eq!(source_of(text, &document, "$.settings.servers.server.password", "&A"), "&amp;&#x41;");
        assert_eq!(source_of(text, &document, "$.settings.servers.server.password", "q"), "q");
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        let broken = |text: &str| (pairs(text), parse(text).problem.expect("it is said").message);
        let (found, problem) = broken("<a><b><c>1</c></a><d>2</d>");
        assert_eq!(
            (found, &*problem),
            (owned(&[("$.a.b.c", "1"), ("$.d", "2")]), "an element is not closed")
        );
        let (found, problem) = broken("<a x=\"1><b>2</b></z></a>");
        assert_eq!(
            (found, &*problem),
            (owned(&[("$.a.x", "1>"), ("$.a.b", "2")]), "an attribute is not closed")
        );
        let (found, problem) = broken("<a>1 < 2 <b>3");
        assert_eq!(found, owned(&[("$.a['#text']", "1"), ("$.a['#text']", "2"), ("$.a.b['#text']", "3")]));
        assert_eq!(problem, "a `<` that begins no tag");
        parse(&"<a>".repeat(5_000));
        parse("<![CDATA[x");
        parse("</");
    }

    proptest! {
        #[test]
        fn spans_hold_in_any_text(words in proptest::collection::vec(proptest::sample::select(vec![
            "<a", "<b>", "</a>", "</b>", "/>", ">", " x=", "\"", "'", "é", "&amp;", "&#65;", "&", "<!--", "-->", "<![CDATA[",
            "]]>", "<?", "?>", "<!", "[", " ", "<", "=",
        ]), 0..30)) {
            let text = words.concat();
            spans_hold(&text, &parse(&text));
        }
    }
}
