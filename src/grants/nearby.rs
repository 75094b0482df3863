//! Which candidates stand at a place, found without looking at all of them: a hostile file has half a million.

use std::collections::HashMap;

use crate::detect::Candidate;
use crate::text::Span;

/// How many bytes share one entry.
const PAGE: usize = 1 << 10;

/// The candidates by where they stand.
pub(super) struct Nearby(HashMap<usize, Vec<(usize, Span)>>);

impl Nearby {
    pub(super) fn new(candidates: &[Candidate]) -> Self {
        let mut nearby = Self(HashMap::new());
        for (index, candidate) in candidates.iter().enumerate() {
            nearby.add(index, candidate.span);
        }
        nearby
    }

    /// The candidate at `index` stands at `span`.
    pub(super) fn add(&mut self, index: usize, span: Span) {
        for page in pages(span) {
            self.0.entry(page).or_default().push((index, span));
        }
    }

    /// Those that overlap `place`, in the order of their numbers.
    pub(super) fn at(&self, place: Span) -> Vec<usize> {
        let around = pages(place).filter_map(|page| self.0.get(&page)).flatten();
        let mut found: Vec<usize> =
            around.filter(|(_, span)| span.overlaps(place)).map(|(index, _)| *index).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn pages(span: Span) -> std::ops::RangeInclusive<usize> {
    span.start / PAGE..=span.end / PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_overlaps_is_found() {
        let mut nearby = Nearby::new(&[]);
        nearby.add(0, Span::new(10, 20));
        nearby.add(1, Span::new(1_000, 5_000));
        nearby.add(2, Span::new(9_000, 9_010));
        assert_eq!(nearby.at(Span::new(0, 11)), [0], "not what is only near");
        assert_eq!(nearby.at(Span::new(2_100, 2_101)), [1]);
        assert_eq!(nearby.at(Span::new(4_999, 9_001)), [1, 2]);
        assert_eq!(nearby.at(Span::new(50_000, 50_001)), [0_usize; 0]);
    }
}
