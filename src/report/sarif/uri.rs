//! Paths as relative URI references.

use std::fmt::Write as _;

use super::ROOT;
use super::model::ArtifactLocation;
use crate::model::Origin;

/// Where `origin` stands, relative to the root.
pub(super) fn location(origin: &Origin) -> ArtifactLocation {
    ArtifactLocation { uri: of(origin), uri_base_id: ROOT }
}

/// The chain from the outside in, joined by `!/`.
pub(super) fn of(origin: &Origin) -> String {
    let mut uri = match &origin.within {
        Some(outer) => of(outer) + "!/",
        None => String::new(),
    };
    encode(origin.path.as_str().trim_start_matches('/'), &mut uri);
    uri
}

/// Everything but unreserved characters, `/` and harmless delimiters is percent-encoded; `:` too, since what stands
/// before one would be read as a scheme. What the path has encoded already stays as it is.
fn encode(path: &str, uri: &mut String) {
    let bytes = path.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let plain = match byte {
            b'%' => bytes.get(index + 1..index + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            b'/' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b'@' => true,
            byte => byte.is_ascii_alphanumeric(),
        };
        if plain {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ArtifactPath;

    fn uri(path: &str) -> String {
        of(&Origin::file(ArtifactPath::new(path)))
    }

    #[test]
    fn no_path_is_mistaken_for_a_scheme_a_root_or_a_query() {
        assert_eq!(uri("debian:12/etc/x"), "debian%3A12/etc/x");
        assert_eq!(uri("/etc/passwd"), "etc/passwd");
        assert_eq!(uri("//host/share"), "host/share");
        assert_eq!(uri("a b#c?d[e]\u{202e}ü"), "a%20b%23c%3Fd%5Be%5D%E2%80%AE%C3%BC");
    }

    #[test]
    fn what_is_encoded_stays_encoded_and_a_lone_percent_sign_is_one() {
        let path = ArtifactPath::from_bytes(b"\xff%20");
        assert_eq!(of(&Origin::file(path)), "%FF%2520");
        assert_eq!(uri("100%"), "100%25");
    }

    #[test]
    fn members_stand_behind_their_archive() {
        let outer = Arc::new(Origin::file(ArtifactPath::new("lib/app.jar")));
        let member = Origin { path: ArtifactPath::new("/conf.yml"), within: Some(outer) };
        assert_eq!(of(&member), "lib/app.jar!/conf.yml");
    }
}
