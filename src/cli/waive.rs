//! `outstay waive`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::config::{EditError, FILE_NAME, NewWaiver, add_waiver, discover};
use crate::model::{Duration, Fingerprint, Waived};

use super::args::WaiveArgs;
use super::exit::{Exit, Failure};
use super::plan::{now, working_directory};

pub(super) fn run(args: &WaiveArgs) -> Result<Exit, Failure> {
    let fingerprint = Fingerprint::parse(&args.fingerprint).ok_or_else(|| {
        Failure::of(format!(
            "`{}` is no fingerprint; copy the 32 hex digits of a finding from the report",
            args.fingerprint
        ))
    })?;
    if let Some(until) = args.until
        && now(None)? >= until.plus(Duration::DAY)
    {
        let day = until.date();
        return Err(Failure::of(format!(
            "{day} is over, so the waiver would hold nothing; give a later --until"
        )));
    }
    let file = file(args)?;
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::of(format!("cannot read {}: {error}", file.display()))),
    };
    let waiver = NewWaiver {
        subject: Waived::Fingerprint(fingerprint),
        path: args.path.clone(),
        reason: args.reason.clone(),
        until: args.until,
    };
    let edited = add_waiver(&text, &waiver).map_err(|error| match error {
        EditError::Invalid(error) => Failure::from(error),
        other => Failure::of(other),
    })?;
    fs::write(&file, edited)
        .map_err(|error| Failure::of(format!("cannot write {}: {error}", file.display())))?;
    let end = args.until.map_or("without an end".to_owned(), |until| format!("until {}", until.date()));
    let _ = writeln!(io::stderr(), "waived {fingerprint} {end} in {}", file.display());
    Ok(Exit::Clean)
}

fn file(args: &WaiveArgs) -> Result<PathBuf, Failure> {
    if let Some(file) = &args.config {
        return Ok(file.clone());
    }
    let here = working_directory()?;
    Ok(discover(Path::new("."), &here)?.unwrap_or_else(|| PathBuf::from(FILE_NAME)))
}
