use std::fs;
use std::process::Command;

use super::*;

/// A repository in a directory of its own, out of reach of the user's configuration.
struct Fixture {
    directory: tempfile::TempDir,
    root: PathBuf,
}

impl Fixture {
    fn new() -> Self {
        Self::with(&[])
    }

    /// Made by `git init` with these arguments too.
    fn with(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap().join("repo");
        fs::create_dir(&root).unwrap();
        let fixture = Self { directory, root };
        fixture.git(&[&["init", "-q"], arguments].concat());
        fixture
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

#[test]
fn objects_may_be_named_by_sha_256() {
    let fixture = Fixture::with(&["--object-format=sha256"]);
    let tracked = fixture.write("src/a.env", "");
    let new = fixture.write("src/new.env", "");
    fixture.git(&["add", "src/a.env"]);
    let exposures = Exposures::default();
    assert_eq!(exposures.exposure_of(&tracked), Exposure::Tracked);
    assert_eq!(exposures.exposure_of(&new), Exposure::Untracked);
    assert!(exposures.notes().is_empty(), "{:?}", exposures.notes());
}

#[test]
fn exposure_is_what_git_says() {
    let fixture = Fixture::new();
    let tracked = fixture.write("src/a.env", "");
    let forced = fixture.write("src/forced.log", "");
    fixture.write(".gitignore", "*.log\n/secrets/\n!keep.log\n");
    fixture.write("src/.gitignore", "local.*\n!b.log\n");
    fs::write(fixture.root.join(".git/info/exclude"), "private\n").unwrap();
    fixture.git(&["add", "-f", "src/a.env", "src/forced.log"]);
    let exposures = Exposures::default();
    let of = |path: &str| exposures.exposure_of(&fixture.root.join(path));
    assert_eq!(exposures.exposure_of(&tracked), Exposure::Tracked);
    assert_eq!(exposures.exposure_of(&forced), Exposure::Tracked, "although a pattern ignores it");
    assert_eq!(of("src/new.env"), Exposure::Untracked);
    assert_eq!(of("src/a.log"), Exposure::Ignored);
    assert_eq!(of("src/b.log"), Exposure::Untracked, "the deeper file wins");
    assert_eq!(of("b.log"), Exposure::Ignored);
    assert_eq!(of("keep.log"), Exposure::Untracked);
    assert_eq!(of("src/local.env"), Exposure::Ignored);
    assert_eq!(of("secrets/deep/keep.log"), Exposure::Ignored, "nothing in an ignored directory comes back");
    assert_eq!(of("src/secrets/x"), Exposure::Untracked, "the pattern is anchored");
    assert_eq!(of("private"), Exposure::Ignored);
    assert_eq!(exposures.exposure_of(&fixture.root.with_file_name("x")), Exposure::OutsideGit);
    assert!(exposures.notes().is_empty());
}

#[test]
fn linked_work_trees_and_submodules_have_an_index_of_their_own() {
    let fixture = Fixture::new();
    fixture.write("a", "");
    fixture.git(&["add", "a"]);
    fixture.git(&["commit", "-qm", "a"]);
    fs::write(fixture.root.join(".git/info/exclude"), "private\n").unwrap();
    fixture.git(&["worktree", "add", "-q", "../linked"]);
    let url = fixture.root.to_str().unwrap().to_owned();
    fixture.git(&["submodule", "add", "-q", &url, "sub"]);

    let exposures = Exposures::default();
    let linked = fixture.root.join("../linked").canonicalize().unwrap();
    let sub = fixture.root.join("sub");
    for tree in [&linked, &sub] {
        assert_eq!(git_root(&tree.join("deep")).as_deref(), Some(tree.as_path()));
        assert_eq!(exposures.exposure_of(&tree.join("a")), Exposure::Tracked);
        assert_eq!(exposures.exposure_of(&tree.join("b")), Exposure::Untracked);
    }
    assert_eq!(
        exposures.exposure_of(&linked.join("private")),
        Exposure::Ignored,
        "the exclude file is shared"
    );
    assert!(exposures.notes().is_empty());
}

#[test]
fn a_bare_repository_is_no_work_tree() {
    let fixture = Fixture::new();
    fixture.git(&["init", "-q", "--bare", "../bare.git"]);
    let bare = fixture.root.join("../bare.git").canonicalize().unwrap();
    assert_eq!(git_root(&bare), None);
    assert_eq!(Exposures::default().exposure_of(&bare.join("config")), Exposure::OutsideGit);
    fs::create_dir(fixture.directory.path().join(".git")).unwrap();
    assert_eq!(git_root(&bare), None, "an empty directory of that name is no repository");
}

#[test]
fn what_cannot_be_read_counts_as_untracked_and_is_said() {
    let fixture = Fixture::new();
    let path = fixture.write("a", "");
    assert_eq!(Exposures::default().exposure_of(&path), Exposure::Untracked, "there is no index yet");
    fixture.git(&["add", "a"]);

    let whole = fs::read(fixture.root.join(".git/index")).unwrap();
    for length in [0, 11, whole.len() / 2, whole.len() - 1] {
        fs::write(fixture.root.join(".git/index"), &whole[..length]).unwrap();
        let exposures = Exposures::default();
        assert_eq!(exposures.exposure_of(&path), Exposure::Untracked);
        assert_eq!(
            exposures.notes(),
            [
                "The git index of `repo` could not be read (it is damaged or of an unknown version); its files count as \
                not tracked."
            ],
            "{length}"
        );
    }

    fs::remove_dir_all(fixture.root.join(".git")).unwrap();
    fs::write(fixture.root.join(".git"), "gitdir: ../gone\n").unwrap();
    let exposures = Exposures::default();
    assert_eq!(exposures.exposure_of(&path), Exposure::Untracked);
    assert!(exposures.notes()[0].contains("leads nowhere"), "{:?}", exposures.notes());
}

#[test]
fn conflicts_are_tracked_and_directories_know_what_is_in_them() {
    let fixture = Fixture::new();
    fixture.write("dir/a", "1");
    fixture.write("dirt", "");
    fixture.write(".gitignore", "dir\ndirt\nother\n");
    fixture.git(&["add", "-f", "dir/a"]);
    let repository = Repositories::default().of(&fixture.root).unwrap();
    assert!(!repository.hides(&fixture.root.join("dir"), Kind::Directory));
    assert!(repository.hides(&fixture.root.join("other"), Kind::Directory));
    assert!(repository.hides(&fixture.root.join("dirt"), Kind::File));
    assert!(repository.hides(&fixture.root.join("dir/b"), Kind::File));
    assert!(!repository.hides(&fixture.root.join("dir/a"), Kind::File));

    fixture.git(&["commit", "-qm", "1"]);
    fixture.git(&["checkout", "-qb", "other"]);
    fixture.write("dir/a", "2");
    fixture.git(&["commit", "-qam", "2"]);
    fixture.git(&["checkout", "-q", "-"]);
    fixture.write("dir/a", "3");
    fixture.git(&["commit", "-qam", "3"]);
    let _conflict =
        Command::new("git").arg("-C").arg(&fixture.root).args(["merge", "-q", "other"]).output().unwrap();
    assert_eq!(Exposures::default().exposure_of(&fixture.root.join("dir/a")), Exposure::Tracked);
}
