//! Shared access signatures and presigned URLs: URLs that are credentials.

use crate::lifetime::{presigned, sas};
use crate::model::{Lifetime, Principal, Timestamp};
use crate::rules::Reader;
use crate::text::Span;

use super::super::assignment::left_of;
use super::super::candidate::{Candidate, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;

const REACH: usize = 2 * 1024;

impl Readers {
    /// A signature whose parameter's `=` ends at `value`.
    pub(in super::super) fn sas(
        &self,
        input: &Input<'_>,
        value: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let read = |url: &[u8]| sas::read(url).map(|read| facts(read.lifetime(now), read.principal()));
        let starts_a_field = |at: usize| !input.bytes[..at].last().is_some_and(u8::is_ascii_alphanumeric);
        if is_first(input.bytes, (value, b"sig="), starts_a_field) {
            found.extend(self.signature(input, value, Reader::Sas, read));
        }
    }

    /// The same for the signature of AWS or Google.
    pub(in super::super) fn presigned(
        &self,
        input: &Input<'_>,
        value: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let read = |url: &[u8]| presigned::read(url).map(|read| facts(read.lifetime(now), read.principal()));
        if is_first(input.bytes, (value, b"-Signature="), |_| true) {
            found.extend(self.signature(input, value, Reader::Presigned, read));
        }
    }

    fn signature(
        &self,
        input: &Input<'_>,
        value: usize,
        reader: Reader,
        read: impl Fn(&[u8]) -> Option<Facts>,
    ) -> Option<Candidate> {
        let url = around(input.bytes, value);
        let facts = read(url.slice(input.bytes))?;
        let length = input.bytes[value..url.end].iter().take_while(|byte| **byte != b'&').count();
        let span = Span::new(value, value + length);
        if length < 16 {
            return None;
        }
        let mut candidate = read_candidate(self.kind(reader, "")?, span, 185, facts);
        candidate.name = left_of(input.bytes, url.start).map(|assignment| assignment.name);
        candidate.dropped = plausible::filler(span.slice(input.bytes), 0);
        Some(candidate)
    }
}

fn facts(lifetime: Lifetime, principal: Option<Principal>) -> Facts {
    Facts { lifetime: Some(lifetime), principal, ..Facts::default() }
}

/// Whether the mark that ends at `end` is one, and the first in its URL: each further one would cost reading all of it again.
fn is_first(bytes: &[u8], (end, mark): (usize, &[u8]), is_mark: impl Fn(usize) -> bool) -> bool {
    let start = end - mark.len();
    let from = start.saturating_sub(REACH);
    let before = &bytes[from..start];
    let earlier = || memchr::memmem::rfind_iter(before, mark).map(|at| from + at).find(|at| is_mark(*at));
    is_mark(start) && earlier().is_none_or(|at| !bytes[at..start].iter().all(is_url))
}

fn is_url(byte: &u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|' | b'\\' | b'{' | b'}')
}

/// The URL around a place.
fn around(bytes: &[u8], at: usize) -> Span {
    let before = bytes[at.saturating_sub(REACH)..at].iter().rev().take_while(|byte| is_url(byte)).count();
    let after = bytes[at..bytes.len().min(at + REACH)].iter().take_while(|byte| is_url(byte)).count();
    Span::new(at - before, at + after)
}
