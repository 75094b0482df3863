//! The report as data, for programs: every fact, no secret, no line of the source.

use std::io;

use serde::Serialize;

use super::sanitise::{self, Gatekeeper};
use crate::model::{
    ArtifactPath, Attribute, Confidence, CredentialFacts, Disposition, Exposure, Finding, Fingerprint, Form,
    GrantFacts, HolderName, Id, Layer, Lifetime, Location, Note, Origin, Overruled, Place, PolicyUse,
    Principal, Privilege, Redacted, Report, Severity, Skip, Slot, Subject, Summary, Timestamp,
};
use crate::text::Position;

/// The JSON Schema (draft 2020-12) of the report that is written as JSON.
pub fn json_schema() -> &'static str {
    include_str!("report.schema.json")
}

pub(super) fn write(report: &Report, gatekeeper: &Gatekeeper, out: &mut dyn io::Write) -> io::Result<()> {
    sanitise::json(gatekeeper, &Document::of(report), out)
}

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    tool: Tool,
    now: Timestamp,
    gate: Gate,
    /// In seconds.
    max_lifetime: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Policy<'r>>,
    incomplete: bool,
    summary: Summary,
    coverage: Coverage<'r>,
    notes: &'r [Note],
    findings: Vec<Item<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Gate {
    severity: Option<Severity>,
    confidence: Confidence,
    ignored_files: bool,
}

#[derive(Serialize)]
struct Policy<'r> {
    file: &'r str,
    sha256: &'r str,
    overruled: &'r [Overruled],
}

#[derive(Serialize)]
struct Coverage<'r> {
    artifacts: u64,
    bytes: u64,
    documents: u64,
    skips: &'r [Skip],
    #[serde(skip_serializing_if = "<[ArtifactPath]>::is_empty")]
    home: &'r [ArtifactPath],
}

#[derive(Serialize)]
struct Item<'r> {
    rule: &'r Id,
    layer: Layer,
    message: &'r str,
    severity: Severity,
    confidence: Confidence,
    attributes: &'r [Attribute],
    exposure: Exposure,
    fails: bool,
    location: Spot<'r>,
    related: Vec<RelatedSpot<'r>>,
    related_cut: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'r HolderName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantItem<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<CredentialItem<'r>>,
    remedy: &'r str,
    also: &'r [Id],
    #[serde(skip_serializing_if = "Option::is_none")]
    foreign_marker: Option<&'static str>,
    fingerprint: Fingerprint,
    disposition: &'r Disposition,
}

#[derive(Serialize)]
struct Spot<'r> {
    path: &'r ArtifactPath,
    /// What `path` stands in, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<&'r ArtifactPath>,
    start: Point,
    end: Point,
    bytes: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_path: Option<&'r str>,
}

#[derive(Serialize)]
struct RelatedSpot<'r> {
    label: &'r str,
    location: Spot<'r>,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Bytes {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct GrantItem<'r> {
    slot: Slot,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    form: Form,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'r str>,
}

#[derive(Serialize)]
struct CredentialItem<'r> {
    kind: &'r Id,
    shown: &'r Redacted,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<&'r Principal>,
    subject: Subject,
    privilege: Privilege,
    lifetime: Lifetime,
}

impl<'r> Document<'r> {
    fn of(report: &'r Report) -> Self {
        let coverage = &report.coverage;
        Self {
            schema: "outstay/report/v1",
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            now: report.now,
            gate: Gate {
                severity: report.gate.severity,
                confidence: report.gate.confidence,
                ignored_files: report.gate_ignored,
            },
            max_lifetime: report.max_lifetime.0,
            policy: report.policy.as_ref().map(Policy::of),
            incomplete: report.incomplete,
            summary: report.summary(),
            coverage: Coverage {
                artifacts: coverage.artifacts,
                bytes: coverage.bytes,
                documents: coverage.documents,
                skips: &coverage.skips,
                home: &coverage.home,
            },
            notes: &report.notes,
            findings: report.findings.iter().map(|finding| Item::of(finding, report)).collect(),
        }
    }
}

impl<'r> Policy<'r> {
    fn of(policy: &'r PolicyUse) -> Self {
        Self { file: &policy.file, sha256: &policy.sha256, overruled: &policy.overruled }
    }
}

impl<'r> Item<'r> {
    fn of(finding: &'r Finding, report: &Report) -> Self {
        Self {
            rule: &finding.rule,
            layer: finding.layer,
            message: &finding.message,
            severity: finding.severity,
            confidence: finding.confidence,
            attributes: &finding.attributes,
            exposure: finding.exposure,
            fails: report.fails(finding),
            location: Spot::of(&finding.location),
            related: finding.related.iter().map(RelatedSpot::of).collect(),
            related_cut: finding.related_cut,
            holder: finding.holder.as_ref(),
            grant: finding.grant.as_ref().map(GrantItem::of),
            credential: finding.credential.as_ref().map(CredentialItem::of),
            remedy: &finding.remedy,
            also: &finding.also,
            foreign_marker: finding.foreign_marker,
            fingerprint: finding.fingerprint,
            disposition: &finding.disposition,
        }
    }
}

impl<'r> Spot<'r> {
    fn of(location: &'r Location) -> Self {
        Self {
            path: &location.origin.path,
            within: chain(&location.origin),
            start: Point::of(location.region.start),
            end: Point::of(location.region.end),
            bytes: Bytes { start: location.span.start, end: location.span.end },
            document_path: location.document_path.as_deref(),
        }
    }
}

fn chain(origin: &Origin) -> Vec<&ArtifactPath> {
    std::iter::successors(origin.within.as_deref(), |outer| outer.within.as_deref())
        .map(|outer| &outer.path)
        .collect()
}

impl<'r> RelatedSpot<'r> {
    fn of(place: &'r Place) -> Self {
        Self { label: &place.label, location: Spot::of(&place.location) }
    }
}

impl Point {
    fn of(position: Position) -> Self {
        Self { line: position.line, column: position.column }
    }
}

impl<'r> GrantItem<'r> {
    fn of(grant: &'r GrantFacts) -> Self {
        Self {
            slot: grant.slot,
            name: grant.name.as_deref(),
            form: grant.form,
            reference: grant.reference.as_deref(),
        }
    }
}

impl<'r> CredentialItem<'r> {
    fn of(credential: &'r CredentialFacts) -> Self {
        Self {
            kind: &credential.kind,
            shown: &credential.shown,
            fingerprint: credential.fingerprint,
            principal: credential.principal.as_ref(),
            subject: credential.subject,
            privilege: credential.privilege,
            lifetime: credential.lifetime,
        }
    }
}
