//! PEM blocks as they stand in source text: indented, quoted, or on one line with `\n` written out.

use super::base64;
use crate::text::Span;
use memchr::memmem;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Longer blocks are cut.
const MAX_LENGTH: usize = 64 * 1024;
const MAX_LABEL: usize = 64;

/// One block between its `BEGIN` and its `END`, or the end of the text.
pub(super) struct Armor<'t> {
    /// What stands between `BEGIN` and the dashes.
    pub(super) label: &'t str,
    /// The whole block.
    pub(super) span: Span,
    /// Lines of the form `Name: value` before the body.
    headers: Vec<String>,
    /// The body without all that is no base64 by right: line ends, indentation, quotes, OpenPGP's checksum.
    body: String,
}

impl<'t> Armor<'t> {
    /// The first block of `text` that begins at `from` or later.
    pub(super) fn find(text: &'t [u8], from: usize) -> Option<Self> {
        let mut from = from;
        loop {
            let start = from + memmem::find(text.get(from..)?, BEGIN)?;
            let inside = start + BEGIN.len();
            if let Some(label) = label(&text[inside..]) {
                return Some(Self::at(text, start, label));
            }
            from = inside;
        }
    }

    fn at(text: &'t [u8], start: usize, label: &'t str) -> Self {
        let body = start + BEGIN.len() + label.len() + DASHES.len();
        let cut = &text[..text.len().min(start + MAX_LENGTH)];
        let after = cut.get(body..).unwrap_or_default();
        let body_end = body + memmem::find(after, DASHES).unwrap_or(after.len());
        let tail = [END, label.as_bytes(), DASHES].concat();
        let end = if text[body_end..].starts_with(&tail) { body_end + tail.len() } else { body_end };
        let (headers, body) = lines(&text[body..body_end]);
        Self { label, span: Span::new(start, end), headers, body }
    }

    /// Whether a header line has this beginning.
    pub(super) fn has_header(&self, beginning: &str) -> bool {
        self.headers.iter().any(|header| header.starts_with(beginning))
    }

    /// The body as it is written, one line of base64.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// The bytes that the body stands for.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        base64::standard(self.body.as_bytes())
    }
}

fn label(text: &[u8]) -> Option<&str> {
    let end = memmem::find(&text[..text.len().min(MAX_LABEL + DASHES.len())], DASHES)?;
    let label = std::str::from_utf8(&text[..end]).ok()?;
    let is_label = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ';
    (!label.is_empty() && label.bytes().all(is_label)).then_some(label)
}

/// The header lines and the joined body of a block's inside.
fn lines(inside: &[u8]) -> (Vec<String>, String) {
    let (mut headers, mut body) = (Vec::new(), String::new());
    for line in with_real_line_ends(inside).lines() {
        let line =
            line.trim_matches(|character: char| character.is_whitespace() || "\"',".contains(character));
        if line.contains(':') {
            headers.push(line.to_owned());
        } else if !line.starts_with('=') || body.is_empty() {
            body.extend(line.split_whitespace());
        } else if line.bytes().all(|byte| byte == b'=') {
            body.push_str(line);
        }
    }
    (headers, body)
}

/// `\n` and `\\n`, as strings escape them, become line ends.
fn with_real_line_ends(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\\');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.strip_prefix(['n', 'r']) {
            Some(rest) => {
                out.push('\n');
                out.push_str(rest);
            }
            None => out.push_str(part.strip_prefix('t').unwrap_or(part)),
        }
    }
    out
}

/// A block, for tests that need one.
#[cfg(test)]
pub(super) fn wrap(label: &str, headers: &str, bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    let body = ::base64::prelude::BASE64_STANDARD.encode(bytes);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{headers}{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread() -> Vec<u8> {
        (0..=255).collect()
    }

    #[test]
    fn the_same_bytes_in_every_writing() {
        let plain = wrap("A KEY", "", &spread());
        for text in [
            plain.clone(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\n        "),
            plain.replace('\n', "\\n"),
            plain.replace('\n', "\\\\n"),
            plain.replace('\n', "\\r\\n"),
            plain.replace('\n', " "),
            plain.replace('\n', "\",\n  \""),
            plain.replace('\n', "\\n\\\n"),
        ] {
            let armor = Armor::find(text.as_bytes(), 0).unwrap();
            assert_eq!((armor.label, armor.bytes()), ("A KEY", Some(spread())), "{text}");
        }
    }

    #[test]
    fn the_span_is_that_of_the_block() {
        let block = wrap("X", "", &spread());
        let text = format!("key: {block}rest");
        let armor = Armor::find(text.as_bytes(), 0).unwrap();
        assert_eq!(armor.span.slice(text.as_bytes()), block.trim_end().as_bytes());
        assert!(Armor::find(text.as_bytes(), armor.span.end).is_none());
    }

    #[test]
    fn headers_and_checksums_are_no_body() {
        let text = wrap("PGP PRIVATE KEY BLOCK", "Version: 1\nComment: none\n\n", &spread());
        let text = text.replace("\n-----END", "\n=abcd\n-----END");
        let armor = Armor::find(text.as_bytes(), 0).unwrap();
        assert!(armor.has_header("Version"));
        assert_eq!(armor.bytes(), Some(spread()));
    }

    #[test]
    fn a_label_is_short_and_in_capitals() {
        assert!(Armor::find(b"-----BEGIN -----", 0).is_none());
        assert!(Armor::find(b"-----BEGIN lower case-----", 0).is_none());
        assert!(Armor::find(format!("-----BEGIN {}-----", "A".repeat(100)).as_bytes(), 0).is_none());
        let armor = Armor::find(b"-----BEGIN (x)-----BEGIN Y-----", 0).unwrap();
        assert_eq!((armor.label, armor.body()), ("Y", ""));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            inside in proptest::collection::vec(any::<u8>(), 0..200),
            from in 0..300_usize,
        ) {
            let text = [BEGIN, b"A-----", &inside, END, b"A-----"].concat();
            for from in [0, from] {
                if let Some(armor) = Armor::find(&text, from) {
                    prop_assert!(armor.span.end <= text.len());
                    let _ = armor.bytes();
                }
            }
        }
    }
}
