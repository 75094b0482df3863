//! What holders are given, as it is written under `rules/platforms/`.

use serde::Deserialize;

use crate::document::Path;
use crate::model::{Form, PrincipalKind, Slot};

use super::binding::Words;
use super::platform::{optional_path, paths};
use super::reference::ReferenceScope;

/// What a holder is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrantSpec {
    /// How it arrives.
    pub slot: Slot,
    /// Where the values stand, from the holder.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where its name stands, from what is selected; absent: the key of the value, or else of what is selected.
    #[serde(default, deserialize_with = "optional_path")]
    pub name: Option<Path>,
    /// Whose key is its name where `name` is absent.
    #[serde(default)]
    pub named: NamedBy,
    /// What it is called, where the place tells that and the text does not: a file that is a token.
    #[serde(default)]
    pub called: Option<String>,
    /// Where its value stands, from what is selected; absent: what is selected.
    #[serde(default, deserialize_with = "optional_path")]
    pub value: Option<Path>,
    /// For `secret-key`: where the key's name stands, from what is selected, where the value is only the holder's name.
    #[serde(default, deserialize_with = "optional_path")]
    pub key: Option<Path>,
    /// Where the action or plugin that takes it is named, from what is selected: `owner/name@version`.
    #[serde(default, deserialize_with = "optional_path")]
    pub uses: Option<Path>,
    /// The form, where the place decides it; absent: the value's own syntax does.
    #[serde(default)]
    pub form: Option<Form>,
    /// How the text is taken apart.
    #[serde(default)]
    pub read: ValueReader,
    /// Which namespace the name lives in, where the place decides the form.
    #[serde(default)]
    pub scope: ReferenceScope,
    /// What others may refer to by its name.
    #[serde(default)]
    pub defines: Option<Defines>,
    /// The text names a principal, of this sort: an OAuth client's id, a role, a service account.
    #[serde(default)]
    pub principal: Option<PrincipalKind>,
    /// The namespace that the principal's name lives in, from what is selected.
    #[serde(default)]
    pub within: Option<Words>,
    /// What is given where nothing stands at `value`.
    #[serde(default)]
    pub otherwise: Option<Words>,
}

/// Whose key tells what a value is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedBy {
    /// Its own, or else that of what is selected.
    #[default]
    Value,
    /// That of what is selected: `Password: {Default: value}`.
    Item,
    /// Its own alone: an item of a list has none.
    Own,
}

/// What a value is to those who refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Defines {
    /// A variable of the files beside it.
    Variable,
    /// A key of the holder: `secret#key`.
    SecretKey,
    /// The principal that the holder is: others act as it.
    Principal,
}

/// How the text of a value becomes one or several given things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueReader {
    /// The text is the value.
    #[default]
    Plain,
    /// In code: a string between quotes. Any other expression is no value.
    Quoted,
    /// `NAME=value`, or a bare `NAME` that passes the caller's variable on. A value with a key stands in a map instead: the
    /// key is its name, and nothing after it is the bare name.
    Assignment,
    /// An assignment in each line; a line without a value is nothing.
    Assignments,
    /// A list of arguments: flags name what follows them.
    Arguments,
    /// A command line of a shell.
    Command,
    /// A script: every reference in it, by the variable or flag that it stands behind.
    Script,
    /// `source:target[:options]`; what is mounted is the source.
    Mount,
    /// A list of paths, the last of which is where the others are copied to.
    Copied,
    /// `name=value;name=value` of a connection, or `name=value name=value` of an inventory: each field by its own name.
    Fields,
    /// Names and values by turns, behind a first word: `host login NAME password VALUE`.
    Pairs,
    /// A path.
    Path,
    /// Base64 of the value (a Kubernetes Secret's `data`).
    Base64,
    /// A URL: each field of its query by its own name, the rest as a whole.
    Url,
    /// The text names a key of something that holds the value: `name` and `key` of a Secret.
    SecretKey,
}
