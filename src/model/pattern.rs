//! Patterns that a person writes to name paths and holders.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::ArtifactPath;

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
/// matches all in it, `*` stays within one component and `**` does not.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    set: GlobSet,
    patterns: Vec<String>,
}

impl PathSet {
    /// Compiles `patterns`, which are relative to the directory `base`; that is the empty string where reported paths
    /// are relative to the same directory.
    pub fn new<'p>(base: &str, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let mut builder = GlobSetBuilder::new();
        let mut texts = Vec::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            let error = |problem: String| PatternError { index, pattern: pattern.to_owned(), problem };
            for form in anchored(base, pattern).map_err(|problem| error(problem.to_owned()))? {
                builder.add(path_glob(&form).map_err(|problem| error(problem.kind().to_string()))?);
            }
            texts.push(pattern.to_owned());
        }
        let set = builder.build().map_err(|problem| PatternError {
            index: 0,
            pattern: texts.first().cloned().unwrap_or_default(),
            problem: problem.kind().to_string(),
        })?;
        Ok(Self { set, patterns: texts })
    }

    /// Whether one of the patterns matches.
    pub fn matches(&self, path: &ArtifactPath) -> bool {
        self.set.is_match(path.as_str())
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

/// The globs that together say what `pattern` says.
fn anchored(base: &str, pattern: &str) -> Result<Vec<String>, &'static str> {
    let body = pattern.trim_start_matches('/').trim_end_matches('/');
    if body.is_empty() {
        return Err("it names nothing");
    }
    if body.split('/').any(|component| component == "..") {
        return Err("`..` leads out of the directory of the configuration");
    }
    let anywhere = !pattern.starts_with('/') && !body.contains('/');
    let base = if base.is_empty() { String::new() } else { format!("{}/", globset::escape(base)) };
    let depth = if anywhere { "**/" } else { "" };
    let inside = format!("{base}{depth}{body}/**");
    if pattern.ends_with('/') { Ok(vec![inside]) } else { Ok(vec![format!("{base}{depth}{body}"), inside]) }
}

fn path_glob(form: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(form).literal_separator(true).backslash_escape(true).build()
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(PathSet::new("", ["/"]).is_err());
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
