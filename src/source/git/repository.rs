//! Finding repositories, and what each of them needs to answer.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::ignored::{IgnoreRules, Kind};
use super::index::Index;
use crate::source::slashed;

/// A `.git` file holds one path; anything longer is something else.
const LONGEST_LINK: u64 = 8 << 10;

/// Whether `directory` has a `.git` of a repository, a linked work tree or a submodule.
pub(super) fn is_work_tree(directory: &Path) -> bool {
    let entry = directory.join(".git");
    match fs::metadata(&entry) {
        Ok(found) if found.is_dir() => entry.join("HEAD").exists(),
        Ok(found) => found.is_file() && read_link_file(&entry).is_some(),
        Err(_) => false,
    }
}

/// The path in a `.git` file.
fn read_link_file(file: &Path) -> Option<PathBuf> {
    read_text(file, LONGEST_LINK)?.strip_prefix("gitdir:").map(|path| PathBuf::from(path.trim()))
}

/// The text of one of git's own files; `None` where it is none, or a FIFO that would block for ever.
pub(super) fn read_text(file: &Path, longest: u64) -> Option<String> {
    fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(file).ok()?.take(longest).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The repositories that have been asked about, by directory.
#[derive(Debug, Default)]
pub(in crate::source) struct Repositories {
    by_directory: Mutex<HashMap<PathBuf, Option<Arc<Repository>>>>,
}

impl Repositories {
    /// The repository whose work tree `directory` stands in.
    pub(in crate::source) fn of(&self, directory: &Path) -> Option<Arc<Repository>> {
        let mut known = self.by_directory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = Vec::new();
        let mut found = None;
        for ancestor in directory.ancestors() {
            if let Some(repository) = known.get(ancestor) {
                found = repository.clone();
                break;
            }
            unknown.push(ancestor);
            if is_work_tree(ancestor) {
                found = Some(Arc::new(Repository::new(ancestor)));
                break;
            }
        }
        known.extend(unknown.into_iter().map(|ancestor| (ancestor.to_path_buf(), found.clone())));
        found
    }

    /// What could not be read, sorted.
    pub(super) fn notes(&self) -> Vec<String> {
        let known = self.by_directory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut notes: Vec<String> =
            known.values().flatten().filter_map(|repository| repository.note()).collect();
        notes.sort();
        notes.dedup();
        notes
    }
}

/// One work tree and the repository behind it.
#[derive(Debug)]
pub(in crate::source) struct Repository {
    /// The work tree.
    root: PathBuf,
    rules: OnceLock<IgnoreRules>,
    index: OnceLock<Index>,
}

impl Repository {
    fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), rules: OnceLock::new(), index: OnceLock::new() }
    }

    /// The work tree.
    pub(in crate::source) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the file at `path` is in the index.
    pub(super) fn tracks(&self, path: &Path) -> bool {
        self.relative(path).is_some_and(|path| self.index().tracks(&slashed(path)))
    }

    /// Whether a pattern of git ignores `path`, or a directory that it is in.
    pub(in crate::source) fn ignores(&self, path: &Path, kind: Kind) -> bool {
        self.rules().ignore(path, kind)
    }

    /// Whether git sees nothing of `path`: it is ignored, and neither it nor anything below it is tracked.
    pub(in crate::source) fn hides(&self, path: &Path, kind: Kind) -> bool {
        self.ignores(path, kind)
            && !self.relative(path).is_some_and(|path| match kind {
                Kind::File => self.index().tracks(&slashed(path)),
                Kind::Directory => self.index().tracks_within(&slashed(path)),
            })
    }

    fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.root).ok()
    }

    fn rules(&self) -> &IgnoreRules {
        self.rules.get_or_init(|| {
            let common = self.git_directory().map(|directory| common_directory(&directory));
            IgnoreRules::new(&self.root, common.as_deref())
        })
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| match self.git_directory() {
            Some(directory) => Index::read(&directory, &common_directory(&directory)),
            None => Index::unreadable("its .git leads nowhere"),
        })
    }

    fn git_directory(&self) -> Option<PathBuf> {
        let entry = self.root.join(".git");
        if entry.is_dir() {
            return Some(entry);
        }
        let directory = self.root.join(read_link_file(&entry)?);
        directory.is_dir().then_some(directory)
    }

    fn note(&self) -> Option<String> {
        let problem = self.index.get()?.problem()?;
        let name = self.root.file_name().unwrap_or_default().to_string_lossy();
        Some(format!(
            "The git index of `{}` could not be read ({problem}); its files count as not tracked.",
            name.escape_debug()
        ))
    }
}

/// Where a linked work tree keeps what it shares with the others.
fn common_directory(git_directory: &Path) -> PathBuf {
    read_text(&git_directory.join("commondir"), LONGEST_LINK)
        .map_or_else(|| git_directory.to_path_buf(), |path| git_directory.join(path.trim()))
}
