//! Certificates for tests.

use crate::lifetime::armor::wrap;
use crate::lifetime::der::{self, element};

/// The PEM block of a certificate for `agent-1`, valid between two moments in the form of UTCTime.
pub(crate) fn block(not_before: &str, not_after: &str) -> String {
    wrap("CERTIFICATE", "", &certificate(not_before, not_after, &[]))
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(der::SEQUENCE, &parts.concat())
}

pub(super) fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[element(der::OID, oid), element(der::OCTETS, value)])
}

/// A certificate as small as they come, valid between two moments in the form of UTCTime.
pub(super) fn certificate(not_before: &str, not_after: &str, extensions: &[Vec<u8>]) -> Vec<u8> {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    let time =
        |text: &str| element(if text.len() == 13 { UTC_TIME } else { GENERALIZED_TIME }, text.as_bytes());
    let algorithm = || sequence(&[element(der::OID, &[0x2b, 0x65, 0x70])]);
    let name = |text: &str| {
        let pair = sequence(&[element(der::OID, &[0x55, 4, 3]), element(0x0c, text.as_bytes())]);
        sequence(&[element(0x31, &pair)])
    };
    let key = sequence(&[algorithm(), element(0x03, &[&[0][..], &[7; 32]].concat())]);
    let body = sequence(&[
        element(0xa0, &element(der::INTEGER, &[2])),
        element(der::INTEGER, &[1]),
        algorithm(),
        name("issuer"),
        sequence(&[time(not_before), time(not_after)]),
        name("agent-1"),
        key,
        element(0xa3, &sequence(extensions)),
    ]);
    sequence(&[body, algorithm(), element(0x03, &[0; 65])])
}
