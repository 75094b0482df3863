//! What a recipe copies into an image: the files of the build's context, without those that `.dockerignore` leaves out.
//!
//! The context is the directory that a compose file or a job names for the recipe, else the recipe's own. Patterns are read as the
//! builder reads them: they count from the context, one that matches a directory takes in all below, the last that matches wins
//! (Dockerfile reference, ".dockerignore file").

use std::collections::{BTreeMap, HashMap};

use globset::{GlobBuilder, GlobMatcher};

use crate::model::{Build, Copied, Examined, Grant, GrantAt, MOST_LINKS, Slot};
use crate::text::normal;

use super::paths::parent;

/// The contexts of the tree's recipes.
pub(super) struct Contexts<'e> {
    /// Where a recipe is built from, and the artifact that says so, by the recipe's path.
    builds: HashMap<&'e str, Vec<(&'e Build, usize)>>,
    /// What an ignore file leaves out, by its path.
    ignores: HashMap<&'e str, Ignore>,
    /// What was examined, by its path.
    files: BTreeMap<&'e str, Vec<usize>>,
    /// The build arguments that an artifact sets, by its index and their name.
    arguments: HashMap<(usize, &'e str), Vec<GrantAt>>,
}

impl<'e> Contexts<'e> {
    pub(super) fn of(evidence: &'e [Examined]) -> Self {
        let mut known = Self {
            builds: HashMap::new(),
            ignores: HashMap::new(),
            files: BTreeMap::new(),
            arguments: HashMap::new(),
        };
        for (index, examined) in evidence.iter().enumerate() {
            let path = examined.origin.path.as_str();
            known.files.entry(path).or_default().push(index);
            for build in &examined.builds {
                known.builds.entry(&build.recipe).or_default().push((build, index));
            }
            if !examined.leaves_out.is_empty() {
                known.ignores.insert(path, Ignore::of(&examined.leaves_out));
            }
            for (grant, of) in examined.grants.iter().enumerate() {
                if let (Slot::BuildArg, Some(name)) = (of.slot, &of.name) {
                    let at = GrantAt { examined: index, grant };
                    known.arguments.entry((index, name)).or_default().push(at);
                }
            }
        }
        known
    }

    /// The build arguments that fill what the recipe at `path` declares under `name`.
    pub(super) fn fed(&self, path: &str, name: &str) -> Vec<GrantAt> {
        let builders = self.builds.get(path).into_iter().flatten();
        builders.filter_map(|(_, builder)| self.arguments.get(&(*builder, name))).flatten().copied().collect()
    }

    /// What the recipe at `path` copies with `grant`.
    pub(super) fn copied(&self, path: &str, grant: &Grant) -> Copied {
        let mut copied = Copied::default();
        let Some(source) = grant.reference.as_ref().map(|reference| reference.name.as_str()) else {
            return copied;
        };
        let mut contexts: Vec<&str> =
            self.builds.get(path).into_iter().flatten().map(|(build, _)| build.context.as_str()).collect();
        contexts.sort_unstable();
        contexts.dedup();
        if contexts.is_empty() {
            contexts.push(parent(path));
        }
        let source = Source::of(source);
        for context in contexts {
            self.from(context, path, &source, &mut copied);
        }
        copied
    }

    fn from(&self, context: &str, recipe: &str, source: &Source, copied: &mut Copied) {
        let own = format!("{recipe}.dockerignore");
        let shared =
            if context.is_empty() { ".dockerignore".into() } else { format!("{context}/.dockerignore") };
        let ignore = self.ignores.get(own.as_str()).or_else(|| self.ignores.get(shared.as_str()));
        let start = if context.is_empty() { String::new() } else { format!("{context}/") };
        let first = format!("{start}{}", source.literal());
        for (path, artifacts) in
            self.files.range(first.as_str()..).take_while(|(path, _)| path.starts_with(&first))
        {
            let inside = &path[start.len()..];
            if *path == recipe || ignore.is_some_and(|ignore| ignore.leaves_out(inside)) {
                continue;
            }
            let taken = match source.takes(inside) {
                Some(Taken::Itself) => &mut copied.named,
                Some(Taken::Below) => &mut copied.within,
                None => continue,
            };
            taken.extend(artifacts);
            if taken.len() >= MOST_LINKS {
                return;
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Taken {
    Itself,
    Below,
}

/// The source of a copy.
struct Source {
    path: String,
    glob: Option<GlobMatcher>,
}

impl Source {
    fn of(path: &str) -> Self {
        let path = normal(path);
        let glob = path.contains(['*', '?', '[']).then(|| glob(&path)).flatten();
        Self { path, glob }
    }

    /// What every path that it takes begins with.
    fn literal(&self) -> &str {
        match &self.glob {
            Some(_) => &self.path[..self.path.find(['*', '?', '[']).unwrap_or_default()],
            None => &self.path,
        }
    }

    fn takes(&self, inside: &str) -> Option<Taken> {
        let matches = |path: &str| match &self.glob {
            Some(glob) => glob.is_match(path),
            None => self.path == path,
        };
        if self.path.is_empty() || ancestors(inside).any(matches) {
            return Some(Taken::Below);
        }
        matches(inside).then_some(Taken::Itself)
    }
}

/// What an ignore file says, from its first line to its last.
struct Ignore(Vec<(GlobMatcher, Verdict)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Out,
    In,
}

impl Ignore {
    fn of(lines: &[String]) -> Self {
        let read = |line: &String| {
            let (line, verdict) = match line.strip_prefix('!') {
                Some(rest) => (rest.trim(), Verdict::In),
                None => (line.as_str(), Verdict::Out),
            };
            Some((glob(&normal(line))?, verdict))
        };
        Self(lines.iter().filter_map(read).collect())
    }

    fn leaves_out(&self, inside: &str) -> bool {
        let speaks =
            |glob: &GlobMatcher| glob.is_match(inside) || ancestors(inside).any(|above| glob.is_match(above));
        self.0
            .iter()
            .rev()
            .find(|(glob, _)| speaks(glob))
            .is_some_and(|(_, verdict)| *verdict == Verdict::Out)
    }
}

/// A pattern in which `*` stays within a step. One that is malformed says nothing, as for the builder.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

/// The directories above a path, the outermost first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves_out(lines: &[&str], inside: &str) -> bool {
        Ignore::of(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()).leaves_out(inside)
    }

    #[test]
    fn patterns_count_from_the_context() {
        assert!(leaves_out(&[".env"], ".env"));
        assert!(!leaves_out(&[".env"], "api/.env"));
        assert!(leaves_out(&["**/.env*"], ".env") && leaves_out(&["**/.env*"], "a/b/.env.local"));
        assert!(leaves_out(&["/secrets/"], "secrets/a/key.pem"), "a directory takes in all below");
        assert!(!leaves_out(&["*.pem"], "certs/key.pem"), "a star stays within a step");
        assert!(leaves_out(&["*", "!src"], ".env") && !leaves_out(&["*", "!src"], "src/a"));
        assert!(leaves_out(&["!.env", ".env"], ".env"), "the last one wins");
        assert!(!leaves_out(&["[", ""], ".env"), "what is malformed or empty says nothing");
    }

    #[test]
    fn a_source_takes_a_file_or_what_is_below() {
        let takes = |source: &str, inside: &str| Source::of(source).takes(inside);
        assert_eq!(takes(".", ".env"), Some(Taken::Below));
        assert_eq!(takes("./.env", ".env"), Some(Taken::Itself));
        assert_eq!(takes("/conf/", "conf/a/b"), Some(Taken::Below));
        assert_eq!(takes("conf", "config/a"), None);
        assert_eq!(takes("*.json", "key.json"), Some(Taken::Itself));
        assert_eq!(takes("*.json", "a/key.json"), None);
        assert_eq!(takes("a*", "app/key.json"), Some(Taken::Below));
        assert_eq!(Source::of("conf/*.pem").literal(), "conf/");
    }
}
