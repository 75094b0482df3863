//! Cookies of a signed-in browser, as tools save them: storage states, exports, `cookies.txt`.

use crate::lifetime::cookie::{CookieEnd, netscape, storage_state};
use crate::model::{Claim, Confidence, Principal, PrincipalKind, Timestamp};
use crate::rules::{Reader, promise};
use crate::text::{Span, words};

use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;
use super::object::{SOUGHT, TIMES_READ, bare_field, enclosing, field};

/// Names under which the end of a cookie is saved: by storage states and DevTools, browser extensions, WebDriver.
const ENDS: [&str; 3] = ["expires", "expirationDate", "expiry"];
/// What the heading of a `cookies.txt` says.
const HEADING: &[u8] = b"HTTP Cookie File";
/// A shorter value is no session.
const SHORTEST: usize = 16;

/// A saved cookie.
struct Saved {
    name: Span,
    value: Span,
    domain: String,
    end: CookieEnd,
    is_http_only: bool,
}

impl Readers {
    /// An object of which a field stands at `start`. Returns how many bytes were read.
    pub(in super::super) fn saved_cookie(
        &self,
        input: &Input<'_>,
        start: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) -> usize {
        let Some(object) = enclosing(input.bytes, start, start) else { return SOUGHT };
        let cookie = in_object(input.bytes, object);
        found.extend(cookie.and_then(|cookie| self.cookie(input.bytes, &cookie, now)));
        object.len() * TIMES_READ
    }

    /// The lines of a `cookies.txt`, whose heading ends at `end`, up to the next heading.
    pub(in super::super) fn cookie_file(
        &self,
        input: &Input<'_>,
        end: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let mut at = end;
        while at < input.bytes.len() {
            let length =
                memchr::memchr(b'\n', &input.bytes[at..]).map_or(input.bytes.len() - at, |to| to + 1);
            let line = Span::new(at, at + length);
            if memchr::memmem::find(line.slice(input.bytes), HEADING).is_some() {
                break;
            }
            let cookie = in_line(input.bytes, line);
            found.extend(cookie.and_then(|cookie| self.cookie(input.bytes, &cookie, now)));
            at += length;
        }
    }

    fn cookie(&self, bytes: &[u8], cookie: &Saved, now: Timestamp) -> Option<Candidate> {
        let kind = self.kind(Reader::Cookie, "")?;
        let value = cookie.value.slice(bytes);
        let host = cookie.domain.trim_start_matches('.');
        let facts = Facts {
            lifetime: Some(cookie.end.lifetime(now)),
            principal: (!host.is_empty()).then(|| Principal::new(PrincipalKind::Account, host)),
            claims: if is_local(host) { vec![Claim::Loopback] } else { Vec::new() },
            ..Facts::default()
        };
        // A value that says more of itself, such as a JWT, goes first.
        let mut candidate = read_candidate(kind, cookie.value, 110, facts);
        candidate.name = Some(cookie.name);
        candidate.confidence = Confidence::Medium;
        candidate.dropped = plausible::filler(value, 0).or_else(|| {
            if !cookie.is_http_only && !is_session_name(&String::from_utf8_lossy(cookie.name.slice(bytes))) {
                Some(DropReason::NameSaysOtherwise)
            } else if value.len() < SHORTEST || !plausible::is_random(value) {
                Some(DropReason::NotRandom)
            } else {
                None
            }
        });
        Some(candidate)
    }
}

fn in_object(bytes: &[u8], object: Span) -> Option<Saved> {
    let text = object.slice(bytes);
    let string = |span: Span| String::from_utf8_lossy(span.slice(text)).into_owned();
    let end = ENDS.iter().find_map(|name| bare_field(text, name).or_else(|| field(text, name)));
    Some(Saved {
        name: field(text, "name")?.shifted(object.start),
        value: field(text, "value")?.shifted(object.start),
        domain: string(field(text, "domain")?),
        end: end.and_then(|span| storage_state(&string(span))).unwrap_or(CookieEnd::WithSession),
        is_http_only: bare_field(text, "httpOnly").is_some_and(|span| span.slice(text) == b"true"),
    })
}

fn in_line(bytes: &[u8], line: Span) -> Option<Saved> {
    let text = std::str::from_utf8(line.slice(bytes)).ok()?;
    let cookie = netscape(text)?;
    let value = cookie.value.shifted(line.start);
    let name_end = value.start - 1;
    Some(Saved {
        name: Span::new(name_end - cookie.name.len(), name_end),
        value,
        domain: cookie.domain.to_owned(),
        end: cookie.end,
        is_http_only: text.starts_with("#HttpOnly_"),
    })
}

/// Whether a cookie by this name signs somebody in: `sid`, `user_session`, `__Secure-next-auth.session-token`, `JSESSIONID`.
fn is_session_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    promise(name).is_some()
        || ["sessid", "sessionid", "sapisid"].iter().any(|part| lower.contains(part))
        || words(name).any(|word| matches!(&*word, "sid" | "session" | "auth" | "jwt" | "sso" | "login"))
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0") || host.ends_with(".localhost")
}
