//! What issues credentials, and where that goes on to, as platforms say it.

use serde::Deserialize;

use crate::document::Path;
use crate::model::Id;

use super::platform::{optional_path, paths};

/// Something that will issue credentials. Its sort is said here, or by the table of mints: then the row for its type on this
/// platform says what it issues and for how long.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MintSpec {
    /// Which sort; absent: the table says.
    #[serde(default)]
    pub kind: Option<Id>,
    /// Where it stands.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// What it is called in the table.
    #[serde(default, rename = "type")]
    pub named: MintType,
    /// How what is selected becomes mints.
    #[serde(default)]
    pub read: MintReader,
    /// What makes it one, from there: the place that findings point at. Its beginning, where nothing is said.
    #[serde(default, deserialize_with = "paths")]
    pub at: Vec<Path>,
    /// Where its name stands, from there; absent: its key.
    #[serde(default, deserialize_with = "paths")]
    pub name: Vec<Path>,
}

/// A name that the files of the directory may refer to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DefinitionSpec {
    /// What has the name as its key.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where its value stands, from there; absent: it is the value.
    #[serde(default, deserialize_with = "optional_path")]
    pub value: Option<Path>,
    /// How it is referred to, with `*` for the key: `var.*`.
    pub name: String,
    /// What a bare number counts, if it counts something: `days`.
    #[serde(default)]
    pub unit: String,
}

/// Something that may take what mints issue: each reference to one in it counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowSpec {
    /// Where it stands; its key is its name.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// What people call it; absent: the key of what it stands in.
    #[serde(default)]
    pub title: Option<String>,
}

/// Where the type of a mint stands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "String")]
pub enum MintType {
    /// It has none.
    #[default]
    None,
    /// It is this one: any other text.
    Is(String),
    /// It is the key of what is selected: `key`.
    Key,
    /// It is the key of what that stands in: `above`.
    Above,
    /// It stands there: a path.
    At(Path),
}

impl From<String> for MintType {
    fn from(text: String) -> Self {
        match text.as_str() {
            "key" => Self::Key,
            "above" => Self::Above,
            _ => Path::parse(&text).map_or(Self::Is(text), Self::At),
        }
    }
}

/// How what is selected becomes mints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MintReader {
    /// It is one.
    #[default]
    Node,
    /// It is a script; the commands in it that the table names are.
    Commands,
}
