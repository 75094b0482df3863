//! Credential kinds as they are written under `rules/credentials/`: one file per provider.

use serde::Deserialize;

use super::names::WordSet;
use crate::model::{Confidence, Id, LifetimeClass, Privilege, Severity, Subject};

/// One file: a provider and its kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CredentialFile {
    pub(super) provider: String,
    /// Where its credentials are revoked: a page of the vendor.
    #[serde(default)]
    pub(super) revoke: Option<String>,
    /// The vendor's page that the facts of this file come from.
    #[serde(default)]
    pub(super) documentation: Option<String>,
    #[serde(rename = "credential")]
    pub(super) credentials: Vec<Kind>,
}

/// What a credential looks like, whose it is and how long it lasts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kind {
    /// Unique over kinds and rules, stable for ever.
    pub id: Id,
    /// What people call it, with the provider's name: "Anthropic API key".
    pub title: String,
    /// Who issues it; filled in from the file.
    #[serde(skip)]
    pub provider: String,
    /// Where it is revoked; filled in from the file unless the kind has its own.
    #[serde(default)]
    pub revoke: Option<String>,
    /// The vendor's page about it; filled in from the file unless the kind has its own.
    #[serde(default)]
    pub documentation: Option<String>,
    /// What the whole value matches, from its first byte. A regular expression over bytes, without Unicode classes. A group
    /// named `secret` narrows what is reported and redacted.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What every value begins with; what the prefilter looks for.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// For values without a prefix: alternatives, each some words that all stand in the name on the value's left or before
    /// it on the line (`"azure openai"`).
    #[serde(default)]
    pub context: Vec<WordSet>,
    /// Words that must not stand in the name: `public`, `hash`.
    #[serde(default)]
    pub not_context: Vec<WordSet>,
    /// How the value is found or read where a pattern does not do.
    #[serde(default)]
    pub reader: Option<Reader>,
    /// Which of a reader's results this kind is for, such as `openssh` of `pem`.
    #[serde(default)]
    pub variant: Option<String>,
    /// Whether it is a secret, or a name beside one.
    #[serde(default)]
    pub role: Role,
    /// Another kind that stands nearby and belongs to it: the key id of a secret key.
    #[serde(default)]
    pub beside: Option<Beside>,
    /// The checksum that the value carries.
    #[serde(default)]
    pub check: Option<Check>,
    /// Whose it is.
    pub subject: Subject,
    /// How much it may do.
    #[serde(default = "ordinary")]
    pub privilege: Privilege,
    /// How long it lasts.
    pub lifetime: LifetimeRule,
    /// How sure a match is. High by default for kinds with a prefix, medium for those found by context.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Overrides what the lifetime says.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Marks a test mode key: one step down.
    #[serde(default)]
    pub test_mode: bool,
    /// What to use instead: the provider's short-lived form, in one or two sentences.
    pub alternative: String,
    /// The name it usually has: `ANTHROPIC_API_KEY`. Tests assign samples to it.
    pub name: String,
    /// A template of a value: literal text, and `«93:word-»` for 93 random characters of a class.
    pub sample: String,
    /// Templates of texts in which it must be found, once, and nothing else: ways of writing it that were missed before.
    #[serde(default)]
    pub finds: Vec<String>,
    /// Templates of texts in which no kind may be found.
    #[serde(default)]
    pub not: Vec<String>,
    /// Since which version of outstay.
    #[serde(default = "first_version")]
    pub since: String,
}

fn ordinary() -> Privilege {
    Privilege::Ordinary
}

fn first_version() -> String {
    "0.1.0".to_owned()
}

/// Code that finds or reads values of a shape that no pattern describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// A JSON Web Token: expiry and principal are read from it.
    Jwt,
    /// A PEM private key block.
    Pem,
    /// A URL with a user and a password; the password is the secret.
    UrlPassword,
    /// The value of an `Authorization` header: `Bearer …`, `Basic …`.
    Authorization,
    /// A JSON object whose `type` is the variant: Google's credential files.
    GoogleJson,
    /// An Azure shared access signature.
    Sas,
    /// A signed URL of AWS or Google.
    Presigned,
    /// A cookie that a browser or a tool has saved.
    Cookie,
    /// An AWS key id, from which the account is read.
    AwsKeyId,
    /// An Amazon Bedrock key, from which the principal or expiry is read.
    Bedrock,
    /// A secret-looking name with a random-looking value.
    Generic,
}

/// Whether a match is a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Whoever has it can use it.
    #[default]
    Secret,
    /// It names a credential; alone it is a note.
    Identifier,
    /// Public by design: recognised so that nothing else takes it for a secret.
    Public,
}

/// A kind that stands beside another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Beside {
    /// The kinds that may be the partner.
    pub kinds: Vec<Id>,
    /// How many bytes away at most.
    pub within: usize,
    /// Whether the kind counts only with a partner.
    #[serde(default)]
    pub required: bool,
    /// Whether this one is reported at the partner, as a part of it.
    #[serde(default)]
    pub absorbed: bool,
}

/// Checksums that formats carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// After a four-character prefix 30 characters and the base62 CRC-32 of them in 6 (GitHub, npm).
    Crc32Base62,
    /// Of GitHub's fine-grained tokens: 8 characters of the base32 SHA-256 of what stands before.
    GithubFineGrained,
    /// `_` and the CRC-32 of all before it, in hex, little-endian (Grafana).
    GrafanaCrc32,
    /// `=` and the CRC-32 of all before it, itself included, in upper-case hex (Atlassian).
    AtlassianCrc32,
}

/// How long a kind lasts: one class, or the first case that holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum LifetimeRule {
    /// Always the same.
    Always(LifetimeClass),
    /// The first case that holds; the last one has no condition.
    Cases(Vec<LifetimeCase>),
}

/// A lifetime under a condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LifetimeCase {
    /// When it holds; absent: always.
    #[serde(default)]
    pub when: Option<LifetimeCondition>,
    /// The class.
    pub is: LifetimeClass,
}

/// What a lifetime can depend on. All that is said must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LifetimeCondition {
    /// Words, one set of which stands in the value's name.
    #[serde(default)]
    pub name: Vec<WordSet>,
    /// The partner's kind.
    #[serde(default)]
    pub beside: Option<Id>,
    /// What the value begins with.
    #[serde(default)]
    pub prefix: Option<String>,
}

/// What sentences say before their first comma, colon or stop, where the name of a thing says none of it.
const SAYS: &[&str] = &[
    " has no ",
    " has none ",
    " has neither ",
    " have no ",
    " takes no ",
    " takes an ",
    " take an ",
    " takes OAuth",
    " use the ",
    " reach the ",
    " is public",
    " must not ",
    " can be ",
    " stays ",
];

/// Words that other sentences begin with.
const BEGINS: &[&str] = &[
    "No", "Nothing", "Keep", "Replace", "Let", "Sign", "Rotate", "Generate", "It", "This", "Public", "Meant",
];

impl Kind {
    /// What to use in its place, as sentences. Most alternatives are written as the name of a thing; one that says something of
    /// itself stays as it is.
    pub fn advice(&self) -> String {
        let alternative = self.alternative.trim();
        let clause = alternative.split([':', ',', '.', ';']).next().unwrap_or(alternative);
        let (first, rest) = alternative.split_once(' ').unwrap_or((alternative, ""));
        if BEGINS.contains(&first) || SAYS.iter().any(|says| clause.contains(says)) {
            return alternative.to_owned();
        }
        match first {
            "A" | "An" | "The" => format!("Use instead: {} {rest}", first.to_ascii_lowercase()),
            _ => format!("Use instead: {alternative}"),
        }
    }

    /// How sure a match of this kind is by itself.
    pub fn base_confidence(&self) -> Confidence {
        self.confidence.unwrap_or(if self.prefixes.is_empty() && self.reader.is_none() {
            Confidence::Medium
        } else {
            Confidence::High
        })
    }

    /// The longest public beginning: what may be shown of a value of this kind that begins with `value`.
    pub fn shown_prefix(&self, value: &[u8]) -> &str {
        let fits = self.prefixes.iter().filter(|prefix| value.starts_with(prefix.as_bytes()));
        fits.max_by_key(|prefix| prefix.len()).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::RulePack;

    #[test]
    fn what_to_use_in_its_place_is_said_in_sentences() {
        let pack = RulePack::embedded().unwrap();
        let advice = |id: &str| pack.kind(id).unwrap().advice();
        assert!(advice("aws-secret-access-key").starts_with("Use instead: a role: attached to the workload"));
        assert!(advice("hex-api-key").starts_with("Hex has no federation for publishing:"));
        assert!(advice("github-oauth-token").starts_with("Use instead: "));
        assert!(pack.kinds.iter().all(|kind| kind.advice().ends_with(['.', ')'])));
    }
}
