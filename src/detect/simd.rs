//! The only unsafe code of the house: two loops of AVX2 instructions, each with a portable twin beside its caller and a test
//! that holds the two equal.
//!
//! Both look up the classes of 32 bytes at once: one table for the low half of a byte, one for the high half, and a byte has
//! the classes that both give it. Bytes that are no ASCII have none.

#![expect(unsafe_code, reason = "vector loads, and calls that are sound only where the processor has AVX2")]

use std::arch::x86_64::*;

use super::runs::Classes;

/// Two tables of classes, one bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tables {
    low: [u8; 16],
    high: [u8; 16],
}

impl Tables {
    /// Gives `byte` the classes `bits`. Other bytes may come to have them too, where these share a half with one and a half with another.
    pub(super) const fn add(&mut self, byte: u8, bits: u8) {
        self.low[(byte & 15) as usize] |= bits;
        self.high[(byte >> 4) as usize] |= bits;
    }
}

/// What four bytes in a row have to be: a class in common, each by its own tables. The fourth may be anything for some classes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fingerprints {
    pub(super) tables: [Tables; 4],
    pub(super) any_fourth: u8,
}

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

    /// One bit for each place in `text` where `prints` has one, 64 places each; as many as `found` has room for and `text` has three
    /// bytes more than. How many that are.
    pub(super) fn find(self, prints: &Fingerprints, text: &[u8], found: &mut [u64]) -> usize {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { find(prints, text, found) }
    }
}

// Token characters by rows of the ASCII table, one bit for each row that differs from the others.
const ROW_2: u8 = 1;
const ROW_3: u8 = 2;
const ROW_5: u8 = 4;
const ROW_7: u8 = 8;
const DIGITS: u8 = 16;
const ROWS_4_AND_6: u8 = 32;
const ROWS_5_AND_7: u8 = 64;
const WORD: u8 = DIGITS | ROWS_4_AND_6 | ROWS_5_AND_7;

const TOKEN: Tables = {
    let mut tables = Tables { low: [0; 16], high: [0; 16] };
    let mut byte = 0;
    while byte < 128 {
        let bits = match byte {
            b'!' | b'$' | b'+'..=b'/' => ROW_2,
            b'0'..=b'9' => DIGITS,
            b':' | b'=' => ROW_3,
            b'A'..=b'O' | b'a'..=b'o' => ROWS_4_AND_6,
            b'P'..=b'Z' | b'p'..=b'z' => ROWS_5_AND_7,
            b'_' => ROW_5,
            b'~' => ROW_7,
            _ => 0,
        };
        tables.add(byte, bits);
        byte += 1;
    }
    tables
};

#[target_feature(enable = "avx2")]
fn classify(blocks: &[[u8; 64]], classes: &mut [Classes]) {
    let tables = load_tables(&TOKEN);
    let word = _mm256_set1_epi8(WORD.cast_signed());
    let backslash = _mm256_set1_epi8(b'\\'.cast_signed());
    let percent = _mm256_set1_epi8(b'%'.cast_signed());
    for (block, classes) in blocks.iter().zip(classes) {
        let (first, second) = (load(block, 0), load(block, 32));
        let (first_found, second_found) = (look_up(first, tables), look_up(second, tables));
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

#[target_feature(enable = "avx2")]
fn find(prints: &Fingerprints, text: &[u8], found: &mut [u64]) -> usize {
    let tables = [0, 1, 2, 3].map(|place| load_tables(&prints.tables[place]));
    let any_fourth = _mm256_set1_epi8(prints.any_fourth.cast_signed());
    let mut blocks = 0;
    for found in found {
        let Some(block) = text.get(blocks * 64..).and_then(|text| text.first_chunk::<67>()) else { break };
        let (first, second) = (shared(block, 0, tables, any_fourth), shared(block, 32, tables, any_fourth));
        *found = !mask(is_zero(first), is_zero(second));
        blocks += 1;
    }
    blocks
}

/// The classes that each of 32 bytes from `at` on shares with the three after it.
#[inline]
#[target_feature(enable = "avx2")]
fn shared(block: &[u8; 67], at: usize, tables: [(__m256i, __m256i); 4], any_fourth: __m256i) -> __m256i {
    let first = look_up(load(block, at), tables[0]);
    let second = look_up(load(block, at + 1), tables[1]);
    let third = look_up(load(block, at + 2), tables[2]);
    let fourth = _mm256_or_si256(look_up(load(block, at + 3), tables[3]), any_fourth);
    _mm256_and_si256(_mm256_and_si256(first, second), _mm256_and_si256(third, fourth))
}

/// The classes of 32 bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn look_up(bytes: __m256i, (low, high): (__m256i, __m256i)) -> __m256i {
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0F));
    // The shuffle looks at the low half by itself, and gives nothing for a byte with its top bit set.
    _mm256_and_si256(_mm256_shuffle_epi8(low, bytes), _mm256_shuffle_epi8(high, upper))
}

/// All bits of each byte that is above zero, which is each that is not zero as long as there are seven classes.
#[inline]
#[target_feature(enable = "avx2")]
fn is_set(bytes: __m256i) -> __m256i {
    _mm256_cmpgt_epi8(bytes, _mm256_setzero_si256())
}

#[inline]
#[target_feature(enable = "avx2")]
fn is_zero(bytes: __m256i) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())
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
fn load_tables(tables: &Tables) -> (__m256i, __m256i) {
    (twice(&tables.low), twice(&tables.high))
}

#[inline]
#[target_feature(enable = "avx2")]
fn twice(table: &[u8; 16]) -> __m256i {
    // SAFETY: an unaligned load of the 16 bytes that the reference stands for.
    let table = unsafe { _mm_loadu_si128(table.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(table)
}

/// The 32 bytes from `at` on.
#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8], at: usize) -> __m256i {
    let bytes = &bytes[at..at + 32];
    // SAFETY: an unaligned load of the 32 bytes that the slice has.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}
