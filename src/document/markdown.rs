//! The front matter of Markdown: YAML between lines of `---`, or TOML between lines of `+++`. The rest is prose.

use super::{Builder, Document, Format, Scalar, Style, inside};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let begin = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let (format, ends): (_, &[&str]) = match line(text, begin).trim_end() {
        "---" => (Format::Yaml, &["---", "..."]),
        "+++" => (Format::Toml, &["+++"]),
        _ => return Document::default(),
    };
    let start = begin + line(text, begin).len();
    let mut end = start;
    while end < text.len() && !ends.contains(&line(text, end).trim_end()) {
        end += line(text, end).len();
    }
    if end == text.len() {
        let mut builder = Builder::default();
        builder.problem(Span::new(begin, start), "the front matter is not closed");
        return builder.finish(end);
    }
    let content = Span::new(start, end);
    inside(format, &Scalar::verbatim(&text[content.range()], content, Style::Plain))
}

/// The line that begins at `at`, with its end.
fn line(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |newline| newline + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, owned, source_of};

    fn pairs(text: &str) -> Vec<(String, String)> {
        crate::document::tests::pairs(text, parse)
    }

    #[test]
    fn front_matter_is_the_document() {
        let text = "---\non: push\nmcp-servers:\n  gh:\n    env:\n      T: \"a\\u00e9b\"\n---\n# on: prose\n\nx: y\n";
        let expected = [("$.on", "push"), ("$['mcp-servers'].gh.env.T", "aéb")];
        let names = pairs(text);
        assert_eq!(names[0], owned(&expected)[0]);
        assert_eq!(names[1].1, "aéb");
        assert_eq!(names.len(), 2);
        assert_eq!(source_of(text, &parse(text), "$.on", "push"), "push");
        assert_eq!(at(&parse(text), "$.on").span, Span::new(8, 12));
        assert_eq!(parse(text).problem, None);
    }

    #[test]
    fn marks_line_ends_and_dots_are_allowed() {
        let text = "\u{FEFF}---\r\na: 1\r\nb: [x, 'y']\r\n... \r\nc: 2\r\n";
        assert_eq!(pairs(text), owned(&[("$.a", "1"), ("$.b[0]", "x"), ("$.b[1]", "y")]));
        assert_eq!(pairs("+++\na = 'x'\n[t]\nb = 1\n+++\nc = 2\n"), owned(&[("$.a", "x"), ("$.t.b", "1")]));
        assert_eq!(source_of(text, &parse(text), "$.b[1]", "y"), "y");
    }

    #[test]
    fn prose_is_no_document() {
        for text in ["", "# a\n---\nb: 1\n---\n", "\n---\na: 1\n---\n", "---- \na: 1\n---\n", "---a"] {
            let document = parse(text);
            assert!(document.is_empty() && document.problem.is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_fence_without_an_end_is_a_problem() {
        for text in ["---", "---\na: 1\n", "+++\na = 1\n---\n"] {
            let document = parse(text);
            assert!(document.is_empty());
            assert_eq!(document.problem.unwrap().message, "the front matter is not closed");
        }
    }
}
