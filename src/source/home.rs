//! The agent and CLI state of a person's home: the files that platforms name there, and nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::{os_text, slashed};
use crate::model::{ArtifactPath, Skip, SkipReason};

/// More entries below one pattern are not looked at.
const MOST_ENTRIES: usize = 10_000;

/// Deeper below a named directory nothing is read.
const DEEPEST: usize = 8;

/// A home, and which of its files are read.
#[derive(Clone, Debug)]
pub struct HomePlan {
    /// The home.
    pub directory: PathBuf,
    /// Paths from there, as platforms write them: `*` and `?` within a component, `**` for any depth. One that leads to a
    /// directory means all files below it.
    pub patterns: Vec<String>,
}

/// What was found in a home.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where each file really is, and what it is called in reports: `~/.claude.json`.
    pub(super) files: Vec<(PathBuf, ArtifactPath)>,
    /// What is there but cannot be read. What is not there is not mentioned: nobody uses every tool.
    pub(super) skips: Vec<Skip>,
}

/// Looks for the files that `plan` names. Links are followed where a pattern names them in full: people link their
/// configuration from elsewhere.
pub(super) fn find(plan: &HomePlan) -> Found {
    let mut found = Found::default();
    for pattern in &plan.patterns {
        let steps: Vec<&str> = pattern.split('/').filter(|step| !step.is_empty()).collect();
        let mut search = Search { home: &plan.directory, left: MOST_ENTRIES, found: &mut found };
        search.follow(&plan.directory, &steps);
        if search.left == 0 {
            let detail = format!("{pattern} leads to more than {MOST_ENTRIES} entries");
            search.skip(&plan.directory, SkipReason::Unreadable, Some(detail));
        }
    }
    found.files.sort_by(|a, b| a.1.cmp(&b.1));
    let mut seen = std::collections::HashSet::new();
    found.files.retain(|(path, _)| seen.insert(path.clone()));
    found.skips.sort();
    found.skips.dedup();
    found
}

struct Search<'s> {
    home: &'s Path,
    /// How many entries may still be looked at.
    left: usize,
    found: &'s mut Found,
}

impl Search<'_> {
    fn follow(&mut self, at: &Path, steps: &[&str]) {
        match steps {
            [] => self.arrive(at),
            ["**", rest @ ..] => {
                self.follow(at, rest);
                for (entry, is_directory) in self.entries(at) {
                    if is_directory && self.depth(&entry) <= DEEPEST {
                        self.follow(&entry, steps);
                    } else if rest.is_empty() {
                        self.file(&entry);
                    }
                }
            }
            [step, rest @ ..] => match matcher(step) {
                None => self.follow(&at.join(step), rest),
                Some(matcher) => {
                    for (entry, is_directory) in self.entries(at) {
                        let fits = entry.file_name().is_some_and(|name| matcher.is_match(Path::new(name)));
                        if fits && is_directory {
                            self.follow(&entry, rest);
                        } else if fits && rest.is_empty() {
                            self.file(&entry);
                        }
                    }
                }
            },
        }
    }

    /// At the end of a pattern: a file, or a directory that is meant as a whole.
    fn arrive(&mut self, at: &Path) {
        match fs::metadata(at) {
            Ok(what) if what.is_dir() => {
                for (entry, is_directory) in self.entries(at) {
                    if !is_directory {
                        self.file(&entry);
                    } else if self.depth(&entry) <= DEEPEST {
                        self.arrive(&entry);
                    }
                }
            }
            _ => self.file(at),
        }
    }

    fn file(&mut self, at: &Path) {
        match fs::metadata(at) {
            Ok(what) if what.is_file() => match fs::canonicalize(at) {
                Ok(path) => {
                    let shown = self.shown(at);
                    self.found.files.push((path, shown));
                }
                Err(error) => self.fail(at, &error),
            },
            Ok(what) if what.is_dir() => {}
            Ok(_) => self.skip(at, SkipReason::NotAFile, None),
            Err(error) => self.fail(at, &error),
        }
    }

    /// What stands in a directory, sorted, and whether each is itself one; a link to a directory is none.
    fn entries(&mut self, directory: &Path) -> Vec<(PathBuf, bool)> {
        let read = match fs::read_dir(directory) {
            Ok(read) => read,
            Err(error) => {
                self.fail(directory, &error);
                return Vec::new();
            }
        };
        let mut entries: Vec<(PathBuf, bool)> = read
            .filter_map(Result::ok)
            .take(self.left)
            .map(|entry| (entry.path(), entry.file_type().is_ok_and(|what| what.is_dir())))
            .collect();
        self.left -= entries.len();
        entries.sort();
        entries
    }

    fn depth(&self, at: &Path) -> usize {
        at.strip_prefix(self.home).map_or(0, |below| below.components().count())
    }

    fn fail(&mut self, at: &Path, error: &io::Error) {
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            self.skip(at, SkipReason::Unreadable, Some(os_text(error)));
        }
    }

    fn skip(&mut self, at: &Path, reason: SkipReason, detail: Option<String>) {
        let path = self.shown(at);
        self.found.skips.push(Skip { path, reason, detail, named: false });
    }

    fn shown(&self, at: &Path) -> ArtifactPath {
        let below = at.strip_prefix(self.home).unwrap_or(at);
        let below = ArtifactPath::from_bytes(&slashed(below));
        if below.as_str().is_empty() {
            ArtifactPath::new("~")
        } else {
            ArtifactPath::new(&format!("~/{below}"))
        }
    }
}

/// `None`: the step is a plain name.
fn matcher(step: &str) -> Option<GlobMatcher> {
    if !step.contains(['*', '?', '[', '{']) {
        return None;
    }
    GlobBuilder::new(step).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(files: &[&str]) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        for file in files {
            let path = home.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        home
    }

    fn found(home: &tempfile::TempDir, patterns: &[&str]) -> Vec<String> {
        let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let found = find(&HomePlan { directory: home.path().to_owned(), patterns });
        assert_eq!(found.skips, []);
        found.files.iter().map(|(_, shown)| shown.to_string()).collect()
    }

    #[test]
    fn what_is_named_is_read_and_nothing_else() {
        let home = home(&[".claude.json", ".codex/config.toml", ".codex/auth.json", ".ssh/id", "notes.env"]);
        assert_eq!(
            found(&home, &[".codex/config.toml", ".claude.json", ".gemini/settings.json", "notes.env/x"]),
            ["~/.claude.json", "~/.codex/config.toml"]
        );
        assert_eq!(found(&home, &[".codex/*.json", ".codex/auth.json"]), ["~/.codex/auth.json"]);
        assert_eq!(found(&home, &[".ssh"]), ["~/.ssh/id"]);
    }

    #[test]
    fn any_depth_is_bounded_to_the_named_directory() {
        let home = home(&["a/x.json", "a/b/c/x.json", "a/b/y.txt", "x.json", "d/x.json"]);
        assert_eq!(found(&home, &["a/**/x.json"]), ["~/a/b/c/x.json", "~/a/x.json"]);
        assert_eq!(found(&home, &["a/**"]), ["~/a/b/c/x.json", "~/a/b/y.txt", "~/a/x.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_where_they_are_named() {
        let home = home(&["dotfiles/claude.json", "dotfiles/deep/config.toml", "real/config.toml"]);
        let link = |from: &str, to: &str| {
            std::os::unix::fs::symlink(home.path().join(to), home.path().join(from)).unwrap();
        };
        link(".claude.json", "dotfiles/claude.json");
        link(".codex", "dotfiles/deep");
        link("real/loop", "real");
        link("gone", "nowhere");
        assert_eq!(
            found(&home, &[".claude.json", ".codex/config.toml", "gone"]),
            ["~/.claude.json", "~/.codex/config.toml"]
        );
        assert_eq!(found(&home, &["real/**"]), ["~/real/config.toml"]);
    }
}
