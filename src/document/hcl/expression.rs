//! Values: what they are made of, as far as it can be told without evaluating them.

use std::ops::Range;

use super::reader::{Body, Reader};
use super::tokens::Kind;
use crate::document::pieces::verbatim;
use crate::document::{Scalar, Style, Value};
use crate::text::Span;

/// What a call is to those who look for values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    /// Its first argument in another writing or type.
    Converts,
    /// One of its arguments, or all of them together.
    Gathers,
    /// `lookup(map, key, default)`
    Looks,
    Other,
}

fn function(name: &str) -> Function {
    match name {
        "base64encode" | "base64gzip" | "chomp" | "jsonencode" | "nonsensitive" | "sensitive" | "toset"
        | "tolist" | "tomap" | "tostring" | "trimspace" | "yamlencode" => Function::Converts,
        "coalesce" | "coalescelist" | "compact" | "concat" | "distinct" | "flatten" | "merge"
        | "setunion" | "try" => Function::Gathers,
        "lookup" => Function::Looks,
        _ => Function::Other,
    }
}

impl Reader<'_> {
    /// Adds what the expression may give, each under `key`.
    pub(super) fn expression(&mut self, key: Option<&Scalar>, range: Range<usize>) {
        let range = self.trimmed(range);
        if range.is_empty() {
            let place = Span::new(self.end_of(range.start), self.end_of(range.start));
            self.builder.problem(place, "a name without a value");
            return;
        }
        self.nested(self.span(range.start), |reader| {
            for choice in reader.choices(range) {
                reader.value(key, choice);
            }
        });
    }

    /// The values that conditions choose from: what no `?` follows.
    fn choices(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = range.start;
        for at in self.top(range.clone()) {
            match self.tokens[at].kind {
                Kind::Question => start = at + 1,
                Kind::Colon => {
                    found.push(self.trimmed(start..at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        found.push(self.trimmed(start..range.end));
        found.retain(|choice| !choice.is_empty());
        found
    }

    fn value(&mut self, key: Option<&Scalar>, range: Range<usize>) {
        let first = range.start;
        let after = self.after(first);
        match self.tokens[first].kind {
            Kind::Word | Kind::Number | Kind::Text | Kind::Heredoc if range.len() == 1 => {
                self.add(key, self.literal(first), self.span(first));
            }
            Kind::Open if self.is(first, "(") && after == range.end => {
                self.expression(key, self.within(first));
            }
            Kind::Open if self.is_picked_from(after..range.end) => self.collection(key, first),
            Kind::Word
                if self.is(first + 1, "(") && self.is_picked_from(self.after(first + 1)..range.end) =>
            {
                self.call(key, range);
            }
            Kind::Sign if range.len() == 2 && self.kind(first + 1) == Some(Kind::Number) => {
                let span = self.spanning(range);
                self.add(key, verbatim(self.text, span, Style::Plain), span);
            }
            _ => self.add_opaque(key, range),
        }
    }

    /// Whether nothing but `.name` and `[index]` stands here.
    fn is_picked_from(&self, range: Range<usize>) -> bool {
        let picks = |at: usize| match self.tokens[at].kind {
            Kind::Dot | Kind::Word | Kind::Number | Kind::Newline => true,
            Kind::Open => self.is(at, "["),
            Kind::Sign => self.is(at, "*"),
            _ => false,
        };
        let begins = self.kind(range.start).is_some_and(|kind| matches!(kind, Kind::Dot | Kind::Open));
        range.is_empty() || (begins && self.top(range).all(picks))
    }

    fn call(&mut self, key: Option<&Scalar>, range: Range<usize>) {
        let inside = self.within(range.start + 1);
        let name = self.span(range.start);
        let mut arguments = self.items(inside.clone());
        match function(&self.text[name.range()]) {
            Function::Converts => arguments.truncate(1),
            Function::Gathers => {}
            Function::Looks if arguments.len() > 1 => drop(arguments.remove(1)),
            Function::Other if self.has_structure(inside) => {
                arguments.retain(|one| self.has_structure(one.clone()));
            }
            Function::Looks | Function::Other => arguments.clear(),
        }
        if arguments.is_empty() {
            self.add_opaque(key, range);
        }
        for argument in arguments {
            self.expression(key, argument);
        }
    }

    /// Whether an object or heredoc stands somewhere in it.
    fn has_structure(&self, range: Range<usize>) -> bool {
        let is_one = |at: usize| self.tokens[at].kind == Kind::Heredoc || self.is(at, "{");
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        last.is_some_and(|last| {
            self.tokens[last].structures > self.tokens[range.start].structures || is_one(last)
        })
    }

    /// A tuple or an object.
    fn collection(&mut self, key: Option<&Scalar>, open: usize) {
        let is_list = self.is(open, "[");
        if !is_list && !self.is(open, "{") {
            return self.add_opaque(key, open..self.after(open));
        }
        let span = self.spanning(open..self.after(open));
        if !self.builder.has_room(span) {
            return;
        }
        let inside = self.within(open);
        let made = self.made_by_for(inside.clone());
        self.builder.open(key.cloned(), if is_list { Value::List } else { Value::Map }, span.start);
        match (is_list, made) {
            (true, Some(made)) => self.expression(None, made),
            (false, Some(made)) => self.made_entry(made),
            (true, None) => {
                for item in self.items(inside) {
                    self.expression(None, item);
                }
            }
            (false, None) => self.entries(inside, Body::Plain),
        }
        self.builder.close(span.end);
    }

    /// What `for … in … :` makes, without its condition.
    fn made_by_for(&self, inside: Range<usize>) -> Option<Range<usize>> {
        let is_for = self.is(inside.start, "for") && self.kind(inside.start + 1) == Some(Kind::Word);
        let colon = self.top(inside.clone()).find(|at| is_for && self.tokens[*at].kind == Kind::Colon)?;
        let made = colon + 1..inside.end;
        let is_condition = |at: &usize| self.is(*at, "if") && self.kind(at - 1) != Some(Kind::Dot);
        let end = self.top(made.clone()).find(is_condition).unwrap_or(made.end);
        Some(self.trimmed(made.start..end))
    }

    /// `key => value`
    fn made_entry(&mut self, made: Range<usize>) {
        let arrow = self.top(made.clone()).find(|at| self.tokens[*at].kind == Kind::Arrow);
        let names = arrow.map(|arrow| self.trimmed(made.start..arrow)).filter(|names| !names.is_empty());
        let (Some(arrow), Some(names)) = (arrow, names) else {
            self.builder.problem(self.spanning(made), "a `for` without `=>`");
            return;
        };
        let key = match names.len() {
            1 => self.literal(names.start),
            _ => self.opaque(names),
        };
        self.expression(Some(&key), arrow + 1..made.end);
    }

    /// What stands between commas.
    fn items(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut items = Vec::new();
        let mut start = range.start;
        let commas = self.top(range.clone()).filter(|at| self.tokens[*at].kind == Kind::Comma);
        for end in commas.chain([range.end]) {
            items.push(self.trimmed(start..end));
            start = end + 1;
        }
        items.retain(|item| !item.is_empty());
        items
    }

    /// Without what means nothing at either end: line breaks, brackets that close nothing, the `...` of an expansion.
    fn trimmed(&self, mut range: Range<usize>) -> Range<usize> {
        let is_empty = |at: usize| matches!(self.tokens[at].kind, Kind::Newline | Kind::Close);
        while range.start < range.end && is_empty(range.start) {
            range.start += 1;
        }
        let is_trailing = |at: usize| self.tokens[at].kind == Kind::Newline || self.is(at, "...");
        while range.start < range.end && is_trailing(range.end - 1) {
            range.end -= 1;
        }
        range
    }

    fn within(&self, open: usize) -> Range<usize> {
        self.trimmed(open + 1..self.tokens[open].end.max(open + 1))
    }

    fn add_opaque(&mut self, key: Option<&Scalar>, range: Range<usize>) {
        let span = self.spanning(range.clone());
        self.add(key, self.opaque(range), span);
    }

    fn add(&mut self, key: Option<&Scalar>, scalar: Scalar, span: Span) {
        if self.builder.has_room(span) {
            self.builder.scalar(key.cloned(), scalar, span);
        }
    }
}
