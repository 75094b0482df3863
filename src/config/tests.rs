use std::path::{Path, PathBuf};

use super::*;
use crate::model::{ArtifactPath, Confidence, Duration, Gate, Severity, Timestamp};

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/r/svc/outstay.toml"), Path::new("/r"))
}

pub(super) fn facts<'n>(id: &'n str, family: &'n str) -> RuleFacts<'n> {
    RuleFacts { id, family, severity: Severity::High, confidence: Confidence::Medium }
}

fn complaint(text: &str) -> (String, String, Option<String>) {
    match parse(text) {
        Err(ConfigError::Invalid(invalid)) => {
            (text[invalid.span.clone()].to_owned(), invalid.message, invalid.help)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_is_read() {
    let config = parse(
        r#"
exclude = ["*.snap", "/gen/"]
rules = ["my/rules"]
fail-on = "medium:low"
max-lifetime = "8h"
fingerprint-key-env = "KEY"
ephemeral = ["A_TOKEN", "MY_*"]
brokers = ["vault.corp"]
baseline = "base.txt"
honor = ["gitleaks"]
gate.ignored = true
agents.holders = ["ci-*"]
agents.not = ["kind:compose-service"]
[rule.r1]
enabled = false
[rule.r2]
severity = "low"
confidence = "medium"
[family.f1]
severity = "high"
[[holder]]
name = "triage"
matches = ["path:triage/"]
[[waiver]]
rule = "r1"
path = "a.env"
reason = " why "
until = 2026-12-31
"#,
    )
    .unwrap();
    assert_eq!(config.path, "svc/outstay.toml");
    let matches = |path| config.exclude.matches(&ArtifactPath::new(path));
    assert_eq!(["svc/x/a.snap", "a.snap", "svc/gen/a", "gen/a"].map(matches), [true, false, true, false]);
    let said = |value, line| Said { value, line };
    assert_eq!(config.rules, [Said { value: PathBuf::from("/r/svc/my/rules"), line: 3 }]);
    let gate = Gate { severity: Some(Severity::Medium), confidence: Confidence::Low };
    assert_eq!(config.fail_on, Some(Said { value: gate, line: 4 }));
    assert_eq!(config.max_lifetime, Some(Said { value: Duration(28_800), line: 5 }));
    assert_eq!(config.fingerprint_key_env.as_ref().unwrap().value, "KEY");
    let ephemeral = &config.ephemeral.as_ref().unwrap().value;
    assert!(ephemeral.matches("A_TOKEN") && ephemeral.matches("MY_X") && !ephemeral.matches("XA_TOKEN"));
    assert!(config.brokers.as_ref().unwrap().value.matches("vault.corp"));
    assert_eq!(config.baseline, Some(Said { value: PathBuf::from("/r/svc/base.txt"), line: 9 }));
    assert_eq!(config.honor, [Said { value: "gitleaks".to_owned(), line: 10 }]);
    assert_eq!(config.gate_ignored, Some(said(true, 11)));
    assert_eq!(config.agents.iter().map(|said| said.value.1).collect::<Vec<_>>(), [true, false]);
    assert_eq!(config.holders[0].value.1, "triage");
    assert_eq!(config.overrides["r1"].enabled, Some(said(false, 15)));
    assert_eq!(config.overrides["r2"].severity, Some(Said { value: Severity::Low, line: 17 }));
    assert_eq!(config.overrides["r2"].confidence, Some(Said { value: Confidence::Medium, line: 18 }));
    assert_eq!(config.families["f1"].severity, Some(Said { value: Severity::High, line: 20 }));
    let waiver = &config.waivers[0];
    assert_eq!((waiver.reason.as_str(), waiver.place.as_str()), ("why", "svc/outstay.toml:24"));
    assert_eq!(waiver.until, Timestamp::parse("2026-12-31").ok());
    assert!(waiver.paths.as_ref().unwrap().matches(&ArtifactPath::new("svc/a.env")));
    assert_eq!(
        config.notes()[0].message,
        "The configuration svc/outstay.toml is used; it excludes `*.snap`, `/gen/`; switches off `r1`; makes `f1` high; \
         makes `r2` low; gives `r2` medium confidence; takes what lasts longer than 8 hours for standing; says which \
         holders are no agents; names holders; says which variables end with the task; names brokers; follows the \
         markers of gitleaks."
    );
}

#[test]
fn an_empty_file_changes_nothing() {
    let config = parse("").unwrap();
    assert!(config.exclude.is_empty() && config.agents.is_empty() && config.waivers.is_empty());
    assert_eq!(config.notes()[0].message, "The configuration svc/outstay.toml is used; it excludes nothing.");
}

#[test]
fn odd_files_are_read_or_refused() {
    assert_eq!(parse("\u{FEFF}honor = ['x']\r\n").unwrap().honor[0].value, "x");
    assert!(parse(&format!("exclude = {}", "[".repeat(100_000))).is_err());
    assert!(parse(&format!("{} = 1", vec!["a"; 100_000].join("."))).is_err());
}

#[test]
fn a_typo_is_shown_with_a_caret_and_the_nearest_word() {
    let text = "# c\nexlude = ['a']\n";
    assert_eq!(
        complaint(text),
        ("exlude".into(), "unknown key `exlude`".into(), Some("did you mean `exclude`?".into()))
    );
    let shown = parse(text).unwrap_err().render(Paint::Plain);
    assert_eq!(
        shown,
        "error: unknown key `exlude`\n  ┌─ svc/outstay.toml:2:1\n  │\n2 │ exlude = ['a']\n  │ ^^^^^^\n  │\n  \
         = help: did you mean `exclude`?\n\n"
    );
    assert_eq!(parse(text).unwrap_err().to_string(), "svc/outstay.toml:2: unknown key `exlude`");
    assert_eq!(
        complaint("[[waiver]]\nrule='r'\nreason='x'\nutil=1").2.as_deref(),
        Some("did you mean `until`?")
    );
    assert_eq!(complaint("[rule.r]\nseverity='hihg'").2.as_deref(), Some("did you mean `high`?"));
}

#[test]
fn every_wrong_value_is_shown_at_its_place() {
    let place = |text: &str| complaint(text).0;
    assert_eq!(place("exclude = ['ok', 'a[']"), "'a['");
    assert_eq!(place("agents.holders = ['a{']"), "'a{'");
    assert_eq!(place("agents = ['ok', 'path:../x']"), "'path:../x'");
    assert_eq!(place("agents.not = ['kind:a{']"), "'kind:a{'");
    assert_eq!(place("[[holder]]\nname = 'x'\nmatches = ['a{']"), "'a{'");
    assert_eq!(place("[[holder]]\nname = ' '\nmatches = ['a']"), "' '");
    assert_eq!(place("ephemeral = ['OK_*', 'no name']"), "'no name'");
    assert_eq!(place("brokers = ['a{']"), "'a{'");
    assert_eq!(place("max-lifetime = '8 hours'"), "'8 hours'");
    assert_eq!(place("policy = 'p.toml'"), "'p.toml'");
    assert_eq!(place("exclude = ['a']\n[repository]\nmay = ['exclude']"), "[repository]");
    assert_eq!(place("fail-on = 'hihg'"), "'hihg'");
    assert_eq!(place("fingerprint-key-env = 'not a name'"), "'not a name'");
    assert_eq!(place("baseline = '../x'"), "'../x'");
    assert_eq!(place("rules = ['/etc']"), "'/etc'");
    let waiver = |rest: &str| place(&format!("[[waiver]]\n{rest}"));
    assert_eq!(waiver("rule='r'\nreason='  '"), "'  '");
    assert_eq!(waiver("fingerprint='xyz'\nreason='x'"), "'xyz'");
    assert_eq!(waiver("rule='r'\nreason='x'\nuntil=2026-12-31T00:00:00Z"), "2026-12-31T00:00:00Z");
    assert_eq!(waiver("reason='x'"), "[[waiver]]");
    assert_eq!(waiver("rule='r'\nfingerprint='xyz'\nreason='x'"), "'xyz'");
    assert!(complaint("[[waiver]]\nrule='r'").1.contains("reason"));
    let quoted_date = complaint("[[waiver]]\nrule='r'\nreason='x'\nuntil='2026-12-31'");
    assert_eq!(quoted_date.2.as_deref(), Some("write a date without quotes: 2026-12-31"));
    complaint("exclude = [");
}

#[test]
fn names_are_checked_once_the_rules_are_known() {
    let rules = [("github-pat", "at-rest"), ("other", "hygiene")].map(|(id, family)| facts(id, family));
    let names = Names { rules: &rules, tools: &["gitleaks"] };
    let error = |text: &str| match parse(text).unwrap().check(&names) {
        Err(ConfigError::Invalid(invalid)) => (text[invalid.span.clone()].to_owned(), invalid.help.unwrap()),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        error("[rule.github-pta]\nenabled=false"),
        ("github-pta".into(), "did you mean `github-pat`?".into())
    );
    assert_eq!(
        error("[[waiver]]\nrule='xyz'\nreason='x'"),
        ("'xyz'".into(), "known here: github-pat, other".into())
    );
    assert_eq!(error("[family.hygeine]\nenabled=false").1, "did you mean `hygiene`?");
    assert_eq!(error("honor = ['gitleak']").1, "did you mean `gitleaks`?");
    parse("honor = ['gitleaks']\n[rule.other]\nseverity='low'").unwrap().check(&names).unwrap();
}

#[test]
fn what_cannot_be_read_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outstay.toml");
    let missing = Config::load(&file, dir.path()).unwrap_err();
    assert!(missing.render(Paint::Plain).starts_with("error: "), "{missing}");
    std::fs::write(&file, b"# \xff").unwrap();
    assert!(matches!(Config::load(&file, dir.path()), Err(ConfigError::Unreadable { .. })));
    std::fs::write(&file, b"exclude = ['a']").unwrap();
    assert_eq!(Config::load(&file, dir.path()).unwrap().path, "outstay.toml");
}

#[test]
fn agents_are_a_list_or_a_table() {
    let agents = |text: &str| {
        let read = parse(text).unwrap().agents;
        read.iter().map(|said| (said.value.1, said.line)).collect::<Vec<_>>()
    };
    assert_eq!(agents("# c\nagents = ['*-bot']"), [(true, 2)]);
    assert_eq!(agents("[agents]\nnot = ['x']"), [(false, 2)]);
    assert_eq!(agents("agents = []"), []);
    assert_eq!(complaint("[agents]\nholder = ['x']").2.as_deref(), Some("did you mean `holders`?"));
    assert!(parse("agents = 3").is_err());
}
