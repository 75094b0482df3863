//! What one artifact gave.

use super::{Credential, Grant, Holder, Mint, Origin};

/// Everything that was extracted from one artifact; its bytes are gone.
#[derive(Debug)]
pub struct Examined {
    /// Which artifact.
    pub origin: Origin,
    /// Its credentials, by place.
    pub credentials: Vec<Credential>,
    /// Its holders; a grant's holder counts in this list.
    pub holders: Vec<Holder>,
    /// Its grants; a literal's credential counts in `credentials`.
    pub grants: Vec<Grant>,
    /// Its mints.
    pub mints: Vec<Mint>,
}
