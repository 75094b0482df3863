//! Private keys in PEM: of what kind, encrypted or not, and whether there is a key in the block at all.

mod openssh;

use super::armor::Armor;
use super::der;
use crate::model::{Principal, PrincipalKind};

/// What a key is for the mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// A curve of NIST or the like.
    Ec,
    /// Ed25519 and Ed448.
    Ed25519,
    /// DSA.
    Dsa,
    /// Any other, or hidden by encryption.
    Other,
}

/// How a key is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `RSA PRIVATE KEY`: PKCS#1.
    Rsa,
    /// `EC PRIVATE KEY`: SEC 1.
    Ec,
    /// `DSA PRIVATE KEY`.
    Dsa,
    /// `PRIVATE KEY` or `ENCRYPTED PRIVATE KEY`: PKCS#8, with the algorithm that it names.
    Pkcs8(Algorithm),
    /// `OPENSSH PRIVATE KEY`, with the algorithm of its public part.
    OpenSsh(Algorithm),
    /// `PGP PRIVATE KEY BLOCK`.
    Pgp,
    /// Any other label that ends in `PRIVATE KEY`.
    Other,
}

/// What a private key's block tells without its passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKey {
    /// The label of the block, such as `RSA PRIVATE KEY`.
    pub label: String,
    /// How it is packed.
    pub kind: KeyKind,
    /// Its size in bits, where that is easy to see.
    pub bits: Option<usize>,
    /// Whether a passphrase protects it.
    pub encrypted: bool,
    /// Whether the body decodes to what the label promises. Where not, the block is a header alone or a sample.
    pub body_is_plausible: bool,
    /// The comment of an OpenSSH key, often `user@host`.
    pub comment: Option<String>,
}

/// Fewer characters of base64 are no key.
const MIN_BODY: usize = 32;

/// Reads the first private key's block in `block`; `None` where there is none.
pub fn read(block: &[u8]) -> Option<PrivateKey> {
    let mut from = 0;
    loop {
        let armor = Armor::find(block, from)?;
        if armor.label.ends_with("PRIVATE KEY") || armor.label == "PGP PRIVATE KEY BLOCK" {
            return Some(read_armor(&armor));
        }
        from = armor.span.end;
    }
}

fn read_armor(armor: &Armor<'_>) -> PrivateKey {
    let bytes = armor.bytes().filter(|_| armor.body().len() >= MIN_BODY);
    let legacy_encryption = armor.has_header("Proc-Type: 4,ENCRYPTED");
    let body = bytes.as_deref().and_then(|bytes| match armor.label {
        // The cipher leaves whole blocks and no structure.
        _ if legacy_encryption => bytes.len().is_multiple_of(8).then(Body::default),
        "RSA PRIVATE KEY" => rsa(bytes),
        "EC PRIVATE KEY" => ec(bytes),
        "DSA PRIVATE KEY" => der::Reader::new(bytes).enter()?.take(der::INTEGER).map(|_| Body::default()),
        "PRIVATE KEY" => pkcs8(bytes),
        "ENCRYPTED PRIVATE KEY" => encrypted_pkcs8(bytes),
        "OPENSSH PRIVATE KEY" => openssh::read(bytes),
        // The first packet has the tag of a secret key, in the old or the new form.
        "PGP PRIVATE KEY BLOCK" => matches!(bytes.first(), Some(0x94..=0x97 | 0xc5)).then(Body::default),
        _ => Some(Body::default()),
    });
    let body_is_plausible = body.is_some();
    let body = body.unwrap_or_default();
    PrivateKey {
        label: armor.label.to_owned(),
        kind: kind(armor.label, body.algorithm.unwrap_or(Algorithm::Other)),
        bits: body.bits,
        encrypted: legacy_encryption || body.encrypted || armor.label.contains("ENCRYPTED"),
        body_is_plausible,
        comment: body.comment,
    }
}

fn kind(label: &str, algorithm: Algorithm) -> KeyKind {
    match label {
        "RSA PRIVATE KEY" => KeyKind::Rsa,
        "EC PRIVATE KEY" => KeyKind::Ec,
        "DSA PRIVATE KEY" => KeyKind::Dsa,
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => KeyKind::Pkcs8(algorithm),
        "OPENSSH PRIVATE KEY" => KeyKind::OpenSsh(algorithm),
        "PGP PRIVATE KEY BLOCK" => KeyKind::Pgp,
        _ => KeyKind::Other,
    }
}

/// What the decoded body tells.
#[derive(Default)]
struct Body {
    algorithm: Option<Algorithm>,
    bits: Option<usize>,
    encrypted: bool,
    comment: Option<String>,
}

fn rsa(bytes: &[u8]) -> Option<Body> {
    let mut key = der::Reader::new(bytes).enter()?;
    key.take(der::INTEGER)?;
    let modulus = key.take(der::INTEGER)?;
    key.take(der::INTEGER)?;
    Some(Body { bits: Some(bit_length(modulus)), ..Body::default() })
}

fn ec(bytes: &[u8]) -> Option<Body> {
    let mut key = der::Reader::new(bytes).enter()?;
    key.take(der::INTEGER)?;
    let scalar = key.take(der::OCTETS)?;
    Some(Body { bits: Some(scalar.len() * 8), ..Body::default() })
}

fn pkcs8(bytes: &[u8]) -> Option<Body> {
    let mut key = der::Reader::new(bytes).enter()?;
    key.take(der::INTEGER)?;
    let algorithm = algorithm(key.enter()?.take(der::OID)?);
    let inner = key.take(der::OCTETS)?;
    let body = match algorithm {
        Algorithm::Rsa => rsa(inner)?,
        Algorithm::Ec => ec(inner)?,
        _ => Body::default(),
    };
    Some(Body { algorithm: Some(algorithm), ..body })
}

fn encrypted_pkcs8(bytes: &[u8]) -> Option<Body> {
    let mut key = der::Reader::new(bytes).enter()?;
    key.enter()?.take(der::OID)?;
    key.take(der::OCTETS)?;
    Some(Body { encrypted: true, ..Body::default() })
}

fn algorithm(oid: &[u8]) -> Algorithm {
    match oid {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 | 0x0a] => Algorithm::Rsa,
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => Algorithm::Ec,
        [0x2b, 0x65, 0x70 | 0x71] => Algorithm::Ed25519,
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01] => Algorithm::Dsa,
        _ => Algorithm::Other,
    }
}

/// How many bits a big-endian number has.
fn bit_length(number: &[u8]) -> usize {
    let number = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

impl PrivateKey {
    /// The user and host that its comment names.
    pub fn principal(&self) -> Option<Principal> {
        let comment = self.comment.as_deref().filter(|comment| comment.contains('@'))?;
        Some(Principal::new(PrincipalKind::UserAtHost, comment))
    }
}

#[cfg(test)]
mod tests;
