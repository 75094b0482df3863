//! Reports made by hand.

use std::sync::Arc;

use super::{Catalogue, Format, Reference, RuleInfo, Style, render};
use crate::model::{
    ArtifactPath, Confidence, Coverage, CredentialFacts, Disposition, EpochUnit, Evidence, Exposure, Finding,
    FingerprintKey, Form, Gate, GrantFacts, HolderName, Id, Layer, Lifetime, LifetimeClass, Location, Origin,
    Place, Principal, PrincipalKind, Privilege, Redacted, Report, Secret, Severity, Slot, Subject, Timestamp,
};
use crate::text::{Excerpt, Position, Region, Span};

/// 2026-11-25T00:00:00Z.
pub(super) const NOW: Timestamp = Timestamp(1_795_564_800);

/// The value of test credential number `n`: it looks like a token, and no literal of its shape stands here.
pub(super) fn value(n: usize) -> String {
    format!("ghp_{n:02}{}", "qZ7".repeat(12)).chars().take(40).collect()
}

/// A place on line `line`: `TOKEN=` and a redacted value, which is marked.
pub(super) fn location(path: &str, line: usize) -> Location {
    let text = "  TOKEN=ghp_[redacted] # mine".to_owned();
    Location {
        origin: Origin::file(ArtifactPath::new(path)),
        span: Span::new(108, 148),
        region: Region { start: Position { line, column: 9 }, end: Position { line, column: 49 } },
        document_path: Some("$.env.TOKEN".into()),
        excerpt: Excerpt { line, text, marked: Span::new(8, 22) },
    }
}

/// Another place.
pub(super) fn place(path: &str, line: usize) -> Place {
    Place {
        location: location(path, line),
        label: format!("MCP server `{path}`, environment variable `TOKEN`"),
    }
}

/// Test credential number `n`.
pub(super) fn credential(n: usize) -> CredentialFacts {
    let value = value(n);
    CredentialFacts {
        kind: "github-pat-classic".into(),
        shown: Redacted::with_prefix("ghp_"),
        secret: Secret::new(value.as_bytes()),
        fingerprint: Some(FingerprintKey::default().sign(&[value.as_bytes()])),
        principal: None,
        subject: Subject::Human,
        privilege: Privilege::Ordinary,
        lifetime: Lifetime::of(LifetimeClass::Never, Evidence::Format),
    }
}

/// A grant of credential number 1 on line 3 of `path`.
pub(super) fn finding(rule: &str, severity: Severity, path: &str) -> Finding {
    Finding {
        rule: rule.into(),
        layer: Layer::Grant,
        message: "MCP server `github` holds a GitHub token that never ends.".into(),
        base_severity: severity,
        severity,
        confidence: Confidence::High,
        attributes: Vec::new(),
        location: location(path, 3),
        exposure: Exposure::Tracked,
        related: Vec::new(),
        related_cut: 0,
        holder: Some(HolderName { kind: "mcp-server".into(), name: "github".into(), agent: true }),
        grant: Some(GrantFacts {
            slot: Slot::Env,
            name: Some("TOKEN".into()),
            form: Form::Literal,
            reference: None,
        }),
        credential: Some(credential(1)),
        remedy: "Let `github` sign in by OAuth: remove `TOKEN` and use the remote server, whose tokens last for hours."
            .into(),
        also: Vec::new(),
        fingerprint: FingerprintKey::default().sign(&[rule.as_bytes(), path.as_bytes()]),
        disposition: Disposition::Open,
        foreign_marker: None,
    }
}

/// A finding that carries everything a finding can.
pub(super) fn full() -> Finding {
    let mut finding = finding("mcp-env-long-lived-key", Severity::Critical, "a b/.mcp.json");
    finding.base_severity = Severity::High;
    finding.attributes = vec![crate::model::Attribute::TrackedForEver, crate::model::Attribute::Human];
    finding.related = vec![place("compose.yml", 12), place("ci/deploy.yml", 30)];
    finding.related_cut = 4;
    finding.also = vec!["github-pat-classic".into()];
    finding.foreign_marker = Some("gitleaks:allow");
    finding.location.origin.within = Some(Arc::new(Origin::file(ArtifactPath::new("dist/app.zip"))));
    if let Some(credential) = &mut finding.credential {
        credential.principal = Some(Principal::new(PrincipalKind::UserAtHost, "ada@example.com"));
        credential.privilege = Privilege::Admin;
        credential.lifetime =
            Lifetime::until(Timestamp::parse("2036-04-01").unwrap(), Some(NOW), NOW, Evidence::Value);
        credential.lifetime.expiry_unit = EpochUnit::Milliseconds;
    }
    if let Some(grant) = &mut finding.grant {
        (grant.form, grant.reference) = (Form::EnvRef, Some("GITHUB_TOKEN".into()));
    }
    finding
}

/// A report of these findings over 812 files.
pub(super) fn report(findings: Vec<Finding>) -> Report {
    Report {
        findings,
        coverage: Coverage { artifacts: 812, bytes: 12_345_678, documents: 40, ..Coverage::default() },
        notes: Vec::new(),
        now: NOW,
        gate: Gate::default(),
        gate_ignored: false,
        max_lifetime: crate::model::Duration::DAY,
        policy: None,
        incomplete: false,
        secrets: Vec::new(),
    }
}

/// What is known of rule `id`.
pub(super) fn rule(id: &str) -> RuleInfo {
    RuleInfo {
        id: Id::from(id),
        title: "Long-lived key in an MCP server's environment".into(),
        why: "The key outlives the session that it was made for.".into(),
        fix: "Use the server's OAuth sign-in.".into(),
        references: vec![Reference {
            text: "Model Context Protocol: authorization".into(),
            url: "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization".into(),
        }],
        cwe: vec![798, 522, 798],
        severity: Severity::High,
        confidence: Confidence::High,
        tags: vec!["mcp".into()],
    }
}

/// `report` as text.
pub(super) fn rendered(report: &Report, style: &Style, format: Format) -> String {
    let catalogue: Catalogue = ["mcp-env-long-lived-key"].into_iter().map(rule).collect();
    let mut out = Vec::new();
    render(report, &catalogue, style, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
