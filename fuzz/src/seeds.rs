//! Where fuzzing begins: the templates in `seeds/`, and what the embedded rules hold by way of samples and tests.

use std::fs;
use std::path::Path;

use outstay::rules::{Kind, Samples};

use super::{PACK, pipeline};

/// The seeds of a target, sorted; `directory` is `fuzz/seeds`. A template there may begin with `\0` to `\9`: that byte.
pub fn of(target: &str, directory: &Path) -> Vec<Vec<u8>> {
    let mut seeds = vec![Vec::new()];
    let mut files: Vec<_> = fs::read_dir(directory.join(target))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    for file in files {
        seeds.push(chosen(&expand(&fs::read_to_string(file).expect("a seed can be read"))));
    }
    match target {
        "detect" | "slot" | "values" => seeds.extend(samples(target)),
        "config" => seeds.push(outstay::config::template().replace("\n#", "\n").into_bytes()),
        "scan" => seeds.extend(rule_tests()),
        _ => {}
    }
    seeds
}

fn expand(template: &str) -> String {
    let find = |id: &str| PACK.kind(id);
    Samples::new(&find).text(template, "seed").expect("a seed is a template")
}

fn chosen(text: &str) -> Vec<u8> {
    let digit = |rest: &str| rest.bytes().next().filter(u8::is_ascii_digit);
    match text.strip_prefix('\\').and_then(|rest| Some((digit(rest)?, &rest[1..]))) {
        Some((digit, rest)) => [&[digit - b'0'], rest.as_bytes()].concat(),
        None => text.as_bytes().to_vec(),
    }
}

/// A sample of each kind under its usual name; two bytes before it for what the target chooses.
fn samples(target: &str) -> Vec<Vec<u8>> {
    let find = |id: &str| PACK.kind(id);
    let samples = Samples::new(&find);
    let value = |kind: &Kind| samples.value(kind, 1).expect("every kind has a sample");
    let seed = |kind: &Kind| match target {
        "detect" => format!("\0\u{40}{}={}\n", kind.name, value(kind)),
        "slot" => format!("{}={}", kind.name, value(kind)),
        _ => value(kind),
    };
    PACK.kinds.iter().map(|kind| seed(kind).into_bytes()).collect()
}

/// The texts of the rules' own tests under the paths that this target knows.
fn rule_tests() -> Vec<Vec<u8>> {
    let tests = PACK.rules.iter().flat_map(|rule| &rule.tests);
    let texts = tests.filter_map(|test| Some((test.file.as_ref()?, test.text.as_ref()?)));
    let known = texts.filter_map(|(file, text)| {
        let path = pipeline::PATHS.iter().position(|path| path == file)?;
        Some([&[u8::try_from(path).ok()?], expand(text).as_bytes()].concat())
    });
    known.collect()
}
