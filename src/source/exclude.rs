//! What the configuration leaves out.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::PathSet;

use super::git::Kind;

/// Patterns of paths that are not scanned, and the directory that they speak of.
#[derive(Clone, Debug, Default)]
pub struct Excludes {
    base: PathBuf,
    patterns: PathSet,
}

impl Excludes {
    /// `patterns` for paths below the directory `base`.
    pub fn new(base: &Path, patterns: PathSet) -> Self {
        Self { base: fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf()), patterns }
    }

    /// Whether `path` itself is left out.
    pub(super) fn exclude(&self, path: &Path, kind: Kind) -> bool {
        self.below(path).is_some_and(|below| match kind {
            Kind::Directory => self.patterns.matches_directory(below),
            Kind::File => self.patterns.matches_file(below),
        })
    }

    /// Whether `path` or a directory that it is in is left out.
    pub(super) fn exclude_within(&self, path: &Path, kind: Kind) -> bool {
        self.exclude(path, kind) || self.below(path).is_some_and(|below| self.patterns.matches_parent(below))
    }

    /// `path` as the patterns see it, if they speak of it.
    fn below<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let below = path.strip_prefix(&self.base).ok()?;
        (!self.patterns.is_empty() && !below.as_os_str().is_empty()).then_some(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(patterns: &[&str]) -> Excludes {
        Excludes::new(Path::new("/base"), PathSet::new("", patterns.iter().copied()).unwrap())
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let excludes = excludes(&["*.png", "/docs/", "!keep.png"]);
        let excluded = |path: &str| excludes.exclude_within(Path::new(path), Kind::File);
        assert!(excluded("/base/a/b.png"));
        assert!(excluded("/base/docs/a/b.md"));
        assert!(!excluded("/base/docs"), "a file of that name stays");
        assert!(!excluded("/base/a/docs/b.md"));
        assert!(!excluded("/base/keep.png"));
        assert!(!excluded("/other/a.png"), "the patterns do not speak of it");
        assert!(!self::excludes(&["*"]).exclude_within(Path::new("/base"), Kind::Directory));
        assert!(!Excludes::default().exclude_within(Path::new("/base/a.png"), Kind::File));
    }
}
