//! Tables that rules range over, as they are written under `rules/tables/`.

use serde::Deserialize;

use super::names::WordSet;

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Static credentials for which a federated form exists where CI jobs and workloads run.
    pub federation: Vec<FederationRow>,
    /// Static credentials that are taken before the federated identity beside them.
    pub shadowing: Vec<ShadowingRow>,
    /// What roles allow that platforms bring along.
    pub roles: Vec<RoleRow>,
}

/// One file of tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TableFile {
    #[serde(default)]
    pub(super) federation: Vec<FederationRow>,
    #[serde(default)]
    pub(super) shadowing: Vec<ShadowingRow>,
    #[serde(default)]
    pub(super) role: Vec<RoleRow>,
}

/// A role that stands in no file since its platform brings it along.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleRow {
    /// Globs over its sort and its name: `ClusterRole/cluster-admin`.
    pub roles: Vec<String>,
    /// What it amounts to: `admin`, `credentials`, …; nothing for one that reads only.
    #[serde(default)]
    pub allows: Vec<String>,
    /// Labels by which roles of the user's own are taken into it.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Where that is written down.
    pub source: String,
}

/// Two sources of one credential, of which a library takes the static one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShadowingRow {
    /// Who issues it: "AWS".
    pub provider: String,
    /// Names of what is taken, by their words.
    pub wins: Vec<WordSet>,
    /// Names of what is passed over.
    pub loses: Vec<WordSet>,
    /// Words that say that it is something else.
    #[serde(default)]
    pub not_names: Vec<WordSet>,
    /// Where that order is written down.
    pub source: String,
    /// What to write instead.
    pub fix: String,
}

/// A static credential that a federated identity can replace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FederationRow {
    /// Which family of rules looks at it: `cloud`, `llm`, `publish`.
    pub family: String,
    /// Who issues it: "AWS".
    pub provider: String,
    /// Names of variables and CI secrets, by their words.
    #[serde(default)]
    pub names: Vec<WordSet>,
    /// Words that say that it is something else.
    #[serde(default)]
    pub not_names: Vec<WordSet>,
    /// Actions whose inputs take it: `aws-actions/configure-aws-credentials`, without a version.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Those inputs.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// What another input of the same action must say, where one action serves several providers.
    #[serde(default)]
    pub beside: Option<BesideInput>,
    /// What to write instead.
    pub fix: String,
}

/// An input of an action and what it says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BesideInput {
    /// Its name.
    pub input: String,
    /// Globs, one of which its text matches.
    pub matches: Vec<String>,
}

impl FederationRow {
    /// Whether an action, `owner/name` of any version, is one of its own.
    pub fn takes(&self, action: &str) -> bool {
        let name = action.split('@').next().unwrap_or(action).trim();
        self.actions.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}
