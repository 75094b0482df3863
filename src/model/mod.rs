//! The nouns of outstay: pure data, no reading, no judging. `ARCHITECTURE.md` has the words.

mod artifact;
mod binding;
mod build;
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
mod mint;
mod mode;
mod pattern;
mod policy;
mod report;
mod secret;
mod severity;
mod time;
mod waiver;

pub use artifact::{ArtifactPath, Exposure, Location, Origin};
pub use binding::{Binding, BindingAt, Bonds, Label, Party, Permit, Power, Role, RoleName};
pub use build::Build;
pub use coverage::{Coverage, Skip, SkipReason};
pub use credential::{Claim, Credential, Principal, PrincipalKind, Privilege, Subject};
pub use examined::Examined;
pub use finding::{Attribute, CredentialFacts, Disposition, Finding, GrantFacts, HolderName, Layer, Place};
pub use fingerprint::{Fingerprint, FingerprintKey, JoinKey};
pub use grant::{Door, Form, Grant, Holder, HolderId, Observation, Reference, Slot, Spot};
pub use graph::{
    CredentialNode, Edge, Graph, HolderNode, Node, Noun, ReferenceNode, Relation, RoleNode, SiteNode, Way,
};
pub use id::Id;
pub use lifetime::{Evidence, Lifetime, LifetimeClass};
pub use links::{Copied, GrantAt, Links, MOST_LINKS};
pub use mint::{Definition, Flow, Issue, Mint, Term, Told};
pub use mode::{Audience, Mode};
pub use pattern::{HolderSet, NameSet, PathSet, PatternError};
pub use policy::{Overruled, PolicyUse};
pub use report::{Note, Report, Summary};
pub use secret::{Redacted, Secret};
pub use severity::{Confidence, Gate, GateError, Grade, Severity};
pub use time::{Duration, DurationError, EpochUnit, TimeError, Timestamp};
pub use waiver::{Waived, Waiver};
