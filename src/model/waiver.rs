//! A suppression that somebody answers for.

use super::{Duration, Finding, Fingerprint, Id, Layer, PathSet, Timestamp};

/// What a waiver is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waived {
    /// All findings of a rule, or of a credential kind.
    Rule(Id),
    /// One finding, wherever it stands.
    Fingerprint(Fingerprint),
}

/// A suppression from `outstay.toml`.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// What it is about.
    pub subject: Waived,
    /// Where it holds; everywhere if `None`.
    pub paths: Option<PathSet>,
    /// Why.
    pub reason: String,
    /// Midnight UTC at the beginning of the last day on which it holds; for ever if `None`.
    pub until: Option<Timestamp>,
    /// Where it is written, such as `outstay.toml:12`.
    pub place: String,
}

impl Waiver {
    /// Whether its last day is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|day| now >= day.plus(Duration::DAY))
    }

    /// Whether it speaks of `finding`, expired or not.
    pub fn names(&self, finding: &Finding) -> bool {
        let subject = match &self.subject {
            Waived::Rule(rule) => finding.is_named_by(rule),
            Waived::Fingerprint(fingerprint) => finding.fingerprint == *fingerprint,
        };
        subject && self.paths.as_ref().is_none_or(|paths| paths.matches(finding.location.origin.outermost()))
    }
}

impl Finding {
    /// Whether a suppression that names `rule` means this finding: its rule, or the kind of the credential at its place,
    /// so that a credential which turns out to be granted to somebody stays waived.
    pub fn is_named_by(&self, rule: &Id) -> bool {
        self.rule == *rule
            || (self.layer != Layer::Correlation
                && self.credential.as_ref().is_some_and(|credential| credential.kind == *rule))
    }
}
