//! `outstay explain FINGERPRINT`: the rotation of one credential.

use std::collections::BTreeSet;

use crate::config::nearest;
use crate::model::{Finding, Graph, Location, Noun, Report};
use crate::report::{Rotation, checklist};

use super::super::args::ExplainArgs;
use super::super::exit::{Exit, Failure};
use super::super::output::print;
use super::super::plan::Setup;
use super::super::progress::Bar;
use super::super::scan::picture;

/// Fewer digits are a word as often as a fingerprint.
const FEWEST_DIGITS: usize = 6;

/// Whether `target` is a fingerprint or the beginning of one.
pub(super) fn is_fingerprint(target: &str) -> bool {
    (FEWEST_DIGITS..=32).contains(&target.len())
        && target.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

pub(super) fn run(args: &ExplainArgs, setup: &Setup) -> Result<Exit, Failure> {
    let (report, graph) = picture(setup, &args.what, &args.how, &Bar::new(false))?;
    let node = find(&args.target, &report, &graph)?;
    let Noun::Credential(credential) = &graph.nodes[node].noun else { return Ok(Exit::Clean) };
    let Some(kind) = setup.pack.kind(credential.kind.as_str()) else { return Ok(Exit::Clean) };
    let command = again(args);
    let rotation = Rotation { graph: &graph, node, report: &report, kind, command: &command };
    print(&checklist(&rotation))?;
    Ok(if report.incomplete { Exit::Incomplete } else { Exit::Clean })
}

/// The command that looks for the same again.
fn again(args: &ExplainArgs) -> String {
    let mut command = format!("outstay explain {}", args.target);
    for path in &args.what.paths {
        command.push_str(&format!(" {}", path.display()));
    }
    if args.what.home.is_some() {
        command.push_str(" --home");
    }
    command
}

/// The one credential that `target` names: by its own fingerprint, or by that of a finding about it.
fn find(target: &str, report: &Report, graph: &Graph) -> Result<usize, Failure> {
    let named: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.fingerprint.to_string().starts_with(target))
        .collect();
    let speaks_of = |finding: &Finding, place: &Location| {
        let related = finding.related.iter().map(|related| &related.location);
        related.chain([&finding.location]).any(|location| location.is_at(place))
    };
    let matches: BTreeSet<usize> = graph
        .credentials()
        .filter(|(_, node, credential)| {
            credential.fingerprint.is_some_and(|known| known.to_string().starts_with(target))
                || named.iter().any(|finding| node.places.iter().any(|place| speaks_of(finding, place)))
        })
        .map(|(index, ..)| index)
        .collect();
    match (matches.first(), matches.len()) {
        (Some(only), 1) => Ok(*only),
        (Some(_), many) => Err(Failure::of(format!(
            "`{target}` stands for {many} credentials; give more digits, or the fingerprint of one: {}",
            fingerprints(graph, &matches).join(", ")
        ))),
        (None, _) => Err(unknown(target, &named, report, graph)),
    }
}

fn fingerprints(graph: &Graph, among: &BTreeSet<usize>) -> Vec<String> {
    let all = graph.credentials().filter(|(index, ..)| among.contains(index));
    all.filter_map(|(_, _, credential)| Some(credential.fingerprint?.to_string())).collect()
}

fn unknown(target: &str, named: &[&Finding], report: &Report, graph: &Graph) -> Failure {
    if let Some(finding) = named.first() {
        return Failure::of(format!(
            "`{target}` is a finding about something of which no value stands in what was scanned; `outstay explain {}` says what to do",
            finding.rule
        ));
    }
    let own = graph.credentials().filter_map(|(_, _, credential)| credential.fingerprint);
    let all: Vec<String> = own
        .chain(report.findings.iter().map(|finding| finding.fingerprint))
        .map(|fingerprint| fingerprint.to_string().chars().take(target.len()).collect())
        .collect();
    let hint = match nearest(target, all.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name the paths where it was found, as in `outstay explain FINGERPRINT PATH`; \
                 `outstay graph --format json` lists all"
            .to_owned(),
    };
    Failure::of(format!("no credential here has the fingerprint `{target}`; {hint}"))
}
