//! The few texts that are looked for anywhere, because what they announce is no run of token characters or stands on their
//! right: PEM headers, `://`, header names, the names of secrets.

#[cfg(target_arch = "x86_64")]
mod prints;

use aho_corasick::{AhoCorasick, MatchKind, packed};

#[cfg(target_arch = "x86_64")]
use super::simd::Avx2;
#[cfg(target_arch = "x86_64")]
use prints::Prints;

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

/// The compiled anchors, for the fastest search that the processor knows.
#[derive(Debug)]
pub(super) enum Anchors {
    /// By fingerprints.
    #[cfg(target_arch = "x86_64")]
    Prints(Avx2, Prints),
    /// By those of a library.
    Packed(packed::Searcher),
    /// Byte by byte; `None` never happens, since the anchors are few.
    Plain(Option<AhoCorasick>),
}

impl Anchors {
    pub(super) fn new() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return Self::Prints(avx2, Prints::new());
        }
        Self::anywhere()
    }

    /// For any processor.
    fn anywhere() -> Self {
        let texts = ANCHORS.iter().map(|(text, _)| *text);
        let packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(texts.clone())
            .build();
        match packed {
            Some(packed) => Self::Packed(packed),
            None => {
                Self::Plain(AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok())
            }
        }
    }

    /// Every anchor in `bytes`: what it announces, where it begins, where it ends. Of anchors that overlap, the first.
    pub(super) fn each(&self, bytes: &[u8], mut each: impl FnMut(Anchor, usize, usize)) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Prints(avx2, prints) => prints.each(*avx2, bytes, each),
            Self::Packed(packed) => {
                for found in packed.find_iter(bytes) {
                    each(ANCHORS[found.pattern().as_usize()].1, found.start(), found.end());
                }
            }
            Self::Plain(plain) => {
                for found in plain.iter().flat_map(|plain| plain.find_iter(bytes)) {
                    each(ANCHORS[found.pattern().as_usize()].1, found.start(), found.end());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(anchors: &Anchors, bytes: &[u8]) -> Vec<(Anchor, usize, usize)> {
        let mut found = Vec::new();
        anchors.each(bytes, |anchor, start, end| found.push((anchor, start, end)));
        found
    }

    #[test]
    fn they_stay_few_enough_for_the_fast_search() {
        assert!(ANCHORS.len() <= 32, "{} anchors", ANCHORS.len());
    }

    #[test]
    fn anchors_are_found_where_they_stand() {
        let text = b"x https://y DB_PASSWORD=1 apiKey:2";
        let expected = [(Anchor::Url, 7, 10), (Anchor::SecretName, 16, 20), (Anchor::SecretName, 28, 32)];
        assert_eq!(found(&Anchors::new(), text), expected);
        assert_eq!(found(&Anchors::anywhere(), text), expected);
    }

    #[test]
    fn every_anchor_is_found_at_every_place() {
        let anchors = Anchors::new();
        for (text, anchor) in ANCHORS {
            for before in 0..140 {
                for after in ["", "x", "\u{e9}\u{e9}"] {
                    let line = format!("{}{text}{after}", ".".repeat(before));
                    let expected = [(*anchor, before, before + text.len())];
                    assert_eq!(found(&anchors, line.as_bytes()), expected, "{line}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same(parts in proptest::collection::vec((0..ANCHORS.len() * 2, 0_usize..20, ".{0,6}"), 0..30)) {
            let mut text = String::new();
            for (anchor, cut, between) in parts {
                let (anchor, _) = ANCHORS[anchor % ANCHORS.len()];
                text.push_str(anchor.get(cut % 3 .. ).unwrap_or(anchor));
                text.push_str(&between);
                text.push_str(anchor.get(.. cut).unwrap_or_default());
            }
            prop_assert_eq!(found(&Anchors::new(), text.as_bytes()), found(&Anchors::anywhere(), text.as_bytes()));
        }

        #[test]
        fn both_ways_find_the_same_in_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(found(&Anchors::new(), &bytes), found(&Anchors::anywhere(), &bytes));
        }
    }
}
