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
        found.extend(self.signature(input, value, Reader::Sas, read));
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
        found.extend(self.signature(input, value, Reader::Presigned, read));
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

/// The URL around a place.
fn around(bytes: &[u8], at: usize) -> Span {
    let is_url = |byte: &u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|' | b'\\' | b'{' | b'}')
    };
    let before = bytes[at.saturating_sub(REACH)..at].iter().rev().take_while(|byte| is_url(byte)).count();
    let after = bytes[at..bytes.len().min(at + REACH)].iter().take_while(|byte| is_url(byte)).count();
    Span::new(at - before, at + after)
}
