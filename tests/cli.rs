//! The real executable on real trees.

use std::fs;

use super::program::{MCP, expand, outstay, tree};

#[test]
fn one_leak_is_one_finding_and_its_bytes_are_the_secret() {
    let directory = tree(&[MCP]);
    let output = outstay(directory.path(), &["scan", "--format", "json", "--no-config"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["rule"], "mcp-env-long-lived-key");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(&expand("«github-pat-classic»")), "the secret came out");
}

#[test]
fn nothing_planted_comes_out_in_any_format() {
    let directory =
        tree(&[MCP, ("app.env", "DB_PASSWORD=Gh7!kd02mPqz4x\nOPENAI_API_KEY=«openai-project-key»\n")]);
    let planted =
        [expand("«github-pat-classic»"), expand("«openai-project-key»"), "Gh7!kd02mPqz4x".to_owned()];
    for format in ["human", "json", "sarif"] {
        let output = outstay(directory.path(), &["scan", "--format", format]);
        let text = [output.stdout, output.stderr].concat();
        for secret in &planted {
            let found = text.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{format} shows a planted secret");
        }
    }
}

#[test]
fn exit_codes_are_a_contract() {
    let clean = tree(&[("README", "nothing here\n")]);
    assert_eq!(outstay(clean.path(), &["scan"]).status.code(), Some(0));
    assert_eq!(outstay(clean.path(), &["scan", "absent"]).status.code(), Some(3));
    assert_eq!(outstay(clean.path(), &["scan", "--fail-on", "hihg"]).status.code(), Some(2));
    assert_eq!(outstay(clean.path(), &["scan", "--rule", "no-such-rule"]).status.code(), Some(2));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(outstay(empty.path(), &["scan"]).status.code(), Some(3));
    assert_eq!(outstay(empty.path(), &["scan", "--allow-empty"]).status.code(), Some(0));
}

#[test]
fn a_typo_in_the_configuration_is_shown_with_a_caret() {
    let directory = tree(&[("outstay.toml", "exlude = [\"x\"]\n")]);
    let output = outstay(directory.path(), &["scan"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains('^') && text.contains("did you mean `exclude`"), "{text}");
}

#[test]
fn a_baseline_and_a_waiver_hold_findings_back() {
    let directory = tree(&[MCP]);
    assert_eq!(outstay(directory.path(), &["baseline"]).status.code(), Some(0));
    let output = outstay(directory.path(), &["scan", "--baseline", "outstay-baseline.txt"]);
    assert_eq!(output.status.code(), Some(0));
    let output = outstay(directory.path(), &["scan", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    let waived = outstay(
        directory.path(),
        &["waive", fingerprint, "--reason", "moves to OAuth", "--until", "2030-01-01"],
    );
    assert_eq!(waived.status.code(), Some(0));
    assert_eq!(outstay(directory.path(), &["scan", "--now", "2026-01-01"]).status.code(), Some(0));
    assert_eq!(outstay(directory.path(), &["scan", "--now", "2030-02-01"]).status.code(), Some(1));
}

#[test]
fn broken_input_costs_only_itself() {
    let deep = "[".repeat(10_000);
    let directory =
        tree(&[MCP, ("deep/.mcp.json", &deep), ("cut/.mcp.json", r#"{"mcpServers":{"a":{"env":"#)]);
    fs::write(directory.path().join("bytes.bin"), [0_u8, 255, 254, 0, 13]).unwrap();
    let output = outstay(directory.path(), &["scan", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}
