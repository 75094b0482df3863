//! From what is written to what it means.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::error::Invalid;
use super::raw::{Raw, RawAgents, RawHolder, RawRule, RawWaiver};
use super::settings::{Config, RuleOverride, Said};
use crate::model::{
    ArtifactPath, Duration, Fingerprint, Gate, HolderSet, Id, NameSet, PathSet, PatternError, Timestamp,
    Waived, Waiver,
};

/// Reads one file's values, and says where one is wrong.
pub(super) struct Resolver<'p> {
    pub(super) shown: String,
    /// What its patterns are relative to.
    pub(super) base: String,
    /// What its paths are relative to.
    pub(super) dir: &'p Path,
    pub(super) text: Arc<str>,
}

pub(super) type Checked<T> = Result<T, Box<Invalid>>;

impl Resolver<'_> {
    pub(super) fn resolve(self, raw: &Raw) -> Checked<Config> {
        Ok(Config {
            exclude: self.paths(&raw.exclude)?,
            exclude_lines: raw.exclude.iter().map(|pattern| self.line(pattern.span())).collect(),
            rules: self.each(&raw.rules, |dir| self.inside(dir))?,
            fail_on: self.once(raw.fail_on.as_ref(), |gate| self.gate(gate))?,
            gate_ignored: self.once(raw.gate.ignored.as_ref(), |ignored| Ok(*ignored.get_ref()))?,
            max_lifetime: self.once(raw.max_lifetime.as_ref(), |length| self.length(length))?,
            fingerprint_key_env: self.once(raw.fingerprint_key_env.as_ref(), |name| self.variable(name))?,
            rule_spans: rule_spans(raw),
            family_spans: raw.family.keys().map(named).collect(),
            overrides: raw
                .rule
                .iter()
                .map(|(id, rule)| (Id::from(id.get_ref().as_str()), self.change(rule)))
                .collect(),
            families: raw
                .family
                .iter()
                .map(|(family, rule)| (family.get_ref().clone(), self.change(rule)))
                .collect(),
            agents: self.agents(&raw.agents)?,
            holders: self.each(&raw.holder, |holder| self.holder(holder.get_ref()))?,
            ephemeral: self.names(&raw.ephemeral, |pattern| self.variables(pattern))?,
            brokers: self.names(&raw.brokers, |_| Ok(()))?,
            baseline: self.once(raw.baseline.as_ref(), |file| self.inside(file))?,
            honor: self.each(&raw.honor, |tool| Ok(tool.get_ref().clone()))?,
            tool_spans: raw.honor.iter().map(named).collect(),
            waivers: raw.waiver.iter().map(|waiver| self.waiver(waiver)).collect::<Checked<_>>()?,
            waiver_lines: raw.waiver.iter().map(|waiver| self.line(waiver.span())).collect(),
            path: self.shown,
            text: self.text,
        })
    }

    /// What only a policy may say, and what only who runs the program may.
    pub(super) fn refuse_what_a_policy_says(&self, raw: &Raw) -> Checked<()> {
        if let Some(policy) = &raw.policy {
            let message = "a scanned repository does not choose its policy";
            let help = "who runs the scan names it: outstay scan --policy FILE";
            return Err(self.invalid(policy.span(), message, help));
        }
        if let Some(repository) = &raw.repository {
            let message = "what a repository may do is said by a policy, not here";
            let help = "write it into the file that --policy names";
            return Err(self.invalid(repository.span(), message, help));
        }
        Ok(())
    }

    /// Each of a list, with its line.
    fn each<T, U>(
        &self,
        written: &[Spanned<T>],
        read: impl Fn(&Spanned<T>) -> Checked<U>,
    ) -> Checked<Vec<Said<U>>> {
        written.iter().map(|one| Ok(Said { value: read(one)?, line: self.line(one.span()) })).collect()
    }

    /// What is said once or not at all.
    fn once<T, U>(
        &self,
        written: Option<&Spanned<T>>,
        read: impl Fn(&Spanned<T>) -> Checked<U>,
    ) -> Checked<Option<Said<U>>> {
        let said = |one: &Spanned<T>| Ok(Said { value: read(one)?, line: self.line(one.span()) });
        written.map(said).transpose()
    }

    pub(super) fn line(&self, span: Range<usize>) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..span.start.min(self.text.len())]).count()
    }

    fn change(&self, rule: &RawRule) -> RuleOverride {
        fn said<T: Copy>(
            written: Option<&Spanned<T>>,
            line: impl Fn(Range<usize>) -> usize,
        ) -> Option<Said<T>> {
            written.map(|one| Said { value: *one.get_ref(), line: line(one.span()) })
        }
        let line = |span| self.line(span);
        RuleOverride {
            enabled: said(rule.enabled.as_ref(), line),
            severity: said(rule.severity.as_ref(), line),
            confidence: said(rule.confidence.as_ref(), line),
        }
    }

    fn agents(&self, raw: &RawAgents) -> Checked<Vec<Said<(HolderSet, bool)>>> {
        let mut agents = Vec::new();
        for (patterns, are) in [(&raw.holders, true), (&raw.not, false)] {
            if let Some(first) = patterns.first() {
                let line = self.line(first.span());
                agents.push(Said { value: (self.holders(patterns)?, are), line });
            }
        }
        Ok(agents)
    }

    fn holder(&self, raw: &RawHolder) -> Checked<(HolderSet, String)> {
        let name = raw.name.get_ref().trim();
        if name.is_empty() {
            return Err(self.invalid(raw.name.span(), "this is no name", "say how reports shall call it"));
        }
        Ok((self.holders(&raw.matches)?, name.to_owned()))
    }

    fn holders(&self, patterns: &[Spanned<String>]) -> Checked<HolderSet> {
        HolderSet::new(&self.base, patterns.iter().map(|pattern| pattern.get_ref().as_str())).map_err(
            |error| {
                let help = "a name such as `*-agent`, or `kind:workload`, or `path:deploy/`";
                self.invalid(span_of(patterns, &error), error.to_string(), help)
            },
        )
    }

    fn names(
        &self,
        patterns: &[Spanned<String>],
        check: impl Fn(&Spanned<String>) -> Checked<()>,
    ) -> Checked<Option<Said<NameSet>>> {
        let Some(first) = patterns.first() else { return Ok(None) };
        patterns.iter().try_for_each(check)?;
        let set = NameSet::new(patterns.iter().map(|pattern| pattern.get_ref().as_str()));
        let value = set.map_err(|error| {
            let help = "`*` stands for any text: `MY_TASK_*`, `*.vault.example.com`";
            self.invalid(span_of(patterns, &error), error.to_string(), help)
        })?;
        Ok(Some(Said { value, line: self.line(first.span()) }))
    }

    /// Somebody may write a value where its variable's name is asked for.
    fn variables(&self, pattern: &Spanned<String>) -> Checked<()> {
        let text = pattern.get_ref();
        let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*' | b'?');
        if !text.is_empty() && text.bytes().all(is_of_a_name) {
            return Ok(());
        }
        let help = "write the variable's name, such as \"CI_JOB_TOKEN\" or \"MY_TASK_*\", never its value";
        Err(self.invalid(pattern.span(), "this is no name of an environment variable", help))
    }

    fn length(&self, length: &Spanned<String>) -> Checked<Duration> {
        Duration::parse(length.get_ref()).map_err(|_| {
            let help = "write a whole number and s, m, h, d or w, such as \"8h\" or \"3d\"";
            self.invalid(length.span(), "this is no length of time", help)
        })
    }

    pub(super) fn invalid(&self, span: Range<usize>, message: impl Into<String>, help: &str) -> Box<Invalid> {
        Box::new(Invalid {
            path: self.shown.clone(),
            source_text: self.text.clone(),
            span,
            message: message.into(),
            help: Some(help.to_owned()),
        })
    }

    pub(super) fn paths(&self, patterns: &[Spanned<String>]) -> Checked<PathSet> {
        PathSet::new(&self.base, patterns.iter().map(|pattern| pattern.get_ref().as_str()))
            .map_err(|error| self.pattern(patterns, &error))
    }

    fn pattern(&self, patterns: &[Spanned<String>], error: &PatternError) -> Box<Invalid> {
        self.invalid(
            span_of(patterns, error),
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
        let line = self.line(span.clone());
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

fn span_of(patterns: &[Spanned<String>], error: &PatternError) -> Range<usize> {
    patterns.get(error.index).map_or(0..0, Spanned::span)
}

pub(super) fn named(name: &Spanned<String>) -> (String, Range<usize>) {
    (name.get_ref().clone(), name.span())
}

/// A relative path as reports print it.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|component| *component != Component::CurDir)
        .map(|component| ArtifactPath::from_bytes(component.as_os_str().as_encoded_bytes()).to_string())
        .collect();
    parts.join("/")
}
