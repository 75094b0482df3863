//! Bytes to credentials: a prefilter proposes, kinds confirm, readers read, plausibility drops with a reason.

mod allowance;
mod anchors;
mod assignment;
mod candidate;
mod context;
mod examine;
mod overlap;
mod plausible;
mod probes;
mod readers;
mod runs;
#[cfg(target_arch = "x86_64")]
mod simd;
#[cfg(test)]
mod tests;

pub use candidate::{Candidate, DropReason, Facts};
pub use examine::{Detector, Input, Survey, Syntax};
pub use plausible::is_weak;
