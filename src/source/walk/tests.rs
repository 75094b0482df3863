use std::process::Command;

use super::*;
use crate::model::PathSet;

/// A tree in a directory of its own.
struct Tree {
    _directory: tempfile::TempDir,
    root: PathBuf,
}

impl Tree {
    fn new(files: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap().join("tree");
        fs::create_dir(&root).unwrap();
        let tree = Self { _directory: directory, root };
        files.iter().for_each(|file| tree.write(file, ""));
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git").arg("-C").arg(&self.root).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn walk(&self, reach: Reach) -> Walked {
        self.walk_paths(&["."], reach)
    }

    /// Walks `paths` with the tree as the working directory.
    fn walk_paths(&self, paths: &[&str], reach: Reach) -> Walked {
        let plan =
            TreePlan { paths: paths.iter().map(PathBuf::from).collect(), reach, ..TreePlan::default() };
        walk_from(&self.root, &plan)
    }
}

fn files(walked: &Walked) -> Vec<&str> {
    walked.files.iter().map(|file| file.shown.as_str()).collect()
}

fn skips(walked: &Walked) -> Vec<(&str, SkipReason, bool)> {
    walked.skips.iter().map(|skip| (skip.path.as_str(), skip.reason, skip.named)).collect()
}

#[test]
fn hidden_and_ignored_files_are_read_and_git_directories_are_not() {
    let tree = Tree::new(&["a.rs", ".env", ".config/x", "sub/.git"]);
    tree.git(&["init", "-q"]);
    tree.write(".gitignore", ".env\nlogs/\n");
    tree.write("logs/a.log", "");
    let expected = [".config/x", ".env", ".gitignore", "a.rs", "logs/a.log", "sub/.git"];
    for reach in [Reach::Default, Reach::All] {
        let walked = tree.walk(reach);
        assert_eq!(files(&walked), expected);
        assert!(walked.skips.is_empty());
    }
    let walked = tree.walk(Reach::RespectGitignore);
    assert_eq!(files(&walked), [".config/x", ".gitignore", "a.rs", "sub/.git"]);
    assert_eq!(skips(&walked), [(".", SkipReason::GitIgnored, false)]);
    assert_eq!(walked.skips[0].detail.as_deref(), Some("2 files and directories"));

    tree.git(&["add", "-f", ".env", "logs/a.log"]);
    assert_eq!(files(&tree.walk(Reach::RespectGitignore)), expected, "git sees what it tracks");
    assert_eq!(files(&tree.walk_paths(&["logs/b.log", ".env"], Reach::RespectGitignore)), [".env"]);
}

#[test]
fn patterns_count_only_inside_a_repository() {
    let tree = Tree::new(&["a.log", "dist/x"]);
    tree.write(".gitignore", "*.log\ndist\n");
    assert_eq!(files(&tree.walk(Reach::RespectGitignore)), [".gitignore", "a.log", "dist/x"]);
}

#[test]
fn installed_dependencies_are_left_out_where_something_proves_them() {
    let tree = Tree::new(&[
        "app/node_modules/.package-lock.json",
        "app/node_modules/left/index.js",
        "own/node_modules/mine.js",
        "py/env/pyvenv.cfg",
        "py/venv/.env",
        "web/dist/bundle.js",
        "web/src/build/plan.txt",
        "gem/vendor/bundle/x.rb",
        "gem/vendor/mine.rb",
        "cache/CACHEDIR.TAG",
        "forged/CACHEDIR.TAG",
        "rust/target/debug/x",
    ]);
    tree.git(&["init", "-q"]);
    tree.write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# made by a test\n");
    tree.write(".gitignore", "/web/dist\nbundle\ntarget/\nvenv\n");
    let walked = tree.walk(Reach::Default);
    assert_eq!(
        files(&walked),
        [
            ".gitignore",
            "forged/CACHEDIR.TAG",
            "gem/vendor/mine.rb",
            "own/node_modules/mine.js",
            "py/venv/.env",
            "web/src/build/plan.txt"
        ]
    );
    let installed = |path| (path, SkipReason::Installed, false);
    let expected = ["app/node_modules", "cache", "gem/vendor/bundle", "py/env", "rust/target", "web/dist"]
        .map(installed);
    assert_eq!(skips(&walked), expected);

    let all = tree.walk(Reach::All);
    assert_eq!(all.files.len(), 13);
    assert!(all.skips.is_empty());

    let given = tree.walk_paths(&["rust/target", "."], Reach::Default);
    assert!(files(&given).contains(&"rust/target/debug/x"), "what is given is read");
    assert_eq!(given.skips.len(), expected.len() - 1);
}

#[test]
fn each_file_comes_once() {
    let tree = Tree::new(&["a/b/c", "a/d", "e"]);
    let walked = tree.walk_paths(&["a", ".", "a/b/c", "./a/../e"], Reach::Default);
    assert_eq!(files(&walked), ["a/b/c", "a/d", "e"]);
    assert_eq!(walked.files.iter().map(|file| file.named).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn paths_are_never_absolute() {
    let tree = Tree::new(&["in/a", "one/proj/x", "two/proj/x", "two/proj/y"]);
    tree.git(&["init", "-q", "one"]);
    let walk = |working_directory: &str, paths: &[&str]| {
        let paths = paths.iter().map(|path| tree.root.join(path)).collect();
        walk_from(&tree.root.join(working_directory), &TreePlan { paths, ..TreePlan::default() })
    };
    assert_eq!(files(&walk("in", &["in"])), ["a"]);
    assert_eq!(files(&walk("", &["two/proj"])), ["two/proj/x", "two/proj/y"], "the working directory");
    assert_eq!(files(&walk("", &["one/proj"])), ["proj/x"], "the git root");
    assert_eq!(files(&walk("in", &["two/proj"])), ["x", "y"], "the given path itself");
    assert_eq!(files(&walk("in", &["two/proj/x"])), ["x"]);
    assert_eq!(files(&walk("in", &["two/proj", "in"])), ["a", "x", "y"]);
    assert_eq!(
        files(&walk("in", &["two/proj", "one/proj/x", "two"])),
        ["proj/x", "x", "y"],
        "the path given first decides"
    );
    let clash = walk("in", &["two/proj", "two/proj/../../one/proj"]);
    assert_eq!(files(&clash), ["proj/x", "x", "y"]);
    fs::remove_dir_all(tree.root.join("one/.git")).unwrap();
    let clash = walk("in", &["two/proj", "one/proj"]);
    assert_eq!(files(&clash), ["proj-2/x", "proj/x", "proj/y"], "the same name twice");
    let missing = walk("in", &["gone/deep"]);
    assert_eq!(skips(&missing), [("deep", SkipReason::Unreadable, true)]);
}

#[test]
fn a_given_path_that_is_not_there_is_said() {
    let tree = Tree::new(&["a"]);
    let walked = tree.walk_paths(&["gone", "a", "a/b"], Reach::Default);
    assert_eq!(files(&walked), ["a"]);
    assert_eq!(
        skips(&walked),
        [("a/b", SkipReason::Unreadable, true), ("gone", SkipReason::Unreadable, true)]
    );
    assert_eq!(walked.skips[1].detail.as_deref(), Some("no such file or directory"));
    assert!(walked.skips.iter().all(Skip::is_incomplete));
}

#[test]
fn excludes_hold_everywhere() {
    let tree = Tree::new(&["a.png", "doc/x/y", "src/a.rs"]);
    let patterns = PathSet::new("", ["*.png", "/doc/x/"]).unwrap();
    let plan = |paths: &[&str]| TreePlan {
        paths: paths.iter().map(PathBuf::from).collect(),
        exclude: Excludes::new(&tree.root, patterns.clone()),
        reach: Reach::All,
        home: None,
        threads: 1,
    };
    let walked = walk_from(&tree.root, &plan(&["."]));
    assert_eq!(files(&walked), ["src/a.rs"]);
    assert_eq!(
        skips(&walked),
        [("a.png", SkipReason::Excluded, false), ("doc/x", SkipReason::Excluded, false)]
    );
    let walked = walk_from(&tree.root, &plan(&["a.png", "doc/x/y", "src/a.rs"]));
    assert_eq!(files(&walked), ["src/a.rs"]);
    assert_eq!(
        skips(&walked),
        [("a.png", SkipReason::Excluded, true), ("doc/x/y", SkipReason::Excluded, true)]
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let names: Vec<String> = (0..300).map(|n| format!("d{}/e{}/f{n}", n % 7, n % 13)).collect();
    let tree = Tree::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let walk = |threads| {
        walk_from(&tree.root, &TreePlan { paths: vec![".".into()], threads, ..TreePlan::default() }).files
    };
    assert_eq!(walk(1), walk(8));
    assert_eq!(walk(1).len(), 300);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn links_are_not_followed_out_and_loops_end() {
        let tree = Tree::new(&["a/real", "../outside/secret", "b/x"]);
        let link = |target: &str, path: &str| symlink(target, tree.root.join(path)).unwrap();
        link("real", "a/inside");
        link("../b", "a/directory");
        link("..", "a/up");
        link("../..", "a/out");
        link("../../outside/secret", "a/secret");
        link("gone", "a/dangling");
        link("circle", "a/circle");
        let walked = tree.walk(Reach::Default);
        assert_eq!(files(&walked), ["a/real", "b/x"]);
        assert_eq!(
            skips(&walked),
            [
                ("a/circle", SkipReason::BrokenLink, false),
                ("a/dangling", SkipReason::BrokenLink, false),
                ("a/out", SkipReason::LinkLeavesRoot, false),
                ("a/secret", SkipReason::LinkLeavesRoot, false),
            ]
        );
        assert_eq!(walked.skips[1].detail.as_deref(), Some("no such file or directory"));
        assert!(!walked.skips.iter().any(Skip::is_incomplete));
    }

    #[test]
    fn a_given_link_is_followed() {
        let tree = Tree::new(&["../outside/secret", "b/x"]);
        symlink("../outside/secret", tree.root.join("file")).unwrap();
        symlink("b", tree.root.join("directory")).unwrap();
        symlink("gone", tree.root.join("dangling")).unwrap();
        symlink("circle", tree.root.join("circle")).unwrap();
        let walked = tree.walk_paths(&["file", "directory", "dangling", "circle"], Reach::Default);
        assert_eq!(files(&walked), ["b/x", "file"]);
        assert_eq!(
            skips(&walked),
            [("circle", SkipReason::BrokenLink, true), ("dangling", SkipReason::BrokenLink, true)]
        );
        assert!(walked.skips.iter().all(Skip::is_incomplete));

        symlink("x", tree.root.join("b/y")).unwrap();
        assert_eq!(files(&tree.walk_paths(&["b/y"], Reach::Default)), ["b/y"]);
        assert_eq!(files(&tree.walk_paths(&["b/y", "b"], Reach::Default)), ["b/x"], "once");
        assert_eq!(files(&tree.walk_paths(&["b/y", "b/x"], Reach::Default)), ["b/x"], "once");
    }

    #[test]
    fn a_fifo_is_never_opened() {
        let tree = Tree::new(&["a"]);
        for name in ["pipe", ".gitignore", "CACHEDIR.TAG"] {
            assert!(Command::new("mkfifo").arg(tree.root.join(name)).status().unwrap().success());
        }
        tree.git(&["init", "-q"]);
        let walked = tree.walk(Reach::RespectGitignore);
        assert_eq!(files(&walked), ["a"]);
        assert_eq!(walked.skips.len(), 3);
        let walked = tree.walk_paths(&["pipe"], Reach::Default);
        assert_eq!(skips(&walked), [("pipe", SkipReason::NotAFile, true)]);
        assert!(walked.skips[0].is_incomplete());
    }

    #[test]
    fn names_that_are_no_utf8_are_encoded() {
        let tree = Tree::new(&[]);
        let name = OsStr::from_bytes(b"caf\xe9%\n.env");
        // Some file systems refuse such names.
        if fs::write(tree.root.join(name), "x").is_ok() {
            let walked = tree.walk(Reach::Default);
            assert_eq!(files(&walked), ["caf%E9%25%0A.env"]);
            assert_eq!(fs::read(&walked.files[0].path).unwrap(), b"x");
        }
    }

    #[test]
    fn a_directory_without_rights_is_said() {
        let tree = Tree::new(&["a", "closed/b"]);
        let closed = tree.root.join("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        // Rights do not bind the administrator.
        let is_bound = fs::read_dir(&closed).is_err();
        let walked = tree.walk(Reach::Default);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        if is_bound {
            assert_eq!(files(&walked), ["a"]);
            assert_eq!(skips(&walked), [("closed", SkipReason::Unreadable, false)]);
            assert_eq!(walked.skips[0].detail.as_deref(), Some("permission denied"));
            assert!(walked.skips[0].is_incomplete());
        }
    }

    #[test]
    fn a_path_that_is_too_long_is_said() {
        let tree = Tree::new(&["a"]);
        let long = "x".repeat(300);
        let walked = tree.walk_paths(&["a", &long], Reach::Default);
        assert_eq!(files(&walked), ["a"]);
        assert_eq!(skips(&walked), [(long.as_str(), SkipReason::Unreadable, true)]);
        assert_eq!(walked.skips[0].detail.as_deref(), Some("file name too long"));
    }
}

#[test]
fn errors_of_the_walker_say_their_place_once() {
    let error = |kind: io::ErrorKind| ignore::Error::WithPath {
        path: "/r/closed".into(),
        err: Box::new(ignore::Error::WithDepth { depth: 1, err: Box::new(ignore::Error::Io(kind.into())) }),
    };
    let (path, what) = failure(&error(io::ErrorKind::PermissionDenied), Path::new("/r"));
    assert_eq!(path, Path::new("/r/closed"));
    assert!(what == What::Skipped(SkipReason::Unreadable, Some("permission denied".into())));
    let (_, what) = failure(&error(io::ErrorKind::NotFound), Path::new("/r"));
    assert!(what == What::Skipped(SkipReason::Vanished, None));
}
