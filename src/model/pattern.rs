//! Patterns that a person writes to name paths and holders.

use std::path::Path;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{ArtifactPath, Holder};

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no pattern of names: {problem}")]
pub struct PatternError {
    /// Which of the patterns, from 0.
    pub index: usize,
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it, in one clause.
    pub problem: String,
}

/// Patterns of paths, read as `.gitignore` reads them: one without `/` matches at any depth, one that names a directory
/// matches all in it, `*` stays within one component and `**` does not, the last one that matches wins, and it may begin
/// with `!`.
#[derive(Clone, Debug)]
pub struct PathSet {
    set: Arc<Gitignore>,
    base: String,
    patterns: Vec<String>,
}

impl Default for PathSet {
    /// No patterns.
    fn default() -> Self {
        Self { set: Arc::new(Gitignore::empty()), base: String::new(), patterns: Vec::new() }
    }
}

impl PathSet {
    /// Compiles `patterns`, which are relative to the directory `base`; that is the empty string where reported paths
    /// are relative to the same directory.
    pub fn new<'p>(base: &str, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        let mut texts: Vec<String> = Vec::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            let error = |problem: String| PatternError { index, pattern: pattern.to_owned(), problem };
            sound(pattern).map_err(|problem| error(problem.to_owned()))?;
            builder.add_line(None, pattern).map_err(|problem| error(clause(&problem)))?;
            texts.push(pattern.to_owned());
        }
        let set = builder.build().map_err(|problem| PatternError {
            index: 0,
            pattern: texts.first().cloned().unwrap_or_default(),
            problem: clause(&problem),
        })?;
        let base = if base.is_empty() { String::new() } else { format!("{base}/") };
        Ok(Self { set: Arc::new(set), base, patterns: texts })
    }

    /// Whether the patterns match this file or a directory that it is in.
    pub fn matches(&self, path: &ArtifactPath) -> bool {
        let below = path.as_str().strip_prefix(&self.base).map(Path::new);
        below.is_some_and(|below| self.matches_file(below) || self.matches_parent(below))
    }

    /// Whether the patterns match this file itself, by its path below the directory that they are relative to.
    pub fn matches_file(&self, below: &Path) -> bool {
        self.set.matched(below, false).is_ignore()
    }

    /// The same for a directory.
    pub fn matches_directory(&self, below: &Path) -> bool {
        self.set.matched(below, true).is_ignore()
    }

    /// Whether the patterns match a directory that this path is in.
    pub fn matches_parent(&self, below: &Path) -> bool {
        let mut parents = below.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
        parents.any(|parent| self.matches_directory(parent))
    }

    /// The patterns as they were written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether each pattern can match one file only.
    pub fn is_literal(&self) -> bool {
        self.patterns.iter().all(|pattern| {
            pattern.trim_start_matches('/').contains('/') && !pattern.contains(['*', '?', '[', '{'])
        })
    }
}

/// Refuses what `.gitignore` would pass over, or could never match.
fn sound(pattern: &str) -> Result<(), &'static str> {
    let body = pattern.trim_start_matches(['!', '/']).trim_end_matches('/');
    if body.trim().is_empty() || pattern.starts_with('#') {
        return Err("it names nothing");
    }
    if body.split('/').any(|component| component == "..") {
        return Err("`..` leads out of the directory of the configuration");
    }
    Ok(())
}

/// What is wrong with a pattern of paths, without the pattern.
fn clause(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// Patterns of names that are no paths, such as those of holders: `*` matches any run of characters.
#[derive(Clone, Debug, Default)]
pub struct NameSet(GlobSet);

impl NameSet {
    /// Compiles `patterns`.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let mut builder = GlobSetBuilder::new();
        let mut first = String::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            let glob = GlobBuilder::new(pattern).backslash_escape(true).build();
            builder.add(glob.map_err(|problem| PatternError {
                index,
                pattern: pattern.to_owned(),
                problem: problem.kind().to_string(),
            })?);
            if index == 0 {
                pattern.clone_into(&mut first);
            }
        }
        let error = |problem: globset::Error| PatternError {
            index: 0,
            pattern: first,
            problem: problem.kind().to_string(),
        };
        builder.build().map(Self).map_err(error)
    }

    /// Whether one of the patterns matches all of `name`.
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Patterns of holders: of their names, and after `kind:` of their kinds, after `path:` of the files that declare them.
#[derive(Clone, Debug, Default)]
pub struct HolderSet {
    names: NameSet,
    kinds: NameSet,
    paths: PathSet,
}

impl HolderSet {
    /// Compiles `patterns`; those of paths are relative to the directory `base`, as in [`PathSet::new`].
    pub fn new<'p>(base: &str, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let (mut names, mut kinds, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        for (index, pattern) in patterns.into_iter().enumerate() {
            match pattern.split_once(':') {
                Some(("kind", kind)) => kinds.push((index, kind)),
                Some(("path", path)) => paths.push((index, path)),
                Some(("name", name)) => names.push((index, name)),
                _ => names.push((index, pattern)),
            }
        }
        let texts = |of: &[(usize, &'p str)]| of.iter().map(|(_, text)| *text).collect::<Vec<_>>();
        let placed = |of: &[(usize, &str)], error: PatternError| PatternError {
            index: of.get(error.index).map_or(0, |(index, _)| *index),
            ..error
        };
        Ok(Self {
            names: NameSet::new(texts(&names)).map_err(|error| placed(&names, error))?,
            kinds: NameSet::new(texts(&kinds)).map_err(|error| placed(&kinds, error))?,
            paths: PathSet::new(base, texts(&paths)).map_err(|error| placed(&paths, error))?,
        })
    }

    /// Whether one of the patterns speaks of `holder`.
    pub fn matches(&self, holder: &Holder) -> bool {
        self.names.matches(&holder.name)
            || self.kinds.matches(&holder.kind)
            || self.paths.matches(holder.location.origin.outermost())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.kinds.is_empty() && self.paths.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_pattern_of_holders_is_named_by_its_place_among_all() {
        for (pattern, at) in [("kind:a{", 2), ("path:../x", 2), ("b{", 2)] {
            let error = HolderSet::new("", ["a", "kind:b", pattern, "path:c"]).unwrap_err();
            assert_eq!(error.index, at, "{pattern}");
        }
    }

    fn matches(base: &str, pattern: &str, path: &str) -> bool {
        PathSet::new(base, [pattern]).unwrap().matches(&ArtifactPath::new(path))
    }

    #[test]
    fn path_patterns_read_as_gitignore_reads_them() {
        assert!(matches("", "*.pem", "a/b/c.pem"), "no slash: any depth");
        assert!(!matches("", "/*.pem", "a/c.pem"), "a leading slash anchors");
        assert!(matches("", "/*.pem", "c.pem"));
        assert!(matches("", "docs", "docs/a/b.md"), "a directory's content");
        assert!(!matches("", "docs/", "docs"), "a trailing slash: only what is in it");
        assert!(matches("", "docs/", "a/docs/x"));
        assert!(!matches("", "a/*.env", "a/b/x.env"), "* stays in its component");
        assert!(matches("", "a/**/*.env", "a/b/c/x.env"));
        assert!(!matches("", "a/b", "x/a/b"), "a slash anchors");
        let all_but_one = PathSet::new("", ["*.png", "!keep.png"]).unwrap();
        assert!(all_but_one.matches(&ArtifactPath::new("a/b.png")));
        assert!(!all_but_one.matches(&ArtifactPath::new("a/keep.png")), "the last match wins");
        assert!(!PathSet::default().matches(&ArtifactPath::new("/a")));
    }

    #[test]
    fn patterns_are_relative_to_their_base() {
        assert!(matches("svc[1]", "*.pem", "svc[1]/deep/c.pem"));
        assert!(!matches("svc[1]", "*.pem", "other/c.pem"));
        assert!(matches("svc", "/a", "svc/a"));
    }

    #[test]
    fn bad_patterns_say_which_and_why() {
        let error = PathSet::new("", ["ok", "a[", "b"]).unwrap_err();
        assert_eq!((error.index, error.pattern.as_str()), (1, "a["));
        assert_eq!(PathSet::new("", ["../x"]).unwrap_err().index, 0);
        assert!(["/", "", "# x", "!"].iter().all(|nothing| PathSet::new("", [*nothing]).is_err()));
        assert!(NameSet::new(["a{"]).is_err());
    }

    #[test]
    fn only_a_path_without_wildcards_is_literal() {
        let literal = |pattern| PathSet::new("", [pattern]).unwrap().is_literal();
        assert!(literal("a/b.env"));
        assert!(!literal("b.env") && !literal("a/*.env"));
    }

    #[test]
    fn names_match_as_a_whole() {
        let names = NameSet::new(["ci-*", "bot"]).unwrap();
        assert!(names.matches("ci-agent/1") && names.matches("bot"));
        assert!(!names.matches("robot"));
    }
}
