//! Bad input costs only itself: a clear message, the right exit code, and the other findings are all there.

use std::fs;
use std::io::Write as _;

use serde_json::Value;

use super::program::{MCP, expand, found, outstay, report, skips, tree};

/// The line of the report for people that speaks of `path`.
fn said_of(directory: &std::path::Path, path: &str) -> String {
    let output = outstay(directory, &["scan", "--no-config"]);
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| line.contains(path)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_line_of_100_mb_is_searched_to_its_end() {
    let directory = tree(&[MCP]);
    let mut file = std::io::BufWriter::new(fs::File::create(directory.path().join("line.json")).unwrap());
    let filler = "a setting = 1, \"another\": [2], ".repeat(1 << 15);
    for _ in 0..100 {
        file.write_all(filler.as_bytes()).unwrap();
    }
    let token = expand("«github-pat-classic»");
    write!(file, "token: \"{token}\" and so on").unwrap();
    drop(file);
    let (report, exit) = report(directory.path(), &[]);
    assert_eq!(exit, Some(1));
    assert_eq!(found(&report), [".mcp.json", "line.json"]);
    let place = &report["findings"].as_array().unwrap().last().unwrap()["location"];
    let start = filler.len() * 100 + "token: \"".len();
    assert_eq!(place["bytes"]["start"], start);
    assert_eq!(place["bytes"]["end"], start + token.len());
    assert_eq!((&place["start"]["line"], &place["start"]["column"]), (&1.into(), &(start + 1).into()));
    assert_eq!(skips(&report), ["line.json: too-large-to-parse"]);
}

#[test]
fn documents_that_blow_up_are_cut_and_said() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(", "));
    }
    let deep_yaml = format!("services:\n  a: {}", "[".repeat(10_000));
    let directory = tree(&[
        MCP,
        ("bomb/compose.yaml", &(bomb + "token: «gitlab-access-token»\n")),
        ("deep/.mcp.json", &("[".repeat(10_000) + "\"«gitlab-access-token#2»\"")),
        ("deep/compose.yaml", &(deep_yaml + "\n  «gitlab-access-token#3»")),
        ("cut/.mcp.json", r#"{"mcpServers":{"a":{"env":{"A_TOKEN":"«gitlab-access-token#4»"},"b":"#),
    ]);
    let (report, exit) = report(directory.path(), &[]);
    assert_eq!(exit, Some(1));
    let all = ["bomb/compose.yaml", "cut/.mcp.json", "deep/.mcp.json", "deep/compose.yaml"];
    assert_eq!(found(&report), [[".mcp.json"].as_slice(), &all].concat());
    let said = skips(&report);
    for path in &all[1..] {
        assert!(said.contains(&format!("{path}: not-parsed")), "{said:?}");
    }
    assert_eq!(report["incomplete"], false, "the bytes were searched");
    assert!(said_of(directory.path(), "deep/.mcp.json").contains("nested too deep"));
}

#[test]
fn a_typo_in_the_configuration_names_the_nearest_word() {
    let directory = tree(&[MCP, ("outstay.toml", "[rule.generic-secret]\nsevrity = \"low\"\n")]);
    let output = outstay(directory.path(), &["scan"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("outstay.toml:2:1") && text.contains("^^^^^^^"), "{text}");
    assert!(text.contains("did you mean `severity`"), "{text}");
}

#[test]
fn a_file_that_vanishes_or_grows_costs_only_itself() {
    let directory = tree(&[MCP]);
    let restless = directory.path().join("restless");
    fs::create_dir(&restless).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let line = format!("A={}\n", "x".repeat(1_000)).repeat(50);
            for turn in 0.. {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                for number in 0..20 {
                    let path = restless.join(format!("{number}.env"));
                    if (turn + number) % 3 == 0 {
                        let _gone = fs::remove_file(path);
                    } else {
                        let mut file = fs::File::options().create(true).append(true).open(path).unwrap();
                        file.write_all(line.as_bytes()).unwrap();
                    }
                }
            }
        });
        for _ in 0..15 {
            let (report, exit) = report(directory.path(), &[]);
            assert_eq!((exit, found(&report)), (Some(1), vec![".mcp.json"]));
            let quiet = |said: &String| said.starts_with("restless/") && said.ends_with(": vanished");
            assert!(skips(&report).iter().all(quiet), "{:?}", skips(&report));
            assert_eq!(report["incomplete"], false, "what the walk met may vanish");
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_named_file_that_is_not_there_makes_the_run_incomplete() {
    let directory = tree(&[("README", "nothing\n")]);
    let (report, exit) = report(directory.path(), &["README", "gone.env"]);
    assert_eq!(exit, Some(3));
    assert_eq!(skips(&report), ["gone.env: unreadable"]);
    assert_eq!(report["incomplete"], Value::Bool(true));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A command that runs the program as somebody whom rights bind: root reads everything, so as `nobody`.
    fn bound_by_rights(directory: &Path) -> Command {
        let locked = directory.join("locked");
        if fs::read_dir(&locked).is_err() {
            return Command::new(env!("CARGO_BIN_EXE_outstay"));
        }
        // The build folder may stand where nobody else may look.
        let program = directory.join("outstay");
        fs::copy(env!("CARGO_BIN_EXE_outstay"), &program).unwrap();
        set_mode(directory, 0o755);
        let mut command = Command::new(program);
        command.uid(65_534).gid(65_534);
        command
    }

    #[test]
    fn what_may_not_be_read_is_said_and_makes_the_run_incomplete() {
        let directory = tree(&[
            ("tree/.mcp.json", MCP.1),
            ("tree/secret.env", "A=1\n"),
            ("clean/README", "nothing\n"),
            ("clean/secret.env", "A=1\n"),
            ("locked/inner.env", "A=1\n"),
        ]);
        let at = |path: &str| directory.path().join(path);
        for path in ["tree/secret.env", "clean/secret.env", "locked"] {
            set_mode(&at(path), 0o000);
        }
        fs::rename(at("locked"), at("tree/locked")).unwrap();
        fs::create_dir(at("locked")).unwrap();
        set_mode(&at("locked"), 0o000);
        let scan = |path: &str| {
            let arguments = ["scan", "--no-config", "--format", "json", "."];
            let output =
                bound_by_rights(directory.path()).args(arguments).current_dir(at(path)).output().unwrap();
            (serde_json::from_slice::<Value>(&output.stdout).unwrap(), output.status.code())
        };
        let (findings, exit) = scan("tree");
        assert_eq!((exit, found(&findings)), (Some(1), vec![".mcp.json"]), "findings weigh more");
        assert_eq!(skips(&findings), ["locked: unreadable", "secret.env: unreadable"]);
        assert_eq!(findings["incomplete"], true);
        assert_eq!(findings["coverage"]["skips"][0]["detail"], "permission denied");
        let (clean, exit) = scan("clean");
        assert_eq!((exit, skips(&clean)), (Some(3), vec!["secret.env: unreadable".to_owned()]));
        for path in ["locked", "tree/locked"] {
            set_mode(&at(path), 0o755);
        }
    }

    #[test]
    fn a_fifo_is_a_note_when_met_and_incomplete_when_named() {
        let directory = tree(&[MCP, ("README", "nothing\n")]);
        assert!(Command::new("mkfifo").arg(directory.path().join("pipe")).status().unwrap().success());
        let (met, exit) = report(directory.path(), &[]);
        assert_eq!(
            (exit, found(&met), skips(&met)),
            (Some(1), vec![".mcp.json"], vec!["pipe: not-a-file".to_owned()])
        );
        assert_eq!(met["incomplete"], false);
        let (named, exit) = report(directory.path(), &["README", "pipe"]);
        assert_eq!((exit, skips(&named)), (Some(3), vec!["pipe: not-a-file".to_owned()]));
    }

    #[test]
    fn links_that_loop_lead_out_or_lead_nowhere_end() {
        let directory = tree(&[MCP, ("a/b/README", "nothing\n")]);
        let link = |to: &str, at: &str| symlink(to, directory.path().join(at)).unwrap();
        link("../..", "a/b/up");
        link("round", "round");
        link("/", "out");
        let (report, exit) = report(directory.path(), &[]);
        assert_eq!((exit, found(&report)), (Some(1), vec![".mcp.json"]));
        assert_eq!(skips(&report), ["out: link-leaves-root", "round: broken-link"]);
        assert_eq!(report["incomplete"], false);
    }

    #[test]
    fn a_path_that_is_no_utf_8_is_percent_encoded() {
        let directory = tree(&[]);
        let name = OsStr::from_bytes(b"caf\xe9\n%.env");
        fs::write(directory.path().join(name), expand("A=«github-pat-classic»\n")).unwrap();
        let (report, exit) = report(directory.path(), &[]);
        assert_eq!((exit, found(&report)), (Some(1), vec!["caf%E9%0A%25.env"]));
        let output = outstay(directory.path(), &["scan", "--format", "sarif", "--no-config"]);
        let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
        let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "caf%E9%0A%25.env");
    }
}
