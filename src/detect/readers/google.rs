//! Google's credential files: a JSON object whose `type` says what it is, on its own or inside of a string.

use crate::model::{Principal, PrincipalKind};
use crate::rules::Reader;

use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;
use super::object::{SOUGHT, TIMES_READ, enclosing, field};
use crate::text::Span;

impl Readers {
    /// An object whose type stands from `start` to `end`. Returns how many bytes were read.
    pub(in super::super) fn google(
        &self,
        input: &Input<'_>,
        start: usize,
        end: usize,
        found: &mut Vec<Candidate>,
    ) -> usize {
        if start == 0 || input.bytes[start - 1] != b'"' {
            return 0;
        }
        let Some(object) = enclosing(input.bytes, start, end) else { return SOUGHT };
        self.google_object(input, (start, end), object, found);
        object.len() * TIMES_READ
    }

    fn google_object(
        &self,
        input: &Input<'_>,
        (start, end): (usize, usize),
        object: Span,
        found: &mut Vec<Candidate>,
    ) {
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
        if variant == "authorized_user" {
            found.extend(client_secret(kind, object, text));
        }
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

/// The secret of the command line tool that the person logged in with: every copy of the tool has it.
fn client_secret(kind: usize, object: Span, text: &[u8]) -> Option<Candidate> {
    let place = field(text, "client_secret")?.shifted(object.start);
    let candidate = read_candidate(kind, place, 250, Facts::default());
    Some(Candidate { dropped: Some(DropReason::PublicByDesign), ..candidate })
}

fn is_key(value: &[u8]) -> bool {
    crate::lifetime::pem::read(value).is_some_and(|key| key.body_is_plausible)
}
