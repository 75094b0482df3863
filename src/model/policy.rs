//! A policy as a report knows it.

use super::ArtifactPath;

/// Something by which what is scanned would have weakened the policy. It does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Overruled {
    /// The file that says it.
    pub path: ArtifactPath,
    /// The line, from 1.
    pub line: usize,
    /// Which setting, such as `max-lifetime` or `waiver`.
    pub setting: String,
    /// One sentence with a full stop.
    pub message: String,
}

/// The policy that a run went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyUse {
    /// Its file: below the working directory, else the bare name.
    pub file: String,
    /// The SHA-256 digest of its text, in hexadecimal digits.
    pub sha256: String,
    /// What it did not let pass, sorted.
    pub overruled: Vec<Overruled>,
}
