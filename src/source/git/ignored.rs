//! Which paths git's patterns ignore, worked out only where somebody asks.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

/// A pattern file beyond this is not one that a person wrote.
const LARGEST_FILE: u64 = 1 << 20;

/// The patterns of one work tree: `.gitignore` files, then `info/exclude`, then the user's global file.
#[derive(Debug)]
pub(super) struct IgnoreRules {
    root: PathBuf,
    /// Patterns for the whole work tree, the strongest first.
    general: [Gitignore; 2],
    levels: Mutex<HashMap<PathBuf, Arc<Level>>>,
}

/// One directory on the way down.
#[derive(Debug)]
struct Level {
    /// Whether it, and so all that is in it, is ignored.
    ignored: bool,
    /// Its own `.gitignore`.
    own: Gitignore,
    parent: Option<Arc<Level>>,
}

impl IgnoreRules {
    /// Those of the work tree at `root`, whose repository's shared directory is `common`.
    pub(super) fn new(root: &Path, common: Option<&Path>) -> Self {
        let exclude = common.map(|directory| directory.join("info").join("exclude"));
        let general = [exclude, gitconfig_excludes_path()].map(|file| patterns(root, file.as_deref()));
        Self { root: root.to_path_buf(), general, levels: Mutex::default() }
    }

    /// Whether `path`, or a directory that it is in, is ignored.
    pub(super) fn ignore(&self, path: &Path, kind: Kind) -> bool {
        let Some(parent) = path.parent().filter(|parent| parent.starts_with(&self.root)) else {
            return false;
        };
        self.matches(&self.level(parent), path, kind)
    }

    fn matches(&self, level: &Level, path: &Path, kind: Kind) -> bool {
        if level.ignored {
            return true;
        }
        let chain =
            std::iter::successors(Some(level), |level| level.parent.as_deref()).map(|level| &level.own);
        chain
            .chain(&self.general)
            .find_map(|patterns| match patterns.matched(path, kind == Kind::Directory) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            })
            .unwrap_or(false)
    }

    /// The level of `directory`, which is the root or below it.
    fn level(&self, directory: &Path) -> Arc<Level> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = Vec::new();
        let mut parent = None;
        for ancestor in directory.ancestors() {
            if let Some(level) = levels.get(ancestor) {
                parent = Some(Arc::clone(level));
                break;
            }
            unknown.push(ancestor);
            if ancestor == self.root {
                break;
            }
        }
        // A loop and not a recursion: the depth of a tree is up to whoever made it.
        for ancestor in unknown.into_iter().rev() {
            let ignored = parent.as_ref().is_some_and(|level| self.matches(level, ancestor, Kind::Directory));
            // Git does not look for patterns inside of what it ignores.
            let file = (!ignored).then(|| ancestor.join(".gitignore"));
            let own = patterns(ancestor, file.as_deref());
            let level = Arc::new(Level { ignored, own, parent: parent.take() });
            levels.insert(ancestor.to_path_buf(), Arc::clone(&level));
            parent = Some(level);
        }
        parent.unwrap_or_else(|| Arc::new(Level { ignored: false, own: Gitignore::empty(), parent: None }))
    }
}

/// What a path leads to; some patterns are for directories only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Kind {
    /// Anything but a directory.
    File,
    /// A directory.
    Directory,
}

/// The patterns in `file`, for paths below `root`; none where it is not there. A pattern that git would not
/// understand either is left out.
fn patterns(root: &Path, file: Option<&Path>) -> Gitignore {
    // A FIFO of that name would block for ever.
    let Some(file) = file
        .filter(|file| fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= LARGEST_FILE))
    else {
        return Gitignore::empty();
    };
    let mut builder = GitignoreBuilder::new(root);
    let _unreadable_lines = builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
