//! Writes anew what is generated from the rules and stands in the tree: the graph in the README and `rules/CATALOG.md`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use outstay::rules::{RulePack, Samples};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = root.join("README.md");
    let text = fs::read_to_string(&readme)?;
    let (before, after) = text.split_once("```mermaid\n").ok_or("README.md has no ```mermaid block")?;
    let (_, after) = after.split_once("```").ok_or("the ```mermaid block of README.md is not closed")?;
    let demo = root.join("target/regenerate");
    expand(&root.join("fixtures/demo"), &demo)?;
    let graph = outstay(&demo, &["graph", "--quiet", "--now", "2026-01-01"])?;
    fs::write(readme, format!("{before}```mermaid\n{graph}```{after}"))?;
    fs::write(root.join("rules/CATALOG.md"), outstay(root, &["rules", "catalog"])?)?;
    Ok(())
}

fn outstay(directory: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "--"])
        .args(arguments)
        .current_dir(directory)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Writes the example project, key-shaped samples and all, where no commit can take it.
fn expand(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    let pack = RulePack::embedded()?;
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            fs::write(&target, samples.text(&fs::read_to_string(entry.path())?, "demo")?)?;
        }
    }
    // A repository of its own, so that paths are those of the project.
    Command::new("git").args(["init", "--quiet"]).current_dir(to).status()?;
    Ok(())
}
