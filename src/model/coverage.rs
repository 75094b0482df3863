//! What was looked at, and what was not.

use super::ArtifactPath;

/// Why something was not examined, or not as a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// It could not be opened or read.
    Unreadable,
    /// It was there when the walk met it and gone when it was read.
    Vanished,
    /// A FIFO, a socket or a device.
    NotAFile,
    /// A symbolic link that leads out of what is scanned.
    LinkLeavesRoot,
    /// A symbolic link that leads nowhere or in a circle.
    BrokenLink,
    /// A directory of installed dependencies or build output.
    Installed,
    /// Excluded by the configuration.
    Excluded,
    /// Ignored by git, and `--respect-gitignore` is on.
    GitIgnored,
    /// Searched for credentials, but too large to be parsed as a document.
    TooLargeToParse,
    /// Searched for credentials, but not, or not wholly, readable as the document it should be.
    NotParsed,
    /// More findings than one artifact may have; the rest is counted only.
    TooManyFindings,
    /// So many places begin like a credential that not all of them were tried.
    TooDense,
    /// Examining it failed; this is a defect of outstay.
    Panicked,
}

impl SkipReason {
    /// Whether bytes that were asked for were not examined: the run is then incomplete.
    pub fn is_incomplete(self) -> bool {
        matches!(self, Self::Unreadable | Self::Panicked | Self::TooManyFindings | Self::TooDense)
    }

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "could not be read",
            Self::Vanished => "vanished during the scan",
            Self::NotAFile => "no regular file",
            Self::LinkLeavesRoot => "a link that leads out of the scanned tree",
            Self::BrokenLink => "a link that leads nowhere",
            Self::Installed => "installed dependencies or build output",
            Self::Excluded => "excluded by the configuration",
            Self::GitIgnored => "ignored by git",
            Self::TooLargeToParse => "searched, but too large to be parsed",
            Self::NotParsed => "searched, but not parsed to its end",
            Self::TooManyFindings => "has more findings than are reported for one file",
            Self::TooDense => "begins like a credential at more places than are tried",
            Self::Panicked => "could not be examined because of a defect in outstay; please report it",
        }
    }
}

/// One thing that was not, or not wholly, examined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skip {
    /// What.
    pub path: ArtifactPath,
    /// Why.
    pub reason: SkipReason,
    /// More about why, in one clause; quotes no content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Whether the user named it, instead of the walk meeting it.
    pub named: bool,
}

impl Skip {
    /// Whether it makes the run incomplete: unread bytes, or anything named that was not examined.
    pub fn is_incomplete(&self) -> bool {
        self.reason.is_incomplete()
            || (self.named
                && matches!(
                    self.reason,
                    SkipReason::Vanished
                        | SkipReason::NotAFile
                        | SkipReason::BrokenLink
                        | SkipReason::LinkLeavesRoot
                ))
    }
}

/// What a run looked at. Part of every report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Artifacts whose bytes were examined.
    pub artifacts: u64,
    /// How many bytes that was.
    pub bytes: u64,
    /// How many of them were parsed as documents.
    pub documents: u64,
    /// What was left out or cut, sorted.
    pub skips: Vec<Skip>,
    /// The files of a person's home that were read by name, sorted.
    pub home: Vec<ArtifactPath>,
}

impl Coverage {
    /// Adds what another part of the run looked at.
    pub fn absorb(&mut self, other: Self) {
        self.artifacts += other.artifacts;
        self.bytes += other.bytes;
        self.documents += other.documents;
        self.skips.extend(other.skips);
        self.home.extend(other.home);
    }

    /// Whether something that was asked for was not examined.
    pub fn is_incomplete(&self) -> bool {
        self.skips.iter().any(Skip::is_incomplete)
    }
}
