//! `outstay.toml`, and the policy that may stand above it: found, read, and turned into values that cannot be wrong.

mod discover;
mod edit;
mod error;
mod govern;
mod nearest;
mod policy;
mod raw;
mod resolve;
mod settings;
mod template;

pub use discover::{FILE_NAME, discover};
pub use edit::{EditError, NewWaiver, add_waiver};
pub use error::{ConfigError, Invalid, Paint};
pub use govern::{Governed, changes};
pub use nearest::nearest;
pub use policy::{Freedom, Policy};
pub use settings::{Config, Names, RuleFacts, RuleOverride, Said};
pub use template::{POLICY_FILE_NAME, policy_template, template};

#[cfg(test)]
mod govern_tests;
#[cfg(test)]
mod tests;
