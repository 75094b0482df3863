//! When cookies end, as browsers' tools save them.

use super::moments;
use crate::model::{Evidence, Lifetime, Timestamp};
use crate::text::Span;

/// When a cookie ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieEnd {
    /// With the browser's session, whose end nobody knows: the server decides how long it honours a saved copy.
    WithSession,
    /// At a moment.
    At(Timestamp),
}

impl CookieEnd {
    /// How long the cookie lasts.
    pub fn lifetime(self, now: Timestamp) -> Lifetime {
        match self {
            Self::WithSession => Lifetime::UNKNOWN,
            Self::At(end) => Lifetime::until(end, None, now, Evidence::Sibling),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LifetimeClass;
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
    fn the_end_tells_the_class() {
        let class = |end: CookieEnd| end.lifetime(NOW).class;
        assert_eq!(class(CookieEnd::At(Timestamp(1_893_456_000))), LifetimeClass::Long);
        assert_eq!(class(CookieEnd::At(Timestamp(1))), LifetimeClass::Expired);
        assert_eq!(class(CookieEnd::At(Timestamp(1_795_615_200))), LifetimeClass::Session);
        assert_eq!(class(CookieEnd::WithSession), LifetimeClass::Unknown);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,80}", columns in "[a-zTRUE0-9\t.#-]{0,60}") {
            let _ = storage_state(&text);
            let _ = netscape(&columns);
        }
    }
}
