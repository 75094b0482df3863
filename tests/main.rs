//! The integration tests: the real executable on real trees, and the house's own rules.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod bounded;
mod cli;
mod contributing;
mod graph;
mod help;
mod hostile;
mod labelled;
mod policy;
mod program;
mod quiet;
mod replay;
mod schemas;
