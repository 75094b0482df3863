//! The few texts that are looked for anywhere, because what they announce is no run of token characters or stands on their
//! right: PEM headers, `://`, header names, the names of secrets.

use aho_corasick::{AhoCorasick, MatchKind, packed};

/// What an anchor announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// `-----BEGIN`: a PEM block.
    Pem,
    /// `://`: perhaps a URL with a password.
    Url,
    /// `Authorization`.
    Authorization,
    /// The `type` of a Google credential file.
    GoogleType,
    /// `sig=`: a shared access signature.
    Sas,
    /// The signature parameter of a signed URL.
    Presigned,
    /// A field that only saved cookies have.
    SavedCookie,
    /// The first line of a `cookies.txt`.
    CookieFile,
    /// A part of a secret's name.
    SecretName,
}

/// No more than 32: beyond that the search is half as fast.
const ANCHORS: &[(&str, Anchor)] = &[
    ("-----BEGIN", Anchor::Pem),
    ("://", Anchor::Url),
    ("uthorization", Anchor::Authorization),
    ("UTHORIZATION", Anchor::Authorization),
    ("service_account", Anchor::GoogleType),
    ("authorized_user", Anchor::GoogleType),
    ("sig=", Anchor::Sas),
    ("-Signature=", Anchor::Presigned),
    ("\"httpOnly\"", Anchor::SavedCookie),
    ("HTTP Cookie File", Anchor::CookieFile),
    ("assw", Anchor::SecretName),
    ("ASSW", Anchor::SecretName),
    ("assphrase", Anchor::SecretName),
    ("ASSPHRASE", Anchor::SecretName),
    ("pwd", Anchor::SecretName),
    ("PWD", Anchor::SecretName),
    ("Pwd", Anchor::SecretName),
    ("ecret", Anchor::SecretName),
    ("ECRET", Anchor::SecretName),
    ("oken", Anchor::SecretName),
    ("OKEN", Anchor::SecretName),
    ("pikey", Anchor::SecretName),
    ("iKey", Anchor::SecretName),
    ("PIKEY", Anchor::SecretName),
    ("_key", Anchor::SecretName),
    ("_KEY", Anchor::SecretName),
    ("-key", Anchor::SecretName),
    ("-Key", Anchor::SecretName),
    ("sKey", Anchor::SecretName),
    ("eKey", Anchor::SecretName),
    ("redential", Anchor::SecretName),
    ("REDENTIAL", Anchor::SecretName),
];

/// The compiled anchors.
#[derive(Debug)]
pub(super) struct Anchors {
    fast: Option<packed::Searcher>,
    plain: Option<AhoCorasick>,
}

impl Anchors {
    pub(super) fn new() -> Self {
        let texts = ANCHORS.iter().map(|(text, _)| *text);
        let fast = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(texts.clone())
            .build();
        let plain = match fast {
            Some(_) => None,
            None => AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok(),
        };
        Self { fast, plain }
    }

    /// Every anchor in `bytes`: what it announces, where it begins, where it ends.
    pub(super) fn each(&self, bytes: &[u8], mut each: impl FnMut(Anchor, usize, usize)) {
        if let Some(fast) = &self.fast {
            for found in fast.find_iter(bytes) {
                each(ANCHORS[found.pattern().as_usize()].1, found.start(), found.end());
            }
        } else if let Some(plain) = &self.plain {
            for found in plain.find_iter(bytes) {
                each(ANCHORS[found.pattern().as_usize()].1, found.start(), found.end());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_few_enough_for_the_fast_search() {
        assert!(ANCHORS.len() <= 32, "{} anchors", ANCHORS.len());
    }

    #[test]
    fn anchors_are_found_where_they_stand() {
        let mut found = Vec::new();
        Anchors::new()
            .each(b"x https://y DB_PASSWORD=1 apiKey:2", |anchor, start, _| found.push((anchor, start)));
        assert_eq!(found, [(Anchor::Url, 7), (Anchor::SecretName, 16), (Anchor::SecretName, 28)]);
    }
}
