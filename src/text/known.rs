//! Finds known secrets in a text.
//!
//! An automaton over every byte of each secret would take hundreds of megabytes where there are many; here the last few bytes of
//! each are looked up at every place of the text, and a hit is checked as a whole.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How many bytes at the end of a secret are looked up. A shorter secret cannot be known.
pub(super) const TAIL: usize = 6;

/// So many bits tell most places apart from the end of a secret.
const FILTER_BITS: u32 = 20;

/// Byte strings, to be found wherever they stand.
#[derive(Default)]
pub(super) struct Known {
    /// A bit for each hash of a tail.
    filter: Box<[u64]>,
    /// How long the secrets are that have a tail.
    lengths: HashMap<u64, Vec<usize>>,
    whole: HashSet<Box<[u8]>>,
}

impl Known {
    /// Knows these; what is shorter than [`TAIL`] is left out.
    pub(super) fn new<'s>(secrets: impl Iterator<Item = &'s [u8]>) -> Self {
        let mut known = Self::default();
        for secret in secrets {
            let Some(tail) = tail_before(secret, secret.len()) else { continue };
            if !known.whole.insert(secret.into()) {
                continue;
            }
            if known.filter.is_empty() {
                known.filter = vec![0; 1 << (FILTER_BITS - 6)].into();
            }
            let (word, bit) = place(tail);
            known.filter[word] |= bit;
            let lengths = known.lengths.entry(tail).or_default();
            if !lengths.contains(&secret.len()) {
                lengths.push(secret.len());
            }
        }
        known
    }

    /// Where they stand in `text`: the leftmost first, of those that begin at one place the longest, and none in another.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.whole.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Range<usize>> =
            (TAIL..=text.len()).flat_map(|end| self.ending_at(text, end)).collect();
        found.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut free = 0;
        found.retain(|range| {
            let is_free = range.start >= free;
            free = if is_free { range.end } else { free };
            is_free
        });
        found
    }

    fn ending_at<'k>(&'k self, text: &'k [u8], end: usize) -> impl Iterator<Item = Range<usize>> + 'k {
        let passes = |tail: &u64| {
            let (word, bit) = place(*tail);
            self.filter[word] & bit != 0
        };
        let lengths = tail_before(text, end).filter(passes).and_then(|tail| self.lengths.get(&tail));
        let starts = lengths.into_iter().flatten().filter_map(move |length| end.checked_sub(*length));
        starts.map(move |start| start..end).filter(|range| self.whole.contains(&text[range.clone()]))
    }
}

/// The last bytes before `end` as a number.
fn tail_before(text: &[u8], end: usize) -> Option<u64> {
    let tail = text.get(end.checked_sub(TAIL)?..end)?;
    let mut number = [0; 8];
    number[..TAIL].copy_from_slice(tail);
    Some(u64::from_le_bytes(number))
}

/// Where the filter's bit of a tail stands: the word, and the bit in it.
fn place(tail: u64) -> (usize, u64) {
    let hash = (tail.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS)) as usize;
    (hash / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aho_corasick::{AhoCorasick, MatchKind};

    fn by_automaton(secrets: &[Vec<u8>], text: &[u8]) -> Vec<Range<usize>> {
        let long: Vec<_> = secrets.iter().filter(|secret| secret.len() >= TAIL).collect();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&long).unwrap();
        automaton.find_iter(text).map(|found| found.range()).collect()
    }

    #[test]
    fn the_longest_at_the_leftmost_place() {
        let known = Known::new([b"abcdef".as_slice(), b"abcdefgh", b"defghij", b"short"].into_iter());
        assert_eq!(known.find(b"xabcdefghij abcdefg defghij short"), [1..9, 12..18, 20..27]);
        assert!(Known::default().find(b"abcdef").is_empty());
    }

    proptest::proptest! {
        /// Few letters, so that secrets overlap, hold each other and share their ends.
        #[test]
        fn an_automaton_over_whole_secrets_finds_the_same(
            secrets in proptest::collection::vec("[ab]{0,12}|[abc]{6,9}", 0..8),
            text in "[ab]{0,60}|[abc]{0,90}",
            around in 0_usize..4,
        ) {
            let secrets: Vec<Vec<u8>> = secrets.into_iter().map(String::into_bytes).collect();
            let planted: Vec<u8> = secrets.iter().flat_map(|secret| [secret.as_slice(), &b"cab"[..around.min(3)]].concat()).collect();
            let text = [text.as_bytes(), &planted].concat();
            let known = Known::new(secrets.iter().map(Vec::as_slice));
            proptest::prop_assert_eq!(known.find(&text), by_automaton(&secrets, &text));
        }
    }
}
