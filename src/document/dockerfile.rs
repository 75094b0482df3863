//! A Dockerfile, as `$.stages[*]` with `from`, `name` and `instructions[*]`; the last stage, which is the image, also has `final`.
//!
//! An instruction has its `op` in upper case, its `flags`, its `args`, and, where it has them, its `env` (what `ENV`, `ARG` and
//! `LABEL` set), its `heredocs`, and `other` if it copies from another stage or image. A command in its shell form is one argument, in its exec form there is one for each
//! string. What stands before the first `FROM` is a stage of its own with the name "". `ONBUILD` is left out before its
//! instruction.

use super::dockerfile_words::Words;
use super::json::is_conflict_marker;
use super::pieces::verbatim;
use super::{Builder, Document, Scalar, Style, Value};
use crate::text::Span;

pub(super) fn parse(text: &str) -> Document {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let escape = escape_directive(&text[start..]);
    let mut reader = Reader { text, at: start, escape, builder: Builder::default(), stage: Stage::None };
    reader.builder.open(None, Value::Map, 0);
    reader.builder.open(Some(made_up("stages", start)), Value::List, start);
    while reader.at < text.len() {
        reader.read_line();
    }
    let end = text.trim_end().len();
    if reader.stage == Stage::Open {
        reader.builder.close(end);
        reader.scalar("final", &made_up("true", end));
    }
    reader.builder.finish(end)
}

/// The character that continues a line; a directive at the very top may change it.
fn escape_directive(text: &str) -> char {
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#')?.split_once('='));
    let escape = directives
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("escape"))
        .map(|(_, value)| value.trim());
    if escape.last() == Some("`") { '`' } else { '\\' }
}

/// A name that the text does not say.
fn made_up(name: &str, at: usize) -> Scalar {
    Scalar::mapped(name.to_owned(), Span::new(at, at), Style::Plain, Vec::new())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    None,
    Open,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    escape: char,
    builder: Builder,
    stage: Stage,
}

/// One instruction, taken apart.
struct Instruction {
    op: Scalar,
    flags: Vec<Scalar>,
    args: Vec<Scalar>,
    env: Vec<(Scalar, Scalar)>,
    heredocs: Vec<Scalar>,
}

impl<'t> Reader<'t> {
    fn read_line(&mut self) {
        let start = self.at;
        let line = self.line(start);
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            self.at = self.after(start);
            return;
        }
        if is_conflict_marker(trimmed) || !trimmed.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.builder.problem(Span::new(start, start + line.len()), "a line that is no instruction");
            self.at = self.after(start);
            return;
        }
        let stretches = self.logical_line();
        let start = start + line.len() - trimmed.len();
        let words = Words::new(self.text, &stretches, self.escape);
        let end = stretches.last().map_or(start, |last| last.end);
        if let Some(instruction) = self.instruction(words)
            && self.builder.has_room(Span::new(start, end))
        {
            let end = instruction.heredocs.last().map_or(end, |last| last.span.end.max(end));
            self.add(&instruction, Span::new(start, end));
        }
    }

    /// The stretches of the instruction that begins here, without continuation signs, comments and empty lines between.
    fn logical_line(&mut self) -> Vec<Span> {
        let mut stretches = Vec::new();
        while self.at < self.text.len() {
            let start = self.at;
            let line = self.line(start);
            self.at = self.after(start);
            let trimmed = line.trim();
            if !stretches.is_empty() && (trimmed.is_empty() || trimmed.starts_with('#')) {
                continue;
            }
            match line.trim_end().strip_suffix(self.escape) {
                Some(kept) => stretches.push(Span::new(start, start + kept.len())),
                None => {
                    stretches.push(Span::new(start, start + line.trim_end().len()));
                    break;
                }
            }
        }
        stretches
    }

    fn instruction(&mut self, mut words: Words<'_, '_>) -> Option<Instruction> {
        let mut op = words.raw_word()?;
        if op.text.eq_ignore_ascii_case("ONBUILD") {
            op = words.raw_word()?;
        }
        let op = uppercased(op);
        let heredocs = match op.text.as_str() {
            "RUN" | "COPY" | "ADD" => self.heredocs(words.clone()),
            _ => Vec::new(),
        };
        let mut flags = Vec::new();
        while let Some(flag) = words.clone().raw_word().filter(|word| word.text.starts_with("--")) {
            words.raw_word();
            flags.push(flag);
        }
        let env = assignments(&op.text, words.clone());
        let args = arguments(&op.text, words);
        Some(Instruction { op, flags, args, env, heredocs })
    }

    /// The documents that follow a line with `<<NAME`.
    fn heredocs(&mut self, mut words: Words<'_, '_>) -> Vec<Scalar> {
        let mut found = Vec::new();
        while let Some(word) = words.raw_word() {
            if let Some((name, tabs)) = heredoc_name(&word.text) {
                found.push(self.heredoc(name, tabs));
            }
        }
        found
    }

    fn heredoc(&mut self, name: &str, tabs: Tabs) -> Scalar {
        let start = self.at;
        while self.at < self.text.len() {
            let line_start = self.at;
            let line = self.line(line_start);
            self.at = self.after(line_start);
            let bare = if tabs == Tabs::Ignored { line.trim_start_matches('\t') } else { line };
            if bare.trim_end_matches('\r') == name {
                return verbatim(self.text, Span::new(start, line_start), Style::Block);
            }
        }
        self.builder.problem(Span::new(start, self.text.len()), "a heredoc is not closed");
        verbatim(self.text, Span::new(start, self.text.len()), Style::Block)
    }

    fn add(&mut self, instruction: &Instruction, span: Span) {
        let is_from = instruction.op.text == "FROM";
        if is_from || self.stage == Stage::None {
            self.open_stage(instruction, span.start);
        }
        self.builder.open(None, Value::Map, span.start);
        self.scalar("op", &instruction.op);
        self.list("flags", &instruction.flags, span);
        let other = instruction.flags.iter().find(|flag| flag.text.starts_with("--from="));
        other.into_iter().for_each(|flag| self.scalar("other", flag));
        self.list("args", &instruction.args, span);
        if !instruction.env.is_empty() {
            self.builder.open(Some(made_up("env", span.start)), Value::Map, span.start);
            for (name, value) in &instruction.env {
                if self.builder.has_room(value.span) {
                    self.builder.scalar(Some(name.clone()), value.clone(), quoted_span(self.text, value));
                }
            }
            self.builder.close(span.end);
        }
        self.list("heredocs", &instruction.heredocs, span);
        self.builder.close(span.end);
    }

    /// Begins the stage of a `FROM`, or the one of what stands before the first.
    fn open_stage(&mut self, instruction: &Instruction, start: usize) {
        if self.stage == Stage::Open {
            self.builder.close(start);
            self.builder.close(start);
        }
        self.stage = Stage::Open;
        self.builder.open(None, Value::Map, start);
        let args = &instruction.args;
        if instruction.op.text == "FROM" {
            args.first().into_iter().for_each(|image| self.scalar("from", image));
            if let [_, word, name, ..] = args.as_slice()
                && word.text.eq_ignore_ascii_case("as")
            {
                self.scalar("name", name);
            }
        } else {
            self.scalar("name", &made_up("", start));
        }
        self.builder.open(Some(made_up("instructions", start)), Value::List, start);
    }

    fn scalar(&mut self, name: &str, scalar: &Scalar) {
        let span = quoted_span(self.text, scalar);
        if self.builder.has_room(span) {
            self.builder.scalar(Some(made_up(name, span.start)), scalar.clone(), span);
        }
    }

    fn list(&mut self, name: &str, scalars: &[Scalar], span: Span) {
        if scalars.is_empty() || !self.builder.has_room(span) {
            return;
        }
        let whole = |scalar: &Scalar| quoted_span(self.text, scalar);
        let start = scalars.first().map_or(span.start, |first| whole(first).start);
        let end = scalars.last().map_or(span.end, |last| whole(last).end);
        self.builder.open(Some(made_up(name, start)), Value::List, start);
        for scalar in scalars {
            if self.builder.has_room(scalar.span) {
                self.builder.scalar(None, scalar.clone(), quoted_span(self.text, scalar));
            }
        }
        self.builder.close(end);
    }

    fn line(&self, start: usize) -> &'t str {
        let rest = &self.text[start..];
        &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())]
    }

    fn after(&self, start: usize) -> usize {
        (start + self.line(start).len() + 1).min(self.text.len())
    }
}

/// The word in upper case; its text no longer is what stands in the source.
fn uppercased(mut word: Scalar) -> Scalar {
    if word.text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        if word.is_verbatim() {
            word = Scalar::mapped(word.text, word.span, word.style, vec![(0, word.span.start)]);
        }
        word.text.make_ascii_uppercase();
    }
    word
}

/// A scalar's span with the quotes around it.
fn quoted_span(text: &str, scalar: &Scalar) -> Span {
    let quote = match scalar.style {
        Style::Double => b'"',
        Style::Single => b'\'',
        Style::Plain | Style::Block => return scalar.span,
    };
    let bytes = text.as_bytes();
    let before =
        scalar.span.start.checked_sub(1).filter(|at| bytes[*at] == quote).unwrap_or(scalar.span.start);
    let closed = bytes.get(scalar.span.end) == Some(&quote);
    Span::new(before, scalar.span.end + usize::from(closed))
}

fn arguments(op: &str, words: Words<'_, '_>) -> Vec<Scalar> {
    let takes_command = matches!(op, "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK");
    let mut words = words;
    if op == "HEALTHCHECK"
        && words.clone().raw_word().is_some_and(|word| word.text.eq_ignore_ascii_case("CMD"))
    {
        words.raw_word();
    }
    if !matches!(op, "ENV" | "ARG" | "LABEL" | "FROM")
        && let Some(items) = words.clone().json_array()
    {
        return items;
    }
    if takes_command {
        return words.rest().into_iter().collect();
    }
    std::iter::from_fn(|| words.word()).collect()
}

/// What `ENV`, `ARG` and `LABEL` set; `ENV NAME the rest` sets one.
fn assignments(op: &str, mut words: Words<'_, '_>) -> Vec<(Scalar, Scalar)> {
    if !matches!(op, "ENV" | "ARG" | "LABEL") {
        return Vec::new();
    }
    let mut found = Vec::new();
    loop {
        match words.pair() {
            Some(pair) => found.push(pair),
            None if found.is_empty() && op != "ARG" => {
                return words.raw_word().and_then(|name| Some((name, words.rest()?))).into_iter().collect();
            }
            // `ARG NAME` has no value, and a stray word is none.
            None if words.word().is_none() => return found,
            None => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tabs {
    Kept,
    Ignored,
}

/// The name in `<<NAME`, `<<-NAME`, `3<<"NAME"`.
fn heredoc_name(word: &str) -> Option<(&str, Tabs)> {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (name, tabs) = match word.strip_prefix('-') {
        Some(name) => (name, Tabs::Ignored),
        None => (word, Tabs::Kept),
    };
    let name =
        ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(name);
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    is_name.then_some((name, tabs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, found, source_of, spans_hold};
    use proptest::prelude::*;

    const TEXT: &str = "# syntax=docker/dockerfile:1\nARG BASE=alpine:3\nfrom ${BASE} as build\nENV A=b C=\"d e\" \\\n  # why\n  F=g\\ h\nENV OLD one two\nARG TOKEN\nARG T2='x y'\nRUN --mount=type=secret,id=s \\\n   echo \"hi\" && \\\n\n   curl x\nCOPY --from=build <<EOF <<-\"E2\" /etc/\nline $A\nEOF\n\tsecond\n\tE2\nCMD [\"a\\\"b\", \\\n \"c\"]\nLABEL \"x y\"=z\nHEALTHCHECK --interval=5s CMD curl -f y\nFROM scratch\nCOPY [\"a b\", \"/c\"]\nENTRYPOINT [ not json\n";

    fn values(path: &str) -> Vec<String> {
        let document = parse(TEXT);
        let path = crate::document::Path::parse(path).unwrap();
        let nodes = path.select(&document, document.roots()[0]);
        nodes.iter().map(|id| document.node(*id).text().unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn stages_are_told_apart() {
        assert_eq!(parse(TEXT).problem, None);
        assert_eq!(values("$.stages[*].from"), ["${BASE}", "scratch"]);
        assert_eq!(values("$.stages[*].name"), ["", "build"]);
        assert_eq!(values("$.stages[0].instructions[*].env.BASE"), ["alpine:3"]);
        assert_eq!(values("$.stages[2].instructions[*].op"), ["FROM", "COPY", "ENTRYPOINT"]);
        assert_eq!(values("$.stages[?@.final].from"), ["scratch"]);
        assert_eq!(values("$.stages[?!@.final].name"), ["", "build"]);
        assert_eq!(values("$..instructions[?@.other].args[0]"), ["<<EOF"]);
        assert_eq!(source_of(TEXT, &parse(TEXT), "$.stages[1].instructions[0].op", "FROM"), "from");
    }

    #[test]
    fn instructions_are_taken_apart() {
        let env = |name: &str| values(&format!("$.stages[1].instructions[*].env['{name}']"));
        assert_eq!(env("A"), ["b"]);
        assert_eq!(env("C"), ["d e"]);
        assert_eq!(env("F"), ["g h"]);
        assert_eq!(env("OLD"), ["one two"]);
        assert_eq!(env("TOKEN"), [""; 0]);
        assert_eq!(env("T2"), ["x y"]);
        assert_eq!(env("x y"), ["z"]);
        let of =
            |op: &str, what: &str| values(&format!("$.stages[*].instructions[?@.op == '{op}'].{what}[*]"));
        assert_eq!(of("RUN", "args"), ["echo \"hi\" &&    curl x"]);
        assert_eq!(of("RUN", "flags"), ["--mount=type=secret,id=s"]);
        assert_eq!(of("COPY", "heredocs"), ["line $A\n", "\tsecond\n"]);
        assert_eq!(of("COPY", "args"), ["<<EOF", "<<-E2", "/etc/", "a b", "/c"]);
        assert_eq!(of("CMD", "args"), ["a\"b", "c"]);
        assert_eq!(of("HEALTHCHECK", "args"), ["curl -f y"]);
        assert_eq!(of("ENTRYPOINT", "args"), ["[ not json"]);
        assert_eq!(of("FROM", "args"), ["${BASE}", "as", "build", "scratch"]);
    }

    #[test]
    fn parts_map_to_their_source() {
        let document = parse(TEXT);
        let source = |path: &str, part: &str| source_of(TEXT, &document, path, part);
        assert_eq!(source("$.stages[1].instructions[1].env.C", "d e"), "d e");
        assert!(at(&document, "$.stages[1].instructions[1].env.C").is_verbatim());
        assert_eq!(source("$.stages[1].instructions[1].env.F", "g h"), "g\\ h");
        assert_eq!(source("$.stages[1].instructions[?@.op == 'RUN'].args[0]", "curl x"), "curl x");
        assert_eq!(source("$.stages[1].instructions[?@.op == 'RUN'].args[0]", "&& "), "&& ");
        assert_eq!(source("$.stages[1].instructions[?@.op == 'CMD'].args[0]", "\""), "\\\"");
    }

    #[test]
    fn an_operation_may_be_continued() {
        let text = "fr\\\nom\\\n é";
        let document = parse(text);
        assert_eq!(at(&document, "$..op").text, "FROM");
        assert_eq!(source_of(text, &document, "$..op", "OM"), "om");
        assert_eq!(at(&document, "$..from").text, "é");
    }

    #[test]
    fn the_escape_can_be_changed() {
        let text = "# escape=`\nFROM x\nENV A=C:\\y `\n B=2\nRUN a `\r\n  b\r\n";
        let document = parse(text);
        let values: Vec<_> = found(&document).into_iter().map(|(_, value)| value).collect();
        assert!(values.contains(&"C:\\y".to_owned()) && values.contains(&"2".to_owned()), "{values:?}");
        assert!(values.contains(&"a   b".to_owned()), "{values:?}");
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        let text =
            "FROM a\n<<<<<<< HEAD\nENV A=1\n=======\nENV A=2\n>>>>>>> b\nENV B=\"open\nRUN x <<E\nrest";
        let document = parse(text);
        assert_eq!(document.problem.as_ref().unwrap().span.start, 7);
        assert_eq!(at(&document, "$..A").text, "1");
        assert_eq!(at(&document, "$..B").text, "open");
        assert_eq!(at(&document, "$..heredocs[0]").text, "rest");
    }

    proptest! {
        #[test]
        fn anything_that_looks_like_it_is_read(text in "(FROM |ENV |RUN |COPY |LABEL |ARG |CMD \\[\"|<<E|E\n|\\\\\n|[a=\"'é#\\\\ \n\r\\[\\],]){0,40}") {
            spans_hold(&text, &parse(&text));
        }
    }
}
