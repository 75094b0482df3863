//! What git knows of a file, read from its own files: no `git` is run.

mod ignored;
mod index;
mod repository;

pub(super) use ignored::Kind;
pub(super) use repository::Repositories;

use std::path::{Path, PathBuf};

use crate::model::Exposure;

/// The work tree that `path`, a directory, stands in: the nearest ancestor, itself included, that has a `.git`.
pub fn git_root(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|directory| repository::is_work_tree(directory)).map(Path::to_path_buf)
}

/// Tells who else can see a file. Each repository is read when it is first asked about, once.
#[derive(Debug, Default)]
pub struct Exposures {
    repositories: Repositories,
}

impl Exposures {
    /// The exposure of the file at `path`, as the walk gave it.
    pub fn exposure_of(&self, path: &Path) -> Exposure {
        let Some(repository) = path.parent().and_then(|directory| self.repositories.of(directory)) else {
            return Exposure::OutsideGit;
        };
        if repository.tracks(path) {
            Exposure::Tracked
        } else if repository.ignores(path, Kind::File) {
            Exposure::Ignored
        } else {
            Exposure::Untracked
        }
    }

    /// Which repositories could not be read, one sentence each, sorted.
    pub fn notes(&self) -> Vec<String> {
        self.repositories.notes()
    }
}

#[cfg(test)]
mod tests;
