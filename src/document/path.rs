//! Paths that select nodes: a small subset of JSONPath over every format.

use super::{Document, NodeId};

/// A compiled path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {}

/// A path that does not follow the grammar.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the path `{path}` is wrong at character {at}: {message}")]
pub struct PathError {
    /// The path as written.
    pub path: String,
    /// Which character, from 1.
    pub at: usize,
    /// What was expected there.
    pub message: String,
}

impl Path {
    /// Reads a path. `$` is the document's root, `@` the node that a selection starts from.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let _ = path;
        Ok(Self {})
    }

    /// The nodes it selects, starting from `from`, in the order of the text, each once.
    pub fn select(&self, document: &Document, from: NodeId) -> Vec<NodeId> {
        let _ = (document, from);
        Vec::new()
    }
}
