//! The command line: flags become a plan, the plan's report becomes text and an exit code.

mod args;
mod baseline;
mod catalogue;
mod exit;
mod explain;
mod graph;
mod init;
mod layers;
mod output;
mod plan;
mod progress;
mod rules;
mod scan;
mod shell;
mod waive;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use exit::{Exit, Failure};

/// Runs the program on its own arguments.
pub fn main() -> ExitCode {
    run_on(std::env::args_os())
}

/// Runs the program on these arguments, the program's name first.
pub fn run_on(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A panic's message may quote what is scanned; its place in our own source never does.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "outstay: internal error at {place}; please report it");
    }));
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong { Exit::Usage.into() } else { Exit::Clean.into() };
        }
    };
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let _ = write!(io::stderr(), "{}", failure.render());
            Exit::Usage.into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Waive(args) => waive::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    }
}
