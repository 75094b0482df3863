//! The policy and the configuration of what is scanned, laid over each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Config, Freedom, Names, Policy, RuleFacts, RuleOverride, Said, changes, discover};
use crate::model::{Confidence, Grade, Id, Note, Overruled, PolicyUse, Severity, Timestamp};
use crate::rules::{Kind, Role, Rule, RulePack};
use crate::scan::Terms;
use crate::source::{Excludes, git_root};
use crate::suppress::foreign_tools;

use super::args::{HowArgs, PackArgs};
use super::exit::Failure;
use super::plan::{load_pack, working_directory};

/// What holds for a scan, beside its flags.
pub(super) struct Layers {
    pub(super) pack: RulePack,
    /// The policy's, then what the scanned repository says and the policy lets it; what is said last counts.
    pub(super) configs: Vec<Config>,
    pub(super) changes: BTreeMap<Id, RuleOverride>,
    pub(super) excludes: Excludes,
    policy: Option<Policy>,
    overruled: Vec<Overruled>,
}

impl Layers {
    /// For a scan of `first`, the path that decides which configuration holds.
    pub(super) fn load(
        how: &HowArgs,
        (first, here): (&Path, &Path),
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let (policy, file) = (policy(how, here)?, governing(&how.pack, first, here)?);
        let mut own = file.as_deref().map(|file| Config::load(file, &root_of(file, here))).transpose()?;
        let mut overruled = match (&policy, &mut own) {
            (Some(policy), Some(own)) => policy.withhold_rules(own),
            _ => Vec::new(),
        };
        // What its own rules would be called is not known then.
        let knows_own_rules = overruled.is_empty();
        let pack = load_pack(&directories(&how.pack, policy.as_ref(), own.as_ref()))?;
        let facts = facts(&pack);
        let names = Names { rules: &facts, tools: &foreign_tools() };
        if let Some(policy) = &policy {
            policy.check(&names)?;
        }
        if let Some(own) = own.as_ref().filter(|_| knows_own_rules) {
            own.check(&names)?;
        }
        let changes = match (&policy, &mut own) {
            (Some(policy), Some(own)) => {
                let governed = policy.govern(own, &facts, now);
                overruled.extend(governed.overruled);
                governed.changes
            }
            (Some(policy), None) => changes(&policy.config, &facts),
            (None, Some(own)) => changes(own, &facts),
            (None, None) => BTreeMap::new(),
        };
        let mut excludes = Excludes::default();
        if let (Some(own), Some(file)) = (&own, &file) {
            excludes.add(&directory_of(file, here), own.exclude.clone());
        }
        if let Some(policy) = &policy {
            let root = scanned_root(first, here);
            excludes.add(&root, policy.config.exclude.clone());
            excludes.keep(&root, policy.always_scan.clone());
        }
        let configs = policy.iter().map(|policy| policy.config.clone()).chain(own).collect();
        Ok(Self { pack, configs, changes, excludes, policy, overruled })
    }

    /// What is said last.
    pub(super) fn last<T: Clone>(&self, of: impl Fn(&Config) -> Option<&Said<T>>) -> Option<T> {
        self.configs.iter().rev().find_map(|config| of(config).map(|said| said.value.clone()))
    }

    /// What they say of what is found.
    pub(super) fn terms(&self) -> Terms {
        fn values<T>(said: impl IntoIterator<Item = Said<T>>) -> impl Iterator<Item = T> {
            said.into_iter().map(|said| said.value)
        }
        let all = || self.configs.iter().cloned();
        let grade = |change: &RuleOverride| Grade {
            severity: change.severity.as_ref().map(|said| said.value),
            confidence: change.confidence.as_ref().map(|said| said.value),
        };
        let plain = Terms::default();
        Terms {
            max_lifetime: self.last(|config| config.max_lifetime.as_ref()).unwrap_or(plain.max_lifetime),
            grades: self.changes.iter().map(|(id, change)| (id.clone(), grade(change))).collect(),
            agents: all().flat_map(|config| values(config.agents)).collect(),
            names: all().flat_map(|config| values(config.holders)).collect(),
            ephemeral: all().flat_map(|config| values(config.ephemeral)).collect(),
            brokers: all().flat_map(|config| values(config.brokers)).collect(),
        }
    }

    /// Whether markers in the source hold findings back.
    pub(super) fn lets_markers(&self) -> bool {
        self.policy.as_ref().is_none_or(|policy| policy.lets(Freedom::Markers))
    }

    /// The policy as a report names it.
    pub(super) fn policy(&self) -> Option<PolicyUse> {
        let policy = self.policy.as_ref()?;
        Some(PolicyUse {
            file: policy.config.path.clone(),
            sha256: policy.sha256.clone(),
            overruled: self.overruled.clone(),
        })
    }

    /// Which files were used, what they change, and which flags go before the policy.
    pub(super) fn notes(&self, how: &HowArgs) -> Vec<Note> {
        let Some(policy) = &self.policy else {
            return self.configs.iter().flat_map(Config::notes).collect();
        };
        let own = self.configs.iter().skip(1).flat_map(Config::notes);
        own.chain(policy.notes()).chain(self.flags_before(how)).collect()
    }

    /// Who runs the scan decides, and the report says so.
    fn flags_before(&self, how: &HowArgs) -> Option<Note> {
        let gate = self.last(|config| config.fail_on.as_ref()).unwrap_or_default();
        let flags = [
            ("--rule", !how.rule.is_empty()),
            ("--exclude-rule", !how.exclude_rule.is_empty()),
            ("--baseline", how.baseline.is_some()),
            ("--honor", !how.honor.is_empty()),
            ("--fail-on", how.fail_on.is_some_and(|own| !own.is_as_strict_as(gate))),
        ];
        let given: Vec<&str> = flags.iter().filter(|(_, given)| *given).map(|(flag, _)| *flag).collect();
        (!given.is_empty()).then(|| Note {
            topic: "policy-flags",
            message: format!("Flags of this run go before the policy: {}.", given.join(", ")),
        })
    }
}

fn policy(how: &HowArgs, here: &Path) -> Result<Option<Policy>, Failure> {
    Ok(how.policy.as_deref().map(|file| Policy::load(file, here)).transpose()?)
}

/// The file of the configuration that governs `first`, if there is one.
fn governing(args: &PackArgs, first: &Path, here: &Path) -> Result<Option<PathBuf>, Failure> {
    match &args.config {
        Some(file) => Ok(Some(file.clone())),
        None if args.no_config => Ok(None),
        None => Ok(discover(first, here)?),
    }
}

/// The directories of rules that flags, the policy and the configuration of the working directory name.
pub(super) fn rule_directories(args: &PackArgs, policy: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let here = working_directory()?;
    let file = governing(args, Path::new("."), &here)?;
    let own = file.as_deref().map(|file| Config::load(file, &root_of(file, &here))).transpose()?;
    let policy = policy.map(|file| Policy::load(file, &here)).transpose()?;
    Ok(directories(args, policy.as_ref(), own.as_ref()))
}

fn directories(args: &PackArgs, policy: Option<&Policy>, own: Option<&Config>) -> Vec<PathBuf> {
    let configs = policy.map(|policy| &policy.config).into_iter().chain(own);
    let configured = configs.flat_map(|config| config.rules.iter().map(|said| said.value.clone()));
    args.rules.iter().cloned().chain(configured).collect()
}

/// Every rule and kind, with the most that it may weigh.
fn facts(pack: &RulePack) -> Vec<RuleFacts<'_>> {
    pack.rules.iter().map(of_rule).chain(pack.kinds.iter().map(of_kind)).collect()
}

fn of_rule(rule: &Rule) -> RuleFacts<'_> {
    let severities = rule.cases.iter().filter_map(|case| case.severity).chain(rule.agent_severity);
    let confidences =
        rule.cases.iter().filter_map(|case| case.confidence).chain(rule.confidence_for.values().copied());
    RuleFacts {
        id: rule.id.as_str(),
        family: &rule.family,
        severity: severities.fold(rule.severity, Severity::max),
        confidence: confidences.fold(rule.confidence, Confidence::max),
    }
}

/// How sure a credential is depends on where it stands.
fn of_kind(kind: &Kind) -> RuleFacts<'_> {
    let usual = if kind.role == Role::Identifier { Severity::Note } else { Severity::High };
    RuleFacts {
        id: kind.id.as_str(),
        family: AT_REST,
        severity: kind.severity.unwrap_or(usual),
        confidence: Confidence::High,
    }
}

/// The family of all credential kinds.
const AT_REST: &str = "credential-at-rest";

/// The directory that reported paths are relative to, as the walk has it.
fn root_of(file: &Path, here: &Path) -> PathBuf {
    root_of_directory(directory_of(file, here), here)
}

/// The same for what is scanned.
fn scanned_root(first: &Path, here: &Path) -> PathBuf {
    let path = fs::canonicalize(first).unwrap_or_else(|_| here.join(first));
    let directory = if path.is_dir() { path } else { path.parent().unwrap_or(here).to_owned() };
    root_of_directory(directory, here)
}

fn root_of_directory(directory: PathBuf, here: &Path) -> PathBuf {
    git_root(&directory)
        .unwrap_or_else(|| if directory.starts_with(here) { here.to_owned() } else { directory })
}

/// The directory of a configuration, without links.
fn directory_of(file: &Path, here: &Path) -> PathBuf {
    let file = fs::canonicalize(file).unwrap_or_else(|_| here.join(file));
    file.parent().unwrap_or(here).to_owned()
}
