//! Runs two commands in turn, A B A B …, and says how long each took and how much memory: `paired ROUNDS A… -- B…`.
//!
//! One line comes out, separated by tabs: the least, median and greatest wall time of A and the same of B, the median
//! ratio and the median difference of the pairs, the peak memory of both, their exit codes. Times are in milliseconds,
//! memory in MB, both alike on a noisy machine: what disturbs one of a pair disturbs the other.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is printed")]

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// What every failure ends with.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Has this program run one command and print its peak memory, so that no other child is counted.
const MEMORY: &str = "--memory";

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let outcome = if first == MEMORY { print_memory(&rest) } else { print_pair(&first, &rest) };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paired: {error}; the call is `paired ROUNDS A… -- B…`");
            ExitCode::FAILURE
        }
    }
}

fn print_pair(rounds: &OsString, commands: &[OsString]) -> Outcome<()> {
    let rounds: usize = rounds.to_str().unwrap_or_default().parse()?;
    let mut sides = commands.split(|argument| argument == "--");
    let (Some(a), Some(b), None) = (sides.next(), sides.next(), sides.next()) else {
        return Err("two commands are needed, with `--` between them".into());
    };
    // The first run of each fills the caches and is not counted.
    let (a_code, b_code) = (timed(a)?.code, timed(b)?.code);
    let mut pairs = Vec::new();
    for _ in 0..rounds.max(1) {
        pairs.push((timed(a)?.milliseconds, timed(b)?.milliseconds));
    }
    let [a_least, a_median, a_most] = spread(pairs.iter().map(|pair| pair.0));
    let [b_least, b_median, b_most] = spread(pairs.iter().map(|pair| pair.1));
    let [_, ratio, _] = spread(pairs.iter().map(|pair| pair.0 / pair.1));
    let [_, difference, _] = spread(pairs.iter().map(|pair| pair.0 - pair.1));
    println!(
        "{a_least:.1}\t{a_median:.1}\t{a_most:.1}\t{b_least:.1}\t{b_median:.1}\t{b_most:.1}\t{ratio:.2}\t{difference:.1}\t{}\t{}\t{a_code}\t{b_code}",
        memory(a)?,
        memory(b)?,
    );
    Ok(())
}

struct Run {
    milliseconds: f64,
    code: i32,
}

fn timed(command: &[OsString]) -> Outcome<Run> {
    let mut command = silent(command)?;
    let begin = Instant::now();
    let status = command.status()?;
    Ok(Run { milliseconds: begin.elapsed().as_secs_f64() * 1000.0, code: status.code().unwrap_or(-1) })
}

fn silent(command: &[OsString]) -> Outcome<Command> {
    let (program, arguments) = command.split_first().ok_or("a command is empty")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}

/// Least, median and greatest.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    [0, values.len() / 2, values.len() - 1].map(|at| values[at])
}

/// The peak memory of one run of `command`.
fn memory(command: &[OsString]) -> Outcome<String> {
    let output = Command::new(env::current_exe()?).arg(MEMORY).args(command).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn print_memory(command: &[OsString]) -> Outcome<()> {
    silent(command)?.status()?;
    println!("{}", peak_of_children());
    Ok(())
}

#[cfg(unix)]
fn peak_of_children() -> String {
    use nix::sys::resource::{UsageWho, getrusage};

    // Linux and the BSDs count in KB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1_000_000 } else { 1_000 };
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or_else(|_| "unknown".to_owned(), |usage| (usage.max_rss() / unit).to_string())
}

#[cfg(not(unix))]
fn peak_of_children() -> String {
    "unknown".to_owned()
}
