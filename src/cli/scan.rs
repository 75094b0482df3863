//! `outstay scan`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::model::{ArtifactPath, Graph, Report};
use crate::scan::{Input, Plan, Progress, graph, scan};

use super::args::{HowArgs, ScanArgs, WhatArgs};
use super::exit::{Exit, Failure};
use super::output;
use super::plan::{Setup, extent, home_directory};
use super::progress::Bar;

pub(super) fn run(args: &ScanArgs) -> Result<Exit, Failure> {
    let targets = output::targets(&args.output)?;
    let setup = Setup::new(&args.how, &first(&args.what)?)?;
    let bar = Bar::new(args.output.quiet);
    let report = report(&setup, &args.what, &args.how, &bar)?;
    output::write(&report, &setup.pack, &targets, &args.output)?;
    Ok(Exit::of(&report))
}

/// The path that decides which configuration holds. For a home alone it is the home: what stands in the working directory must not
/// hide what is found there.
pub(super) fn first(what: &WhatArgs) -> Result<PathBuf, Failure> {
    match (what.paths.first(), &what.home) {
        (Some(path), _) if path != Path::new("-") => Ok(path.clone()),
        (None, Some(given)) => home_directory(given.as_deref()),
        _ => Ok(PathBuf::from(".")),
    }
}

/// Scans what the flags say.
pub(super) fn report(
    setup: &Setup,
    what: &WhatArgs,
    how: &HowArgs,
    progress: &dyn Progress,
) -> Result<Report, Failure> {
    let mut stdin = io::stdin();
    let input = input(setup, what, how, &mut stdin)?;
    let mut report = scan(&plan(setup, input, what, how, progress)).map_err(Failure::of)?;
    report.notes.extend(setup.notes.iter().cloned());
    report.notes.sort();
    Ok(report)
}

/// The same, and who holds what.
pub(super) fn picture(
    setup: &Setup,
    what: &WhatArgs,
    how: &HowArgs,
    progress: &dyn Progress,
) -> Result<(Report, Graph), Failure> {
    let mut stdin = io::stdin();
    let input = input(setup, what, how, &mut stdin)?;
    graph(&plan(setup, input, what, how, progress)).map_err(Failure::of)
}

fn input<'s>(
    setup: &Setup,
    what: &WhatArgs,
    how: &HowArgs,
    stdin: &'s mut io::Stdin,
) -> Result<Input<'s>, Failure> {
    if what.paths.iter().any(|path| path == Path::new("-")) {
        return stream(what, stdin);
    }
    Ok(Input::Tree(setup.tree(what, how.threads)?))
}

fn stream<'s>(what: &WhatArgs, stdin: &'s mut io::Stdin) -> Result<Input<'s>, Failure> {
    if what.paths.len() > 1 || what.home.is_some() {
        return Err(Failure::of(
            "`-` is standard input and stands alone; scan the other paths in a run of their own",
        ));
    }
    let bytes: &mut (dyn Read + Send) = stdin;
    Ok(Input::Stream { name: ArtifactPath::from_bytes(what.stdin_path.as_bytes()), bytes: Mutex::new(bytes) })
}

/// The plan for an input.
pub(super) fn plan<'p>(
    setup: &'p Setup,
    input: Input<'p>,
    what: &WhatArgs,
    how: &HowArgs,
    progress: &'p dyn Progress,
) -> Plan<'p> {
    Plan {
        pack: &setup.pack,
        input,
        now: setup.now,
        key: setup.key.clone(),
        off: setup.off.clone(),
        terms: setup.terms.clone(),
        policy: setup.policy.clone(),
        suppressions: setup.suppressions.clone(),
        extent: extent(what),
        gate: setup.gate,
        gate_ignored: setup.gate_ignored,
        allow_empty: what.allow_empty,
        threads: how.threads,
        progress,
    }
}
