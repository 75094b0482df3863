//! Platforms as they are written under `rules/platforms/`: in which files holders stand and how they are given credentials.

use serde::Deserialize;

use crate::document::{Format, Path};
use crate::model::{Form, Id, PrincipalKind, Slot};

use super::binding::{BindingSpec, Naming, RoleSpec, Words};
use super::build::BuildSpec;

/// One file of platforms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PlatformFile {
    #[serde(rename = "platform")]
    pub(super) platforms: Vec<Platform>,
}

/// A kind of file in which holders stand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Platform {
    /// Unique among platforms.
    pub id: Id,
    /// What people call it: "MCP client configuration".
    pub title: String,
    /// What is known about its paths and keys, where the vendor's page could not be read.
    #[serde(default)]
    pub evidence: Option<String>,
    /// What its files are written in.
    pub format: Format,
    /// Globs over the whole path.
    pub files: Vec<String>,
    /// Paths or globs below a person's home where this platform keeps a user's own state: `.codex/config.toml`,
    /// `AppData/Roaming/Claude/*.json`. One that leads to a directory means all files below it. Read on request only.
    #[serde(default)]
    pub home: Vec<String>,
    /// Globs of files that may be this platform under another name, if they hold one of `signs`.
    #[serde(default)]
    pub candidates: Vec<String>,
    /// Texts, one of which a candidate must hold.
    #[serde(default)]
    pub signs: Vec<String>,
    /// Paths, one of which must select something, else the document is not of this platform after all.
    #[serde(default, deserialize_with = "paths")]
    pub shape: Vec<Path>,
    /// The same in another format, under an id of its own.
    #[serde(default, rename = "twin")]
    pub twins: Vec<TwinSpec>,
    /// What names of principals and roles are, where they refer to what is declared.
    #[serde(default)]
    pub names: Naming,
    /// How values refer to something else, first match wins.
    #[serde(default)]
    pub references: Vec<ReferenceSyntax>,
    /// Who stands in it.
    #[serde(default, rename = "holder")]
    pub holders: Vec<HolderSpec>,
    /// What in it will issue credentials.
    #[serde(default, rename = "mint")]
    pub mints: Vec<MintSpec>,
    /// What its directory's files refer to by name.
    #[serde(default, rename = "definition")]
    pub definitions: Vec<DefinitionSpec>,
    /// What may take what mints issue.
    #[serde(default, rename = "flow")]
    pub flows: Vec<FlowSpec>,
    /// What in it binds principals to privileges.
    #[serde(default, rename = "binding")]
    pub bindings: Vec<BindingSpec>,
    /// What in it names a set of privileges.
    #[serde(default, rename = "role")]
    pub roles: Vec<RoleSpec>,
    /// What in it accepts credentials.
    #[serde(default, rename = "door")]
    pub doors: Vec<DoorSpec>,
    /// Documents of another platform that stand in it, mostly in its strings.
    #[serde(default)]
    pub inside: Vec<InsideSpec>,
    /// Which images it builds.
    #[serde(default, rename = "build")]
    pub builds: Vec<BuildSpec>,
    /// Patterns of paths that are left out of the context of an image's build.
    #[serde(default, deserialize_with = "paths")]
    pub leaves_out: Vec<Path>,
}

/// What a platform is in another format: YAML and JSON of one manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TwinSpec {
    /// Unique among platforms.
    pub id: Id,
    /// What its files are written in.
    pub format: Format,
    /// Globs over the whole path.
    #[serde(default)]
    pub files: Vec<String>,
    /// Globs of files that may be this platform under another name, if they hold one of `signs`.
    #[serde(default)]
    pub candidates: Vec<String>,
    /// Texts, one of which a candidate must hold.
    #[serde(default)]
    pub signs: Vec<String>,
}

impl Platform {
    /// It and its twins.
    pub(super) fn with_twins(mut self) -> Vec<Self> {
        let twins = std::mem::take(&mut self.twins);
        let twin = |spec: TwinSpec| {
            let TwinSpec { id, format, files, candidates, signs } = spec;
            Self { id, format, files, candidates, signs, home: Vec::new(), ..self.clone() }
        };
        let twins: Vec<Self> = twins.into_iter().map(twin).collect();
        std::iter::once(self).chain(twins).collect()
    }

    /// What is wrong with it beyond being readable, if something is.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let leaves = |pattern: &String| {
            pattern.is_empty()
                || pattern.starts_with(['/', '~', '*'])
                || pattern.contains(['\\', ':'])
                || pattern.split('/').any(|step| step == "..")
        };
        if self.home.iter().any(leaves) {
            return Some(
                "names a path in the home that is empty, absolute, starts with a glob or has `..`, `~`, `:` or `\\`",
            );
        }
        let is_malformed = |pattern: &String| globset::Glob::new(pattern).is_err();
        self.home.iter().any(is_malformed).then_some("has a malformed glob in `home`")
    }
}

/// A form of reference: text between `open` and `close`, anywhere in a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceSyntax {
    /// What it begins with: `${env:`.
    pub open: String,
    /// What it ends with; absent: where the characters of a variable's name end.
    #[serde(default)]
    pub close: Option<String>,
    /// What it is.
    pub form: Form,
    /// Between the name and a default, which is a literal: `:-`.
    #[serde(default)]
    pub defaults: Vec<String>,
    /// Which namespace the name lives in.
    #[serde(default)]
    pub scope: ReferenceScope,
    /// What may be named between the marks, where an expression stands there. Each that is named is given; if none is, the whole.
    #[serde(default)]
    pub terms: Vec<Term>,
}

/// A name in an expression: `secrets.X`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Term {
    /// What stands before the name, ASCII case aside. The name ends where letters, digits, `_` and `-` do.
    pub open: String,
    /// What it is.
    pub form: Form,
    /// Which namespace the name lives in.
    #[serde(default)]
    pub scope: ReferenceScope,
    /// Whether what stands before the name is part of it.
    #[serde(default)]
    pub named: Named,
}

/// By what something in an expression is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Named {
    /// The name alone.
    #[default]
    Alone,
    /// The name and what stands before it: `inputs.X`.
    Whole,
    /// The same, and what follows behind dots: `.Values.image.token`, `aws_iam_access_key.ci.secret`.
    Path,
}

/// Which namespace a reference's name lives in; two holders share a reference only within one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceScope {
    /// The directory of the file.
    #[default]
    Directory,
    /// The scanned tree: a repository's CI secrets.
    Repository,
    /// The user's own environment.
    User,
    /// One value for each holder: a prompt. Never shared.
    Holder,
}

/// A holder and what it is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HolderSpec {
    /// What sort of holder.
    pub kind: String,
    /// What people call it: "MCP server".
    pub title: String,
    /// Where such holders stand.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where its name stands; absent: its key, or the file's name for a root.
    #[serde(default)]
    pub name: HolderName,
    /// What makes two of them one holder.
    #[serde(default)]
    pub identity: IdentityScope,
    /// What stands for its name where two are compared: the image that several services run. Absent or not there: its name.
    #[serde(default, deserialize_with = "paths")]
    pub same: Vec<Path>,
    /// Whether all of them are agents.
    #[serde(default)]
    pub agent: bool,
    /// Traits that make one of them an agent.
    #[serde(default)]
    pub agent_traits: Vec<String>,
    /// Where files of the same tree are named whose holders work for it, from the tree's root: `./.github/actions/x`. If one of
    /// them is an agent, it is too.
    #[serde(default, deserialize_with = "paths")]
    pub calls: Vec<Path>,
    /// Facts about it.
    #[serde(default, rename = "trait")]
    pub traits: Vec<TraitSpec>,
    /// What it is given.
    #[serde(default, rename = "grant")]
    pub grants: Vec<GrantSpec>,
}

/// Where a holder's name stands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum HolderName {
    /// Its key in the map it stands in; for a root the file's name.
    #[default]
    Key,
    /// The first of these paths that selects a text.
    At(#[serde(deserialize_with = "paths")] Vec<Path>),
}

/// What makes two occurrences the same holder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityScope {
    /// The same kind and name in the same directory.
    #[default]
    Directory,
    /// The same kind and name anywhere in the tree.
    Tree,
    /// Each file is one holder.
    File,
    /// The same kind and name anywhere: one developer's several clients.
    Name,
    /// One agent product anywhere in the tree, known by the trait that makes it an agent; what is no agent: each file.
    Product,
}

/// A fact about a holder: it holds where one of the paths selects something whose text, if a pattern is given, matches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TraitSpec {
    /// Its name.
    pub name: String,
    /// The first of these that is there stands for the holder: what a job does not say it takes from its workflow.
    #[serde(default, deserialize_with = "paths")]
    pub from: Vec<Path>,
    /// Where to look, from the holder.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where nothing may stand, from the holder.
    #[serde(default, deserialize_with = "paths")]
    pub unless: Vec<Path>,
    /// Globs, one of which the text (or the key, of a map or list) matches, ASCII case aside; absent: anything.
    #[serde(default)]
    pub matches: Vec<String>,
    /// Globs, none of which it matches.
    #[serde(default)]
    pub not_matches: Vec<String>,
    /// What of the text is held against them.
    #[serde(default)]
    pub read: TraitReader,
}

/// What of a text is held against a trait's globs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraitReader {
    /// All of it.
    #[default]
    Text,
    /// Each command of a shell script: program and arguments, with what only starts it taken off (`sudo`, `npx -y`).
    Commands,
}

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

/// Something that accepts credentials: an MCP server, a gateway, an agent's card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DoorSpec {
    /// Which sort.
    pub kind: Id,
    /// What people call it: "MCP gateway".
    pub title: String,
    /// Where it stands.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Where its name stands, from there; absent: its key, or the file's name.
    #[serde(default, deserialize_with = "paths")]
    pub name: Vec<Path>,
}

/// Strings that hold a document of their own, or maps and lists that are one: what `jsonencode` is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InsideSpec {
    /// Where they stand.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// The platform that they are of.
    pub platform: Id,
}

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

pub(super) fn path<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
    Path::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

pub(super) fn optional_path<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Path>, D::Error> {
    path(deserializer).map(Some)
}

/// One path, or a list of them.
pub(super) fn paths<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Path>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    let texts = match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(text) => vec![text],
        OneOrMore::More(texts) => texts,
    };
    texts.iter().map(|text| Path::parse(text).map_err(serde::de::Error::custom)).collect()
}
