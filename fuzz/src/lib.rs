//! What must hold for any input: one function for each target. The fuzzer calls them, and so does the stable test
//! `tests/replay.rs`, which brings this file in by its path.

#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a check that cannot go on has failed; shared by two crates"
)]

mod detection;
mod documents;
mod files;
mod pipeline;
pub mod seeds;
mod texts;
mod values;

use std::sync::LazyLock;

use outstay::detect::Detector;
use outstay::rules::{RulePack, TEST_CLOCK};

/// One target.
pub struct Target {
    /// Its name: that of its file in `fuzz_targets/` and of its seeds' directory.
    pub name: &'static str,
    /// What must hold for these bytes. Panics where it does not.
    pub check: fn(&[u8]),
    /// How many mutations the stable test makes: fewer where one takes long.
    pub rounds: usize,
}

const fn target(name: &'static str, check: fn(&[u8]), rounds: usize) -> Target {
    Target { name, check, rounds }
}

/// Every target.
pub const TARGETS: &[Target] = &[
    target("config", files::config, 2_000),
    target("detect", detection::detect, 3_000),
    target("document", documents::document, 6_000),
    target("excerpt", texts::excerpt, 2_000),
    target("markers", texts::markers, 2_000),
    target("rules", files::rules, 1_000),
    target("scan", pipeline::scan, 150),
    target("slot", detection::slot, 500),
    target("text", texts::text, 2_000),
    target("values", values::values, 4_000),
];

/// Runs the target of this name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("the target is listed");
    (target.check)(bytes);
}

/// The embedded rules.
static PACK: LazyLock<RulePack> = LazyLock::new(|| RulePack::embedded().expect("the embedded rules load"));

/// A detector over them.
static DETECTOR: LazyLock<Detector<'static>> = LazyLock::new(|| Detector::new(&PACK, TEST_CLOCK));

/// The first byte chooses, the rest is the input.
fn choice(bytes: &[u8]) -> (usize, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first), rest))
}
