//! Where things stand.

use std::fmt;
use std::sync::Arc;

use crate::text::{Excerpt, Region, Span};

/// A path as it is printed: relative, with `/`, bytes that are no UTF-8 and control characters percent-encoded.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArtifactPath(Arc<str>);

impl ArtifactPath {
    /// Takes a path that already has the printed form.
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    /// The printed form of raw bytes: `%`, control characters and what is no UTF-8 are percent-encoded.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'%';
        if let Some(path) =
            std::str::from_utf8(bytes).ok().filter(|path| path.as_bytes().iter().all(is_plain))
        {
            return Self::new(path);
        }
        let mut path = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character.is_control() || character == '%' {
                    encode(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut path);
                } else {
                    path.push(character);
                }
            }
            encode(chunk.invalid(), &mut path);
        }
        Self(path.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last component; empty where there is no other.
    pub fn directory(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The last component.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

fn encode(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        out.push_str(&format!("%{byte:02X}"));
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl serde::Serialize for ArtifactPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Where an artifact comes from: a path, and what that path is in (an archive, an image's layer), outermost last.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The artifact's own path.
    pub path: ArtifactPath,
    /// What it stands in; `None` for a file of the tree or standard input.
    pub within: Option<Arc<Origin>>,
}

impl Origin {
    /// A file of the tree, or standard input.
    pub fn file(path: ArtifactPath) -> Self {
        Self { path, within: None }
    }

    /// The path of the outermost artifact: the one that a person can open.
    pub fn outermost(&self) -> &ArtifactPath {
        self.within.as_ref().map_or(&self.path, |within| within.outermost())
    }
}

impl fmt::Display for Origin {
    /// The chain from the outside in, joined by `!`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = &self.within {
            write!(f, "{within}!")?;
        }
        fmt::Display::fmt(&self.path, f)
    }
}

/// Who else can see the artifact, as git tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// In the index: everybody with the repository has it.
    Tracked,
    /// In the work tree, neither tracked nor ignored: the next `git add .` takes it.
    Untracked,
    /// Ignored by git.
    Ignored,
    /// In no git work tree.
    OutsideGit,
}

impl Exposure {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tracked => "tracked by git",
            Self::Untracked => "not tracked by git",
            Self::Ignored => "ignored by git",
            Self::OutsideGit => "outside git",
        }
    }
}

/// A place in an artifact, complete enough to be shown after the bytes are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Which artifact.
    pub origin: Origin,
    /// Which of its bytes.
    pub span: Span,
    /// The same as lines and columns.
    pub region: Region,
    /// Where in the document, such as `$.mcpServers.github.env.TOKEN`.
    pub document_path: Option<Arc<str>>,
    /// The line, masked.
    pub excerpt: Excerpt,
}

impl Location {
    /// Whether both are the same bytes of the same artifact, whatever document they are seen in.
    pub fn is_at(&self, other: &Self) -> bool {
        self.origin == other.origin && self.span == other.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_encoded() {
        assert_eq!(ArtifactPath::from_bytes(b"a/\x1b[31m\xff%\xc3\xbc").as_str(), "a/%1B[31m%FF%25ü");
    }
}
