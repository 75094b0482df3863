//! The name on a value's left, read from the bytes: `NAME=value`, `"name": "value"`, `--name value`, `<name>value`.

use std::borrow::Cow;

use crate::text::{Span, words};

/// A name further left than this is not the value's.
const REACH: usize = 200;

/// What a value is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The name, without quotes.
    pub(super) name: Span,
    /// The byte between name and value: `=`, `:`, `,`, `>` or a space.
    pub(super) operator: u8,
}

/// What stands to the left of the value that begins at `value`.
pub(super) fn left_of(bytes: &[u8], value: usize) -> Option<Assignment> {
    let from = value.saturating_sub(REACH);
    let line = memchr::memrchr(b'\n', &bytes[from..value]).map_or(from, |newline| from + newline + 1);
    let left = &bytes[line..value];
    let mut end = trim(left, left.len(), is_opening);
    end = trim(left, without_scheme(left, end), is_opening);
    // The literal of `${NAME:-literal}`.
    end -= usize::from(left[..end].ends_with(b":-"));
    let spaced = end;
    end = trim(left, end, is_blank);
    let operator = match end.checked_sub(1).map(|last| left[last]) {
        Some(operator @ (b'=' | b':' | b',' | b'>')) => operator,
        Some(_) if end < spaced => b' ',
        _ => return None,
    };
    if operator == b'>' && end >= 2 && left[end - 2] == b'=' {
        end -= 1; // `=>`
    }
    end = trim(left, end, |byte| matches!(byte, b'=' | b':' | b',' | b'>' | b' ' | b'\t' | b'?' | b'+'));
    let name = name_before(left, end)?;
    let name = untyped(left, name, operator).unwrap_or(name);
    (operator != b' ' || is_flag(left, name)).then_some(Assignment { name: name.shifted(line), operator })
}

/// The identifier that ends at `end`, closing quotes and brackets aside.
fn name_before(left: &[u8], end: usize) -> Option<Span> {
    let end = trim(left, end, |byte| matches!(byte, b'"' | b'\'' | b'`' | b']' | b')' | b'\\' | b' ' | b'*'));
    let start = trim(left, end, is_name);
    let name = Span::new(start, end);
    name.slice(left).iter().any(u8::is_ascii_alphanumeric).then_some(name)
}

/// `name: Type = value`: the name, not the type.
fn untyped(left: &[u8], name: Span, operator: u8) -> Option<Span> {
    if operator != b'=' {
        return None;
    }
    let is_type = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b' ' | b'&' | b'*' | b'\'');
    let colon = trim(left, name.start, is_type);
    (colon > 0 && left[colon - 1] == b':' && colon >= 2 && left[colon - 2] != b':')
        .then(|| name_before(left, colon - 1))
        .flatten()
}

/// Whether a name that only a space parts from its value is a command's flag or a word of a `.netrc`.
fn is_flag(left: &[u8], name: Span) -> bool {
    let name = name.slice(left);
    name.starts_with(b"-") || matches!(name, b"password" | b"token" | b"ENV")
}

/// `end` without an authorization scheme before it: `Bearer `, `Basic `, `token `.
fn without_scheme(left: &[u8], end: usize) -> usize {
    let blank = trim(left, end, is_blank);
    if blank == end {
        return end;
    }
    let start = trim(left, blank, |byte| byte.is_ascii_alphabetic());
    let scheme = &left[start..blank];
    let known = [b"bearer".as_slice(), b"basic", b"token", b"apikey", b"key"];
    let begins = start == 0 || !is_name(left[start - 1]);
    if begins && start > 0 && known.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        start
    } else {
        end
    }
}

fn trim(left: &[u8], end: usize, drop: impl Fn(u8) -> bool) -> usize {
    left[..end].iter().rposition(|byte| !drop(*byte)).map_or(0, |last| last + 1)
}

fn is_opening(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b'(' | b'[')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The words of a name and of what stands before it on its line.
pub(super) fn context_words(bytes: &[u8], name: Span) -> Vec<String> {
    words(&String::from_utf8_lossy(context_of(bytes, name))).map(Cow::into_owned).collect()
}

/// The text that [`context_words`] are of.
pub(super) fn context_of(bytes: &[u8], name: Span) -> &[u8] {
    let from = name.start.saturating_sub(REACH);
    let line = memchr::memrchr(b'\n', &bytes[from..name.start]).map_or(from, |newline| from + newline + 1);
    &bytes[line..name.end]
}

/// The words of the line that opens the block in which `at` stands: the nearest one above that is indented less.
pub(super) fn opening_words(bytes: &[u8], at: usize) -> Vec<String> {
    let mut from = at.saturating_sub(REACH * 2);
    if from > 0 {
        // A line that is cut says nothing of its indentation.
        from += memchr::memchr(b'\n', &bytes[from..at]).map_or(at - from, |newline| newline + 1);
    }
    let mut lines = bytes[from..at].rsplit(|byte| *byte == b'\n');
    let own = lines.next().map_or(0, indent);
    let opening = lines.find(|line| !line.trim_ascii().is_empty() && indent(line) < own);
    opening.map_or_else(Vec::new, |line| words(&String::from_utf8_lossy(line)).map(Cow::into_owned).collect())
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_what_its_opening_line_says() {
        let text = b"const other = 1;\nconst firebaseConfig = {\n  debug: {\n    on: true,\n  },\n\n  apiKey: \"V\",\n";
        let at = text.len() - 5;
        assert_eq!(opening_words(text, at), ["const", "firebase", "config"]);
        assert!(opening_words(b"firebase:\nkey: V", 15).is_empty());
        assert!(opening_words(b"", 0).is_empty());
    }

    #[test]
    fn names_are_found_in_the_ways_people_write_them() {
        for (text, name) in [
            ("API_KEY=VALUE", "API_KEY"),
            ("export API_KEY='VALUE", "API_KEY"),
            ("  \"apiKey\" : \"VALUE", "apiKey"),
            ("\\\"apiKey\\\": \\\"VALUE", "apiKey"),
            ("api.key: VALUE", "api.key"),
            ("const token: string = \"VALUE", "token"),
            ("let token: &'static str = \"VALUE", "token"),
            ("os.environ[\"API_KEY\"] = \"VALUE", "API_KEY"),
            ("setenv(\"API_KEY\", \"VALUE", "API_KEY"),
            ("\"Authorization\": \"Bearer VALUE", "Authorization"),
            ("curl -H 'X-Api-Key: VALUE", "X-Api-Key"),
            ("--api-key VALUE", "--api-key"),
            ("--api-key=VALUE", "--api-key"),
            ("<password>VALUE", "password"),
            ("'key' => 'VALUE", "key"),
            ("X=${API_KEY:-VALUE", "API_KEY"),
            ("x: ${api.key:VALUE", "api.key"),
            ("os.getenv(\"API_KEY\", \"VALUE", "API_KEY"),
            ("password := \"VALUE", "password"),
            ("machine x login y password VALUE", "password"),
        ] {
            let value = text.find("VALUE").unwrap();
            let found = left_of(text.as_bytes(), value).map(|found| &text[found.name.range()]);
            assert_eq!(found, Some(name), "{text}");
        }
        for text in ["some prose VALUE", "VALUE", "\n VALUE", "x\nVALUE"] {
            assert_eq!(left_of(text.as_bytes(), text.find("VALUE").unwrap()), None, "{text}");
        }
    }
}
