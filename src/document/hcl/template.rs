//! Strings, heredocs and the `${…}` in them.

use crate::document::json::{hex, unicode};
use crate::document::pieces::Pieces;
use crate::document::{Scalar, Style};
use crate::text::Span;

/// What is open where a template is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Text,
    Hole,
}

/// Where the quote is that ends the string whose text begins at `start`; how far was read for want of one.
pub(super) fn string_end(bytes: &[u8], start: usize) -> Result<usize, usize> {
    end_of(Open::Text, bytes, start)
}

/// Finds the end of what is open at `at`, through all that opens inside of it.
fn end_of(first: Open, bytes: &[u8], mut at: usize) -> Result<usize, usize> {
    let mut open = vec![first];
    while let (Some(&inner), Some(&byte)) = (open.last(), bytes.get(at)) {
        match (inner, byte) {
            (Open::Text, b'"') | (Open::Hole, b'}') => {
                open.pop();
                if open.is_empty() {
                    return Ok(at);
                }
            }
            (Open::Text, b'\n') => return Err(at),
            (Open::Text, b'\\') => at += 1,
            (Open::Text, b'$' | b'%') if escapes_hole(bytes, at) => at += 2,
            (Open::Text, b'$' | b'%') if bytes.get(at + 1) == Some(&b'{') => {
                open.push(Open::Hole);
                at += 1;
            }
            (Open::Hole, b'{') => open.push(Open::Hole),
            (Open::Hole, b'"') => open.push(Open::Text),
            _ => {}
        }
        at += 1;
    }
    Err(bytes.len())
}

/// `$${` and `%%{` mean the signs themselves.
fn escapes_hole(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1) == Some(&bytes[at]) && bytes.get(at + 2) == Some(&b'{')
}

/// The string whose text, between its quotes, is `span`.
pub(super) fn string(text: &str, span: Span) -> Scalar {
    let bytes = &text.as_bytes()[..span.end];
    let mut pieces = Pieces::new(text, span.start);
    let mut at = span.start;
    while let Some(found) = memchr::memchr3(b'\\', b'$', b'%', &bytes[at..]) {
        at += found;
        if bytes[at] == b'\\' {
            at = escape(text, Span::new(at, span.end), &mut pieces);
        } else if escapes_hole(bytes, at) {
            at = one_of_two(at, &mut pieces);
        } else if bytes.get(at + 1) == Some(&b'{') {
            // What stands in a hole is no text: its escapes are those of the expression.
            at = end_of(Open::Hole, bytes, at + 2).unwrap_or_else(|end| end);
        } else {
            at += 1;
        }
    }
    pieces.copy_to(span.end);
    pieces.finish(span, Style::Double)
}

fn one_of_two(at: usize, pieces: &mut Pieces<'_>) -> usize {
    pieces.copy_to(at + 1);
    pieces.skip_to(at + 2);
    at + 3
}

/// Reads the escape at the start of `rest`, and says where it ends. One that means nothing stays as it is.
fn escape(text: &str, rest: Span, pieces: &mut Pieces<'_>) -> usize {
    let (at, text) = (rest.start, &text[..rest.end]);
    let Some(character) = text[at + 1..].chars().next() else { return rest.end };
    let after = at + 1 + character.len_utf8();
    let known = |meant| Some((after, meant));
    let found = match character {
        'n' => known('\n'),
        'r' => known('\r'),
        't' => known('\t'),
        '"' | '\\' => known(character),
        'u' => unicode(text, after),
        'U' => hex(text, after, 8).and_then(char::from_u32).map(|meant| (after + 8, meant)),
        _ => None,
    };
    let Some((end, meant)) = found else { return after };
    pieces.copy_to(at);
    pieces.replace_to(end, meant);
    end
}

/// A heredoc as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    /// Its lines, with their ends.
    pub(super) content: Span,
    /// Just past the word that ends it.
    pub(super) end: usize,
    /// Whether that word is there.
    pub(super) is_closed: bool,
}

/// The heredoc whose `<<` stands at `at`, if one does.
pub(super) fn heredoc_at(text: &str, at: usize) -> Option<Heredoc> {
    let rest = text[at..].strip_prefix("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (opening, _) = rest.split_once('\n').unwrap_or((rest, ""));
    let word = opening.trim_end();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if word.is_empty() || !word.chars().all(is_word) {
        return None;
    }
    let word_start = text.len() - rest.len();
    let start = (word_start + opening.len() + 1).min(text.len());
    let mut line_start = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim() == word {
            let end = line_start + line.trim_end().len();
            return Some(Heredoc { content: Span::new(start, line_start), end, is_closed: true });
        }
        line_start += line.len();
    }
    Some(Heredoc { content: Span::new(start, text.len()), end: text.len(), is_closed: false })
}

/// The text of the heredoc at `at`.
pub(super) fn heredoc(text: &str, at: usize, content: Span) -> Scalar {
    let indentation = if text[at..].starts_with("<<-") { indentation(&text[content.range()]) } else { 0 };
    let bytes = text.as_bytes();
    let mut pieces = Pieces::new(text, content.start);
    let mut line_start = content.start;
    for line in text[content.range()].split_inclusive('\n') {
        let end = line_start + line.len();
        if !line.trim().is_empty() {
            let indented: usize = line.chars().take(indentation).map(char::len_utf8).sum();
            pieces.skip_to(line_start + indented);
        }
        let mut from = line_start;
        while let Some(found) = memchr::memchr2(b'$', b'%', &bytes[from..end]) {
            from += found;
            from = if escapes_hole(&bytes[..end], from) { one_of_two(from, &mut pieces) } else { from + 1 };
        }
        pieces.copy_to(end);
        line_start = end;
    }
    pieces.finish(content, Style::Block)
}

/// How many blanks every line begins with; lines of nothing else do not count.
fn indentation(lines: &str) -> usize {
    let blanks = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
    lines.lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0)
}
