//! `outstay explain FILE:LINE`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::model::Id;
use crate::scan::{Account, Input, Silent, explain};
use crate::text::visible;

use super::super::args::{ExplainArgs, WhatArgs};
use super::super::exit::Failure;
use super::super::plan::Setup;
use super::super::scan::plan;
use super::policy;

/// `FILE:LINE`, where the line is a number.
pub(super) fn parse(target: &str) -> Option<(PathBuf, usize)> {
    let (file, line) = target.rsplit_once(':')?;
    Some((PathBuf::from(file), line.parse().ok()?))
}

/// Every candidate on a line: what kept or dropped it.
pub(super) fn at(args: &ExplainArgs, file: &Path, line: usize) -> Result<String, Failure> {
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
    out.push_str(&policy::used(&setup));
    Ok(printable(&out))
}

/// Names from the file must not steer the terminal.
fn printable(text: &str) -> String {
    text.split_inclusive('\n')
        .flat_map(|line| match line.strip_suffix('\n') {
            Some(line) => [visible(line), "\n".into()],
            None => [visible(line), "".into()],
        })
        .collect()
}
