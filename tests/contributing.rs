//! The worked examples of CONTRIBUTING.md are whole files that pass `outstay rules test`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const TEXT: &str = include_str!("../CONTRIBUTING.md");

/// Path, as its first line names it, and text of each block.
fn examples() -> Vec<(&'static str, &'static str)> {
    let blocks = TEXT.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| (block.lines().next().unwrap().strip_prefix("# ").unwrap(), block)).collect()
}

fn test(examples: &[(&str, String)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in examples {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    run(directory.path())
}

fn run(rules: &Path) -> Output {
    let arguments = ["rules", "test", "--rules"];
    Command::new(env!("CARGO_BIN_EXE_outstay")).args(arguments).arg(rules).output().unwrap()
}

#[test]
fn the_examples_pass_the_tests_of_rules() {
    let examples: Vec<_> = examples().into_iter().map(|(path, text)| (path, text.to_owned())).collect();
    let paths: Vec<_> = examples.iter().map(|(path, _)| *path).collect();
    assert_eq!(paths, ["credentials/saas/acme.toml", "platforms/acme-runner.toml", "access/acme.toml"]);
    let output = test(&examples);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
}

#[test]
fn what_the_configuration_names_is_listed_and_tested() {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in examples() {
        let path = directory.path().join("own").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(directory.path().join("outstay.toml"), "rules = [\"own\"]\n").unwrap();
    let says = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_outstay");
        let output = Command::new(program).current_dir(directory.path()).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("acme-runner-static-key")
    };
    for command in ["list", "catalog"] {
        assert!(says(&["rules", command]), "{command}");
        assert!(!says(&["rules", command, "--no-config"]), "{command}");
    }
}

#[test]
fn an_example_that_is_wrong_would_be_seen() {
    let examples: Vec<_> = examples()
        .into_iter()
        .map(|(path, text)| (path, text.replace("select = \"@.headers.*\"", "select = \"@.header.*\"")))
        .collect();
    let output = test(&examples);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("acme-runner-static-key: the literal behind a reference"), "{said}");
}
