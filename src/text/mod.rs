//! Bytes and places in them: spans, positions, encodings, excerpts. Knows nothing of credentials.

mod decode;
mod drawn;
mod entropy;
mod excerpt;
mod gatekeeper;
mod glob;
mod known;
mod path;
mod position;
mod words;

pub use decode::{Decoded, Encoding, decode};
pub use drawn::{drawn, is_wordy};
pub use entropy::entropy;
pub use excerpt::{Excerpt, Mask};
pub use gatekeeper::{Gatekeeper, aligned, is_hidden, visible};
pub use glob::matches_any;
pub use path::{local, normal};
pub use position::{Cursor, Position, Region};
pub use words::words;

use std::ops::Range;

/// A half-open range of bytes in one artifact, counted from its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte; never less than `start`.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, but not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span never runs backwards");
        Self { start, end }
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// As a range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The bytes it covers; empty where it reaches outside of `bytes`.
    pub fn slice(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.range()).unwrap_or_default()
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same span, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}
