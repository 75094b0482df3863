//! The one way from a string to the outside: what a terminal would obey or hide becomes visible, and what is known to be
//! secret, or looks it, is masked, wherever it turns up.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::drawn::drawn;
use super::known::{self, Known};

/// What stands in the place of a secret that turned up where none should be.
const MASK: &str = "[redacted]";

/// Shorter secrets are masked only where they stand alone: they may be a part of ordinary words.
const ANYWHERE: usize = 16;

/// Shorter stretches are no secret of their own.
const LEAST: usize = known::TAIL;

/// A longer name in a sentence is cut.
const LONGEST_NAME: usize = 80;

/// The same of what has blanks in it: a command or a piece of configuration that a fix shows.
const LONGEST_SNIPPET: usize = 400;

/// Lets strings out: masked and made visible.
#[derive(Default)]
pub struct Gatekeeper {
    secrets: Known,
    known: HashSet<String>,
}

impl fmt::Debug for Gatekeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gatekeeper(…)")
    }
}

impl Gatekeeper {
    /// Knows the bytes of these secrets.
    pub fn new<'s>(secrets: impl Iterator<Item = &'s [u8]>) -> Self {
        Self { secrets: Known::new(secrets.flat_map(stretches)), known: HashSet::new() }
    }

    /// Lets these through although they look drawn: fingerprints of our own, identifiers of keys.
    pub fn letting(mut self, known: impl Iterator<Item = String>) -> Self {
        self.known.extend(known);
        self
    }

    /// Lets through what stands in these paths but for what mixes letters of both cases with digits for long: machines name
    /// directories by digests, and a path that is masked leads nowhere.
    pub fn letting_paths<'p>(self, paths: impl Iterator<Item = &'p str>) -> Self {
        let parts = paths.flat_map(|path| path.split(|character: char| !character.is_ascii_alphanumeric()));
        self.letting(parts.filter(|part| !part.is_empty() && !is_mixed(part)).map(str::to_owned))
    }

    /// `text` for a terminal.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.mask(text) {
            Cow::Borrowed(text) => visible(text),
            Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
        }
    }

    /// A sentence with names between backticks: masked, and only then are the names cut.
    pub fn sentence(&self, text: &str) -> String {
        let masked = self.mask(text);
        let mut out = String::with_capacity(masked.len());
        for (index, part) in masked.split('`').enumerate() {
            if index > 0 {
                out.push('`');
            }
            let longest = if part.contains(' ') { LONGEST_SNIPPET } else { LONGEST_NAME };
            match part.char_indices().nth(longest) {
                Some((cut, _)) if index % 2 == 1 => out.extend([&part[..cut], "…"]),
                _ => out.push_str(part),
            }
        }
        out
    }

    /// Whether a known secret stands in `text`.
    pub fn knows(&self, text: &str) -> bool {
        !self.known_in(text).is_empty()
    }

    /// `text` without its secrets.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = replaced(text, &self.known_in(text));
        let is_known = |part: &str| self.known.contains(part);
        let drawn: Vec<_> = drawn(&text, &is_known).collect();
        match drawn.is_empty() {
            true => text,
            false => Cow::Owned(replaced(&text, &drawn).into_owned()),
        }
    }

    fn known_in(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let alone = |range: &std::ops::Range<usize>| {
            let before = text.as_bytes()[..range.start].last();
            let after = text.as_bytes().get(range.end);
            range.len() >= ANYWHERE || ![before, after].into_iter().flatten().any(u8::is_ascii_alphanumeric)
        };
        let whole = |range: &std::ops::Range<usize>| {
            text.is_char_boundary(range.start) && text.is_char_boundary(range.end)
        };
        self.secrets.find(text.as_bytes()).into_iter().filter(alone).filter(whole).collect()
    }
}

/// Whether a part of a path is long and of all three sorts, as keys are and digests in hexadecimal are not.
fn is_mixed(part: &str) -> bool {
    let has = |sort: fn(&u8) -> bool| part.bytes().any(|byte| sort(&byte));
    part.len() >= 24 && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

fn replaced<'t>(text: &'t str, ranges: &[std::ops::Range<usize>]) -> Cow<'t, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.extend([&text[at..range.start], MASK]);
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// The parts of a secret between characters that JSON escapes, so that each stands in JSON as it does in the text.
/// The armour of a PEM block is no secret.
fn stretches(secret: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_whole = |stretch: &[u8]| stretch.len() == secret.len() && stretch.len() >= LEAST;
    secret
        .split(|byte| byte.is_ascii_control() || matches!(byte, b'"' | b'\\'))
        .filter(move |stretch| stretch.len() >= ANYWHERE || is_whole(stretch))
        .filter(|stretch| !stretch.starts_with(b"-----"))
}

/// `text` with all that a terminal would obey or hide written out as `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal obeys the character or shows nothing for it: controls, bidirectional marks, zero widths, line and
/// paragraph separators, tags.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{61C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// `text`, of which an error shows a line with a caret, with the same number of bytes: stars for what may be a key, signs for what
/// a terminal would obey or hide.
///
/// Somebody may write a key or a password where a variable's name is asked for, so this is stricter than the rest: what mixes
/// letters with digits, or goes on in one case for long, is starred, be it a fingerprint.
pub fn aligned(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|character| !is_typed(character)) {
        let token = part.trim_end_matches(|character| !is_typed(character));
        if may_be_key(token) {
            shown.extend(std::iter::repeat_n('*', token.len()));
        } else {
            shown.push_str(token);
        }
        shown.extend(part[token.len()..].chars().map(harmless));
    }
    shown
}

fn is_typed(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '_' | '-' | '+' | '!' | '@' | '#' | '$' | '%' | '^' | '&')
}

fn may_be_key(token: &str) -> bool {
    let has = |class: fn(&u8) -> bool| token.bytes().any(|byte| class(&byte));
    token.len() >= 8 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
        || token.len() >= 20 && !token.contains(['-', '_'])
        || drawn(token, &|_| false).next().is_some()
}

/// A character of as many bytes that nothing obeys.
fn harmless(character: char) -> char {
    match (character, character.len_utf8()) {
        ('\n' | '\t', _) => character,
        ('\r', _) => ' ',
        _ if !is_hidden(character) => character,
        (_, 1) => '?',
        (_, 2) => '¿',
        (_, 3) => char::REPLACEMENT_CHARACTER,
        _ => '🛇',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets the clipboard, turns text around, hides a letter.
    const HOSTILE: &str = "a\u{1b}]52;c;ZXZpbA==\u{7}b\u{202e}c\u{200b}d\u{2028}e\u{9b}31m\u{e0041}é";

    #[test]
    fn a_path_leads_somewhere_and_a_key_in_it_does_not() {
        let key = format!("ghp_{}", "aB3xK9".repeat(6));
        let path = format!("store-1949cf8c6b5b557f/x9k2mq7zr4t8v1w3/{key}/x.env");
        let gatekeeper = Gatekeeper::default().letting_paths(std::iter::once(path.as_str()));
        assert_eq!(gatekeeper.mask(&path), "store-1949cf8c6b5b557f/x9k2mq7zr4t8v1w3/[redacted]/x.env");
    }

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(
            visible(HOSTILE),
            r"a\u{1b}]52;c;ZXZpbA==\u{7}b\u{202e}c\u{200b}d\u{2028}e\u{9b}31m\u{e0041}é"
        );
        assert!(matches!(visible("plain – ünïcode 漢字"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_lines_of_a_key_are_secret_and_its_armour_is_not() {
        let (armour, line) = ("-----BEGIN SOMETHING-----", "A1b2".repeat(16));
        let secret = format!("{armour}\n{line}\nshort");
        let gatekeeper = Gatekeeper::new([secret.as_bytes()].into_iter());
        assert_eq!(gatekeeper.text(&format!("{armour} {line} short")), format!("{armour} [redacted] short"));
    }

    #[test]
    fn a_short_secret_is_masked_where_it_stands_alone() {
        let gatekeeper = Gatekeeper::new([b"hunter2".as_slice()].into_iter());
        assert_eq!(gatekeeper.text("`hunter2` hunter22 x_hunter2"), "`[redacted]` hunter22 x_[redacted]");
    }

    #[test]
    fn a_name_is_cut_only_when_it_is_masked() {
        let secret = "word ".repeat(30);
        let gatekeeper = Gatekeeper::new([secret.as_bytes()].into_iter());
        assert_eq!(gatekeeper.sentence(&format!("has `{secret}`.")), "has `[redacted]`.");
        let name = "name-".repeat(30);
        assert_eq!(gatekeeper.sentence(&format!("has `{name}`.")), format!("has `{}…`.", &name[..80]));
        let command = "say it ".repeat(30);
        assert_eq!(gatekeeper.sentence(&format!("run `{command}`.")), format!("run `{command}`."));
        let endless = "say it ".repeat(300);
        assert_eq!(gatekeeper.sentence(&format!("`{endless}`")), format!("`{}…`", &endless[..400]));
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_out_is_visible(text in "\\PC*|(?s).*") {
            assert!(!visible(&text).contains(is_hidden));
        }
    }
}
