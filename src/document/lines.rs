//! A list of lines: what `.dockerignore` and its like are.

use super::pieces::verbatim;
use super::{Builder, Document, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut builder = Builder::default();
    builder.open(None, Value::List, start);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let told = line.trim();
        let from = at + line.len() - line.trim_start().len();
        at += line.len();
        let span = Span::new(from, from + told.len());
        if told.is_empty() || told.starts_with('#') || !builder.has_room(span) {
            continue;
        }
        builder.scalar(None, verbatim(text, span, Style::Plain), span);
    }
    builder.finish(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{owned, pairs};

    #[test]
    fn lines_are_a_list() {
        let expected = [("$[0]", "**/.env*"), ("$[1]", "!a b"), ("$[2]", "c")];
        assert_eq!(pairs("\u{FEFF}# c\n**/.env*\r\n\n  !a b \n#d\nc", parse), owned(&expected));
        assert_eq!(pairs("", parse), owned(&[]));
    }
}
