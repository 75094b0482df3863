//! How much may be tried: so many bytes of work for each byte of input.
//!
//! A text that begins a credential at every few bytes could make each try read on for kilobytes. What is written by people and
//! programs needs a fraction of this: one value, tried by a few kinds, is read a few times.

/// Bytes of work that a byte of input allows.
const PER_BYTE: i64 = 16;

/// No more is saved up for places that are tried together.
const MOST: i64 = 1 << 20;

/// The work that is still allowed.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Below zero where the last try read more than was left: that is made up for before the next one.
    left: i64,
    /// Up to where the input has been counted in.
    counted: usize,
    /// How many places were not tried.
    refused: usize,
}

impl Allowance {
    /// For input that begins at `start`.
    pub(super) fn new(start: usize) -> Self {
        Self { left: MOST, counted: start, refused: 0 }
    }

    /// Whether something may be tried at `at`. Places come in their order.
    pub(super) fn admits(&mut self, at: usize) -> bool {
        let advanced = i64::try_from(at.saturating_sub(self.counted)).unwrap_or(MOST);
        self.counted = self.counted.max(at);
        self.left = self.left.saturating_add(advanced.saturating_mul(PER_BYTE)).min(MOST);
        let admits = self.left > 0;
        self.refused += usize::from(!admits);
        admits
    }

    /// Takes off what a try has read.
    pub(super) fn charge(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(i64::try_from(bytes).unwrap_or(MOST));
    }

    /// How many places were not tried.
    pub(super) fn refused(&self) -> usize {
        self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_bounded_by_the_input() {
        let mut allowance = Allowance::new(0);
        let mut work = 0_i64;
        for at in (0..1_000_000).step_by(4) {
            if allowance.admits(at) {
                allowance.charge(16 * 1024);
                work += 16 * 1024;
            }
        }
        assert!(work < 1_000_000 * PER_BYTE + MOST + 16 * 1024, "{work}");
        assert!(allowance.refused() > 200_000);
    }

    #[test]
    fn what_is_read_a_few_times_is_never_refused() {
        let mut allowance = Allowance::new(0);
        for at in (0..1_000_000).step_by(40) {
            for _ in 0..PER_BYTE {
                assert!(allowance.admits(at));
                allowance.charge(40);
            }
        }
        assert_eq!(allowance.refused(), 0);
    }
}
