//! The commands of a script: whether one begins with certain words, and what its flags are set to.

use crate::document::{self, Document, Format, NodeId, Scalar};
use crate::text::{Span, matches_any};

/// Programs that only talk about what follows them.
const TALKERS: &[&str] = &[
    "echo",
    "printf",
    "print",
    "log",
    "info",
    "warn",
    "warning",
    "error",
    "err",
    "die",
    "fail",
    "usage",
    "grep",
    "egrep",
    "rg",
    "sed",
    "awk",
    "cat",
    "say",
    "step",
    "read",
    "case",
    "alias",
    "which",
    "man",
    "log_info",
    "log_warn",
    "log_error",
    "$(info",
    "$(warning",
    "$(error",
];

/// Programs whose arguments are commands of another shell.
const SHELLS: &[&str] = &["eval", "ssh"];

/// Scripts inside of words are followed so deep.
const DEEPEST: usize = 3;

/// More words than these do not stand before what is started.
const MOST_STARTERS: usize = 4;

/// A command: its program and its words. Places are those of the text that the script stands in.
pub(super) struct Command(Vec<Scalar>);

/// The commands of a script, those that stand in its words (`sh -c '…'`) after the one around them.
pub(super) fn commands(script: &Scalar) -> Vec<Command> {
    let mut all = Vec::new();
    read(script, DEEPEST, &mut all);
    all
}

fn read(script: &Scalar, depth: usize, all: &mut Vec<Command>) {
    let document = document::inside(Format::Shell, script);
    for root in document.roots() {
        let listed = document.get(*root, "commands").map_or(&[][..], |list| document.children(list));
        for command in listed {
            let words = words(&document, *command);
            let inner: Vec<Scalar> = if depth > 0 { handed_on(&words) } else { Vec::new() };
            all.push(Command(words));
            inner.iter().for_each(|script| read(script, depth - 1, all));
        }
    }
}

fn words(document: &Document, command: NodeId) -> Vec<Scalar> {
    let listed = document.get(command, "words").map_or(&[][..], |list| document.children(list));
    let program = document.get(command, "program");
    program.iter().chain(listed).filter_map(|node| document.node(*node).scalar().cloned()).collect()
}

/// The words that a shell reads as a script.
fn handed_on(words: &[Scalar]) -> Vec<Scalar> {
    let is_shell = words.first().is_some_and(|program| SHELLS.contains(&program.text.as_str()));
    let is_flagged = |at: usize| {
        let before = at.checked_sub(1).map_or("", |before| words[before].text.as_str());
        before.starts_with('-') && !before.starts_with("--") && before.ends_with('c')
    };
    let is_script = |at: usize| words[at].text.contains(' ') && (is_shell || is_flagged(at));
    (1..words.len()).filter(|at| is_script(*at)).map(|at| words[at].clone()).collect()
}

impl Command {
    /// In one line.
    pub(super) fn line(&self) -> String {
        self.0.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Where the command, or what it starts, matches one of these globs.
    pub(super) fn matches(&self, globs: &[String]) -> Option<Span> {
        let words = &self.0;
        let line =
            |from: usize| words[from..].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let start = (0..words.len().min(MOST_STARTERS)).find(|from| matches_any(globs, &line(*from)))?;
        Some(Span::new(words[start].span.start, words.last()?.span.end))
    }

    /// Where the command is the program and the words of `wanted`, one after another. Flags, and what follows one, may stand
    /// between them, and before them another program that starts it.
    pub(super) fn names(&self, wanted: &str) -> Option<Span> {
        let mut wanted = wanted.split(' ');
        let program = wanted.next()?;
        if self.0.first().is_some_and(|first| TALKERS.contains(&first.text.as_str())) {
            return None;
        }
        let rest: Vec<&str> = wanted.collect();
        let is_program = |word: &str| word.rsplit('/').next() == Some(program);
        let mut starts = (0..self.0.len()).filter(|at| is_program(&self.0[*at].text));
        starts.find_map(|start| {
            let last = self.follow(start, &rest)?;
            Some(Span::new(self.0[start].span.start, self.0[last].span.end))
        })
    }

    /// The index of the last of `wanted` after `start`.
    fn follow(&self, start: usize, wanted: &[&str]) -> Option<usize> {
        let mut wanted = wanted.iter().peekable();
        let (mut at, mut may_skip) = (start, false);
        while let Some(word) = wanted.peek() {
            at += 1;
            let found = self.0.get(at)?.text.as_str();
            if is_word(found, word) {
                wanted.next();
                may_skip = false;
            } else if found.starts_with('-') {
                may_skip = !found.contains('=');
            } else if may_skip {
                may_skip = false;
            } else {
                return None;
            }
        }
        Some(at)
    }

    /// What a flag (`--duration`) or a parameter (`ttl=`) is set to, and where. Where nothing follows the flag, the empty text.
    pub(super) fn value_of(&self, flag: &str) -> Option<(&str, Span)> {
        let (at, rest) = self.0.iter().enumerate().find_map(|(at, word)| {
            let rest = word.text.strip_prefix(flag)?;
            (flag.ends_with('=') || rest.is_empty() || rest.starts_with('=')).then_some((at, rest))
        })?;
        let inline = if flag.ends_with('=') { Some(rest) } else { rest.strip_prefix('=') };
        let (word, value) = match inline {
            Some(value) => (&self.0[at], value),
            None => self.0.get(at + 1).map_or((&self.0[at], ""), |next| (next, next.text.as_str())),
        };
        let value = unwrapped(value);
        let start = word.text.find(value).filter(|_| !value.is_empty()).unwrap_or_default();
        let span = Span::new(start, start + value.len());
        Some((value, if value.is_empty() { word.span } else { word.source(span) }))
    }
}

/// Whether a word is the wanted one; a `*` at the end of that stands for the rest.
fn is_word(found: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => found.starts_with(start),
        None => found == wanted,
    }
}

/// A value without the variable that it is the default of: `${TTL:-8760h}`.
fn unwrapped(text: &str) -> &str {
    let text = text.trim_matches(['"', '\'']);
    let default = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')?.split_once(":-"));
    default.map_or(text, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Style;

    fn of(script: &str) -> Vec<Command> {
        commands(&Scalar::verbatim(script, Span::new(0, script.len()), Style::Plain))
    }

    fn found(script: &str, wanted: &str) -> Option<String> {
        of(script)
            .iter()
            .find_map(|command| command.names(wanted))
            .map(|span| script[span.range()].to_owned())
    }

    #[test]
    fn flags_may_stand_between_the_words() {
        let wanted = "aws iam create-access-key";
        for script in [
            "aws iam create-access-key --user-name x",
            "\t@aws --profile admin --no-cli-pager iam create-access-key",
            "aws --region=eu \\\n  iam create-access-key",
            "docker run amazon/aws-cli aws iam create-access-key",
            "sudo /usr/local/bin/aws iam create-access-key",
            "K=$(aws iam create-access-key --query x)",
            "docker exec x sh -c 'cd /; aws iam create-access-key'",
            "bash -lc \"aws iam create-access-key\"",
        ] {
            assert!(found(script, wanted).is_some(), "{script}");
        }
        for script in [
            "aws iam list-access-keys",
            "echo aws iam create-access-key",
            "echo 'run: aws iam create-access-key'",
            "# aws iam create-access-key",
            "aws s3 iam create-access-key",
            "cat <<EOF\naws iam create-access-key\nEOF",
            "aws",
            "",
        ] {
            assert_eq!(found(script, wanted), None, "{script}");
        }
        let role = found("vault write auth/approle/role/x a=1", "vault write auth/approle/role/*");
        assert_eq!(role.as_deref(), Some("vault write auth/approle/role/x"));
    }

    #[test]
    fn a_flag_is_set_in_three_ways() {
        let value = |script: &str, flag: &str| {
            of(script).iter().find_map(|command| {
                let (value, span) = command.value_of(flag)?;
                assert!(value.is_empty() || script[span.range()] == *value, "{script}");
                Some(value.to_owned())
            })
        };
        assert_eq!(value("x --ttl 8h", "--ttl").as_deref(), Some("8h"));
        assert_eq!(value("x --ttl='8h'", "--ttl").as_deref(), Some("8h"));
        assert_eq!(value("x ttl=\"${TTL:-8h}\"", "ttl=").as_deref(), Some("8h"));
        assert_eq!(value("sh -c 'x --ttl=8h'", "--ttl").as_deref(), Some("8h"));
        assert_eq!(value("x --ttl-max 8h", "--ttl"), None);
        assert_eq!(value("x --ttl", "--ttl").as_deref(), Some(""));
    }
}
