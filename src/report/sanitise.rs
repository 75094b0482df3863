//! The one way from a string to the outside: what a terminal would obey or hide becomes visible, and what is known to
//! be secret in this report is masked, wherever it turns up.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use aho_corasick::AhoCorasick;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::model::{Finding, Secret};

/// What stands in the place of a secret that turned up where none should be.
const MASK: &str = "[redacted]";

/// Shorter stretches of a secret are no secret of their own, and may well be ordinary words of the report.
const LEAST: usize = 16;

/// Lets strings out: masked and made visible.
#[derive(Debug, Default)]
pub(super) struct Gatekeeper {
    secrets: Option<AhoCorasick>,
}

impl Gatekeeper {
    /// Knows the secrets of these findings: those that have a fingerprint. A guessable value is left to the redaction
    /// of its place: masked everywhere, a password `postgres` would take the word out of every path.
    pub(super) fn new(findings: &[Finding]) -> Self {
        let credentials = findings.iter().filter_map(|finding| finding.credential.as_ref());
        let hashed = credentials.filter(|credential| credential.fingerprint.is_some());
        Self::knowing(hashed.map(|credential| &credential.secret))
    }

    /// Knows these secrets.
    pub(super) fn knowing<'s>(secrets: impl Iterator<Item = &'s Secret>) -> Self {
        let mut stretches: Vec<&[u8]> = secrets.flat_map(stretches).collect();
        stretches.sort_unstable();
        stretches.dedup();
        let build =
            || AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostLongest).build(&stretches);
        Self { secrets: (!stretches.is_empty()).then(build).and_then(Result::ok) }
    }

    /// `text` for a terminal.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.mask(text) {
            Cow::Borrowed(text) => visible(text),
            Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
        }
    }

    /// Whether a known secret stands in `text`.
    pub(super) fn knows(&self, text: &str) -> bool {
        self.secrets.as_ref().is_some_and(|secrets| secrets.is_match(text))
    }

    fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.secrets {
            Some(secrets) if secrets.is_match(text) => {
                let mut masked = String::with_capacity(text.len());
                secrets.replace_all_with(text, &mut masked, |_, _, out| {
                    out.push_str(MASK);
                    true
                });
                Cow::Owned(masked)
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Writes `value` as indented JSON, every string in it masked and made visible, with a line end.
    pub(super) fn json(&self, value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
        let formatter = VisibleJson { gatekeeper: self, layout: PrettyFormatter::new() };
        let mut serializer = serde_json::Serializer::with_formatter(&mut *out, formatter);
        value.serialize(&mut serializer)?;
        out.write_all(b"\n")
    }
}

/// The parts of a secret between characters that JSON escapes, so that each stands in JSON as it does in the text.
/// The armour of a PEM block is no secret.
fn stretches(secret: &Secret) -> impl Iterator<Item = &[u8]> {
    secret
        .reveal()
        .split(|byte| byte.is_ascii_control() || matches!(byte, b'"' | b'\\'))
        .filter(|stretch| stretch.len() >= LEAST && !stretch.starts_with(b"-----"))
}

/// `text` with all that a terminal would obey or hide written out as `\u{1b}`.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
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
fn is_hidden(character: char) -> bool {
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

/// Indented JSON in which hidden characters are `\u` escapes.
struct VisibleJson<'g> {
    gatekeeper: &'g Gatekeeper,
    layout: PrettyFormatter<'static>,
}

impl Formatter for VisibleJson<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let masked = self.gatekeeper.mask(fragment);
        if !masked.contains(is_hidden) {
            return writer.write_all(masked.as_bytes());
        }
        let mut escaped = String::with_capacity(masked.len() + 16);
        for character in masked.chars() {
            if is_hidden(character) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(escaped, "\\u{unit:04x}").map_err(io::Error::other)?;
                }
            } else {
                escaped.push(character);
            }
        }
        writer.write_all(escaped.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets the clipboard, turns text around, hides a letter.
    const HOSTILE: &str = "a\u{1b}]52;c;ZXZpbA==\u{7}b\u{202e}c\u{200b}d\u{2028}e\u{9b}31m\u{e0041}é";

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(
            visible(HOSTILE),
            r"a\u{1b}]52;c;ZXZpbA==\u{7}b\u{202e}c\u{200b}d\u{2028}e\u{9b}31m\u{e0041}é"
        );
        assert!(matches!(visible("plain – ünïcode 漢字"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_the_meaning_and_is_free_of_hidden_characters() {
        let mut out = Vec::new();
        Gatekeeper::default().json(&[HOSTILE], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.trim_end().contains(|character| is_hidden(character) && character != '\n'), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [HOSTILE]);
    }

    #[test]
    fn the_lines_of_a_key_are_secret_and_its_armour_is_not() {
        let (armour, line) = ("-----BEGIN SOMETHING-----", "A1b2".repeat(16));
        let mut finding = crate::report::testing::finding("a", crate::model::Severity::High, "a");
        let secret = format!("{armour}\n{line}\nshort");
        finding.credential.as_mut().unwrap().secret = Secret::new(secret.as_bytes());
        let gatekeeper = Gatekeeper::new(&[finding]);
        assert_eq!(gatekeeper.text(&format!("{armour} {line} short")), format!("{armour} [redacted] short"));
    }

    #[test]
    fn a_guessable_value_is_no_reason_to_mask_words() {
        let mut finding = crate::report::testing::finding("a", crate::model::Severity::High, "a");
        let credential = finding.credential.as_mut().unwrap();
        (credential.secret, credential.fingerprint) = (Secret::new(b"outstay/report/v1"), None);
        assert_eq!(Gatekeeper::new(&[finding]).text("outstay/report/v1"), "outstay/report/v1");
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_out_is_visible(text in "\\PC*|(?s).*") {
            assert!(!visible(&text).contains(is_hidden));
        }
    }
}
