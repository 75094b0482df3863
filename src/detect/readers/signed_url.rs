//! Shared access signatures and presigned URLs: URLs that are credentials.

use crate::lifetime::{presigned, sas};
use crate::model::Timestamp;
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
        let url = around(input.bytes, value);
        let Some(read) = sas::read(url.slice(input.bytes)) else { return };
        let facts =
            Facts { lifetime: Some(read.lifetime(now)), principal: read.principal(), ..Facts::default() };
        self.signature(input, url, value, (Reader::Sas, facts), found);
    }

    /// The same for the signature of AWS or Google.
    pub(in super::super) fn presigned(
        &self,
        input: &Input<'_>,
        value: usize,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let url = around(input.bytes, value);
        let Some(read) = presigned::read(url.slice(input.bytes)) else { return };
        let facts =
            Facts { lifetime: Some(read.lifetime(now)), principal: read.principal(), ..Facts::default() };
        self.signature(input, url, value, (Reader::Presigned, facts), found);
    }

    fn signature(
        &self,
        input: &Input<'_>,
        url: Span,
        value: usize,
        (reader, facts): (Reader, Facts),
        found: &mut Vec<Candidate>,
    ) {
        let Some(kind) = self.kind(reader, "") else { return };
        let length = input.bytes[value..url.end].iter().take_while(|byte| **byte != b'&').count();
        let span = Span::new(value, value + length);
        if length < 16 {
            return;
        }
        let mut candidate = read_candidate(kind, span, 185, facts);
        candidate.name = left_of(input.bytes, url.start).map(|assignment| assignment.name);
        candidate.dropped = plausible::filler(span.slice(input.bytes), 0);
        found.push(candidate);
    }
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
