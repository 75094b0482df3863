//! Source code to tokens, in which no comment is left and every bracket knows its other half.

use super::Language;
use crate::document::Problem;
use crate::text::Span;

/// Stands for no token.
pub(super) const NONE: usize = u32::MAX as usize;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A string, with its quotes and what stands before them.
    Text,
    /// A string with holes.
    Template,
    /// A regular expression.
    Pattern,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Anything else.
    Sign,
}

/// One token. There are millions of them in a large file, so they are small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether it is the first of its line.
    pub(super) leads: bool,
    start: u32,
    end: u32,
    partner: u32,
}

impl Token {
    pub(super) fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// The other half of a bracket, which for one without is where it is given up. For anything else the bracket that it
    /// stands in, or [`NONE`].
    pub(super) fn partner(self) -> usize {
        self.partner as usize
    }
}

/// The tokens of `text`, and why they are not all.
pub(super) fn read(language: &Language, text: &str) -> (Vec<Token>, Option<Problem>) {
    let mut reader = Reader {
        language,
        text,
        at: 0,
        leads: true,
        tokens: Vec::new(),
        open: Vec::new(),
        open_of: [0; 3],
        unclosed: [0; 3],
        problem: None,
    };
    if u32::try_from(text.len()).is_ok() {
        reader.read();
    } else {
        reader.problem(0, "too long; it was not read");
    }
    (reader.tokens, reader.problem)
}

struct Reader<'t> {
    language: &'t Language,
    text: &'t str,
    at: usize,
    leads: bool,
    tokens: Vec<Token>,
    /// The brackets that are open.
    open: Vec<u32>,
    /// How many of them are of each sort.
    open_of: [usize; 3],
    /// Up to where no `'`, `"` or `/` has an end, so that none is looked for twice.
    unclosed: [usize; 3],
    problem: Option<Problem>,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        self.at = if self.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        if self.text[self.at..].starts_with("#!") {
            self.skip_line();
        }
        while let Some(&byte) = self.bytes().get(self.at) {
            self.read_token(byte);
        }
        let end = self.tokens.len();
        if let Some(first) = self.open.first() {
            self.problem(self.tokens[*first as usize].start as usize, "a bracket is not closed");
        }
        while let Some(open) = self.open.pop() {
            self.tokens[open as usize].partner = end as u32;
        }
    }

    fn read_token(&mut self, byte: u8) {
        let rest = &self.bytes()[self.at..];
        match byte {
            b'\n' => {
                self.leads = true;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.at += 1,
            b'\\' if matches!(rest.get(1), Some(b'\n' | b'\r')) => {
                self.at += if rest.starts_with(b"\\\r\n") { 3 } else { 2 };
            }
            _ if rest.starts_with(self.language.comment.as_bytes()) => self.skip_line(),
            b'/' if self.skip_block_comment() => {}
            b'/' if self.may_begin_pattern() => self.pattern(),
            b'"' | b'\'' => self.string(self.at, byte),
            _ if Some(byte) == self.language.template_quote => self.template(),
            b'(' | b'[' | b'{' => self.open_bracket(byte),
            b')' | b']' | b'}' => self.close_bracket(byte),
            _ if self.is_name(byte) => self.word(),
            _ => self.sign(byte),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let bytes = self.bytes();
        let length = bytes[start..].iter().take_while(|byte| self.is_name(**byte)).count();
        let end = start + length;
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(end).copied()
            && length <= 2
            && bytes[start..end].iter().all(|letter| self.language.prefixes.contains(letter))
        {
            self.at = end;
            self.string(start, quote);
        } else {
            self.push(Kind::Word, start, end);
        }
    }

    /// A string whose quote stands here, and whose prefix begins at `start`.
    fn string(&mut self, start: usize, quote: u8) {
        let triple = [quote; 3];
        if self.language.triple_quotes && self.bytes()[self.at..].starts_with(&triple) {
            return self.triple_quoted(start, quote);
        }
        if let Some(end) = self.quote_end(self.at, quote) {
            self.push_text(start, end);
            return;
        }
        if !self.language.prose {
            self.problem(self.at, "a quote is not closed on its line");
        }
        self.push(Kind::Sign, self.at, self.at + 1);
    }

    fn push_text(&mut self, start: usize, end: usize) {
        let written = &self.bytes()[start..end];
        let prefix = written.iter().take_while(|letter| letter.is_ascii_alphabetic()).count();
        let has_holes = written[..prefix].iter().any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T'));
        let kind = if has_holes && written.contains(&b'{') { Kind::Template } else { Kind::Text };
        self.push(kind, start, end);
    }

    fn triple_quoted(&mut self, start: usize, quote: u8) {
        let bytes = self.bytes();
        let mut at = self.at + 3;
        let end = loop {
            let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) else {
                self.problem(start, "the text ends inside of a string");
                break bytes.len();
            };
            at += found;
            if bytes[at] == b'\\' {
                at += 2;
            } else if bytes[at..].starts_with(&[quote; 3]) {
                break at + 3;
            } else {
                at += 1;
            }
        };
        self.push_text(start, end);
    }

    /// Just past the quote that closes the one at `at`, if one does on its line.
    fn quote_end(&mut self, at: usize, quote: u8) -> Option<usize> {
        let memory = usize::from(quote == b'"');
        if at < self.unclosed[memory] {
            return None;
        }
        let bytes = self.bytes();
        let mut end = at + 1;
        loop {
            let rest = bytes.get(end..).unwrap_or_default();
            match memchr::memchr3(quote, b'\\', b'\n', rest) {
                Some(found) if rest[found] == quote => return Some(end + found + 1),
                Some(found) if rest[found] == b'\\' => {
                    end += found + if rest[found..].starts_with(b"\\\r\n") { 3 } else { 2 };
                }
                found => {
                    self.unclosed[memory] = end + found.unwrap_or(rest.len());
                    return None;
                }
            }
        }
    }

    /// A string with holes, in which other such strings may stand.
    fn template(&mut self) {
        let (start, bytes) = (self.at, self.text.as_bytes());
        // How many braces are open in each hole around; `None` for a string's own text.
        let mut levels = vec![None];
        let mut at = start + 1;
        let mut kind = Kind::Text;
        while let (Some(level), Some(byte)) = (levels.last_mut(), bytes.get(at).copied()) {
            at += 1;
            match (level, byte) {
                (None, b'`') | (Some(0), b'}') => {
                    levels.pop();
                }
                (None, b'\\') => at += 1,
                (None, b'$') if bytes.get(at) == Some(&b'{') => {
                    at += 1;
                    kind = Kind::Template;
                    levels.push(Some(0));
                }
                (None, _) => {}
                (Some(_), b'`') => levels.push(None),
                (Some(braces), b'{') => *braces += 1,
                (Some(braces), b'}') => *braces -= 1,
                (Some(_), b'"' | b'\'') => at = self.quote_end(at - 1, byte).unwrap_or(at),
                (Some(_), _) => {}
            }
        }
        if !levels.is_empty() {
            self.problem(start, "the text ends inside of a string");
        }
        self.push(kind, start, at.min(bytes.len()));
    }

    /// Whether a slash here begins a regular expression, by what stands before it.
    fn may_begin_pattern(&self) -> bool {
        if self.language.before_pattern.is_empty() {
            return false;
        }
        let Some(last) = self.tokens.last() else { return true };
        let adjacent = last.end as usize == self.at;
        match (last.kind, self.written(*last)) {
            (Kind::Open, _) => true,
            (Kind::Text | Kind::Template | Kind::Pattern, _) | (Kind::Close, "]") => false,
            (Kind::Word, word) => self.language.before_pattern.contains(&word),
            // `<b x={y} />`
            (Kind::Close, "}") => self.bytes().get(self.at + 1) != Some(&b'>'),
            (Kind::Close, _) => self.closes_condition(*last),
            // `</b>`
            (Kind::Sign, "<") => !adjacent,
            (Kind::Sign, sign @ ("+" | "-")) => !self.is_doubled(sign),
            (Kind::Sign, _) => true,
        }
    }

    /// Whether the last token is the second half of `++` or `--`.
    fn is_doubled(&self, sign: &str) -> bool {
        self.tokens.len().checked_sub(2).is_some_and(|before| self.written(self.tokens[before]) == sign)
    }

    fn closes_condition(&self, close: Token) -> bool {
        let word = (close.partner as usize).checked_sub(1).and_then(|before| self.tokens.get(before));
        word.is_some_and(|word| matches!(self.written(*word), "if" | "while" | "for" | "with"))
    }

    fn pattern(&mut self) {
        match self.pattern_end() {
            Some(end) => self.push(Kind::Pattern, self.at, end),
            None => self.sign(b'/'),
        }
    }

    fn pattern_end(&mut self) -> Option<usize> {
        if self.at < self.unclosed[2] {
            return None;
        }
        let bytes = self.bytes();
        let mut in_class = false;
        let mut at = self.at + 1;
        loop {
            match bytes.get(at) {
                None | Some(b'\n') => {
                    self.unclosed[2] = at;
                    return None;
                }
                Some(b'\\') if bytes.get(at + 1) != Some(&b'\n') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
            at += 1;
        }
        let flags = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        Some(at + 1 + flags)
    }

    fn sign(&mut self, byte: u8) {
        let rest = &self.bytes()[self.at..];
        let length = match byte {
            b'=' => rest.iter().take_while(|next| matches!(next, b'=' | b'>')).count(),
            b'.' if rest.starts_with(b"...") => 3,
            b'*' | b'&' | b'|' if rest.get(1) == Some(&byte) => 2,
            b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b':' | b'@' => {
                1 + rest[1..].iter().take_while(|next| **next == b'=').count()
            }
            _ => 1,
        };
        self.push(Kind::Sign, self.at, self.at + length);
    }

    fn open_bracket(&mut self, byte: u8) {
        self.open.push(self.tokens.len() as u32);
        self.open_of[sort(byte)] += 1;
        self.push(Kind::Open, self.at, self.at + 1);
    }

    /// Ends the innermost open bracket of this sort; what is open inside of it lacks its own end.
    fn close_bracket(&mut self, byte: u8) {
        let close = self.tokens.len();
        let start = self.at;
        self.push(Kind::Close, start, start + 1);
        self.tokens[close].partner = NONE as u32;
        if self.open_of[sort(byte)] == 0 {
            self.problem(start, "a closing bracket that nothing opened");
            return;
        }
        while let Some(open) = self.open.pop() {
            let opened = &mut self.tokens[open as usize];
            opened.partner = close as u32;
            let opener = self.text.as_bytes()[opened.start as usize];
            self.open_of[sort(opener)] -= 1;
            if sort(opener) == sort(byte) {
                self.tokens[close].partner = open;
                return;
            }
            self.problem(start, "a bracket is not closed");
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let partner = self.open.last().copied().unwrap_or(NONE as u32);
        let leads = std::mem::take(&mut self.leads);
        self.tokens.push(Token { kind, leads, start: start as u32, end: end as u32, partner });
        self.at = end;
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes()[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Passes over a comment that begins here; false if none does.
    fn skip_block_comment(&mut self) -> bool {
        let Some((open, close)) = self.language.block_comment else { return false };
        let Some(rest) = self.text[self.at..].strip_prefix(open) else { return false };
        let length = memchr::memmem::find(rest.as_bytes(), close.as_bytes());
        if length.is_none() {
            self.problem(self.at, "a comment is not closed");
        }
        let comment = &rest[..length.unwrap_or(rest.len())];
        self.leads |= comment.contains('\n');
        self.at = (self.at + open.len() + comment.len() + close.len()).min(self.text.len());
        true
    }

    fn is_name(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || self.language.name_signs.contains(&byte)
    }

    fn written(&self, token: Token) -> &'t str {
        &self.text[token.span().range()]
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn problem(&mut self, at: usize, message: &str) {
        self.problem.get_or_insert_with(|| Problem { span: Span::new(at, at), message: message.to_owned() });
    }
}

/// Which of the three sorts of brackets it is.
fn sort(bracket: u8) -> usize {
    match bracket {
        b'(' | b')' => 0,
        b'[' | b']' => 1,
        _ => 2,
    }
}
