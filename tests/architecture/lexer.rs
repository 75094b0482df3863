//! As much of Rust's grammar as it takes to find paths: comments and literals are left out, what remains is words and marks.

/// A word (an identifier, a keyword, a number) or any other character, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String, usize),
    Mark(char, usize),
}

/// A module that a path names.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) line: usize,
}

/// A source file as tokens.
pub(super) struct Source(Vec<Token>);

impl Source {
    pub(super) fn read(text: &str) -> Self {
        let mut tokens = Vec::new();
        let mut rest = text;
        let mut line = 1;
        while let Some(first) = rest.chars().next() {
            let length = skipped(rest).unwrap_or_else(|| {
                let word = word_length(rest);
                if word > 0 {
                    tokens.push(Token::Word(rest[..word].to_owned(), line));
                } else if !first.is_whitespace() {
                    tokens.push(Token::Mark(first, line));
                }
                word.max(first.len_utf8())
            });
            line += rest[..length].matches('\n').count();
            rest = &rest[length..];
        }
        Self(tokens)
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// The modules of the root that `crate::` and, in the binary, `outstay::` paths name, in groups too.
    pub(super) fn modules_named(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for at in 0..self.0.len() {
            let is_root = matches!(self.word(at), Some("crate" | "outstay")) && !self.is_after_path(at);
            if is_root && self.is_path_mark(at + 1) {
                self.first_segments(at + 3, &mut imports);
            } else if is_root && self.word(at + 1) == Some("as") {
                // Under another name the root could name anything.
                imports.push(Import { name: "*".to_owned(), line: self.line(at) });
            }
        }
        imports
    }

    /// The lines of paths whose `super`s lead out of a module that stands `depth` deep in the root.
    pub(super) fn climbs_above(&self, depth: usize) -> impl Iterator<Item = usize> {
        let mut lines = Vec::new();
        let mut inline = vec![];
        let mut braces = 0_usize;
        for (at, token) in self.0.iter().enumerate() {
            match token {
                Token::Mark('{', _) => {
                    braces += 1;
                    if at >= 2 && self.word(at - 2) == Some("mod") {
                        inline.push(braces);
                    }
                }
                Token::Mark('}', _) => {
                    if inline.last() == Some(&braces) {
                        inline.pop();
                    }
                    braces = braces.saturating_sub(1);
                }
                Token::Word(word, line) if word == "super" && !self.is_after_path(at) => {
                    let supers = (0..)
                        .map(|step| at + 3 * step)
                        .take_while(|at| self.word(*at) == Some("super") && self.is_path_mark(at + 1))
                        .count();
                    if supers >= depth + inline.len() {
                        lines.push(*line);
                    }
                }
                _ => {}
            }
        }
        lines.into_iter()
    }

    /// The lines on which one of `words` stands.
    pub(super) fn lines_with(&self, words: &[&str]) -> Vec<usize> {
        let lines = self.0.iter().filter_map(|token| match token {
            Token::Word(word, line) if words.contains(&word.as_str()) => Some(*line),
            _ => None,
        });
        lines.collect()
    }

    /// Macros that are called, with their lines.
    pub(super) fn macros_called(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.windows(2).filter_map(|pair| match pair {
            [Token::Word(name, line), Token::Mark('!', _)] => Some((name.as_str(), *line)),
            _ => None,
        })
    }

    /// What stands first in the path or group of paths at `at`.
    fn first_segments(&self, at: usize, imports: &mut Vec<Import>) {
        match self.0.get(at) {
            Some(Token::Word(name, line)) if name != "self" => {
                imports.push(Import { name: name.clone(), line: *line });
            }
            Some(Token::Mark('*', line)) => imports.push(Import { name: "*".to_owned(), line: *line }),
            Some(Token::Mark('{', _)) => {
                let mut depth = 0_usize;
                for next in at..self.0.len() {
                    match self.0[next] {
                        Token::Mark('{', _) => depth += 1,
                        Token::Mark('}', _) if depth == 1 => break,
                        Token::Mark('}', _) => depth -= 1,
                        _ => {}
                    }
                    let opens = matches!(self.0[next], Token::Mark('{' | ',', _)) && depth == 1;
                    if opens && !matches!(self.0.get(next + 1), Some(Token::Mark('{', _))) {
                        self.first_segments(next + 1, imports);
                    }
                }
            }
            _ => {}
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.0.get(at)? {
            Token::Word(word, _) => Some(word),
            Token::Mark(..) => None,
        }
    }

    fn line(&self, at: usize) -> usize {
        match self.0[at] {
            Token::Word(_, line) | Token::Mark(_, line) => line,
        }
    }

    fn is_path_mark(&self, at: usize) -> bool {
        matches!(self.0.get(at..at + 2), Some([Token::Mark(':', _), Token::Mark(':', _)]))
    }

    fn is_after_path(&self, at: usize) -> bool {
        at >= 2 && self.is_path_mark(at - 2)
    }
}

/// How long the comment or literal is that `text` begins with.
fn skipped(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let after = text.strip_prefix(prefix).unwrap_or_default();
        after.starts_with('"')
            || prefix.ends_with('r')
                && after.trim_start_matches('#').starts_with('"')
                && after.starts_with('#')
    });
    match prefix {
        Some(prefix) if prefix.ends_with('r') => Some(prefix.len() + raw_string(&text[prefix.len()..])),
        Some(prefix) => Some(prefix.len() + quoted(&text[prefix.len()..], '"')),
        None if text.starts_with("b'") => Some(1 + quoted(&text[1..], '\'')),
        None => character(text),
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn raw_string(text: &str) -> usize {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(hashes));
    let body = hashes + 1;
    text[body..].find(&end).map_or(text.len(), |found| body + found + end.len())
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character literal, which a lifetime is not: it has no second quote.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    if !text.starts_with('\'') {
        return None;
    }
    if characters.next()?.1 == '\\' {
        return Some(quoted(text, '\''));
    }
    let (end, second) = characters.next()?;
    (second == '\'').then_some(end + 1)
}

fn word_length(text: &str) -> usize {
    text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len())
}
