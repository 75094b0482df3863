//! The integration tests: the real executable on real trees, and the house's own rules.

mod architecture;
mod cli;
