//! The readers of single values: tokens, keys, certificates, signed addresses, cookies, moments.

use outstay::lifetime::{aws, cookie, durations, jwt, moments, pem, presigned, sas, siblings, x509};
use outstay::model::{Evidence, Lifetime, Principal};
use outstay::rules::TEST_CLOCK;

/// Every reader takes anything; what it says about whom is printable and short.
pub(super) fn values(bytes: &[u8]) {
    if let Some(token) = jwt::read(bytes) {
        named(token.principal());
        let _: Lifetime = token.lifetime(TEST_CLOCK);
        let _ =
            (token.claims(), token.privilege(), token.kind_hint(), token.is_demo(), token.is_publishable());
    }
    if let Some(key) = pem::read(bytes) {
        named(key.principal());
    }
    for (span, certificate) in x509::certificates(bytes) {
        assert!(span.end <= bytes.len() && !span.is_empty(), "{span:?}");
        named(certificate.principal());
        certificate.lifetime(TEST_CLOCK, Evidence::Value);
    }
    for certificate in [x509::from_base64(bytes), x509::from_der(bytes)].into_iter().flatten() {
        named(certificate.principal());
    }
    for url in [presigned::read(bytes), presigned::read_bedrock_key(bytes)].into_iter().flatten() {
        named(url.principal());
        url.lifetime(TEST_CLOCK);
    }
    if let Some(signature) = sas::read(bytes) {
        named(signature.principal());
        signature.lifetime(TEST_CLOCK);
    }
    let _ = (aws::account_id(bytes), aws::bedrock_user(bytes), aws::bedrock_account_id(bytes));
    texts(&String::from_utf8_lossy(bytes));
}

fn texts(text: &str) {
    if let Some(end) = cookie::storage_state(text) {
        end.lifetime(TEST_CLOCK);
    }
    for line in text.lines() {
        cookie::netscape(line);
    }
    moments::read(text);
    durations::read(text, durations::Unit::Seconds);
    let (name, value) = text.split_once('=').unwrap_or((text, text));
    let ends = [siblings::is_expiry_name(name), siblings::is_expiry_name_of(name, value)];
    ends.into_iter().flatten().for_each(|end| {
        end.lifetime(value, TEST_CLOCK);
    });
}

fn named(principal: Option<Principal>) {
    if let Some(principal) = principal {
        assert!(principal.name.chars().count() <= 200);
        assert!(!principal.name.chars().any(char::is_control), "a control character in {:?}", principal.name);
    }
}
