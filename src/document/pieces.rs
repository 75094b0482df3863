//! Puts a scalar together from stretches of its source.

use super::{Scalar, Style};
use crate::text::Span;

/// A scalar in the making: copied stretches, replaced escapes, and what is left out between them.
#[derive(Debug)]
pub(super) struct Pieces<'t> {
    source: &'t str,
    text: String,
    steps: Vec<(usize, usize)>,
    /// Where the source has been read up to.
    at: usize,
}

impl<'t> Pieces<'t> {
    /// Of a source, from this offset on.
    pub(super) fn new(source: &'t str, start: usize) -> Self {
        Self { source, text: String::new(), steps: vec![(0, start)], at: start }
    }

    /// Takes the source up to `end` as it is.
    pub(super) fn copy_to(&mut self, end: usize) {
        self.text.push_str(&self.source[self.at..end]);
        self.at = end;
    }

    /// Puts `with` in the place of the source up to `end`.
    pub(super) fn replace_to(&mut self, end: usize, with: char) {
        self.text.push(with);
        self.step_to(end);
    }

    /// Leaves the source up to `end` out.
    pub(super) fn skip_to(&mut self, end: usize) {
        if end > self.at {
            // The step before the gap is the end of what stands there.
            self.steps.push((self.text.len(), self.at));
            self.step_to(end);
        }
    }

    /// The scalar; `span` is all of its source.
    pub(super) fn finish(self, span: Span, style: Style) -> Scalar {
        if self.steps.len() == 1 && self.text.len() == span.len() {
            return Scalar::mapped(self.text, span, style, Vec::new());
        }
        Scalar::mapped(self.text, span, style, self.steps)
    }

    fn step_to(&mut self, end: usize) {
        self.at = end;
        self.steps.push((self.text.len(), end));
    }
}

/// A scalar whose text is the very bytes of `span`.
pub(super) fn verbatim(source: &str, span: Span, style: Style) -> Scalar {
    Scalar::verbatim(&source[span.range()], span, style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_belongs_to_neither_side() {
        let source = "ab--cd";
        let mut pieces = Pieces::new(source, 0);
        pieces.copy_to(2);
        pieces.skip_to(4);
        pieces.copy_to(6);
        let scalar = pieces.finish(Span::new(0, 6), Style::Plain);
        assert_eq!(scalar.text, "abcd");
        assert_eq!(scalar.source(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(scalar.source(Span::new(2, 4)), Span::new(4, 6));
        assert_eq!(scalar.source(Span::new(1, 3)), Span::new(1, 5));
    }
}
