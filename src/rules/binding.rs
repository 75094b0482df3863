//! Bindings and roles as platforms write them: who may do what.

use serde::Deserialize;

use crate::document::Path;
use crate::model::{Id, PrincipalKind};

use super::platform::{optional_path, path, paths};

/// Something that binds principals to a privilege.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BindingSpec {
    /// Which sort.
    pub kind: Id,
    /// What people call it: "ClusterRoleBinding".
    pub title: String,
    /// Where it stands.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Its own name, from there; absent: its key, or the file's name.
    #[serde(default)]
    pub name: Option<Words>,
    /// Who is bound.
    #[serde(rename = "party")]
    pub parties: Vec<PartySpec>,
    /// The sort of the role that it names: `ClusterRole`, or where that stands.
    pub role_kind: Words,
    /// Where the names of roles stand, from there: one binding for each. Findings point at them.
    #[serde(default, deserialize_with = "paths")]
    pub role: Vec<Path>,
    /// The namespace that the role's name lives in.
    #[serde(default)]
    pub role_scope: Option<Words>,
    /// Where it says itself what it allows.
    #[serde(default)]
    pub permits: Option<PermitSpec>,
}

/// Principals that a binding names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartySpec {
    /// Of which sort they are.
    pub principal: PrincipalKind,
    /// Where they stand, from the binding.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// The name, from there; absent: the text there.
    #[serde(default)]
    pub name: Option<Words>,
    /// The namespace that it lives in, from there.
    #[serde(default)]
    pub scope: Option<Words>,
}

/// A named set of privileges.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleSpec {
    /// What bindings call its sort.
    pub kind: Words,
    /// Where it stands.
    #[serde(deserialize_with = "paths")]
    pub select: Vec<Path>,
    /// Its name, from there; absent: its key.
    #[serde(default)]
    pub name: Option<Words>,
    /// The namespace that the name lives in.
    #[serde(default)]
    pub scope: Option<Words>,
    /// What it allows.
    pub permits: PermitSpec,
    /// Names of other roles of its sort that it takes in.
    #[serde(default, deserialize_with = "paths")]
    pub includes: Vec<Path>,
    /// A map of labels by which others take it in.
    #[serde(default, deserialize_with = "optional_path")]
    pub labels: Option<Path>,
    /// Maps of labels: it takes in what has all of one of them.
    #[serde(default, deserialize_with = "paths")]
    pub takes: Vec<Path>,
}

/// What is allowed, and how that is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PermitSpec {
    /// Each thing that is allowed, from the role or the binding.
    #[serde(deserialize_with = "path")]
    pub each: Path,
    /// In which words.
    pub read: PermitReader,
}

/// The words in which something is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermitReader {
    /// `apiGroups`, `resources`, `verbs` of Kubernetes.
    KubernetesRule,
    /// A policy of AWS, as JSON, as an object that is encoded or as blocks: what it allows, or whom it lets take a role.
    AwsPolicy,
    /// A provider of a pool of Google's workload identities: whom it takes.
    GooglePool,
    /// A text that is a pattern of subjects.
    Subject,
    /// A role of Vault's that tokens of others log in to.
    VaultJwtRole,
    /// A role of Vault's that service accounts of a cluster log in to.
    VaultKubernetesRole,
}

/// What names of principals and roles are in a platform's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Naming {
    /// Texts.
    #[default]
    Plain,
    /// Expressions that hold the address of what the directory declares: `${aws_iam_role.agent.arn}`.
    Addresses,
    /// The same within one template, by its key there: `AgentRole.Arn`.
    Template,
}

/// A text that stands somewhere, or always.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum Words {
    /// Where it stands, from what is selected; written as a path.
    At(Path),
    /// The text itself.
    Always(String),
    /// The address of what is selected, with its directory: `infra/aws_iam_role.agent`. Written `address`.
    Address,
}

impl TryFrom<String> for Words {
    type Error = crate::document::PathError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.starts_with(['@', '$']) {
            true => Path::parse(&text).map(Self::At),
            false if text == "address" => Ok(Self::Address),
            false => Ok(Self::Always(text)),
        }
    }
}
