//! Which directories hold what a package manager or a build put there.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::git::{Kind, Repositories};

/// A name that tools give to such directories. It alone proves nothing: people name theirs `build` as well.
struct WellKnown {
    name: &'static str,
    /// Whether it counts when git ignores it, too.
    when_ignored: bool,
    /// Files in it by which its tool is recognised.
    markers: &'static [&'static str],
}

const fn ignored(name: &'static str, markers: &'static [&'static str]) -> WellKnown {
    WellKnown { name, when_ignored: true, markers }
}

const fn marked(name: &'static str, markers: &'static [&'static str]) -> WellKnown {
    WellKnown { name, when_ignored: false, markers }
}

const WELL_KNOWN: &[WellKnown] = &[
    ignored("node_modules", &[".package-lock.json", ".yarn-integrity", ".modules.yaml", ".yarn-state.yml"]),
    ignored(".venv", &["pyvenv.cfg"]),
    // People keep their own environments under these names, and have git ignore them: what an audit must see.
    marked("venv", &["pyvenv.cfg"]),
    marked("env", &["pyvenv.cfg"]),
    ignored("target", &[]),
    ignored("__pycache__", &[]),
    ignored(".tox", &[]),
    ignored(".terraform", &[]),
    ignored("dist", &[]),
    ignored("build", &[]),
    ignored(".next", &[]),
    ignored(".nuxt", &[]),
];

/// How a cache directory says that it is one, whatever its name.
const CACHE_TAG: &str = "CACHEDIR.TAG";
const CACHE_SIGNATURE: &[u8; 43] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Whether the directory at `path` holds installed dependencies or build output.
pub(super) fn is_installed(path: &Path, repositories: &Repositories) -> bool {
    is_known(path, repositories) || is_tagged(path)
}

fn is_known(path: &Path, repositories: &Repositories) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_ignored = || {
        let repository = path.parent().and_then(|parent| repositories.of(parent));
        repository.is_some_and(|repository| repository.ignores(path, Kind::Directory))
    };
    if let Some(known) = WELL_KNOWN.iter().find(|known| name == known.name) {
        return known.markers.iter().any(|marker| path.join(marker).exists())
            || (known.when_ignored && is_ignored());
    }
    path.ends_with("vendor/bundle") && is_ignored()
}

fn is_tagged(path: &Path) -> bool {
    let tag = path.join(CACHE_TAG);
    // Looking first costs less than a failed opening, and a FIFO of that name would block for ever.
    if !tag.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut head = [0; CACHE_SIGNATURE.len()];
    File::open(tag).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *CACHE_SIGNATURE
}
