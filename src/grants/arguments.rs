//! Arguments of a command: which flag names which value.

use crate::text::Span;

/// A named part of an argument list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// Which element of the list.
    pub(super) index: usize,
    /// The part of its text that is the value.
    pub(super) value: Span,
    /// What it is the value of: a flag's name, a variable's, a header's; `None` for a bare argument.
    pub(super) name: Option<String>,
    /// Whether it is a bare variable's name, of which the value is handed on.
    pub(super) passes_on: bool,
}

/// Flags whose value is `NAME=value`, or a bare `NAME`.
const ENV_FLAGS: &[&str] = &["-e", "--env"];
/// Flags whose value is `Name: value`.
const HEADER_FLAGS: &[&str] = &["-H", "--header", "--headers"];

/// Takes a list of arguments apart.
pub(super) fn read(arguments: &[&str]) -> Vec<Argument> {
    let mut out = Vec::new();
    let mut flag: Option<&str> = None;
    for (index, text) in arguments.iter().enumerate() {
        let whole = Span::new(0, text.len());
        let pending = flag.take();
        let passes_on = pending.is_some_and(|pending| ENV_FLAGS.contains(&pending)) && is_variable(text);
        let (value, name) = match pending {
            Some(pending) if ENV_FLAGS.contains(&pending) => split(text, '='),
            Some(pending) if HEADER_FLAGS.contains(&pending) => split(text, ':'),
            Some(pending) if !text.starts_with('-') => {
                (whole, Some(pending.trim_start_matches('-').to_owned()))
            }
            _ if text.starts_with('-') => match text.split_once('=') {
                Some((name, value)) => inline(text, name, value),
                None => {
                    flag = Some(text);
                    continue;
                }
            },
            _ => match text.split_once('=') {
                Some((name, _)) if is_variable(name) => split(text, '='),
                _ => (whole, None),
            },
        };
        out.push(Argument { index, value, name, passes_on });
    }
    out
}

/// Whether a text is written as variables' names are.
fn is_variable(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') && text.bytes().all(is_part)
}

/// `--flag=value`, where the value of `--env` and `--header` is taken apart once more.
fn inline(text: &str, name: &str, value: &str) -> (Span, Option<String>) {
    let offset = text.len() - value.len();
    let (inner, inner_name) = match name {
        _ if ENV_FLAGS.contains(&name) => split(value, '='),
        _ if HEADER_FLAGS.contains(&name) => split(value, ':'),
        _ => (Span::new(0, value.len()), Some(name.trim_start_matches('-').to_owned())),
    };
    (inner.shifted(offset), inner_name)
}

fn split(text: &str, mark: char) -> (Span, Option<String>) {
    match text.split_once(mark) {
        Some((name, value)) => {
            let value = value.trim_start();
            (Span::new(text.len() - value.len(), text.len()), Some(name.trim().to_owned()))
        }
        None => (Span::new(0, text.len()), None),
    }
}

/// The variable or flag that a value is of, which comes right after `text`: `TOKEN="`, `--token `, `-e TOKEN=`.
pub(super) fn name_before(text: &str) -> Option<&str> {
    let line = text.rsplit('\n').next().unwrap_or(text).trim_end_matches(['"', '\'']);
    let (named, is_flag) = match line.strip_suffix('=') {
        Some(named) => (named, false),
        None => (line.strip_suffix(' ')?.trim_end(), true),
    };
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = named.bytes().rev().take_while(|byte| of_name(*byte)).count();
    let name = &named[named.len() - length..];
    let name = if is_flag { name.strip_prefix("--")? } else { name.trim_start_matches('-') };
    (!name.is_empty()).then_some(name)
}

/// The words of a shell's command line with their places; quotes are taken off, nothing is expanded.
pub(super) fn words(command: &str) -> Vec<Span> {
    let bytes = command.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let quote = matches!(bytes[at], b'"' | b'\'').then_some(bytes[at]);
        let start = at + usize::from(quote.is_some());
        let ends = |byte: &u8| match quote {
            Some(quote) => *byte == quote,
            None => byte.is_ascii_whitespace(),
        };
        let end = bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length);
        words.push(Span::new(start, end));
        at = end + 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(arguments: &[&str]) -> Vec<(Option<String>, String)> {
        read(arguments)
            .into_iter()
            .map(|found| (found.name, arguments[found.index][found.value.range()].to_owned()))
            .collect()
    }

    #[test]
    fn flags_name_what_follows_them() {
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(
            named(&[
                "-y",
                "server",
                "--api-key",
                "K",
                "--token=T",
                "-e",
                "A=B",
                "--env=C=D",
                "--header",
                "X-Key: V",
                "url"
            ]),
            [
                (name("y"), "server".to_owned()),
                (name("api-key"), "K".to_owned()),
                (name("token"), "T".to_owned()),
                (name("A"), "B".to_owned()),
                (name("C"), "D".to_owned()),
                (name("X-Key"), "V".to_owned()),
                (None, "url".to_owned()),
            ]
        );
    }

    #[test]
    fn what_a_value_is_of_stands_before_it() {
        for (text, name) in [
            ("set -e\nexport API_KEY=\"", Some("API_KEY")),
            ("tool --token ", Some("token")),
            ("tool --token=", Some("token")),
            ("docker run -e TOKEN='", Some("TOKEN")),
            ("echo ", None),
            ("\n", None),
            ("curl -u ", None),
        ] {
            assert_eq!(name_before(text), name, "{text}");
        }
    }

    #[test]
    fn variables_are_set_or_handed_on() {
        let found = read(&["run", "-i", "-e", "GITHUB_TOKEN", "-e", "A=B", "C=D", "image", "--x", "E"]);
        let passed: Vec<_> = found.iter().filter(|argument| argument.passes_on).collect();
        assert_eq!(passed.len(), 1);
        assert_eq!((passed[0].index, passed[0].name.as_deref()), (3, None));
        assert_eq!(named(&["env", "C=D"])[1], (Some("C".to_owned()), "D".to_owned()));
        assert_eq!(named(&["q=x"])[0], (None, "q=x".to_owned()));
    }

    #[test]
    fn words_lose_their_quotes_and_keep_their_places() {
        let command = r#"docker run -e "A=b c" 'x'"#;
        let texts: Vec<_> = words(command).into_iter().map(|word| &command[word.range()]).collect();
        assert_eq!(texts, ["docker", "run", "-e", "A=b c", "x"]);
    }
}
