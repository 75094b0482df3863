//! The commands of a shell's script, of a makefile's recipes, or of one line of a configuration.
//!
//! ```text
//! commands: [ { program: "docker", env: { A: "1" }, words: [ "run", "-e", "B=2", "image" ] } ]
//! heredocs: [ "kind: Secret\n" ]
//! ```
//!
//! Nothing is expanded: `$X` stands in a word as it is written, quotes and continued lines do not. What only starts another
//! program (`sudo`, `npx -y`) is left out; what stands before it as `NAME=value` is its `env`. Commands inside of `$( )` are
//! listed after the one around them. A text that begins with a flag is a command without a program. What a heredoc holds is
//! data, not commands: a text of its own.

use super::code::label;
use super::pieces::{Pieces, verbatim};
use super::{Builder, Document, Scalar, Style, Value};
use crate::text::Span;

/// Programs and words that only start what follows them.
const STARTERS: &[&str] = &[
    "sudo", "env", "exec", "time", "nohup", "timeout", "gtimeout", "stdbuf", "npx", "bunx", "uvx", "pnpx",
    "then", "do", "else", "if", "elif", "while", "until", "!", "{", "}",
];

/// Commands inside of commands are followed so deep.
const DEEPEST: usize = 8;

pub(super) fn parse(text: &str) -> Document {
    let mut builder = Builder::default();
    builder.open(None, Value::Map, 0);
    builder.open(Some(label("commands", 0)), Value::List, 0);
    let mut places = vec![(Span::new(0, text.len()), 0)];
    let mut heredocs = Vec::new();
    let mut next = 0;
    while let Some((place, depth)) = places.get(next).copied() {
        next += 1;
        let mut reader = Reader {
            text,
            at: place.start,
            end: place.end,
            inner: Vec::new(),
            heredocs: Vec::new(),
            data: Vec::new(),
        };
        while let Some(words) = reader.command() {
            add(&mut builder, words);
        }
        heredocs.append(&mut reader.data);
        if depth < DEEPEST {
            places.extend(reader.inner.into_iter().map(|inner| (inner, depth + 1)));
        }
    }
    builder.close(text.len());
    add_heredocs(&mut builder, text, &heredocs);
    builder.finish(text.len())
}

/// Adds what the heredocs hold, if there are any.
fn add_heredocs(builder: &mut Builder, text: &str, heredocs: &[Span]) {
    let Some(first) = heredocs.first() else { return };
    builder.open(Some(label("heredocs", first.start)), Value::List, first.start);
    for span in heredocs {
        if builder.has_room(*span) {
            builder.scalar(None, verbatim(text, *span, Style::Block), *span);
        }
    }
    builder.close(text.len());
}

/// Adds one command, unless nothing is run.
fn add(builder: &mut Builder, mut words: Vec<Scalar>) {
    let is_env = |word: &Scalar| assigned(&word.text).is_some();
    let starts = |word: &Scalar| STARTERS.contains(&word.text.as_str());
    let is_flag = |word: &Scalar| word.text.starts_with('-') && word.text.len() > 1;
    let is_number = |word: &Scalar| word.text.starts_with(|first: char| first.is_ascii_digit());
    let mut started = false;
    let at = words.iter().position(|word| {
        let passes = starts(word) || is_env(word) || started && (is_flag(word) || is_number(word));
        started |= starts(word);
        !passes
    });
    let at = at.unwrap_or(words.len());
    let rest = words.split_off(at);
    let Some((first, last)) = rest.first().zip(rest.last()) else { return };
    let whole = Span::new(first.span.start, last.span.end);
    if !builder.has_room(whole) {
        return;
    }
    builder.open(None, Value::Map, whole.start);
    let has_program = !is_flag(first) || first.text.starts_with("-$(");
    if has_program {
        let program = bare(first);
        let span = program.span;
        builder.scalar(Some(label("program", span.start)), program, span);
    }
    builder.open(Some(label("env", whole.start)), Value::Map, whole.start);
    for word in words.iter().filter(|word| is_env(word)) {
        let Some(sign) = assigned(&word.text) else { continue };
        let (name, value) =
            (part(word, Span::new(0, sign)), part(word, Span::new(sign + 1, word.text.len())));
        let span = value.span;
        if builder.has_room(span) {
            builder.scalar(Some(name), value, span);
        }
    }
    builder.close(whole.start);
    builder.open(Some(label("words", whole.start)), Value::List, whole.start);
    for word in rest.into_iter().skip(usize::from(has_program)) {
        let span = word.span;
        if builder.has_room(span) {
            builder.scalar(None, word, span);
        }
    }
    builder.close(whole.end);
    builder.close(whole.end);
}

/// Where the sign of `NAME=value` stands.
fn assigned(word: &str) -> Option<usize> {
    let sign = word.find('=')?;
    let is_name = word[..sign].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (sign > 0 && is_name && !word.starts_with(|first: char| first.is_ascii_digit())).then_some(sign)
}

/// A part of a word as a scalar of its own.
fn part(word: &Scalar, part: Span) -> Scalar {
    let start = word.source_offset(part.start);
    let steps = word.steps().iter().filter(|(text, _)| *text > part.start && *text <= part.end);
    let mut shifted = vec![(0, start)];
    shifted.extend(steps.map(|(text, source)| (text - part.start, *source)));
    let end = word.source_end(part.end).max(start);
    Scalar::mapped(word.text[part.range()].to_owned(), Span::new(start, end), word.style, shifted)
}

/// A program without its directory and version, and without the signs of a makefile before it.
fn bare(word: &Scalar) -> Scalar {
    let text = word.text.as_str();
    let signs = text.len() - text.trim_start_matches(['@', '-', '+']).len();
    let is_scoped = text.starts_with('@') && text.contains('/') && !text.contains("$(");
    let start = if is_scoped { 0 } else { signs };
    let path = &text[start..];
    let directory = if is_scoped { 0 } else { path.rfind('/').map_or(0, |slash| slash + 1) };
    let name = &path[directory..];
    let version = name.get(1..).and_then(|rest| rest.find('@')).map_or(name.len(), |at| at + 1);
    part(word, Span::new(start + directory, start + directory + version))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    /// What stands in `$( )`.
    inner: Vec<Span>,
    /// The marks that end the heredocs of this line.
    heredocs: Vec<String>,
    /// Where what heredocs hold stands.
    data: Vec<Span>,
}

impl Reader<'_> {
    /// The words of the next command; `None` at the end.
    fn command(&mut self) -> Option<Vec<Scalar>> {
        let mut words = Vec::new();
        loop {
            let Some(byte) = self.byte(0) else {
                return (!words.is_empty()).then_some(words);
            };
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.continued() > 0 => self.at += self.continued(),
                b'#' => self.at = self.line_end(),
                b'\n' => {
                    self.at += 1;
                    self.skip_heredocs();
                    if !words.is_empty() {
                        return Some(words);
                    }
                }
                b';' | b'|' | b'&' | b'(' | b')' | b'`' => {
                    self.at += 1;
                    if !words.is_empty() {
                        return Some(words);
                    }
                }
                b'<' if self.rest().starts_with("<<") && !self.rest().starts_with("<<<") => self.heredoc(),
                _ => words.push(self.word()),
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..self.end]
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at + ahead).copied()
    }

    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', self.rest().as_bytes()).map_or(self.end, |length| self.at + length)
    }

    /// How many bytes join this line to the next one; 0 if it ends here or goes on.
    fn continued(&self) -> usize {
        match (self.byte(0), self.byte(1), self.byte(2)) {
            (Some(b'\\'), Some(b'\n'), _) => 2,
            (Some(b'\\'), Some(b'\r'), Some(b'\n')) => 3,
            _ => 0,
        }
    }

    /// `<<-'EOF'`: what follows this line up to that mark is data.
    fn heredoc(&mut self) {
        self.at += 2;
        if self.byte(0) == Some(b'-') {
            self.at += 1;
        }
        while self.byte(0) == Some(b' ') {
            self.at += 1;
        }
        let is_mark =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'"' | b'\'' | b'-' | b'\\');
        let length = self.rest().bytes().take_while(is_mark).count();
        let mark = self.rest()[..length].trim_matches(['"', '\'', '\\']).to_owned();
        self.at += length;
        if !mark.is_empty() {
            self.heredocs.push(mark);
        }
    }

    fn skip_heredocs(&mut self) {
        for mark in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let mut end = start;
            while self.at < self.end {
                end = self.at;
                let is_last = self.text[self.at..self.line_end()].trim() == mark;
                self.at = (self.line_end() + 1).min(self.end);
                if is_last {
                    break;
                }
                end = self.at;
            }
            if end > start {
                self.data.push(Span::new(start, end));
            }
        }
    }

    /// One word, quoted or in parts.
    fn word(&mut self) -> Scalar {
        let start = self.at;
        let mut pieces = Pieces::new(self.text, start);
        let (mut first, mut end) = (None, start);
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b')' | b'`' => break,
                b'&' if !matches!(
                    self.at.checked_sub(1).map(|at| self.text.as_bytes()[at]),
                    Some(b'>' | b'<')
                ) =>
                {
                    break;
                }
                b'(' if self.at > start => break,
                b'<' if self.rest().starts_with("<<") && !self.rest().starts_with("<<<") => break,
                b'\\' if self.continued() > 0 => break,
                b'\\' => {
                    pieces.skip_to(self.at + 1);
                    self.at = self.after_character(self.at + 1);
                    pieces.copy_to(self.at);
                }
                b'\'' | b'"' if self.closes(byte) => {
                    first = first.or((self.at == start).then_some(byte));
                    end = self.quoted(byte, &mut pieces);
                    continue;
                }
                b'$' if self.byte(1) == Some(b'(') => {
                    self.substitution();
                    pieces.copy_to(self.at);
                }
                _ => {
                    self.at = self.after_character(self.at);
                    pieces.copy_to(self.at);
                }
            }
            end = self.at;
        }
        let style = match first {
            Some(b'\'') => Style::Single,
            Some(_) => Style::Double,
            None => Style::Plain,
        };
        pieces.finish(Span::new(start + usize::from(first.is_some()), end), style)
    }

    fn after_character(&self, at: usize) -> usize {
        let length = self.text[at..self.end].chars().next().map_or(0, char::len_utf8);
        at + length
    }

    /// Whether the quote that stands here is closed.
    fn closes(&self, quote: u8) -> bool {
        memchr::memchr(quote, &self.rest().as_bytes()[1..]).is_some()
    }

    /// The text between quotes goes to `pieces`, the quotes do not. Where the text ends.
    fn quoted(&mut self, quote: u8, pieces: &mut Pieces<'_>) -> usize {
        self.at += 1;
        pieces.skip_to(self.at);
        while let Some(byte) = self.byte(0).filter(|byte| *byte != quote) {
            let escapes = quote == b'"' && byte == b'\\';
            match byte {
                b'\\' if escapes && self.continued() > 0 => {
                    self.at += self.continued();
                    pieces.skip_to(self.at);
                }
                b'\\' if escapes && matches!(self.byte(1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                    pieces.skip_to(self.at + 1);
                    self.at += 2;
                    pieces.copy_to(self.at);
                }
                b'$' if quote == b'"' && self.byte(1) == Some(b'(') => {
                    self.substitution();
                    pieces.copy_to(self.at);
                }
                _ => {
                    self.at = self.after_character(self.at);
                    pieces.copy_to(self.at);
                }
            }
        }
        let end = self.at;
        if self.at < self.end {
            self.at += 1;
            pieces.skip_to(self.at);
        }
        end
    }

    /// Passes over `$( … )`, or over its first two bytes where nothing closes it.
    fn substitution(&mut self) {
        let start = self.at + 2;
        let bytes = &self.text.as_bytes()[..self.end];
        let (mut at, mut depth) = (start, 1_usize);
        while let Some(byte) = bytes.get(at).copied() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\\' => at += 1,
                b'\'' | b'"' => {
                    at += memchr::memchr(byte, &bytes[at + 1..]).map_or(0, |length| length + 1);
                }
                _ => {}
            }
            at += 1;
            if depth == 0 {
                self.inner.push(Span::new(start, at - 1));
                self.at = at;
                return;
            }
        }
        // Nothing after this place is closed any more, so it is looked for only once.
        self.at = self.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, source_of, spans_hold};

    /// Each command in one line, with its variables before it.
    fn commands(text: &str) -> Vec<String> {
        let document = parse(text);
        spans_hold(text, &document);
        let list = document.get(document.roots()[0], "commands").unwrap();
        let texts =
            |node| document.children(node).iter().map(|child| document.node(*child)).collect::<Vec<_>>();
        document
            .children(list)
            .iter()
            .map(|command| {
                let env = document.get(*command, "env").unwrap();
                let words = document.get(*command, "words").unwrap();
                let env = texts(env)
                    .into_iter()
                    .map(|node| format!("{}:{}", node.name().unwrap(), node.text().unwrap()));
                let program = document.text(*command, "program").map(|program| format!("[{program}]"));
                let words = texts(words).into_iter().map(|node| node.text().unwrap().to_owned());
                env.chain(program).chain(words).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn what_a_heredoc_holds_is_a_text() {
        let script = "kubectl apply -f - <<'EOF'\nkind: Secret\nEOF\necho <<-X\nX\ncat -<<Y\nopen";
        let document = parse(script);
        spans_hold(script, &document);
        let list = document.get(document.roots()[0], "heredocs").unwrap();
        let texts: Vec<_> =
            document.children(list).iter().map(|node| document.node(*node).text().unwrap()).collect();
        assert_eq!(texts, ["kind: Secret\n", "open"]);
    }

    #[test]
    fn words_lose_their_quotes_and_lines_are_joined() {
        for (script, expected) in [
            (
                "docker run \\\n  -e \"A=b c\" \\\n  -v ~/.aws:/x image\n",
                "[docker] run -e A=b c -v ~/.aws:/x image",
            ),
            ("A=1 B='x y' claude -p z", "A:1 B:x y [claude] -p z"),
            ("sudo -E timeout 10m /usr/bin/docker ps", "[docker] ps"),
            ("npx -y @anthropic-ai/claude-code@2.0 -p x", "[@anthropic-ai/claude-code] -p x"),
            ("\t@docker run -e X=$$Y $(IMAGE)", "[docker] run -e X=$$Y $(IMAGE)"),
            ("--mcp-config '{\"a\": \"it'\"'\"'s\"}' --model x", "--mcp-config {\"a\": \"it's\"} --model x"),
            ("run 2>&1 x", "[run] 2>&1 x"),
            ("echo don't", "[echo] don't"),
            ("run \"a \\\"b\\\" \\n\" c\\ d é", "[run] a \"b\" \\n c d é"),
        ] {
            assert_eq!(commands(script)[0], expected, "{script}");
        }
    }

    #[test]
    fn every_command_is_listed_and_data_is_not() {
        assert_eq!(commands("a 1 && b 2; c | d # e\n# f\n"), ["[a] 1", "[b] 2", "[c]", "[d]"]);
        assert_eq!(commands("cat > x <<'EOF'\ndocker run\nEOF\nb"), ["[cat] > x", "[b]"]);
        assert_eq!(
            commands("X=$(docker run -e \"A=)\" i)\ny \"$(z 1)\""),
            ["[y] $(z 1)", "[docker] run -e A=) i", "[z] 1"]
        );
        assert_eq!(commands("a $(b"), ["[a] $(b"]);
        assert_eq!(commands("if [ -f x ]; then run; fi"), ["[[] -f x ]", "[run]", "[fi]"]);
        assert_eq!(commands(""), [""; 0]);
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "A='b'c run \"x\\\"y\" z\n";
        let document = parse(text);
        assert_eq!(source_of(text, &document, "$.commands[0].words[0]", "x\"y"), "x\\\"y");
        assert_eq!(source_of(text, &document, "$.commands[0].env.A", "b"), "b");
        assert_eq!(at(&document, "$.commands[0].words[0]").text, "x\"y");
    }

    #[test]
    fn nested_and_open_brackets_take_time_in_step_with_the_text() {
        let deep = "$(".repeat(100_000);
        assert_eq!(commands(&deep).len(), 1);
        let closed = format!("{}{}", "$(".repeat(20_000), ")".repeat(20_000));
        assert!(commands(&closed).len() <= DEEPEST + 1);
    }
}
