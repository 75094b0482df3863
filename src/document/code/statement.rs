//! What a file imports, and which names it gives to which values.

use std::ops::Range;

use super::reader::{Reader, label};
use super::tokens::Kind;
use crate::document::pieces::Pieces;
use crate::document::{Style, Value};
use crate::text::Span;

/// How many tokens a declared type may have.
const MAX_TYPE: usize = 16;

/// How many tokens a value may have; brackets with all that they hold count as one.
const MAX_VALUE: usize = 64;

impl Reader<'_> {
    /// `import a.b as c, d` and `from a.b import c, d`.
    pub(super) fn python_import(&mut self, index: usize) {
        if !self.begins_statement(index) {
            return;
        }
        match self.written(index) {
            "import" => {
                for part in self.between_commas(self.rest_of_statement(index + 1)) {
                    self.module(self.module_at(part.start));
                }
            }
            "from" => {
                let module = self.module_at(index + 1);
                if !module.is_empty() && self.is_word(module.end, "import") {
                    self.module(module.clone());
                    self.imported_names(module);
                }
            }
            _ => {}
        }
    }

    /// The names after `from a.b import`, each as `a.b.name`.
    fn imported_names(&mut self, module: Range<usize>) {
        let mut names = self.rest_of_statement(module.end + 1);
        if self.is(names.start, Kind::Open, "(") {
            names = self.within(names.start);
        }
        for part in self.between_commas(names) {
            if !self.is_name(part.start) {
                continue;
            }
            let name = self.span(part.start);
            let span = Span::new(self.span(module.start).start, name.end);
            let mut pieces = Pieces::new(self.text, span.start);
            self.copy_names(&self.tokens[module.clone()], &mut pieces);
            if self.is_name(module.end - 1) {
                pieces.replace_to(name.start, '.');
            }
            pieces.skip_to(name.start);
            pieces.copy_to(name.end);
            self.add(None, pieces.finish(span, Style::Plain));
        }
    }

    fn module(&mut self, tokens: Range<usize>) {
        if let Some(name) = self.dotted(tokens) {
            self.add(None, name);
        }
    }

    fn module_at(&self, start: usize) -> Range<usize> {
        let mut end = start;
        while self.written(end).starts_with('.') || self.is_name(end) && self.begins_name(start, end) {
            end += 1;
        }
        start..end
    }

    /// Whether the word at `index` goes on with the module that begins at `start`, and is not what comes after it.
    fn begins_name(&self, start: usize, index: usize) -> bool {
        let after_dot = index > start && self.written(index - 1).starts_with('.');
        (index == start || after_dot) && !self.is_word(index, "import")
    }

    fn rest_of_statement(&self, start: usize) -> Range<usize> {
        let mut end = start;
        while end < self.tokens.len() && !self.tokens[end].leads && !self.is_sign(end, ";") {
            end = self.after(end);
        }
        start..end.min(self.tokens.len())
    }

    /// `import … from "a"`, `import "a"`, `import("a")` and `require("a")`.
    pub(super) fn javascript_import(&mut self, index: usize) {
        if self.tokens[index].kind != Kind::Text {
            return;
        }
        let before = |steps: usize| index.checked_sub(steps).map_or("", |before| self.written(before));
        let imported = match before(1) {
            "from" | "import" => true,
            "(" => matches!(before(2), "require" | "import"),
            _ => false,
        };
        if imported && let Some(name) = self.expression(index..index + 1) {
            self.add(None, name);
        }
    }

    /// `name = value`, with words before it (`export const`) and its type after it (`name: T = value`).
    pub(super) fn assignment(&mut self, index: usize) {
        if !self.begins_statement(index) {
            return;
        }
        let Some(name) = self.assigned_name(index) else { return };
        let Some(sign) = self.assigning_sign(name.end) else { return };
        let value = self.assigned_value(sign + 1);
        if value.is_empty() {
            return;
        }
        let start = self.span(name.start).start;
        let span = Span::new(start, self.span(value.end - 1).end);
        if !self.open(None, Value::Map, span) {
            return;
        }
        if let Some(written) = self.dotted(name) {
            self.add(Some(label("name", start)), written);
        }
        self.value(Some(label("value", self.span(value.start).start)), value);
        self.builder.close(span.end);
    }

    /// `variable || "text"`, and the same with `??` and `or`.
    pub(super) fn default(&mut self, index: usize) {
        if self.tokens[index].kind != Kind::Text {
            return;
        }
        let sign_at =
            |steps: usize, sign: &str| index.checked_sub(steps).filter(|at| self.is_sign(*at, sign));
        let is_or = |at: &usize| self.is_sign(*at, "||") || self.is_word(*at, "or");
        let end = index.checked_sub(1).filter(is_or).or_else(|| sign_at(1, "?").and(sign_at(2, "?")));
        let Some(name) = end.and_then(|end| self.variable_before(end)) else { return };
        let (Some(name), Some(value)) = (self.expression(name..name + 1), self.expression(index..index + 1))
        else {
            return;
        };
        let span = Span::new(name.span.start, value.span.end);
        if !self.open(None, Value::Map, span) {
            return;
        }
        self.add(Some(label("name", span.start)), name);
        self.add(Some(label("value", value.span.start)), value);
        self.builder.close(span.end);
    }

    /// The token that names a variable of the environment in what ends before `end`: `process.env.X`, `getenv("X")`, `environ["X"]`.
    fn variable_before(&self, end: usize) -> Option<usize> {
        let last = end.checked_sub(1)?;
        let name = match self.tokens[last].kind {
            Kind::Close => self.tokens[last].partner() + 1,
            _ => last,
        };
        let written = self.tokens.get(name).filter(|_| name <= last).map(|_| self.written(name))?;
        let written = written.trim_matches(['"', '\'', '`']);
        let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        (written.contains('_') && written.bytes().all(is_part)).then_some(name)
    }

    /// Whether a statement may begin with this word. Brackets other than braces hold none.
    fn begins_statement(&self, index: usize) -> bool {
        if !self.is_name(index) || self.around(index).is_some_and(|bracket| self.written(bracket) != "{") {
            return false;
        }
        let Some(before) = index.checked_sub(1) else { return true };
        self.tokens[index].leads
            || matches!(self.written(before), "{" | "}")
            || self.language.separators.iter().any(|separator| self.is_sign(before, separator))
    }

    /// The chain that the last of the words from `index` on begins.
    fn assigned_name(&self, index: usize) -> Option<Range<usize>> {
        let word = self.written(index);
        if self.language.no_callees.contains(&word) || self.language.declares.contains(&word) {
            return None;
        }
        let mut start = index;
        while self.is_name(start + 1) && !self.tokens[start + 1].leads {
            start += 1;
        }
        let mut end = start + 1;
        while self.is_sign(end, ".") && self.is_name(end + 1) {
            end += 2;
        }
        Some(start..end)
    }

    fn assigning_sign(&self, name_end: usize) -> Option<usize> {
        let mut at = name_end;
        if self.is_sign(at, "?") || self.is_sign(at, "!") {
            at += 1;
        }
        if self.is_sign(at, ":") {
            for _ in 0..MAX_TYPE {
                at = self.after(at);
                if self.is_sign(at, "=") || self.ends_value(at) {
                    break;
                }
            }
        }
        self.is_sign(at, "=").then_some(at)
    }

    fn assigned_value(&self, start: usize) -> Range<usize> {
        let mut end = start;
        for _ in 0..MAX_VALUE {
            if end > start && self.ends_value(end) || self.is_end(end) {
                break;
            }
            end = self.after(end);
        }
        start..end.min(self.tokens.len())
    }

    fn ends_value(&self, index: usize) -> bool {
        self.is_end(index) || self.tokens[index].leads
    }

    fn is_end(&self, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return true };
        token.kind == Kind::Close || self.is_sign(index, ";") || self.is_sign(index, ",")
    }
}
