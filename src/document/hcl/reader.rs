//! Blocks and attributes.

use std::ops::Range;

use super::template;
use super::tokens::{Kind, Token, Tokens};
use crate::document::pieces::{Pieces, verbatim};
use crate::document::{Builder, Document, MAX_DEPTH, Scalar, Style, Value};
use crate::text::Span;

/// What the entries between two brackets are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Plain,
    /// Of a `dynamic` block, whose `content` is the block that it makes.
    Dynamic,
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) builder: Builder,
    /// How deep reading is nested; not all of it are nodes.
    depth: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t Tokens) -> Self {
        let mut builder = Builder::default();
        if let Some(problem) = &tokens.problem {
            builder.problem(problem.span, &problem.message);
        }
        Self { text, tokens: &tokens.all, builder, depth: 0 }
    }

    pub(super) fn read(mut self) -> Document {
        self.builder.open(None, Value::Map, 0);
        self.entries(0..self.tokens.len(), Body::Plain);
        self.builder.finish(self.text.len())
    }

    /// Attributes, blocks and the items of objects; separated by lines or commas.
    pub(super) fn entries(&mut self, range: Range<usize>, body: Body) {
        let mut at = range.start;
        while at < range.end && self.builder.has_room(self.span(at)) {
            at = match self.tokens[at].kind {
                Kind::Newline | Kind::Comma | Kind::Close => at + 1,
                _ => self.entry(at..range.end, body),
            };
        }
    }

    /// The entry that `range` begins with; says where the next one begins.
    fn entry(&mut self, range: Range<usize>, body: Body) -> usize {
        let head = self.head(range.clone());
        let names = range.start..head;
        match self.kind(head).filter(|_| head < range.end) {
            Some(Kind::Assign | Kind::Colon) if !names.is_empty() => {
                let end = self.line_end(head + 1..range.end);
                let key = self.key(names);
                self.expression(Some(&key), head + 1..end);
                end
            }
            Some(Kind::Open) => self.block(names, head, body),
            _ => {
                let end = self.line_end(range);
                let place =
                    Span::new(self.span(names.start).start, self.end_of(end).max(self.span(names.start).end));
                self.builder.problem(place, "neither an attribute nor a block");
                end.max(names.start + 1)
            }
        }
    }

    /// The `=`, `:` or `{` behind the names that an entry begins with, or where its line ends.
    fn head(&self, range: Range<usize>) -> usize {
        let ends =
            |kind| matches!(kind, Kind::Assign | Kind::Colon | Kind::Newline | Kind::Comma | Kind::Close);
        let mut at = range.start;
        while at < range.end && !ends(self.tokens[at].kind) && !self.is(at, "{") {
            at = self.after(at);
        }
        at.min(range.end)
    }

    /// A block, or an object without `=`. Its labels are the names of maps around its body.
    fn block(&mut self, names: Range<usize>, open: usize, body: Body) -> usize {
        let (inside, next) = (open + 1..self.tokens[open].end, self.after(open));
        let is_label = |at: &usize| matches!(self.tokens[*at].kind, Kind::Word | Kind::Text | Kind::Number);
        let mut labels: Vec<usize> = names.clone().filter(is_label).collect();
        if labels.is_empty() || labels.len() < names.len() {
            self.builder.problem(self.span(names.start), "neither an attribute nor a block");
        }
        let is_word = |label: Option<&usize>, word| label.is_some_and(|at| self.is(*at, word));
        let is_dynamic = labels.len() == 2 && is_word(labels.first(), "dynamic");
        let is_content = body == Body::Dynamic && labels.len() == 1 && is_word(labels.first(), "content");
        if is_dynamic {
            labels.remove(0);
        } else if is_content {
            labels.clear();
        }
        let end = self.end_of(next);
        let outside = self.builder.depth();
        for (index, label) in labels.iter().enumerate() {
            if !self.builder.has_room(self.span(*label)) {
                break;
            }
            let start = self.span(*labels.get(index + 1).unwrap_or(&open)).start;
            let key = self.literal(*label);
            self.builder.open(Some(key), Value::Map, start);
        }
        if self.builder.depth() == outside + labels.len() {
            let inner = if is_dynamic { Body::Dynamic } else { Body::Plain };
            self.nested(self.span(open), |reader| reader.entries(inside, inner));
        }
        while self.builder.depth() > outside {
            self.builder.close(end);
        }
        next
    }

    /// Reads what is nested in something, if that is not too deep.
    pub(super) fn nested(&mut self, place: Span, read: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            self.builder.problem(place, "nested too deep; the inside was not read");
            return;
        }
        self.depth += 1;
        read(self);
        self.depth -= 1;
    }

    /// What an entry is called: a name, a string, or an expression.
    pub(super) fn key(&self, names: Range<usize>) -> Scalar {
        let first = names.start;
        if names.len() == 1 && self.tokens[first].kind != Kind::Sign {
            return self.literal(first);
        }
        if self.is(first, "(") && self.after(first) == names.end && names.len() > 2 {
            return self.opaque(first + 1..names.end - 1);
        }
        verbatim(self.text, self.spanning(names), Style::Plain)
    }

    /// A token that is a value of its own.
    pub(super) fn literal(&self, at: usize) -> Scalar {
        let token = self.tokens[at];
        match token.kind {
            Kind::Text => template::string(self.text, token.inner),
            Kind::Heredoc => template::heredoc(self.text, token.span.start, token.inner),
            _ => verbatim(self.text, token.span, Style::Plain),
        }
    }

    /// An expression as the template that means the same: `${…}`. A word alone is itself.
    pub(super) fn opaque(&self, range: Range<usize>) -> Scalar {
        let span = self.spanning(range.clone());
        if range.len() == 1 && self.tokens[range.start].kind == Kind::Word {
            return verbatim(self.text, span, Style::Plain);
        }
        let mut pieces = Pieces::new(self.text, span.start);
        pieces.replace_to(span.start, '$');
        pieces.replace_to(span.start, '{');
        pieces.copy_to(span.end);
        pieces.replace_to(span.end, '}');
        pieces.finish(span, Style::Plain)
    }

    /// Where the line or item ends that begins with `range`.
    pub(super) fn line_end(&self, range: Range<usize>) -> usize {
        self.top(range.clone())
            .find(|at| matches!(self.tokens[*at].kind, Kind::Newline | Kind::Comma | Kind::Close))
            .unwrap_or(range.end)
    }

    /// The tokens of `range` that are in no brackets; those that open one among them.
    pub(super) fn top(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let first = (range.start < range.end).then_some(range.start);
        std::iter::successors(first, move |at| Some(self.after(*at)).filter(|next| *next < range.end))
    }

    /// The token behind this one, and behind what it opens.
    pub(super) fn after(&self, at: usize) -> usize {
        let token = self.tokens[at];
        if token.kind != Kind::Open {
            return at + 1;
        }
        let is_closed =
            self.tokens.get(token.end).is_some_and(|close| close.kind == Kind::Close && close.end == at);
        token.end + usize::from(is_closed)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub(super) fn is(&self, at: usize, written: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| &self.text[token.span.range()] == written)
    }

    /// The place of a token; behind the last one the end of the text.
    pub(super) fn span(&self, at: usize) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.get(at).map_or(end, |token| token.span)
    }

    /// Where the token before `next` ends.
    pub(super) fn end_of(&self, next: usize) -> usize {
        next.checked_sub(1).map_or(0, |last| self.span(last).end)
    }

    /// From the first of these tokens to the last.
    pub(super) fn spanning(&self, range: Range<usize>) -> Span {
        let start = self.span(range.start).start;
        Span::new(start, self.end_of(range.end).max(start))
    }
}
