//! What a platform team pins for all its repositories.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::ConfigError;
use super::raw::{Raw, read};
use super::resolve::{Checked, Resolver, named, slashed};
use super::settings::{Config, Names, read_file};
use crate::model::{Note, PathSet};

/// Something that a scanned repository may do only if the policy says so, because it weakens what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Freedom {
    /// Leave paths out, but for those of `always-scan`.
    Exclude,
    /// Hold findings back by `outstay:allow` in the source.
    Markers,
    /// Hold findings back by a baseline of its own.
    Baseline,
    /// Follow the markers of other tools.
    Honor,
    /// Bring rules, which may go before those that are there.
    Rules,
    /// Say which variables end with the task.
    Ephemeral,
    /// Say what brokers short-lived credentials.
    Brokers,
    /// Name holders: those of one name are one.
    Holders,
    /// Say which holders are no agents.
    Agents,
}

/// A policy: a configuration that what is scanned may make stricter, never weaker.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it pins. Its patterns of paths are relative to the root of what is scanned.
    pub config: Config,
    /// Files that no configuration may leave out.
    pub always_scan: PathSet,
    /// The SHA-256 digest of its text, in hexadecimal digits.
    pub sha256: String,
    /// What a repository may do.
    pub(super) may: BTreeSet<Freedom>,
    /// Rules, kinds and families that a repository may switch off or lower.
    pub(super) may_lower: BTreeSet<String>,
    /// For how many days from now a repository's waivers may hold; `None`: not at all.
    pub(super) waiver_days: Option<i64>,
    lower_spans: Vec<(String, Range<usize>)>,
}

impl Policy {
    /// Reads `file`, which reports call by its path below `working_dir`, else by its bare name.
    pub fn load(file: &Path, working_dir: &Path) -> Result<Self, ConfigError> {
        let shown = file.strip_prefix(working_dir).unwrap_or(file);
        let is_below = shown.is_relative() && !slashed(shown).starts_with("..");
        let bare = file.file_name().map_or(file, Path::new);
        Self::parse(&read_file(file)?, file, if is_below { shown } else { bare })
    }

    /// Reads `text`, which stands in `file` and is reported as `shown`.
    pub fn parse(text: &str, file: &Path, shown: &Path) -> Result<Self, ConfigError> {
        let dir = file.parent().unwrap_or(Path::new(""));
        let resolver = Resolver { shown: slashed(shown), base: String::new(), dir, text: text.into() };
        let raw = read(&resolver.shown, &resolver.text)?;
        Ok(Self::resolve(resolver, &raw, digest(text))?)
    }

    fn resolve(resolver: Resolver<'_>, raw: &Raw, sha256: String) -> Checked<Self> {
        if let Some(policy) = &raw.policy {
            let help = "write all that holds into one file";
            return Err(resolver.invalid(policy.span(), "a policy names no other one", help));
        }
        let repository = raw.repository.as_ref().map(Spanned::get_ref);
        let waiver_days = repository.and_then(|repository| repository.waiver_days.as_ref());
        if let Some(days) = waiver_days.filter(|days| !(1..=3_650).contains(days.get_ref())) {
            let help = "write for how many days from now a waiver may hold, from 1 to 3650";
            return Err(resolver.invalid(days.span(), "this is no number of days", help));
        }
        let may_lower = repository.map(|repository| repository.may_lower.as_slice()).unwrap_or_default();
        let always_scan = repository.map(|repository| repository.always_scan.as_slice()).unwrap_or_default();
        Ok(Self {
            always_scan: resolver.paths(always_scan)?,
            may: repository.iter().flat_map(|repository| repository.may.iter().copied()).collect(),
            may_lower: may_lower.iter().map(|name| name.get_ref().clone()).collect(),
            waiver_days: waiver_days.map(|days| *days.get_ref()),
            lower_spans: may_lower.iter().map(named).collect(),
            sha256,
            config: resolver.resolve(raw)?,
        })
    }

    /// Whether all names in it exist; to be asked once the rules are loaded.
    pub fn check(&self, names: &Names<'_>) -> Result<(), ConfigError> {
        self.config.check(names)?;
        let known: BTreeSet<&str> = names.rules.iter().flat_map(|rule| [rule.id, rule.family]).collect();
        let known: Vec<&str> = known.into_iter().collect();
        self.config.check_names(&self.lower_spans, &known, "rule, credential kind or family")
    }

    /// Whether a repository may do this.
    pub fn lets(&self, freedom: Freedom) -> bool {
        self.may.contains(&freedom)
    }

    /// Which file was used, and what it pins.
    pub fn notes(&self) -> Vec<Note> {
        let mut pins = self.config.takes();
        if let Some(gate) = &self.config.fail_on {
            pins.push(format!("fails a run at {}", gate.value));
        }
        let what = if pins.is_empty() { String::new() } else { format!("; it {}", pins.join("; ")) };
        let message = format!(
            "The policy {} (SHA-256 {}) is used{what}; what is scanned cannot weaken it.",
            self.config.path,
            &self.sha256.get(..12).unwrap_or_default()
        );
        vec![Note { topic: "policy", message }]
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
