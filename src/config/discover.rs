//! Where the configuration is.

use std::path::{Path, PathBuf};

use super::ConfigError;

/// The file's name.
pub const FILE_NAME: &str = "outstay.toml";

/// The configuration that governs `scanned`: the nearest one upward, no further than the root of its git work tree; or,
/// outside of git, no further than `working_dir`, and in `scanned` itself only where that is not above.
pub fn discover(scanned: &Path, working_dir: &Path) -> Result<Option<PathBuf>, ConfigError> {
    // A path that does not exist is the scan's to complain about.
    let Ok(scanned) = scanned.canonicalize() else { return Ok(None) };
    let start = if scanned.is_dir() { scanned.as_path() } else { scanned.parent().unwrap_or(&scanned) };
    let top = top_of(start, working_dir);
    for dir in start.ancestors() {
        let candidate = dir.join(FILE_NAME);
        if let Ok(metadata) = candidate.symlink_metadata() {
            refuse_link_outward(&candidate, metadata.is_symlink(), &top)?;
            if candidate.is_file() {
                return Ok(Some(candidate));
            }
        }
        if dir == top {
            break;
        }
    }
    Ok(None)
}

fn top_of(start: &Path, working_dir: &Path) -> PathBuf {
    if let Some(git_root) = start.ancestors().find(|dir| dir.join(".git").exists()) {
        return git_root.to_owned();
    }
    match working_dir.canonicalize() {
        Ok(working_dir) if start.starts_with(&working_dir) => working_dir,
        _ => start.to_owned(),
    }
}

/// An error shows the line it speaks of: a link in a foreign repository must not make that a line of another file.
fn refuse_link_outward(candidate: &Path, is_link: bool, top: &Path) -> Result<(), ConfigError> {
    let leads_outward = is_link && !candidate.canonicalize().is_ok_and(|target| target.starts_with(top));
    if leads_outward { Err(ConfigError::Link { path: candidate.to_owned() }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("repo/a/b")).unwrap();
        (dir, root)
    }

    #[test]
    fn it_is_found_upward_to_the_git_root_and_no_further() {
        let (_dir, root) = tree();
        let repo = root.join("repo");
        fs::create_dir(repo.join(".git")).unwrap();
        fs::write(root.join(FILE_NAME), "").unwrap();
        let found = |from: &str| discover(&repo.join(from), &root).unwrap();
        assert_eq!(found("a/b"), None, "above the git root");
        fs::write(repo.join(FILE_NAME), "").unwrap();
        assert_eq!(found("a/b"), Some(repo.join(FILE_NAME)));
        fs::write(repo.join("a").join(FILE_NAME), "").unwrap();
        assert_eq!(found("a/b"), Some(repo.join("a").join(FILE_NAME)), "the nearest");
        assert_eq!(found("outstay.toml"), Some(repo.join(FILE_NAME)), "from a file");
        assert_eq!(found("missing"), None);
    }

    #[test]
    fn outside_of_git_the_working_directory_is_the_limit() {
        let (_dir, root) = tree();
        fs::write(root.join(FILE_NAME), "").unwrap();
        let scanned = root.join("repo/a");
        assert_eq!(discover(&scanned, &root).unwrap(), Some(root.join(FILE_NAME)));
        assert_eq!(discover(&scanned, &root.join("repo")).unwrap(), None);
        assert_eq!(discover(&scanned, &root.join("repo/a/b")).unwrap(), None, "not below it");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_outward_is_refused() {
        let (_dir, root) = tree();
        fs::create_dir(root.join("repo/.git")).unwrap();
        fs::write(root.join("private"), "x").unwrap();
        std::os::unix::fs::symlink(root.join("private"), root.join("repo").join(FILE_NAME)).unwrap();
        assert!(matches!(discover(&root.join("repo"), &root), Err(ConfigError::Link { .. })));
    }
}
