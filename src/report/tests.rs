//! What holds of whole reports, in every format.

use std::collections::BTreeSet;

use serde_json::Value;

use super::testing::{credential, finding, full, location, place, rendered, report, value};
use super::{Format, Secrets, Style, Volume, json_schema};
use crate::model::{
    ArtifactPath, Confidence, Disposition, Finding, Note, Overruled, PolicyUse, Report, Severity, Skip,
    SkipReason,
};

const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Sarif];

fn skip(path: &str, reason: SkipReason) -> Skip {
    Skip { path: ArtifactPath::new(path), reason, detail: Some("permission denied".into()), named: true }
}

/// A report in which everything is there that a report can have.
fn everything() -> Report {
    let mut waived = finding("github-pat-classic", Severity::High, "w.env");
    waived.disposition = Disposition::Waived { reason: "rotated weekly".into(), inline: true };
    let mut old = finding("github-pat-classic", Severity::High, "x.env");
    old.disposition = Disposition::Baselined;
    let mut bare = finding("compose-shared-reference", Severity::Note, "docker:1/compose.yml");
    (bare.credential, bare.holder, bare.grant) = (None, None, None);
    bare.location.document_path = None;
    let mut report =
        report(vec![full(), finding("github-pat-classic", Severity::Low, "a.env"), bare, waived, old]);
    report.coverage.skips =
        vec![skip("locked.env", SkipReason::Unreadable), skip("bad.json", SkipReason::NotParsed)];
    report.notes = vec![Note { topic: "unused-waiver", message: "A waiver was not used.".into() }];
    report.incomplete = true;
    report
}

fn json(report: &Report, format: Format) -> Value {
    serde_json::from_str(&rendered(report, &Style::default(), format)).unwrap()
}

fn assert_valid(schema: &str, instance: &Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn json_follows_its_schema() {
    let mut at_home = report(Vec::new());
    at_home.coverage.home = vec![ArtifactPath::new("~/.claude.json")];
    for report in [report(Vec::new()), at_home, everything()] {
        assert_valid(json_schema(), &json(&report, Format::Json));
    }
    let mut changed = json(&everything(), Format::Json);
    changed["findings"][0]["credential"]["secret"] = "x".into();
    let schema = serde_json::from_str(json_schema()).unwrap();
    assert!(!jsonschema::is_valid(&schema, &changed), "what the schema does not know is refused");
}

#[test]
fn json_tells_what_fails_and_where_things_stand() {
    let mut report = everything();
    let document = json(&report, Format::Json);
    let findings = document["findings"].as_array().unwrap();
    let fails: Vec<bool> = findings.iter().map(|finding| finding["fails"].as_bool().unwrap()).collect();
    assert_eq!(fails, [true, false, false, false, false], "in the order of the report");
    assert_eq!(findings[0]["location"]["path"], "a b/.mcp.json");
    assert_eq!(findings[0]["location"]["within"][0], "dist/app.zip");
    assert_eq!(findings[0]["location"]["bytes"]["end"], 148);
    assert_eq!(findings[0]["credential"]["lifetime"]["expires_at"], "2036-04-01T00:00:00Z");
    assert_eq!(findings[3]["disposition"]["reason"], "rotated weekly");
    assert_eq!(document["summary"]["failing"], 1);

    report.gate = "never".parse().unwrap();
    let document = json(&report, Format::Json);
    assert_eq!(document["gate"]["severity"], Value::Null);
    assert_valid(json_schema(), &document);
}

/// The names of all properties that a schema defines.
fn defined(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| defined(inner, names));
        }
        Value::Array(items) => items.iter().for_each(|inner| defined(inner, names)),
        _ => {}
    }
}

fn used(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            names.extend(map.keys().cloned());
            map.values().for_each(|inner| used(inner, names));
        }
        Value::Array(items) => items.iter().for_each(|inner| used(inner, names)),
        _ => {}
    }
}

/// A policy that had something to say.
fn policy() -> PolicyUse {
    let path = ArtifactPath::new("outstay.toml");
    let (setting, message) = ("fail-on".to_owned(), "`fail-on` does not hold: it is less.".to_owned());
    let overruled = vec![Overruled { path, line: 3, setting, message }];
    PolicyUse { file: "policy.toml".into(), sha256: "0123456789abcdef".repeat(4), overruled }
}

#[test]
fn what_a_policy_overrules_is_said_to_people_with_its_place() {
    let report = Report { policy: Some(policy()), ..report(Vec::new()) };
    let text = rendered(&report, &Style::default(), Format::Human);
    assert!(text.contains("note: outstay.toml:3: `fail-on` does not hold: it is less.\n"), "{text}");
    assert_eq!(json(&report, Format::Json)["policy"]["sha256"], "0123456789abcdef".repeat(4));
}

#[test]
fn the_schema_defines_nothing_that_is_never_written() {
    let (mut in_schema, mut in_report) = (BTreeSet::new(), BTreeSet::new());
    defined(&serde_json::from_str(json_schema()).unwrap(), &mut in_schema);
    let mut report = everything();
    report.coverage.home = vec![ArtifactPath::new("~/.claude.json")];
    report.policy = Some(policy());
    used(&json(&report, Format::Json), &mut in_report);
    assert_eq!(in_schema, in_report);
}

#[test]
fn sarif_follows_the_official_schema() {
    let under_policy = Report { policy: Some(policy()), ..report(Vec::new()) };
    for report in [report(Vec::new()), everything(), under_policy] {
        assert_valid(include_str!("../../tests/schema/sarif-2.1.0.json"), &json(&report, Format::Sarif));
    }
}

#[test]
fn sarif_says_what_code_scanning_reads() {
    let log = json(&everything(), Format::Sarif);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3, "neither the waived one nor that of the baseline");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let pattern = rules[index]["messageStrings"]["default"]["text"].as_str().unwrap();
        let argument = result["message"]["arguments"][0].as_str().unwrap();
        assert_eq!(result["message"]["text"], pattern.replace("{0}", argument).as_str());
        assert_eq!(result["partialFingerprints"]["outstay/v1"].as_str().unwrap().len(), 32);
    }
    let (first, rule) = (&results[0], &rules[2]);
    assert_eq!(first["level"], "error");
    assert_eq!(first["properties"]["severity"], "critical");
    assert_eq!(rule["properties"]["security-severity"], "8.0", "the rule's own, not the moved one");
    assert_eq!(rule["relationships"][0]["target"]["id"], "CWE-522");
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "dist/app.zip!/a%20b/.mcp.json");
    assert_eq!(place["region"]["endColumn"], 49);
    assert_eq!(place["region"]["snippet"]["text"], "ghp_[redacted]");
    assert_eq!(
        results[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "docker%3A1/compose.yml"
    );
    assert_eq!(first["properties"]["lifetime"]["expiresAt"], "2036-04-01T00:00:00Z");
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let levels: Vec<&str> = notifications.iter().map(|said| said["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "note", "error", "note"]);
}

#[test]
fn people_see_where_what_and_what_to_do() {
    let mut shared = finding("mcp-env-long-lived-key", Severity::High, "b/.mcp.json");
    shared.related = vec![place("compose.yml", 12)];
    let mut report = report(vec![full(), shared]);
    report.coverage.skips = vec![skip("locked.env", SkipReason::Unreadable)];
    report.incomplete = true;
    let style = Style { width: 78, ..Style::default() };
    let text = rendered(&report, &style, Format::Human);
    insta::assert_snapshot!(text, @r"
    One fix removes 2 findings: replace this github-pat-classic (ghp_[redacted]).

    critical[mcp-env-long-lived-key]: MCP server `github` holds a GitHub token
      that never ends.
      ┌─ dist/app.zip!a b/.mcp.json:3:9
      │
    3 │   TOKEN=ghp_[redacted] # mine
      │         ^^^^^^^^^^^^^^
      │
      = holder: mcp-server `github`, an agent, by environment variable `TOKEN`,
          from the variable `GITHUB_TOKEN`
      = credential: github-pat-classic ghp_[redacted], principal
          `ada@example.com`, a person's, administrative
      = lifetime: expiry claim 2036-04-01 in milliseconds (in 3,415 days), by the
          value itself
      = exposure: tracked by git
      = severity: one step up: tracked by git and without an end, a person's
      = also: github-pat-classic
      = marker: `gitleaks:allow` stands here; --honor follows it
      = other places:
          compose.yml:12 MCP server `compose.yml`, environment variable `TOKEN`
          ci/deploy.yml:30 MCP server `ci/deploy.yml`, environment variable
            `TOKEN`
          and 4 more
      = fix: Let `github` sign in by OAuth: remove `TOKEN` and use the remote
          server, whose tokens last for hours.
      = fingerprint: e601765a7c27c97a03e083339f0df745

    high[mcp-env-long-lived-key]: MCP server `github` holds a GitHub token that
      never ends.
      ┌─ b/.mcp.json:3:9
      │
    3 │   TOKEN=ghp_[redacted] # mine
      │         ^^^^^^^^^^^^^^
      │
      = holder: mcp-server `github`, an agent, by environment variable `TOKEN`,
          as a literal
      = credential: github-pat-classic ghp_[redacted], a person's
      = lifetime: no expiry, as its format means
      = exposure: tracked by git
      = other places:
          compose.yml:12 MCP server `compose.yml`, environment variable `TOKEN`
      = fix: Let `github` sign in by OAuth: remove `TOKEN` and use the remote
          server, whose tokens last for hours.
      = fingerprint: 12a453ef23ad02511fbb5ae2eeef21ac

    2 findings (1 critical, 1 high), 2 fail the run at high:high.
    Examined 812 files, 12.3 MB, 40 as documents; 1 skipped: 1 could not be read.
      locked.env: could not be read (permission denied)
    INCOMPLETE: not all that was asked for was examined.
    ");
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(78), "{widest:?}");
}

#[test]
fn people_are_told_what_is_less_than_sure() {
    let says = |confidence| {
        let mut finding = finding("mcp-env-long-lived-key", Severity::High, "a");
        finding.confidence = confidence;
        rendered(&report(vec![finding]), &Style::default(), Format::Human)
    };
    assert!(says(Confidence::Medium).contains("  = confidence: medium\n"));
    assert!(!says(Confidence::High).contains("confidence"));
}

#[test]
fn a_clean_run_is_two_lines() {
    let text = rendered(&report(Vec::new()), &Style::default(), Format::Human);
    assert_eq!(text, "No findings.\nExamined 812 files, 12.3 MB, 40 as documents.\n");
}

#[test]
fn the_last_lines_count_everything() {
    let mut report = everything();
    report.findings[1].exposure = crate::model::Exposure::Ignored;
    report.findings[1].severity = Severity::High;
    let text = rendered(&report, &Style { width: 200, ..Style::default() }, Format::Human);
    let tail: Vec<&str> = text.lines().rev().take(6).collect();
    assert_eq!(
        tail,
        [
            "INCOMPLETE: not all that was asked for was examined.",
            "  locked.env: could not be read (permission denied)",
            "  bad.json: searched, but not parsed to its end (permission denied)",
            "Examined 812 files, 12.3 MB, 40 as documents; 1 skipped: 1 could not be read; \
             1 searched, but not parsed to its end.",
            "3 findings (1 critical, 1 high, 1 note), 1 fails the run at high:high; 1 waived; 1 in the baseline; \
             1 more would fail, in files that git ignores.",
            "note: A waiver was not used.",
        ]
    );
    let quiet = Style { volume: Volume::Quiet, ..Style::default() };
    let text = rendered(&report, &quiet, Format::Human);
    assert!(!text.contains("Examined") && text.contains("INCOMPLETE"));
}

#[test]
fn colours_are_there_only_when_asked_for() {
    let report = report(vec![full()]);
    assert!(!rendered(&report, &Style::default(), Format::Human).contains('\u{1b}'));
    assert!(
        rendered(&report, &Style { colour: true, ..Style::default() }, Format::Human).contains("\u{1b}[")
    );
}

/// A finding whose every text has `text` in it.
fn full_of(text: &str) -> Finding {
    let mut finding = full();
    finding.message = format!("Message {text}.");
    finding.remedy = format!("Remedy {text}.");
    finding.location = location(&format!("dir {text}/f"), 3);
    finding.location.document_path = Some(text.into());
    finding.location.excerpt.text = format!("{text}ghp_[redacted]{text}");
    finding.location.excerpt.marked = crate::text::Span::new(text.len(), text.len() + 14);
    finding.related = vec![place(text, 1)];
    if let Some(holder) = &mut finding.holder {
        holder.name = text.to_owned();
    }
    if let Some(grant) = &mut finding.grant {
        (grant.name, grant.reference) = (Some(text.to_owned()), Some(text.to_owned()));
    }
    if let Some(principal) = finding.credential.as_mut().and_then(|credential| credential.principal.as_mut())
    {
        principal.name = text.to_owned();
    }
    finding
}

fn report_full_of(text: &str) -> Report {
    let mut report = report(vec![full_of(text)]);
    report.coverage.skips = vec![skip(text, SkipReason::Unreadable)];
    report.notes = vec![Note { topic: "config", message: text.to_owned() }];
    report
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let hostile = "\u{1b}]52;c;ZXZpbA==\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\r\u{8}";
    for format in FORMATS {
        let text = rendered(&report_full_of(hostile), &Style::default(), format);
        let raw: Vec<char> = text.chars().filter(|c| *c != '\n' && hostile[1..].contains(*c)).collect();
        assert!(!text.contains('\u{1b}'), "{format:?}: {text}");
        assert!(raw.iter().all(char::is_ascii_graphic), "{format:?}: {raw:?}");
    }
}

/// The forms in which a value could leave: as it is, in hex, percent-encoded, and the part of its base64 that does not
/// depend on what stands around it, at each of the three alignments.
fn forms(value: &str) -> Vec<String> {
    use base64::Engine as _;
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![value.to_owned(), hex.to_uppercase(), hex, percent.to_lowercase(), percent];
    for shift in 0..3 {
        let padded = [&"\0"[..].repeat(shift), value].concat();
        let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(padded);
        forms.push(encoded[4..encoded.len() - 4].to_owned());
    }
    forms
}

#[test]
fn no_planted_value_comes_out_in_any_form() {
    let mut other = finding("other", Severity::Medium, "o.env");
    other.credential = Some(credential(2));
    let mut report = everything();
    report.findings.push(other);
    for format in FORMATS {
        for colour in [false, true] {
            let text = rendered(&report, &Style { colour, ..Style::default() }, format);
            for form in forms(&value(1)).iter().chain(&forms(&value(2))) {
                assert!(!text.contains(form), "{format:?} has {form}");
            }
        }
        let secret_as_text = rendered(&report_full_of(&value(1)), &Style::default(), format);
        assert!(!secret_as_text.contains(&value(1)), "{format:?}: a value in a name is masked");
    }
}

#[test]
fn a_value_that_an_excerpt_failed_to_mask_is_masked_whole() {
    let mut finding = full();
    finding.location.excerpt.text = format!("KEY={}", value(1));
    finding.location.excerpt.marked = crate::text::Span::new(10, 14);
    let text = rendered(&report(vec![finding]), &Style::default(), Format::Human);
    assert!(text.contains("│ KEY=[redacted]\n"), "{text}");
}

#[test]
fn a_person_who_asks_sees_the_value_and_a_machine_does_not() {
    let shown = Style { secrets: Secrets::Shown, ..Style::default() };
    for format in FORMATS {
        let text = rendered(&report(vec![full()]), &shown, format);
        assert_eq!(text.contains(&value(1)), format == Format::Human, "{format:?}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in FORMATS {
        let write = || rendered(&everything(), &Style::default(), format);
        assert_eq!(write(), write());
    }
}

proptest::proptest! {
    #[test]
    fn any_excerpt_is_drawn_within_the_width(
        text in "(?s).{0,300}",
        (start, length) in (0_usize..320, 0_usize..320),
        (line, column) in (1_usize..2_000_000, 1_usize..500),
        width in 0_usize..140,
    ) {
        let mut finding = finding("a", Severity::High, "a");
        finding.location.excerpt.text = text;
        finding.location.excerpt.marked = crate::text::Span::new(start, start + length);
        finding.location.region.start = crate::text::Position { line, column };
        let text = rendered(&report(vec![finding]), &Style { width, ..Style::default() }, Format::Human);
        let drawn = text.lines().find(|drawn| drawn.starts_with(&format!("{line} │"))).unwrap();
        assert!(unicode_width::UnicodeWidthStr::width(drawn) <= width.max(40), "{drawn}");
    }
}
