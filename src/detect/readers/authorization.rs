//! Values of `Authorization` headers.

use base64::Engine as _;

use crate::model::{Confidence, Principal, PrincipalKind};
use crate::rules::Reader;
use crate::text::Span;

use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;
use super::generic::is_common;

impl Readers {
    /// A header whose name ends at `end`.
    pub(in super::super) fn authorization(&self, input: &Input<'_>, end: usize, found: &mut Vec<Candidate>) {
        let Some((scheme, span)) = header(input.bytes, end) else { return };
        let value = span.slice(input.bytes);
        let candidate = if scheme.eq_ignore_ascii_case(b"basic") {
            self.basic(span, value)
        } else if scheme.eq_ignore_ascii_case(b"bearer") {
            self.bearer(span, value)
        } else {
            None
        };
        found.extend(candidate.map(|candidate| Candidate {
            name: Some(Span::new(end - "authorization".len().min(end), end)),
            ..candidate
        }));
    }

    fn bearer(&self, span: Span, value: &[u8]) -> Option<Candidate> {
        let kind = self.kind(Reader::Authorization, "bearer")?;
        if value.len() < 16 {
            return None;
        }
        let mut candidate = read_candidate(kind, span, 100, Facts::default());
        candidate.confidence = Confidence::Medium;
        candidate.dropped = plausible::filler(value, 0);
        if candidate.dropped.is_none() && !plausible::is_random(value) {
            candidate.dropped = Some(DropReason::NotRandom);
        }
        Some(candidate)
    }

    /// `Basic` is user and password in base64.
    fn basic(&self, span: Span, value: &[u8]) -> Option<Candidate> {
        let kind = self.kind(Reader::Authorization, "basic")?;
        let bare: Vec<u8> = value.iter().copied().filter(|byte| *byte != b'=').collect();
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.decode(&bare).ok()?;
        let colon = text.iter().position(|byte| *byte == b':')?;
        let (user, password) = (std::str::from_utf8(&text[..colon]).ok()?, &text[colon + 1..]);
        let principal = (!user.is_empty()).then(|| Principal::new(PrincipalKind::Account, user));
        let mut candidate = read_candidate(kind, span, 100, Facts { principal, ..Facts::default() });
        let secret = if password.is_empty() { user.as_bytes() } else { password };
        let is_common = || is_common(&String::from_utf8_lossy(secret).to_ascii_lowercase());
        candidate.dropped =
            plausible::filler(secret, 0).or_else(|| is_common().then_some(DropReason::DefaultValue));
        Some(candidate)
    }
}

/// The scheme and the place of the value in what follows a header's name.
fn header(bytes: &[u8], end: usize) -> Option<(&[u8], Span)> {
    let text = &bytes[end..bytes.len().min(end + 8 * 1024)];
    let skip =
        |from: usize, fits: fn(&u8) -> bool| from + text[from..].iter().take_while(|byte| fits(byte)).count();
    let operator = skip(0, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b' '));
    if !matches!(text.get(operator), Some(b':' | b'=' | b',')) {
        return None;
    }
    let scheme = skip(operator, |byte| {
        matches!(byte, b':' | b'=' | b',' | b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'`' | b'f' | b'>')
    });
    let scheme_end = skip(scheme, u8::is_ascii_alphabetic);
    let value = skip(scheme_end, |byte| matches!(byte, b' '));
    let value_end = skip(value, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
    });
    let parted = value > scheme_end && value_end > value;
    parted.then(|| (&text[scheme..scheme_end], Span::new(end + value, end + value_end)))
}
