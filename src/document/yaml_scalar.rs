//! The text of YAML scalars, and how it maps to their source.

use super::json::{hex, unicode};
use super::pieces::Pieces;
use super::{Scalar, Style};
use crate::text::Span;
use granit_parser::{ScalarStyle, Tag};

/// A scalar that the parser found at `span` and reads as `value`.
pub(super) fn scalar(text: &str, span: Span, style: ScalarStyle, value: &str) -> Scalar {
    match style {
        ScalarStyle::Plain => folded(text, span, Style::Plain),
        ScalarStyle::SingleQuoted => folded(text, inside(text, span, '\''), Style::Single),
        ScalarStyle::DoubleQuoted => folded(text, inside(text, span, '"'), Style::Double),
        ScalarStyle::Literal | ScalarStyle::Folded => block(text, span, style, value),
    }
}

/// Tags of an application behind which the value itself stands, as with no tag at all.
const OF_VALUES: [&str; 5] = ["Sub", "Base64", "unsafe", "vault", "str"];

/// A bare word behind a tag of the application's own, `!Ref Password`, `!secret db_password`, names a value that stands elsewhere:
/// its text has the tag with it.
pub(super) fn name_elsewhere(text: &str, span: Span, style: ScalarStyle, tag: &Tag) -> Option<Scalar> {
    let name = tag.suffix();
    if style != ScalarStyle::Plain || span.is_empty() || tag.handle() != "!" || OF_VALUES.contains(&name) {
        return None;
    }
    let before = text[..span.start].trim_end();
    let start = before.strip_suffix(name)?.strip_suffix('!')?.len();
    Some(folded(text, Span::new(start, span.end), Style::Plain))
}

/// What stands between the quotes of `span`.
fn inside(text: &str, span: Span, quote: char) -> Span {
    let quoted = &text[span.range()];
    if quoted.len() >= 2 && quoted.starts_with(quote) && quoted.ends_with(quote) {
        Span::new(span.start + 1, span.end - 1)
    } else {
        span
    }
}

/// A scalar whose line breaks mean spaces.
fn folded(text: &str, span: Span, style: Style) -> Scalar {
    let bytes = &text.as_bytes()[..span.end];
    let special = match style {
        Style::Single => b'\'',
        Style::Double => b'\\',
        Style::Plain | Style::Block => b'\n',
    };
    let next = |at: usize| memchr::memchr2(special, b'\n', &bytes[at..]).map(|found| at + found);
    let mut pieces = Pieces::new(text, span.start);
    let mut at = span.start;
    while let Some(found) = next(at) {
        if bytes[found] == b'\n' {
            let line = text[at..found].trim_end_matches([' ', '\t', '\r']);
            pieces.copy_to(at + line.len());
            at = break_lines(bytes, found, &mut pieces);
            continue;
        }
        pieces.copy_to(found);
        at = if style == Style::Double {
            escape(text, span.end, found, &mut pieces)
        } else {
            doubled(bytes, found, &mut pieces)
        };
    }
    pieces.copy_to(span.end);
    pieces.finish(span, style)
}

/// One line break is a space, more are one less. Says where the next line's text begins.
fn break_lines(bytes: &[u8], newline: usize, pieces: &mut Pieces<'_>) -> usize {
    let (breaks, end) = blank_lines(bytes, newline);
    if breaks == 1 {
        pieces.replace_to(end, ' ');
    }
    for _ in 1..breaks {
        pieces.replace_to(end, '\n');
    }
    end
}

/// How many line breaks stand at `at` with nothing but blanks between, and where they end.
fn blank_lines(bytes: &[u8], at: usize) -> (usize, usize) {
    let blank = bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (memchr::memchr_iter(b'\n', &bytes[at..at + blank]).count(), at + blank)
}

/// `''` is one quote. One that stands alone is there only where the parser ended the scalar too late.
fn doubled(bytes: &[u8], at: usize, pieces: &mut Pieces<'_>) -> usize {
    let after = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'\''));
    pieces.replace_to(after, '\'');
    after
}

fn escape(text: &str, end: usize, at: usize, pieces: &mut Pieces<'_>) -> usize {
    let text = &text[..end];
    let Some(character) = text[at + 1..].chars().next() else {
        return end;
    };
    let after = at + 1 + character.len_utf8();
    let number = |digits: usize| {
        hex(text, after, digits).and_then(char::from_u32).map(|meant| (after + digits, meant))
    };
    let found = match character {
        '\n' | '\r' => return continued(text.as_bytes(), at, pieces),
        'x' => number(2),
        'u' => unicode(text, after),
        'U' => number(8),
        _ => named_escape(character).map(|meant| (after, meant)),
    };
    let (end, meant) = found.unwrap_or((after, character));
    pieces.replace_to(end, meant);
    end
}

/// A line break that is escaped is none; blank lines after it are.
fn continued(bytes: &[u8], backslash: usize, pieces: &mut Pieces<'_>) -> usize {
    let (breaks, end) = blank_lines(bytes, backslash + 1);
    pieces.skip_to(end);
    for _ in 1..breaks {
        pieces.replace_to(end, '\n');
    }
    end
}

fn named_escape(character: char) -> Option<char> {
    Some(match character {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{B}',
        'f' => '\u{C}',
        'r' => '\r',
        'e' => '\u{1B}',
        'N' => '\u{85}',
        '_' => '\u{A0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}

/// A block scalar. The parser's span begins after the first line's indentation, which is that of all lines.
fn block(text: &str, span: Span, style: ScalarStyle, value: &str) -> Scalar {
    let whole = &text[span.range()];
    let content = whole.trim_end_matches(['\n', '\r', ' ', '\t']);
    if content.is_empty() || value.is_empty() {
        return Scalar::verbatim("", Span::new(span.start, span.start), Style::Block);
    }
    // The last line keeps its trailing blanks; the lines after it are what `+` and `-` decide on.
    let last = span.start + content.len();
    let end = last + whole[content.len()..].find(['\n', '\r']).unwrap_or(whole.len() - content.len());
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..span.start]).map_or(0, |newline| newline + 1);
    let mut lines =
        Lines { text, indent: span.start - line_start, end, pieces: Pieces::new(text, span.start) };
    for _ in value.bytes().take_while(|byte| *byte == b'\n') {
        lines.pieces.replace_to(span.start, '\n');
    }
    lines.read(span.start, style);
    for _ in value.bytes().rev().take_while(|byte| *byte == b'\n') {
        lines.pieces.replace_to(end, '\n');
    }
    lines.pieces.finish(Span::new(span.start, end), Style::Block)
}

struct Lines<'t> {
    text: &'t str,
    indent: usize,
    end: usize,
    pieces: Pieces<'t>,
}

impl Lines<'_> {
    fn read(&mut self, start: usize, style: ScalarStyle) {
        let mut line = self.line(start);
        let mut before = None;
        let mut breaks = 0;
        loop {
            let content = &self.text[line.range()];
            if !content.is_empty() {
                let deeper = content.starts_with([' ', '\t']);
                let folds = style == ScalarStyle::Folded && before == Some(false) && !deeper;
                if folds && breaks == 1 {
                    self.pieces.replace_to(line.start, ' ');
                    breaks = 0;
                }
                for _ in usize::from(folds).min(breaks)..breaks {
                    self.pieces.replace_to(line.start, '\n');
                }
                self.pieces.copy_to(line.end);
                before = Some(deeper);
                breaks = 0;
            }
            let Some(newline) = memchr::memchr(b'\n', &self.text.as_bytes()[line.end..self.end]) else {
                break;
            };
            breaks += 1;
            line = self.line(self.deindented(line.end + newline + 1));
        }
    }

    /// From `start` to the end of its line.
    fn line(&self, start: usize) -> Span {
        let rest = &self.text[start..self.end];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        Span::new(start, start + line.strip_suffix('\r').unwrap_or(line).len())
    }

    fn deindented(&self, line_start: usize) -> usize {
        let line = &self.text.as_bytes()[line_start..self.end];
        line_start + line.iter().take(self.indent).take_while(|byte| **byte == b' ').count()
    }
}
