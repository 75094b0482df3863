//! Where reports go.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use crate::model::Report;
use crate::report::{Format, Secrets, Style, Volume, render};
use crate::rules::RulePack;

use super::args::{OutputArgs, Target, When};
use super::catalogue;
use super::exit::Failure;

/// The formats and their files; at most one goes to standard output.
pub(super) fn targets(args: &OutputArgs) -> Result<Vec<Target>, Failure> {
    let mut targets = args.format.clone();
    if targets.is_empty() {
        targets.push(Target { format: Format::Human, file: None });
    }
    if let Some(file) = &args.output {
        match targets.iter_mut().find(|target| target.file.is_none()) {
            Some(target) => target.file = Some(file.clone()),
            None => {
                return Err(Failure::of(
                    "every --format names a file, so nothing is left for -o; leave -o out",
                ));
            }
        }
    }
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err(Failure::of(
            "two formats for standard output; give one of them a file, as in --format sarif=FILE",
        ));
    }
    if args.show_secrets && !io::stdout().is_terminal() {
        return Err(Failure::of("--show-secrets works on a terminal only: what is written elsewhere stays"));
    }
    Ok(targets)
}

/// Writes the report to each target.
pub(super) fn write(
    report: &Report,
    pack: &RulePack,
    targets: &[Target],
    args: &OutputArgs,
) -> Result<(), Failure> {
    let catalogue = catalogue::of(pack, report);
    for target in targets {
        let style = match target.file {
            Some(_) => Style { colour: false, secrets: Secrets::Redacted, ..style(args) },
            None => style(args),
        };
        let render = |out: &mut dyn Write| render(report, &catalogue, &style, target.format, out);
        put("the report", target.file.as_deref(), render)?;
    }
    Ok(())
}

/// Writes `what` to a file, or to standard output. Whoever stopped reading has seen enough; the exit code still tells.
pub(super) fn put(
    what: &str,
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let flushed = |mut out: BufWriter<Box<dyn Write>>| write(&mut out).and_then(|()| out.flush());
    let result = match file {
        Some(file) => File::create(file).and_then(|file| flushed(BufWriter::new(Box::new(file)))),
        None => flushed(BufWriter::new(Box::new(io::stdout().lock()))),
    };
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let place = file.map_or("standard output".to_owned(), |file| file.display().to_string());
            Err(Failure::of(format!("cannot write {what} to {place}: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a text to standard output. Whoever stopped reading has seen enough.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::of(format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

fn style(args: &OutputArgs) -> Style {
    let terminal = io::stdout().is_terminal();
    let colour = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
    };
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    Style {
        colour,
        width: width.clamp(40, 200),
        secrets: if args.show_secrets { Secrets::Shown } else { Secrets::Redacted },
        volume: if args.quiet { Volume::Quiet } else { Volume::Full },
    }
}
