//! Moments as people and programs write them.

use crate::model::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// Longer texts are no moments.
const MAX_LENGTH: usize = 64;

/// A smaller count is rather a length of time.
const LEAST_COUNT: i64 = 100_000_000;

/// Reads a moment: RFC 3339, a date, a date and time without offset (taken as UTC), RFC 2822 and what HTTP makes of
/// it, or a count of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
///
/// A count that would lie before 1973 is none: it is rather a length of time.
pub fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    epoch(text).or_else(|| iso(text)).or_else(|| mail(text))
}

fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    if count < LEAST_COUNT {
        return None;
    }
    // The unit is the largest that does not lead beyond the year 9999, which some write for "never".
    let moments = [1, 1_000, 1_000_000, 1_000_000_000].map(|per_second| Timestamp(count / per_second));
    moments.into_iter().find(|moment| *moment <= Timestamp::LAST)
}

fn iso(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(moment.as_second()));
    }
    let local = text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")).unwrap_or(text).trim_end();
    // Digits without dashes could be anything.
    if !local.contains('-') {
        return None;
    }
    let moment = TimeZone::UTC.to_timestamp(local.parse::<DateTime>().ok()?).ok()?;
    Some(Timestamp(moment.as_second()))
}

fn mail(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new();
    // Old cookies write `25-Nov-2026`.
    let (day, zone) = text.rsplit_once(' ')?;
    let moment = PARSER.parse_timestamp(format!("{} {zone}", day.replace('-', " "))).ok()?;
    Some(Timestamp(moment.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp(1_795_608_000);

    #[test]
    fn the_same_moment_in_every_form() {
        for text in [
            "2026-11-25T12:00:00Z",
            "2026-11-25T12:00:00.1234567Z",
            "2026-11-25T12:00Z",
            "2026-11-25T13:00:00+01:00",
            "2026-11-25 12:00:00",
            "2026-11-25T12:00:00",
            "2026-11-25 12:00:00 UTC",
            " 2026-11-25 12:00:00+00:00 ",
            "20261125T120000Z",
            "1795608000",
            "1795608000.75",
            "1795608000000",
            "1795608000000000",
            "1795608000000000000",
            "Wed, 25 Nov 2026 12:00:00 GMT",
            "Wed, 25 Nov 2026 13:00:00 +0100",
            "Wed, 25-Nov-2026 12:00:00 GMT",
        ] {
            assert_eq!(read(text), Some(NOON), "{text}");
        }
        assert_eq!(read("2026-11-25"), Some(Timestamp(1_795_564_800)));
    }

    #[test]
    fn what_is_no_moment_is_left() {
        for text in
            ["", "0", "-1", "3600", "20261125", "soon", "true", "12.0.1", "2026-13-40", "9999999999999999999"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"9".repeat(1_000)), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,80}") {
            let _ = read(&text);
        }
    }
}
