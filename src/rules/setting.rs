//! What a rule asks of a document's own settings: an anchor, and what must stand there.

use serde::Deserialize;

use crate::document::Path;
use crate::model::Severity;

use super::platform::paths;

/// Where a rule over settings or doors looks, and what must hold there. Without `each` the anchor is the door or the holder that
/// the rule speaks of, else the document's root.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SettingCheck {
    /// Anchor nodes, from the door, the holder or the root. What `at` asks must hold within one of them.
    #[serde(deserialize_with = "paths")]
    pub each: Vec<Path>,
    /// What must stand at the anchor: all of these.
    pub at: Vec<At>,
    /// One of these must as well.
    pub any: Vec<At>,
    /// Others that do as well, each by itself: the same fault in the words of another platform.
    pub or: Vec<SettingCheck>,
    /// Where the anchor's name stands; absent: its key, or the holder's or door's name.
    #[serde(deserialize_with = "paths")]
    pub name: Vec<Path>,
    /// How bad it is where this holds; absent: as the rule says.
    pub severity: Option<Severity>,
}

/// One thing that must stand, or must not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct At {
    /// The first of these that is there stands for the anchor: what a job does not say it takes from its workflow.
    #[serde(default, deserialize_with = "paths")]
    pub from: Vec<Path>,
    /// Where, from the anchor. It holds if one of the selected nodes passes every test below.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Its text is one of these, ASCII case aside.
    #[serde(default)]
    pub is: Vec<String>,
    /// Its text is none of these, ASCII case aside.
    #[serde(default)]
    pub is_not: Vec<String>,
    /// Its text, or the key of a map or list, matches one of these globs, ASCII case aside.
    #[serde(default)]
    pub matches: Vec<String>,
    /// It matches none of these.
    #[serde(default)]
    pub not_matches: Vec<String>,
    /// Its own name matches one of these globs, ASCII case aside.
    #[serde(default)]
    pub named: Vec<String>,
    /// It has the text of one of these, from the anchor.
    #[serde(default, deserialize_with = "paths")]
    pub same_as: Vec<Path>,
    /// It is a URL with the scheme, host and port of one of these, from the anchor.
    #[serde(default, deserialize_with = "paths")]
    pub same_origin_as: Vec<Path>,
    /// It is a script, and one of its commands, program and words in one line, matches one of these globs. What only starts the
    /// program may stand before it: `sudo`.
    #[serde(default)]
    pub command: Vec<String>,
    /// It is a number greater than this.
    #[serde(default)]
    pub more_than: Option<f64>,
    /// It is a duration longer than this: `24h`. A bare number counts in `unit`.
    #[serde(default)]
    pub longer: Option<String>,
    /// What a bare number counts: `seconds` (the default), `minutes`, `hours`, `days`.
    #[serde(default)]
    pub unit: Option<String>,
    /// Its own name is that of a secret, or is not.
    #[serde(default)]
    pub secret_name: Option<bool>,
    /// Its text has one of these value classes: `human-cli-state`, `home`, `container-socket`, …
    #[serde(default)]
    pub class: Vec<String>,
    /// Nothing that passes may stand there.
    #[serde(default)]
    pub absent: bool,
}
