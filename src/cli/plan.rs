//! From flags and configuration to what a run goes by.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::config::{Config, Names, discover, nearest};
use crate::model::{FingerprintKey, Gate, Id, NameSet, Note, Severity, Timestamp};
use crate::rules::{RuleError, RulePack};
use crate::source::{Excludes, HomePlan, Reach, TreePlan, git_root};
use crate::suppress::{Baseline, Extent, Inline, Suppressions, foreign_tools};

use super::args::{HowArgs, WhatArgs};
use super::exit::Failure;

/// What a run goes by, with the flags and the configuration laid over each other: a flag wins.
pub(super) struct Setup {
    pub(super) pack: RulePack,
    pub(super) config: Option<Config>,
    pub(super) excludes: Excludes,
    pub(super) now: Timestamp,
    pub(super) key: FingerprintKey,
    pub(super) off: HashSet<Id>,
    pub(super) severities: BTreeMap<Id, Severity>,
    pub(super) suppressions: Suppressions,
    pub(super) gate: Gate,
    pub(super) gate_ignored: bool,
}

impl Setup {
    /// For a scan of `first`, the path that decides which configuration holds.
    pub(super) fn new(how: &HowArgs, first: &Path) -> Result<Self, Failure> {
        let here = working_directory()?;
        let file = governing_file(how, first, &here)?;
        let config = file.as_deref().map(|file| Config::load(file, &root_of(file, &here))).transpose()?;
        let pack = load_pack(&how.rules, config.as_ref())?;
        let ids: Vec<&str> = pack.ids().into_iter().map(Id::as_str).collect();
        let tools = foreign_tools();
        if let Some(config) = &config {
            config.check(&Names { rules: &ids, tools: &tools })?;
        }
        let excludes = match (&config, &file) {
            (Some(config), Some(file)) => Excludes::new(&directory_of(file, &here), config.exclude.clone()),
            _ => Excludes::default(),
        };
        Ok(Self {
            now: now(how.now)?,
            key: key(config.as_ref())?,
            off: switched_off(how, config.as_ref(), &ids)?,
            severities: severities(config.as_ref()),
            suppressions: suppressions(how, config.as_ref(), &tools)?,
            gate: how.fail_on.or(config.as_ref().and_then(|config| config.fail_on)).unwrap_or_default(),
            gate_ignored: config.as_ref().and_then(|config| config.gate_ignored).unwrap_or(false),
            pack,
            excludes,
            config,
        })
    }

    /// Holders that the configuration names as agents.
    pub(super) fn agents(&self) -> NameSet {
        self.config.as_ref().map(|config| config.agents.clone()).unwrap_or_default()
    }

    /// Variables that a broker fills.
    pub(super) fn ephemeral(&self) -> Vec<String> {
        self.config.iter().flat_map(|config| config.ephemeral_env.iter().cloned()).collect()
    }

    /// What is to be said of the configuration.
    pub(super) fn notes(&self) -> Vec<Note> {
        self.config.as_ref().map(Config::notes).unwrap_or_default()
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

/// The configuration that governs `first`, if there is one.
pub(super) fn governing(how: &HowArgs, first: &Path) -> Result<Option<Config>, Failure> {
    let here = working_directory()?;
    let file = governing_file(how, first, &here)?;
    Ok(file.as_deref().map(|file| Config::load(file, &root_of(file, &here))).transpose()?)
}

fn governing_file(how: &HowArgs, first: &Path, here: &Path) -> Result<Option<PathBuf>, Failure> {
    match &how.config {
        Some(file) => Ok(Some(file.clone())),
        None if how.no_config => Ok(None),
        None => Ok(discover(first, here)?),
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

/// The directory that reported paths are relative to, as the walk has it.
fn root_of(file: &Path, here: &Path) -> PathBuf {
    let directory = directory_of(file, here);
    git_root(&directory)
        .unwrap_or_else(|| if directory.starts_with(here) { here.to_owned() } else { directory })
}

/// The directory of a configuration, without links.
fn directory_of(file: &Path, here: &Path) -> PathBuf {
    let file = fs::canonicalize(file).unwrap_or_else(|_| here.join(file));
    file.parent().unwrap_or(here).to_owned()
}

/// The working directory.
pub(super) fn working_directory() -> Result<PathBuf, Failure> {
    env::current_dir().map_err(|error| Failure::of(format!("cannot tell the working directory: {error}")))
}

/// The embedded rules, with those of the user's directories.
pub(super) fn load_pack(directories: &[PathBuf], config: Option<&Config>) -> Result<RulePack, Failure> {
    extended(RulePack::prepared(), directories, config)
}

/// The same with the tests that stand in the rules.
pub(super) fn load_pack_with_tests(
    directories: &[PathBuf],
    config: Option<&Config>,
) -> Result<RulePack, Failure> {
    extended(RulePack::embedded(), directories, config)
}

fn extended(
    pack: Result<RulePack, RuleError>,
    directories: &[PathBuf],
    config: Option<&Config>,
) -> Result<RulePack, Failure> {
    let mut pack = pack.map_err(Failure::of)?;
    for directory in directories.iter().chain(config.into_iter().flat_map(|config| &config.rules)) {
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

fn key(config: Option<&Config>) -> Result<FingerprintKey, Failure> {
    let Some(name) = config.and_then(|config| config.fingerprint_key_env.as_ref()) else {
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

fn switched_off(how: &HowArgs, config: Option<&Config>, ids: &[&str]) -> Result<HashSet<Id>, Failure> {
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
    let configured = config.iter().flat_map(|config| &config.overrides).filter(|(_, change)| !change.enabled);
    off.extend(configured.map(|(id, _)| id.clone()));
    Ok(off)
}

fn severities(config: Option<&Config>) -> BTreeMap<Id, Severity> {
    let overrides = config.iter().flat_map(|config| &config.overrides);
    overrides.filter_map(|(id, change)| Some((id.clone(), change.severity?))).collect()
}

fn suppressions(
    how: &HowArgs,
    config: Option<&Config>,
    tools: &[&'static str],
) -> Result<Suppressions, Failure> {
    let mut honored = BTreeSet::new();
    for name in how.honor.iter().chain(config.into_iter().flat_map(|config| &config.honor)) {
        let tool = tools.iter().find(|tool| *tool == name).ok_or_else(|| {
            Failure::of(format!("no markers of a tool `{name}` are known; known are {}", tools.join(", ")))
        })?;
        honored.insert(*tool);
    }
    let file = how.baseline.as_ref().or(config.and_then(|config| config.baseline.as_ref()));
    let baseline = match file {
        Some(file) if !how.no_suppressions => {
            let text = fs::read_to_string(file).map_err(|error| {
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
    let waivers = config.map(|config| config.waivers.clone()).unwrap_or_default();
    Ok(Suppressions { waivers, baseline, inline: Inline::Followed, honored })
}
