//! Fields of a JSON object that stands somewhere in a text, on its own or inside of a string.

use crate::text::Span;

const REACH: usize = 16 * 1024;

/// What looking for braces in vain costs.
pub(super) const SOUGHT: usize = 2 * REACH;

/// An object is gone through once for each field that is asked for.
pub(super) const TIMES_READ: usize = 4;

/// The braces around a place, by counting; braces inside of strings are too rare in these files to matter.
pub(super) fn enclosing(bytes: &[u8], start: usize, end: usize) -> Option<Span> {
    let from = start.saturating_sub(REACH);
    let mut depth = 0;
    let open = bytes[from..start].iter().rposition(|byte| {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return true,
            b'{' => depth -= 1,
            _ => {}
        }
        false
    })?;
    let to = bytes.len().min(end + REACH);
    let mut depth = 0;
    let close = bytes[end..to].iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return true,
            b'}' => depth -= 1,
            _ => {}
        }
        false
    })?;
    Some(Span::new(from + open, end + close + 1))
}

/// Where the text of a field stands, without its quotes, however deep they are escaped.
pub(super) fn field(object: &[u8], name: &str) -> Option<Span> {
    let at = value_of(object, name)?;
    let escapes = object[at..].iter().take_while(|byte| **byte == b'\\').count();
    if object.get(at + escapes) != Some(&b'"') {
        return None;
    }
    let start = at + escapes + 1;
    let end = memchr::memchr_iter(b'"', &object[start..])
        .map(|quote| start + quote)
        .find(|quote| object[..*quote].iter().rev().take_while(|byte| **byte == b'\\').count() == escapes)?;
    Some(Span::new(start, end - escapes))
}

/// Where a field's number or literal stands.
pub(super) fn bare_field(object: &[u8], name: &str) -> Option<Span> {
    let at = value_of(object, name)?;
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
    let length = object[at..].iter().take_while(|byte| is_bare(byte)).count();
    (length > 0).then(|| Span::new(at, at + length))
}

/// Where what follows a field's name and colon begins.
fn value_of(object: &[u8], name: &str) -> Option<usize> {
    let skip =
        |at: usize, fits: fn(&u8) -> bool| at + object[at..].iter().take_while(|byte| fits(byte)).count();
    memchr::memmem::find_iter(object, name.as_bytes()).find_map(|at| {
        let end = at + name.len();
        let closed = skip(end, |byte| matches!(byte, b'"' | b'\\'));
        let value = skip(closed, |byte| byte.is_ascii_whitespace() || *byte == b':');
        let is_name =
            at > 0 && object[at - 1] == b'"' && closed > end && object[closed..value].contains(&b':');
        is_name.then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_however_deep_they_are_escaped() {
        for object in
            [r#"{"a":"b","name" : "x y","n": -1.5}"#, r#"{\"a\":\"name\",\"name\": \"x y\",\"n\":-1.5}"#]
        {
            let at = |span: Option<Span>| span.map(|span| &object[span.range()]);
            assert_eq!(at(field(object.as_bytes(), "name")), Some("x y"), "{object}");
            assert_eq!(at(bare_field(object.as_bytes(), "n")), Some("-1.5"), "{object}");
            assert_eq!(at(field(object.as_bytes(), "n")), None, "{object}");
        }
    }

    #[test]
    fn the_braces_around_a_place_are_the_innermost() {
        let text = br#"[{"a":{"b":1},"here":2},{"c":3}]"#;
        let at = memchr::memmem::find(text, b"here").unwrap();
        assert_eq!(enclosing(text, at, at + 4), Some(Span::new(1, 23)));
    }
}
