//! What the configuration leaves out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::git::Kind;

/// Patterns of paths that are not scanned, written as in a `.gitignore`.
#[derive(Clone, Debug)]
pub struct Excludes(Arc<Gitignore>);

/// A pattern that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is no pattern for paths ({problem}); write it as in a .gitignore file")]
pub struct ExcludeError {
    /// As it was given.
    pub pattern: String,
    problem: String,
}

impl Default for Excludes {
    fn default() -> Self {
        Self(Arc::new(Gitignore::empty()))
    }
}

impl Excludes {
    /// `patterns` for paths below the directory `base`, the last match wins.
    pub fn new(base: &Path, patterns: &[String]) -> Result<Self, ExcludeError> {
        let base: PathBuf = fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf());
        let mut builder = GitignoreBuilder::new(base);
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(|error| refused(pattern, &error))?;
        }
        let built = builder.build().map_err(|error| refused(&patterns.join(" "), &error))?;
        Ok(Self(Arc::new(built)))
    }

    /// Whether `path` itself is left out.
    pub(super) fn exclude(&self, path: &Path, kind: Kind) -> bool {
        self.0.matched(path, kind == Kind::Directory).is_ignore()
    }

    /// Whether `path` or a directory that it is in is left out.
    pub(super) fn exclude_within(&self, path: &Path, kind: Kind) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let base = self.0.path();
        let mut parents =
            path.ancestors().skip(1).take_while(|parent| *parent != base && parent.starts_with(base));
        self.exclude(path, kind) || parents.any(|parent| self.exclude(parent, Kind::Directory))
    }
}

fn refused(pattern: &str, error: &ignore::Error) -> ExcludeError {
    let problem = match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    };
    ExcludeError { pattern: pattern.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(patterns: &[&str]) -> Excludes {
        let patterns: Vec<_> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Excludes::new(Path::new("/base"), &patterns).unwrap()
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
        assert!(!Excludes::default().exclude_within(Path::new("/base/a.png"), Kind::File));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let error = Excludes::new(Path::new("/base"), &["a[".to_owned()]).unwrap_err();
        assert_eq!(error.pattern, "a[");
        assert!(error.to_string().contains("unclosed character class"), "{error}");
    }
}
