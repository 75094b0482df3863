//! What makes a finding the same one in the next run: never its line, its class, a date, and for a literal not even its rule.
//! The path is not in it either: a finding is known by fingerprint and path, so that a file that moves takes its baseline along.

use crate::model::{Credential, Fingerprint, FingerprintKey, Grant, Holder, Id};

/// A literal: the credential. A credential too short to be hashed is named by what is around it.
pub(super) fn of_literal(key: &FingerprintKey, credential: &Credential) -> Fingerprint {
    match credential.fingerprint {
        Some(fingerprint) => key.sign(&[b"literal", fingerprint.to_string().as_bytes()]),
        None => {
            let principal = credential.principal.as_ref().map_or("", |principal| principal.name.as_str());
            let place = credential
                .location
                .document_path
                .as_deref()
                .or(credential.name.as_deref())
                .unwrap_or_default();
            key.sign(&[b"weak", credential.kind.as_str().as_bytes(), principal.as_bytes(), place.as_bytes()])
        }
    }
}

/// A grant by reference: rule, holder's kind, slot and reference.
pub(super) fn of_reference(key: &FingerprintKey, rule: &Id, grant: &Grant, holder: &Holder) -> Fingerprint {
    let reference = grant.reference.as_ref().map_or("", |reference| reference.name.as_str());
    key.sign(&[
        b"reference",
        rule.as_str().as_bytes(),
        holder.kind.as_bytes(),
        grant.slot.as_str().as_bytes(),
        reference.as_bytes(),
    ])
}

/// Something structural: rule and name.
pub(super) fn of_structure(key: &FingerprintKey, rule: &Id, name: &str) -> Fingerprint {
    key.sign(&[b"structure", rule.as_str().as_bytes(), name.as_bytes()])
}

/// A correlation: the rule, what is shared, and who shares it, sorted.
pub(super) fn of_correlation(key: &FingerprintKey, rule: &Id, shared: &str, holders: &[&str]) -> Fingerprint {
    let mut holders = holders.to_vec();
    holders.sort_unstable();
    let head = [b"correlation", rule.as_str().as_bytes(), shared.as_bytes()];
    let parts: Vec<&[u8]> = head.into_iter().chain(holders.iter().map(|holder| holder.as_bytes())).collect();
    key.sign(&parts)
}
