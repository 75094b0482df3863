//! The line that a finding stands on, drawn by codespan.

use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Level};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config};
use unicode_width::UnicodeWidthStr;

use super::paint::Canvas;
use super::{Page, wrap};
use crate::model::{Finding, Severity};
use crate::text::{Excerpt, Position};

/// Draws the excerpt and, below it, `notes`.
pub(super) fn draw(
    page: &Page<'_>,
    finding: &Finding,
    notes: Vec<String>,
    canvas: &mut Canvas,
) -> io::Result<()> {
    let location = &finding.location;
    let at = location.region.start;
    let line = Line::of(page, &location.excerpt, page.width.saturating_sub(margin(at.line)));
    let file = OneLine {
        name: page.gatekeeper.text(&location.origin.to_string()).into_owned(),
        at,
        text: line.text,
    };
    let diagnostic = Diagnostic::new(level(finding.severity))
        .with_label(Label::primary((), line.marked))
        .with_notes(notes);
    let mut drawn = canvas.blank();
    term::emit_to_write_style(drawn.buffer(), &Config::default(), &file, &diagnostic).map_err(|error| {
        match error {
            Error::Io(error) => error,
            other => io::Error::other(other),
        }
    })?;
    // Codespan's first line knows no `critical`; ours stands above already. It ends with an empty line, as we do.
    let bytes = drawn.as_bytes();
    let first = memchr::memchr(b'\n', bytes).map_or(0, |end| end + 1);
    canvas.paste(bytes[first..].trim_ascii_end())?;
    canvas.paste(b"\n")
}

/// How many columns stand on the left of the text and of the notes: the line's number and ` │ `.
pub(super) fn margin(line: usize) -> usize {
    line.to_string().len() + " │ ".width()
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Help,
        Severity::Note => Level::Note,
    }
}

/// A line as it is drawn.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    text: String,
    marked: Range<usize>,
}

impl Line {
    /// The excerpt in at most `width` columns; what is cut is far from the mark.
    fn of(page: &Page<'_>, excerpt: &Excerpt, width: usize) -> Self {
        let text = excerpt.text.trim_end_matches(['\r', '\n']);
        let marked = excerpt.marked.range();
        let parts = (text.get(..marked.start), text.get(marked.clone()), text.get(marked.end..));
        let (before, mark, after) = match parts {
            (Some(before), Some(mark), Some(after)) if !page.gatekeeper.knows(text) => (before, mark, after),
            // A secret that reaches over the mark's edge is found only in the whole.
            _ => ("", text, ""),
        };
        let shown = |part: &str| page.gatekeeper.text(&part.replace('\t', "    ")).into_owned();
        Self::fitted(&shown(before), &shown(mark), &shown(after), width)
    }

    fn fitted(before: &str, mark: &str, after: &str, width: usize) -> Self {
        let mark = wrap::head(mark, width);
        let left = width - mark.width().min(width);
        let for_before = (left / 2).max(left.saturating_sub(after.width()));
        let before = wrap::tail(before, for_before);
        let after = wrap::head(after, left.saturating_sub(before.width()));
        let marked = before.len()..before.len() + mark.len();
        Self { text: [before, mark, after].concat(), marked }
    }
}

/// One line of a file, under its real name and number.
struct OneLine {
    name: String,
    at: Position,
    text: String,
}

impl<'f> Files<'f> for OneLine {
    type FileId = ();
    type Name = &'f str;
    type Source = &'f str;

    fn name(&'f self, (): ()) -> Result<&'f str, Error> {
        Ok(&self.name)
    }

    fn source(&'f self, (): ()) -> Result<&'f str, Error> {
        Ok(&self.text)
    }

    fn line_index(&'f self, (): (), _byte: usize) -> Result<usize, Error> {
        Ok(0)
    }

    fn line_number(&'f self, (): (), _line: usize) -> Result<usize, Error> {
        Ok(self.at.line)
    }

    fn column_number(&'f self, (): (), _line: usize, _byte: usize) -> Result<usize, Error> {
        Ok(self.at.column)
    }

    fn line_range(&'f self, (): (), _line: usize) -> Result<Range<usize>, Error> {
        Ok(0..self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_on_the_side_that_has_room_to_lose() {
        let line = Line::fitted(&"b".repeat(100), "MARK", &"a".repeat(100), 20);
        assert_eq!(line.text, "…bbbbbbbMARKaaaaaaa…");
        assert_eq!(&line.text[line.marked], "MARK");
        assert_eq!(Line::fitted(&"b".repeat(100), "MARK", "a", 20).text, "…bbbbbbbbbbbbbbMARKa");
        assert_eq!(Line::fitted("b", &"M".repeat(100), "a", 10).text, "MMMMMMMMM…");
        assert_eq!(Line::fitted("", "", "", 10), Line { text: String::new(), marked: 0..0 });
    }
}
