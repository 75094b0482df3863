use std::path::Path;

use super::tests::facts;
use super::*;
use crate::model::{Duration, Severity, Timestamp};

const NOW: Timestamp = Timestamp(1_795_564_800);

fn policy(text: &str) -> Policy {
    Policy::parse(text, Path::new("p.toml"), Path::new("p.toml")).unwrap()
}

/// What is left of a configuration under a policy, what is changed about rules, and what was refused: line and setting.
fn governed(pinned: &str, own: &str) -> (Config, Governed, Vec<(usize, String)>) {
    let policy = policy(pinned);
    let mut own = Config::parse(own, Path::new("outstay.toml"), Path::new("")).unwrap();
    let rules = [facts("a", "f"), facts("b", "f"), facts("c", "g")];
    let mut refused = policy.withhold_rules(&mut own);
    let result = policy.govern(&mut own, &rules, NOW);
    refused.extend(result.overruled.iter().cloned());
    let refused = refused.into_iter().map(|refused| (refused.line, refused.setting)).collect();
    (own, result, refused)
}

fn refused(pinned: &str, own: &str) -> Vec<(usize, String)> {
    governed(pinned, own).2
}

fn at(line: usize, setting: &str) -> Vec<(usize, String)> {
    vec![(line, setting.to_owned())]
}

#[test]
fn without_a_word_of_the_policy_nothing_may_be_weakened() {
    for (own, setting) in [
        ("exclude = ['a']", "exclude"),
        ("rules = ['r']", "rules"),
        ("baseline = 'b'", "baseline"),
        ("honor = ['gitleaks']", "honor"),
        ("ephemeral = ['A']", "ephemeral"),
        ("brokers = ['a']", "brokers"),
        ("agents = {not = ['a']}", "agents.not"),
        ("holder = [{name = 'a', matches = ['b']}]", "holder"),
        ("fail-on = 'never'", "fail-on"),
        ("fail-on = 'critical'", "fail-on"),
        ("max-lifetime = '72h'", "max-lifetime"),
        ("rule.a.enabled = false", "rule.a.enabled"),
        ("rule.a.severity = 'medium'", "rule.a.severity"),
        ("rule.a.confidence = 'low'", "rule.a.confidence"),
        ("family.f.enabled = false", "family.f.enabled"),
        ("family.f.severity = 'low'", "family.f.severity"),
        ("waiver = [{rule = 'a', reason = 'x'}]", "waiver"),
        ("waiver = [{rule = 'a', reason = 'x', until = 2026-12-01}]", "waiver"),
    ] {
        let (left, result, refused) = governed("", &format!("# c\n{own}"));
        assert_eq!(refused, at(2, setting), "{own}");
        assert!(left.exclude.is_empty() && left.rules.is_empty() && left.waivers.is_empty(), "{own}");
        assert!(left.fail_on.is_none() && left.max_lifetime.is_none() && left.baseline.is_none(), "{own}");
        assert!(left.honor.is_empty() && left.agents.is_empty() && left.holders.is_empty(), "{own}");
        assert!(left.ephemeral.is_none() && left.brokers.is_none(), "{own}");
        assert!(result.changes.values().all(|change| *change == RuleOverride::default()), "{own}");
        assert!(left.takes().is_empty(), "{own}: what does not hold is not said to");
    }
}

#[test]
fn a_repository_may_make_it_stricter() {
    let own = "fail-on = 'medium:medium'\nmax-lifetime = '1h'\ngate.ignored = true\nagents = ['x']\n\
               [rule.a]\nseverity = 'critical'\nconfidence = 'high'\n[rule.b]\nenabled = true\n[family.g]\nseverity = 'critical'";
    let (left, result, refused) = governed("max-lifetime = '8h'\n[rule.b]\nenabled = false", own);
    assert_eq!(refused, []);
    assert_eq!(left.max_lifetime.unwrap().value, Duration::HOUR);
    assert!(left.fail_on.is_some() && left.gate_ignored.is_some() && left.agents.len() == 1);
    assert_eq!(result.changes["a"].severity.as_ref().unwrap().value, Severity::Critical);
    assert!(result.changes["b"].enabled.as_ref().unwrap().value, "switched on again");
    assert_eq!(result.changes["c"].severity.as_ref().unwrap().value, Severity::Critical);
}

#[test]
fn what_is_pinned_is_the_bound() {
    assert_eq!(refused("max-lifetime = '8h'", "max-lifetime = '12h'"), at(1, "max-lifetime"));
    assert_eq!(refused("max-lifetime = '72h'", "max-lifetime = '48h'"), []);
    assert_eq!(refused("fail-on = 'critical'", "fail-on = 'high'"), []);
    assert_eq!(refused("fail-on = 'low:low'", "fail-on = 'medium:low'"), at(1, "fail-on"));
    assert_eq!(refused("gate.ignored = true", "gate.ignored = false"), at(1, "gate.ignored"));
    let key = "fingerprint-key-env = 'A'";
    assert_eq!(refused(key, "fingerprint-key-env = 'B'"), at(1, "fingerprint-key-env"));
    assert_eq!(refused("rule.a.severity = 'low'", "rule.a.severity = 'medium'"), []);
    assert_eq!(refused("rule.a.severity = 'critical'", "rule.a.severity = 'high'"), at(1, "rule.a.severity"));
    assert_eq!(refused("rule.a.enabled = false", "rule.a.enabled = false"), []);
    let changes = |pinned: &str, own: &str| governed(pinned, own).1.changes;
    assert_eq!(
        changes("family.f.severity = 'critical'", "rule.a.severity = 'low'")["a"]
            .severity
            .as_ref()
            .unwrap()
            .value,
        Severity::Critical
    );
}

#[test]
fn what_the_policy_allows_holds() {
    let all = "repository.may = ['exclude', 'markers', 'baseline', 'honor', 'rules', 'ephemeral', 'brokers', 'holders', 'agents']";
    let own = "exclude = ['a']\nrules = ['r']\nbaseline = 'b'\nhonor = ['gitleaks']\nephemeral = ['A']\nbrokers = ['a']\n\
               agents.not = ['x']\nholder = [{name = 'a', matches = ['b']}]";
    let (left, _, refused) = governed(all, own);
    assert_eq!(refused, []);
    assert!(!left.exclude.is_empty() && left.rules.len() == 1 && left.honor.len() == 1);
    assert!(left.baseline.is_some() && left.ephemeral.is_some() && left.brokers.is_some());
    assert_eq!((left.agents.len(), left.holders.len()), (1, 1));
}

#[test]
fn a_family_that_may_be_lowered_leaves_what_is_pinned_by_name() {
    let pinned = "[rule.a]\nseverity = 'high'\n[repository]\nmay-lower = ['f']";
    let (_, result, refused) = governed(pinned, "family.f.enabled = false\n[rule.c]\nenabled = false");
    assert_eq!(refused, [at(1, "family.f.enabled"), at(3, "rule.c.enabled")].concat());
    assert!(result.overruled[0].message.contains("keeps `a` on"), "{:?}", result.overruled);
    assert_eq!(result.changes["a"].enabled, None);
    assert!(!result.changes["b"].enabled.as_ref().unwrap().value);
    let by_name = "[rule.a]\nseverity = 'high'\n[repository]\nmay-lower = ['a']";
    assert_eq!(self::refused(by_name, "rule.a.severity = 'note'"), []);
}

#[test]
fn waivers_end_in_time() {
    let with = |until: &str| {
        refused("repository.waiver-days = 30", &format!("[[waiver]]\nrule = 'a'\nreason = 'x'\n{until}"))
    };
    assert_eq!(with("until = 2026-12-25"), []);
    assert_eq!(with("until = 2026-12-26"), at(1, "waiver"));
    assert_eq!(with(""), at(1, "waiver"));
    assert_eq!(with("until = 2026-01-01"), [], "it has ended: that is said elsewhere");
    assert_eq!(refused("", "[[waiver]]\nrule = 'a'\nreason = 'x'\nuntil = 2026-01-01"), []);
}

#[test]
fn a_wrong_policy_is_shown_at_its_place() {
    let wrong = |text: &str| match Policy::parse(text, Path::new("p.toml"), Path::new("p.toml")) {
        Err(ConfigError::Invalid(invalid)) => text[invalid.span.clone()].to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong("policy = 'x'"), "'x'");
    assert_eq!(wrong("[repository]\nwaiver-days = 0"), "0");
    assert_eq!(wrong("[repository]\nmay = ['exlude']"), "'exlude'");
    assert_eq!(wrong("[repository]\nalways-scan = ['../x']"), "'../x'");
    assert_eq!(wrong("max-lifetime = '0h'"), "'0h'");
    let rules = [facts("a", "f")];
    let names = Names { rules: &rules, tools: &[] };
    policy("repository.may-lower = ['a', 'f']").check(&names).unwrap();
    let shown = policy("repository.may-lower = ['ff']").check(&names).unwrap_err().render(Paint::Plain);
    assert!(shown.contains("p.toml:1:25") && shown.contains("did you mean `f`?"), "{shown}");
}

#[test]
fn a_policy_says_what_it_pins_and_which_text_it_is() {
    let note = &policy("max-lifetime = '8h'\nfail-on = 'medium'\n").notes()[0];
    assert_eq!(
        note.message,
        "The policy p.toml (SHA-256 ecd9a17dab92) is used; it takes what lasts longer than 8 hours for standing; fails a run \
         at medium:high; what is scanned cannot weaken it."
    );
}
