//! Bytes to one span tree, whatever the format.
//!
//! Parsing never fails: what could be read stands in the tree, and [`Document::problem`] says where it stopped. All bounds
//! (depth, nodes, aliases) are the parsers' own; a document that exceeds one is cut there and says so.

mod dockerfile;
mod dotenv;
mod ini;
mod json;
mod path;
mod toml;
mod tree;
mod yaml;

pub use path::{Path, PathError};
pub use tree::{Builder, Document, Node, NodeId, Problem, Scalar, Style, Value};

/// The formats that documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JSON, with comments and trailing commas allowed (JSONC), and JSON5's unquoted keys and single quotes.
    Json,
    /// YAML 1.2, several documents in one stream.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// `NAME=value` lines as shells and compose read them.
    Dotenv,
    /// `[section]` and `key = value` lines.
    Ini,
    /// A Dockerfile: `$.stages[*].instructions[*].{op,args,env}`.
    Dockerfile,
}

/// Nesting deeper than this is not followed.
pub const MAX_DEPTH: usize = 256;

/// A document with more nodes than this is cut.
pub const MAX_NODES: usize = 2_000_000;

/// Reads `text` as `format`. Spans count bytes of `text`.
pub fn parse(format: Format, text: &str) -> Document {
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
        Format::Toml => toml::parse(text),
        Format::Dotenv => dotenv::parse(text),
        Format::Ini => ini::parse(text),
        Format::Dockerfile => dockerfile::parse(text),
    }
}
