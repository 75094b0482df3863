//! Moments and lengths of time, to the second.

use std::fmt;

/// A moment: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// What a claim counts since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EpochUnit {
    /// As the standards want it.
    #[default]
    Seconds,
    /// A common mistake: whoever reads the claim as seconds never sees it end.
    Milliseconds,
}

impl EpochUnit {
    /// Whether it is the one that the standards want.
    pub fn is_seconds(&self) -> bool {
        *self == Self::Seconds
    }
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration(pub i64);

impl Duration {
    /// One hour.
    pub const HOUR: Self = Self(3_600);
    /// One day of 24 hours.
    pub const DAY: Self = Self(86_400);

    /// In whole days, rounded towards zero.
    pub fn days(self) -> i64 {
        self.0 / Self::DAY.0
    }

    /// Reads a whole number above zero and its unit: `90s`, `30m`, `8h`, `3d`, `2w`.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let error = || DurationError(text.to_owned());
        let digits = text.find(|character: char| !character.is_ascii_digit()).ok_or_else(error)?;
        let seconds = match text[digits..].trim_start() {
            "s" => 1,
            "m" => 60,
            "h" => Self::HOUR.0,
            "d" => Self::DAY.0,
            "w" => 7 * Self::DAY.0,
            _ => return Err(error()),
        };
        let number: i64 = text[..digits].parse().map_err(|_| error())?;
        number.checked_mul(seconds).filter(|length| *length > 0).map(Self).ok_or_else(error)
    }

    /// In the unit that a person would choose, rounded down: "90 minutes", "12 hours", "3,415 days".
    pub fn words(self) -> String {
        match self {
            Self(..60) => format!("{} seconds", self.0),
            Self(..7_200) => format!("{} minutes", self.0 / 60),
            Self(..172_800) => format!("{} hours", self.0 / Self::HOUR.0),
            _ => format!("{} days", grouped(self.days())),
        }
    }
}

/// With a comma between thousands.
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

/// A length of time that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no length of time; write a whole number and s, m, h, d or w, such as 8h")]
pub struct DurationError(String);

/// A moment that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no moment; write 2026-11-25, 2026-11-25T12:00:00Z, or seconds since 1970")]
pub struct TimeError(String);

impl Timestamp {
    /// The last second of the year 9999. Some write it for "never", and what would be later counts no seconds.
    pub const LAST: Self = Self(253_402_300_799);

    /// From a count since 1970: of seconds, or of milliseconds where seconds would lead beyond the year 9999. `None` where both
    /// do.
    pub fn counted(count: i64) -> Option<(Self, EpochUnit)> {
        let millis = Self(count.div_euclid(1_000));
        match Self(count) {
            seconds if seconds.0 >= -Self::LAST.0 && seconds <= Self::LAST => {
                Some((seconds, EpochUnit::Seconds))
            }
            later if later > Self::LAST && millis <= Self::LAST => Some((millis, EpochUnit::Milliseconds)),
            _ => None,
        }
    }

    /// Seconds between two moments; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// This moment, `duration` later.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.0))
    }

    /// The day in UTC, as `2026-11-25`.
    pub fn date(self) -> String {
        self.to_string().chars().take_while(|character| *character != 'T').collect()
    }

    /// Reads a date (midnight UTC), an RFC 3339 moment, or seconds since 1970.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError(text.to_owned());
        if let Ok(seconds) = text.parse::<i64>() {
            return Ok(Self(seconds));
        }
        if let Ok(date) = text.parse::<jiff::civil::Date>()
            && text.len() == 10
        {
            let midnight = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_err(|_| error())?;
            return Ok(Self(midnight.as_second()));
        }
        text.parse::<jiff::Timestamp>().map(|moment| Self(moment.as_second())).map_err(|_| error())
    }
}

impl fmt::Display for Timestamp {
    /// As RFC 3339 in UTC; a moment beyond year 9999 as its seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            // The clock's library ends a little earlier.
            Err(_) if (0..=Self::LAST.0).contains(&self.0) => {
                let day = if self.0 > Self::LAST.0 - Duration::DAY.0 { 31 } else { 30 };
                let second = self.0 % Duration::DAY.0;
                let (hours, minutes) = (second / 3_600, second / 60 % 60);
                write!(f, "9999-12-{day}T{hours:02}:{minutes:02}:{:02}Z", second % 60)
            }
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_of_seconds_or_of_milliseconds_or_nonsense() {
        let counted = |count| Timestamp::counted(count);
        assert_eq!(counted(1_795_564_800), Some((Timestamp(1_795_564_800), EpochUnit::Seconds)));
        assert_eq!(counted(1_795_564_800_999), Some((Timestamp(1_795_564_800), EpochUnit::Milliseconds)));
        assert_eq!(counted(253_402_300_799), Some((Timestamp::LAST, EpochUnit::Seconds)));
        assert_eq!((counted(i64::MAX), counted(i64::MIN)), (None, None));
        assert_eq!(Timestamp::LAST.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp(253_402_214_399).to_string(), "9999-12-30T23:59:59Z");
    }

    #[test]
    fn lengths_are_read_with_their_unit() {
        let read = |text| Duration::parse(text).map(|length| length.0).ok();
        assert_eq!(
            ["90s", "30m", "8h", "3 d", "2w"].map(read),
            [90, 1_800, 28_800, 259_200, 1_209_600].map(Some)
        );
        let wrong = ["", "8", "h", "0h", "-1h", "8.5h", "8 hours", "9223372036854775807w"];
        assert!(wrong.iter().all(|text| read(text).is_none()));
        assert_eq!(
            [59, 3_600, 43_200, 259_200].map(|seconds| Duration(seconds).words()),
            ["59 seconds", "60 minutes", "12 hours", "3 days"]
        );
    }

    #[test]
    fn moments_are_read_in_three_forms() {
        assert_eq!(Timestamp::parse("2026-11-25"), Ok(Timestamp(1_795_564_800)));
        assert_eq!(Timestamp::parse("2026-11-25T00:00:01Z"), Ok(Timestamp(1_795_564_801)));
        assert_eq!(Timestamp::parse("1795564800"), Ok(Timestamp(1_795_564_800)));
        assert!(Timestamp::parse("tomorrow").is_err());
        assert_eq!(Timestamp(1_795_564_800).date(), "2026-11-25");
        assert_eq!(Timestamp(1_795_564_801).to_string(), "2026-11-25T00:00:01Z");
    }
}
