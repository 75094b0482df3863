//! A kept candidate becomes a credential: named, dated, redacted.

use std::hash::RandomState;

use crate::detect::{Candidate, DropReason, is_weak};
use crate::model::{
    Credential, Evidence, FingerprintKey, JoinKey, Lifetime, LifetimeClass, Location, Privilege, Redacted,
    Secret,
};
use crate::rules::{Kind, LifetimeCondition, LifetimeRule, Reader, Role, WordSet};
use crate::text::entropy;

/// A value of less information than this never enters an emitted fingerprint: it could be found by trying.
const LEAST_BITS: f64 = 64.0;

/// What naming a value takes.
#[derive(Clone, Copy)]
pub(super) struct Keys<'k> {
    pub(super) key: &'k FingerprintKey,
    pub(super) join: &'k RandomState,
}

/// Makes the credential. `value` are its bytes, `name` what it is assigned to, `sibling` a lifetime that its document tells.
pub(super) fn finish(
    candidate: &Candidate,
    kind: &Kind,
    value: &[u8],
    (name, sibling): (Option<String>, Option<Lifetime>),
    location: Location,
    keys: Keys<'_>,
) -> Credential {
    let named = normalised(value);
    let fingerprint = (bits(&named) >= LEAST_BITS).then(|| keys.key.sign(&[b"credential", &named]));
    Credential {
        kind: kind.id.clone(),
        location,
        secret: Secret::new(value),
        shown: shown(kind, value),
        fingerprint,
        join: JoinKey::of(keys.join, &named),
        lifetime: lifetime(candidate, kind, value, name.as_deref(), sibling),
        name,
        principal: candidate.facts.principal.clone(),
        subject: kind.subject,
        privilege: candidate.facts.privilege.filter(|own| *own == Privilege::Admin).unwrap_or(kind.privilege),
        confidence: candidate.confidence,
        claims: candidate.facts.claims.clone(),
    }
}

/// What may be printed in the value's place: the beginning that every value of its kind has.
pub(super) fn shown(kind: &Kind, value: &[u8]) -> Redacted {
    match kind.reader {
        Some(
            Reader::Pem | Reader::Generic | Reader::UrlPassword | Reader::Authorization | Reader::Cookie,
        ) => Redacted::whole(),
        _ => Redacted::with_prefix(kind.shown_prefix(value)),
    }
}

/// A key block is the same one however its lines are broken: with newlines, or escaped inside of a string.
fn normalised(value: &[u8]) -> Vec<u8> {
    if !value.starts_with(b"-----BEGIN") {
        return value.to_vec();
    }
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => while bytes.next_if(|next| matches!(next, b'\\' | b'n' | b'r')).is_some() {},
            byte if byte.is_ascii_whitespace() => {}
            byte => out.push(byte),
        }
    }
    out
}

/// Whether a value must not turn up anywhere. Of those that can be guessed only what is no word: masked everywhere, a password
/// `postgres` would take the word out of every path.
pub(super) fn may_be_secret(kind: &Kind, dropped: Option<DropReason>, value: &[u8]) -> bool {
    let of_its_kind = !matches!(
        dropped,
        Some(
            DropReason::Placeholder
                | DropReason::DocumentationSample
                | DropReason::Reference
                | DropReason::Encrypted
                | DropReason::Uuid
                | DropReason::Digest
                | DropReason::PublicByDesign
                | DropReason::NotRandom
                | DropReason::NameSaysOtherwise
                | DropReason::DefaultValue
        )
    );
    of_its_kind && kind.role != Role::Identifier && (bits(value) >= LEAST_BITS || !is_weak(value))
}

/// Shannon information of the whole value.
fn bits(value: &[u8]) -> f64 {
    entropy(value) * value.len() as f64
}

/// The strongest evidence wins: the value, what stands beside it, what its kind means.
fn lifetime(
    candidate: &Candidate,
    kind: &Kind,
    value: &[u8],
    name: Option<&str>,
    sibling: Option<Lifetime>,
) -> Lifetime {
    let read = candidate.facts.lifetime.filter(|lifetime| lifetime.class != LifetimeClass::Unknown);
    let by_kind = || Lifetime::of(class(&kind.lifetime, value, name), evidence(kind));
    read.into_iter().chain(sibling).max_by_key(|lifetime| lifetime.evidence).unwrap_or_else(by_kind)
}

fn evidence(kind: &Kind) -> Evidence {
    if kind.prefixes.is_empty() && kind.reader.is_none() { Evidence::Context } else { Evidence::Format }
}

fn class(rule: &LifetimeRule, value: &[u8], name: Option<&str>) -> LifetimeClass {
    match rule {
        LifetimeRule::Always(class) => *class,
        LifetimeRule::Cases(cases) => cases
            .iter()
            .find(|case| case.when.as_ref().is_none_or(|when| holds(when, value, name)))
            .map_or(LifetimeClass::Unknown, |case| case.is),
    }
}

/// Whether a condition holds of a value; one that speaks of a partner was decided when the two were joined.
fn holds(when: &LifetimeCondition, value: &[u8], name: Option<&str>) -> bool {
    let by_name = |words: &WordSet| name.is_some_and(|name| words.holds_in(name));
    when.beside.is_none()
        && (when.name.is_empty() || when.name.iter().any(by_name))
        && when.prefix.as_ref().is_none_or(|prefix| value.starts_with(prefix.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_block_is_known_however_its_lines_are_broken() {
        let block =
            |newline: &str| format!("-----BEGIN X-----{newline}QUJD{newline}REVG{newline}-----END X-----");
        assert_eq!(normalised(block("\n").as_bytes()), normalised(block("\\n").as_bytes()));
        assert_eq!(normalised(block("\n").as_bytes()), normalised(block("\\\\n").as_bytes()));
        assert_eq!(normalised(b"a b\\n"), b"a b\\n");
    }

    #[test]
    fn short_values_are_not_hashed() {
        assert!(bits(b"hunter2hunter2") < LEAST_BITS);
        assert!(bits(b"f3a91c0de88b47d6a2c5910b7e4d3f60") >= LEAST_BITS);
    }
}
