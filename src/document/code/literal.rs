//! What strings say.

use super::Language;
use super::tokens::Token;
use crate::document::json::{hex, unicode};
use crate::document::pieces::{Pieces, verbatim};
use crate::document::{Scalar, Style};
use crate::text::Span;

/// How a string is written.
struct Shape {
    /// What stands between its quotes.
    inner: Span,
    style: Style,
    raw: bool,
}

impl Shape {
    fn of(text: &str, token: Token) -> Self {
        let span = token.span();
        let written = text[span.range()].as_bytes();
        let prefix = written.iter().take_while(|letter| letter.is_ascii_alphabetic()).count();
        let quoted = &written[prefix..];
        let quote = quoted[0];
        let quotes = if quoted.len() >= 3 && quoted.starts_with(&[quote; 3]) { 3 } else { 1 };
        let closed = quoted.len() >= 2 * quotes && quoted.ends_with(&[quote; 3][..quotes]);
        let start = span.start + prefix + quotes;
        let end = if closed { span.end - quotes } else { span.end };
        Self {
            inner: Span::new(start, end),
            style: if quote == b'\'' { Style::Single } else { Style::Double },
            raw: written[..prefix].iter().any(|letter| matches!(letter, b'r' | b'R')),
        }
    }
}

/// Strings that stand side by side, which are one.
pub(super) fn joined(language: &Language, text: &str, strings: &[Token]) -> Option<Scalar> {
    let first = Shape::of(text, *strings.first()?);
    let mut pieces = Pieces::new(text, first.inner.start);
    let mut end = first.inner.end;
    for string in strings {
        let shape = Shape::of(text, *string);
        pieces.skip_to(shape.inner.start);
        if !shape.raw {
            unescape(language, text, shape.inner, &mut pieces);
        }
        pieces.copy_to(shape.inner.end);
        end = shape.inner.end;
    }
    Some(pieces.finish(Span::new(first.inner.start, end), first.style))
}

/// A string with holes: the text between its quotes as it is.
pub(super) fn template(text: &str, string: Token) -> Scalar {
    verbatim(text, Shape::of(text, string).inner, Style::Block)
}

/// Leaves what stands after the last escape to the caller.
fn unescape(language: &Language, text: &str, span: Span, pieces: &mut Pieces<'_>) {
    let mut at = span.start;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..span.end]) {
        pieces.copy_to(at + found);
        at = escape(language, &text[..span.end], at + found, pieces);
    }
}

/// Reads the escape at `at` into `pieces`, and says where it ends.
fn escape(language: &Language, text: &str, at: usize, pieces: &mut Pieces<'_>) -> usize {
    let Some(character) = text[at + 1..].chars().next() else {
        return text.len();
    };
    let after = at + 1 + character.len_utf8();
    let number =
        |digits| hex(text, after, digits).and_then(char::from_u32).map(|meant| (after + digits, meant));
    let named = |meant| Some((after, meant));
    let found = match character {
        '\n' | '\r' => {
            let end = if text[at + 1..].starts_with("\r\n") { after + 1 } else { after };
            pieces.skip_to(end);
            return end;
        }
        'n' => named('\n'),
        't' => named('\t'),
        'r' => named('\r'),
        'b' => named('\u{8}'),
        'f' => named('\u{C}'),
        'v' => named('\u{B}'),
        '0' => named('\0'),
        'x' => number(2),
        'u' => unicode(text, after).or_else(|| in_braces(text, after)),
        'U' => number(8),
        '"' | '\'' | '\\' => named(character),
        _ if language.keeps_backslashes => None,
        other => named(other),
    };
    match found {
        Some((end, meant)) => {
            pieces.replace_to(end, meant);
            end
        }
        // The backslash is text.
        None => {
            pieces.copy_to(after);
            after
        }
    }
}

/// `{1F600}`.
fn in_braces(text: &str, at: usize) -> Option<(usize, char)> {
    let digits = text[at..].strip_prefix('{')?.bytes().take_while(u8::is_ascii_hexdigit).take(6).count();
    let end = at + 1 + digits;
    let meant = char::from_u32(hex(text, at + 1, digits)?)?;
    text[end..].starts_with('}').then_some((end + 1, meant))
}
