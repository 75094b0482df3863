//! Lists the rule files, so that they are embedded in the binary.

#![expect(clippy::use_debug, reason = "a string in Rust source is written as its Debug form")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let mut code = String::from("&[\n");
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("the rules are readable");
        if entry.path().extension().is_some_and(|extension| extension == "toml") {
            let name =
                entry.path().strip_prefix(&root).expect("it is below").to_string_lossy().replace('\\', "/");
            writeln!(code, "    ({name:?}, include_str!({:?})),", entry.path()).expect("a string takes it");
        }
    }
    code.push_str("]\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded_rules.rs");
    fs::write(out, code).expect("the output directory is writable");
}
