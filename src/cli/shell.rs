//! `outstay completions` and `outstay man`.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::exit::{Exit, Failure};
use super::output::print;

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "outstay", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Clean)
}

pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    match &args.out {
        Some(directory) => all_pages(directory)?,
        None => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut text)
                .map_err(|error| Failure::of(format!("cannot write: {error}")))?;
            print(&String::from_utf8_lossy(&text))?;
        }
    }
    Ok(Exit::Clean)
}

fn all_pages(directory: &Path) -> Result<(), Failure> {
    let command = Cli::command().disable_help_subcommand(true);
    let written = fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(command, directory));
    written.map_err(|error| {
        Failure::of(format!("cannot write the manual pages to {}: {error}", directory.display()))
    })
}
