//! `outstay explain FILE:LINE`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use crate::model::Id;
use crate::scan::{Account, Input, Silent, explain};
use crate::source::git_root;
use crate::text::visible;

use super::super::args::{ExplainArgs, WhatArgs};
use super::super::exit::Failure;
use super::super::plan::{Setup, working_directory};
use super::super::scan::plan;
use super::policy;

/// `FILE:LINE`, where the line is a number; a column may follow, as reports print it.
pub(super) fn parse(target: &str) -> Option<(PathBuf, usize)> {
    let (file, line) = numbered(target)?;
    match numbered(file) {
        Some((shorter, own)) if find(Path::new(file)).is_none() => Some((shorter.into(), own)),
        _ => Some((file.into(), line)),
    }
}

fn numbered(target: &str) -> Option<(&str, usize)> {
    let (file, number) = target.rsplit_once(':')?;
    Some((file, number.parse().ok()?))
}

/// A file by its path from here, or by the path that reports have, which is relative to the root of the git work tree.
fn find(file: &Path) -> Option<PathBuf> {
    let from_root = || Some(git_root(&working_directory().ok()?)?.join(file));
    std::iter::once(Some(file.to_owned()))
        .chain(std::iter::once_with(from_root))
        .flatten()
        .find(|path| path.is_file())
}

/// What is wrong with a target that is neither an id nor a place, but names a file.
pub(super) fn misnamed(target: &str) -> Option<Failure> {
    let path = Path::new(target);
    if path.is_dir() {
        return Some(Failure::of(format!("`{target}` is a directory; `outstay scan {target}` scans it")));
    }
    if find(path).is_some() {
        return Some(Failure::of(format!(
            "`{target}` is a file; name a line of it, as in `outstay explain {target}:1`, or scan it: `outstay scan {target}`"
        )));
    }
    let (file, line) = target.rsplit_once(':')?;
    find(Path::new(file))?;
    Some(Failure::of(format!("`{line}` is no line of {file}; lines are numbers from 1")))
}

/// How many lines a file has.
fn lines(file: &Path) -> io::Result<usize> {
    let mut reader = BufReader::new(File::open(file)?);
    let (mut lines, mut open) = (0, false);
    loop {
        let bytes = reader.fill_buf()?;
        let Some(last) = bytes.last() else { return Ok(lines + usize::from(open)) };
        open = *last != b'\n';
        lines += memchr::memchr_iter(b'\n', bytes).count();
        let length = bytes.len();
        reader.consume(length);
    }
}

/// Every candidate on a line: what kept or dropped it.
pub(super) fn at(args: &ExplainArgs, file: &Path, line: usize) -> Result<String, Failure> {
    let Some(file) = find(file) else {
        return Err(Failure::of(format!(
            "there is no file {}; a place is written FILE:LINE",
            file.display()
        )));
    };
    let last =
        lines(&file).map_err(|error| Failure::of(format!("cannot read {}: {error}", file.display())))?;
    if !(1..=last).contains(&line) {
        let has = if last == 1 { "1 line".to_owned() } else { format!("{last} lines") };
        return Err(Failure::of(format!("{} has {has}; there is no line {line}", file.display())));
    }
    let setup = Setup::new(&args.how, &file)?;
    let what = WhatArgs {
        paths: vec![file],
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
