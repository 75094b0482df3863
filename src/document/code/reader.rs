//! Tokens to the tree of calls.

use std::ops::Range;

use super::tokens::{Kind, NONE, Token};
use super::{Language, MAX_EXPRESSION, literal};
use crate::document::pieces::{Pieces, verbatim};
use crate::document::{Builder, Document, Problem, Scalar, Style, Value};
use crate::text::Span;

/// How many tokens `<T, …>` before a call's bracket may have.
const MAX_TYPE_ARGUMENTS: usize = 32;

pub(super) struct Reader<'t> {
    pub(super) language: &'t Language,
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) builder: Builder,
}

impl<'t> Reader<'t> {
    pub(super) fn new(language: &'t Language, text: &'t str, tokens: &'t [Token]) -> Self {
        Self { language, text, tokens, builder: Builder::default() }
    }

    pub(super) fn problem(&mut self, problem: &Problem) {
        self.builder.problem(problem.span, &problem.message);
    }

    pub(super) fn read(mut self) -> Document {
        self.builder.open(None, Value::Map, 0);
        self.section("imports", self.language.read_import);
        self.section("calls", Self::call);
        self.section("assignments", Self::assignment);
        self.section("defaults", Self::default);
        self.builder.finish(self.text.len())
    }

    /// A list of what `read` adds at each token.
    fn section(&mut self, name: &str, read: fn(&mut Self, usize)) {
        if self.open(Some(label(name, 0)), Value::List, Span::new(0, 0)) {
            (0..self.tokens.len()).for_each(|index| read(self, index));
            self.builder.close(self.text.len());
        }
    }

    fn call(&mut self, bracket: usize) {
        self.bare_call(bracket);
        let Some(callee) = self.callee(bracket) else { return };
        let span = Span::new(callee.span.start, self.end_of(bracket));
        if !self.open(None, Value::Map, span) {
            return;
        }
        self.add(Some(label("callee", callee.span.start)), callee);
        let arguments = Span::new(self.span(bracket).start, span.end);
        if self.open(Some(label("arguments", arguments.start)), Value::Map, arguments) {
            for (index, argument) in self.between_commas(self.within(bracket)).into_iter().enumerate() {
                self.argument(index, argument);
            }
            self.builder.close(span.end);
        }
        self.builder.close(span.end);
    }

    /// `sh 'make'`: a call whose brackets are left out.
    fn bare_call(&mut self, text: usize) {
        let is_text = self.tokens[text].kind == Kind::Text && !self.tokens[text].leads;
        let Some(name) = text.checked_sub(1).filter(|_| self.language.bare_calls && is_text) else { return };
        let begins = self.tokens[name].leads || name.checked_sub(1).is_none_or(|at| self.written(at) == "{");
        let is_callee = self.is_name(name) && !self.language.no_callees.contains(&self.written(name));
        if !(begins && is_callee) {
            return;
        }
        let span = Span::new(self.span(name).start, self.span(text).end);
        if !self.open(None, Value::Map, span) {
            return;
        }
        if let Some(callee) = self.dotted(name..text) {
            self.add(Some(label("callee", span.start)), callee);
        }
        let argument = self.span(text).start;
        if self.open(Some(label("arguments", argument)), Value::Map, self.span(text)) {
            self.positional(0, text..text + 1);
            self.builder.close(span.end);
        }
        self.builder.close(span.end);
    }

    /// The chain of names that the bracket calls, if it calls one.
    fn callee(&self, bracket: usize) -> Option<Scalar> {
        if !self.is(bracket, Kind::Open, "(") || self.tokens[bracket].leads {
            return None;
        }
        let end = self.before_optional(self.before_type_arguments(bracket));
        let mut start = end;
        loop {
            let name = start.checked_sub(1)?;
            if !self.is_name(name) {
                return None;
            }
            start = name;
            let Some(dot) = start.checked_sub(1).filter(|dot| self.is_sign(*dot, ".")) else { break };
            let before = self.before_marks(dot);
            let goes_on = before.checked_sub(1).is_some_and(|name| self.is_name(name));
            start = if goes_on { before } else { dot };
            if !goes_on {
                break;
            }
        }
        (end - start > 1 || self.is_called(start, bracket)).then(|| self.dotted(start..end)).flatten()
    }

    /// Whether a lone name before a bracket is called, not declared, and no keyword.
    fn is_called(&self, name: usize, bracket: usize) -> bool {
        let declared = name.checked_sub(1).is_some_and(|before| {
            let star = before.checked_sub(1).filter(|_| self.is_sign(before, "*"));
            self.language.declares.contains(&self.written(star.unwrap_or(before)))
        });
        let has_body = !self.language.bare_calls && self.is(self.after(bracket), Kind::Open, "{");
        !declared && !has_body && !self.language.no_callees.contains(&self.written(name))
    }

    /// Where the `<T>` begins that ends before `end`; `end` if there is none.
    fn before_type_arguments(&self, end: usize) -> usize {
        let mut depth = 0_usize;
        for index in (end.saturating_sub(MAX_TYPE_ARGUMENTS)..end).rev() {
            let token = self.tokens[index];
            match (token.kind, self.written(index)) {
                (Kind::Sign, ">") => depth += 1,
                (Kind::Sign, "<") if depth > 0 => depth -= 1,
                (Kind::Word | Kind::Text, _) | (Kind::Sign, "." | "," | "|") if depth > 0 => {}
                (Kind::Open | Kind::Close, "[" | "]") if depth > 0 => {}
                _ => break,
            }
            if depth == 0 {
                return index;
            }
        }
        end
    }

    /// `f?.(x)` calls `f`.
    fn before_optional(&self, end: usize) -> usize {
        match end.checked_sub(1) {
            Some(dot) if self.is_sign(dot, ".") => self.before_marks(dot),
            _ => end,
        }
    }

    /// Passes back over the mark of `a?.b` and `a!.b`.
    fn before_marks(&self, dot: usize) -> usize {
        match dot.checked_sub(1) {
            Some(mark) if self.is_sign(mark, "?") || self.is_sign(mark, "!") => mark,
            _ => dot,
        }
    }

    fn argument(&mut self, index: usize, tokens: Range<usize>) {
        let assigns = self.is_name(tokens.start) && self.is_sign(tokens.start + 1, self.language.names_by);
        if assigns && tokens.len() > 2 {
            let key = self.expression(tokens.start..tokens.start + 1);
            self.value(key, tokens.start + 2..tokens.end);
        } else {
            self.positional(index, tokens);
        }
    }

    /// A value that its place names, or the sign that spreads it.
    fn positional(&mut self, index: usize, tokens: Range<usize>) {
        if self.spreads(tokens.start) && tokens.len() > 1 {
            let key = self.expression(tokens.start..tokens.start + 1);
            self.value(key, tokens.start + 1..tokens.end);
        } else {
            let key = label(&index.to_string(), self.span(tokens.start).start);
            self.value(Some(key), tokens);
        }
    }

    /// A property: `key: value`, or a name alone, or a method.
    fn property(&mut self, index: usize, tokens: Range<usize>) {
        if let Some(colon) = self.find_sign(tokens.clone(), ":") {
            let key = self.expression(tokens.start..colon);
            self.value(key, colon + 1..tokens.end);
        } else if self.is_name(tokens.start) {
            let key = self.expression(tokens.start..tokens.start + 1);
            let rest = if tokens.len() > 1 { tokens.start + 1 } else { tokens.start };
            self.value(key, rest..tokens.end);
        } else {
            self.positional(index, tokens);
        }
    }

    /// Adds what the tokens say. It calls itself for what is inside, no deeper than the builder has room for.
    pub(super) fn value(&mut self, key: Option<Scalar>, tokens: Range<usize>) {
        let tokens = self.unwrapped(tokens);
        let Some(read) = self.reader_of(&tokens) else {
            if let Some(scalar) = self.expression(tokens) {
                self.add(key, scalar);
            }
            return;
        };
        let span = Span::new(self.span(tokens.start).start, self.end_of(tokens.start));
        let value = if read == Collection::Map { Value::Map } else { Value::List };
        if !self.open(key, value, span) {
            return;
        }
        for (index, item) in self.between_commas(self.within(tokens.start)).into_iter().enumerate() {
            match read {
                Collection::Map => self.property(index, item),
                Collection::List => self.value(None, item),
            }
        }
        self.builder.close(span.end);
    }

    /// Whether the tokens are a collection that is written out.
    fn reader_of(&self, tokens: &Range<usize>) -> Option<Collection> {
        if !self.is_one_bracket(tokens) {
            return None;
        }
        let is_map = match self.language.names_by {
            ":" => self.find_sign(self.within(tokens.start), ":").is_some(),
            _ => self.written(tokens.start) == "{",
        };
        Some(if is_map { Collection::Map } else { Collection::List })
    }

    fn is_one_bracket(&self, tokens: &Range<usize>) -> bool {
        !tokens.is_empty()
            && self.tokens[tokens.start].kind == Kind::Open
            && self.after(tokens.start) >= tokens.end
    }

    /// Without `( )` around one value, and without `as T` after it.
    fn unwrapped(&self, mut tokens: Range<usize>) -> Range<usize> {
        loop {
            let after = self.after(tokens.start);
            if after < tokens.end && ["as", "satisfies"].contains(&self.written(after)) {
                tokens.end = after;
            }
            if !self.is_one_bracket(&tokens) || self.written(tokens.start) != "(" {
                return tokens;
            }
            let inner = self.within(tokens.start);
            if inner.is_empty() || self.find_sign(inner.clone(), ",").is_some() {
                return tokens;
            }
            tokens = inner;
        }
    }

    /// A scalar of a string, or of an expression as it is written.
    pub(super) fn expression(&self, tokens: Range<usize>) -> Option<Scalar> {
        let tokens = self.tokens.get(tokens)?;
        let (first, last) = (tokens.first()?, tokens.last()?);
        if tokens.iter().all(|token| token.kind == Kind::Text) {
            return literal::joined(self.language, self.text, tokens);
        }
        if tokens.len() == 1 && first.kind == Kind::Template {
            return Some(literal::template(self.text, *first));
        }
        let start = first.span().start;
        let limit = last.span().end.min(start + MAX_EXPRESSION);
        let end = (start..=limit).rev().find(|at| self.text.is_char_boundary(*at))?;
        Some(verbatim(self.text, Span::new(start, end), Style::Plain))
    }

    /// A name of several words, without what stands between them.
    pub(super) fn dotted(&self, tokens: Range<usize>) -> Option<Scalar> {
        let tokens = self.tokens.get(tokens)?;
        let span = Span::new(tokens.first()?.span().start, tokens.last()?.span().end);
        let mut pieces = Pieces::new(self.text, span.start);
        self.copy_names(tokens, &mut pieces);
        Some(pieces.finish(span, Style::Plain))
    }

    pub(super) fn copy_names(&self, tokens: &[Token], pieces: &mut Pieces<'_>) {
        for token in tokens {
            let span = token.span();
            if token.kind == Kind::Word || self.text[span.range()].starts_with('.') {
                pieces.skip_to(span.start);
                pieces.copy_to(span.end);
            }
        }
    }

    pub(super) fn add(&mut self, key: Option<Scalar>, scalar: Scalar) {
        let span = scalar.span;
        if self.builder.has_room(span) {
            self.builder.scalar(key, scalar, span);
        }
    }

    /// Opens a map or list; false if there is no room for it.
    pub(super) fn open(&mut self, key: Option<Scalar>, value: Value, span: Span) -> bool {
        let room = self.builder.has_room(span);
        if room {
            self.builder.open(key, value, span.start);
        }
        room
    }

    /// What stands between the commas, but for commas in brackets.
    pub(super) fn between_commas(&self, tokens: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut rest = tokens;
        while !rest.is_empty() {
            let comma = self.find_sign(rest.clone(), ",").unwrap_or(rest.end);
            if rest.start < comma {
                parts.push(rest.start..comma);
            }
            rest.start = comma + 1;
        }
        parts
    }

    /// The first such sign that stands in no bracket.
    pub(super) fn find_sign(&self, tokens: Range<usize>, sign: &str) -> Option<usize> {
        let mut at = tokens.start;
        while at < tokens.end {
            if self.is_sign(at, sign) {
                return Some(at);
            }
            at = self.after(at);
        }
        None
    }

    /// The token after this one, or after its other half.
    pub(super) fn after(&self, index: usize) -> usize {
        match self.tokens.get(index) {
            Some(token) if token.kind == Kind::Open => token.partner() + usize::from(self.is_closed(index)),
            _ => index + 1,
        }
    }

    /// What stands in a bracket.
    pub(super) fn within(&self, bracket: usize) -> Range<usize> {
        bracket + 1..self.tokens[bracket].partner().min(self.tokens.len())
    }

    /// Where what a bracket holds ends, the closing bracket included.
    fn end_of(&self, bracket: usize) -> usize {
        let last = self.after(bracket).min(self.tokens.len()).saturating_sub(1);
        self.span(last).end
    }

    fn is_closed(&self, bracket: usize) -> bool {
        self.tokens.get(self.tokens[bracket].partner()).is_some_and(|close| close.partner() == bracket)
    }

    /// The bracket that a word stands in.
    pub(super) fn around(&self, word: usize) -> Option<usize> {
        Some(self.tokens[word].partner()).filter(|bracket| *bracket != NONE)
    }

    fn spreads(&self, index: usize) -> bool {
        ["...", "**", "*"].iter().any(|sign| self.is_sign(index, sign))
    }

    pub(super) fn is_name(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Word)
            && !self.written(index).starts_with(|first: char| first.is_ascii_digit())
    }

    pub(super) fn is_word(&self, index: usize, word: &str) -> bool {
        self.is(index, Kind::Word, word)
    }

    pub(super) fn is_sign(&self, index: usize, sign: &str) -> bool {
        self.is(index, Kind::Sign, sign)
    }

    pub(super) fn is(&self, index: usize, kind: Kind, written: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == kind) && self.written(index) == written
    }

    pub(super) fn written(&self, index: usize) -> &'t str {
        self.tokens.get(index).map_or("", |token| &self.text[token.span().range()])
    }

    pub(super) fn span(&self, index: usize) -> Span {
        self.tokens.get(index).map_or(Span::default(), |token| token.span())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    Map,
    List,
}

/// A name that the text does not say; it stands at a place without being there.
pub(in crate::document) fn label(name: &str, at: usize) -> Scalar {
    Scalar::mapped(name.to_owned(), Span::new(at, at), Style::Plain, Vec::new())
}
