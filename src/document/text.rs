//! Text that no grammar reads: all of it, and the blocks of code that stand in it.
//!
//! ```text
//! text:    "…"
//! blocks:  [ { language: "bash", text: "docker run …" } ]
//! ```

use super::code::label;
use super::pieces::verbatim;
use super::{Builder, Document, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let mut builder = Builder::default();
    builder.open(None, Value::Map, 0);
    let start = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len();
    let end = text.trim_end().len().max(start);
    let whole = Span::new(start, end);
    builder.scalar(Some(label("text", start)), verbatim(text, whole, Style::Plain), whole);
    builder.open(Some(label("blocks", start)), Value::List, start);
    for block in (Blocks { text, at: 0 }) {
        if !builder.has_room(block.content) {
            break;
        }
        builder.open(None, Value::Map, block.language.start);
        let language = verbatim(text, block.language, Style::Plain);
        builder.scalar(Some(label("language", block.language.start)), language, block.language);
        let content = verbatim(text, block.content, Style::Block);
        builder.scalar(Some(label("text", block.content.start)), content, block.content);
        builder.close(block.content.end);
    }
    builder.finish(text.len())
}

struct Block {
    language: Span,
    content: Span,
}

/// The blocks between fences of a text, in their order. One that nothing closes ends with the text.
struct Blocks<'t> {
    text: &'t str,
    at: usize,
}

impl Blocks<'_> {
    /// The next line, without its end.
    fn line(&mut self) -> Option<Span> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = Span::new(self.at, self.at + length);
        self.at = (line.end + 1).min(self.text.len());
        Some(line)
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (language, fence) = loop {
            let line = self.line()?;
            if let Some(fence) = fence_of(&self.text[line.range()]) {
                let content = self.text[line.range()].trim();
                let language = content.trim_start_matches(fence).split([' ', '{', ',']).next()?.trim();
                let end = line.start + self.text[line.range()].trim_end().len();
                let start = end - content.trim_start_matches(fence).len();
                break (Span::new(start, start + language.len()), fence);
            }
        };
        let start = self.at;
        loop {
            let before = self.at;
            let Some(line) = self.line() else {
                return Some(Block { language, content: Span::new(start, self.text.len()) });
            };
            let closes = fence_of(&self.text[line.range()]) == Some(fence)
                && self.text[line.range()].trim().chars().all(|letter| letter == fence);
            if closes {
                return Some(Block { language, content: Span::new(start, before) });
            }
        }
    }
}

/// The sign of which a line's fence is made.
fn fence_of(line: &str) -> Option<char> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find(|sign| line.chars().take_while(|letter| letter == sign).count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{owned, pairs};

    #[test]
    fn a_text_is_itself_without_what_is_around_it() {
        assert_eq!(pairs("\u{FEFF}\n abc \r\n", parse), owned(&[("$.text", "abc")]));
        assert_eq!(pairs("", parse), owned(&[("$.text", "")]));
    }

    #[test]
    fn blocks_of_code_stand_between_fences() {
        let text = "# a\n```bash title=x\nrun 1\n```\n1. b\n   ~~~ json\n   {}\n   ~~~\n```\nopen\n";
        let found = pairs(text, parse);
        let blocks = [
            ("$.blocks[0].language", "bash"),
            ("$.blocks[0].text", "run 1\n"),
            ("$.blocks[1].language", ""),
            ("$.blocks[1].text", "   {}\n"),
            ("$.blocks[2].language", ""),
            ("$.blocks[2].text", "open\n"),
        ];
        assert_eq!(found[1..], owned(&blocks));
    }
}
