//! What may be a credential, and what became of it.

use std::fmt;

use crate::model::{Claim, Confidence, Lifetime, Principal, Privilege};
use crate::text::Span;

/// Something that a kind matched, kept or not. Dropped ones stay: they are masked in excerpts, and `explain` shows them.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Index of the kind in the rule pack.
    pub kind: usize,
    /// The secret itself, in the examined bytes.
    pub span: Span,
    /// The name it is assigned to.
    pub name: Option<Span>,
    /// Why it does not count; `None`: it does.
    pub dropped: Option<DropReason>,
    /// How sure.
    pub confidence: Confidence,
    /// What its value told, where a reader read it.
    pub facts: Facts,
    /// Which one wins where two overlap: the higher.
    pub(super) rank: u8,
}

/// What can be read from a value offline.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// How long it lasts.
    pub lifetime: Option<Lifetime>,
    /// Whom it makes one.
    pub principal: Option<Principal>,
    /// How much it may do.
    pub privilege: Option<Privilege>,
    /// What else it says about itself.
    pub claims: Vec<Claim>,
}

/// Why a candidate does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropReason {
    /// Filler: `xxxx`, `your-key-here`, `1234567890`.
    Placeholder,
    /// A sample of the vendor's documentation, or one that everybody knows.
    DocumentationSample,
    /// It refers to a value that stands elsewhere: `${X}`, `{{ x }}`, `op://…`.
    Reference,
    /// It is encrypted: `ENC[…]`, a sealed value.
    Encrypted,
    /// A UUID without anything that says it is a secret.
    Uuid,
    /// A digest: of a lock file, an integrity attribute, a commit.
    Digest,
    /// Made to be public.
    PublicByDesign,
    /// Not random enough to be a secret of its kind.
    NotRandom,
    /// The partner that it needs does not stand nearby.
    PartnerAbsent,
    /// The block has a header but no body that parses.
    NotParsed,
    /// A name says that it is something else: a hash, an id, a path.
    NameSaysOtherwise,
    /// Another candidate at the same place knows better.
    Overlapped,
    /// Weak, default or sample value in a test's path.
    TestValue,
    /// A password that everybody tries first: `postgres`, `password`.
    DefaultValue,
    /// It names the secret beside it and is reported there.
    Joined,
    /// It opens what runs on the same machine only.
    Loopback,
}

impl DropReason {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::DocumentationSample => "documentation-sample",
            Self::Reference => "reference",
            Self::Encrypted => "encrypted",
            Self::Uuid => "uuid",
            Self::Digest => "digest",
            Self::PublicByDesign => "public-by-design",
            Self::NotRandom => "not-random",
            Self::PartnerAbsent => "partner-absent",
            Self::NotParsed => "not-parsed",
            Self::NameSaysOtherwise => "name-says-otherwise",
            Self::Overlapped => "overlapped",
            Self::TestValue => "test-value",
            Self::DefaultValue => "default-value",
            Self::Joined => "joined",
            Self::Loopback => "loopback",
        }
    }

    /// In words.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Placeholder => "it is filler, not a value",
            Self::DocumentationSample => "it is a sample that documentation uses",
            Self::Reference => "it refers to a value that stands elsewhere",
            Self::Encrypted => "it is encrypted",
            Self::Uuid => "it is a UUID, and nothing says that it is a secret",
            Self::Digest => "it is a digest",
            Self::PublicByDesign => "it is made to be public",
            Self::NotRandom => "it is not random enough for a secret of its kind",
            Self::PartnerAbsent => "the other half that it needs does not stand nearby",
            Self::NotParsed => "what follows the header is no key",
            Self::NameSaysOtherwise => "its name says that it is something else",
            Self::Overlapped => "a more specific kind matches at the same place",
            Self::TestValue => "it is a weak value in a test",
            Self::DefaultValue => "it is a default that protects nothing",
            Self::Joined => "it names the secret beside it, which is reported there",
            Self::Loopback => "it opens only what runs on the same machine",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
