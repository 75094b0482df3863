//! From the paths that the user gave to the files that are read.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::git::{Kind, Repositories};
use super::home::{self, HomePlan};
use super::installed::is_installed;
use super::mode;
use super::roots::{Given, Root, Roots};
use super::{Excludes, os_text};
use crate::model::{ArtifactPath, Mode, Skip, SkipReason};

/// What to walk.
#[derive(Clone, Debug, Default)]
pub struct TreePlan {
    /// Files and directories, as the user gave them.
    pub paths: Vec<PathBuf>,
    /// How much of the directories.
    pub reach: Reach,
    /// What the configuration leaves out; it holds for given paths too.
    pub exclude: Excludes,
    /// A home, of which the files that platforms name are read too.
    pub home: Option<HomePlan>,
    /// How many threads walk; 0 for as many as the machine has.
    pub threads: usize,
}

/// How much of a directory is read. `.git` directories never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All but installed dependencies and build output. What git ignores is read.
    #[default]
    Default,
    /// Everything.
    All,
    /// What git sees: tracked files, and those that it does not ignore.
    RespectGitignore,
}

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileItem {
    /// Absolute and openable.
    pub path: PathBuf,
    /// What it is called in reports.
    pub shown: ArtifactPath,
    /// Whether the user gave this very path.
    pub named: bool,
    /// Who may read it; of files of the home only, since a checkout of git keeps no modes.
    pub mode: Option<Mode>,
}

/// What a walk found, each part sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// The files to read, each once.
    pub files: Vec<FileItem>,
    /// What was left out, and why.
    pub skips: Vec<Skip>,
    /// Which of the files are those of the home.
    pub home: Vec<ArtifactPath>,
    /// Which of the files are read though they should have been left out.
    pub kept: Vec<ArtifactPath>,
}

/// Walks the trees that `plan` names. Its result does not depend on the number of threads.
pub fn walk(plan: &TreePlan) -> Walked {
    // Where it was deleted nothing lies below it; an empty path would count as the parent of everything.
    let working_directory = env::current_dir().and_then(fs::canonicalize).unwrap_or_else(|_| ".".into());
    walk_from(&working_directory, plan)
}

/// Walks; relative paths start at `working_directory`, a path without links.
fn walk_from(working_directory: &Path, plan: &TreePlan) -> Walked {
    let repositories = Arc::new(Repositories::default());
    let roots = Roots::resolve(&plan.paths, working_directory, &repositories);
    let (met, all_met) = mpsc::channel();
    for root in &roots.list {
        let what = given(root, &plan.exclude);
        if what == What::Directory {
            let sieve = Sieve {
                reach: plan.reach,
                exclude: plan.exclude.clone(),
                repositories: Arc::clone(&repositories),
                base: root.base,
                met: met.clone(),
                hidden: AtomicU64::new(0),
            };
            walk_directory(root, &roots, plan.threads, sieve);
        } else {
            report(&met, Met { path: root.path.clone(), base: root.base, named: true, what });
        }
    }
    drop(met);
    let mut walked = name(all_met.into_iter().collect(), &roots);
    if let Some(home) = &plan.home {
        add_home(home, &plan.exclude, &mut walked);
    }
    let kept = walked.files.iter().filter(|file| plan.exclude.was_kept(&file.path));
    walked.kept = kept.map(|file| file.shown.clone()).collect();
    walked
}

/// Adds what the home has. A file that the walk came by keeps the name that it has there.
fn add_home(home: &HomePlan, exclude: &Excludes, walked: &mut Walked) {
    let known: HashMap<PathBuf, usize> =
        walked.files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
    let found = home::find(home);
    walked.skips.extend(found.skips);
    for (path, shown) in found.files {
        let mode = mode::of(&path, &home.directory);
        if let Some(index) = known.get(&path) {
            let file = &mut walked.files[*index];
            file.mode = mode;
            walked.home.push(file.shown.clone());
        } else if exclude.exclude_within(&path, Kind::File) {
            let reason = SkipReason::Excluded;
            walked.skips.push(Skip { path: shown, reason, detail: None, named: false });
        } else {
            walked.home.push(shown.clone());
            walked.files.push(FileItem { path, shown, named: false, mode });
        }
    }
    walked.files.sort_by(|a, b| a.shown.cmp(&b.shown).then_with(|| a.path.cmp(&b.path)));
    walked.skips.sort();
    walked.home.sort();
}

/// What becomes of a path that the user gave.
fn given(root: &Root, exclude: &Excludes) -> What {
    let (kind, what) = match &root.given {
        Given::File => (Kind::File, What::File),
        Given::Directory => (Kind::Directory, What::Directory),
        Given::Unusable(reason, detail) => (Kind::File, What::Skipped(*reason, detail.clone())),
    };
    if exclude.exclude_within(&root.path, kind) { What::Skipped(SkipReason::Excluded, None) } else { what }
}

/// Something the walk came by.
struct Met {
    path: PathBuf,
    base: usize,
    named: bool,
    what: What,
}

impl Met {
    fn bytes(&self) -> &[u8] {
        self.path.as_os_str().as_encoded_bytes()
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    File,
    /// A given directory; those met on the way need no mention.
    Directory,
    Skipped(SkipReason, Option<String>),
}

fn report(met: &Sender<Met>, thing: Met) {
    // The other end lives as long as the walk.
    let _always_received = met.send(thing);
}

fn walk_directory(root: &Root, roots: &Roots, threads: usize, sieve: Sieve) {
    let sieve = Arc::new(sieve);
    let mut builder = WalkBuilder::new(&root.path);
    // The walker's own filters know no tracked files and count nothing.
    builder.standard_filters(false).threads(threads);
    let filter = Arc::clone(&sieve);
    builder.filter_entry(move |entry| filter.admits(entry));
    builder.build_parallel().run(|| {
        let met = sieve.met.clone();
        let base = root.base;
        Box::new(move |result| {
            let seen = match result {
                Ok(entry) => examine(entry, roots),
                Err(error) => Some(failure(&error, &root.path)),
            };
            if let Some((path, what)) = seen {
                let named = path.as_os_str() == root.path.as_os_str();
                report(&met, Met { path, base, named, what });
            }
            WalkState::Continue
        })
    });
    let hidden = sieve.hidden.load(Ordering::Relaxed);
    if hidden > 0 {
        let detail =
            format!("{hidden} {}", if hidden == 1 { "file or directory" } else { "files and directories" });
        sieve.skip(&root.path, SkipReason::GitIgnored, Some(detail));
    }
}

/// What `entry` is; `None` where it needs no mention.
fn examine(entry: DirEntry, roots: &Roots) -> Option<(PathBuf, What)> {
    let file_type = entry.file_type()?;
    let path = entry.into_path();
    let what = if file_type.is_file() {
        What::File
    } else if file_type.is_dir() {
        return None;
    } else if file_type.is_symlink() {
        match fs::canonicalize(&path) {
            // The walk comes by the target itself.
            Ok(target) if roots.contain(&target) => return None,
            Ok(_) => What::Skipped(SkipReason::LinkLeavesRoot, None),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                What::Skipped(SkipReason::Unreadable, Some(os_text(&error)))
            }
            Err(error) => What::Skipped(SkipReason::BrokenLink, Some(os_text(&error))),
        }
    } else {
        What::Skipped(SkipReason::NotAFile, None)
    };
    Some((path, what))
}

/// The place and the cause of a walker's error; what names no place is about `root`.
fn failure(error: &ignore::Error, root: &Path) -> (PathBuf, What) {
    let what = match error.io_error() {
        Some(error) if error.kind() == io::ErrorKind::NotFound => What::Skipped(SkipReason::Vanished, None),
        Some(error) => What::Skipped(SkipReason::Unreadable, Some(os_text(error))),
        None => What::Skipped(SkipReason::Unreadable, None),
    };
    (place(error).unwrap_or(root).to_path_buf(), what)
}

fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
        _ => None,
    }
}

/// Decides, before it is looked at, whether an entry is walked into.
struct Sieve {
    reach: Reach,
    exclude: Excludes,
    repositories: Arc<Repositories>,
    base: usize,
    met: Sender<Met>,
    /// How many entries only git's patterns left out.
    hidden: AtomicU64,
}

impl Sieve {
    fn admits(&self, entry: &DirEntry) -> bool {
        let path = entry.path();
        let is_directory = entry.file_type().is_some_and(|file_type| file_type.is_dir());
        let kind = if is_directory { Kind::Directory } else { Kind::File };
        if is_directory && entry.file_name() == ".git" {
            return false;
        }
        if self.exclude.exclude(path, kind) {
            return self.skip(path, SkipReason::Excluded, None);
        }
        if self.reach == Reach::All {
            return true;
        }
        if is_directory && is_installed(path, &self.repositories) {
            return self.skip(path, SkipReason::Installed, None);
        }
        if self.reach == Reach::RespectGitignore && self.is_hidden(path, kind) {
            self.hidden.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        true
    }

    fn is_hidden(&self, path: &Path, kind: Kind) -> bool {
        let repository = path.parent().and_then(|parent| self.repositories.of(parent));
        repository.is_some_and(|repository| repository.hides(path, kind))
    }

    /// Says that `path` is left out; the answer is always no.
    fn skip(&self, path: &Path, reason: SkipReason, detail: Option<String>) -> bool {
        let what = What::Skipped(reason, detail);
        report(&self.met, Met { path: path.to_path_buf(), base: self.base, named: false, what });
        false
    }
}

/// Gives everything its name in reports and puts it in order, each thing once.
fn name(mut met: Vec<Met>, roots: &Roots) -> Walked {
    // As bytes: comparing paths part by part takes longer than the walk itself.
    met.sort_by(|a, b| {
        let key = |met: &Met| (!met.named, met.base);
        a.bytes().cmp(b.bytes()).then_with(|| a.what.cmp(&b.what)).then_with(|| key(a).cmp(&key(b)))
    });
    met.dedup_by(|later, first| later.bytes() == first.bytes() && later.what == first.what);
    drop_links_to_what_is_read(&mut met, roots);
    // What was left out of one given directory, but given itself, is read.
    let is_given = |path: &Path| roots.list.iter().any(|root| root.path == path);
    met.retain(|met| met.what != What::Skipped(SkipReason::Installed, None) || !is_given(&met.path));

    let shown = roots.names(met.iter().map(|met| (met.path.as_path(), met.base)));
    let mut walked = Walked::default();
    for (Met { path, named, what, .. }, shown) in met.into_iter().zip(shown) {
        match what {
            What::File => walked.files.push(FileItem { path, shown, named, mode: None }),
            What::Skipped(reason, detail) => walked.skips.push(Skip { path: shown, reason, detail, named }),
            What::Directory => {}
        }
    }
    walked.files.sort_by(|a, b| a.shown.cmp(&b.shown).then_with(|| a.path.cmp(&b.path)));
    walked.skips.sort();
    walked
}

/// A given link whose target is read anyway is no second file.
fn drop_links_to_what_is_read(met: &mut Vec<Met>, roots: &Roots) {
    let links: Vec<&Root> = roots.list.iter().filter(|root| root.path != root.target).collect();
    let is_read = |path: &Path| {
        met.binary_search_by(|met| met.bytes().cmp(path.as_os_str().as_encoded_bytes()))
            .is_ok_and(|at| met[at].what == What::File)
    };
    let dropped: Vec<&Path> =
        links.iter().filter(|link| is_read(&link.target)).map(|link| link.path.as_path()).collect();
    if !dropped.is_empty() {
        met.retain(|met| !dropped.contains(&met.path.as_path()));
    }
}

#[cfg(test)]
mod tests;
