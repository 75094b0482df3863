//! The words, signs and texts of HCL, and which brackets belong together.

use super::template::{heredoc_at, string_end};
use crate::document::json::is_conflict_marker;
use crate::document::{MAX_DEPTH, Problem};
use crate::text::Span;

/// More tokens than this are not read; a document with so many has more nodes than one may have.
const MAX_TOKENS: usize = 1_000_000;

/// How many bytes may be read in vain, in search of the ends of strings.
const MAX_VAIN: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// A string with its quotes.
    Text,
    Heredoc,
    Open,
    Close,
    Newline,
    Comma,
    /// `=`
    Assign,
    Colon,
    Question,
    /// `=>`
    Arrow,
    Dot,
    /// Any other operator.
    Sign,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// What is inside: the text without quotes, the lines of a heredoc.
    pub(super) inner: Span,
    /// Of an opening bracket: the token before which its inside ends, mostly the bracket that closes it. Of a closing one: the
    /// one that it closes. Else its own index.
    pub(super) end: usize,
    /// How many objects, blocks and heredocs begin before it.
    pub(super) structures: u32,
}

pub(super) struct Tokens {
    pub(super) all: Vec<Token>,
    /// The first one stays.
    pub(super) problem: Option<Problem>,
}

pub(super) fn read(text: &str) -> Tokens {
    let mut lexer = Lexer {
        text,
        at: 0,
        vain: MAX_VAIN,
        structures: 0,
        tokens: Tokens { all: Vec::new(), problem: None },
    };
    lexer.read();
    let mut tokens = lexer.tokens;
    let brackets = pair(text, &mut tokens.all, Headers::AreWords);
    if brackets.is_some() {
        pair(text, &mut tokens.all, Headers::EndEverything);
    }
    tokens.problem = tokens.problem.or(brackets);
    tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    vain: usize,
    structures: u32,
    tokens: Tokens,
}

impl Lexer<'_> {
    fn read(&mut self) {
        while let Some(byte) = self.peek(0) {
            if self.tokens.all.len() >= MAX_TOKENS {
                self.problem(Span::new(self.at, self.text.len()), "too many entries; the rest was not read");
                return;
            }
            match byte {
                b'\n' => self.push(Kind::Newline, 1),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.skip_line(),
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.skip_comment(),
                b'<' | b'=' | b'>' | b'|' if self.at_conflict_marker() => {
                    self.problem(Span::new(self.at, self.at), "a marker of a merge conflict");
                    self.skip_line();
                }
                b'<' if self.peek(1) == Some(b'<') => self.heredoc(),
                b'"' => self.string(),
                b'{' | b'[' | b'(' => self.push(Kind::Open, 1),
                b'}' | b']' | b')' => self.push(Kind::Close, 1),
                b'0'..=b'9' => self.number(),
                _ => self.word_or_sign(),
            }
        }
    }

    fn word_or_sign(&mut self) {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return };
        if first.is_alphabetic() || first == '_' {
            let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
            self.push(Kind::Word, rest.find(ends).unwrap_or(rest.len()));
        } else if first.is_whitespace() || first == '\u{FEFF}' {
            self.at += first.len_utf8();
        } else {
            let (kind, length) = sign(rest).unwrap_or((Kind::Sign, first.len_utf8()));
            self.push(kind, length);
        }
    }

    fn number(&mut self) {
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut length = digits(0);
        if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        if matches!(bytes.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            length += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        self.push(Kind::Number, length);
    }

    fn string(&mut self) {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let reach = bytes.len().min(start.saturating_add(self.vain.max(1)));
        let found = string_end(&bytes[..reach], start);
        let end = found.unwrap_or_else(|read| {
            self.vain = self.vain.saturating_sub(read.saturating_sub(start));
            end_on_line(bytes, start)
        });
        let is_closed = bytes.get(end) == Some(&b'"');
        if !is_closed {
            self.problem(Span::new(end, end), "a string is not closed on its line");
        } else if found.is_err() {
            self.problem(Span::new(start, end), "a string's hole is not closed");
        }
        self.add(Kind::Text, Span::new(start, end), end + usize::from(is_closed));
    }

    fn heredoc(&mut self) {
        let Some(heredoc) = heredoc_at(self.text, self.at) else { return self.push(Kind::Sign, 2) };
        if !heredoc.is_closed {
            self.problem(Span::new(heredoc.end, heredoc.end), "the text ends inside of a heredoc");
        }
        self.add(Kind::Heredoc, heredoc.content, heredoc.end);
    }

    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        match self.text[self.at + 2..].find("*/") {
            Some(length) => self.at += 2 + length + 2,
            None => {
                self.problem(Span::new(self.at, self.at), "a comment is not closed");
                self.at = self.text.len();
            }
        }
    }

    fn at_conflict_marker(&self) -> bool {
        starts_line(self.text, self.at) && is_conflict_marker(&self.text[self.at..])
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let span = Span::new(self.at, self.at + length);
        self.add(kind, span, span.end);
    }

    fn add(&mut self, kind: Kind, inner: Span, end: usize) {
        let index = self.tokens.all.len();
        let span = Span::new(self.at, end);
        self.tokens.all.push(Token { kind, span, inner, end: index, structures: self.structures });
        self.structures += u32::from(kind == Kind::Heredoc || self.peek(0) == Some(b'{'));
        self.at = end;
    }

    fn problem(&mut self, span: Span, message: &str) {
        self.tokens.problem.get_or_insert_with(|| Problem { span, message: message.to_owned() });
    }
}

/// The operator that `rest` begins with, if it is of more than one sign or means more than any other.
fn sign(rest: &str) -> Option<(Kind, usize)> {
    let long = ["...", "=>", "==", "!=", "<=", ">=", "&&", "||", "::"];
    if let Some(sign) = long.iter().find(|sign| rest.starts_with(**sign)) {
        return Some((if *sign == "=>" { Kind::Arrow } else { Kind::Sign }, sign.len()));
    }
    let kind = match rest.as_bytes().first()? {
        b'=' => Kind::Assign,
        b':' => Kind::Colon,
        b'?' => Kind::Question,
        b',' | b';' => Kind::Comma,
        b'.' => Kind::Dot,
        _ => return None,
    };
    Some((kind, 1))
}

/// Where a string ends whose holes are broken: at the first quote on its line, or with the line.
fn end_on_line(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..]) {
        at += found;
        if bytes[at] != b'\\' {
            let carriage = bytes[at] == b'\n' && at > start && bytes[at - 1] == b'\r';
            return at - usize::from(carriage);
        }
        at = (at + 2).min(bytes.len());
    }
    bytes.len()
}

fn starts_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// What the head of a block at the left edge means for what is open there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    AreWords,
    /// All that is open was never closed.
    EndEverything,
}

/// Says of each opening bracket where its inside ends. Brackets that close nothing end nothing.
fn pair(text: &str, tokens: &mut [Token], headers: Headers) -> Option<Problem> {
    let mut open: Vec<usize> = Vec::new();
    let mut problem = None;
    let mut note = |span: Span, message: &str| {
        problem.get_or_insert_with(|| Problem { span, message: message.to_owned() });
    };
    for index in 0..tokens.len() {
        tokens[index].end = index;
        let token = tokens[index];
        if headers == Headers::EndEverything && !open.is_empty() && is_header(text, tokens, index) {
            open.drain(..).for_each(|at| tokens[at].end = index);
        }
        match token.kind {
            Kind::Open => open.push(index),
            Kind::Close => {
                let opens = opening(&text[token.span.range()]);
                let is = |at: usize, bracket: &str| &text[tokens[at].span.range()] == bracket;
                // A block's bracket ends what is open in it; the others end nothing that lies around them.
                let ends = |at: usize| is(at, opens) || is(at, "{");
                let near = open.iter().rev().take(MAX_DEPTH);
                let inner = near.take_while(|at| !ends(**at)).count();
                let Some(depth) = open.len().checked_sub(inner + 1).filter(|depth| is(open[*depth], opens))
                else {
                    note(token.span, "a closing bracket that nothing opened");
                    continue;
                };
                if inner > 0 {
                    note(token.span, "a bracket is not closed");
                }
                tokens[index].end = open[depth];
                open.drain(depth..).for_each(|at| tokens[at].end = index);
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        note(Span::new(text.len(), text.len()), "the text ends inside of a block or value");
    }
    let end = tokens.len();
    open.into_iter().for_each(|at| tokens[at].end = end);
    problem
}

fn opening(closing: &str) -> &'static str {
    match closing {
        "}" => "{",
        "]" => "[",
        _ => "(",
    }
}

/// Whether a block begins here as they do at the left edge: `resource "a" "b" {`.
fn is_header(text: &str, tokens: &[Token], index: usize) -> bool {
    let token = tokens[index];
    if token.kind != Kind::Word || !starts_line(text, token.span.start) {
        return false;
    }
    let labels = tokens[index + 1..].iter().take_while(|token| token.kind == Kind::Text).count();
    tokens.get(index + 1 + labels).is_some_and(|next| &text[next.span.range()] == "{")
}
