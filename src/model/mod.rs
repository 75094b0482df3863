//! The nouns of outstay: pure data, no reading, no judging. `ARCHITECTURE.md` has the words.

mod artifact;
mod binding;
mod coverage;
mod credential;
mod examined;
mod finding;
mod fingerprint;
mod grant;
mod graph;
mod id;
mod lifetime;
mod links;
mod pattern;
mod report;
mod secret;
mod severity;
mod time;
mod waiver;

pub use artifact::{ArtifactPath, Exposure, Location, Origin};
pub use binding::{Binding, BindingAt, Bonds, Label, Party, Permit, Power, Role, RoleName};
pub use coverage::{Coverage, Skip, SkipReason};
pub use credential::{Claim, Credential, Principal, PrincipalKind, Privilege, Subject};
pub use examined::Examined;
pub use finding::{Attribute, CredentialFacts, Disposition, Finding, GrantFacts, HolderName, Layer, Place};
pub use fingerprint::{Fingerprint, FingerprintKey, JoinKey};
pub use grant::{Door, Form, Grant, Holder, HolderId, Mint, Observation, Reference, Slot, Spot};
pub use graph::{
    CredentialNode, Edge, Graph, HolderNode, Node, Noun, ReferenceNode, Relation, RoleNode, SiteNode, Way,
};
pub use id::Id;
pub use lifetime::{Evidence, Lifetime, LifetimeClass};
pub use links::{GrantAt, Links, MOST_LINKS};
pub use pattern::{NameSet, PathSet, PatternError};
pub use report::{Note, Report, Summary};
pub use secret::{Redacted, Secret};
pub use severity::{Confidence, Gate, GateError, Severity};
pub use time::{Duration, TimeError, Timestamp};
pub use waiver::{Waived, Waiver};
