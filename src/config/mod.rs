//! `outstay.toml`: found, read, and turned into values that cannot be wrong.

mod discover;
mod edit;
mod error;
mod nearest;
mod raw;
mod resolve;

pub use discover::{FILE_NAME, discover};
pub use edit::{EditError, NewWaiver, add_waiver, template};
pub use error::{ConfigError, Invalid, Paint};
pub use nearest::nearest;
pub use resolve::{Config, Names, RuleOverride};

#[cfg(test)]
mod tests;
