//! Opens every file that a JSON report names and compares each reported place with what stands there.
//!
//! `check_spans REPORT ROOT [PLANTED]`: `ROOT` is what the report's paths are relative to; `PLANTED` is the list that the example
//! `plant` writes, of which everything has to be found at its very span. One line for each violation; none, and the exit code
//! is 0. It counts lines and columns anew, from the first byte of the file, and shares no code with what it checks but the guess
//! of a file's encoding.

#![expect(clippy::print_stdout, reason = "what is wrong is its result")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use outstay::text::Encoding;
use serde_json::Value;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [report, root, rest @ ..] = arguments.as_slice() else {
        return Err("usage: check_spans REPORT ROOT [PLANTED]".into());
    };
    let report: Value = serde_json::from_slice(&fs::read(report)?)?;
    let mut check = Check { root, files: BTreeMap::new(), found: BTreeSet::new(), places: 0, violations: 0 };
    for finding in list(&report["findings"]) {
        check.finding(finding);
    }
    let mut planted = 0;
    for list in rest {
        planted += check.planted(&fs::read_to_string(list)?)?;
    }
    let Check { places, violations, .. } = check;
    println!("{places} places and {planted} planted credentials compared, {violations} violations");
    Ok(if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Check<'r> {
    root: &'r Path,
    files: BTreeMap<String, Vec<u8>>,
    /// Path, start and end of each finding's own place.
    found: BTreeSet<(String, usize, usize)>,
    places: usize,
    violations: usize,
}

impl Check<'_> {
    fn finding(&mut self, finding: &Value) {
        let place = &finding["location"];
        let (start, end) = (number(&place["bytes"]["start"]), number(&place["bytes"]["end"]));
        self.found.insert((text(&place["path"]).to_owned(), start, end));
        let prefix =
            finding["credential"]["shown"].as_str().map(|shown| shown.trim_end_matches("[redacted]"));
        let name = finding["grant"]["reference"].as_str();
        self.place(finding, place, |there| match (prefix, name) {
            (Some(prefix), _) if !there.starts_with(prefix) => {
                Some("it does not begin as the report shows it")
            }
            (Some(prefix), _) if there.len() <= prefix.len() => Some("nothing of it is redacted"),
            (None, Some(name)) if !there.contains(name) => Some("it does not hold the reference"),
            _ => None,
        });
        for related in list(&finding["related"]) {
            self.place(finding, &related["location"], |_| None);
        }
    }

    fn place(&mut self, finding: &Value, place: &Value, judge: impl Fn(&str) -> Option<&'static str>) {
        self.places += 1;
        let path = text(&place["path"]).to_owned();
        let root = self.root;
        let bytes = self
            .files
            .entry(path.clone())
            .or_insert_with(|| fs::read(opened(root, &path)).unwrap_or_default());
        let problem = mismatch(bytes, place, judge);
        if let Some(problem) = problem {
            self.violations += 1;
            println!("{path}:{}: {}: {problem}", place["start"]["line"], text(&finding["rule"]));
        }
    }

    fn planted(&mut self, list: &str) -> Result<usize, Box<dyn Error>> {
        for line in list.lines() {
            let planted: Value = serde_json::from_str(line)?;
            let span =
                (text(&planted["path"]).to_owned(), number(&planted["start"]), number(&planted["end"]));
            if !self.found.contains(&span) {
                self.violations += 1;
                let (path, start, end) = span;
                println!("{path}: the {} at the bytes {start} to {end} is not found", text(&planted["kind"]));
            }
        }
        Ok(list.lines().count())
    }
}

/// What is wrong with a place in a file.
fn mismatch(bytes: &[u8], place: &Value, judge: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
    let span = number(&place["bytes"]["start"])..number(&place["bytes"]["end"]);
    let Some(there) = bytes.get(span.clone()).filter(|there| !there.is_empty()) else {
        return Some(format!("the bytes {span:?} are not in the file, which has {}", bytes.len()));
    };
    let encoding = Encoding::sniff(bytes);
    for (what, at) in [("start", span.start), ("end", span.end)] {
        let counted = count(&characters(&bytes[..at], encoding));
        let said = (number(&place[what]["line"]), number(&place[what]["column"]));
        if counted != said {
            return Some(format!("its {what} is at {counted:?}, the report says {said:?}"));
        }
    }
    let there: String = characters(there, encoding).iter().collect();
    judge(&there).map(str::to_owned)
}

/// What a person reads; a byte that is no character counts as one.
fn characters(bytes: &[u8], encoding: Encoding) -> Vec<char> {
    let unit = match encoding {
        Encoding::Utf16Le => u16::from_le_bytes,
        Encoding::Utf16Be => u16::from_be_bytes,
        Encoding::Utf8 | Encoding::Latin1 => {
            let one_each = |chunk: std::str::Utf8Chunk<'_>| {
                chunk
                    .valid()
                    .chars()
                    .chain(chunk.invalid().iter().map(|byte| char::from(*byte)))
                    .collect::<Vec<_>>()
            };
            return bytes.utf8_chunks().flat_map(one_each).collect();
        }
    };
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let decoded = char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER));
    decoded
        .enumerate()
        .filter(|(at, character)| (*at, *character) != (0, '\u{FEFF}'))
        .map(|(_, it)| it)
        .collect()
}

/// The line and the column after these characters.
fn count(before: &[char]) -> (usize, usize) {
    let mut at = (1, 1);
    for character in before {
        at = if *character == '\n' { (at.0 + 1, 1) } else { (at.0, at.1 + 1) };
    }
    at
}

/// The file that a report's path means: what is percent-encoded in it is a byte.
fn opened(root: &Path, path: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code =
            path.get(path.len() - after.len()..).and_then(|text| u8::from_str_radix(text.get(..2)?, 16).ok());
        match code {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    root.join(from_bytes(bytes))
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
}
