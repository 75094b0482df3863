//! Platforms as they are written under `rules/platforms/`: in which files holders stand and how they are given credentials.

use serde::Deserialize;

use crate::document::{Format, Path};
use crate::model::Id;

use super::binding::{BindingSpec, Naming, RoleSpec};
use super::build::BuildSpec;
use super::given::GrantSpec;
use super::mint::{DefinitionSpec, FlowSpec, MintSpec};
use super::reference::ReferenceSyntax;

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
    /// Where the programs of the table show themselves; one that runs an agent is it.
    #[serde(default)]
    pub runs: ProgramPlaces,
    /// Names that it sets itself, which in its scripts are nothing that is stored elsewhere: the keys of a map, or a text.
    #[serde(default, deserialize_with = "paths")]
    pub sets: Vec<Path>,
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

/// Where a holder runs what may stand in the table of programs, from the holder.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ProgramPlaces {
    /// Scripts.
    #[serde(deserialize_with = "paths")]
    pub commands: Vec<Path>,
    /// Actions that steps use.
    #[serde(deserialize_with = "paths")]
    pub actions: Vec<Path>,
    /// Images.
    #[serde(deserialize_with = "paths")]
    pub images: Vec<Path>,
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
