//! Until when.

use super::{Duration, EpochUnit, Timestamp};

/// How long a credential lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LifetimeClass {
    /// Its expiry claim has passed.
    Expired,
    /// One hour at most.
    Task,
    /// One day at most.
    Session,
    /// Nothing tells.
    Unknown,
    /// More than a day.
    Long,
    /// Renews itself without bound.
    Renewable,
    /// No end at all.
    Never,
}

impl LifetimeClass {
    /// As one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Task => "task",
            Self::Session => "session",
            Self::Unknown => "unknown",
            Self::Long => "long",
            Self::Renewable => "renewable",
            Self::Never => "never",
        }
    }

    /// Whether it outlasts the work: anything but expired, task and session.
    pub fn is_standing(self) -> bool {
        matches!(self, Self::Unknown | Self::Long | Self::Renewable | Self::Never)
    }

    /// The class of a credential that lasts this long.
    pub fn lasting(duration: Duration) -> Self {
        if duration <= Duration::HOUR {
            Self::Task
        } else if duration <= Duration::DAY {
            Self::Session
        } else {
            Self::Long
        }
    }
}

/// How a lifetime is known, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Not known.
    None,
    /// From the kind of file or slot.
    Context,
    /// From what mints it.
    Declared,
    /// From what its format means.
    Format,
    /// From a field beside it.
    Sibling,
    /// From the credential itself.
    Value,
}

/// How long a credential lasts, and how that is known. It is a claim: nothing here says that it still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Lifetime {
    /// How long.
    pub class: LifetimeClass,
    /// How that is known.
    pub evidence: Evidence,
    /// The expiry claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was issued, by its own claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<Timestamp>,
    /// What the expiry claim counts, if not seconds.
    #[serde(skip_serializing_if = "EpochUnit::is_seconds")]
    pub expiry_unit: EpochUnit,
}

impl Lifetime {
    /// Nothing tells.
    pub const UNKNOWN: Self = Self::of(LifetimeClass::Unknown, Evidence::None);

    /// A class without dates.
    pub const fn of(class: LifetimeClass, evidence: Evidence) -> Self {
        Self { class, evidence, expires_at: None, issued_at: None, expiry_unit: EpochUnit::Seconds }
    }

    /// From an expiry claim: the class is that of the whole life where its beginning is known, else of the time left.
    pub fn until(
        expires_at: Timestamp,
        issued_at: Option<Timestamp>,
        now: Timestamp,
        evidence: Evidence,
    ) -> Self {
        let class = if expires_at <= now {
            LifetimeClass::Expired
        } else {
            LifetimeClass::lasting(expires_at.since(issued_at.unwrap_or(now)))
        };
        Self { class, evidence, expires_at: Some(expires_at), issued_at, expiry_unit: EpochUnit::Seconds }
    }

    /// In words, as of `now`: "no expiry", "expiry claim 2036-01-26 (in 3,415 days)".
    pub fn describe(&self, now: Timestamp) -> String {
        match (self.class, self.expires_at) {
            (LifetimeClass::Expired, Some(at)) => {
                format!("expiry claim {}{} has passed; revocation unverified", at.date(), self.unit())
            }
            (_, Some(at)) => {
                format!("expiry claim {}{} ({})", at.date(), self.unit(), left(at.since(now)))
            }
            (LifetimeClass::Never, _) => "no expiry".to_owned(),
            (LifetimeClass::Renewable, _) => "renewable without bound".to_owned(),
            (LifetimeClass::Long, _) => "lasts longer than a day".to_owned(),
            (LifetimeClass::Session, _) => "ends within a day".to_owned(),
            (LifetimeClass::Task, _) => "ends within an hour".to_owned(),
            (LifetimeClass::Expired, None) => "expired by its own claim; revocation unverified".to_owned(),
            (LifetimeClass::Unknown, _) => "lifetime not visible; assume long".to_owned(),
        }
    }

    /// Who reads milliseconds as seconds never ends the credential.
    fn unit(&self) -> &'static str {
        match self.expiry_unit {
            EpochUnit::Seconds => "",
            EpochUnit::Milliseconds => " in milliseconds",
        }
    }
}

fn left(duration: Duration) -> String {
    match duration {
        Duration(..7_200) => format!("in {} minutes", duration.0 / 60),
        Duration(..172_800) => format!("in {} hours", duration.0 / 3_600),
        _ => format!("in {} days", grouped(duration.days())),
    }
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_564_800);

    #[test]
    fn the_class_is_that_of_the_whole_life_where_its_beginning_is_known() {
        let soon = NOW.plus(Duration(600));
        let year_ago = NOW.plus(Duration(-365 * 86_400));
        assert_eq!(Lifetime::until(soon, None, NOW, Evidence::Value).class, LifetimeClass::Task);
        assert_eq!(Lifetime::until(soon, Some(year_ago), NOW, Evidence::Value).class, LifetimeClass::Long);
        assert_eq!(Lifetime::until(year_ago, None, NOW, Evidence::Value).class, LifetimeClass::Expired);
    }

    #[test]
    fn words_speak_of_claims() {
        let far = Lifetime::until(NOW.plus(Duration(3_415 * 86_400)), None, NOW, Evidence::Value);
        assert_eq!(far.describe(NOW), "expiry claim 2036-04-01 (in 3,415 days)");
        assert_eq!(Lifetime::UNKNOWN.describe(NOW), "lifetime not visible; assume long");
    }
}
