//! The query of a URL, as it stands in source text.

/// Longer queries are cut.
const MAX_LENGTH: usize = 16 * 1024;

/// The decoded parameters of a query.
pub(super) struct Query {
    parameters: Vec<(String, String)>,
}

impl Query {
    /// Reads what follows the first `?` of `text`, or all of it where there is none, up to where a URL ends.
    /// `&amp;` and `\u0026` part parameters as `&` does: that is how HTML, XML and JSON write it.
    pub(super) fn parse(text: &[u8]) -> Self {
        let text = &text[..text.len().min(MAX_LENGTH)];
        let query = memchr::memchr(b'?', text).map_or(text, |mark| &text[mark + 1..]);
        let end = query.iter().position(|byte| ends_url(*byte)).unwrap_or(query.len());
        let query = String::from_utf8_lossy(&query[..end]).replace("&amp;", "&").replace("\\u0026", "&");
        let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
        Self { parameters: parameters.map(|(name, value)| (decode(name), decode(value))).collect() }
    }

    /// The value of the first parameter of this name, whatever its case; `None` where it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        (!value.is_empty()).then_some(value)
    }
}

fn ends_url(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_control()
        || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'#')
}

fn decode(text: &str) -> String {
    let mut bytes = text.as_bytes().iter();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(&byte) = bytes.next() {
        let code = match (byte, bytes.as_slice()) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                bytes.nth(1);
            }
            None => decoded.push(byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameters_are_decoded_and_the_url_ends_where_it_ends() {
        let query = Query::parse(b"https://h/p?a=1%3A2%2f&B=x%zz&amp;c=3\\u0026d=&e=5\" f=6");
        assert_eq!(query.get("a"), Some("1:2/"));
        assert_eq!(query.get("b"), Some("x%zz"));
        assert_eq!(query.get("c"), Some("3"));
        assert_eq!(query.get("d"), None);
        assert_eq!(query.get("e"), Some("5"));
        assert_eq!(Query::parse(b"a=1&b=2").get("b"), Some("2"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Query::parse(&bytes);
        }
    }
}
