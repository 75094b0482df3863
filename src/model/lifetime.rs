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
    /// One day at most, or as long as the user's `max-lifetime` allows.
    Session,
    /// Nothing tells.
    Unknown,
    /// Longer than that.
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

    /// The class of a credential that lasts this long, where `most` is the longest lifetime that is not standing.
    pub(super) fn lasting(duration: Duration, most: Duration) -> Self {
        if duration > most {
            Self::Long
        } else if duration <= Duration::HOUR {
            Self::Task
        } else {
            Self::Session
        }
    }

    /// How long a credential of this class lasts at most; `None` where there is no bound.
    fn bound(self) -> Option<Duration> {
        match self {
            Self::Task => Some(Duration::HOUR),
            Self::Session => Some(Duration::DAY),
            _ => None,
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
    /// The whole life, or what is left of it, where a number tells.
    #[serde(skip)]
    pub lasts: Option<Duration>,
}

impl Lifetime {
    /// Nothing tells.
    pub const UNKNOWN: Self = Self::of(LifetimeClass::Unknown, Evidence::None);

    /// A class without dates.
    pub const fn of(class: LifetimeClass, evidence: Evidence) -> Self {
        Self {
            class,
            evidence,
            expires_at: None,
            issued_at: None,
            expiry_unit: EpochUnit::Seconds,
            lasts: None,
        }
    }

    /// Of a credential that lasts this long from when it is issued.
    pub fn lasting(length: Duration, evidence: Evidence) -> Self {
        let class = LifetimeClass::lasting(length, Duration::DAY);
        Self { lasts: Some(length), ..Self::of(class, evidence) }
    }

    /// From an expiry claim: the class is that of the whole life where its beginning is known, else of the time left.
    pub fn until(
        expires_at: Timestamp,
        issued_at: Option<Timestamp>,
        now: Timestamp,
        evidence: Evidence,
    ) -> Self {
        let (expires_at, lasts) = (Some(expires_at), expires_at.since(issued_at.unwrap_or(now)));
        if expires_at <= Some(now) {
            return Self { expires_at, issued_at, ..Self::of(LifetimeClass::Expired, evidence) };
        }
        Self { expires_at, issued_at, ..Self::lasting(lasts, evidence) }
    }

    /// The same where `most` is the longest lifetime that is not standing. What only its format bounds, and not within that, is
    /// unknown: nothing tells that it ends in time.
    pub fn within(self, most: Duration) -> Self {
        let class = match self.lasts {
            Some(length) => LifetimeClass::lasting(length, most),
            None if self.class.bound().is_some_and(|bound| bound > most) => LifetimeClass::Unknown,
            None => self.class,
        };
        Self { class, ..self }
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
            (LifetimeClass::Task | LifetimeClass::Session | LifetimeClass::Long, None)
                if self.lasts.is_some() =>
            {
                format!("lasts {}", self.lasts.map(Duration::words).unwrap_or_default())
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
    if duration < Duration(60) { "in 0 minutes".to_owned() } else { format!("in {}", duration.words()) }
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
    fn what_is_standing_is_as_long_as_the_user_says() {
        let hours = |hours: i64| Lifetime::lasting(Duration(hours * 3_600), Evidence::Sibling);
        let class = |lifetime: Lifetime, most| lifetime.within(Duration::parse(most).unwrap()).class;
        assert_eq!(class(hours(12), "8h"), LifetimeClass::Long);
        assert_eq!(class(hours(8), "8h"), LifetimeClass::Session);
        assert_eq!(class(hours(48), "72h"), LifetimeClass::Session);
        assert_eq!(class(hours(1), "72h"), LifetimeClass::Task);
        assert_eq!(class(hours(1), "15m"), LifetimeClass::Long);
        let by_format = |class| Lifetime::of(class, Evidence::Format);
        assert_eq!(class(by_format(LifetimeClass::Session), "8h"), LifetimeClass::Unknown);
        assert_eq!(class(by_format(LifetimeClass::Session), "24h"), LifetimeClass::Session);
        assert_eq!(class(by_format(LifetimeClass::Task), "15m"), LifetimeClass::Unknown);
        assert_eq!(class(by_format(LifetimeClass::Long), "72h"), LifetimeClass::Long);
        assert_eq!(class(by_format(LifetimeClass::Never), "9999w"), LifetimeClass::Never);
        let over = Lifetime::until(NOW, None, NOW, Evidence::Value);
        assert_eq!(class(over, "8h"), LifetimeClass::Expired);
        let dated = Lifetime::until(NOW.plus(Duration(43_200)), None, NOW, Evidence::Value);
        assert_eq!(class(dated, "8h"), LifetimeClass::Long);
    }

    #[test]
    fn words_speak_of_claims() {
        let far = Lifetime::until(NOW.plus(Duration(3_415 * 86_400)), None, NOW, Evidence::Value);
        assert_eq!(far.describe(NOW), "expiry claim 2036-04-01 (in 3,415 days)");
        assert_eq!(Lifetime::lasting(Duration(43_200), Evidence::Sibling).describe(NOW), "lasts 12 hours");
        assert_eq!(Lifetime::UNKNOWN.describe(NOW), "lifetime not visible; assume long");
    }
}
