//! The whole way of one small file, from its bytes to every format.

use outstay::model::{Finding, SkipReason};
use outstay::report::{Catalogue, Format, Style, render};
use outstay::rules::TEST_CLOCK;
use outstay::scan::{Input, Plan, Text};

use super::{PACK, choice};

/// A secret shorter than this may be a word of the report.
const LEAST_SECRET: usize = 16;

/// Paths that platforms know, and some that none does.
pub(super) const PATHS: [&str; 12] = [
    ".mcp.json",
    ".env",
    "compose.yaml",
    "Dockerfile",
    ".github/workflows/ci.yml",
    ".codex/config.toml",
    "k8s/deploy.yaml",
    "src/main.rs",
    ".vscode/settings.json",
    ".claude/settings.json",
    "litellm.yaml",
    "notes.txt",
];

/// Nothing panics, every finding points into the file, and no secret comes out in any format.
pub(super) fn scan(bytes: &[u8]) {
    let (first, bytes) = choice(bytes);
    let file = Text::new(PATHS[first % PATHS.len()], bytes);
    let plan = Plan::plain(&PACK, Input::Texts(vec![file]), TEST_CLOCK);
    let report = outstay::scan::scan(&plan).expect("the plan can be carried out");
    let broken = report.coverage.skips.iter().find(|skip| skip.reason == SkipReason::Panicked);
    assert!(broken.is_none(), "{broken:?}");
    for finding in &report.findings {
        finding_holds(finding, bytes);
    }
    for format in [Format::Human, Format::Json, Format::Sarif] {
        let mut out = Vec::new();
        render(&report, &Catalogue::default(), &Style::default(), format, &mut out)
            .expect("memory can be written");
        let out = String::from_utf8(out).expect("a report is UTF-8");
        assert!(!out.contains('\x1b'), "the file speaks to the terminal");
        for secret in report.findings.iter().filter_map(secret) {
            assert!(!out.contains(secret), "{format:?} shows a secret");
        }
    }
}

fn finding_holds(finding: &Finding, bytes: &[u8]) {
    let location = &finding.location;
    assert!(location.span.end <= bytes.len() && !location.span.is_empty(), "{:?}", location.span);
    assert!(location.excerpt.text.get(location.excerpt.marked.range()).is_some());
    for place in &finding.related {
        assert!(place.location.span.end <= bytes.len());
    }
    if let Some(secret) = secret(finding) {
        let texts = [&location.excerpt.text, &finding.message, &finding.remedy];
        assert!(!texts.iter().any(|text| text.contains(secret)), "a finding holds its secret");
    }
}

/// The secret of a finding, where it cannot be a word.
fn secret(finding: &Finding) -> Option<&str> {
    let credential = finding.credential.as_ref().filter(|credential| credential.fingerprint.is_some())?;
    str::from_utf8(credential.secret.reveal()).ok().filter(|secret| secret.len() >= LEAST_SECRET)
}
