//! Images that platforms build, as their files say it.

use serde::Deserialize;

use crate::document::Path;

use super::platform::paths;

/// An image that is built.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BuildSpec {
    /// Where that stands.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where the directory is named that it is built from, from there; absent or not there: where paths count from.
    #[serde(deserialize_with = "paths")]
    pub context: Vec<Path>,
    /// Where the recipe is named; not there: `Dockerfile` in that directory.
    #[serde(deserialize_with = "paths")]
    pub recipe: Vec<Path>,
    /// What these paths count from.
    #[serde(default)]
    pub from: BuildRoot,
}

/// What the paths of a build count from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildRoot {
    /// The context from the directory of the file, the recipe from the context.
    #[default]
    File,
    /// Both from the root of the tree.
    Tree,
}
