//! Access rules as they are written under `rules/access/`: what is a violation.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::model::{
    Audience, Claim, Confidence, Form, Id, LifetimeClass, Mode, PrincipalKind, Privilege, Severity, Slot,
    Subject,
};

use super::credential::Reader;
use super::names::WordSet;
use super::setting::SettingCheck;

/// One file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AccessFile {
    #[serde(rename = "rule")]
    pub(super) rules: Vec<Rule>,
}

/// A violation: over which noun, when, how bad, why, and what to do instead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Unique over kinds and rules, stable for ever.
    pub id: Id,
    /// A short noun phrase: "Long-lived key in an MCP server's environment".
    pub title: String,
    /// The family it belongs to: `long-lived-credential`, `shared-identity`, `human-session-reuse`, …
    pub family: String,
    /// What it ranges over: one noun, or several.
    #[serde(deserialize_with = "nouns")]
    pub on: Vec<On>,
    /// When it holds. All that is said must hold.
    #[serde(default, rename = "where")]
    pub condition: Where,
    /// For `on = "setting"` and `on = "door"`: where it looks, and what must stand there.
    #[serde(default)]
    pub check: Option<SettingCheck>,
    /// For `on = "shared"`: what is shared by how many.
    #[serde(default)]
    pub shared: Option<Shared>,
    /// How often it is said.
    #[serde(default)]
    pub once: Once,
    /// How bad.
    pub severity: Severity,
    /// How bad where the holder is an agent, if that differs.
    #[serde(default)]
    pub agent_severity: Option<Severity>,
    /// Whether it is about agents: with no agent among the holders it weighs one step less.
    #[serde(default)]
    pub agent_scoped: bool,
    /// How sure the rule itself is; a finding is never surer than its credential.
    pub confidence: Confidence,
    /// How sure it is for a kind of holder, or for a setting on a platform, where that differs.
    #[serde(default)]
    pub confidence_for: BTreeMap<String, Confidence>,
    /// Where it weighs or is sure otherwise; the first that holds counts.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
    /// Rules that give way to this one on the same span.
    #[serde(default)]
    pub supersedes: Vec<Id>,
    /// The finding's sentence. `{holder}` `{slot}` `{name}` `{credential}` `{reference}` `{lifetime}` `{term}` `{principal}` `{count}` stand for the
    /// user's own names; a part `[…]` is left out where one of its names is not known.
    pub message: String,
    /// Why it is a violation.
    pub why: String,
    /// What to do instead: the short-lived alternative on that platform. May use the same names as the message, and
    /// `{alternative}` for the credential kind's own.
    pub fix: String,
    /// Specifications and lists: `CWE-798`, `NHI7:2025`, `RFC 9728`.
    pub references: Vec<String>,
    /// What is known about the facts behind it, where a vendor's page could not be read.
    #[serde(default)]
    pub evidence: Option<String>,
    /// Since which version of outstay.
    pub since: String,
    /// What it must and must not find.
    #[serde(rename = "test")]
    pub tests: Vec<RuleTest>,
}

/// A case in which a rule weighs or is sure otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// When.
    #[serde(rename = "where")]
    pub condition: Where,
    /// How bad it is then; absent: as always.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How sure the rule is then; absent: as always.
    #[serde(default)]
    pub confidence: Option<Confidence>,
}

/// The noun that a rule ranges over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// A credential, wherever it stands.
    Credential,
    /// A holder is given something.
    Grant,
    /// Something will issue credentials.
    Mint,
    /// Several holders have the same thing.
    Shared,
    /// A document says something about itself, or about a holder in it.
    Setting,
    /// Something accepts credentials.
    Door,
    /// A file with credentials in it: what holds of one of them is said of the file, beside what is said of each.
    File,
    /// Principals are bound to a privilege.
    Binding,
}

/// How often a rule is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Once {
    /// At each place; of bindings, at each place that gives the privilege: a role that several are bound to is mended there.
    #[default]
    Place,
    /// Once for each file, at the first place; the others are named there.
    File,
    /// Of bindings: once for each namespace of the parties.
    Namespace,
}

/// One noun, or a list of them.
fn nouns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<On>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(On),
        More(Vec<On>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(on) => vec![on],
        OneOrMore::More(on) => on,
    })
}

/// Conditions; an empty one holds always.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Where {
    /// Kinds of holder.
    pub holder: Vec<String>,
    /// Platforms.
    pub platform: Vec<Id>,
    /// Whether the holder is an agent.
    pub agent: Option<bool>,
    /// Ways of arrival.
    pub slot: Vec<Slot>,
    /// Forms.
    pub form: Vec<Form>,
    /// Lifetime classes of the credential, or of what a mint issues.
    pub lifetime: Vec<LifetimeClass>,
    /// Credential or mint kinds.
    pub kind: Vec<Id>,
    /// Credential kinds that it does not hold for.
    pub not_kind: Vec<Id>,
    /// Providers of the credential; who issues what a mint makes.
    pub provider: Vec<String>,
    /// How the credential's kind is read.
    pub reader: Vec<Reader>,
    /// Whose the credential is.
    pub subject: Vec<Subject>,
    /// How much the credential may do.
    pub privilege: Vec<Privilege>,
    /// What the credential's value says about itself.
    pub claim: Vec<Claim>,
    /// Words in the name of the slot, of what is referred to, or of a credential that nobody is given; one set must stand there.
    pub name: Vec<WordSet>,
    /// Words that must not stand there.
    pub not_name: Vec<WordSet>,
    /// Words in the name of the slot alone: what the holder calls it; one set must stand there.
    pub slot_name: Vec<WordSet>,
    /// Words that must not stand in that name.
    pub not_slot_name: Vec<WordSet>,
    /// Words in the name of what is referred to alone; one set must stand there.
    pub reference: Vec<WordSet>,
    /// Words that must not stand in that name.
    pub not_reference: Vec<WordSet>,
    /// Whether the name is that of a secret, as detection reads names.
    pub secret_name: Option<bool>,
    /// Sorts of principal that the grant makes its holder, or that the binding binds.
    pub principal: Vec<PrincipalKind>,
    /// Globs over the principal's name, one of which matches.
    pub principal_name: Vec<String>,
    /// Globs over the principal's name, none of which matches.
    pub not_principal_name: Vec<String>,
    /// What the binding, or a binding of the identity that is given, allows: one of these.
    pub allows: Vec<String>,
    /// Globs over the sort and name of the role that the binding names, `ClusterRole/admin`; one matches.
    pub role: Vec<String>,
    /// For each of these some holder has the identity that is bound by a grant of which it holds.
    pub held_by: Vec<Where>,
    /// Value classes, one of which the grant has.
    pub class: Vec<String>,
    /// Traits that the holder has.
    pub holder_trait: Vec<String>,
    /// Traits that the holder has not.
    pub not_holder_trait: Vec<String>,
    /// Families of the federation table, in one row of which the grant's name or reference is found.
    pub federation: Vec<String>,
    /// For each of these the same holder has another grant of which it holds.
    pub with: Vec<Where>,
    /// The same holder has no other grant of which one of these holds.
    pub without: Vec<Where>,
    /// For each of these some grant in the same artifact is there, whoever's it is.
    pub beside: Vec<Where>,
    /// For each of these some grant is there in the same project: in a file of the same directory, hidden directories aside.
    pub around: Vec<Where>,
    /// How many grants of the same holder there must be.
    pub count: Option<Box<Count>>,
    /// Another grant, whoever's, gives the very literal that this one gives or leads to, and this holds of it.
    pub same_as: Option<Box<Where>>,
    /// How many literals a reference must lead to, in the files of the tree.
    pub leads_to: Option<Box<Count>>,
    /// How many credentials the very file has that a copied path names.
    pub copies: Option<Box<Count>>,
    /// How many credentials stand in the directory that a copied path names.
    pub takes_in: Option<Box<Count>>,
    /// Whether something that was examined is what a reference or a copied path names.
    pub found: Option<bool>,
    /// The credential is at least so sure.
    pub sure: Option<Confidence>,
    /// Globs, one of which the artifact's path matches.
    pub file: Vec<String>,
    /// Globs, none of which it matches.
    pub not_file: Vec<String>,
    /// Beside its owner one of these may read the artifact, as far as its source tells.
    pub readable_by: Vec<Audience>,
    /// Alternatives, one of which must hold as well.
    pub any: Vec<Where>,
}

/// So many grants of a sort.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Count {
    /// At least so many; 0 counts as 1.
    pub at_least: usize,
    /// Counted once for each of these.
    pub by: CountBy,
    /// Those of which this holds.
    #[serde(rename = "where")]
    pub condition: Where,
}

/// What makes two grants count as two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountBy {
    /// That they are two.
    #[default]
    Grant,
    /// That they open different services: the provider of the credential, else the first words of the name.
    Service,
}

/// What is shared, and by how many.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shared {
    /// What: one of these.
    #[serde(deserialize_with = "one_or_more")]
    pub by: Vec<SharedBy>,
    /// By how many at least.
    pub holders: usize,
    /// What is counted.
    #[serde(default)]
    pub across: Across,
    /// Whether an agent must be among them.
    #[serde(default)]
    pub agent: bool,
    /// What must hold of one of them.
    #[serde(default)]
    pub including: Option<Where>,
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SharedBy>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(SharedBy),
        More(Vec<SharedBy>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(by) => vec![by],
        OneOrMore::More(all) => all,
    })
}

/// What is counted where several share something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Across {
    /// Distinct holders.
    #[default]
    Holders,
    /// Environments, as paths and names tell them: development, staging, production.
    Environments,
    /// Steps of the delivery chain that have a copy each: an env file, an image's recipe, a manifest, a CI job, a client.
    Stages,
    /// Files.
    Files,
}

/// What holders can share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SharedBy {
    /// The same value.
    Value,
    /// The same reference.
    Reference,
    /// The same principal: an OAuth client, a role, a service account.
    Principal,
}

/// A test inside a rule file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleTest {
    /// What it shows, where that is not plain.
    #[serde(default)]
    pub name: Option<String>,
    /// The file that `text` stands in.
    #[serde(default)]
    pub file: Option<String>,
    /// A template of the file's text.
    #[serde(default)]
    pub text: Option<String>,
    /// Several files: path to template.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Templates of the very bytes that this rule must report, in order; empty: it must not fire.
    #[serde(default)]
    pub expect: Vec<String>,
    /// Who may read the files, as Unix writes it: `0644`.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// How sure what it reports must be, where that is what the test shows.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// How bad what it reports must be before anything moves it, where that is what the test shows.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Other rules that may fire as well.
    #[serde(default)]
    pub also: Vec<Id>,
}
