//! Lengths of time as people and programs write them.

use crate::model::Duration;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
    /// Weeks.
    Weeks,
    /// Months of 30 days.
    Months,
    /// Years of 365 days.
    Years,
}

/// Longer texts are no durations.
const MAX_LENGTH: usize = 64;

impl Unit {
    /// The unit that `word` names, in lower case: `h`, `hrs`, `hours`. A single `m` is a minute.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => Self::Milliseconds,
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Seconds,
            "m" | "min" | "mins" | "minute" | "minutes" => Self::Minutes,
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::Hours,
            "d" | "day" | "days" => Self::Days,
            "w" | "wk" | "week" | "weeks" => Self::Weeks,
            "mo" | "month" | "months" => Self::Months,
            "y" | "yr" | "year" | "years" => Self::Years,
            _ => return None,
        })
    }

    fn seconds(self) -> f64 {
        match self {
            Self::Milliseconds => 0.001,
            Self::Seconds => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3_600.0,
            Self::Days => 86_400.0,
            Self::Weeks => 604_800.0,
            Self::Months => 2_592_000.0,
            Self::Years => 31_536_000.0,
        }
    }
}

/// Reads a length of time: `8760h`, `1h30m`, `90 days`, ISO 8601 (`P1Y`, `PT1H`), or a bare number of `bare`
/// units.
///
/// What 0, −1 and "never" mean depends on who reads them: 0 is a length of nothing, the others are none.
pub fn read(text: &str, bare: Unit) -> Option<Duration> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let seconds = match text.strip_prefix(['P', 'p']) {
        Some(iso) => iso_seconds(iso)?,
        None => match number(text) {
            Some((count, "")) => count * bare.seconds(),
            _ => sum(text, Unit::named)?,
        },
    };
    // The cast saturates, so that absurd lengths are long ones.
    Some(Duration(seconds as i64))
}

fn iso_seconds(text: &str) -> Option<f64> {
    let upper = text.to_ascii_uppercase();
    let (date, time) = upper.split_once('T').unwrap_or((&upper, ""));
    let date_unit = |letter: &str| match letter {
        "Y" => Some(Unit::Years),
        "M" => Some(Unit::Months),
        "W" => Some(Unit::Weeks),
        "D" => Some(Unit::Days),
        _ => None,
    };
    let time_unit = |letter: &str| match letter {
        "H" => Some(Unit::Hours),
        "M" => Some(Unit::Minutes),
        "S" => Some(Unit::Seconds),
        _ => None,
    };
    match (date, time) {
        ("", "") => None,
        ("", time) => sum(time, time_unit),
        (date, "") => sum(date, date_unit),
        (date, time) => Some(sum(date, date_unit)? + sum(time, time_unit)?),
    }
}

/// The seconds of a chain of number and unit; `None` unless all of it is read.
fn sum(text: &str, unit: impl Fn(&str) -> Option<Unit>) -> Option<f64> {
    let lower;
    let mut rest = if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        lower = text.to_ascii_lowercase();
        lower.as_str()
    } else {
        text
    };
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let (count, after) = number(rest)?;
        let after = after.trim_start();
        let end = after.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(end);
        let unit = unit(word).or_else(|| unit(&word.to_ascii_lowercase()))?;
        seconds += count * unit.seconds();
        rest = after.trim_start_matches([' ', ',']);
    }
    Some(seconds)
}

/// The number that `text` begins with, and what follows it.
fn number(text: &str) -> Option<(f64, &str)> {
    let end =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seconds(text: &str) -> Option<i64> {
        read(text, Unit::Seconds).map(|duration| duration.0)
    }

    #[test]
    fn one_year_in_every_form() {
        for text in
            ["8760h", "365d", "1y", "1 year", "365 days", "P1Y", "P365D", "PT8760H", "8760h0m0s", "31536000"]
        {
            assert_eq!(seconds(text), Some(31_536_000), "{text}");
        }
    }

    #[test]
    fn parts_add_up() {
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("1.5h"), Some(5_400));
        assert_eq!(seconds("P1DT12H"), Some(129_600));
        assert_eq!(seconds("P1M"), Some(2_592_000));
        assert_eq!(seconds("PT1M"), Some(60));
        assert_eq!(seconds("30m"), Some(1_800));
        assert_eq!(seconds("30 Minutes"), Some(1_800));
        assert_eq!(seconds("24H"), Some(86_400));
        assert_eq!(seconds("1 day, 2 hours"), Some(93_600));
        assert_eq!(seconds("1500ms"), Some(1));
    }

    #[test]
    fn a_bare_number_counts_the_given_unit() {
        assert_eq!(read("90", Unit::Days), Some(Duration(7_776_000)));
        assert_eq!(read("3600000", Unit::Milliseconds), Some(Duration(3_600)));
        assert_eq!(read("0", Unit::Days), Some(Duration(0)));
    }

    #[test]
    fn what_is_no_length_is_left() {
        for text in
            ["", "never", "-1", "P", "PT", "1h30", "h", "1 fortnight", "1.2.3", "2026-11-25", "password"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds(&format!("{}y", "9".repeat(60))), Some(i64::MAX));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,80}") {
            let _ = read(&text, Unit::Years);
        }
    }
}
