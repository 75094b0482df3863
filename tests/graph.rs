//! The picture of who holds what, by the real executable.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::program::{expand, outstay, tree};

/// The example project, expanded.
fn demo() -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let to = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry.unwrap();
        let target = to.path().join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            let pack = outstay::rules::RulePack::embedded().unwrap();
            let find = |id: &str| pack.kind(id);
            let samples = outstay::rules::Samples::new(&find);
            let text = fs::read_to_string(entry.path()).unwrap();
            fs::write(&target, samples.text(&text, "demo").unwrap()).unwrap();
        }
    }
    to
}

fn graph(directory: &Path, arguments: &[&str]) -> String {
    let output = outstay(directory, &[&["graph", "--now", "2026-01-01"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_readme_shows_the_graph_of_the_example() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, after) = readme.split_once("```mermaid\n").expect("the README has a graph");
    let (shown, _) = after.split_once("```").unwrap();
    let drawn = graph(demo().path(), &[]);
    assert_eq!(shown, drawn, "the README is behind; `cargo run --example regenerate` writes it anew");
}

#[test]
fn the_example_says_who_shares_what() {
    let document: serde_json::Value =
        serde_json::from_str(&graph(demo().path(), &["--format", "json"])).unwrap();
    let nodes: BTreeMap<&str, &serde_json::Value> = document["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let shared: Vec<Vec<&str>> = nodes
        .values()
        .filter(|node| node["is"] == "credential")
        .map(|node| {
            let holders = node["holders"].as_array().into_iter().flatten();
            holders.map(|holder| nodes[holder.as_str().unwrap()]["names"][0].as_str().unwrap()).collect()
        })
        .filter(|holders: &Vec<&str>| holders.len() > 1)
        .collect();
    assert_eq!(shared, [["github", "triage-agent"]]);
    let relations: Vec<&str> =
        document["edges"].as_array().unwrap().iter().map(|edge| edge["relation"].as_str().unwrap()).collect();
    for relation in ["holds", "keeps", "resolves-to", "acts-as"] {
        assert!(relations.contains(&relation), "{relation} in {relations:?}");
    }
}

#[test]
fn bindings_lead_from_holders_to_what_they_may_do() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = r#"
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: triage}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: triage, namespace: agents}]
---
apiVersion: v1
kind: Pod
metadata: {name: triage, namespace: agents}
spec: {serviceAccountName: triage, containers: [{name: triage, image: acme/claude-triage}]}
"#;
    fs::write(directory.path().join("all.yaml"), manifest).unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&graph(directory.path(), &["--format", "json"])).unwrap();
    let is = |id: &serde_json::Value| {
        let node = document["nodes"].as_array().unwrap().iter().find(|node| node["id"] == *id).unwrap();
        node["is"].as_str().unwrap().to_owned()
    };
    let edges: Vec<(String, &str, String)> = document["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (is(&edge["from"]), edge["relation"].as_str().unwrap(), is(&edge["to"])))
        .collect();
    let edge = |from: &str, relation, to: &str| (from.to_owned(), relation, to.to_owned());
    assert_eq!(edges, [edge("holder", "acts-as", "principal"), edge("principal", "binds", "role")]);
    let role = document["nodes"].as_array().unwrap().iter().find(|node| node["is"] == "role").unwrap();
    assert_eq!(role["allows"], serde_json::json!(["admin", "credentials", "escalates", "everything"]));
}

#[test]
fn the_data_fit_the_schema_that_is_printed() {
    let directory = demo();
    let schema = outstay(directory.path(), &["rules", "schema", "graph"]);
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for flags in [["--all-nodes", "-q"].as_slice(), &["--limit", "4"], &[]] {
        let text = graph(directory.path(), &[&["--format", "json"], flags].concat());
        let document = serde_json::from_str(&text).unwrap();
        let problems: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let directory = demo();
    for format in ["mermaid", "dot", "json"] {
        let drawn = |threads| graph(directory.path(), &["--format", format, "--threads", threads]);
        assert_eq!(drawn("1"), drawn("8"), "{format}");
    }
}

#[test]
fn exit_codes_are_those_of_a_drawing() {
    let directory = demo();
    let code = |arguments: &[&str]| outstay(directory.path(), arguments).status.code();
    assert_eq!(code(&["graph"]), Some(0), "a drawing is no gate");
    assert_eq!(code(&["graph", "--fail-on", "high"]), Some(1), "unless it is asked to be one");
    assert_eq!(code(&["graph", "--format", "png"]), Some(2));
    assert_eq!(code(&["graph", "absent"]), Some(3));
}

#[test]
fn a_file_takes_the_drawing_and_what_it_leaves_out_is_said() {
    let directory = demo();
    let output = outstay(directory.path(), &["graph", "--limit", "4", "-o", "who.mmd"]);
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("beyond the limit") && said.contains("without edges"), "{said}");
    let text = fs::read_to_string(directory.path().join("who.mmd")).unwrap();
    assert!(text.starts_with("flowchart LR\n") && text.contains("beyond the limit"));
}

/// Names that would end a string, a line, a node, or be markup.
const HOSTILE: &str = r#"{"mcpServers":{"x\"];\n  y --> z %%{init:{}}%% <script>a()</script> `#quot;\\":
    {"command":"x","env":{"GITHUB_TOKEN":"«github-pat-classic»","A\"|B]_TOKEN":"${X\u202e\u001b_TOKEN}"}}}}"#;

#[test]
fn graphviz_accepts_hostile_names_where_it_is_there() {
    let directory = tree(&[(".mcp.json", HOSTILE)]);
    for project in [directory, demo()] {
        let text = graph(project.path(), &["--format", "dot"]);
        let started = Command::new("dot")
            .arg("-Tplain")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut dot) = started else { return };
        dot.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = dot.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let drawn =
            String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("node ")).count();
        let lines = text.lines().map(str::trim_start);
        let meant =
            lines.filter(|line| line.contains(" [") && line.contains("shape=") && !line.starts_with("node "));
        assert_eq!(drawn, meant.count(), "as many nodes are drawn as are meant");
    }
}

#[test]
fn every_line_of_a_flowchart_is_one_that_mermaid_knows() {
    let directory = tree(&[(".mcp.json", HOSTILE)]);
    for project in [directory, demo()] {
        for line in graph(project.path(), &["--all-nodes"]).lines() {
            assert!(is_flowchart_line(line.trim_start()), "{line}");
        }
    }
}

/// The little of Mermaid's grammar that is written: each line is one statement, each text a string without signs.
fn is_flowchart_line(line: &str) -> bool {
    let pattern = r##"(?x)^(
        flowchart\ LR | end
        | subgraph\ [a-z0-9]+\["[^"<>&`%\\{}\[\]|]*"\]
        | [a-z_0-9]+ (\["T"\] | \[\["T"\]\] | \(\["T"\]\) | \("T"\) | \{\{"T"\}\} | >"T"\] | \[\\"T"/\] | \[/"T"\\\])
        | [a-z0-9]+\ (-->|==>|-\.->)\|"T"\|\ [a-z0-9]+
        | classDef\ [a-z]+\ [a-z0-9:\#,-]+
        | class\ [a-z0-9,_]+\ [a-z]+
    )$"##;
    let text = r##"([^"<>&`%\\{}\[\]|\#]|\#[0-9]+;|<br/>)*"##;
    regex::Regex::new(&pattern.replace('T', text)).unwrap().is_match(line)
}

#[test]
fn nothing_planted_comes_out_of_a_drawing() {
    let secrets =
        [expand("«github-pat-classic»"), expand("«openai-project-key»"), "Gh7!kd02mPqz4x".to_owned()];
    let named = format!(
        r#"{{"mcpServers":{{"{0}":{{"command":"x","env":{{"GITHUB_TOKEN":"{0}","OPENAI_API_KEY":"{1}"}}}}}}}}"#,
        secrets[0], secrets[1]
    );
    let directory = tree(&[(".mcp.json", &named), ("app.env", "DB_PASSWORD=Gh7!kd02mPqz4x\n")]);
    for format in ["mermaid", "dot", "json"] {
        let text = graph(directory.path(), &["--format", format, "--all-nodes"]);
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{format} shows a planted secret");
        }
        let place = directory.path().to_string_lossy().into_owned();
        assert!(!text.contains(&place), "{format} has an absolute path");
    }
}

/// A home with the state of two tools, and something beside it that nobody asked for.
fn home() -> tempfile::TempDir {
    tree(&[
        (
            ".claude.json",
            r#"{"mcpServers":{"gh":{"command":"x","env":{"GITHUB_TOKEN":"«github-pat-classic»"}}}}"#,
        ),
        (
            ".codex/config.toml",
            "[mcp_servers.db]\ncommand = \"x\"\nenv = { OPENAI_API_KEY = \"«openai-project-key»\" }\n",
        ),
        ("notes/keys.env", "ANTHROPIC_API_KEY=«anthropic-api-key»\n"),
    ])
}

fn at_home(home: &Path) -> String {
    format!("--home={}", PathBuf::from(home).display())
}

#[test]
fn a_home_is_read_by_name_and_nothing_else_there() {
    let (home, elsewhere) = (home(), tree(&[("README", "nothing\n")]));
    let output = outstay(elsewhere.path(), &["scan", "--format", "json", &at_home(home.path())]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["coverage"]["home"], serde_json::json!(["~/.claude.json", "~/.codex/config.toml"]));
    assert_eq!(report["coverage"]["artifacts"], 2, "not the working directory, not the rest of the home");
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["location"]["path"].as_str().unwrap().starts_with("~/")));
    let given = |finding: &&serde_json::Value| finding["layer"] == "grant" && finding.get("grant").is_some();
    assert_eq!(findings.iter().filter(given).count(), 2);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(&*home.path().to_string_lossy()));
    let output = outstay(elsewhere.path(), &["scan", &at_home(home.path())]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Of the home: ~/.claude.json, ~/.codex/config.toml."), "{text}");
}

#[test]
fn a_home_without_tools_is_in_order_and_an_absent_one_is_not() {
    let empty = tempfile::tempdir().unwrap();
    let output = outstay(empty.path(), &["scan", &at_home(empty.path())]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("found in the home"));
    let output = outstay(empty.path(), &["scan", &at_home(&empty.path().join("absent"))]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_a_home_and_a_repository_share_shows() {
    let (home, repository) = (
        home(),
        tree(&[(
            "compose.yaml",
            "services:\n  bot:\n    image: acme/bot\n    environment:\n      GITHUB_TOKEN: «github-pat-classic»\n",
        )]),
    );
    let text = graph(repository.path(), &[".", &at_home(home.path()), "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shared = document["nodes"].as_array().unwrap().iter().find(|node| {
        node["is"] == "credential" && node["holders"].as_array().is_some_and(|holders| holders.len() == 2)
    });
    let places = shared.expect("one credential is shared")["places"].as_array().unwrap().clone();
    let paths: Vec<&str> = places.iter().map(|place| place["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["compose.yaml", "~/.claude.json"]);
}

#[test]
fn a_home_s_references_do_not_lead_into_the_repository() {
    let home =
        tree(&[(".claude.json", r#"{"mcpServers":{"gh":{"command":"x","env":{"A_TOKEN":"${A_TOKEN}"}}}}"#)]);
    let repository = tree(&[(".env", "A_TOKEN=«github-pat-classic»\n")]);
    let text = graph(repository.path(), &[".", &at_home(home.path()), "--format", "json"]);
    assert!(!text.contains("resolves-to"), "{text}");
}

fn explain(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = outstay(directory, &[&["explain", "--now", "2026-01-01"], arguments].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_fingerprint_gives_the_rotation_of_its_credential() {
    let directory = demo();
    let document: serde_json::Value =
        serde_json::from_str(&graph(directory.path(), &["--format", "json"])).unwrap();
    let of_kind = |kind: &str| {
        let node = document["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == kind).unwrap();
        node["fingerprint"].as_str().unwrap().to_owned()
    };
    let (code, text, _) = explain(directory.path(), &[&of_kind("github-pat-classic")[..10]]);
    assert_eq!(code, Some(0));
    for part in [
        "MCP server `github` (agent): environment variable `GITHUB_PERSONAL_ACCESS_TOKEN` at .mcp.json:6:49",
        "compose service `triage-agent` (agent): environment variable `GITHUB_TOKEN` at compose.yaml:6:21",
        "https://github.com/settings/tokens",
        "Each gets one of its own",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains(&expand("«github-pat-classic»")));
    let steps: Vec<usize> = (1..=5).map(|step| text.find(&format!("\n  {step}. ")).unwrap()).collect();
    assert!(steps.is_sorted(), "the steps stand in their order");

    let (_, text, _) = explain(directory.path(), &[&of_kind("anthropic-api-key"), "."]);
    let (kept, follows) = (text.find("which keeps it for others"), text.find("it follows, restart it"));
    assert!(
        kept.unwrap() < follows.unwrap(),
        "where it is kept comes before who takes it from there\n{text}"
    );
}

#[test]
fn the_fingerprint_of_a_finding_does_as_well() {
    let directory = demo();
    let output = outstay(directory.path(), &["scan", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for finding in report["findings"].as_array().unwrap() {
        let (code, text, error) = explain(directory.path(), &[finding["fingerprint"].as_str().unwrap()]);
        match finding["credential"]["shown"].as_str() {
            Some(shown) => assert!(text.lines().next().unwrap().ends_with(shown), "{finding}\n{text}"),
            None if code == Some(2) => assert!(error.contains("outstay explain"), "{error}"),
            None => assert_eq!(code, Some(0)),
        }
    }
}

#[test]
fn an_unknown_fingerprint_says_the_way_out() {
    let directory = demo();
    let (code, _, error) = explain(directory.path(), &["0123456789ab"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("`outstay graph --format json` lists all"), "{error}");
    let (_, text, _) = explain(directory.path(), &["mcp-env-long-lived-key"]);
    assert!(
        text.contains("It fires, for example, in\n  # .mcp.json") && text.contains("slot = [\"env\"]"),
        "{text}"
    );
    assert_eq!(explain(directory.path(), &["mcp-env-long-lived-key", "."]).0, Some(2));
}

#[test]
fn the_catalogue_is_that_of_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = outstay(root, &["rules", "catalog"]);
    let stored = fs::read_to_string(root.join("rules/CATALOG.md")).unwrap();
    let generated = String::from_utf8(output.stdout).unwrap();
    assert!(
        stored == generated,
        "rules/CATALOG.md is behind; `cargo run --example regenerate` writes it anew"
    );
}

/// `from relation to` of every edge, by names.
fn edges(directory: &Path) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(&graph(directory, &["--format", "json"])).unwrap();
    let name = |id: &serde_json::Value| {
        let node = document["nodes"].as_array().unwrap().iter().find(|node| node["id"] == *id).unwrap();
        let name =
            [&node["names"][0], &node["name"], &node["kind"]].into_iter().find_map(|name| name.as_str());
        name.unwrap().to_owned()
    };
    let edges = document["edges"].as_array().unwrap().iter();
    edges
        .map(|edge| {
            format!("{} {} {}", name(&edge["from"]), edge["relation"].as_str().unwrap(), name(&edge["to"]))
        })
        .collect()
}

#[test]
fn a_chain_of_references_is_drawn_link_by_link() {
    let directory = tree(&[
        (
            "deploy/compose.yaml",
            "services:\n  bot:\n    image: acme/bot\n    environment:\n      A_TOKEN: ${A_TOKEN}\n",
        ),
        ("deploy/.env", "A_TOKEN=${B_TOKEN}\n"),
        (".env", "B_TOKEN=«github-pat-classic»\n"),
    ]);
    let edges = edges(directory.path());
    for edge in [
        "bot holds A_TOKEN",
        "A_TOKEN resolves-to B_TOKEN",
        "B_TOKEN resolves-to github-pat-classic",
        ".env keeps B_TOKEN",
        ".env keeps github-pat-classic",
    ] {
        assert!(edges.iter().any(|known| known == edge), "{edge} in {edges:?}");
    }
    assert!(!edges.iter().any(|edge| edge == "A_TOKEN resolves-to github-pat-classic"), "{edges:?}");
}

#[test]
fn one_name_that_leads_to_two_values_is_two_references() {
    let directory = tree(&[
        (
            "compose.yaml",
            "services:\n  a:\n    image: acme/a\n    env_file: a.env\n    environment:\n      A_TOKEN: ${A_TOKEN}\n  b:\n    image: acme/b\n    env_file: b.env\n    environment:\n      A_TOKEN: ${A_TOKEN}\n",
        ),
        ("a.env", "A_TOKEN=«github-pat-classic»\n"),
        ("b.env", "A_TOKEN=«github-pat-classic#2»\n"),
    ]);
    let document: serde_json::Value =
        serde_json::from_str(&graph(directory.path(), &["--format", "json"])).unwrap();
    let nodes = document["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node["name"] == "A_TOKEN").count(), 2);
    for node in nodes.iter().filter(|node| node["is"] == "credential") {
        assert_eq!(node["holders"].as_array().unwrap().len(), 1, "neither value is shared: {node}");
    }
}

#[test]
fn variables_that_are_no_secrets_are_no_nodes() {
    let directory = tree(&[(
        "compose.yaml",
        "services:\n  a:\n    image: acme/a\n    environment:\n      LOG_LEVEL: ${LOG_LEVEL}\n      A_TOKEN: ${A_TOKEN}\n",
    )]);
    assert_eq!(edges(directory.path()), ["a holds A_TOKEN"]);
}
