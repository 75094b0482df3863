//! What `--help` says, as snapshots: read them as a user would when one changes.

use super::program::outstay;

#[test]
fn help_reads_well() {
    let directory = tempfile::tempdir().unwrap();
    for command in [
        "",
        "scan",
        "explain",
        "rules",
        "rules list",
        "rules test",
        "rules schema",
        "baseline",
        "waive",
        "init",
        "completions",
        "man",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let output = outstay(directory.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{command}");
        let name = format!("help {command}").trim_end().replace(' ', "-");
        insta::assert_snapshot!(name, String::from_utf8(output.stdout).unwrap());
    }
}
