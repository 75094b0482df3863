//! Runs the tests that stand inside the rules, through the whole pipeline: `outstay rules test`, and the project's own tests.

mod labelled;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::{Finding, Id, Mode, Report};
use crate::rules::{Kind, Role, Rule, RulePack, RuleTest, Samples, TEST_CLOCK, lint};
use crate::scan::{Input, Plan, ScanError, Text, scan};

pub use labelled::{Case, Label, Score, score};

/// So many tests of either sort a rule needs at least.
const TESTS: usize = 2;

/// A test inside a rule that failed, or a rule that is not sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which rule or kind.
    pub id: Id,
    /// What is wrong, in one line.
    pub message: String,
}

/// How many tests ran, and what failed.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Tests that ran.
    pub ran: usize,
    /// Those that failed, and what is not sound.
    pub failures: Vec<Failure>,
}

/// Checks every kind and rule of `pack`.
///
/// # Errors
/// The pack cannot be used at all.
pub fn run(pack: &RulePack) -> Result<Verdict, ScanError> {
    let mut verdict = Verdict::default();
    for problem in lint::kinds(pack) {
        let (id, message) = problem.split_once(": ").unwrap_or(("", &problem));
        verdict.failures.push(Failure { id: id.into(), message: message.to_owned() });
    }
    for kind in &pack.kinds {
        test_kind(pack, kind, &mut verdict)?;
    }
    for rule in &pack.rules {
        sound(pack, rule, &mut verdict);
        for (number, test) in rule.tests.iter().enumerate() {
            test_rule(pack, rule, (number, test), &mut verdict)?;
        }
    }
    Ok(verdict)
}

impl Verdict {
    fn fail(&mut self, id: &Id, message: String) {
        self.failures.push(Failure { id: id.clone(), message });
    }
}

/// What a rule must have beyond being readable.
fn sound(pack: &RulePack, rule: &Rule, verdict: &mut Verdict) {
    let fires = rule.tests.iter().filter(|test| !test.expect.is_empty()).count();
    if fires < TESTS || rule.tests.len() - fires < TESTS {
        let message = format!("needs {TESTS} tests in which it fires and {TESTS} in which it does not");
        verdict.fail(&rule.id, message);
    }
    let known = |kind: &&String| {
        pack.platforms.iter().flat_map(|platform| &platform.holders).any(|holder| *holder.kind == ***kind)
    };
    for kind in rule.condition.holder.iter().filter(|kind| !known(kind)) {
        verdict.fail(&rule.id, format!("speaks of the holder `{kind}`, which no platform has"));
    }
    let texts = [&rule.title, &rule.why, &rule.fix, &rule.message];
    if texts.iter().any(|text| text.trim().is_empty()) || rule.references.is_empty() {
        verdict.fail(&rule.id, "needs a title, a message, a why, a fix and references".to_owned());
    }
}

/// A sample is reported once and under its own kind, and nothing is in the counter-examples.
fn test_kind(pack: &RulePack, kind: &Kind, verdict: &mut Verdict) -> Result<(), ScanError> {
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    let alone = kind.role != Role::Public && kind.beside.as_ref().is_none_or(|beside| !beside.required);
    if alone && let Ok(value) = samples.value(kind, 1) {
        for name in names(kind) {
            let found = found_in(pack, format!("{name}={value}\n"), verdict)?;
            if found != [kind.id.as_str()] {
                verdict.fail(&kind.id, format!("its sample under the name {name} is reported as {found:?}"));
            }
        }
    }
    for template in &kind.finds {
        let Ok(text) = samples.text(template, kind.id.as_str()) else { continue };
        let found = found_in(pack, text, verdict)?;
        if found != [kind.id.as_str()] {
            verdict.fail(&kind.id, format!("`{template}` is reported as {found:?}"));
        }
    }
    for template in &kind.not {
        let Ok(text) = samples.text(template, kind.id.as_str()) else { continue };
        let found = found_in(pack, text, verdict)?;
        if !found.is_empty() {
            verdict.fail(&kind.id, format!("{} in the counter-example `{template}`", found.join(" and ")));
        }
    }
    Ok(())
}

/// The usual name, and, where the value tells enough, a name that tells nothing.
fn names(kind: &Kind) -> Vec<&str> {
    let tells = !kind.prefixes.is_empty() && kind.context.is_empty();
    std::iter::once(kind.name.as_str()).chain(tells.then_some("API_KEY")).collect()
}

/// The kinds that are reported in a text.
fn found_in(pack: &RulePack, text: String, verdict: &mut Verdict) -> Result<Vec<String>, ScanError> {
    verdict.ran += 1;
    let files = BTreeMap::from([("sample.conf".to_owned(), text)]);
    Ok(kinds_of(&scan_texts(pack, (&files, None), HashSet::new())?))
}

/// The kind of each credential that is reported, at rest or under a rule about it; of any other finding the rule.
fn kinds_of(report: &Report) -> Vec<String> {
    let kind = |finding: &Finding| {
        finding.credential.as_ref().map_or(&finding.rule, |credential| &credential.kind).to_string()
    };
    report.findings.iter().map(kind).collect()
}

/// A rule's test, alone and beside all others.
fn test_rule(
    pack: &RulePack,
    rule: &Rule,
    (number, test): (usize, &RuleTest),
    verdict: &mut Verdict,
) -> Result<(), ScanError> {
    verdict.ran += 1;
    let label = test.name.clone().unwrap_or_else(|| format!("test {}", number + 1));
    let (files, expected) = match expand(pack, rule, test) {
        Ok(expanded) => expanded,
        Err(message) => {
            verdict.fail(&rule.id, format!("{label}: {message}"));
            return Ok(());
        }
    };
    let others = pack.rules.iter().map(|other| other.id.clone()).filter(|id| *id != rule.id).collect();
    for (mode, off) in [("alone", others), ("with all rules", HashSet::new())] {
        let report = scan_texts(pack, (&files, test.mode), off)?;
        let own = report.findings.iter().filter(|finding| finding.rule == rule.id);
        let unsure =
            own.clone().find(|finding| test.confidence.is_some_and(|sure| sure != finding.confidence));
        if let Some(finding) = unsure {
            verdict.fail(&rule.id, format!("{label}, {mode}: of {} confidence", finding.confidence));
        }
        let misjudged = own
            .clone()
            .find(|finding| test.severity.is_some_and(|severity| severity != finding.base_severity));
        if let Some(finding) = misjudged {
            verdict.fail(&rule.id, format!("{label}, {mode}: of {} severity", finding.base_severity));
        }
        let found: Vec<String> = own.map(|finding| bytes(finding, &files)).collect();
        if found != expected {
            verdict.fail(&rule.id, format!("{label}, {mode}: expected {expected:?}, found {found:?}"));
        }
        let strangers: BTreeSet<&Id> = report
            .findings
            .iter()
            .map(|finding| &finding.rule)
            .filter(|id| **id != rule.id && !test.also.contains(id))
            .collect();
        if !strangers.is_empty() {
            let list = strangers.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
            verdict.fail(
                &rule.id,
                format!("{label}, {mode}: {list} fire too; name them in `also` if they should"),
            );
        }
    }
    Ok(())
}

/// Path to text, and the texts that must be reported.
type Expanded = (BTreeMap<String, String>, Vec<String>);

fn expand(pack: &RulePack, rule: &Rule, test: &RuleTest) -> Result<Expanded, String> {
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    let fill =
        |template: &String| samples.text(template, rule.id.as_str()).map_err(|error| error.to_string());
    let mut files = BTreeMap::new();
    for (path, template) in &test.files {
        files.insert(path.clone(), fill(template)?);
    }
    if let Some(template) = &test.text {
        let path = test.file.clone().ok_or("has a text but no file")?;
        files.insert(path, fill(template)?);
    }
    let expected = test.expect.iter().map(fill).collect::<Result<_, _>>()?;
    Ok((files, expected))
}

/// The very bytes that a finding points at.
fn bytes(finding: &Finding, files: &BTreeMap<String, String>) -> String {
    let text = files.get(finding.location.origin.path.as_str()).map_or("", String::as_str);
    String::from_utf8_lossy(finding.location.span.slice(text.as_bytes())).into_owned()
}

fn scan_texts(
    pack: &RulePack,
    (files, mode): (&BTreeMap<String, String>, Option<Mode>),
    off: HashSet<Id>,
) -> Result<Report, ScanError> {
    let texts = files.iter().map(|(path, text)| Text { mode, ..Text::new(path, text.clone()) }).collect();
    scan(&Plan { off, ..Plan::plain(pack, Input::Texts(texts), TEST_CLOCK) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_rules_pass_their_own_tests() {
        let verdict = run(&RulePack::embedded().unwrap()).unwrap();
        let lines: Vec<_> =
            verdict.failures.iter().map(|failure| format!("{}: {}", failure.id, failure.message)).collect();
        assert!(lines.is_empty(), "{} of {} fail:\n{}", lines.len(), verdict.ran, lines.join("\n"));
    }
}
