//! What a scanned repository says against a policy, with the real executable.

use std::path::Path;

use serde_json::Value;

use super::program::{MCP, outstay, tree};

/// The JSON report under a policy, and the exit code.
fn under(directory: &Path, arguments: &[&str]) -> (Value, Option<i32>) {
    let given = ["scan", "--format", "json", "--now", "2026-11-25", "--policy", "policy.toml"];
    let output = outstay(directory, &[&given, arguments].concat());
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    (report, output.status.code())
}

/// What was overruled, as `path:line setting`.
fn overruled(report: &Value) -> Vec<String> {
    let all = report["policy"]["overruled"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.iter()
        .map(|one| format!("{}:{} {}", text(&one["path"]), one["line"], text(&one["setting"])))
        .collect()
}

/// The findings that count.
fn open(report: &Value) -> usize {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["disposition"]["state"] == "open").count()
}

const RULE: &str = "mcp-env-long-lived-key";

#[test]
fn no_configuration_weakens_the_policy_and_every_attempt_is_named() {
    let fingerprint = {
        let directory = tree(&[MCP, ("policy.toml", "")]);
        let (report, _) = under(directory.path(), &[]);
        report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
    };
    let attempts = [
        (format!("[rule.{RULE}]\nenabled = false"), format!("2 rule.{RULE}.enabled")),
        (format!("[rule.{RULE}]\nseverity = \"low\""), format!("2 rule.{RULE}.severity")),
        (format!("[rule.{RULE}]\nconfidence = \"low\""), format!("2 rule.{RULE}.confidence")),
        (
            "[family.long-lived-credential]\nenabled = false".to_owned(),
            "2 family.long-lived-credential.enabled".to_owned(),
        ),
        ("exclude = [\".mcp.json\"]".to_owned(), "1 exclude".to_owned()),
        ("fail-on = \"critical\"".to_owned(), "1 fail-on".to_owned()),
        ("fail-on = \"never\"".to_owned(), "1 fail-on".to_owned()),
        ("max-lifetime = \"72h\"".to_owned(), "1 max-lifetime".to_owned()),
        ("baseline = \"base.txt\"".to_owned(), "1 baseline".to_owned()),
        ("rules = [\"own\"]".to_owned(), "1 rules".to_owned()),
        (format!("[[waiver]]\nrule = \"{RULE}\"\nreason = \"x\""), "1 waiver".to_owned()),
        (format!("[[waiver]]\nfingerprint = \"{fingerprint}\"\nreason = \"x\""), "1 waiver".to_owned()),
    ];
    for (configuration, attempt) in attempts {
        let weaker = "[[rule]]\n";
        let base = format!("{fingerprint} .mcp.json\n");
        let files = [
            MCP,
            ("policy.toml", ""),
            ("base.txt", &base),
            ("own/access/x.toml", weaker),
            ("outstay.toml", &configuration),
        ];
        let directory = tree(&files);
        let (report, code) = under(directory.path(), &[]);
        assert_eq!((open(&report), code), (1, Some(1)), "{configuration}");
        assert_eq!(report["findings"][0]["severity"], "high", "{configuration}");
        assert_eq!(overruled(&report), [format!("outstay.toml:{attempt}")], "{configuration}");
    }
}

#[test]
fn without_a_policy_the_same_holds() {
    let directory = tree(&[MCP, ("outstay.toml", &format!("[rule.{RULE}]\nseverity = \"low\"\n"))]);
    let output = outstay(directory.path(), &["scan", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Low, and a step up: it is a person's.
    assert_eq!(report["findings"][0]["severity"], "medium");
    assert_eq!(report["policy"], Value::Null);
}

#[test]
fn a_marker_holds_only_where_the_policy_lets_it() {
    let marked =
        ("a.env", "GITHUB_TOKEN=«github-pat-classic» # outstay:allow github-pat-classic -- a reason\n");
    let directory = tree(&[marked, ("policy.toml", "")]);
    let (report, code) = under(directory.path(), &[]);
    assert_eq!((open(&report), code), (1, Some(1)));
    assert_eq!(overruled(&report), ["a.env:1 outstay:allow"]);
    let directory = tree(&[marked, ("policy.toml", "[repository]\nmay = [\"markers\"]\n")]);
    let (report, code) = under(directory.path(), &[]);
    assert_eq!((open(&report), code), (0, Some(0)));
    assert_eq!(overruled(&report), Vec::<String>::new());
}

#[test]
fn every_format_says_what_was_overruled() {
    let directory = tree(&[MCP, ("policy.toml", ""), ("outstay.toml", "# c\nmax-lifetime = \"72h\"\n")]);
    let output = outstay(directory.path(), &["scan", "--policy", "policy.toml"]);
    let text = String::from_utf8(output.stdout).unwrap().replace("\n  ", " ");
    assert!(text.contains("note: outstay.toml:2: `max-lifetime` does not hold: the policy takes"), "{text}");
    assert!(text.contains("note: The policy policy.toml (SHA-256 e3b0c44298fc) is used"), "{text}");
    let output = outstay(directory.path(), &["scan", "--policy", "policy.toml", "--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let notifications = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let said = notifications.iter().find(|said| said["descriptor"]["id"] == "policy-overruled").unwrap();
    let place = &said["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "outstay.toml");
    assert_eq!((&place["region"]["startLine"], &said["level"]), (&2.into(), &"warning".into()));
    let (report, _) = under(directory.path(), &[]);
    assert_eq!(report["policy"]["file"], "policy.toml");
    assert_eq!(report["max_lifetime"], 86_400);
    assert!(report["policy"]["sha256"].as_str().unwrap().starts_with("e3b0c44298fc1c14"));
}

#[test]
fn a_repository_may_be_stricter() {
    let token = ("a.json", r#"{"access_token": "«github-pat-classic»", "expires_in": 43200}"#);
    let directory = tree(&[token, ("policy.toml", "max-lifetime = \"24h\"\n"), ("outstay.toml", "")]);
    let class = |arguments: &[&str]| {
        let (report, _) = under(directory.path(), arguments);
        report["findings"][0]["credential"]["lifetime"]["class"].as_str().map(str::to_owned)
    };
    assert_eq!(class(&[]).as_deref(), Some("session"));
    std::fs::write(directory.path().join("outstay.toml"), "max-lifetime = \"8h\"\n").unwrap();
    assert_eq!(class(&[]).as_deref(), Some("long"));
}

#[test]
fn waivers_that_end_in_time_hold_if_the_policy_lets_them() {
    let policy = ("policy.toml", "[repository]\nwaiver-days = 30\n");
    let waived = |until: &str| {
        let waiver = format!("[[waiver]]\nrule = \"{RULE}\"\nreason = \"x\"\n{until}\n");
        let directory = tree(&[MCP, policy, ("outstay.toml", &waiver)]);
        let (report, code) = under(directory.path(), &[]);
        (overruled(&report).len(), code)
    };
    assert_eq!(waived("until = 2026-12-20"), (0, Some(0)));
    assert_eq!(waived("until = 2027-12-20"), (1, Some(1)));
    assert_eq!(waived(""), (1, Some(1)));
}

#[test]
fn what_is_always_scanned_is_scanned() {
    let policy = ("policy.toml", "[repository]\nmay = [\"exclude\"]\nalways-scan = [\".mcp.json\"]\n");
    let own = ("outstay.toml", "exclude = [\"deploy/\", \"docs/\"]\n");
    let body = MCP.1;
    let directory =
        tree(&[("deploy/a/.mcp.json", body), ("docs/x.env", "A=«github-pat-classic»\n"), policy, own]);
    let (report, code) = under(directory.path(), &[]);
    assert_eq!((open(&report), code), (1, Some(1)));
    assert_eq!(overruled(&report), ["deploy/a/.mcp.json:1 exclude"]);
}

#[test]
fn flags_of_the_one_who_runs_it_go_before_the_policy_and_are_named() {
    let directory = tree(&[MCP, ("policy.toml", "fail-on = \"low:low\"\n")]);
    let (report, code) = under(directory.path(), &["--exclude-rule", RULE, "--fail-on", "critical"]);
    assert_eq!(code, Some(0));
    let notes = report["notes"].as_array().unwrap();
    let flags = notes.iter().find(|note| note["topic"] == "policy-flags").unwrap();
    assert_eq!(flags["message"], "Flags of this run go before the policy: --exclude-rule, --fail-on.");
}

#[test]
fn a_wrong_policy_is_refused_with_a_caret_and_a_repository_names_none() {
    let directory = tree(&[MCP, ("policy.toml", "max-lifetime = \"8 hours\"\n")]);
    let output = outstay(directory.path(), &["scan", "--policy", "policy.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("policy.toml:1:16") && text.contains('^') && text.contains("\"8h\""), "{text}");
    assert_eq!(outstay(directory.path(), &["scan", "--policy", "absent"]).status.code(), Some(2));
    let directory = tree(&[MCP, ("outstay.toml", "policy = \"p.toml\"\n")]);
    let output = outstay(directory.path(), &["scan"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("does not choose its policy") && text.contains("--policy FILE"), "{text}");
}

#[test]
fn explain_says_what_the_policy_makes_of_it() {
    let pinned = format!("[rule.{RULE}]\nseverity = \"critical\"\n");
    let directory = tree(&[
        MCP,
        ("policy.toml", &pinned),
        ("outstay.toml", &format!("[rule.{RULE}]\nenabled = false\n")),
    ]);
    let said = |target: &str| {
        let output = outstay(directory.path(), &["explain", target, "--policy", "policy.toml"]);
        String::from_utf8(output.stdout).unwrap()
    };
    let card = said(RULE);
    assert!(
        card.contains("The policy policy.toml (SHA-256 ") && card.contains("severity critical"),
        "{card}"
    );
    assert!(card.contains(&format!("outstay.toml:2: `rule.{RULE}.enabled` does not hold")), "{card}");
    assert!(said(".mcp.json:1").contains("The policy policy.toml (SHA-256 "));
}

#[test]
fn both_templates_are_written_and_hold() {
    let directory = tree(&[MCP]);
    assert_eq!(outstay(directory.path(), &["init"]).status.code(), Some(0));
    assert_eq!(outstay(directory.path(), &["init", "--policy"]).status.code(), Some(0));
    let output = outstay(directory.path(), &["scan", "--policy", "outstay-policy.toml", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((overruled(&report).len(), output.status.code()), (0, Some(1)));
}

#[test]
fn ephemeral_variables_and_brokers_take_references_out() {
    let server = r#"{"mcpServers":{"gh":{"command":"x","env":{"GITHUB_TOKEN":"${MY_TASK_TOKEN}"}}}}"#;
    let findings = |configuration: &str| {
        let directory = tree(&[(".mcp.json", server), ("outstay.toml", configuration)]);
        let output = outstay(directory.path(), &["scan", "--format", "json"]);
        open(&serde_json::from_slice(&output.stdout).unwrap())
    };
    assert_eq!(findings("ephemeral = [\"OTHER_*\"]\n"), 1);
    assert_eq!(findings("ephemeral = [\"MY_TASK_*\"]\n"), 0);
    assert_eq!(findings("brokers = [\"MY_TASK_*\"]\n"), 0);
}

#[test]
fn a_literal_under_an_ephemeral_name_ends_with_the_task_unless_more_is_known() {
    let files = [
        ("a.env", "MY_TASK_PASSWORD=Gh7!kd02mPqz4xRt\nMY_TASK_TOKEN=«github-pat-classic»\n"),
        ("outstay.toml", "ephemeral = [\"MY_TASK_*\"]\n"),
    ];
    let output = outstay(tree(&files).path(), &["scan", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let lifetimes: Vec<_> = findings.iter().map(|finding| &finding["credential"]["lifetime"]).collect();
    assert_eq!((&lifetimes[0]["class"], &lifetimes[0]["evidence"]), (&"task".into(), &"declared".into()));
    assert_eq!(lifetimes[1]["class"], "never");
}

#[test]
fn what_may_be_lowered_is_lowered() {
    let policy = ("policy.toml", "[repository]\nmay-lower = [\"long-lived-credential\"]\n");
    let own = format!("[rule.{RULE}]\nseverity = \"note\"\n");
    let directory = tree(&[MCP, policy, ("outstay.toml", &own)]);
    let (report, code) = under(directory.path(), &[]);
    assert_eq!((overruled(&report).len(), code), (0, Some(0)));
    assert_eq!(report["findings"][0]["severity"], "note");
}

#[test]
fn the_policy_itself_decides() {
    let pinned = format!("[rule.{RULE}]\nenabled = false\n[rule.github-pat-classic]\nseverity = \"low\"\n");
    let directory = tree(&[MCP, ("policy.toml", &pinned)]);
    let (report, code) = under(directory.path(), &["--no-config"]);
    assert_eq!(report["findings"][0]["rule"], "github-pat-classic");
    assert_eq!(code, Some(0));
    let waiver = format!("[[waiver]]\nrule = \"{RULE}\"\nreason = \"x\"\npath = \"/.mcp.json\"\n");
    let directory = tree(&[MCP, ("rules/policy.toml", &waiver)]);
    let output = outstay(directory.path(), &["scan", "--policy", "rules/policy.toml"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "its waivers need no end, its paths are those of the scanned root"
    );
}

#[test]
fn two_holders_of_one_name_share_nothing() {
    let server = r#"{"command":"x","env":{"GITHUB_TOKEN":"«github-pat-classic»"}}"#;
    let both = format!("{{\"mcpServers\":{{\"a\":{server},\"b\":{server}}}}}");
    let own = "[[holder]]\nname = \"one\"\nmatches = [\"a\", \"b\"]\n";
    let layers = |arguments: &[&str]| {
        let directory = tree(&[(".mcp.json", &both), ("outstay.toml", own), ("policy.toml", "")]);
        let output = outstay(directory.path(), &[&["scan", "--format", "json"], arguments].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["layer"] == "correlation").count()
    };
    assert_eq!(layers(&["--no-config"]), 1);
    assert_eq!(layers(&[]), 0);
    assert_eq!(layers(&["--policy", "policy.toml"]), 1, "a policy does not let two be made one");
}

/// A compose service with a literal.
const COMPOSE: &str =
    "services:\n  web-triage:\n    image: x\n    environment:\n      GITHUB_TOKEN: «github-pat-classic»\n";

#[test]
fn agents_are_named_by_name_kind_and_path() {
    let agent = |configuration: &str| {
        let directory = tree(&[("deploy/compose.yaml", COMPOSE), ("outstay.toml", configuration)]);
        let output = outstay(directory.path(), &["scan", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let holder = &report["findings"][0]["holder"];
        (holder["agent"].as_bool().unwrap(), holder["name"].as_str().unwrap().to_owned())
    };
    let named = |agent: bool, name: &str| (agent, name.to_owned());
    assert_eq!(agent(""), named(false, "web-triage"));
    for pattern in ["web-*", "kind:compose-service", "path:deploy/"] {
        assert_eq!(agent(&format!("agents = [\"{pattern}\"]")), named(true, "web-triage"), "{pattern}");
    }
    let but = "[agents]\nholders = [\"web-*\"]\nnot = [\"kind:compose-*\"]\n";
    assert_eq!(agent(but), named(false, "web-triage"));
    let holder = "agents = [\"triage\"]\n[[holder]]\nname = \"triage\"\nmatches = [\"path:deploy/\"]\n";
    assert_eq!(agent(holder), named(true, "triage"));
}
