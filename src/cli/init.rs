//! `outstay init`.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};

use crate::config::{FILE_NAME, POLICY_FILE_NAME, policy_template, template};

use super::args::InitArgs;
use super::exit::{Exit, Failure};

pub(super) fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let (name, text, command) = if args.policy {
        (POLICY_FILE_NAME, policy_template(), "outstay scan --policy FILE")
    } else {
        (FILE_NAME, template(), "outstay scan")
    };
    let file = args.directory.join(name);
    let created = OpenOptions::new().write(true).create_new(true).open(&file);
    let mut created = created.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::of(format!("{} is there already; it was left as it is", file.display()))
        }
        _ => Failure::of(format!("cannot write {}: {error}", file.display())),
    })?;
    created
        .write_all(text.as_bytes())
        .map_err(|error| Failure::of(format!("cannot write {}: {error}", file.display())))?;
    let _ = writeln!(io::stderr(), "wrote {}; `{command}` goes by it from now on", file.display());
    Ok(Exit::Clean)
}
