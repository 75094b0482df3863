//! Who is given what, and how it reaches them.

use std::sync::Arc;

use crate::text::Span;

use super::{Id, Location, Principal, Severity};

/// A place before it is made into a [`Location`]: while the bytes are still being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Which bytes of the document's text.
    pub span: Span,
    /// Where in the document.
    pub document_path: Arc<str>,
}

/// Who can use a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder<L = Location> {
    /// What sort: `mcp-server`, `compose-service`, `workload`, `ci-job`, `image-build`, `env-file`, … as the platform
    /// files name them.
    pub kind: Arc<str>,
    /// The same as people call it: "MCP server".
    pub title: Arc<str>,
    /// Its own name: the server's, the service's, the job's.
    pub name: String,
    /// The platform that it was found by.
    pub platform: Id,
    /// Whether it is an agent or acts for one.
    pub agent: bool,
    /// What is one holder for the sharing rules: two holders of equal identity are the same one.
    pub identity: Arc<str>,
    /// Facts the platform declared about it, such as `published-port`; for `with` and `without`.
    pub traits: Vec<Arc<str>>,
    /// Where it is declared.
    pub location: L,
}

/// Index of a holder in the run's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HolderId(pub usize);

/// The way by which a credential arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// An environment variable.
    Env,
    /// A whole environment file.
    EnvFile,
    /// A request header.
    Header,
    /// A command line argument.
    Argument,
    /// A URL: its user part or its query.
    Url,
    /// A mounted path.
    Mount,
    /// A path that is copied into an image.
    Copy,
    /// An argument of an image's build.
    BuildArg,
    /// An input of an action or a plugin.
    Input,
    /// A field of the platform's own configuration.
    Field,
    /// The holder's own identity: a service account, a role.
    Identity,
}

impl Slot {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Env => "environment variable",
            Self::EnvFile => "environment file",
            Self::Header => "header",
            Self::Argument => "argument",
            Self::Url => "URL",
            Self::Mount => "mount",
            Self::Copy => "copied path",
            Self::BuildArg => "build argument",
            Self::Input => "input",
            Self::Field => "field",
            Self::Identity => "identity",
        }
    }
}

/// The form in which a credential is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The value itself.
    Literal,
    /// A variable is expanded: `${X}`.
    EnvRef,
    /// The value *is* a variable's name.
    EnvName,
    /// A path to a file that has it.
    FileRef,
    /// An entry of a secret store.
    StoreRef,
    /// A CI system's secret: `${{ secrets.X }}`.
    CiSecretRef,
    /// The user is asked.
    PromptRef,
    /// A command mints it for each session.
    Helper,
    /// Exchanged for the workload's own identity.
    Federated,
    /// A proxy injects it.
    Brokered,
    /// The caller's token is passed on.
    Passthrough,
    /// A value that everybody knows: a vendor's default, a sample, `changeme`.
    Default,
}

/// What a grant by reference names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The name that is referred to, in the platform's own words: `GITHUB_TOKEN`, `crm#token`, `~/.aws`.
    pub name: String,
    /// Which namespace the name lives in; two references are the same one only within it: a repository's CI secrets, a
    /// Kubernetes namespace, an env file.
    pub scope: Arc<str>,
}

/// One holder is given one thing.
#[derive(Clone, Debug)]
pub struct Grant<L = Location> {
    /// Who.
    pub holder: HolderId,
    /// How it arrives.
    pub slot: Slot,
    /// The variable's, header's, input's name; `None` where there is none (an argument).
    pub name: Option<String>,
    /// In which form.
    pub form: Form,
    /// The literal: index into the artifact's credentials; for other forms `None`.
    pub credential: Option<usize>,
    /// What is referred to; for a literal `None`.
    pub reference: Option<Reference>,
    /// The name under which others may refer to it.
    pub defines: Option<Reference>,
    /// Whom it makes the holder, where that is all that is said.
    pub principal: Option<Principal>,
    /// Value classes, such as `human-cli-state`, that code recognised.
    pub classes: Vec<Arc<str>>,
    /// Where the value stands.
    pub location: L,
}

/// What accepts credentials.
#[derive(Clone, Debug)]
pub struct Door<L = Location> {
    /// What sort, as the platform file names it: `mcp-gateway`, `agent-card`.
    pub kind: Id,
    /// The same as people call it.
    pub title: Arc<str>,
    /// Its own name.
    pub name: String,
    /// The platform that it was found by.
    pub platform: Id,
    /// Where it is declared.
    pub location: L,
}

/// Something that a rule asks of a document stands there.
#[derive(Clone, Debug)]
pub struct Observation<L = Location> {
    /// Which rule asks.
    pub rule: Id,
    /// The platform of the document.
    pub platform: Id,
    /// Whom it is said of, if of a holder.
    pub holder: Option<HolderId>,
    /// Of which door, if of one: index into the artifact's doors.
    pub door: Option<usize>,
    /// The name of what it is said of.
    pub name: String,
    /// The setting, by its last names: `permissions.defaultMode`.
    pub setting: String,
    /// How bad what stands there is, where the rule tells it apart.
    pub severity: Option<Severity>,
    /// Where it stands.
    pub location: L,
}

impl<L> Holder<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Holder<M> {
        let Self { kind, title, name, platform, agent, identity, traits, location } = self;
        Holder { kind, title, name, platform, agent, identity, traits, location: locate(location) }
    }
}

impl<L> Grant<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Grant<M> {
        let Self { holder, slot, name, form, credential, reference, defines, principal, classes, location } =
            self;
        Grant {
            holder,
            slot,
            name,
            form,
            credential,
            reference,
            defines,
            principal,
            classes,
            location: locate(location),
        }
    }
}

impl<L> Door<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Door<M> {
        let Self { kind, title, name, platform, location } = self;
        Door { kind, title, name, platform, location: locate(location) }
    }
}

impl<L> Observation<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Observation<M> {
        let Self { rule, platform, holder, door, name, setting, severity, location } = self;
        Observation { rule, platform, holder, door, name, setting, severity, location: locate(location) }
    }
}
