//! PEM private keys.

use crate::lifetime::{pem, x509};
use crate::model::{Evidence, Timestamp};
use crate::rules::Reader;
use crate::text::Span;

use super::super::assignment::left_of;
use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::Readers;

/// A block longer than this is no key.
const LONGEST: usize = 32 * 1024;
/// A certificate further away belongs to another key.
const NEARBY: usize = 16 * 1024;

impl Readers {
    /// A block whose `-----BEGIN` stands at `start`.
    pub(in super::super) fn pem(
        &self,
        input: &Input<'_>,
        start: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let Some(span) = extent(input.bytes, start) else { return };
        let block = span.slice(input.bytes);
        let Some(key) = pem::read(block) else { return };
        let variant = match key.kind {
            _ if key.label.starts_with("PGP") => "pgp",
            _ if key.encrypted => "encrypted",
            pem::KeyKind::OpenSsh { .. } => "openssh",
            _ => "pkcs",
        };
        let Some(kind) = self.kind(Reader::Pem, variant) else { return };
        let facts = match beside(input, span) {
            Some(leaf) => Facts {
                lifetime: Some(leaf.lifetime(now, Evidence::Sibling)),
                principal: leaf.principal(),
                ..Facts::default()
            },
            None => Facts::default(),
        };
        let mut candidate = read_candidate(kind, span, 190, facts);
        candidate.name = left_of(input.bytes, start).map(|assignment| assignment.name);
        if !key.body_is_plausible {
            candidate.dropped = Some(DropReason::NotParsed);
        }
        found.push(candidate);
    }
}

/// From the header to the end of the footer; where there is no footer, the header's line alone.
fn extent(bytes: &[u8], start: usize) -> Option<Span> {
    let text = &bytes[start..bytes.len().min(start + LONGEST)];
    let header = memchr::memmem::find(&text[10..], b"-----")? + 10;
    let label = text.get(11..header)?;
    if label.len() > 40 || memchr::memmem::find(label, b"PRIVATE KEY").is_none() {
        return None;
    }
    let body = header + 5;
    let end = match memchr::memmem::find(&text[body..], b"-----END") {
        Some(footer) => {
            let dashes = body + footer + 8;
            memchr::memmem::find(&text[dashes..text.len().min(dashes + 60)], b"-----")
                .map_or(text.len().min(dashes), |closing| dashes + closing + 5)
        }
        None => text.iter().position(|byte| *byte == b'\n').unwrap_or(body).max(body),
    };
    Some(Span::new(start, start + end))
}

/// The leaf certificate that stands near the key: the key lasts as long as it.
fn beside(input: &Input<'_>, key: Span) -> Option<x509::Certificate> {
    let from = key.start.saturating_sub(NEARBY);
    let to = (key.end + NEARBY).min(input.bytes.len());
    let text = &input.bytes[from..to];
    memchr::memmem::find(text, b"-----BEGIN CERTIFICATE")?;
    let certificates = x509::certificates(text);
    certificates.into_iter().map(|(_, certificate)| certificate).find(|certificate| !certificate.is_ca)
}
