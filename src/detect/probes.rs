//! The second look: which kinds may begin at a place, decided from its first bytes.

/// A beginning that is looked for.
#[derive(Debug)]
struct Probe {
    /// What stands at the place.
    text: Box<[u8]>,
    /// What stands before it and belongs to the value: the prefix up to the place.
    before: Box<[u8]>,
    /// What the owner calls it.
    target: usize,
}

/// A match of a probe: where the value begins, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) target: usize,
}

/// All the beginnings, behind a bitmap over their first three bytes.
#[derive(Debug)]
pub(super) struct Probes {
    bitmap: Box<[u64; BITMAP_WORDS]>,
    /// Sorted by the hash of their first three bytes; of probes of two bytes there is one for every hash they can have.
    buckets: Vec<(u16, u32)>,
    probes: Vec<Probe>,
}

const BITMAP_WORDS: usize = 1 << 10;

impl Probes {
    /// From pairs of a prefix and its owner's name for it.
    pub(super) fn new<'p>(prefixes: impl IntoIterator<Item = (&'p str, usize)>) -> Self {
        let mut bitmap = Box::new([0; BITMAP_WORDS]);
        let mut probes = Vec::new();
        let mut buckets = Vec::new();
        for (prefix, target) in prefixes {
            let at = probe_offset(prefix.as_bytes());
            let (before, text) = prefix.as_bytes().split_at(at);
            let index = u32::try_from(probes.len()).unwrap_or(u32::MAX);
            for hash in hashes(text) {
                bitmap[usize::from(hash) / 64] |= 1 << (hash % 64);
                buckets.push((hash, index));
            }
            probes.push(Probe { text: text.into(), before: before.into(), target });
        }
        buckets.sort_unstable();
        Self { bitmap, buckets, probes }
    }

    /// The probes that match at `at`, which begins a word.
    #[inline]
    pub(super) fn at(&self, bytes: &[u8], at: usize, mut each: impl FnMut(Hit)) {
        let Some(&[a, b, c]) = bytes.get(at..at + 3).and_then(|three| three.first_chunk()) else { return };
        let hash = hash([a, b, c]);
        if self.bitmap[usize::from(hash) / 64] & (1 << (hash % 64)) != 0 {
            self.look_up(hash, bytes, at, &mut each);
        }
    }

    #[cold]
    fn look_up(&self, hash: u16, bytes: &[u8], at: usize, each: &mut impl FnMut(Hit)) {
        let from = self.buckets.partition_point(|(bucket, _)| *bucket < hash);
        for (_, index) in self.buckets[from..].iter().take_while(|(bucket, _)| *bucket == hash) {
            let probe = &self.probes[*index as usize];
            if bytes[at..].starts_with(&probe.text) && bytes[..at].ends_with(&probe.before) {
                each(Hit { start: at - probe.before.len(), target: probe.target });
            }
        }
    }
}

/// Where in a prefix the probe stands: at the beginning of its last word-and-separator run of token characters, so that the run
/// ahead of it is the value's own (`https://hooks.slack.com/services/` is all one run, `FlyV1 fm2_` is two).
fn probe_offset(prefix: &[u8]) -> usize {
    let is_token = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+'..=b':' | b'_' | b'=' | b'~' | b'$' | b'!')
    };
    let run = prefix.iter().rposition(|byte| !is_token(*byte)).map_or(0, |at| at + 1);
    let word = prefix[run..].iter().position(u8::is_ascii_alphanumeric);
    word.map_or(0, |word| run + word)
}

/// The hashes that three bytes beginning with `text` can have.
fn hashes(text: &[u8]) -> Vec<u16> {
    match text {
        [] => Vec::new(),
        [a] => (0..=u8::MAX)
            .flat_map(|b| (0..=u8::MAX).map(move |c| (b, c)))
            .map(|(b, c)| hash([*a, b, c]))
            .collect(),
        [a, b] => (0..=u8::MAX).map(|c| hash([*a, *b, c])).collect(),
        [a, b, c, ..] => vec![hash([*a, *b, *c])],
    }
}

#[inline]
fn hash(bytes: [u8; 3]) -> u16 {
    let number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
    (number.wrapping_mul(0x9E37_79B1) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(prefixes: &[&str], text: &str, at: usize) -> Vec<Hit> {
        let probes = Probes::new(prefixes.iter().enumerate().map(|(index, prefix)| (*prefix, index)));
        let mut hits = Vec::new();
        probes.at(text.as_bytes(), at, |hit| hits.push(hit));
        hits
    }

    #[test]
    fn every_prefix_that_fits_is_a_hit() {
        let prefixes = ["sk-", "sk-ant-api", "SK", "https://hooks.example.com/", "FlyV1 fm2_"];
        assert_eq!(
            hits(&prefixes, "sk-ant-api03-", 0),
            [Hit { start: 0, target: 0 }, Hit { start: 0, target: 1 }]
        );
        assert_eq!(hits(&prefixes, "x SK12", 2), [Hit { start: 2, target: 2 }]);
        assert_eq!(hits(&prefixes, "=https://hooks.example.com/T", 1), [Hit { start: 1, target: 3 }]);
        assert_eq!(hits(&prefixes, "FlyV1 fm2_xyz", 6), [Hit { start: 0, target: 4 }]);
        assert_eq!(hits(&prefixes, "nothing", 0), []);
        assert_eq!(hits(&prefixes, "s", 0), []);
    }
}
