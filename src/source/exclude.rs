//! What the configuration leaves out.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::PathSet;

use super::git::Kind;

/// Paths that are not scanned, and those among them that are all the same.
#[derive(Clone, Debug, Default)]
pub struct Excludes {
    left_out: Vec<Patterns>,
    kept: Vec<Patterns>,
}

impl Excludes {
    /// `patterns` for paths below the directory `base`.
    pub fn new(base: &Path, patterns: PathSet) -> Self {
        let mut excludes = Self::default();
        excludes.add(base, patterns);
        excludes
    }

    /// Leaves out what `patterns` match below `base` as well.
    pub fn add(&mut self, base: &Path, patterns: PathSet) {
        self.left_out.extend(Patterns::of(base, patterns));
    }

    /// Never leaves out the files that `patterns` match below `base`.
    pub fn keep(&mut self, base: &Path, patterns: PathSet) {
        self.kept.extend(Patterns::of(base, patterns));
    }

    /// Whether `path` itself is left out. A directory is not where something below it may have to be kept.
    pub(super) fn exclude(&self, path: &Path, kind: Kind) -> bool {
        if self.kept.is_empty() {
            return self.left_out.iter().any(|patterns| patterns.match_itself(path, kind));
        }
        kind == Kind::File && self.exclude_within(path, kind)
    }

    /// Whether `path` or a directory that it is in is left out.
    pub(super) fn exclude_within(&self, path: &Path, kind: Kind) -> bool {
        let left_out = self.left_out.iter().any(|patterns| patterns.match_within(path, kind));
        left_out && (self.kept.is_empty() || kind == Kind::File && !self.keeps(path))
    }

    /// Whether the file `path` is scanned though it should have been left out.
    pub(super) fn was_kept(&self, path: &Path) -> bool {
        self.keeps(path) && self.left_out.iter().any(|patterns| patterns.match_within(path, Kind::File))
    }

    fn keeps(&self, path: &Path) -> bool {
        self.kept.iter().any(|patterns| patterns.match_within(path, Kind::File))
    }
}

/// Patterns of paths, and the directory that they speak of.
#[derive(Clone, Debug)]
struct Patterns {
    base: PathBuf,
    set: PathSet,
}

impl Patterns {
    /// `None` where there is no pattern.
    fn of(base: &Path, set: PathSet) -> Option<Self> {
        let base = || fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf());
        (!set.is_empty()).then(|| Self { base: base(), set })
    }

    fn match_itself(&self, path: &Path, kind: Kind) -> bool {
        self.below(path).is_some_and(|below| match kind {
            Kind::Directory => self.set.matches_directory(below),
            Kind::File => self.set.matches_file(below),
        })
    }

    fn match_within(&self, path: &Path, kind: Kind) -> bool {
        self.match_itself(path, kind) || self.below(path).is_some_and(|below| self.set.matches_parent(below))
    }

    /// `path` as the patterns see it, if they speak of it.
    fn below<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let below = path.strip_prefix(&self.base).ok()?;
        (!below.as_os_str().is_empty()).then_some(below)
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

    #[test]
    fn what_is_kept_is_found_below_a_directory_that_is_left_out() {
        let mut excludes = excludes(&["docs/", "*.png"]);
        excludes.keep(Path::new("/base"), PathSet::new("", ["/docs/deploy/", "*.tf"]).unwrap());
        assert!(!excludes.exclude(Path::new("/base/docs"), Kind::Directory), "it is walked into");
        let excluded = |path: &str| excludes.exclude(Path::new(path), Kind::File);
        assert!(excluded("/base/docs/a.md") && excluded("/base/a.png"));
        assert!(!excluded("/base/docs/deploy/a.png") && !excluded("/base/docs/x.tf"));
        let kept = |path: &str| excludes.was_kept(Path::new(path));
        assert!(kept("/base/docs/x.tf") && !kept("/base/x.tf") && !kept("/base/a.png"));
    }
}
