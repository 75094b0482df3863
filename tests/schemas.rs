//! What the real executable writes, against the schemas that it is promised to follow.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::program::{MCP, outstay, tree};

const SARIF: &str = include_str!("schema/sarif-2.1.0.json");

/// Trees with and without findings, notes and skipped inputs.
fn outputs(format: &str) -> Vec<Value> {
    let output = |directory: &Path, paths: &[&str]| {
        let output = outstay(directory, &[&["scan", "--format", format], paths].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let broken = tree(&[
        MCP,
        ("cut/.mcp.json", "{"),
        ("clean.env", "A=«github-pat-classic» # outstay:allow github-pat-classic -- moves to OIDC\n"),
        ("outstay.toml", "exclude = [\"absent\"]\n[[waiver]]\nrule = \"generic-secret\"\nreason = \"x\"\n"),
    ]);
    let empty = tree(&[]);
    let mut outputs = vec![
        output(broken.path(), &[]),
        output(broken.path(), &[".", "absent", "a%b"]),
        output(empty.path(), &[]),
    ];
    let demo = tree(&[]);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
        let to = demo.path().join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            let template = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(to, super::program::expand(&template)).unwrap();
        }
    }
    for arguments in [["init", "-q"], ["add", "-A"]] {
        assert!(Command::new("git").arg("-C").arg(demo.path()).args(arguments).status().unwrap().success());
    }
    outputs.push(output(demo.path(), &[]));
    outputs
}

fn assert_all_valid(schema: &str, outputs: &[Value]) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for output in outputs {
        let errors: Vec<String> = validator
            .iter_errors(output)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_json_report_follows_the_schema_that_the_program_prints() {
    let printed = outstay(Path::new("."), &["rules", "schema"]);
    let outputs = outputs("json");
    assert_all_valid(std::str::from_utf8(&printed.stdout).unwrap(), &outputs);
    let findings = |output: &Value| output["findings"].as_array().unwrap().len();
    assert!(findings(outputs.last().unwrap()) >= 10, "the demonstration has its findings");
    let waived = outputs[0]["findings"].as_array().unwrap();
    assert!(waived.iter().any(|finding| finding["disposition"]["state"] == "waived"));
    assert_eq!(outputs[1]["incomplete"], true);
}

#[test]
fn sarif_follows_the_official_schema() {
    let outputs = outputs("sarif");
    assert_all_valid(SARIF, &outputs);
    assert!(outputs.last().unwrap()["runs"][0]["results"].as_array().unwrap().len() >= 10);
}
