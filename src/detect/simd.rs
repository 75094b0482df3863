//! The only unsafe code of the house: two loops of AVX2 instructions, each with a portable twin beside its caller and a test
//! that holds the two equal.
//!
//! Both look up the classes of 32 bytes at once: one table for the low half of a byte, one for the high half, and a byte has
//! the classes that both give it.

#![expect(unsafe_code, reason = "vector loads, and calls that are sound only where the processor has AVX2")]

use std::arch::x86_64::*;

use super::runs::Classes;

/// Proof that the processor has AVX2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(());

impl Avx2 {
    /// Where there is AVX2.
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    /// The classes of as many blocks as both slices have.
    pub(super) fn classify(self, blocks: &[[u8; 64]], classes: &mut [Classes]) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { classify(blocks, classes) }
    }
}

// Token characters by rows of the ASCII table, one bit for each row that differs from the others.
const ROW_2: u8 = 1; // ! $ + , - . /
const ROW_3: u8 = 2; // : =
const ROW_5: u8 = 4; // _
const ROW_7: u8 = 8; // ~
const DIGITS: u8 = 16;
const LETTERS_46: u8 = 32; // A to O, a to o
const LETTERS_57: u8 = 64; // P to Z, p to z
const WORD: u8 = DIGITS | LETTERS_46 | LETTERS_57;

const LOW: [u8; 16] = {
    let mut low = [0; 16];
    let mut column = 0;
    while column < 16 {
        low[column] = (if matches!(column, 1 | 4 | 11..=15) { ROW_2 } else { 0 })
            | (if matches!(column, 10 | 13) { ROW_3 } else { 0 })
            | (if column == 15 { ROW_5 } else { 0 })
            | (if column == 14 { ROW_7 } else { 0 })
            | (if column < 10 { DIGITS } else { 0 })
            | (if column > 0 { LETTERS_46 } else { 0 })
            | (if column < 11 { LETTERS_57 } else { 0 });
        column += 1;
    }
    low
};

const HIGH: [u8; 16] = {
    let mut high = [0; 16];
    high[2] = ROW_2;
    high[3] = ROW_3 | DIGITS;
    high[4] = LETTERS_46;
    high[5] = ROW_5 | LETTERS_57;
    high[6] = LETTERS_46;
    high[7] = ROW_7 | LETTERS_57;
    high
};

#[target_feature(enable = "avx2")]
fn classify(blocks: &[[u8; 64]], classes: &mut [Classes]) {
    let (low, high) = (table(&LOW), table(&HIGH));
    let word = _mm256_set1_epi8(WORD.cast_signed());
    let backslash = _mm256_set1_epi8(b'\\'.cast_signed());
    let percent = _mm256_set1_epi8(b'%'.cast_signed());
    for (block, classes) in blocks.iter().zip(classes) {
        let (first, second) = halves(block);
        let (first_found, second_found) = (look_up(first, low, high), look_up(second, low, high));
        *classes = Classes {
            token: mask(is_set(first_found), is_set(second_found)),
            word: mask(
                is_set(_mm256_and_si256(first_found, word)),
                is_set(_mm256_and_si256(second_found, word)),
            ),
            backslash: mask(_mm256_cmpeq_epi8(first, backslash), _mm256_cmpeq_epi8(second, backslash)),
            percent: mask(_mm256_cmpeq_epi8(first, percent), _mm256_cmpeq_epi8(second, percent)),
        };
    }
}

/// The classes of 32 bytes; bytes that are no ASCII have none.
#[inline]
#[target_feature(enable = "avx2")]
fn look_up(bytes: __m256i, low: __m256i, high: __m256i) -> __m256i {
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0F));
    // The shuffle looks at the low half by itself, and gives nothing for a byte with its top bit set.
    _mm256_and_si256(_mm256_shuffle_epi8(low, bytes), _mm256_shuffle_epi8(high, upper))
}

/// All bits of each byte that is not zero.
#[inline]
#[target_feature(enable = "avx2")]
fn is_set(bytes: __m256i) -> __m256i {
    // Seven classes: no byte is above 127.
    _mm256_cmpgt_epi8(bytes, _mm256_setzero_si256())
}

/// One bit for each byte of two vectors: its top bit.
#[inline]
#[target_feature(enable = "avx2")]
fn mask(first: __m256i, second: __m256i) -> u64 {
    let (first, second) = (_mm256_movemask_epi8(first), _mm256_movemask_epi8(second));
    u64::from(first.cast_unsigned()) | u64::from(second.cast_unsigned()) << 32
}

#[inline]
#[target_feature(enable = "avx2")]
fn table(entries: &[u8; 16]) -> __m256i {
    // SAFETY: an unaligned load of the 16 bytes that the reference stands for.
    let entries = unsafe { _mm_loadu_si128(entries.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(entries)
}

#[inline]
#[target_feature(enable = "avx2")]
fn halves(block: &[u8; 64]) -> (__m256i, __m256i) {
    let start: *const __m256i = block.as_ptr().cast();
    // SAFETY: two unaligned loads of 32 bytes, together the 64 bytes that the reference stands for.
    unsafe { (_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))) }
}
