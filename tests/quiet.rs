//! Nothing that is planted comes out, whatever is called and whatever goes wrong.

use std::fs;
use std::path::Path;

use super::program::{MCP, expand, outstay, report, tree};

const ENV: &str = "DB_PASSWORD=Gh7!kd02mPqz4x\nOPENAI_API_KEY=«openai-project-key»\nA=«github-pat-classic»\n";

fn planted() -> [String; 3] {
    [expand("«github-pat-classic»"), expand("«openai-project-key»"), "Gh7!kd02mPqz4x".to_owned()]
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    memchr::memmem::find(bytes, secret.as_bytes()).is_some()
}

/// Runs the executable and looks at all that it writes.
fn is_quiet(directory: &Path, arguments: &[&str]) -> String {
    let output = outstay(directory, arguments);
    let text = [output.stdout, output.stderr].concat();
    for secret in planted() {
        assert!(!holds(&text, &secret), "{arguments:?} shows a planted secret");
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn explaining_a_place_shows_no_secret() {
    let directory = tree(&[MCP, ("app.env", ENV)]);
    for place in [".mcp.json:1", "app.env:1", "app.env:2", "app.env:3"] {
        let text = is_quiet(directory.path(), &["explain", place]);
        assert!(text.contains("kept"), "{place}: {text}");
    }
}

#[test]
fn what_is_written_for_later_holds_no_secret() {
    let directory = tree(&[MCP, ("app.env", ENV)]);
    let (found, _) = report(directory.path(), &[]);
    is_quiet(directory.path(), &["baseline"]);
    for finding in found["findings"].as_array().unwrap() {
        let fingerprint = finding["fingerprint"].as_str().unwrap();
        is_quiet(directory.path(), &["waive", fingerprint, "--reason", "moves to OAuth"]);
    }
    is_quiet(directory.path(), &["scan", "--baseline", "outstay-baseline.txt"]);
    for format in ["human", "json", "sarif"] {
        is_quiet(directory.path(), &["scan", "--format", &format!("{format}=report"), "--threads", "2"]);
        let written = fs::read(directory.path().join("report")).unwrap();
        assert!(planted().iter().all(|secret| !holds(&written, secret)), "{format}");
    }
    for file in ["outstay-baseline.txt", "outstay.toml"] {
        let written = fs::read(directory.path().join(file)).unwrap();
        assert!(planted().iter().all(|secret| !holds(&written, secret)), "{file}");
    }
}

#[test]
fn complaints_about_the_configuration_show_no_secret() {
    for secret in planted() {
        for wrong in
            ["exlude = \"", "fail-on = \"", "exclude = [1, \"", "fingerprint-key-env = \"", "x = = \""]
        {
            let directory = tree(&[("outstay.toml", &format!("{wrong}{secret}\"\n")), ("a.env", "A=1\n")]);
            let text = is_quiet(directory.path(), &["scan"]);
            assert!(text.contains("error"), "{wrong}: {text}");
        }
        let directory = tree(&[("bad.txt", &format!("{secret} {secret}\n")), ("a.env", "A=1\n")]);
        is_quiet(directory.path(), &["scan", "--baseline", "bad.txt"]);
    }
}

#[test]
fn binary_and_broken_files_show_no_secret() {
    let directory = tree(&[
        ("cut/.mcp.json", "{\"mcpServers\":{\"a\":{\"env\":{\"A_TOKEN\":\"«github-pat-classic»"),
        ("bad/compose.yaml", "services:\n  a: [«openai-project-key»\n b: {«github-pat-classic»\n"),
        ("bad/pyproject.toml", "a = «openai-project-key»\n"),
        ("x.bin", "\0\0A=«github-pat-classic»\0DB_PASSWORD=Gh7!kd02mPqz4x\0"),
    ]);
    for format in ["human", "json", "sarif"] {
        is_quiet(directory.path(), &["scan", "--format", format, "--color", "always"]);
    }
}

#[test]
fn neither_a_broken_rule_file_nor_a_path_in_a_baseline_shows_a_secret() {
    let key = expand("«github-pat-classic»");
    let directory = tree(&[("app.env", ENV), (&format!("keys/{key}/x.env"), ENV)]);
    fs::create_dir_all(directory.path().join("own/access")).unwrap();
    fs::write(directory.path().join("own/access/x.toml"), format!("name = \"{key} = [\n")).unwrap();
    let text = is_quiet(directory.path(), &["scan", "app.env", "--rules", "own"]);
    assert!(text.contains("x.toml is no valid rule file"), "{text}");
    is_quiet(directory.path(), &["baseline", "keys"]);
    let written = fs::read(directory.path().join("outstay-baseline.txt")).unwrap();
    assert!(!holds(&written, &key), "the baseline shows a planted secret");
    let output = outstay(
        directory.path(),
        &["scan", "keys", "--baseline", "outstay-baseline.txt", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(0), "what it holds is held back");
}
