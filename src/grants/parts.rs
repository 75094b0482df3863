//! Texts that are taken apart: mounts, URLs, and what globs match.

use std::sync::Arc;

use crate::rules::ReferenceScope;
use crate::text::{Span, words};

/// The source of `source:target[:options]`, or of `type=bind,source=…,target=…`; a Windows drive's colon is no separator.
pub(super) fn mount_source(text: &str) -> Span {
    let mut at = 0;
    for field in text.split(',') {
        if let Some((name, value)) = field.split_once('=')
            && matches!(name.trim(), "source" | "src")
        {
            return Span::new(at + field.len() - value.len(), at + field.len());
        }
        at += field.len() + 1;
    }
    let letter = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let drive = letter
        && text.as_bytes().get(1) == Some(&b':')
        && matches!(text.as_bytes().get(2), Some(b'\\' | b'/'));
    let from = if drive { 2 } else { 0 };
    // A default inside of `${X:-y}` has a colon as well.
    let mut depth = 0;
    let end = text.bytes().enumerate().skip(from).find(|(_, byte)| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b':' => return depth == 0,
            _ => {}
        }
        false
    });
    Span::new(0, end.map_or(text.len(), |(at, _)| at))
}

/// What stands before the query of a URL, without a name, and each field of the query with its own.
pub(super) fn of_url(text: &str) -> Vec<(Option<&str>, Span)> {
    // The mark of `${X:?message}` begins no query.
    let Some(query) = text.find('?').filter(|at| !text[..*at].ends_with(':')) else {
        return vec![(None, Span::new(0, text.len()))];
    };
    let mut found = vec![(None, Span::new(0, query))];
    let end = text.find('#').filter(|at| *at > query).unwrap_or(text.len());
    let mut at = query + 1;
    for field in text[at..end].split('&') {
        let name = field.split_once('=').map(|(name, _)| name);
        let start = at + name.map_or(0, |name| name.len() + 1);
        found.push((name, Span::new(start, at + field.len())));
        at += field.len() + 1;
    }
    found
}

/// The fields of `name=value;name=value`, as ADO.NET and ODBC write a connection, or of `name=value name='a value'`, as an inventory or
/// libpq does: where a `;` stands, blanks are part of what stands between. Quotes around a value are none of it.
pub(super) fn of_fields(text: &str) -> Vec<(&str, Span)> {
    let is_listed = cuts(text, |byte| byte == b';').len() > 1;
    let fields = if is_listed {
        cuts(text, |byte| byte == b';')
    } else {
        cuts(text, |byte| byte.is_ascii_whitespace())
    };
    let field = |span: Span| {
        let (name, value) = text[span.range()].split_once('=')?;
        let end = span.start + text[span.range()].trim_end().len();
        let start = span.end - value.trim_start().len();
        let is_quoted = end > start + 1
            && matches!(text.as_bytes()[start], quote @ (b'"' | b'\'') if text.as_bytes()[end - 1] == quote);
        let inner = if is_quoted { Span::new(start + 1, end - 1) } else { Span::new(start.min(end), end) };
        (!name.trim().is_empty()).then(|| (name.trim(), inner))
    };
    fields.into_iter().filter_map(field).collect()
}

/// What stands between bytes that part, but for those in quotes.
fn cuts(text: &str, parts: impl Fn(u8) -> bool) -> Vec<Span> {
    let (mut found, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) => quote = (open != byte).then_some(open),
            None if parts(byte) => {
                found.push(Span::new(start, at));
                start = at + 1;
            }
            // A quote begins a value; elsewhere it is a letter like any other.
            None if matches!(byte, b'"' | b'\'') && text[..at].trim_end().ends_with('=') => {
                quote = Some(byte);
            }
            None => {}
        }
    }
    found.push(Span::new(start, text.len()));
    found.retain(|span| !span.is_empty());
    found
}

/// The values of the pairs that a cookie is made of; of anything else the whole.
pub(super) fn of_cookies(name: Option<&str>, text: &str) -> Vec<Span> {
    let is_cookie = name.is_some_and(|name| words(name).any(|word| matches!(&*word, "cookie" | "cookies")));
    if !is_cookie || !text.contains('=') {
        return vec![Span::new(0, text.len())];
    }
    let mut found = Vec::new();
    let mut at = 0;
    for pair in text.split(';') {
        if let Some((_, value)) = pair.split_once('=') {
            let value =
                value.trim_end_matches(|letter: char| letter.is_whitespace() || "\"]}'".contains(letter));
            let start = at + pair.find('=').map_or(0, |sign| sign + 1);
            found.push(Span::new(start, start + value.len()));
        }
        at += pair.len() + 1;
    }
    found
}

/// The namespace that a reference's name lives in.
pub(super) fn namespace(scope: ReferenceScope, path: &str, holder: &str) -> Arc<str> {
    match scope {
        ReferenceScope::Directory => {
            path.rsplit_once('/').map_or("directory:", |(directory, _)| directory).into()
        }
        ReferenceScope::Repository => "repository:".into(),
        ReferenceScope::User => "user:".into(),
        ReferenceScope::Holder => format!("holder:{}:{path}", holder).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_parted_by_what_parts_them() {
        let of = |text| -> Vec<(&str, &str)> {
            of_fields(text).into_iter().map(|(name, span)| (name, &text[span.range()])).collect()
        };
        assert_eq!(
            of("Server=db.prod;User Id=app; Password = 'x;y z';"),
            [("Server", "db.prod"), ("User Id", "app"), ("Password", "x;y z")]
        );
        assert_eq!(
            of("web1 ansible_host=10.0.0.1 pass=\"a b\" k="),
            [("ansible_host", "10.0.0.1"), ("pass", "a b"), ("k", "")]
        );
        assert_eq!(of("it's a=b"), [("a", "b")]);
        assert!(of("").is_empty() && of("=; = ;plain").is_empty());
    }

    #[test]
    fn the_source_of_a_mount_ends_at_its_own_colon() {
        let source = |text: &str| text[mount_source(text).range()].to_owned();
        assert_eq!(source("~/.aws:/root/.aws:ro"), "~/.aws");
        assert_eq!(source("C:\\Users\\me\\.aws:/x"), "C:\\Users\\me\\.aws");
        assert_eq!(source("${HOME:-~}/.aws:/x"), "${HOME:-~}/.aws");
        assert_eq!(source("data"), "data");
        assert_eq!(source("type=bind,source=${localEnv:HOME}/.aws,target=/x"), "${localEnv:HOME}/.aws");
        assert_eq!(source("src=~/.kube,dst=/x"), "~/.kube");
        assert_eq!(source("/:/host:ro"), "/");
    }

    #[test]
    fn a_cookie_is_its_pairs() {
        let text = "sid=abc; theme=dark;flag";
        let found: Vec<_> =
            of_cookies(Some("Cookie"), text).into_iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, ["abc", "dark"]);
        assert_eq!(of_cookies(Some("X_COOKIE"), "abc"), [Span::new(0, 3)]);
        assert_eq!(of_cookies(Some("Authorization"), "a=b"), [Span::new(0, 3)]);
        assert_eq!(of_cookies(Some("COOKIES"), "[\"t=v\"]").len(), 1);
    }

    #[test]
    fn the_fields_of_a_query_have_their_own_names() {
        let text = "https://x.example/mcp?api_key=K&flag&token=T#top";
        let found: Vec<_> =
            of_url(text).into_iter().map(|(name, span)| (name, &text[span.range()])).collect();
        assert_eq!(
            found,
            [(None, "https://x.example/mcp"), (Some("api_key"), "K"), (None, "flag"), (Some("token"), "T")]
        );
        assert_eq!(of_url("${URL:?not set}").len(), 1);
        assert_eq!(of_url("").len(), 1);
    }
}
