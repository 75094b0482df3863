//! Embeds the rule files: as they are written, and prepared for a quick start.

#![expect(clippy::use_debug, reason = "a string in Rust source is written as its Debug form")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let (mut written, mut prepared) = (String::from("&[\n"), String::from("&[\n"));
    let mut exit = ExitCode::SUCCESS;
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("the rules are readable");
        if entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name =
            entry.path().strip_prefix(&root).expect("it is below").to_string_lossy().replace('\\', "/");
        writeln!(written, "    ({name:?}, include_str!({:?})),", entry.path()).expect("a string takes it");
        match prepare(entry.path()) {
            Ok(json) => writeln!(prepared, "    ({name:?}, {json:?}),").expect("a string takes it"),
            Err(message) => {
                for line in format!("rules/{name} is no valid TOML: {message}").lines() {
                    println!("cargo::error={line}");
                }
                exit = ExitCode::FAILURE;
            }
        }
    }
    embed("written_rules.rs", written);
    embed("prepared_rules.rs", prepared);
    exit
}

fn embed(file: &str, mut code: String) {
    code.push_str("]\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join(file);
    fs::write(out, code).expect("the output directory is writable");
}

/// A rule file as compact JSON, which is read several times faster than TOML, without the tests that stand in it.
fn prepare(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut value: Value = toml::from_str(&text).map_err(|error| error.to_string())?;
    for rule in tables(&mut value, "rule") {
        rule.insert("test".to_owned(), Value::Array(Vec::new()));
    }
    for kind in tables(&mut value, "credential") {
        kind.remove("finds");
        kind.remove("not");
    }
    Ok(value.to_string())
}

/// The tables of an array of tables; none where there is something else.
fn tables<'v>(
    value: &'v mut Value,
    name: &str,
) -> impl Iterator<Item = &'v mut serde_json::Map<String, Value>> {
    let array = value.get_mut(name).and_then(Value::as_array_mut);
    array.into_iter().flatten().filter_map(Value::as_object_mut)
}
