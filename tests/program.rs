//! The real executable, and trees for it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use outstay::rules::{RulePack, Samples};
use serde_json::Value;

/// Expands a template with the embedded kinds.
pub(super) fn expand(template: &str) -> String {
    let pack = RulePack::embedded().unwrap();
    let find = |id: &str| pack.kind(id);
    Samples::new(&find).text(template, "cli").unwrap()
}

/// Runs the executable in a directory.
pub(super) fn outstay(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_outstay"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("SOURCE_DATE_EPOCH")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Writes files, their templates expanded, into a directory of their own.
pub(super) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, template) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, expand(template)).unwrap();
    }
    directory
}

/// A finding that every tree can have.
pub(super) const MCP: (&str, &str) =
    (".mcp.json", r#"{"mcpServers":{"gh":{"command":"x","env":{"GITHUB_TOKEN":"«github-pat-classic»"}}}}"#);

/// The JSON report on a tree and the exit code.
pub(super) fn report(directory: &Path, arguments: &[&str]) -> (Value, Option<i32>) {
    let output = outstay(directory, &[&["scan", "--format", "json", "--no-config"], arguments].concat());
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    (report, output.status.code())
}

/// The paths of the findings, each once.
pub(super) fn found(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    let mut paths: Vec<&str> =
        findings.iter().map(|finding| finding["location"]["path"].as_str().unwrap()).collect();
    paths.dedup();
    paths
}

/// What was skipped, as `path: reason`.
pub(super) fn skips(report: &Value) -> Vec<String> {
    let skips = report["coverage"]["skips"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    skips.iter().map(|skip| format!("{}: {}", text(&skip["path"]), text(&skip["reason"]))).collect()
}
