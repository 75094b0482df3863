//! Findings for the tests of this module.

use crate::model::{
    ArtifactPath, Confidence, Disposition, Exposure, Finding, Fingerprint, FingerprintKey, Id, Layer,
    Location, Origin, Severity,
};
use crate::text::{Excerpt, Position, Region, Span};

pub(super) fn sign(secret: &str) -> Fingerprint {
    FingerprintKey::default().sign(&[secret.as_bytes()])
}

/// A finding of `rule` on line 1 of `path`, whose fingerprint is that of `secret`.
pub(super) fn finding(rule: &str, path: &str, secret: &str) -> Finding {
    let region = Region { start: Position::START, end: Position { line: 1, column: 5 } };
    Finding {
        rule: Id::from(rule),
        layer: Layer::Credential,
        message: "A finding.".into(),
        base_severity: Severity::High,
        severity: Severity::High,
        confidence: Confidence::High,
        attributes: Vec::new(),
        location: Location {
            origin: Origin::file(ArtifactPath::new(path)),
            span: Span::new(0, 4),
            region,
            document_path: None,
            excerpt: Excerpt { line: 1, text: "text".into(), marked: Span::new(0, 4) },
        },
        exposure: Exposure::Tracked,
        related: Vec::new(),
        related_cut: 0,
        holder: None,
        grant: None,
        credential: None,
        remedy: "Mend it.".into(),
        also: Vec::new(),
        fingerprint: sign(secret),
        disposition: Disposition::Open,
        foreign_marker: None,
    }
}
