//! Where artifacts come from: the tree, a person's home and standard input. Nothing else in outstay reads scanned content.

mod exclude;
mod git;
mod home;
mod installed;
mod mode;
mod read;
mod roots;
mod walk;
mod window;

pub use exclude::Excludes;
pub use git::{Exposures, git_root};
pub use home::HomePlan;
pub use read::{ReadError, Reader, Want, is_binary};
pub use walk::{FileItem, Reach, TreePlan, Walked, walk};
pub use window::{Sizes, Window};

use std::borrow::Cow;
use std::io;
use std::path::{MAIN_SEPARATOR, Path};

/// The bytes of a path with `/` between its parts, as git and reports write it.
fn slashed(path: &Path) -> Cow<'_, [u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if MAIN_SEPARATOR == '/' {
        return Cow::Borrowed(bytes);
    }
    let separator = MAIN_SEPARATOR as u8;
    Cow::Owned(bytes.iter().map(|byte| if *byte == separator { b'/' } else { *byte }).collect())
}

/// What the system says about `error`, as a clause: no code, no capital.
fn os_text(error: &io::Error) -> String {
    let text = error.to_string();
    let clause = text.rsplit_once(" (os error").map_or(text.as_str(), |(clause, _)| clause);
    let mut characters = clause.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
