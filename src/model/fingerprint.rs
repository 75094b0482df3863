//! Names for secrets that say nothing about them.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key that fingerprints are made under.
#[derive(Clone)]
pub struct FingerprintKey(Box<[u8]>);

impl Default for FingerprintKey {
    /// The fixed public key: the same secret has the same fingerprint everywhere.
    fn default() -> Self {
        Self(b"outstay/v1".as_slice().into())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(…)")
    }
}

impl FingerprintKey {
    /// An organisation's own key.
    pub fn secret(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The fingerprint of `parts`; no two different lists of parts run together.
    pub fn sign(&self, parts: &[&[u8]]) -> Fingerprint {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        let mut first = [0; 16];
        first.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        Fingerprint(first)
    }
}

/// A keyed name of a credential or a finding: the first 128 bits of an HMAC-SHA-256, printed in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Reads what [`Fingerprint`] prints.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A name for a value within one run, under a key that dies with it: safe for short values too, and never printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JoinKey(u64);

impl JoinKey {
    /// The name of `value` under the run's key.
    pub fn of(key: &RandomState, value: &[u8]) -> Self {
        Self(key.hash_one(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_keyed_and_parts_do_not_run_together() {
        let public = FingerprintKey::default();
        assert_ne!(public.sign(&[b"ab", b"c"]), public.sign(&[b"a", b"bc"]));
        assert_ne!(public.sign(&[b"ab"]), FingerprintKey::secret(b"ours").sign(&[b"ab"]));
        let fingerprint = public.sign(&[b"ab"]);
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Some(fingerprint));
        assert_eq!(Fingerprint::parse("zz"), None);
    }
}
