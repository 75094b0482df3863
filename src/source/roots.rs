//! The paths that the user gave: what each of them is, and what the paths below it are called in a report.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::git::Repositories;
use super::{os_text, slashed};
use crate::model::{ArtifactPath, SkipReason};

/// One given path.
pub(super) struct Root {
    /// Absolute and openable; of a link to a file it is the link.
    pub(super) path: PathBuf,
    /// The same with the last link followed.
    pub(super) target: PathBuf,
    /// What is there.
    pub(super) given: Given,
    /// Which of the bases its paths are relative to.
    pub(super) base: usize,
}

/// What stands at a given path.
pub(super) enum Given {
    File,
    Directory,
    /// Nothing that can be scanned.
    Unusable(SkipReason, Option<String>),
}

/// All given paths.
pub(super) struct Roots {
    pub(super) list: Vec<Root>,
    bases: Vec<PathBuf>,
}

impl Roots {
    /// Looks at each of `paths`; relative ones start at `working_directory`.
    pub(super) fn resolve(paths: &[PathBuf], working_directory: &Path, repositories: &Repositories) -> Self {
        let mut roots = Self { list: Vec::new(), bases: Vec::new() };
        let mut known = HashMap::new();
        for path in paths {
            let (path, target, given) = look_at(&working_directory.join(path));
            let directory = match given {
                Given::Directory => path.as_path(),
                _ => path.parent().unwrap_or(&path),
            };
            let base = match repositories.of(directory) {
                Some(repository) => repository.root().to_path_buf(),
                None if directory.starts_with(working_directory) => working_directory.to_path_buf(),
                None => directory.to_path_buf(),
            };
            let base = *known.entry(base).or_insert_with_key(|base| {
                roots.bases.push(base.clone());
                roots.bases.len() - 1
            });
            roots.list.push(Root { path, target, given, base });
        }
        roots
    }

    /// Whether `target`, a path without links, lies in what is scanned.
    pub(super) fn contain(&self, target: &Path) -> bool {
        self.list.iter().any(|root| target.starts_with(&root.target))
    }

    /// What each of `paths`, given with the number of its base, is called. Where two of them would be called the same,
    /// the name of the base is put in front.
    pub(super) fn names<'p>(
        &self,
        paths: impl Iterator<Item = (&'p Path, usize)> + Clone,
    ) -> Vec<ArtifactPath> {
        let name = |(path, base): (&Path, usize)| relative(path, &self.bases[base]);
        let plain: Vec<_> = paths.clone().map(name).collect();
        if self.bases.len() < 2 {
            return plain;
        }
        let mut owners = HashMap::new();
        let mut clashing = vec![false; self.bases.len()];
        for (name, (_, base)) in plain.iter().zip(paths.clone()) {
            let owner = *owners.entry(name).or_insert(base);
            if owner != base {
                clashing[owner] = true;
                clashing[base] = true;
            }
        }
        let labels = self.labels();
        let named = plain.iter().zip(paths).map(|(name, (_, base))| {
            if clashing[base] { ArtifactPath::new(&format!("{}/{name}", labels[base])) } else { name.clone() }
        });
        named.collect()
    }

    /// A name for each base; the second of the same name gets a number.
    fn labels(&self) -> Vec<String> {
        let mut used = HashMap::new();
        let label = |base: &PathBuf| {
            let name = ArtifactPath::from_bytes(base.file_name().unwrap_or_default().as_encoded_bytes());
            let times = used.entry(name.clone()).or_insert(0);
            *times += 1;
            if *times == 1 { name.to_string() } else { format!("{name}-{times}") }
        };
        self.bases.iter().map(label).collect()
    }
}

/// Where `path` really is, with and without its last link followed, and what is there.
fn look_at(path: &Path) -> (PathBuf, PathBuf, Given) {
    let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let found = fs::canonicalize(path).and_then(|target| Ok((fs::metadata(&target)?, target)));
    match found {
        Ok((found, target)) if found.is_dir() => (target.clone(), target, Given::Directory),
        Ok((found, target)) if found.is_file() => {
            let path = if is_link { without_links_above(path) } else { target.clone() };
            (path, target, Given::File)
        }
        Ok((_, target)) => (target.clone(), target, Given::Unusable(SkipReason::NotAFile, None)),
        Err(error) => {
            let reason = if is_link && error.kind() != io::ErrorKind::PermissionDenied {
                SkipReason::BrokenLink
            } else {
                SkipReason::Unreadable
            };
            let path = without_links_above(path);
            (path.clone(), path, Given::Unusable(reason, Some(os_text(&error))))
        }
    }
}

/// `path` with the links in its nearest existing parent resolved, its own last part as it is.
fn without_links_above(path: &Path) -> PathBuf {
    path.ancestors()
        .skip(1)
        .find_map(|parent| {
            let rest = path.strip_prefix(parent).ok()?;
            Some(fs::canonicalize(parent).ok()?.join(rest))
        })
        .unwrap_or_else(|| path.to_path_buf())
}

/// `path` as it is called below `base`.
fn relative(path: &Path, base: &Path) -> ArtifactPath {
    let path = slashed(path);
    let below = path.strip_prefix(&*slashed(base)).unwrap_or(&path);
    let below = below.strip_prefix(b"/").unwrap_or(below);
    if below.is_empty() { ArtifactPath::new(".") } else { ArtifactPath::from_bytes(below) }
}
