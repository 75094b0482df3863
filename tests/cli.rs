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

fn complaint(directory: &std::path::Path, arguments: &[&str]) -> String {
    let output = outstay(directory, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_place_is_explained_by_the_path_that_reports_have() {
    let directory = tree(&[("sub/a.env", "DB_PASSWORD=Gh7!kd02mPqz4x\n")]);
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(directory.path()).status();
    assert!(git.unwrap().success());
    for (from, place) in
        [("", "sub/a.env:1"), ("sub", "a.env:1"), ("sub", "sub/a.env:1"), ("sub", "sub/a.env:1:13")]
    {
        let output = outstay(&directory.path().join(from), &["explain", place]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("generic-secret"), "{from} {place}: {text}");
    }
    let said = |target: &str| complaint(directory.path(), &["explain", target]);
    assert!(said("sub/a.env:99").contains("sub/a.env has 1 line; there is no line 99"));
    assert!(said("sub/a.env:0").contains("there is no line 0"));
    assert!(said("sub/a.env").contains("name a line of it, as in `outstay explain sub/a.env:1`"));
    assert!(said("sub/a.env:x").contains("`x` is no line of sub/a.env"));
    assert!(said("sub").contains("is a directory"));
}

#[test]
fn rules_that_are_not_there_are_an_error() {
    let directory = tree(&[("a", "x\n"), ("empty/README.md", "x\n")]);
    for rules in ["empty", "nope", "a"] {
        let said = complaint(directory.path(), &["scan", "--rules", rules]);
        assert!(
            said.contains(rules) && said.contains("credentials/") && !said.contains("os error"),
            "{said}"
        );
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let directory = tree(&[("a", "x\n")]);
    assert_eq!(outstay(directory.path(), &["man", "--out", "man"]).status.code(), Some(0));
    let mut pages: Vec<String> = fs::read_dir(directory.path().join("man"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for page in ["outstay.1", "outstay-scan.1", "outstay-rules-test.1", "outstay-waive.1"] {
        assert!(pages.iter().any(|known| known == page), "{page} of {pages:?}");
    }
    assert!(!pages.iter().any(|page| page.contains("help")), "{pages:?}");
    assert!(
        complaint(directory.path(), &["man", "--out", "a"]).contains("cannot write the manual pages to a")
    );
}

#[test]
fn a_waiver_is_written_once_and_only_if_a_scan_takes_it() {
    let directory = tree(&[("a", "x\n")]);
    let fingerprint = "00112233445566778899aabbccddeeff";
    let waive = |more: &[&'static str]| [&["waive", fingerprint, "--reason", "why"], more].concat();
    assert!(complaint(directory.path(), &waive(&["--path", "x["])).contains("`x[` is no pattern"));
    assert!(complaint(directory.path(), &waive(&["--until", "2001-01-01"])).contains("is over"));
    assert!(!directory.path().join("outstay.toml").exists());
    assert_eq!(outstay(directory.path(), &waive(&[])).status.code(), Some(0));
    assert!(complaint(directory.path(), &waive(&[])).contains("waived already, outstay.toml:1"));
    assert_eq!(outstay(directory.path(), &["scan"]).status.code(), Some(0));
}
