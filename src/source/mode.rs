//! Modes of files: what only Unix has, and its twin.

use std::path::Path;

use crate::model::Mode;

/// The mode of the file at `path`, which lies below `top`, as far as the directories from there down let anybody come to it.
/// `None` where the system has no modes.
pub(super) fn of(path: &Path, top: &Path) -> Option<Mode> {
    let own = one(path)?;
    let directories = path.ancestors().skip(1).take_while(|directory| directory.starts_with(top));
    Some(directories.filter_map(one).fold(own, Mode::below))
}

#[cfg(unix)]
fn one(path: &Path) -> Option<Mode> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).ok().map(|found| Mode::new(found.permissions().mode()))
}

/// Access lists are no modes: nothing is said.
#[cfg(not(unix))]
fn one(_: &Path) -> Option<Mode> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::model::Audience;

    #[test]
    fn the_directories_above_count_up_to_the_top() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let set = |at: &Path, mode| fs::set_permissions(at, fs::Permissions::from_mode(mode)).unwrap();
        set(&path, 0o644);
        set(&home.path().join("a"), 0o750);
        set(home.path(), 0o755);
        let mode = of(&path, home.path()).unwrap();
        assert!(mode.lets_read(Audience::Group) && !mode.lets_read(Audience::Others));
        set(home.path(), 0o700);
        assert!(!of(&path, home.path()).unwrap().lets_read(Audience::Group));
        assert!(of(&path, &home.path().join("a")).unwrap().lets_read(Audience::Group));
    }
}
