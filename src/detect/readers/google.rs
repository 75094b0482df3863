//! Google's credential files: a JSON object whose `type` says what it is, on its own or inside of a string.

use crate::model::{Principal, PrincipalKind};
use crate::rules::Reader;
use crate::text::Span;

use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;

const REACH: usize = 16 * 1024;

impl Readers {
    /// An object whose type stands from `start` to `end`.
    pub(in super::super) fn google(
        &self,
        input: &Input<'_>,
        start: usize,
        end: usize,
        found: &mut Vec<Candidate>,
    ) {
        let Some(object) = enclosing(input.bytes, start, end) else { return };
        let text = object.slice(input.bytes);
        let variant = if input.bytes[start..end].starts_with(b"service") {
            "service_account"
        } else {
            "authorized_user"
        };
        let (secret, principal) = match variant {
            "service_account" => {
                ("private_key", field(text, "client_email").map(|name| (PrincipalKind::Email, name)))
            }
            _ => (
                "refresh_token",
                field(text, "account")
                    .filter(|name| !name.is_empty())
                    .map(|name| (PrincipalKind::Email, name))
                    .or_else(|| field(text, "client_id").map(|name| (PrincipalKind::Client, name))),
            ),
        };
        let Some(kind) = self.kind(Reader::GoogleJson, variant) else { return };
        let Some(value) = field(text, secret) else { return };
        let facts = Facts {
            principal: principal
                .map(|(kind, name)| Principal::new(kind, &String::from_utf8_lossy(name.slice(text)))),
            ..Facts::default()
        };
        let mut candidate = read_candidate(kind, value.shifted(object.start), 250, facts);
        let value = value.slice(text);
        let plausible_key = variant != "service_account" || is_key(value);
        candidate.dropped = match plausible::reference(value) {
            Some(reason) => Some(reason),
            None if !plausible_key => Some(DropReason::NotParsed),
            None if variant != "service_account" => plausible::filler(value, 0),
            None => None,
        };
        found.push(candidate);
    }
}

fn is_key(value: &[u8]) -> bool {
    crate::lifetime::pem::read(value).is_some_and(|key| key.body_is_plausible)
}

/// The braces around a place, by counting; braces inside of strings are too rare in these files to matter.
fn enclosing(bytes: &[u8], start: usize, end: usize) -> Option<Span> {
    if !matches!(bytes.get(start.checked_sub(1)?), Some(b'"')) {
        return None;
    }
    let from = start.saturating_sub(REACH);
    let mut depth = 0;
    let open = bytes[from..start].iter().rposition(|byte| {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return true,
            b'{' => depth -= 1,
            _ => {}
        }
        false
    })?;
    let to = bytes.len().min(end + REACH);
    let mut depth = 0;
    let close = bytes[end..to].iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return true,
            b'}' => depth -= 1,
            _ => {}
        }
        false
    })?;
    Some(Span::new(from + open, end + close + 1))
}

/// Where the text of a field stands, without its quotes, however deep they are escaped.
fn field(object: &[u8], name: &str) -> Option<Span> {
    let quoted = memchr::memmem::find_iter(object, name.as_bytes()).find(|at| {
        let after = object.get(at + name.len());
        at.checked_sub(1).is_some_and(|before| object[before] == b'"') && matches!(after, Some(b'"' | b'\\'))
    })?;
    let mut at = quoted + name.len();
    let skip =
        |at: usize, fits: fn(&u8) -> bool| at + object[at..].iter().take_while(|byte| fits(byte)).count();
    at = skip(at, |byte| matches!(byte, b'"' | b'\\'));
    at = skip(at, |byte| byte.is_ascii_whitespace() || *byte == b':');
    let escapes = skip(at, |byte| *byte == b'\\') - at;
    at += escapes;
    if object.get(at) != Some(&b'"') {
        return None;
    }
    let start = at + 1;
    let end = memchr::memchr_iter(b'"', &object[start..])
        .map(|quote| start + quote)
        .find(|quote| object[..*quote].iter().rev().take_while(|byte| **byte == b'\\').count() == escapes)?;
    Some(Span::new(start, end - escapes))
}
