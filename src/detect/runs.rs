//! The first pass over every byte: where words begin that have a long run of token characters ahead.
//!
//! A credential is a long run of token characters, and it begins where a word begins. Both are found 64 bytes at a time
//! as bit masks: one vectorised classification, then arithmetic on `u64`s. What comes out are a few places in a hundred bytes,
//! and only those are looked at.

/// No credential with a prefix is shorter than this; the samples' test holds it.
pub(super) const SHORTEST: usize = 16;

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
const fn classes(byte: u8) -> u8 {
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
#[derive(Clone, Copy, Default)]
struct Masks {
    token: u64,
    word: u64,
    /// Bytes that belong to an escape (`\n`, `%3D`), so that a word may begin right after them.
    escaped: u64,
}

/// The masks of a block, and the marks that it carries into the next one.
fn classify(block: &[u8; 64], last_marks: u64) -> (Masks, u64) {
    let mut flags = [0_u8; 64];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = classes(*byte);
    }
    let token = pack(&flags, 0);
    let word = pack(&flags, 1);
    let backslash = pack(&flags, 2);
    let percent = pack(&flags, 3);
    // Bits 0 and 1 of `last_marks`: a backslash or percent in the last byte, a percent in the one before.
    let marks = backslash | percent;
    let escaped = marks << 1 | percent << 2 | last_marks;
    let carried = (marks >> 63) | ((percent >> 62) & 1) | ((percent >> 63) << 1);
    (Masks { token, word, escaped }, carried)
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
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        scan.block(block, &mut each);
    }
    let mut last = [b'-'; 64];
    last[..rest.len()].copy_from_slice(rest);
    let end = bytes.len();
    scan.block(&last, &mut |at| {
        if at < end {
            each(at);
        }
    });
    // The block after the end: token characters only, so that a value that ends with the text is still found.
    scan.block(&[b'-'; 64], &mut |at| {
        if at < end {
            each(at);
        }
    });
}

#[derive(Default)]
struct Scan {
    /// The block before: its word starts cannot be judged until the token mask of the next one is known.
    pending: Masks,
    starts: u64,
    offset: usize,
    marks: u64,
    begun: bool,
}

impl Scan {
    #[inline]
    fn block(&mut self, block: &[u8; 64], each: &mut impl FnMut(usize)) {
        let (masks, marks) = classify(block, self.marks);
        if self.begun {
            self.report(masks.token, each);
            self.offset += 64;
        }
        self.begun = true;
        let plain_word = self.pending.word & !self.pending.escaped;
        let before = (masks.word & !masks.escaped) << 1 | plain_word >> 63;
        self.starts = masks.word & !before;
        self.pending = masks;
        self.marks = marks;
    }

    /// The pending block's word starts that have a long run ahead, which may reach into the next block.
    #[inline]
    fn report(&self, next_token: u64, each: &mut impl FnMut(usize)) {
        if self.starts == 0 {
            return;
        }
        let mut long = u128::from(self.pending.token) | u128::from(next_token) << 64;
        long &= long >> 1;
        long &= long >> 2;
        long &= long >> 4;
        long &= long >> 8;
        let mut found = self.starts & long as u64;
        while found != 0 {
            each(self.offset + found.trailing_zeros() as usize);
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
                    && (index..index + SHORTEST).all(|ahead| classes(at(ahead)) & TOKEN != 0)
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

    proptest! {
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
