//! Secret material, and what may be shown in its place.

use std::fmt;

/// The bytes of a secret. It has no `Display`, its `Debug` redacts, and it does not serialise: only
/// [`Secret::reveal`] hands the bytes out, and only detection, lifetimes and the `--show-secrets` terminal call it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes a copy of the bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes themselves.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is printed in the place of a secret: at most its kind's public prefix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Redacted(String);

impl Redacted {
    /// For a secret that begins with `prefix`, which every credential of its kind has and which so says nothing.
    pub fn with_prefix(prefix: &str) -> Self {
        Self(format!("{prefix}[redacted]"))
    }

    /// For a secret of which nothing may be shown.
    pub fn whole() -> Self {
        Self::with_prefix("")
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new(b"hunter2")), "Secret(…)");
    }
}
