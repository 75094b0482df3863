//! What of a scanned repository's configuration holds under a policy: what makes it stricter, and what the policy allows.

use std::collections::BTreeMap;

use super::policy::{Freedom, Policy};
use super::settings::{Config, RuleFacts, RuleOverride, Said};
use crate::model::{ArtifactPath, Duration, Gate, Id, NameSet, Overruled, Timestamp, Waiver};

/// What holds under a policy.
#[derive(Debug)]
pub struct Governed {
    /// What is changed about rules and kinds, by the policy and as far as it lets the repository.
    pub changes: BTreeMap<Id, RuleOverride>,
    /// What does not hold.
    pub overruled: Vec<Overruled>,
}

/// What a configuration changes about each rule and kind: what it says of a rule goes before what it says of its family.
pub fn changes(config: &Config, rules: &[RuleFacts<'_>]) -> BTreeMap<Id, RuleOverride> {
    let mut changes: BTreeMap<Id, RuleOverride> = BTreeMap::new();
    for rule in rules {
        if let Some(change) = config.families.get(rule.family) {
            changes.insert(Id::from(rule.id), change.clone());
        }
    }
    for (id, change) in &config.overrides {
        changes.entry(id.clone()).or_default().overlay(change);
    }
    changes
}

impl RuleOverride {
    fn overlay(&mut self, other: &Self) {
        let Self { enabled, severity, confidence } = other.clone();
        self.enabled = enabled.or(self.enabled.take());
        self.severity = severity.or(self.severity.take());
        self.confidence = confidence.or(self.confidence.take());
    }
}

impl Policy {
    /// Takes the rules of its own from a repository's configuration, unless they are allowed; to be asked before rules are loaded.
    pub fn withhold_rules(&self, own: &mut Config) -> Vec<Overruled> {
        let mut bench = Bench::of(self, own);
        if !self.may.contains(&Freedom::Rules) {
            for directory in std::mem::take(&mut own.rules) {
                bench.refuse(directory.line, "rules", "the policy lets a repository bring no rules");
            }
        }
        bench.overruled
    }

    /// Takes from a repository's configuration what weakens the policy.
    pub fn govern(&self, own: &mut Config, rules: &[RuleFacts<'_>], now: Timestamp) -> Governed {
        let mut bench = Bench::of(self, own);
        bench.exclude(own);
        bench.suppressions(own);
        bench.holders(own);
        bench.bounds(own);
        own.waivers = bench.waivers(own, now);
        let changes = bench.changes(own, rules);
        Governed { changes, overruled: bench.overruled }
    }
}

/// Where a configuration is held against a policy.
struct Bench<'p> {
    policy: &'p Policy,
    path: ArtifactPath,
    overruled: Vec<Overruled>,
}

impl<'p> Bench<'p> {
    fn of(policy: &'p Policy, own: &Config) -> Self {
        Self { policy, path: ArtifactPath::new(&own.path), overruled: Vec::new() }
    }

    /// `why` is a clause without its full stop.
    fn refuse(&mut self, line: usize, setting: &str, why: &str) {
        let message = format!("`{setting}` does not hold: {why}.");
        self.overruled.push(Overruled {
            path: self.path.clone(),
            line,
            setting: setting.to_owned(),
            message,
        });
    }

    fn may(&self, freedom: Freedom) -> bool {
        self.policy.may.contains(&freedom)
    }

    fn exclude(&mut self, own: &mut Config) {
        if self.may(Freedom::Exclude) {
            return;
        }
        let excluded = std::mem::take(&mut own.exclude);
        for (pattern, line) in excluded.patterns().iter().zip(&own.exclude_lines) {
            self.refuse(*line, "exclude", &format!("the policy has `{pattern}` scanned"));
        }
    }

    fn suppressions(&mut self, own: &mut Config) {
        if !self.may(Freedom::Baseline)
            && let Some(baseline) = own.baseline.take()
        {
            self.refuse(baseline.line, "baseline", "the policy lets a repository have none");
        }
        if !self.may(Freedom::Honor) {
            for tool in std::mem::take(&mut own.honor) {
                let why = format!("the policy does not follow the markers of {}", tool.value);
                self.refuse(tool.line, "honor", &why);
            }
        }
    }

    fn holders(&mut self, own: &mut Config) {
        if !self.may(Freedom::Agents) {
            let (are, are_not): (Vec<_>, Vec<_>) =
                std::mem::take(&mut own.agents).into_iter().partition(|said| said.value.1);
            own.agents = are;
            for said in are_not {
                self.refuse(said.line, "agents.not", "the policy says what is no agent");
            }
        }
        if !self.may(Freedom::Holders) {
            for said in std::mem::take(&mut own.holders) {
                self.refuse(said.line, "holder", "the policy lets a repository name none");
            }
        }
        self.sets(Freedom::Ephemeral, "ephemeral", &mut own.ephemeral);
        self.sets(Freedom::Brokers, "brokers", &mut own.brokers);
    }

    fn sets(&mut self, freedom: Freedom, setting: &str, own: &mut Option<Said<NameSet>>) {
        if !self.may(freedom)
            && let Some(said) = own.take()
        {
            self.refuse(said.line, setting, "the policy says what ends by itself");
        }
    }

    /// What has a measure: it may become stricter.
    fn bounds(&mut self, own: &mut Config) {
        let pinned = &self.policy.config;
        let gate = pinned.fail_on.as_ref().map_or_else(Gate::default, |said| said.value);
        let most = pinned.max_lifetime.as_ref().map_or(Duration::DAY, |said| said.value);
        let ignored = pinned.gate_ignored.as_ref().is_some_and(|said| said.value);
        let has_key = pinned.fingerprint_key_env.is_some();
        if let Some(said) = own.fail_on.take_if(|said| !said.value.is_as_strict_as(gate)) {
            let why = format!("{} lets pass what the policy fails at {gate}", said.value);
            self.refuse(said.line, "fail-on", &why);
        }
        if let Some(said) = own.max_lifetime.take_if(|said| said.value > most) {
            let why = format!("the policy takes what lasts longer than {} for standing", most.words());
            self.refuse(said.line, "max-lifetime", &why);
        }
        if let Some(said) = own.gate_ignored.take_if(|said| ignored && !said.value) {
            let why = "the policy counts files that git ignores";
            self.refuse(said.line, "gate.ignored", why);
        }
        if let Some(said) = own.fingerprint_key_env.take_if(|_| has_key) {
            let why = "the policy names the key of fingerprints";
            self.refuse(said.line, "fingerprint-key-env", why);
        }
    }

    /// The waivers that hold. One that has ended holds nothing back, and is spoken of elsewhere.
    fn waivers(&mut self, own: &mut Config, now: Timestamp) -> Vec<Waiver> {
        let all = std::mem::take(&mut own.waivers);
        let mut holding = Vec::new();
        for (waiver, line) in all.into_iter().zip(&own.waiver_lines) {
            match self.fault(&waiver, now) {
                Some(why) if !waiver.is_expired(now) => self.refuse(*line, "waiver", &why),
                _ => holding.push(waiver),
            }
        }
        holding
    }

    fn fault(&self, waiver: &Waiver, now: Timestamp) -> Option<String> {
        let Some(days) = self.policy.waiver_days else {
            return Some("the policy lets a repository waive nothing".to_owned());
        };
        let last = now.plus(Duration(days * Duration::DAY.0));
        match waiver.until {
            None => Some(format!("it has no end; the policy lets it hold {days} days from now at most")),
            Some(until) if until > last => {
                let end = until.date();
                Some(format!("it ends on {end}; the policy lets it hold {days} days from now at most"))
            }
            Some(_) => None,
        }
    }

    fn changes(&mut self, own: &mut Config, rules: &[RuleFacts<'_>]) -> BTreeMap<Id, RuleOverride> {
        let pinned = changes(&self.policy.config, rules);
        let mut settled = pinned.clone();
        let mut refused = Refused::default();
        for (family, change) in &own.families {
            let of_family = rules.iter().filter(|rule| rule.family == family);
            for rule in of_family {
                let verdict = self.verdict(rule, pinned.get(rule.id), change);
                refused.note(&format!("family.{family}"), rule.id, &verdict.refused);
                settled.entry(Id::from(rule.id)).or_default().overlay(&verdict.holds);
            }
        }
        for (id, change) in &own.overrides {
            let Some(rule) = rules.iter().find(|rule| rule.id == id.as_str()) else { continue };
            let verdict = self.verdict(rule, pinned.get(rule.id), change);
            refused.note(&format!("rule.{id}"), rule.id, &verdict.refused);
            settled.entry(id.clone()).or_default().overlay(&verdict.holds);
        }
        for ((line, setting), (ids, kept)) in refused.0 {
            self.refuse(line, &setting, &format!("the policy keeps {} {kept}", some_of(&ids)));
        }
        // What is said of the configuration itself names only what holds.
        let lines: Vec<usize> = self.overruled.iter().map(|refused| refused.line).collect();
        for change in own.families.values_mut().chain(own.overrides.values_mut()) {
            change.enabled.take_if(|said| lines.contains(&said.line));
            change.severity.take_if(|said| lines.contains(&said.line));
            change.confidence.take_if(|said| lines.contains(&said.line));
        }
        settled
    }

    /// What of a repository's change to a rule holds, and what does not.
    fn verdict(&self, rule: &RuleFacts<'_>, pinned: Option<&RuleOverride>, own: &RuleOverride) -> Verdict {
        let lower = &self.policy.may_lower;
        let names_rule = self.policy.config.overrides.contains_key(rule.id);
        let (mut holds, mut refused) = (own.clone(), RuleOverride::default());
        if !lower.contains(rule.id) && (names_rule || !lower.contains(rule.family)) {
            let is_off = pinned.and_then(|change| change.enabled.as_ref()).is_some_and(|said| !said.value);
            let severity = pinned.and_then(|change| change.severity.as_ref());
            let confidence = pinned.and_then(|change| change.confidence.as_ref());
            let least = severity.map_or(rule.severity, |said| said.value);
            let surest = confidence.map_or(rule.confidence, |said| said.value);
            refused.enabled = holds.enabled.take_if(|said| !said.value && !is_off);
            refused.severity = holds.severity.take_if(|said| said.value < least);
            refused.confidence = holds.confidence.take_if(|said| said.value < surest);
        }
        Verdict { holds, refused }
    }
}

struct Verdict {
    holds: RuleOverride,
    refused: RuleOverride,
}

/// By line and setting: the rules for which it does not hold, and how they are kept.
#[derive(Default)]
struct Refused(BTreeMap<(usize, String), (Vec<String>, String)>);

impl Refused {
    fn note(&mut self, table: &str, id: &str, refused: &RuleOverride) {
        let mut add = |line: usize, key: &str, kept: String| {
            let entry = self.0.entry((line, format!("{table}.{key}"))).or_insert((Vec::new(), kept));
            entry.0.push(id.to_owned());
        };
        if let Some(said) = &refused.enabled {
            add(said.line, "enabled", "on".to_owned());
        }
        if let Some(said) = &refused.severity {
            add(said.line, "severity", format!("above {}", said.value));
        }
        if let Some(said) = &refused.confidence {
            add(said.line, "confidence", format!("above {} confidence", said.value));
        }
    }
}

/// "`a`, `b`, `c` and 4 more".
fn some_of(ids: &[String]) -> String {
    let named: Vec<String> = ids.iter().take(3).map(|id| format!("`{id}`")).collect();
    match ids.len().saturating_sub(3) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
