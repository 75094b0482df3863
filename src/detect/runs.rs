//! The first pass over every byte: where words begin that have a long run of token characters ahead.
//!
//! A credential is a long run of token characters, and it begins where a word begins. Both are found 64 bytes at a time
//! as bit masks: one vectorised classification, then arithmetic on `u64`s. What comes out are a few places in a hundred bytes,
//! and only those are looked at.

/// No credential with a prefix is shorter than this; the samples' test holds it.
pub(super) const SHORTEST: usize = 16;

/// So many blocks are classified before they are looked at.
const AT_ONCE: usize = 32;

const TOKEN: u8 = 1;
const WORD: u8 = 2;
const BACKSLASH: u8 = 4;
const PERCENT: u8 = 8;

/// Letters and digits.
#[inline]
const fn is_word(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
}

/// The classes of one byte. Branch-free, so that the loop over a block becomes vector code.
#[inline]
const fn classes_of(byte: u8) -> u8 {
    // `+ , - . / 0-9 :` are one range; the comma in it costs a probe now and then, a second range would cost every byte.
    let middle = byte.wrapping_sub(b'+') <= b':' - b'+';
    let other = (byte == b'_') | (byte == b'=') | (byte == b'~') | (byte == b'$') | (byte == b'!');
    let word = is_word(byte);
    (((middle | other | word) as u8) * TOKEN)
        | ((word as u8) * WORD)
        | (((byte == b'\\') as u8) * BACKSLASH)
        | (((byte == b'%') as u8) * PERCENT)
}

/// One bit for each byte of a block, for each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes {
    pub(super) token: u64,
    pub(super) word: u64,
    pub(super) backslash: u64,
    pub(super) percent: u64,
}

/// The classes of as many blocks as both slices have, by the fastest way that the processor knows.
fn classify(blocks: &[[u8; 64]], classes: &mut [Classes]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = super::simd::Avx2::detect() {
        return avx2.classify(blocks, classes);
    }
    classify_anywhere(blocks, classes);
}

/// The same on any processor.
fn classify_anywhere(blocks: &[[u8; 64]], classes: &mut [Classes]) {
    for (block, classes) in blocks.iter().zip(classes) {
        let mut flags = [0_u8; 64];
        for (flag, byte) in flags.iter_mut().zip(block) {
            *flag = classes_of(*byte);
        }
        *classes = Classes {
            token: pack(&flags, 0),
            word: pack(&flags, 1),
            backslash: pack(&flags, 2),
            percent: pack(&flags, 3),
        };
    }
}

/// Bit `class` of each of the 64 flags, in order.
#[inline]
fn pack(flags: &[u8; 64], class: u32) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |mask, (index, eight)| {
        let ones = (u64::from_le_bytes(*eight) >> class) & 0x0101_0101_0101_0101;
        mask | (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (index * 8)
    })
}

/// Calls `each` with every place in `bytes` at which a word begins that has [`SHORTEST`] token characters ahead (or token
/// characters up to the end of `bytes`, if that comes first).
pub(super) fn word_starts(bytes: &[u8], mut each: impl FnMut(usize)) {
    let mut scan = Scan::default();
    let mut classes = [Classes::default(); AT_ONCE];
    let (blocks, rest) = bytes.as_chunks::<64>();
    for blocks in blocks.chunks(AT_ONCE) {
        classify(blocks, &mut classes);
        for classes in &classes[..blocks.len()] {
            scan.block(classes, &mut each);
        }
    }
    // The last bytes, and a block after the end: token characters only, so that a value that ends with the text is still found.
    let mut last = [[b'-'; 64]; 2];
    last[0][..rest.len()].copy_from_slice(rest);
    classify(&last, &mut classes);
    let end = bytes.len();
    for classes in &classes[..last.len()] {
        scan.block(classes, &mut |at| {
            if at < end {
                each(at);
            }
        });
    }
}

/// The block before the one that is looked at: its word starts cannot be judged until the token mask of the next one is known.
#[derive(Default)]
struct Scan {
    token: u64,
    starts: u64,
    /// Whether its last byte is of a word that goes on.
    in_word: u64,
    /// Where it begins; before the first block there is one that is empty.
    offset: Option<usize>,
    /// Bits 0 and 1: a backslash or percent in its last byte, a percent in the one before.
    marks: u64,
}

impl Scan {
    #[inline]
    fn block(&mut self, classes: &Classes, each: &mut impl FnMut(usize)) {
        self.offset = Some(match self.offset {
            Some(offset) => {
                self.report(offset, classes.token, each);
                offset + 64
            }
            None => 0,
        });
        let Classes { token, word, backslash, percent } = *classes;
        let marks = backslash | percent;
        // Bytes that belong to an escape (`\n`, `%3D`), so that a word may begin right after them.
        let escaped = marks << 1 | percent << 2 | self.marks;
        self.marks = (marks >> 63) | ((percent >> 62) & 1) | ((percent >> 63) << 1);
        let plain = word & !escaped;
        self.starts = word & !(plain << 1 | self.in_word);
        self.in_word = plain >> 63;
        self.token = token;
    }

    /// The pending block's word starts that have a long run ahead, which may reach into the next block.
    #[inline]
    fn report(&self, offset: usize, next_token: u64, each: &mut impl FnMut(usize)) {
        if self.starts == 0 {
            return;
        }
        let mut long = u128::from(self.token) | u128::from(next_token) << 64;
        long &= long >> 1;
        long &= long >> 2;
        long &= long >> 4;
        long &= long >> 8;
        let mut found = self.starts & long as u64;
        while found != 0 {
            each(offset + found.trailing_zeros() as usize);
            found &= found - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, one byte at a time.
    fn scalar(bytes: &[u8]) -> Vec<usize> {
        let at = |index: usize| bytes.get(index).copied().unwrap_or(b'-');
        let escaped = |index: usize| {
            (index >= 1 && matches!(bytes[index - 1], b'\\' | b'%'))
                || (index >= 2 && bytes[index - 2] == b'%')
        };
        (0..bytes.len())
            .filter(|&index| {
                is_word(bytes[index])
                    && (index == 0 || !is_word(bytes[index - 1]) || escaped(index - 1))
                    && (index..index + SHORTEST).all(|ahead| classes_of(at(ahead)) & TOKEN != 0)
            })
            .collect()
    }

    fn vector(bytes: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        word_starts(bytes, |at| found.push(at));
        found
    }

    #[test]
    fn words_begin_after_separators_and_escapes() {
        let tail = "a".repeat(16);
        for (text, at) in [
            (format!("x {tail}"), 2),
            (format!("x_{tail}"), 2),
            (format!("\\n{tail}"), 2),
            (format!("%3D{tail}"), 3),
        ] {
            assert_eq!(vector(text.as_bytes()).last(), Some(&at), "{text}");
        }
        assert!(!vector(format!("xy{tail}").as_bytes()).contains(&2));
    }

    #[test]
    fn every_byte_has_the_same_classes_both_ways() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let (blocks, _) = all.as_chunks::<64>();
        let (mut fast, mut plain) = ([Classes::default(); 4], [Classes::default(); 4]);
        classify(blocks, &mut fast);
        classify_anywhere(blocks, &mut plain);
        assert_eq!(fast, plain);
    }

    proptest! {
        #[test]
        fn blocks_have_the_same_classes_both_ways(bytes in proptest::collection::vec(any::<u8>(), 64 * 5)) {
            let (blocks, _) = bytes.as_chunks::<64>();
            let (mut fast, mut plain) = ([Classes::default(); 5], [Classes::default(); 5]);
            classify(blocks, &mut fast);
            classify_anywhere(blocks, &mut plain);
            prop_assert_eq!(fast, plain);
        }

        #[test]
        fn both_ways_find_the_same(text in r#"([a-z0-9_\-./+=:~$!]{1,40}|[\\%" \n<>]|[a-zA-Z0-9]){0,40}"#, shift in 0_usize..64) {
            let text = format!("{}{text}", " ".repeat(shift));
            prop_assert_eq!(vector(text.as_bytes()), scalar(text.as_bytes()));
        }

        #[test]
        fn both_ways_find_the_same_in_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(vector(&bytes), scalar(&bytes));
        }
    }
}
