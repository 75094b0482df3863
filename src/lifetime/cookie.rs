//! When cookies end, as browsers' tools save them.

use super::{durations, moments};
use crate::model::{Duration, Evidence, Lifetime, LifetimeClass, Timestamp};
use crate::text::Span;

/// When a cookie ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieEnd {
    /// With the browser's session, whose end nobody knows: the server decides how long it honours a saved copy.
    WithSession,
    /// At a moment.
    At(Timestamp),
    /// Some time after it was set.
    After(Duration),
}

impl CookieEnd {
    /// How long the cookie lasts.
    pub fn lifetime(self, now: Timestamp) -> Lifetime {
        match self {
            Self::WithSession => Lifetime::UNKNOWN,
            Self::At(end) => Lifetime::until(end, None, now, Evidence::Sibling),
            Self::After(Duration(..=0)) => Lifetime::of(LifetimeClass::Expired, Evidence::Sibling),
            Self::After(length) => Lifetime::of(LifetimeClass::lasting(length), Evidence::Sibling),
        }
    }
}

/// Reads the `expires` of a storage state: seconds since 1970 with a fraction, −1 or 0 for a session cookie.
pub fn storage_state(expires: &str) -> Option<CookieEnd> {
    match expires.trim().parse::<f64>() {
        Ok(seconds) if seconds.is_nan() => None,
        Ok(seconds) if seconds <= 0.0 => Some(CookieEnd::WithSession),
        Ok(seconds) if seconds >= 1e11 => moments::read(expires).map(CookieEnd::At),
        Ok(seconds) => Some(CookieEnd::At(Timestamp(seconds as i64))),
        Err(_) => moments::read(expires).map(CookieEnd::At),
    }
}

/// One line of a `cookies.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetscapeCookie<'l> {
    /// The host it is sent to.
    pub domain: &'l str,
    /// Its name.
    pub name: &'l str,
    /// Where its value stands in the line; the value itself is a secret.
    pub value: Span,
    /// When it ends.
    pub end: CookieEnd,
}

/// Reads a line of a `cookies.txt`: seven columns parted by tabs, of which the fifth says when the cookie ends.
pub fn netscape(line: &str) -> Option<NetscapeCookie<'_>> {
    let whole = line.trim_end_matches(['\r', '\n']);
    let mut columns = whole.strip_prefix("#HttpOnly_").unwrap_or(whole).split('\t');
    let mut next = || columns.next();
    let (domain, subdomains, _path, secure) = (next()?, next()?, next()?, next()?);
    let (expires, name, value) = (next()?, next()?, next()?);
    let is_flag = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if domain.starts_with('#') || !is_flag(subdomains) || !is_flag(secure) || next().is_some() {
        return None;
    }
    let value = Span::new(whole.len() - value.len(), whole.len());
    Some(NetscapeCookie { domain, name, value, end: storage_state(expires)? })
}

/// Reads the attributes of a `Set-Cookie` header. `Max-Age` wins over `Expires`; with neither it is a session
/// cookie.
pub fn set_cookie(header: &str) -> CookieEnd {
    let attribute = |wanted: &str| {
        let mut attributes = header.split(';').skip(1).filter_map(|attribute| attribute.split_once('='));
        attributes.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    attribute("Max-Age")
        .and_then(max_age)
        .or_else(|| attribute("Expires").and_then(moments::read).map(CookieEnd::At))
        .unwrap_or(CookieEnd::WithSession)
}

/// Reads the value of `Max-Age`: seconds, none or fewer of which end the cookie at once.
pub fn max_age(value: &str) -> Option<CookieEnd> {
    let value = value.trim();
    if value.strip_prefix('-').is_some_and(|digits| digits.parse::<u64>().is_ok()) {
        return Some(CookieEnd::After(Duration(0)));
    }
    durations::read(value, durations::Unit::Seconds).map(CookieEnd::After)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_608_000);

    #[test]
    fn a_saved_state_counts_seconds() {
        assert_eq!(storage_state("1893456000.123"), Some(CookieEnd::At(Timestamp(1_893_456_000))));
        assert_eq!(storage_state("1893456000000"), Some(CookieEnd::At(Timestamp(1_893_456_000))));
        assert_eq!(storage_state("1"), Some(CookieEnd::At(Timestamp(1))));
        assert_eq!(storage_state("-1"), Some(CookieEnd::WithSession));
        assert_eq!(storage_state("2030-01-01T00:00:00Z"), Some(CookieEnd::At(Timestamp(1_893_456_000))));
        assert_eq!(storage_state("NaN"), None);
        assert_eq!(storage_state("soon"), None);
    }

    #[test]
    fn a_cookies_txt_line_has_seven_columns() {
        let line = "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc=def\r\n";
        let cookie = netscape(line).unwrap();
        assert_eq!((cookie.domain, cookie.name), (".example.com", "sid"));
        assert_eq!(cookie.value.slice(line.as_bytes()), b"abc=def");
        assert_eq!(cookie.end, CookieEnd::At(Timestamp(1_893_456_000)));
        let session = netscape("example.com\tFALSE\t/\tFALSE\t0\tsid\t").unwrap();
        assert_eq!((session.value.is_empty(), session.end), (true, CookieEnd::WithSession));
        for line in ["# Netscape HTTP Cookie File", "", "a\tb\tc\td\t1\tf\tg", "# x\tTRUE\t/\tTRUE\t1\ta\tb"]
        {
            assert_eq!(netscape(line), None, "{line}");
        }
    }

    #[test]
    fn max_age_wins_over_expires() {
        let header = "sid=abc; Path=/; Expires=Tue, 01-Jan-2030 00:00:00 GMT; Max-Age=3600; Secure";
        assert_eq!(set_cookie(header), CookieEnd::After(Duration(3_600)));
        assert_eq!(
            set_cookie("sid=abc; expires=Tue, 01 Jan 2030 00:00:00 GMT"),
            CookieEnd::At(Timestamp(1_893_456_000))
        );
        assert_eq!(set_cookie("max-age=1; Path=/"), CookieEnd::WithSession);
        assert_eq!(max_age("-5"), Some(CookieEnd::After(Duration(0))));
    }

    #[test]
    fn the_end_tells_the_class() {
        let class = |end: CookieEnd| end.lifetime(NOW).class;
        assert_eq!(class(CookieEnd::At(Timestamp(1_893_456_000))), LifetimeClass::Long);
        assert_eq!(class(CookieEnd::At(Timestamp(1))), LifetimeClass::Expired);
        assert_eq!(class(CookieEnd::After(Duration(7_200))), LifetimeClass::Session);
        assert_eq!(class(CookieEnd::After(Duration(0))), LifetimeClass::Expired);
        assert_eq!(class(CookieEnd::WithSession), LifetimeClass::Unknown);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,80}", columns in "[a-zTRUE0-9\t.#-]{0,60}") {
            let _ = storage_state(&text);
            let _ = netscape(&columns);
            let _ = set_cookie(&text).lifetime(NOW);
            let _ = max_age(&text);
        }
    }
}
