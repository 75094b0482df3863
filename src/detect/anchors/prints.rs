//! Anchors by fingerprints: three or four bytes of each, chosen to be rare in what people write, compared without their case at
//! every place at once; what has one is looked at.

use super::{ANCHORS, Anchor};
use crate::detect::simd::{Avx2, Fingerprints};

/// Every anchor has one of these in it, and the first that it has is its own. Those of a group are told from other texts, but not from each
/// other's mixtures: such as stand together have none that is common.
const GROUPS: [&[&str]; 8] = [
    &["://", "pwd"],
    &["_key", "-key", "skey", "ekey", "ikey"],
    &["oken", "-beg"],
    &["cret"],
    &["assw", "assp", "_acc"],
    &["sig=", "ure=", "riza", "ponl"],
    &["rede"],
    &["d_us", "kie "],
];

/// So many times 64 places are compared before what was found is looked at.
const AT_ONCE: usize = 64;

/// The anchors behind their fingerprints.
#[derive(Debug)]
pub(in super::super) struct Prints {
    prints: Fingerprints,
    /// Sorted: the first three bytes of a fingerprint, the anchor, and where in it the fingerprint stands.
    anchors: Vec<(u32, usize, usize)>,
}

impl Prints {
    pub(super) fn new() -> Self {
        let mut prints = Fingerprints::default();
        for (group, texts) in GROUPS.iter().enumerate() {
            for text in *texts {
                add(&mut prints, text.as_bytes(), 1 << group);
            }
        }
        let mut anchors: Vec<_> = ANCHORS
            .iter()
            .enumerate()
            .filter_map(|(anchor, (text, _))| {
                let text = text.to_ascii_lowercase();
                let at = GROUPS.iter().copied().flatten().find_map(|print| text.find(print))?;
                Some((three(text.as_bytes(), at)?, anchor, at))
            })
            .collect();
        anchors.sort_unstable();
        Self { prints, anchors }
    }

    pub(super) fn each(&self, avx2: Avx2, bytes: &[u8], mut each: impl FnMut(Anchor, usize, usize)) {
        let mut found = [0; AT_ONCE];
        let (mut at, mut free_from) = (0, 0);
        loop {
            let blocks = avx2.find(&self.prints, &bytes[at..], &mut found);
            if blocks == 0 {
                break;
            }
            self.look(bytes, at, &found[..blocks], &mut free_from, &mut each);
            at += blocks * 64;
        }
        // What is left is less than a block and the three bytes after it.
        let mut last = [0; 2 * 64 + 3];
        let rest = &bytes[at..];
        last[..rest.len()].copy_from_slice(rest);
        let blocks = avx2.find(&self.prints, &last, &mut found);
        self.look(bytes, at, &found[..blocks], &mut free_from, &mut each);
    }

    /// Looks at the places that were found, in order; what begins before `free_from` is of the anchor before.
    #[inline]
    fn look(
        &self,
        bytes: &[u8],
        from: usize,
        found: &[u64],
        free_from: &mut usize,
        each: &mut impl FnMut(Anchor, usize, usize),
    ) {
        for (block, found) in found.iter().enumerate() {
            let mut found = *found;
            while found != 0 {
                let at = from + block * 64 + found.trailing_zeros() as usize;
                found &= found - 1;
                if let Some((anchor, start, end)) =
                    self.at(bytes, at).filter(|(_, start, _)| start >= free_from)
                {
                    *free_from = end;
                    each(anchor, start, end);
                }
            }
        }
    }

    /// The anchor whose fingerprint stands at `at`.
    fn at(&self, bytes: &[u8], at: usize) -> Option<(Anchor, usize, usize)> {
        let three = three(bytes, at)?;
        let first = self.anchors.partition_point(|(print, ..)| *print < three);
        self.anchors[first..].iter().take_while(|(print, ..)| *print == three).find_map(
            |(_, anchor, offset)| {
                let (text, anchor) = ANCHORS[*anchor];
                let start = at.checked_sub(*offset)?;
                bytes[start..].starts_with(text.as_bytes()).then_some((anchor, start, start + text.len()))
            },
        )
    }
}

fn add(prints: &mut Fingerprints, text: &[u8], group: u8) {
    for (tables, wanted) in prints.tables.iter_mut().zip(text) {
        for byte in (0..128).filter(|byte| byte | 0x20 == wanted | 0x20) {
            tables.add(byte, group);
        }
    }
    if text.len() == 3 {
        prints.any_fourth |= group;
    }
}

/// Three bytes at `at`, without their case.
fn three(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at + 3)?;
    Some(u32::from_le_bytes([three[0], three[1], three[2], 0]) | 0x20_20_20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_anchor_has_a_fingerprint_and_every_fingerprint_an_anchor() {
        assert_eq!(Prints::new().anchors.len(), ANCHORS.len());
        for print in GROUPS.iter().copied().flatten() {
            assert!(matches!(print.len(), 3 | 4), "{print}");
            assert!(ANCHORS.iter().any(|(text, _)| text.to_ascii_lowercase().contains(print)), "{print}");
        }
    }
}
