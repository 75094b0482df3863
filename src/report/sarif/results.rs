//! A finding as a result.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::{
    Area, LifetimeProperty, Message, Outcome, PhysicalLocation, Properties, Region, Spot, Text,
};
use super::rules::{Rules, sentence};
use super::uri;
use crate::model::{Finding, Location, Place, Severity};

/// GitHub shows this many locations of a result.
const MAX_RELATED: usize = 100;

/// How many of them the message links to, which is what makes GitHub show them.
const LINKED: usize = 10;

pub(super) fn of<'r>(finding: &'r Finding, rules: &Rules<'_>) -> Outcome<'r> {
    let text = message(finding);
    let credential = finding.credential.as_ref();
    let related = finding.related.iter().take(MAX_RELATED);
    Outcome {
        rule_id: &finding.rule,
        rule_index: rules.index(&finding.rule),
        kind: "fail",
        level: level(finding.severity),
        message: Message { arguments: [text.trim_end_matches('.').to_owned()], id: "default", text },
        locations: [spot(&finding.location)],
        related_locations: related.enumerate().map(|(index, place)| related_spot(index + 1, place)).collect(),
        partial_fingerprints: BTreeMap::from([("outstay/v1", finding.fingerprint.to_string())]),
        properties: Properties {
            severity: finding.severity,
            confidence: finding.confidence,
            exposure: finding.exposure,
            attributes: &finding.attributes,
            holder: finding.holder.as_ref(),
            lifetime: credential.map(|credential| LifetimeProperty {
                class: credential.lifetime.class,
                evidence: credential.lifetime.evidence,
                expires_at: credential.lifetime.expires_at,
            }),
            principal: credential.and_then(|credential| credential.principal.as_ref()),
            also: &finding.also,
            related_cut: finding.related_cut + finding.related.len().saturating_sub(MAX_RELATED),
        },
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "note",
    }
}

/// What is wrong, which GitHub takes for the title; what to do; where else.
fn message(finding: &Finding) -> String {
    let mut text = unlinked(&finding.message);
    if !finding.remedy.is_empty() {
        let _ = write!(text, " {}", unlinked(&finding.remedy));
    }
    let places = finding.related.len() + finding.related_cut;
    if places == 0 {
        return sentence(&text);
    }
    text.push_str(" See also ");
    for (index, place) in finding.related.iter().take(LINKED).enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        let name = format!("{}:{}", place.location.origin, place.location.region.start.line);
        let _ = write!(text, "{separator}[{}]({})", escaped(&name), index + 1);
    }
    match places.saturating_sub(LINKED.min(finding.related.len())) {
        0 => text.push('.'),
        1 => text.push_str(" and 1 more place."),
        more => {
            let _ = write!(text, " and {more} more places.");
        }
    }
    text
}

/// Names of the user's own cannot make links.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn spot(location: &Location) -> Spot {
    let (start, end) = (location.region.start, location.region.end);
    Spot {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: uri::location(&location.origin),
            region: Some(Region::Area(Area {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
                byte_offset: location.span.start,
                byte_length: location.span.len(),
                snippet: Text::new(snippet(location)),
            })),
        },
        message: None,
    }
}

/// The place itself, masked; nothing of the line around it.
fn snippet(location: &Location) -> String {
    let excerpt = &location.excerpt;
    excerpt.text.get(excerpt.marked.range()).unwrap_or(&excerpt.text).to_owned()
}

fn related_spot(id: usize, place: &Place) -> Spot {
    Spot { id: Some(id), message: Some(Text::new(unlinked(&place.label))), ..spot(&place.location) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, place};

    #[test]
    fn the_message_links_to_ten_places_and_counts_the_rest() {
        let mut finding = finding("a", Severity::High, "a");
        finding.message = "First.".into();
        finding.remedy = "Second [x](http://evil.example).".into();
        finding.related = vec![place("b[1].yml", 7)];
        assert_eq!(
            message(&finding),
            "First. Second [x] (http://evil.example). See also [b\\[1\\].yml:7](1)."
        );
        finding.related = (0..12).map(|n| place("b", n + 1)).collect();
        finding.related_cut = 3;
        let text = message(&finding);
        assert!(text.ends_with("[b:10](10) and 5 more places."), "{text}");
    }

    #[test]
    fn at_most_a_hundred_places_are_listed_and_the_rest_is_counted() {
        let mut finding = finding("a", Severity::High, "a");
        finding.related = (0..120).map(|n| place("b", n + 1)).collect();
        finding.related_cut = 3;
        let outcome = of(&finding, &Rules::of(&[&finding], &crate::report::Catalogue::default()));
        let ids: Vec<_> = outcome.related_locations.iter().map(|spot| spot.id).collect();
        assert_eq!((ids.len(), ids[0], ids[99]), (100, Some(1), Some(100)));
        assert_eq!(outcome.properties.related_cut, 23);
    }
}
