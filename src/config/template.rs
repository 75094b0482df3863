//! Files to begin with: they say what can be said, and change nothing.

/// The name that `outstay init --policy` writes.
pub const POLICY_FILE_NAME: &str = "outstay-policy.toml";

/// An `outstay.toml` to begin with.
pub fn template() -> &'static str {
    r##"# How outstay scans this repository. Every line below is a suggestion: remove its `#` to make it hold.

# What is not scanned; patterns read as in .gitignore.
#exclude = ["third_party/", "*.snap"]

# What fails a run: SEVERITY or SEVERITY:CONFIDENCE, or "never".
#fail-on = "high:high"

# The longest lifetime that is not standing access. At "8h" a token of 12 hours is reported, at "72h" one of 48 is not.
#max-lifetime = "24h"

# Findings that were there before; `outstay baseline` writes the file.
#baseline = "outstay-baseline.txt"

# Directories of your own rules.
#rules = ["security/outstay-rules"]

# The variable that holds your organisation's key for fingerprints.
#fingerprint-key-env = "OUTSTAY_FINGERPRINT_KEY"

# Variables whose values end with the task.
#ephemeral = ["CI_JOB_TOKEN", "MY_TASK_*"]

# What brokers short-lived credentials: references as they are written, or their hosts.
#brokers = ["vault.example.com", "op://*"]

# Follow the markers of other tools too.
#honor = ["gitleaks"]

# Whether findings in files that git ignores fail a run.
#[gate]
#ignored = true

# Holders that are agents, and those that are none: by name, by kind, by the file that declares them.
#[agents]
#holders = ["*-agent", "kind:ci-job", "path:agents/"]
#not = ["*-proxy"]

# A name of your own for holders; those of one name are one holder.
#[[holder]]
#name = "triage agent"
#matches = ["triage-*", "path:deploy/triage/"]

# One rule or credential kind: off, or another severity and confidence.
#[rule.generic-secret]
#enabled = false
#severity = "low"
#confidence = "low"

# All rules of a family; `outstay explain RULE` names it. Credential kinds are the family `credential-at-rest`.
#[family.hygiene]
#severity = "low"

# What may stand, why, and until when: after that day it is reported again. `outstay waive` writes these.
#[[waiver]]
#rule = "generic-secret"
#path = "tests/fixtures/"
#reason = "Made-up values for the parser's tests."
#until = 2030-12-31
"##
}

/// A policy to begin with.
pub fn policy_template() -> &'static str {
    r##"# What holds for every repository that is scanned with --policy. All that an outstay.toml may say may stand here, its paths
# relative to the root of what is scanned. A repository can make it stricter, never weaker, whatever its own outstay.toml, waivers
# and markers say. Every line below is a suggestion: remove its `#` to make it hold.

# The longest lifetime that is not standing access.
#max-lifetime = "8h"

# What fails a run: SEVERITY or SEVERITY:CONFIDENCE.
#fail-on = "medium:medium"

# Variables whose values end with the task, and what brokers short-lived credentials.
#ephemeral = ["CI_JOB_TOKEN"]
#brokers = ["vault.example.com"]

# Whether findings in files that git ignores fail a run.
#[gate]
#ignored = true

# Holders that are agents, everywhere.
#[agents]
#holders = ["*-agent", "path:agents/"]

# Pinned: no repository can lower it or switch it off.
#[family.human-session-reuse]
#severity = "critical"

# What a repository may do itself. Without a line here it may hold back, leave out, lower and switch off nothing.
#[repository]
# Hold findings back by waivers that end within so many days from now.
#waiver-days = 90
# Switch off or lower these rules, credential kinds, families.
#may-lower = ["generic-secret", "hygiene"]
# Of: exclude, markers, baseline, honor, rules, ephemeral, brokers, holders, agents.
#may = ["exclude", "markers"]
# What may not be left out all the same.
#always-scan = ["deploy/", "*.tf"]
"##
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, Policy};

    /// Every suggestion made to hold.
    fn taken(template: &str) -> String {
        let lines = template.lines();
        let on =
            lines.map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line));
        on.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_template_says_nothing_and_every_suggestion_in_it_holds() {
        let config = |text: &str| Config::parse(text, Path::new("outstay.toml"), Path::new("")).unwrap();
        assert!(config(template()).waivers.is_empty() && config(template()).takes().is_empty());
        let all = config(&taken(template()));
        assert_eq!((all.waivers.len(), all.overrides.len(), all.families.len()), (1, 1, 1));
        assert_eq!((all.agents.len(), all.holders.len()), (2, 1));
        assert!(all.gate_ignored.is_some() && all.ephemeral.is_some() && all.brokers.is_some());
    }

    #[test]
    fn so_does_that_of_a_policy() {
        let policy = |text: &str| Policy::parse(text, Path::new("p.toml"), Path::new("p.toml")).unwrap();
        assert!(policy(policy_template()).config.takes().is_empty());
        let all = policy(&taken(policy_template()));
        assert_eq!((all.waiver_days, all.may.len(), all.may_lower.len()), (Some(90), 2, 2));
        assert_eq!(all.always_scan.patterns().len(), 2);
    }
}
