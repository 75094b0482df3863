//! The pieces in which a file is handed on, and the arithmetic of cutting it.

use std::ops::Range;

use crate::text::{Decoded, Encoding, Position, decode};

/// How a file is cut into windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The part of a window that is its own; at least 8.
    pub body: usize,
    /// What is repeated from before it, for the names that stand to the left of a value.
    pub behind: usize,
    /// What is shown from after it, for the values that begin in it; at least 4, so that a character at the cut is seen whole.
    pub ahead: usize,
    /// A file up to this length can be had in one piece.
    pub whole: usize,
}

impl Sizes {
    /// Those that a scan uses.
    pub const STANDARD: Self = Self { body: 1 << 20, behind: 4 << 10, ahead: 64 << 10, whole: 16 << 20 };
}

/// A piece of an artifact. The bodies of its windows, one after the other, are the artifact.
#[derive(Clone, Debug)]
pub struct Window<'b> {
    /// The look-behind, the body and the look-ahead.
    pub bytes: &'b [u8],
    /// Where in the artifact the first of them stands.
    pub base: usize,
    /// The same as line and column.
    pub position: Position,
    /// Which of `bytes` are the body: what begins there belongs to this window, and to no other.
    pub body: Range<usize>,
    /// Whether this is the whole artifact.
    pub is_whole: bool,
    /// Whether the artifact ends here.
    pub is_last: bool,
    /// What the artifact is written in, as its first bytes tell.
    pub encoding: Encoding,
}

impl Window<'_> {
    /// `bytes` as UTF-8, where they are written in something else. A candidate in it belongs to this window when
    /// [`Decoded::original`] of its span begins in `body`.
    pub fn decoded(&self) -> Option<Decoded> {
        decode(self.bytes, self.encoding)
    }
}

/// Cuts the bytes of one artifact, as far as they have been read, into windows.
pub(super) struct Cutter {
    sizes: Sizes,
    encoding: Encoding,
    /// Where in the artifact the first buffered byte stands.
    base: usize,
    position: Position,
    /// Where the next body begins in the buffer.
    body_start: usize,
}

impl Cutter {
    /// For an artifact that begins with `head`.
    pub(super) fn new(sizes: Sizes, head: &[u8]) -> Self {
        Self { sizes, encoding: Encoding::sniff(head), base: 0, position: Position::START, body_start: 0 }
    }

    /// How many bytes have to be buffered for the next window.
    pub(super) fn needed(&self) -> usize {
        self.body_start + self.sizes.body + self.sizes.ahead
    }

    /// The window that all of `buffered`, the artifact's end, holds.
    pub(super) fn last<'b>(&self, buffered: &'b [u8]) -> Window<'b> {
        self.window(buffered, self.body_start..buffered.len(), End::Here)
    }

    /// The next window of `buffered`, which is at least as long as `needed`.
    pub(super) fn next<'b>(&mut self, buffered: &'b [u8]) -> Window<'b> {
        let wanted = self.body_start + self.sizes.body;
        let body = self.body_start..self.boundary(buffered, wanted);
        let bytes = &buffered[..(body.end + self.sizes.ahead).min(buffered.len())];
        let window = self.window(bytes, body.clone(), End::Later);
        self.body_start = body.end;
        window
    }

    /// How many of the buffered bytes no later window shows; they can be dropped.
    pub(super) fn advance(&mut self, buffered: &[u8]) -> usize {
        let wanted = self.body_start.saturating_sub(self.sizes.behind);
        let done = self.boundary(buffered, wanted);
        let passed = &buffered[..done];
        self.position = match decode(passed, self.encoding) {
            Some(decoded) => self.position.after(&decoded.text),
            None => self.position.after(passed),
        };
        self.base += done;
        self.body_start -= done;
        done
    }

    fn window<'b>(&self, bytes: &'b [u8], body: Range<usize>, end: End) -> Window<'b> {
        let is_last = matches!(end, End::Here);
        Window {
            bytes,
            base: self.base,
            position: self.position,
            body,
            is_whole: is_last && self.base == 0 && self.body_start == 0,
            is_last,
            encoding: self.encoding,
        }
    }

    /// The nearest place at or before `wanted` where no character is cut in two: positions on both sides of it then
    /// add up. It is at most 4 bytes away, so a body never loses all it has.
    fn boundary(&self, bytes: &[u8], wanted: usize) -> usize {
        match self.encoding {
            Encoding::Utf8 | Encoding::Latin1 => utf8_boundary(bytes, wanted),
            Encoding::Utf16Le => utf16_boundary(bytes, wanted & !1, u16::from_le_bytes),
            Encoding::Utf16Be => utf16_boundary(bytes, wanted & !1, u16::from_be_bytes),
        }
    }
}

#[derive(Clone, Copy)]
enum End {
    Here,
    Later,
}

/// The start of the valid character that `wanted` is inside of; `wanted` where it is in none.
fn utf8_boundary(bytes: &[u8], wanted: usize) -> usize {
    let start_of_cut = (1..=3).filter_map(|back| wanted.checked_sub(back)).find(|start| {
        let width = match bytes[*start] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return false,
        };
        start + width > wanted
            && bytes.get(*start..start + width).is_some_and(|character| str::from_utf8(character).is_ok())
    });
    start_of_cut.unwrap_or(wanted)
}

/// The place at or before `wanted` that does not part a surrogate pair; `wanted` where it is in none.
fn utf16_boundary(bytes: &[u8], wanted: usize, unit: fn([u8; 2]) -> u16) -> usize {
    let unit_at = |place: usize| match bytes.get(place..place + 2) {
        Some(&[first, second]) => Some(unit([first, second])),
        _ => None,
    };
    let high = wanted.checked_sub(2).and_then(unit_at);
    match (high, unit_at(wanted)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => wanted - 2,
        _ => wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_not_cut() {
        let text = "aü€😀b".as_bytes();
        let boundaries: Vec<_> = (0..text.len()).map(|wanted| utf8_boundary(text, wanted)).collect();
        assert_eq!(boundaries, [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10]);
        assert_eq!(utf8_boundary(b"\xe2\x82(", 2), 2, "no character, so nothing is cut");
        assert_eq!(utf8_boundary(b"\x80\x80\x80\x80", 3), 3);
    }

    #[test]
    fn a_surrogate_pair_is_not_cut() {
        let bytes: Vec<u8> = "a😀\u{FEFF}b".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let boundary = |wanted| utf16_boundary(&bytes, wanted, u16::from_be_bytes);
        assert_eq!([boundary(2), boundary(4), boundary(6), boundary(8)], [2, 2, 6, 8]);
    }
}
