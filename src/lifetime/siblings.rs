//! What the fields beside a credential tell of its end.

use super::durations::Unit;
use super::{durations, moments};
use crate::model::{Duration, Evidence, Lifetime, LifetimeClass, Timestamp};
use crate::text::words;

/// What the value under an expiry name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A moment.
    Moment,
    /// A length of time; a bare number counts this unit.
    Length(Unit),
}

/// Whose end a name speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The credential's that stands beside it, whichever that is.
    Neighbour,
    /// Only a refresh token's.
    RefreshToken,
}

/// A name that says when its neighbour ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryName {
    /// What its value is.
    pub measure: Measure,
    /// Whose end it is.
    pub whose: Whose,
}

/// Words that may stand in an expiry name and leave it the neighbour's. Any other word names something else:
/// `cache_ttl` and `certificate_expiry` say nothing of the key beside them, and `SESSION_LIFETIME` and `JWT_TTL` are
/// settings of what a program issues.
const NEUTRAL: [&str; 16] = [
    "access",
    "amz",
    "api",
    "auth",
    "aws",
    "bearer",
    "credential",
    "credentials",
    "key",
    "oauth",
    "refresh",
    "secret",
    "security",
    "sts",
    "token",
    "x",
];

/// Words that say how the moment is written.
const FORM: [&str; 10] = ["at", "date", "datetime", "epoch", "iso", "on", "time", "timestamp", "unix", "utc"];

/// Whether `name` may say when some neighbour ends.
pub fn may_be_expiry_name(name: &str) -> bool {
    split(name).is_some()
}

/// Whether `name` says when its neighbour ends, and how, whichever credential that is: for the fields of one object.
/// Names match by words: `tokenExpiresAt` does, `unexpired` does not.
pub fn is_expiry_name(name: &str) -> Option<ExpiryName> {
    let (name, owners) = split(name)?;
    owners.iter().all(|word| NEUTRAL.contains(&word.as_str())).then_some(name)
}

/// Whether `name` says when the credential named `neighbour` ends: for lists of variables, where
/// `GITHUB_TOKEN_EXPIRES_AT` speaks of `GITHUB_TOKEN` and of nothing else.
pub fn is_expiry_name_of(name: &str, neighbour: &str) -> Option<ExpiryName> {
    let (name, owners) = split(name)?;
    let neighbour: Vec<_> = words(neighbour).collect();
    let is_named =
        !owners.is_empty() && owners.iter().all(|owner| neighbour.iter().any(|word| word == owner));
    // A length beside a name is a setting: `JWT_EXPIRES_IN` is no end of `JWT_SECRET`.
    (is_named && name.measure == Measure::Moment).then_some(name)
}

/// What an expiry name measures, and the words that say whose end it is.
fn split(name: &str) -> Option<(ExpiryName, Vec<String>)> {
    let words: Vec<_> = words(name).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let (phrase, measure) =
        PHRASES.iter().find(|(phrase, _)| words.windows(phrase.len()).any(|window| window == *phrase))?;
    let rest = || words.iter().filter(|word| !phrase.contains(word));
    let unit = rest().find_map(|word| Unit::named(word));
    let owners: Vec<String> = rest()
        .filter(|word| !FORM.contains(word) && Unit::named(word).is_none())
        .map(|word| (*word).to_owned())
        .collect();
    let measure = match (*measure, unit) {
        // `expires_ms` is still a moment, but `expiry_days` is a length.
        (Measure::Moment, None | Some(Unit::Milliseconds | Unit::Seconds)) => Measure::Moment,
        (_, Some(unit)) => Measure::Length(unit),
        (length, None) => length,
    };
    // `expires_in` comes with a token; `token_ttl` and `ACCESS_TOKEN_EXPIRE_MINUTES` are settings for later ones.
    if measure != Measure::Moment && !phrase.contains(&"in") && !owners.is_empty() {
        return None;
    }
    let whose = if words.contains(&"refresh") { Whose::RefreshToken } else { Whose::Neighbour };
    Some((ExpiryName { measure, whose }, owners))
}

const SECONDS: Measure = Measure::Length(Unit::Seconds);

/// What names of ends are made of, the longer ones first.
const PHRASES: [(&[&str], Measure); 20] = [
    (&["expires", "in"], SECONDS),
    (&["expire", "in"], SECONDS),
    (&["expiry", "in"], SECONDS),
    (&["expiration", "in"], SECONDS),
    (&["expires", "after"], SECONDS),
    (&["valid", "for"], SECONDS),
    (&["max", "age"], SECONDS),
    (&["time", "to", "live"], SECONDS),
    (&["ttl"], SECONDS),
    (&["lifetime"], SECONDS),
    (&["valid", "until"], Measure::Moment),
    (&["valid", "to"], Measure::Moment),
    (&["valid", "before"], Measure::Moment),
    (&["not", "after"], Measure::Moment),
    (&["end", "date", "time"], Measure::Moment),
    (&["expires"], Measure::Moment),
    (&["expiry"], Measure::Moment),
    (&["expiration"], Measure::Moment),
    (&["expire"], Measure::Moment),
    (&["exp"], Measure::Moment),
];

impl ExpiryName {
    /// The lifetime that `value` under this name gives; `None` if it gives none.
    pub fn lifetime(self, value: &str, now: Timestamp) -> Option<Lifetime> {
        if says_never(value) {
            return Some(Lifetime::of(LifetimeClass::Never, Evidence::Sibling));
        }
        // Some programs write a moment under `expires_in`.
        if let Some(end) = moments::read(value) {
            return Some(Lifetime::until(end, None, now, Evidence::Sibling));
        }
        // The other way round it is a setting: `JWT_EXPIRATION=7d` is what later tokens get.
        let Measure::Length(unit) = self.measure else {
            return None;
        };
        match durations::read(value, unit)? {
            Duration(..=0) => None,
            length => Some(Lifetime::lasting(length, Evidence::Sibling)),
        }
    }
}

fn says_never(value: &str) -> bool {
    const NEVER: [&str; 5] = ["never", "infinite", "unlimited", "forever", "no expiration"];
    let value = value.trim();
    // Go writes its zero time where there is no end.
    value.starts_with("0001-01-01") || NEVER.iter().any(|never| never.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_608_000);

    fn lifetime(name: &str, value: &str) -> Option<Lifetime> {
        is_expiry_name(name)?.lifetime(value, NOW)
    }

    fn measure(name: &str) -> Option<Measure> {
        is_expiry_name(name).map(|name| name.measure)
    }

    #[test]
    fn names_of_moments() {
        for name in [
            "expires_at",
            "expiresAt",
            "expiry",
            "expiry_date",
            "token_expiry",
            "expiration",
            "Expiration",
            "aws_expiration",
            "x_security_token_expires",
            "expires",
            "valid_until",
            "not_after",
            "notAfter",
            "exp",
            "accessTokenExpiresAt",
            "EXPIRES_AT",
            "expiresat",
            "expires_at_ms",
            "expirationTimestamp",
        ] {
            assert_eq!(measure(name), Some(Measure::Moment), "{name}");
        }
    }

    #[test]
    fn names_of_lengths() {
        for (name, unit) in [
            ("expires_in", Unit::Seconds),
            ("expiresIn", Unit::Seconds),
            ("ttl", Unit::Seconds),
            ("access_token_expires_in", Unit::Seconds),
            ("ttl_hours", Unit::Hours),
            ("expiry_days", Unit::Days),
            ("expires_in_ms", Unit::Milliseconds),
            ("max-age", Unit::Seconds),
        ] {
            assert_eq!(measure(name), Some(Measure::Length(unit)), "{name}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "expired",
            "unexpired",
            "cache_ttl",
            "certificate_expiry",
            "expirations",
            "export",
            "date",
            "at",
            "",
            "SESSION_LIFETIME",
            "JWT_EXPIRES_IN",
            "token_ttl",
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            "github_token_expires_at",
        ] {
            assert_eq!(measure(name), None, "{name}");
        }
        assert_eq!(is_expiry_name("refresh_token_expires_in").unwrap().whose, Whose::RefreshToken);
        assert_eq!(is_expiry_name("access_token_expires_in").unwrap().whose, Whose::Neighbour);
    }

    #[test]
    fn a_variable_speaks_of_the_one_it_names() {
        let speaks = |name, neighbour| is_expiry_name_of(name, neighbour).is_some();
        assert!(speaks("GITHUB_TOKEN_EXPIRES_AT", "GITHUB_TOKEN"));
        assert!(speaks("githubExpiry", "GITHUB_TOKEN"));
        assert!(!speaks("GITHUB_TOKEN_EXPIRES_AT", "GITLAB_TOKEN"));
        assert!(!speaks("EXPIRES_AT", "GITHUB_TOKEN"));
        assert!(!speaks("JWT_EXPIRES_IN", "JWT_SECRET"));
        assert!(!speaks("GITHUB_TOKEN", "GITHUB_TOKEN"));
    }

    #[test]
    fn values_become_lifetimes() {
        let class = |name, value| lifetime(name, value).map(|lifetime| lifetime.class);
        assert_eq!(class("expires_at", "2026-11-25T12:30:00Z"), Some(LifetimeClass::Task));
        assert_eq!(class("expiresAt", "1893456000000"), Some(LifetimeClass::Long));
        assert_eq!(class("Expiration", "2020-01-01T00:00:00Z"), Some(LifetimeClass::Expired));
        assert_eq!(class("expires_in", "28800"), Some(LifetimeClass::Session));
        assert_eq!(class("expires_in", "1893456000"), Some(LifetimeClass::Long));
        assert_eq!(class("ttl_days", "90"), Some(LifetimeClass::Long));
        assert_eq!(class("expires", "30d"), None);
        assert_eq!(class("expires", "never"), Some(LifetimeClass::Never));
        assert_eq!(class("expiry", "0001-01-01T00:00:00Z"), Some(LifetimeClass::Never));
        assert_eq!(class("expires", "0"), None);
        assert_eq!(class("expires", "3600"), None);
        assert_eq!(class("ttl", "0"), None);
        assert_eq!(class("expires_at", "${EXPIRES}"), None);
        assert_eq!(class("name", "2030-01-01"), None);
        let read = lifetime("expires_at", "1893456000").unwrap();
        assert_eq!((read.evidence, read.expires_at), (Evidence::Sibling, Some(Timestamp(1_893_456_000))));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(name in "\\PC{0,40}", value in "\\PC{0,40}") {
            let _ = is_expiry_name(&name);
            for name in ["expires_in", "expires_at"] {
                let _ = lifetime(name, &value);
            }
        }
    }
}
