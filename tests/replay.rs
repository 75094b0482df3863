//! What the fuzzer checks, on a stable toolchain: the seeds, and mutations of them that are the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod bodies;

use bodies::{TARGETS, seeds};

/// Pieces that formats are made of; a mutation puts one in where bytes alone would never meet.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "\\",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\t",
    "=",
    "#",
    "//",
    "/*",
    "*/",
    "---\n",
    "- ",
    "&a ",
    "*a",
    "|\n ",
    ">-\n ",
    "<<: *a",
    "\"\"\"",
    "'''",
    "${X}",
    "${X:-y}",
    "{{ x }}",
    "<<EOF\n",
    "ENV ",
    "export ",
    "\\\n",
    "-----BEGIN ",
    "-----END ",
    "outstay:allow ",
    " -- ",
    "\u{FEFF}",
    "é",
    "😀",
    "\0",
    "\u{1b}[31m",
    "://u:p@h",
    "eyJ",
    "[[waiver]]\n",
    "[x]\n",
    "reason = \"r\"\n",
    "until = 2030-01-01\n",
    "exp=",
    "sig=",
    "&se=",
    "Max-Age=",
    "99999999999999999999",
    "-1",
];

#[test]
fn what_the_fuzzer_checks_holds_for_the_seeds_and_their_mutations() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for target in TARGETS {
        let seeds = seeds::of(target.name, &directory);
        assert!(seeds.len() > 1, "{} has no seeds", target.name);
        for seed in &seeds {
            check(target, seed);
        }
        let mut random = Random(0x0057_a9ed);
        for _ in 0..target.rounds {
            let mut bytes = seeds[random.below(seeds.len())].clone();
            for _ in 0..=random.below(4) {
                mutate(&mut bytes, &seeds, &mut random);
            }
            bytes.truncate(4_096);
            check(target, &bytes);
        }
    }
}

fn check(target: &bodies::Target, bytes: &[u8]) {
    let held = catch_unwind(AssertUnwindSafe(|| bodies::run(target.name, bytes)));
    assert!(held.is_ok(), "{} does not hold for b\"{}\"", target.name, bytes.escape_ascii());
}

fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = at + random.below((bytes.len() - at).min(40) + 1);
    match random.below(6) {
        0 => bytes.truncate(at),
        1 => {
            bytes.drain(at..end);
        }
        2 => {
            let copy = bytes[at..end].to_vec();
            bytes.splice(at..at, copy);
        }
        3 => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            bytes.splice(at..end, other[from..].iter().copied());
        }
        4 => {
            let piece = PIECES[random.below(PIECES.len())];
            bytes.splice(at..at, piece.bytes());
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

/// Xorshift, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }
}
