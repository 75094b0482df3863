//! What every format lets out: the gatekeeper of a report, and JSON that goes through it.

use std::fmt::Write as _;
use std::io;

use serde_json::ser::{Formatter, PrettyFormatter};

use crate::model::{Finding, Graph, Location, Noun, Principal, PrincipalKind, Report};
use crate::text::is_hidden;

pub(super) use crate::text::Gatekeeper;

/// Knows every secret of the run, and lets the fingerprints of its findings through.
pub(super) fn of_report(report: &Report) -> Gatekeeper {
    let credentials = || report.findings.iter().filter_map(|finding| finding.credential.as_ref());
    let own = credentials().filter(|credential| credential.fingerprint.is_some()).map(|own| &own.secret);
    let fingerprints = |finding: &Finding| {
        let of_credential = finding.credential.as_ref().and_then(|credential| credential.fingerprint);
        [Some(finding.fingerprint), of_credential].into_iter().flatten().map(|known| known.to_string())
    };
    let ids = credentials().filter_map(|credential| key_id(credential.principal.as_ref()?));
    Gatekeeper::new(report.secrets.iter().chain(own).map(|secret| secret.reveal()))
        .letting(report.findings.iter().flat_map(fingerprints).chain(ids))
        .letting(report.policy.iter().map(|policy| policy.sha256.clone()))
        .letting_paths(paths(report))
}

/// Every path that a report names.
fn paths(report: &Report) -> impl Iterator<Item = &str> {
    let of_findings = report
        .findings
        .iter()
        .flat_map(|finding| {
            std::iter::once(&finding.location).chain(finding.related.iter().map(|place| &place.location))
        })
        .flat_map(chain);
    let overruled = report.policy.iter().flat_map(|policy| &policy.overruled);
    of_findings
        .chain(report.coverage.skips.iter().map(|skip| skip.path.as_str()))
        .chain(overruled.map(|overruled| overruled.path.as_str()))
}

/// The paths of a place, from the inside out.
fn chain(location: &Location) -> impl Iterator<Item = &str> {
    let origins = std::iter::successors(Some(&location.origin), |origin| origin.within.as_deref());
    origins.map(|origin| origin.path.as_str())
}

/// The same of a graph.
pub(super) fn of_graph(graph: &Graph) -> Gatekeeper {
    let known = graph.nodes.iter().filter_map(|node| match &node.noun {
        Noun::Credential(credential) => credential.fingerprint.map(|known| known.to_string()),
        Noun::Principal(principal) => key_id(principal),
        _ => None,
    });
    let ways = graph.edges.iter().flat_map(|edge| edge.ways.iter().map(|way| &way.location));
    let places = graph.nodes.iter().flat_map(|node| &node.places).chain(ways);
    Gatekeeper::new(graph.secrets.iter().map(|secret| secret.reveal()))
        .letting(known)
        .letting_paths(places.flat_map(chain))
}

/// The identifier of a key, where it has the form of one: it names a secret and is none.
fn key_id(principal: &Principal) -> Option<String> {
    let id = principal.name.split(' ').next()?;
    let is_id = id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (principal.kind == PrincipalKind::KeyId && is_id).then(|| id.to_owned())
}

/// Writes `value` as indented JSON, every string in it masked and made visible, with a line end.
pub(super) fn json(
    gatekeeper: &Gatekeeper,
    value: &impl serde::Serialize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let formatter = VisibleJson { gatekeeper, layout: PrettyFormatter::new() };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, formatter);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Indented JSON in which hidden characters are `\u` escapes.
struct VisibleJson<'g> {
    gatekeeper: &'g Gatekeeper,
    layout: PrettyFormatter<'static>,
}

impl Formatter for VisibleJson<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let masked = self.gatekeeper.mask(fragment);
        if !masked.contains(is_hidden) {
            return writer.write_all(masked.as_bytes());
        }
        let mut escaped = String::with_capacity(masked.len() + 16);
        for character in masked.chars() {
            if is_hidden(character) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(escaped, "\\u{unit:04x}").map_err(io::Error::other)?;
                }
            } else {
                escaped.push(character);
            }
        }
        writer.write_all(escaped.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_the_meaning_and_is_free_of_hidden_characters() {
        const HOSTILE: &str = "a\u{1b}]52;c;ZXZpbA==\u{7}b\u{202e}c\u{200b}d\u{2028}e\u{9b}31m\u{e0041}é";
        let mut out = Vec::new();
        json(&Gatekeeper::default(), &[HOSTILE], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.trim_end().contains(|character| is_hidden(character) && character != '\n'), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [HOSTILE]);
    }
}
