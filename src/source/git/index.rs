//! Which paths git tracks.

use std::io;
use std::path::Path;

use gix_index::{State, decode, hash};

use super::repository::read_text;

/// More than the largest repositories have; a forged index cannot ask for more.
const MOST_MEMORY: usize = 1 << 30;

/// The extension that is looked for stands near the start of the configuration.
const LONGEST_CONFIG: u64 = 1 << 20;

/// The paths in the index of one work tree.
#[derive(Debug)]
pub(super) enum Index {
    /// A new repository has none yet.
    Missing,
    /// As read.
    Read(Box<State>),
    /// Why it could not be read.
    Unreadable(String),
}

impl Index {
    /// Reads the index in `git_directory`; what all work trees share is in `common_directory`.
    pub(super) fn read(git_directory: &Path, common_directory: &Path) -> Self {
        let names = if uses_sha256(common_directory) { hash::Kind::Sha256 } else { hash::Kind::Sha1 };
        let options = decode::Options {
            thread_limit: Some(1),
            alloc_limit_bytes: Some(MOST_MEMORY),
            ..decode::Options::default()
        };
        let file = git_directory.join("index");
        match file.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::Missing,
            Ok(found) if !found.is_file() => return Self::unreadable("it is no regular file"),
            _ => {}
        }
        match gix_index::File::at(file, names, true, options) {
            Ok(index) => Self::Read(Box::new(index.into_parts().0)),
            Err(_) => Self::unreadable("it is damaged or of an unknown version"),
        }
    }

    /// An index that holds nothing because of `problem`.
    pub(super) fn unreadable(problem: &str) -> Self {
        Self::Unreadable(problem.to_owned())
    }

    /// Why it could not be read.
    pub(super) fn problem(&self) -> Option<&str> {
        match self {
            Self::Unreadable(problem) => Some(problem),
            Self::Missing | Self::Read(_) => None,
        }
    }

    /// Whether `path`, relative to the work tree and with `/`, is tracked, in whatever stage.
    pub(super) fn tracks(&self, path: &[u8]) -> bool {
        matches!(self, Self::Read(state) if state.entry_range(path.into()).is_some())
    }

    /// Whether anything below the directory `path` is tracked.
    pub(super) fn tracks_within(&self, path: &[u8]) -> bool {
        let Self::Read(state) = self else { return false };
        let prefix = [path, b"/"].concat();
        state.prefixed_entries_range(prefix.as_slice().into()).is_some()
    }
}

/// Whether the repository's configuration says that objects are named by SHA-256.
fn uses_sha256(common_directory: &Path) -> bool {
    let Some(config) = read_text(&common_directory.join("config"), LONGEST_CONFIG) else { return false };
    config.lines().any(|line| {
        line.split_once('=').is_some_and(|(key, value)| {
            key.trim().eq_ignore_ascii_case("objectformat") && value.trim().eq_ignore_ascii_case("sha256")
        })
    })
}
