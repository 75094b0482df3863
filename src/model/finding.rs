//! What is reported.

use std::sync::Arc;

use super::{
    Confidence, Exposure, Fingerprint, Form, Id, Lifetime, Location, Principal, Privilege, Redacted, Secret,
    Severity, Slot, Subject,
};

/// The three layers a finding can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// A credential at rest; the rule id is the kind's.
    Credential,
    /// A holder is given something.
    Grant,
    /// Several places belong together.
    Correlation,
}

/// What moved a finding's severity, or would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// Tracked by git, and without an end: up.
    TrackedForEver,
    /// A person's: up.
    Human,
    /// May do everything: up.
    Admin,
    /// No audience, or any: up.
    AudienceAbsent,
    /// Ignored by git: down.
    GitIgnored,
    /// In a test's path: down.
    TestPath,
    /// Reaches this machine only: down.
    Loopback,
    /// No agent among the holders of an agent-scoped rule: down.
    NoAgent,
    /// Bound to a key: down.
    KeyBound,
    /// A test mode key: down.
    TestMode,
}

impl Attribute {
    /// One step up (`1`) or down (`-1`).
    pub fn direction(self) -> i32 {
        match self {
            Self::TrackedForEver | Self::Human | Self::Admin | Self::AudienceAbsent => 1,
            Self::GitIgnored
            | Self::TestPath
            | Self::Loopback
            | Self::NoAgent
            | Self::KeyBound
            | Self::TestMode => -1,
        }
    }

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TrackedForEver => "tracked by git and without an end",
            Self::Human => "a person's",
            Self::Admin => "administrative",
            Self::AudienceAbsent => "no audience",
            Self::GitIgnored => "ignored by git",
            Self::TestPath => "in a test path",
            Self::Loopback => "this machine only",
            Self::NoAgent => "no agent among its holders",
            Self::KeyBound => "bound to a key",
            Self::TestMode => "test mode",
        }
    }
}

/// Another place that a finding speaks of.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where.
    pub location: Location,
    /// What it is, in a few words: "MCP server `github`, environment variable `GITHUB_TOKEN`".
    pub label: String,
}

/// Whether a finding counts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Disposition {
    /// It counts.
    Open,
    /// A waiver or an inline marker holds it back.
    Waived {
        /// The reason that was given.
        reason: String,
        /// In the source beside it (`true`), or in `outstay.toml`.
        inline: bool,
    },
    /// It was there when the baseline was written.
    Baselined,
}

/// The holder as a finding names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct HolderName {
    /// What sort.
    pub kind: Arc<str>,
    /// Its own name.
    pub name: String,
    /// Whether it is an agent.
    pub agent: bool,
}

/// The grant as a finding names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFacts {
    /// How it arrives.
    pub slot: Slot,
    /// The variable's, header's, input's name.
    pub name: Option<String>,
    /// In which form.
    pub form: Form,
    /// What is referred to.
    pub reference: Option<String>,
}

/// The credential as a finding names it.
#[derive(Clone, Debug)]
pub struct CredentialFacts {
    /// Which kind.
    pub kind: Id,
    /// What is shown in the value's place.
    pub shown: Redacted,
    /// The value, for `--show-secrets` on a terminal alone.
    pub secret: Secret,
    /// Its name across runs.
    pub fingerprint: Option<Fingerprint>,
    /// Whom it makes one.
    pub principal: Option<Principal>,
    /// Whose it is.
    pub subject: Subject,
    /// How much it may do.
    pub privilege: Privilege,
    /// How long it lasts.
    pub lifetime: Lifetime,
}

/// A rule that is broken at a place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which rule: an access rule's id, or the kind's id for a credential at rest.
    pub rule: Id,
    /// Which layer it belongs to.
    pub layer: Layer,
    /// One sentence with a full stop, in the user's own names; never secret.
    pub message: String,
    /// How bad the rule says it is, before the attributes.
    pub base_severity: Severity,
    /// How bad, after the attributes.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What spoke for and against, sorted.
    pub attributes: Vec<Attribute>,
    /// Where.
    pub location: Location,
    /// Who else can see that place; filled in after judging.
    pub exposure: Exposure,
    /// The other places, sorted; at most 100.
    pub related: Vec<Place>,
    /// How many places there are beyond those.
    pub related_cut: usize,
    /// Who holds it.
    pub holder: Option<HolderName>,
    /// How.
    pub grant: Option<GrantFacts>,
    /// What.
    pub credential: Option<CredentialFacts>,
    /// What to put in its place: the rule's fix in the user's own names.
    pub remedy: String,
    /// Other rules that hold at the same span and gave way to this one, sorted.
    pub also: Vec<Id>,
    /// Its name across runs: never line, class or date.
    pub fingerprint: Fingerprint,
    /// Whether it counts.
    pub disposition: Disposition,
    /// A marker of another tool at that place, such as `gitleaks:allow`, that `--honor` would follow.
    pub foreign_marker: Option<&'static str>,
}

impl Finding {
    /// Whether it is neither waived nor in the baseline.
    pub fn is_open(&self) -> bool {
        self.disposition == Disposition::Open
    }
}
