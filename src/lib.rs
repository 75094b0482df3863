//! outstay finds the credentials that outstay their welcome.
//!
//! It reads files, works out **who is given which credential and until when**, and reports standing access. This page is
//! the map of the house; each module may import only from the ones above it (`tests/architecture.rs` holds that).
//!
//! | layer | module | what it does |
//! |---|---|---|
//! | 0 | [`text`] | spans, positions, encodings, excerpts |
//! | 1 | [`model`] | the nouns: credential, lifetime, holder, grant, finding, report |
//! | 1 | [`document`] | bytes to one span tree, whatever the format |
//! | 2 | [`rules`] | rule packs: what is looked for and what is a violation, all data |
//! | 2 | [`source`] | where artifacts come from; the only readers of scanned content |
//! | 3 | [`lifetime`] | until when, read offline |
//! | 4 | [`detect`] | bytes to credentials |
//! | 4 | [`suppress`] | inline markers, waivers, baselines |
//! | 4 | [`config`] | `outstay.toml` |
//! | 5 | [`grants`] | documents and credentials to grants |
//! | 6 | [`judge`] | rules over grants to findings |
//! | 7 | [`scan`] | plan to report, in parallel |
//! | 7 | [`report`] | report to text |
//! | 8 | [`selftest`] | the tests that stand inside the rules |
//! | 8 | [`cli`] | the command line |
//!
//! The data flows one way: `source → detect (+ lifetime) → grants → judge → suppress → report`.

pub mod cli;
pub mod config;
pub mod detect;
pub mod document;
pub mod grants;
pub mod judge;
pub mod lifetime;
pub mod model;
pub mod report;
pub mod rules;
pub mod scan;
pub mod selftest;
pub mod source;
pub mod suppress;
pub mod text;
