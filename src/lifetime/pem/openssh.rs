//! The format of OpenSSH's own private keys.

use super::{Algorithm, Body, bit_length};

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// Reads a decoded body; `None` where it is no such key.
pub(super) fn read(bytes: &[u8]) -> Option<Body> {
    let mut outer = Reader { rest: bytes.strip_prefix(MAGIC)? };
    let cipher = outer.string()?;
    let (_kdf, _kdf_options) = (outer.string()?, outer.string()?);
    let _number_of_keys = outer.word()?;
    let mut public = Reader { rest: outer.string()? };
    let private = outer.string()?;
    let name = public.string()?;
    let encrypted = cipher != b"none";
    let comment = if encrypted { None } else { Some(comment(private)?) };
    Some(Body {
        algorithm: Some(algorithm(name)),
        bits: bits(name, public),
        encrypted,
        comment: comment.filter(|comment| !comment.is_empty()),
    })
}

/// The comment at the end of an unencrypted private part, whose two check words have to be the same.
fn comment(private: &[u8]) -> Option<String> {
    let mut private = Reader { rest: private };
    if private.word()? != private.word()? {
        return None;
    }
    let fields = match private.string()? {
        b"ssh-ed25519" => 2,
        b"ssh-rsa" => 6,
        b"ssh-dss" => 5,
        name if name.starts_with(b"ecdsa-") => 3,
        // The fields of security keys and of what comes later are not known here.
        _ => return Some(String::new()),
    };
    for _ in 0..fields {
        private.string()?;
    }
    Some(String::from_utf8_lossy(private.string()?).into_owned())
}

fn algorithm(name: &[u8]) -> Algorithm {
    match name {
        b"ssh-rsa" => Algorithm::Rsa,
        b"ssh-dss" => Algorithm::Dsa,
        _ if name.starts_with(b"ssh-ed25519") || name.starts_with(b"sk-ssh-ed25519") => Algorithm::Ed25519,
        _ if name.starts_with(b"ecdsa-") || name.starts_with(b"sk-ecdsa-") => Algorithm::Ec,
        _ => Algorithm::Other,
    }
}

fn bits(name: &[u8], mut public: Reader<'_>) -> Option<usize> {
    match name {
        b"ssh-rsa" => {
            public.string()?;
            public.string().map(bit_length)
        }
        b"ssh-ed25519" | b"ecdsa-sha2-nistp256" => Some(256),
        b"ecdsa-sha2-nistp384" => Some(384),
        b"ecdsa-sha2-nistp521" => Some(521),
        _ => None,
    }
}

/// Reads strings that are preceded by their length.
struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn word(&mut self) -> Option<u32> {
        let (word, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_be_bytes(*word))
    }

    fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.word()?).ok()?;
        let (string, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(string)
    }
}
