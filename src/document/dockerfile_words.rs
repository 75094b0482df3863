//! The words of a Dockerfile's instruction, over lines that are continued.

use super::json::{hex, unicode};
use super::pieces::Pieces;
use super::{Scalar, Style};
use crate::text::Span;

/// Runs over the stretches that make up one instruction; what lies between them is no part of it.
#[derive(Clone)]
pub(super) struct Words<'t, 's> {
    text: &'t str,
    stretches: &'s [Span],
    at: usize,
    /// Just past the last character that was read; `at` may have gone on to the next stretch.
    end: usize,
    escape: char,
}

impl<'t, 's> Words<'t, 's> {
    pub(super) fn new(text: &'t str, stretches: &'s [Span], escape: char) -> Self {
        let at = stretches.first().map_or(text.len(), |first| first.start);
        Self { text, stretches, at, end: at, escape }
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        while self.stretches.first().is_some_and(|stretch| self.at >= stretch.end) {
            self.stretches = &self.stretches[1..];
            self.at = self.stretches.first().map_or(self.at, |next| next.start);
        }
        let stretch = self.stretches.first()?;
        self.text[self.at..stretch.end].chars().next()
    }

    fn drop_one(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
        self.end = self.at;
    }

    fn keep_one(&mut self, pieces: &mut Pieces<'t>) {
        let Some(character) = self.peek() else { return };
        pieces.skip_to(self.at);
        self.at += character.len_utf8();
        pieces.copy_to(self.at);
        self.end = self.at;
    }

    /// What was read from `start` on.
    fn since(&self, start: usize) -> Span {
        Span::new(start, self.end.max(start))
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.drop_one();
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.drop_one();
        }
    }

    /// What is left, as it is written.
    pub(super) fn rest(mut self) -> Option<Scalar> {
        self.skip_blanks();
        self.peek()?;
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        for stretch in self.stretches {
            pieces.skip_to(stretch.start.max(start));
            pieces.copy_to(stretch.end);
        }
        let end = self.stretches.last().map_or(start, |last| last.end);
        Some(pieces.finish(Span::new(start, end), Style::Plain))
    }

    /// The next word as it is written.
    pub(super) fn raw_word(&mut self) -> Option<Scalar> {
        self.skip_blanks();
        self.peek()?;
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        while self.peek().is_some_and(|c| !c.is_whitespace()) {
            self.keep_one(&mut pieces);
        }
        Some(pieces.finish(self.since(start), Style::Plain))
    }

    /// The next word with its quotes and escapes resolved.
    pub(super) fn word(&mut self) -> Option<Scalar> {
        self.skip_blanks();
        self.peek()?;
        Some(self.value())
    }

    /// The name and the value of the next `NAME=value`; `None` if it is none.
    pub(super) fn pair(&mut self) -> Option<(Scalar, Scalar)> {
        let before = self.clone();
        self.skip_blanks();
        let name = self.up_to(|c| c == '=' || c.is_whitespace());
        if name.text.is_empty() || !self.eat('=') {
            *self = before;
            return None;
        }
        Some((name, self.value()))
    }

    fn up_to(&mut self, ends: impl Fn(char) -> bool) -> Scalar {
        // A name may stand in quotes (LABEL); then they are its ends.
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        if quote.is_some() {
            self.drop_one();
            self.peek();
        }
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        while self.peek().is_some_and(|c| quote.map_or_else(|| !ends(c), |quote| c != quote)) {
            self.keep_one(&mut pieces);
        }
        let span = self.since(start);
        if let Some(quote) = quote {
            self.eat(quote);
        }
        pieces.finish(span, if quote.is_some() { Style::Double } else { Style::Plain })
    }

    /// A word from here on, which may be empty.
    fn value(&mut self) -> Scalar {
        let first = self.peek();
        let start = self.at;
        let opens = first.is_some_and(|c| matches!(c, '"' | '\''));
        let mut pieces = Pieces::new(self.text, start + usize::from(opens));
        let mut quote = None;
        let mut closed = None;
        while let Some(character) = self.peek() {
            match quote {
                None if character.is_whitespace() => break,
                None if matches!(character, '"' | '\'') => {
                    quote = Some(character);
                    self.drop_one();
                }
                Some(open) if open == character => {
                    quote = None;
                    closed = closed.or(Some(self.at));
                    self.drop_one();
                }
                Some('\'') => self.keep_one(&mut pieces),
                _ if character == self.escape => self.escaped(quote.is_some(), &mut pieces),
                _ => self.keep_one(&mut pieces),
            }
        }
        let style = match first {
            Some('"') => Style::Double,
            Some('\'') => Style::Single,
            _ => Style::Plain,
        };
        match closed.filter(|closed| opens && closed + 1 == self.end) {
            Some(closed) => pieces.finish(Span::new(start + 1, closed), style),
            None => pieces.finish(self.since(start), Style::Plain),
        }
    }

    /// Inside of quotes only a few characters need an escape, and before others it is text.
    fn escaped(&mut self, quoted: bool, pieces: &mut Pieces<'t>) {
        let mut ahead = self.clone();
        ahead.drop_one();
        let next = ahead.peek();
        let special = next.is_some_and(|c| c == '"' || c == '$' || c == self.escape);
        if next.is_none() || (quoted && !special) {
            self.keep_one(pieces);
            return;
        }
        *self = ahead;
        self.keep_one(pieces);
    }

    /// The strings of a JSON array that fills the rest; `None` if it is none.
    pub(super) fn json_array(mut self) -> Option<Vec<Scalar>> {
        self.skip_blanks();
        if !self.eat('[') {
            return None;
        }
        let mut items = Vec::new();
        self.skip_blanks();
        while !self.eat(']') {
            if !items.is_empty() && !self.eat(',') {
                return None;
            }
            self.skip_blanks();
            items.push(self.json_string()?);
            self.skip_blanks();
        }
        self.skip_blanks();
        self.peek().is_none().then_some(items)
    }

    fn json_string(&mut self) -> Option<Scalar> {
        if !self.eat('"') {
            return None;
        }
        self.peek()?;
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        loop {
            match self.peek()? {
                '"' => break,
                '\\' => self.json_escape(&mut pieces)?,
                _ => self.keep_one(&mut pieces),
            }
        }
        let span = self.since(start);
        self.drop_one();
        Some(pieces.finish(span, Style::Double))
    }

    fn json_escape(&mut self, pieces: &mut Pieces<'t>) -> Option<()> {
        pieces.skip_to(self.at);
        let stretch = self.stretches.first()?.end;
        let text = &self.text[..stretch];
        let after = self.at + 2;
        let (end, meant) = match text.as_bytes().get(self.at + 1)? {
            b'n' => (after, '\n'),
            b't' => (after, '\t'),
            b'r' => (after, '\r'),
            b'b' => (after, '\u{8}'),
            b'f' => (after, '\u{C}'),
            b'u' => hex(text, after, 4).and_then(|_| unicode(text, after))?,
            byte @ (b'"' | b'\\' | b'/') => (after, char::from(*byte)),
            _ => return None,
        };
        pieces.replace_to(end, meant);
        self.at = end;
        self.end = end;
        Some(())
    }
}
