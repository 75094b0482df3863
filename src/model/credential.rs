//! One occurrence of a credential.

use super::{Confidence, Fingerprint, Id, JoinKey, Lifetime, Location, Redacted, Secret};

/// Whose credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A person's.
    Human,
    /// A service's.
    Machine,
    /// The format does not tell.
    Unknown,
}

/// How much it may do, where its kind or value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Privilege {
    /// Everything in an account or organisation.
    Admin,
    /// Not known, or bounded.
    Ordinary,
}

/// What sort of name a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    /// The identifier of a key, such as `AKIA…`.
    KeyId,
    /// An account or project.
    Account,
    /// A service account's or a person's e-mail address.
    Email,
    /// A JWT's `iss` and `sub`.
    Subject,
    /// `user@host`.
    UserAtHost,
    /// An OAuth client.
    Client,
    /// A role or a managed identity of a cloud.
    Role,
    /// A service account of a cluster.
    ServiceAccount,
    /// A person, or what a cluster takes for one.
    User,
    /// All who are of a group.
    Group,
    /// A stored credential of an orchestrator, by its id there.
    Stored,
}

/// Whom a credential makes one, as far as it can be read offline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Principal {
    /// What sort of name.
    pub kind: PrincipalKind,
    /// The name. Never secret.
    pub name: String,
}

impl Principal {
    /// A principal; its name is cut after 200 characters and loses its control characters.
    pub fn new(kind: PrincipalKind, name: &str) -> Self {
        Self { kind, name: name.chars().filter(|character| !character.is_control()).take(200).collect() }
    }
}

/// One occurrence of a credential kind.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Which kind.
    pub kind: Id,
    /// Where.
    pub location: Location,
    /// The value.
    pub secret: Secret,
    /// What is shown in its place.
    pub shown: Redacted,
    /// Its name across runs and machines; `None` for a value too short to be hashed.
    pub fingerprint: Option<Fingerprint>,
    /// Its name within this run.
    pub join: JoinKey,
    /// The name it is assigned to, where there is one: `GITHUB_TOKEN`.
    pub name: Option<String>,
    /// Whom it makes one.
    pub principal: Option<Principal>,
    /// Whose it is.
    pub subject: Subject,
    /// How much it may do.
    pub privilege: Privilege,
    /// How long it lasts.
    pub lifetime: Lifetime,
    /// How sure it is that this is one.
    pub confidence: Confidence,
    /// What its value says about itself that moves severity, such as a missing audience.
    pub claims: Vec<Claim>,
}

/// What a credential's value says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// A token without an audience, or with `*`.
    AudienceAbsent,
    /// Bound to a key that its holder must prove (`cnf`).
    KeyBound,
    /// Names an actor (`act`): a delegation.
    Delegated,
    /// Its checksum holds.
    ChecksumHolds,
    /// Its checksum does not hold. A signal, never a reason to drop it.
    ChecksumFails,
    /// A test mode key.
    TestMode,
    /// Points to this machine.
    Loopback,
}
