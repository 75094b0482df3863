//! What a command is and says: whether it begins with certain words, and what its flags are set to.

use crate::text::Span;

use super::commands::{Command, bare};

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
    "#",
    "log_info",
    "log_warn",
    "log_error",
    "$(info",
    "$(warning",
    "$(error",
];

/// Where the command is the program and the words of `wanted`, one after another. Flags, and what follows one, may stand between
/// them, and another program before them that only starts it.
pub(super) fn names(command: &Command, script: &str, wanted: &str) -> Option<Span> {
    let words: Vec<&str> = command.0.iter().map(|span| &script[span.range()]).collect();
    let wanted: Vec<&str> = wanted.split(' ').collect();
    let program = |word: &str| bare(word.trim_start_matches(['@', '-', '+'])) == wanted[0];
    if words.first().is_some_and(|first| TALKERS.contains(&first.trim_start_matches('@'))) {
        return None;
    }
    let mut starts = (0..words.len()).filter(|at| program(words[*at]));
    starts.find_map(|start| {
        let last = follow(&words, start, &wanted[1..])?;
        Some(Span::new(command.0[start].start, command.0[last].end))
    })
}

/// The index of the last of `wanted` after `start`.
fn follow(words: &[&str], start: usize, wanted: &[&str]) -> Option<usize> {
    let mut wanted = wanted.iter().peekable();
    let (mut at, mut may_skip) = (start, false);
    while let Some(word) = wanted.peek() {
        at += 1;
        let found = words.get(at)?;
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

/// Whether a word is the wanted one; a `*` at the end of that stands for the rest.
fn is_word(found: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => found.starts_with(start),
        None => found == wanted,
    }
}

/// What a flag (`--duration`) or a parameter (`ttl=`) is set to; empty where nothing that stands there can be read.
pub(super) fn value_of(command: &Command, script: &str, flag: &str) -> Option<Span> {
    let mut words = command.0.iter();
    while let Some(span) = words.next() {
        let word = &script[span.range()];
        let Some(rest) = word.strip_prefix(flag) else { continue };
        let inline = if flag.ends_with('=') { Some(rest) } else { rest.strip_prefix('=') };
        if let Some(value) = inline {
            let value = value.trim_matches(['"', '\'']);
            let start = value.as_ptr() as usize - script.as_ptr() as usize;
            return Some(Span::new(start, start + value.len()));
        }
        if rest.is_empty() {
            let next = words.next().copied().unwrap_or(Span::new(span.end, span.end));
            return Some(next);
        }
    }
    None
}

/// A value without the variable that it is the default of: `${TTL:-8760h}`.
pub(super) fn plain(text: &str) -> &str {
    let default = text.trim_start_matches(['$', '{']).trim_end_matches('}').split_once(":-");
    default.map_or(text, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::commands::parse;
    use super::*;

    fn found(script: &str, wanted: &str) -> Option<String> {
        let command = parse(script).into_iter().next()?;
        names(&command, script, wanted).map(|span| script[span.range()].to_owned())
    }

    #[test]
    fn flags_may_stand_between_the_words() {
        let wanted = "aws iam create-access-key";
        for script in [
            "aws iam create-access-key --user-name x",
            "@aws --profile admin --no-cli-pager iam create-access-key",
            "aws --region=eu iam create-access-key",
            "docker run amazon/aws-cli aws iam create-access-key",
            "/usr/local/bin/aws iam create-access-key",
        ] {
            assert!(found(script, wanted).is_some(), "{script}");
        }
        for script in [
            "aws iam list-access-keys",
            "echo aws iam create-access-key",
            "aws s3 iam create-access-key",
            "aws",
        ] {
            assert_eq!(found(script, wanted), None, "{script}");
        }
        assert_eq!(
            found("sudo vault write auth/approle/role/x a=1", "vault write auth/approle/role/*").as_deref(),
            Some("vault write auth/approle/role/x")
        );
    }

    #[test]
    fn a_flag_is_set_in_three_ways() {
        let value = |script: &str, flag: &str| {
            let command = parse(script).into_iter().next()?;
            value_of(&command, script, flag).map(|span| plain(&script[span.range()]).to_owned())
        };
        assert_eq!(value("x --ttl 8h", "--ttl").as_deref(), Some("8h"));
        assert_eq!(value("x --ttl='8h'", "--ttl").as_deref(), Some("8h"));
        assert_eq!(value("x ttl=\"${TTL:-8h}\"", "ttl=").as_deref(), Some("8h"));
        assert_eq!(value("x --ttl-max 8h", "--ttl"), None);
        assert_eq!(value("x --ttl", "--ttl").as_deref(), Some(""));
    }
}
