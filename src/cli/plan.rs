//! From flags and configuration to what a run goes by.

use std::collections::{BTreeSet, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::config::{RuleOverride, nearest};
use crate::model::{FingerprintKey, Gate, Id, Note, PolicyUse, Timestamp};
use crate::rules::{RuleError, RulePack};
use crate::scan::Terms;
use crate::source::{Excludes, HomePlan, Reach, TreePlan};
use crate::suppress::{Baseline, Extent, Inline, Suppressions, foreign_tools};

use super::args::{HowArgs, WhatArgs};
use super::exit::Failure;
use super::layers::Layers;

/// What a run goes by: flags go before what the configuration says, and the configuration may make stricter what the policy says.
pub(super) struct Setup {
    pub(super) pack: RulePack,
    pub(super) excludes: Excludes,
    pub(super) now: Timestamp,
    pub(super) key: FingerprintKey,
    pub(super) off: HashSet<Id>,
    pub(super) terms: Terms,
    pub(super) suppressions: Suppressions,
    pub(super) gate: Gate,
    pub(super) gate_ignored: bool,
    pub(super) policy: Option<PolicyUse>,
    /// What is to be said of the configuration and the policy.
    pub(super) notes: Vec<Note>,
}

impl Setup {
    /// For a scan of `first`, the path that decides which configuration holds.
    pub(super) fn new(how: &HowArgs, first: &Path) -> Result<Self, Failure> {
        let here = working_directory()?;
        let now = now(how.now)?;
        let layers = Layers::load(how, (first, &here), now)?;
        let ids: Vec<&str> = layers.pack.ids().into_iter().map(Id::as_str).collect();
        Ok(Self {
            now,
            key: key(&layers)?,
            off: switched_off(how, &layers, &ids)?,
            terms: layers.terms(),
            suppressions: suppressions(how, &layers)?,
            gate: how.fail_on.or(layers.last(|config| config.fail_on.as_ref())).unwrap_or_default(),
            gate_ignored: layers.last(|config| config.gate_ignored.as_ref()).unwrap_or(false),
            policy: layers.policy(),
            notes: layers.notes(how),
            excludes: layers.excludes,
            pack: layers.pack,
        })
    }

    /// The walk over `what`.
    pub(super) fn tree(&self, what: &WhatArgs, threads: usize) -> Result<TreePlan, Failure> {
        let reach = match (what.all, what.respect_gitignore) {
            (true, _) => Reach::All,
            (false, true) => Reach::RespectGitignore,
            (false, false) => Reach::Default,
        };
        let home = match &what.home {
            Some(given) => Some(self.home(given.as_deref())?),
            None => None,
        };
        let mut paths = what.paths.clone();
        if paths.is_empty() && home.is_none() {
            paths.push(".".into());
        }
        Ok(TreePlan { paths, reach, exclude: self.excludes.clone(), home, threads })
    }

    /// What platforms say of a person's home.
    fn home(&self, given: Option<&Path>) -> Result<HomePlan, Failure> {
        let patterns =
            self.pack.platforms.iter().flat_map(|platform| platform.home.iter().cloned()).collect();
        Ok(HomePlan { directory: home_directory(given)?, patterns })
    }
}

/// The home that the user means.
pub(super) fn home_directory(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let known = given.map(Path::to_owned).or_else(env::home_dir).filter(|home| !home.as_os_str().is_empty());
    let Some(home) = known else {
        return Err(Failure::of("cannot tell where your home is; name it, as in --home=DIR"));
    };
    if !home.is_dir() {
        return Err(Failure::of(format!(
            "there is no home {}; name another, as in --home=DIR",
            home.display()
        )));
    }
    Ok(fs::canonicalize(&home).unwrap_or(home))
}

/// How much of what a configuration governs the paths are: directories are taken for all of it, single files and a home are a part.
pub(super) fn extent(what: &WhatArgs) -> Extent {
    if what.home.is_none() && what.paths.iter().all(|path| path.is_dir()) {
        Extent::Whole
    } else {
        Extent::Part
    }
}

/// The working directory.
pub(super) fn working_directory() -> Result<PathBuf, Failure> {
    env::current_dir().map_err(|error| Failure::of(format!("cannot tell the working directory: {error}")))
}

/// The embedded rules, with those of the user's directories.
pub(super) fn load_pack(directories: &[PathBuf]) -> Result<RulePack, Failure> {
    extended(RulePack::prepared(), directories)
}

/// The same with the tests that stand in the rules.
pub(super) fn load_pack_with_tests(directories: &[PathBuf]) -> Result<RulePack, Failure> {
    extended(RulePack::embedded(), directories)
}

fn extended(pack: Result<RulePack, RuleError>, directories: &[PathBuf]) -> Result<RulePack, Failure> {
    let mut pack = pack.map_err(Failure::of)?;
    for directory in directories {
        pack.add_directory(directory).map_err(Failure::of)?;
    }
    Ok(pack)
}

/// The moment that the run is measured against.
pub(super) fn now(given: Option<Timestamp>) -> Result<Timestamp, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse().map(Timestamp).map_err(|_| {
            Failure::of(format!(
                "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds; mend or unset it"
            ))
        }),
        Err(_) => {
            let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok(Timestamp(i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)))
        }
    }
}

fn key(layers: &Layers) -> Result<FingerprintKey, Failure> {
    let Some(name) = layers.last(|config| config.fingerprint_key_env.as_ref()) else {
        return Ok(FingerprintKey::default());
    };
    match env::var(name) {
        Ok(key) if !key.is_empty() => Ok(FingerprintKey::secret(key.as_bytes())),
        _ => Err(Failure::of(
            // Somebody may have written the key itself where its variable's name belongs.
            "`fingerprint-key-env` names a variable that is not set; set it, or take the line out",
        )),
    }
}

fn switched_off(how: &HowArgs, layers: &Layers, ids: &[&str]) -> Result<HashSet<Id>, Failure> {
    for id in how.rule.iter().chain(&how.exclude_rule) {
        if !ids.contains(&id.as_str()) {
            let hint = match nearest(id, ids.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`outstay rules list` prints all ids".to_owned(),
            };
            return Err(Failure::of(format!("there is no rule or credential kind `{id}`; {hint}")));
        }
    }
    let mut off: HashSet<Id> = how.exclude_rule.iter().map(|id| id.as_str().into()).collect();
    if !how.rule.is_empty() {
        off.extend(
            ids.iter().filter(|id| !how.rule.iter().any(|wanted| wanted == *id)).map(|id| Id::from(*id)),
        );
    }
    let is_off = |change: &RuleOverride| change.enabled.as_ref().is_some_and(|said| !said.value);
    let configured = layers.changes.iter().filter(|(_, change)| is_off(change));
    off.extend(configured.map(|(id, _)| id.clone()));
    Ok(off)
}

fn suppressions(how: &HowArgs, layers: &Layers) -> Result<Suppressions, Failure> {
    let tools = foreign_tools();
    let mut honored = BTreeSet::new();
    let configured = layers.configs.iter().flat_map(|config| config.honor.iter().map(|said| &said.value));
    for name in how.honor.iter().chain(configured) {
        let tool = tools.iter().find(|tool| *tool == name).ok_or_else(|| {
            Failure::of(format!("no markers of a tool `{name}` are known; known are {}", tools.join(", ")))
        })?;
        honored.insert(*tool);
    }
    let file = how.baseline.clone().or(layers.last(|config| config.baseline.as_ref()));
    let baseline = match file {
        Some(file) if !how.no_suppressions => {
            let text = fs::read_to_string(&file).map_err(|error| {
                Failure::of(format!("cannot read the baseline {}: {error}", file.display()))
            })?;
            Some(
                Baseline::parse(&text)
                    .map_err(|error| Failure::of(format!("{}: {error}", file.display())))?,
            )
        }
        _ => None,
    };
    if how.no_suppressions {
        return Ok(Suppressions::default());
    }
    let waivers = layers.configs.iter().flat_map(|config| config.waivers.iter().cloned()).collect();
    let inline = if layers.lets_markers() { Inline::Followed } else { Inline::Refused };
    Ok(Suppressions { waivers, baseline, inline, honored })
}
