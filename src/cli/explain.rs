//! `outstay explain`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::config::nearest;
use crate::model::Id;
use crate::rules::RulePack;
use crate::scan::{Account, Input, Silent, explain};

use super::args::{ExplainArgs, WhatArgs};
use super::catalogue;
use super::exit::{Exit, Failure};
use super::output::print;
use super::plan::{Setup, load_pack};
use super::scan::plan;

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let text = match place(&args.target) {
        Some((file, line)) => at_place(args, &file, line)?,
        None => card(&load_pack(&args.how.rules, None)?, &args.target)?,
    };
    print(&text)?;
    Ok(Exit::Clean)
}

/// `FILE:LINE`, where the line is a number.
fn place(target: &str) -> Option<(PathBuf, usize)> {
    let (file, line) = target.rsplit_once(':')?;
    Some((PathBuf::from(file), line.parse().ok()?))
}

/// Everything about a rule or a kind.
fn card(pack: &RulePack, id: &str) -> Result<String, Failure> {
    let Some(info) = catalogue::info(pack, id) else {
        let ids = pack.ids();
        let hint = match nearest(id, ids.iter().map(|id| id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`outstay rules list` prints all ids; a place is written FILE:LINE".to_owned(),
        };
        return Err(Failure::of(format!("there is no rule or credential kind `{id}`; {hint}")));
    };
    let mut out = format!("{}: {}\n\n", info.id, info.title);
    let sure = catalogue::sureness(info.confidence);
    let _ = writeln!(
        out,
        "severity    {} (before what moves it)\nconfidence  {} ({sure})",
        info.severity, info.confidence
    );
    let _ = writeln!(out, "defined in  rules/{}", pack.file_of(id).unwrap_or_default());
    if let Some(kind) = pack.kind(id) {
        let _ = writeln!(out, "issued by   {}", kind.provider);
        let _ = writeln!(out, "usual name  {}", kind.name);
        if let Some(revoke) = &kind.revoke {
            let _ = writeln!(out, "revoke at   {revoke}");
        }
    }
    let _ = writeln!(out, "\nWhy\n{}\n\nWhat to do instead\n{}", indented(&info.why), indented(&info.fix));
    if let Some(evidence) = pack.rule(id).and_then(|rule| rule.evidence.as_ref()) {
        let _ = writeln!(out, "\nEvidence\n{}", indented(evidence));
    }
    let _ = writeln!(out, "\nReferences");
    for reference in &info.references {
        let _ = writeln!(out, "{}", indented(&[reference.text.as_str(), reference.url.as_str()].join("  ")));
    }
    Ok(out)
}

fn indented(text: &str) -> String {
    text.trim().lines().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Every candidate on a line: what kept or dropped it.
fn at_place(args: &ExplainArgs, file: &Path, line: usize) -> Result<String, Failure> {
    if !file.is_file() {
        return Err(Failure::of(format!(
            "there is no file {}; a place is written FILE:LINE",
            file.display()
        )));
    }
    let setup = Setup::new(&args.how, file)?;
    let what = WhatArgs {
        paths: vec![file.to_owned()],
        all: true,
        respect_gitignore: false,
        stdin_path: String::new(),
        allow_empty: true,
        home: None,
    };
    let input = Input::Tree(setup.tree(&what, 1)?);
    let scanned = explain(&plan(&setup, input, &what, &args.how, &Silent)).map_err(Failure::of)?;
    let on_line = |account: &&Account| account.region.start.line <= line && line <= account.region.end.line;
    let accounts: Vec<&Account> =
        scanned.accounts.iter().flat_map(|(_, accounts)| accounts).filter(on_line).collect();
    let mut out = String::new();
    if accounts.is_empty() {
        let _ = writeln!(
            out,
            "Nothing on line {line} looks like a credential to any of {} kinds.",
            setup.pack.kinds.len()
        );
    }
    for account in accounts {
        let title = setup.pack.kind(account.kind.as_str()).map_or("", |kind| kind.title.as_str());
        let start = account.region.start;
        let _ =
            writeln!(out, "{}:{}: {} ({title}), {}", start.line, start.column, account.kind, account.shown);
        match account.dropped {
            Some(reason) => {
                let _ = writeln!(out, "    dropped, {}: {}", reason.code(), reason.explanation());
            }
            None => {
                let _ = writeln!(out, "    kept");
            }
        }
    }
    let here = |finding: &&crate::model::Finding| finding.location.region.start.line == line;
    for finding in scanned.report.findings.iter().filter(here) {
        let _ = writeln!(
            out,
            "reported as {}, {} ({}): {}",
            finding.rule, finding.severity, finding.confidence, finding.message
        );
        let also: Vec<&str> = finding.also.iter().map(Id::as_str).collect();
        if !also.is_empty() {
            let _ = writeln!(out, "    gave way to it: {}", also.join(", "));
        }
    }
    Ok(printable(&out))
}

/// Names from the file must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() && character != '\n' { '\u{FFFD}' } else { character })
        .collect()
}
