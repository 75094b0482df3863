//! What a configuration says.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::Invalid;
use super::raw::read;
use super::resolve::{Resolver, slashed};
use super::{ConfigError, nearest};
use crate::model::{Confidence, Duration, Gate, HolderSet, Id, NameSet, Note, PathSet, Severity, Waiver};

/// No honest configuration is longer.
const MAX_BYTES: u64 = 4 << 20;

/// Something that is said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// What.
    pub value: T,
    /// On which line, from 1.
    pub line: usize,
}

/// What a configuration changes about a rule, a credential kind or a family of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleOverride {
    /// Whether it is looked for.
    pub enabled: Option<Said<bool>>,
    /// Its base severity.
    pub severity: Option<Said<Severity>>,
    /// How sure its findings are.
    pub confidence: Option<Said<Confidence>>,
}

/// A rule or credential kind that exists, as far as a configuration speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct RuleFacts<'n> {
    /// Its id.
    pub id: &'n str,
    /// The family it belongs to.
    pub family: &'n str,
    /// How bad it may be at most, before the attributes.
    pub severity: Severity,
    /// How sure it may be at most.
    pub confidence: Confidence,
}

/// The names that exist, to check those in a configuration against.
pub struct Names<'n> {
    /// All rules and credential kinds, those of the configuration's own rule directories among them.
    pub rules: &'n [RuleFacts<'n>],
    /// The tools whose markers can be honoured.
    pub tools: &'n [&'n str],
}

/// A resolved `outstay.toml`. `None` and empty mean that it does not say.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, as reports name it.
    pub path: String,
    /// What is not scanned.
    pub exclude: PathSet,
    /// Directories of further rules.
    pub rules: Vec<Said<PathBuf>>,
    /// What fails a run.
    pub fail_on: Option<Said<Gate>>,
    /// Whether findings in files that git ignores fail it too.
    pub gate_ignored: Option<Said<bool>>,
    /// The longest lifetime that is not standing.
    pub max_lifetime: Option<Said<Duration>>,
    /// The variable that holds the key of fingerprints.
    pub fingerprint_key_env: Option<Said<String>>,
    /// What it changes about rules and kinds.
    pub overrides: BTreeMap<Id, RuleOverride>,
    /// What it changes about families of rules.
    pub families: BTreeMap<String, RuleOverride>,
    /// Holders that are agents (`true`), then those that are none.
    pub agents: Vec<Said<(HolderSet, bool)>>,
    /// Holders that it names.
    pub holders: Vec<Said<(HolderSet, String)>>,
    /// Variables whose values end with the task.
    pub ephemeral: Option<Said<NameSet>>,
    /// References or hosts that broker short-lived credentials.
    pub brokers: Option<Said<NameSet>>,
    /// The baseline's file.
    pub baseline: Option<Said<PathBuf>>,
    /// The tools whose markers hold.
    pub honor: Vec<Said<String>>,
    /// Its waivers, in the order of the file.
    pub waivers: Vec<Waiver>,
    /// On which line each pattern of `exclude` stands.
    pub(super) exclude_lines: Vec<usize>,
    /// On which line each waiver begins.
    pub(super) waiver_lines: Vec<usize>,
    pub(super) text: Arc<str>,
    pub(super) rule_spans: Vec<(String, Range<usize>)>,
    pub(super) family_spans: Vec<(String, Range<usize>)>,
    pub(super) tool_spans: Vec<(String, Range<usize>)>,
}

impl Config {
    /// Reads `file`. Reported paths are relative to `root`; the patterns in the file are relative to the file.
    pub fn load(file: &Path, root: &Path) -> Result<Self, ConfigError> {
        Self::parse(&read_file(file)?, file, root)
    }

    /// Reads `text`, which stands in `file`.
    pub fn parse(text: &str, file: &Path, root: &Path) -> Result<Self, ConfigError> {
        let dir = file.parent().unwrap_or(Path::new(""));
        let shown = file.strip_prefix(root).unwrap_or(file.file_name().map_or(file, Path::new));
        let resolver = Resolver {
            shown: slashed(shown),
            base: dir.strip_prefix(root).map(slashed).unwrap_or_default(),
            dir,
            text: text.into(),
        };
        let raw = read(&resolver.shown, &resolver.text)?;
        resolver.refuse_what_a_policy_says(&raw)?;
        Ok(resolver.resolve(&raw)?)
    }

    /// Whether all names in it exist; to be asked once the rules are loaded.
    pub fn check(&self, names: &Names<'_>) -> Result<(), ConfigError> {
        let ids: Vec<&str> = names.rules.iter().map(|rule| rule.id).collect();
        let families: BTreeSet<&str> = names.rules.iter().map(|rule| rule.family).collect();
        let families: Vec<&str> = families.into_iter().collect();
        self.check_names(&self.rule_spans, &ids, "rule or credential kind")?;
        self.check_names(&self.family_spans, &families, "family of rules")?;
        self.check_names(&self.tool_spans, names.tools, "tool whose markers are known")
    }

    /// Whether all of these names, which stand in this file, exists.
    pub(super) fn check_names(
        &self,
        written: &[(String, Range<usize>)],
        known: &[&str],
        what: &str,
    ) -> Result<(), ConfigError> {
        let Some((name, span)) = written.iter().find(|(name, _)| !known.contains(&name.as_str())) else {
            return Ok(());
        };
        let help = match nearest(name, known.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None if known.len() <= 20 => format!("known here: {}", known.join(", ")),
            None => "`outstay rules list` prints all ids".to_owned(),
        };
        Err(Box::new(Invalid {
            path: self.path.clone(),
            source_text: self.text.clone(),
            span: span.clone(),
            message: format!("there is no {what} `{name}`"),
            help: Some(help),
        })
        .into())
    }

    /// Which file was used, and what it takes away.
    pub fn notes(&self) -> Vec<Note> {
        let takes = self.takes();
        let what = if takes.is_empty() { "excludes nothing".to_owned() } else { takes.join("; ") };
        vec![Note {
            topic: "config",
            message: format!("The configuration {} is used; it {what}.", self.path),
        }]
    }

    /// What it changes, in clauses.
    pub(super) fn takes(&self) -> Vec<String> {
        let mut takes = Vec::new();
        let quoted =
            |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if !self.exclude.is_empty() {
            takes.push(format!(
                "excludes {}",
                quoted(self.exclude.patterns().iter().map(String::as_str).collect())
            ));
        }
        let families = self.families.iter().map(|(family, change)| (family.as_str(), change));
        let rules = self.overrides.iter().map(|(id, change)| (id.as_str(), change));
        let changes: Vec<_> = families.chain(rules).collect();
        let is_off = |change: &RuleOverride| change.enabled.as_ref().is_some_and(|said| !said.value);
        let off: Vec<_> =
            changes.iter().filter(|(_, change)| is_off(change)).map(|(name, _)| *name).collect();
        if !off.is_empty() {
            takes.push(format!("switches off {}", quoted(off)));
        }
        for (name, change) in changes {
            if let Some(severity) = &change.severity {
                takes.push(format!("makes `{name}` {}", severity.value));
            }
            if let Some(confidence) = &change.confidence {
                takes.push(format!("gives `{name}` {} confidence", confidence.value));
            }
        }
        if let Some(most) = &self.max_lifetime {
            takes.push(format!("takes what lasts longer than {} for standing", most.value.words()));
        }
        if self.agents.iter().any(|said| !said.value.1) {
            takes.push("says which holders are no agents".to_owned());
        }
        if !self.holders.is_empty() {
            takes.push("names holders".to_owned());
        }
        if self.ephemeral.is_some() {
            takes.push("says which variables end with the task".to_owned());
        }
        if self.brokers.is_some() {
            takes.push("names brokers".to_owned());
        }
        if !self.honor.is_empty() {
            let tools: Vec<&str> = self.honor.iter().map(|tool| tool.value.as_str()).collect();
            takes.push(format!("follows the markers of {}", tools.join(", ")));
        }
        takes
    }
}

/// The text of `file`.
pub(super) fn read_file(file: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: file.to_owned(), source };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let mut text = String::new();
    let mut bounded = std::io::Read::take(opened, MAX_BYTES + 1);
    std::io::Read::read_to_string(&mut bounded, &mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(unreadable(std::io::Error::other("it is longer than 4 MiB")));
    }
    Ok(text)
}
