//! `outstay baseline`.

use std::fs;
use std::io::{self, Write as _};

use crate::suppress::Baseline;

use super::args::BaselineArgs;
use super::exit::{Exit, Failure};
use super::plan::Setup;
use super::progress::Bar;
use super::scan::{first, report};

pub(super) fn run(args: &BaselineArgs) -> Result<Exit, Failure> {
    let mut setup = Setup::new(&args.how, &first(&args.what)?)?;
    // What an older baseline holds belongs into the new one as well.
    setup.suppressions.baseline = None;
    let report = report(&setup, &args.what, &args.how, &Bar::new(false))?;
    let open: Vec<_> = report.findings.iter().filter(|finding| finding.is_open()).cloned().collect();
    let baseline = Baseline::of(&open);
    fs::write(&args.output, baseline.write())
        .map_err(|error| Failure::of(format!("cannot write {}: {error}", args.output.display())))?;
    let _ = writeln!(
        io::stderr(),
        "{} findings stand in {file}; `outstay scan --baseline {file}` reports only what is new",
        baseline.len(),
        file = args.output.display(),
    );
    Ok(if report.incomplete { Exit::Incomplete } else { Exit::Clean })
}
