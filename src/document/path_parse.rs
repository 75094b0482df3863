//! Reads the text of a path.

use super::path::{Case, Condition, Expected, Names, Origin, Path, PathError, Step, Test};

pub(super) fn parse(path: &str) -> Result<Path, PathError> {
    let mut reader = Reader { path, rest: path };
    let parsed = reader.path(Tests::Allowed)?;
    if reader.rest.is_empty() { Ok(parsed) } else { Err(reader.expected("expected `.`, `[` or `(`")) }
}

/// Whether tests may stand in the path: they do not nest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tests {
    Allowed,
    Inside,
}

struct Reader<'p> {
    path: &'p str,
    rest: &'p str,
}

impl Reader<'_> {
    fn path(&mut self, tests: Tests) -> Result<Path, PathError> {
        let origin = if tests == Tests::Allowed && self.eat("$") {
            Origin::Root
        } else if self.eat("@") {
            Origin::Start
        } else if tests == Tests::Allowed {
            return Err(self.expected("expected `$` or `@`"));
        } else {
            return Err(self.expected("expected `@`"));
        };
        let mut steps = Vec::new();
        while let Some(step) = self.step(tests)? {
            steps.push(step);
        }
        Ok(Path { origin, steps })
    }

    fn step(&mut self, tests: Tests) -> Result<Option<Step>, PathError> {
        if self.eat("..") {
            return self.below().map(Some);
        }
        if self.eat(".") {
            let step = if self.eat("*") { Step::Children } else { Step::Named(self.names()?) };
            return Ok(Some(step));
        }
        if self.rest.starts_with("[?") || self.rest.starts_with('(') {
            return self.tested(tests);
        }
        if self.eat("[") {
            let step = self.bracket()?;
            self.demand("]")?;
            return Ok(Some(step));
        }
        Ok(None)
    }

    fn below(&mut self) -> Result<Step, PathError> {
        if self.eat("*") {
            return Ok(Step::Below);
        }
        if !self.eat("[") {
            return self.names().map(Step::NamedBelow);
        }
        let name = self.quoted()?;
        self.demand("]")?;
        Ok(Step::NamedBelow(Names { any_of: vec![name], case: Case::Exact }))
    }

    fn names(&mut self) -> Result<Names, PathError> {
        let mut any_of = Vec::new();
        if self.eat("{") {
            loop {
                self.skip_spaces();
                any_of.push(if self.rest.starts_with('\'') { self.quoted()? } else { self.word()? });
                self.skip_spaces();
                if !self.eat(",") {
                    break;
                }
            }
            self.demand("}")?;
        } else {
            any_of.push(self.word()?);
        }
        let case = if self.eat("~") { Case::Ignored } else { Case::Exact };
        Ok(Names { any_of, case })
    }

    fn word(&mut self) -> Result<String, PathError> {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
        let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        if length == 0 {
            return Err(self.expected("expected a name"));
        }
        Ok(self.take(length).to_owned())
    }

    /// A name or a text in single quotes; `\` takes the next character as it is.
    fn quoted(&mut self) -> Result<String, PathError> {
        self.demand("'")?;
        let mut text = String::new();
        loop {
            let length = self.rest.find(['\'', '\\']).unwrap_or(self.rest.len());
            text.push_str(self.take(length));
            if self.eat("'") {
                return Ok(text);
            }
            self.eat("\\");
            let Some(character) = self.rest.chars().next() else {
                return Err(self.expected("expected `'`"));
            };
            text.push_str(self.take(character.len_utf8()));
        }
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        if self.eat("*") {
            return Ok(Step::Items);
        }
        if self.rest.starts_with('\'') {
            return Ok(Step::Named(Names { any_of: vec![self.quoted()?], case: Case::Exact }));
        }
        let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        match self.rest[..digits].parse() {
            Ok(index) => {
                self.take(digits);
                Ok(Step::Item(index))
            }
            Err(_) => Err(self.expected("expected `*`, a number, a name in quotes or `?`")),
        }
    }

    fn tested(&mut self, tests: Tests) -> Result<Option<Step>, PathError> {
        if tests == Tests::Inside {
            return Err(self.expected("a test cannot stand inside of another one"));
        }
        let step = if self.eat("[?") {
            let test = self.test()?;
            self.demand("]")?;
            Step::ChildrenThat(test)
        } else {
            self.demand("(")?;
            let test = self.test()?;
            self.demand(")")?;
            Step::If(test)
        };
        Ok(Some(step))
    }

    fn test(&mut self) -> Result<Test, PathError> {
        let mut conditions = Vec::new();
        loop {
            self.skip_spaces();
            conditions.push(self.condition()?);
            self.skip_spaces();
            if !self.eat("&&") {
                return Ok(Test(conditions));
            }
        }
    }

    fn condition(&mut self) -> Result<Condition, PathError> {
        if self.eat("!") {
            return Ok(Condition { path: self.path(Tests::Inside)?, expected: Expected::Absent });
        }
        let path = self.path(Tests::Inside)?;
        self.skip_spaces();
        let expected = if self.eat("==") {
            self.skip_spaces();
            Expected::Equal(self.quoted()?)
        } else if self.eat("=~") {
            self.skip_spaces();
            Expected::Like([self.quoted()?])
        } else if self.eat("!~") {
            self.skip_spaces();
            Expected::Unlike([self.quoted()?])
        } else if self.eat("!=") {
            self.skip_spaces();
            Expected::NotEqual(self.quoted()?)
        } else {
            Expected::Present
        };
        Ok(Condition { path, expected })
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn take(&mut self, length: usize) -> &str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn eat(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn demand(&mut self, sign: &str) -> Result<(), PathError> {
        if self.eat(sign) { Ok(()) } else { Err(self.expected(&format!("expected `{sign}`"))) }
    }

    fn expected(&self, message: &str) -> PathError {
        let read = &self.path[..self.path.len() - self.rest.len()];
        PathError { path: self.path.to_owned(), at: read.chars().count() + 1, message: message.to_owned() }
    }
}
