//! Base64 as it is met: with or without padding, with stray bits at the end.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Reads the alphabet with `+` and `/`.
pub(super) fn standard(text: &[u8]) -> Option<Vec<u8>> {
    GeneralPurpose::new(&STANDARD, LENIENT).decode(text).ok()
}

/// Reads the alphabet with `-` and `_`.
pub(super) fn url_safe(text: &[u8]) -> Option<Vec<u8>> {
    GeneralPurpose::new(&URL_SAFE, LENIENT).decode(text).ok()
}
