//! Many globs, one path: a look-up by the name or extension that a glob demands, so that a glob that cannot match costs nothing.

use std::collections::HashMap;
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};
use memchr::memmem;

/// Globs and whose they are.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    by_name: HashMap<String, Vec<Entry>>,
    by_extension: HashMap<String, Vec<Entry>>,
    by_start: Vec<(String, Entry)>,
    others: Vec<Entry>,
}

/// What is left to ask of a path that is what its key demands.
#[derive(Debug)]
struct Entry {
    owner: usize,
    rest: Rest,
}

#[derive(Debug)]
enum Rest {
    /// Nothing.
    Matches,
    /// Whether the glob does.
    Asks(Box<Question>),
}

/// A glob, compiled when a path is met that has what its text says plainly.
#[derive(Debug)]
struct Question {
    /// The directory that the file stands in; `None`: any.
    directory: Option<String>,
    /// What the file's name begins with.
    start: String,
    /// What stands somewhere in the path: asked for first, since a search for it costs far less than the glob.
    part: String,
    glob: Glob,
    matcher: OnceLock<GlobMatcher>,
}

/// What the last part of a glob demands of a file's name.
enum Key<'g> {
    Name(&'g str),
    Extension(&'g str),
    Start(&'g str),
    Nothing,
}

impl Lookup {
    /// Adds a glob over whole paths.
    ///
    /// # Errors
    /// It is malformed.
    pub(super) fn add(&mut self, glob: &str, owner: usize) -> Result<(), globset::Error> {
        compile(glob)?;
        for glob in alternatives(glob) {
            let (directory, name) = glob.rsplit_once('/').unwrap_or(("", &glob));
            let (key, is_all) = demand(name);
            let rest = if is_all && directory == "**" {
                Rest::Matches
            } else {
                Rest::Asks(Box::new(Question::new(&glob, directory, name)?))
            };
            let entry = Entry { owner, rest };
            match key {
                Key::Name(name) => self.by_name.entry(name.to_owned()).or_default().push(entry),
                Key::Extension(extension) => {
                    self.by_extension.entry(extension.to_owned()).or_default().push(entry);
                }
                Key::Start(start) => self.by_start.push((start.to_owned(), entry)),
                Key::Nothing => self.others.push(entry),
            }
        }
        Ok(())
    }

    /// Whose globs match `path`: ascending, each once.
    pub(super) fn owners(&self, path: &str) -> Vec<usize> {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let by_extension = name.rsplit_once('.').and_then(|(_, extension)| self.by_extension.get(extension));
        let by_start =
            self.by_start.iter().filter(|(start, _)| name.starts_with(start)).map(|(_, entry)| entry);
        let entries = self.by_name.get(name).into_iter().chain(by_extension).flatten();
        let mut owners: Vec<usize> = entries
            .chain(by_start)
            .chain(&self.others)
            .filter(|entry| entry.matches(path))
            .map(|entry| entry.owner)
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

impl Entry {
    fn matches(&self, path: &str) -> bool {
        match &self.rest {
            Rest::Matches => true,
            Rest::Asks(question) => question.is_met_by(path),
        }
    }
}

impl Question {
    fn new(glob: &str, directory: &str, name: &str) -> Result<Self, globset::Error> {
        // Where braces and classes may hold a slash, or `**` any number of them, the parts are none.
        let parts = !glob.contains(['[', '{', '\\']) && !name.contains("**");
        let (directory, name) = if parts { (directory, name) } else { ("", "") };
        let last = directory.rsplit('/').next().filter(|last| !last.is_empty() && is_literal(last));
        let start = &name[..name.find(SPECIAL).unwrap_or(name.len())];
        Ok(Self {
            directory: last.map(str::to_owned),
            start: start.to_owned(),
            part: longest_part(glob).to_owned(),
            glob: compile(glob)?,
            matcher: OnceLock::new(),
        })
    }

    fn is_met_by(&self, path: &str) -> bool {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stands_in = |wanted: &String| directory.rsplit('/').next() == Some(wanted);
        name.starts_with(&self.start)
            && memmem::find(path.as_bytes(), self.part.as_bytes()).is_some()
            && self.directory.as_ref().is_none_or(stands_in)
            && self.matcher.get_or_init(|| self.glob.compile_matcher()).is_match(path)
    }
}

/// What stands for something else in a glob.
const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// The longest stretch of a step that every path which the glob matches has; nothing where something is escaped.
fn longest_part(glob: &str) -> &str {
    if glob.contains('\\') {
        return "";
    }
    let outside = glob.find(['[', '{']).unwrap_or(glob.len());
    glob[..outside].split(['*', '?', '/']).max_by_key(|part| part.len()).unwrap_or_default()
}

fn is_literal(text: &str) -> bool {
    !text.contains(SPECIAL)
}

fn compile(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).empty_alternates(true).build()
}

/// What `name` demands of a file's name, and whether that is all it demands.
fn demand(name: &str) -> (Key<'_>, bool) {
    if is_literal(name) {
        return (Key::Name(name), true);
    }
    if name.contains(['{', '}', '\\']) || name.contains("**") {
        return (Key::Nothing, false);
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) if is_literal(extension) => (Key::Extension(extension), stem == "*"),
        _ => {
            let start = &name[..name.find(['*', '?', '[']).unwrap_or(name.len())];
            (if start.is_empty() { Key::Nothing } else { Key::Start(start) }, false)
        }
    }
}

/// `glob` without its braces, once for each choice in them. What is nested or escaped stays as it is.
fn alternatives(glob: &str) -> Vec<String> {
    let braces = glob.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    let is_plain = |choices: &str| !glob.contains(['\\', '[']) && !choices.contains('{');
    match braces {
        Some((before, (choices, after))) if is_plain(choices) => {
            choices.split(',').flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
        }
        _ => vec![glob.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use globset::GlobSetBuilder;
    use proptest::prelude::*;

    use super::*;

    const GLOBS: &[&str] = &[
        "**/*.json",
        "**/*.{yml,yaml}",
        "**/.env",
        "**/.env.*",
        "**/*.env",
        "**/compose.*.{yml,yaml}",
        "**/.github/workflows/*.{yml,yaml}",
        "**/Dockerfile*",
        "**/[Mm]akefile",
        "deploy/**",
        "*.toml",
        "**/a?c.json",
        "**/{.claude,claude}/{settings,mcp}.json",
        "**/x{,y{1,2}}.json",
        "**/z{,1}.json",
        "**/a**b.json",
        "**/.json",
        "**/{a,b}{_,-,}token{,.txt}",
        "**/*[Ff]low*.json",
        "**/[Ss]ub/*.[jt]son",
        "**/vars/**",
        "**/roles/*/vars/**",
        "**/values[-_.]*.{yml,yaml}",
        "**/*-Jenkinsfile",
    ];

    /// What the globs themselves say.
    fn by_globs(path: &str) -> Vec<usize> {
        let mut set = GlobSetBuilder::new();
        for glob in GLOBS {
            set.add(compile(glob).unwrap());
        }
        set.build().unwrap().matches(path)
    }

    fn by_lookup(path: &str) -> Vec<usize> {
        let mut lookup = Lookup::default();
        for (owner, glob) in GLOBS.iter().enumerate() {
            lookup.add(glob, owner).unwrap();
        }
        lookup.owners(path)
    }

    #[test]
    fn the_lookup_says_what_the_globs_say() {
        for path in [
            "a.json",
            "a_token",
            "d/btoken",
            "d/a-token.txt",
            "token",
            "myFlow1.json",
            "vars/a",
            "d/roles/r/vars/b",
            "myvars/a",
            "values-prod.yml",
            "d/values.x.yaml",
            "d/ci-Jenkinsfile",
            "d/Sub/x.json",
            "sub/x.tson",
            "d/a.json",
            ".json",
            "d/.json",
            ".env",
            "d/.env.local",
            "d/x.env",
            "compose.prod.yml",
            "compose.yml",
            ".github/workflows/ci.yaml",
            "d/.github/workflows/ci.yml",
            ".github/workflows/d/ci.yml",
            "Dockerfile",
            "d/Dockerfile.dev",
            "makefile",
            "deploy/a/b",
            "a.toml",
            "d/a.toml",
            "abc.json",
            "d/claude/mcp.json",
            "xy2.json",
            "x.json",
            "z.json",
            "z1.json",
            "aab.json",
            "json",
            "",
        ] {
            assert_eq!(by_lookup(path), by_globs(path), "{path}");
        }
    }

    #[test]
    fn a_malformed_glob_is_an_error() {
        assert!(Lookup::default().add("**/[a.json", 0).is_err());
        assert!(Lookup::default().add("**/{a.json", 0).is_err());
    }

    proptest! {
        #[test]
        fn the_lookup_says_what_the_globs_say_of_any_path(
            path in "(deploy/|\\.github/workflows/|\\.?claude/|[a-c]/){0,3}(\\.env|compose|Dockerfile|[Mm]akefile|a[a-c]?b?|x|y1)?(\\.[a-c]{1,2})?(\\.(json|ya?ml|env|toml))?"
        ) {
            prop_assert_eq!(by_lookup(&path), by_globs(&path));
        }
    }
}
