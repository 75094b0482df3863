//! From what is written to what it means.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::error::Invalid;
use super::raw::{Raw, RawWaiver, read};
use super::{ConfigError, nearest};
use crate::model::{
    ArtifactPath, Fingerprint, Gate, Id, NameSet, Note, PathSet, PatternError, Severity, Timestamp, Waived,
    Waiver,
};

/// No honest configuration is longer.
const MAX_BYTES: u64 = 4 << 20;

/// What a configuration changes about one rule or credential kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOverride {
    /// Whether it is looked for.
    pub enabled: bool,
    /// Its base severity; the rule's own if `None`.
    pub severity: Option<Severity>,
}

/// The names that exist, to check those in a configuration against.
pub struct Names<'n> {
    /// The ids of all rules and credential kinds, those of the configuration's own rule directories among them.
    pub rules: &'n [&'n str],
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
    pub rules: Vec<PathBuf>,
    /// What fails a run.
    pub fail_on: Option<Gate>,
    /// Whether findings in files that git ignores fail it too.
    pub gate_ignored: Option<bool>,
    /// The variable that holds the key of fingerprints.
    pub fingerprint_key_env: Option<String>,
    /// What it changes about rules and kinds.
    pub overrides: BTreeMap<Id, RuleOverride>,
    /// The holders that are agents, by name.
    pub agents: NameSet,
    /// Variables that a broker fills with short-lived values.
    pub ephemeral_env: BTreeSet<String>,
    /// The baseline's file.
    pub baseline: Option<PathBuf>,
    /// The tools whose markers hold.
    pub honor: Vec<String>,
    /// Its waivers, in the order of the file.
    pub waivers: Vec<Waiver>,
    text: Arc<str>,
    rule_spans: Vec<(String, Range<usize>)>,
    tool_spans: Vec<(String, Range<usize>)>,
}

impl Config {
    /// Reads `file`. Reported paths are relative to `root`; the patterns in the file are relative to the file.
    pub fn load(file: &Path, root: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: file.to_owned(), source };
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        let mut text = String::new();
        let mut bounded = std::io::Read::take(opened, MAX_BYTES + 1);
        std::io::Read::read_to_string(&mut bounded, &mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(unreadable(std::io::Error::other("it is longer than 4 MiB")));
        }
        Self::parse(&text, file, root)
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
        Ok(resolver.resolve(&raw)?)
    }

    /// Whether all names in it exist; to be asked once the rules are loaded.
    pub fn check(&self, names: &Names<'_>) -> Result<(), ConfigError> {
        self.check_names(&self.rule_spans, names.rules, "rule or credential kind")?;
        self.check_names(&self.tool_spans, names.tools, "tool whose markers are known")
    }

    fn check_names(
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
        let mut takes = Vec::new();
        let quoted =
            |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if !self.exclude.is_empty() {
            takes.push(format!(
                "excludes {}",
                quoted(self.exclude.patterns().iter().map(String::as_str).collect())
            ));
        }
        let off: Vec<_> =
            self.overrides.iter().filter(|(_, change)| !change.enabled).map(|(id, _)| id.as_str()).collect();
        if !off.is_empty() {
            takes.push(format!("switches off {}", quoted(off)));
        }
        for (id, severity) in self.overrides.iter().filter_map(|(id, change)| Some((id, change.severity?))) {
            takes.push(format!("makes `{id}` {severity}"));
        }
        if !self.honor.is_empty() {
            takes.push(format!("follows the markers of {}", self.honor.join(", ")));
        }
        let what = if takes.is_empty() { "excludes nothing".to_owned() } else { takes.join("; ") };
        vec![Note {
            topic: "config",
            message: format!("The configuration {} is used; it {what}.", self.path),
        }]
    }
}

struct Resolver<'p> {
    shown: String,
    base: String,
    dir: &'p Path,
    text: Arc<str>,
}

type Checked<T> = Result<T, Box<Invalid>>;

impl Resolver<'_> {
    fn resolve(self, raw: &Raw) -> Checked<Config> {
        Ok(Config {
            exclude: self.paths(&raw.exclude)?,
            rules: raw.rules.iter().map(|dir| self.inside(dir)).collect::<Checked<_>>()?,
            fail_on: raw.fail_on.as_ref().map(|gate| self.gate(gate)).transpose()?,
            gate_ignored: raw.gate.ignored,
            fingerprint_key_env: raw
                .fingerprint_key_env
                .as_ref()
                .map(|name| self.variable(name))
                .transpose()?,
            rule_spans: rule_spans(raw),
            overrides: raw
                .rule
                .iter()
                .map(|(id, rule)| {
                    let change =
                        RuleOverride { enabled: rule.enabled.unwrap_or(true), severity: rule.severity };
                    (Id::from(id.get_ref().as_str()), change)
                })
                .collect(),
            agents: NameSet::new(raw.agents.holders.iter().map(|pattern| pattern.get_ref().as_str()))
                .map_err(|error| self.pattern(&raw.agents.holders, &error))?,
            ephemeral_env: raw
                .ephemeral_env
                .iter()
                .map(|name| self.variable(name))
                .collect::<Checked<_>>()?,
            baseline: raw.baseline.as_ref().map(|file| self.inside(file)).transpose()?,
            honor: raw.honor.iter().map(|tool| tool.get_ref().clone()).collect(),
            tool_spans: raw.honor.iter().map(named).collect(),
            waivers: raw.waiver.iter().map(|waiver| self.waiver(waiver)).collect::<Checked<_>>()?,
            path: self.shown,
            text: self.text,
        })
    }

    fn invalid(&self, span: Range<usize>, message: impl Into<String>, help: &str) -> Box<Invalid> {
        Box::new(Invalid {
            path: self.shown.clone(),
            source_text: self.text.clone(),
            span,
            message: message.into(),
            help: Some(help.to_owned()),
        })
    }

    fn paths(&self, patterns: &[Spanned<String>]) -> Checked<PathSet> {
        PathSet::new(&self.base, patterns.iter().map(|pattern| pattern.get_ref().as_str()))
            .map_err(|error| self.pattern(patterns, &error))
    }

    fn pattern(&self, patterns: &[Spanned<String>], error: &PatternError) -> Box<Invalid> {
        let span = patterns.get(error.index).map_or(0..0, Spanned::span);
        self.invalid(
            span,
            error.to_string(),
            "patterns read as in .gitignore: `*.pem`, `docs/`, `a/**/b.env`",
        )
    }

    /// A path beside the file. A repository's own configuration must not make us read elsewhere.
    fn inside(&self, path: &Spanned<String>) -> Checked<PathBuf> {
        let written = Path::new(path.get_ref());
        let stays = |component| matches!(component, Component::Normal(_) | Component::CurDir);
        if written.as_os_str().is_empty() || !written.components().all(stays) {
            let message = "this path leads out of the configuration's directory";
            let help = "write a relative path without `..`, or name it on the command line";
            return Err(self.invalid(path.span(), message, help));
        }
        Ok(self.dir.join(written))
    }

    fn gate(&self, gate: &Spanned<String>) -> Checked<Gate> {
        gate.get_ref().parse().map_err(|_| {
            let help =
                "write SEVERITY or SEVERITY:CONFIDENCE, such as \"high\" or \"medium:low\", or \"never\"";
            self.invalid(gate.span(), "this is no threshold", help)
        })
    }

    fn variable(&self, name: &Spanned<String>) -> Checked<String> {
        let text = name.get_ref();
        let is_name = !text.starts_with(|c: char| c.is_ascii_digit())
            && !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name {
            return Ok(text.clone());
        }
        let help = "write the variable's name, such as \"OUTSTAY_FINGERPRINT_KEY\", never its value";
        Err(self.invalid(name.span(), "this is no name of an environment variable", help))
    }

    fn waiver(&self, waiver: &Spanned<RawWaiver>) -> Checked<Waiver> {
        let span = waiver.span();
        let line =
            1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..span.start.min(self.text.len())]).count();
        let raw = waiver.get_ref();
        let reason = raw.reason.get_ref().trim();
        if reason.is_empty() {
            return Err(self.invalid(raw.reason.span(), "a waiver needs a reason", "say why this may stand"));
        }
        Ok(Waiver {
            subject: self.subject(raw, span)?,
            paths: raw.path.as_ref().map(|path| self.paths(std::slice::from_ref(path))).transpose()?,
            reason: reason.to_owned(),
            until: raw.until.as_ref().map(|until| self.day(until)).transpose()?,
            place: format!("{}:{line}", self.shown),
        })
    }

    fn subject(&self, raw: &RawWaiver, span: Range<usize>) -> Checked<Waived> {
        match (&raw.rule, &raw.fingerprint) {
            (Some(rule), None) => Ok(Waived::Rule(Id::from(rule.get_ref().as_str()))),
            (None, Some(fingerprint)) => {
                Fingerprint::parse(fingerprint.get_ref()).map(Waived::Fingerprint).ok_or_else(|| {
                    let help = "copy the 32 hexadecimal digits that the report shows";
                    self.invalid(fingerprint.span(), "this is no fingerprint", help)
                })
            }
            (None, None) => {
                let message = "this waiver names neither a rule nor a fingerprint";
                Err(self.invalid(span, message, "add `rule = \"…\"` or `fingerprint = \"…\"`"))
            }
            (Some(_), Some(fingerprint)) => {
                let message = "this waiver names a rule and a fingerprint";
                Err(self.invalid(fingerprint.span(), message, "a fingerprint alone says it all: drop `rule`"))
            }
        }
    }

    fn day(&self, until: &Spanned<toml::value::Datetime>) -> Checked<Timestamp> {
        let day = until.get_ref();
        let whole_day = day.time.is_none() && day.offset.is_none();
        whole_day.then(|| Timestamp::parse(&day.to_string()).ok()).flatten().ok_or_else(|| {
            let help = "write the last day on which it holds, without quotes: 2026-12-31";
            self.invalid(until.span(), "`until` is a day", help)
        })
    }
}

fn rule_spans(raw: &Raw) -> Vec<(String, Range<usize>)> {
    let waived = raw.waiver.iter().filter_map(|waiver| waiver.get_ref().rule.as_ref());
    raw.rule.keys().chain(waived).map(named).collect()
}

fn named(name: &Spanned<String>) -> (String, Range<usize>) {
    (name.get_ref().clone(), name.span())
}

/// A relative path as reports print it.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|component| *component != Component::CurDir)
        .map(|component| ArtifactPath::from_bytes(component.as_os_str().as_encoded_bytes()).to_string())
        .collect();
    parts.join("/")
}
