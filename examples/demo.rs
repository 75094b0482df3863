//! Expands the example project of `fixtures/demo` from its seeds into the build folder and scans it there, as the program would.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use outstay::rules::{RulePack, Samples};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let project = expand()?;
    // A demonstration that finds what it planted has succeeded; the exit code of the scan is for gates.
    let _ = outstay::cli::run_on(["outstay".into(), "scan".into(), project.into_os_string()]);
    Ok(ExitCode::SUCCESS)
}

/// Writes the project, key-shaped samples and all, where no commit can take it.
fn expand() -> Result<PathBuf, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (from, to) = (root.join("fixtures/demo"), root.join("target/demo"));
    let pack = RulePack::embedded()?;
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(&from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            fs::write(&target, samples.text(&fs::read_to_string(entry.path())?, "demo")?)?;
        }
    }
    for arguments in [["init", "-q"], ["add", "-A"]] {
        let git = Command::new("git").arg("-C").arg(&to).args(arguments).stdout(Stdio::null()).status();
        git.map_err(|error| format!("the demonstration needs git to show what is tracked: {error}"))?;
    }
    Ok(to)
}
