//! What mints issue and how long that lasts, as it is written in `rules/tables/ttl-fields*.toml`: one row for each platform and
//! type, since the same absent field means "for ever" to one issuer and "an hour" to another.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::document::Path;
use crate::model::Id;
use crate::text::matches_any;

use super::platform::paths;

/// What a sort of mint issues, and which field says for how long.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TtlRow {
    /// Which sort of mint it is to the rules: `static-cloud-key`, `api-token`, `vault-role`.
    pub kind: Id,
    /// What it issues, as people call it: "an access key of an IAM user".
    pub title: String,
    /// Who issues it: "AWS".
    pub issuer: String,
    /// The platforms on which it stands; none for commands, which stand in every script.
    #[serde(default)]
    pub platform: Vec<Id>,
    /// What the platform calls such a mint, as globs: `aws_iam_access_key`. None: whatever the platform's mint selects.
    #[serde(default, rename = "type")]
    pub types: Vec<String>,
    /// Commands, as the words that they begin with: `aws iam create-access-key`.
    #[serde(default)]
    pub command: Vec<String>,
    /// Globs over the whole command, one of which it matches.
    #[serde(default)]
    pub matches: Vec<String>,
    /// Globs over the whole command, none of which it matches.
    #[serde(default)]
    pub not_matches: Vec<String>,
    /// What must stand there, from the mint: each of these selects something.
    #[serde(default, deserialize_with = "paths")]
    pub only: Vec<Path>,
    /// What must not stand there.
    #[serde(default, deserialize_with = "paths")]
    pub unless: Vec<Path>,
    /// Fields that say how long, from the mint; the first that is there counts. None: nothing can.
    #[serde(default)]
    pub field: Vec<Field>,
    /// For commands: the flags (`--duration`) or parameters (`ttl=`) that say it.
    #[serde(default)]
    pub flag: Vec<String>,
    /// What a bare number in it counts: `seconds` (where nothing is said), `minutes`, `hours`, `days`.
    #[serde(default)]
    pub unit: Option<String>,
    /// Where the unit stands, from the mint, if the document says it itself; what is not there counts in `unit`.
    #[serde(default, deserialize_with = "paths")]
    pub unit_at: Vec<Path>,
    /// What it means that no field is there: `never`, `renewable`, `unknown`, a length (`768h`), or nothing to speak of.
    #[serde(default)]
    pub absent: Option<Meaning>,
    /// What 0 means; where nothing is said, a length of nothing.
    #[serde(default)]
    pub zero: Option<Meaning>,
    /// What other texts mean: `non-expiring`, `-1`.
    #[serde(default)]
    pub means: BTreeMap<String, Meaning>,
    /// So long is in order for such a credential, whatever its class: `2160h`.
    #[serde(default)]
    pub tolerated: Option<String>,
    /// Where the meaning of the field and of its absence is written down.
    pub source: String,
    /// What is known about it, where the issuer's own page could not be read.
    #[serde(default)]
    pub evidence: Option<String>,
    /// What to write instead.
    pub fix: String,
}

impl TtlRow {
    /// Whether it speaks of a mint of this type on this platform.
    pub fn speaks_of(&self, platform: &Id, of_type: Option<&str>) -> bool {
        self.platform.contains(platform)
            && match of_type {
                Some(name) => matches_any(&self.types, name),
                None => self.types.is_empty(),
            }
    }

    /// The name of the field that people would set.
    pub fn field_name(&self) -> Option<&str> {
        let flag = || self.flag.first().map(|flag| flag.trim_end_matches('='));
        self.field.first().map(|field| field.name.as_str()).or_else(flag)
    }
}

/// A field, and what a finding calls it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Field {
    /// Where it stands, from the mint.
    pub path: Path,
    /// Its name: the last ones of the path.
    pub name: String,
}

impl TryFrom<String> for Field {
    type Error = crate::document::PathError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_mark = |character: char| matches!(character, '@' | '$' | '.' | '[' | ']' | '*' | '\'');
        let quoted = text.strip_suffix("']").and_then(|rest| rest.rsplit_once("['")).map(|(_, name)| name);
        let last = || text.split('.').rfind(|step| !step.trim_matches(is_mark).is_empty());
        let name = quoted.or_else(last).unwrap_or_default();
        let name = name.split(['[', '(']).next().unwrap_or_default().trim_matches(is_mark).to_owned();
        Ok(Self { path: Path::parse(&text)?, name })
    }
}

/// What a text, or its absence, means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Meaning {
    /// No end.
    Never,
    /// Renewed without bound.
    Renewable,
    /// Nothing tells.
    Unknown,
    /// A length of time.
    Lasts(String),
}

impl From<String> for Meaning {
    fn from(text: String) -> Self {
        match text.as_str() {
            "never" => Self::Never,
            "renewable" => Self::Renewable,
            "unknown" => Self::Unknown,
            _ => Self::Lasts(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_goes_by_its_last_name() {
        for (path, name) in [
            ("@.lifetime_seconds", "lifetime_seconds"),
            ("@.refresh_token.token_lifetime", "token_lifetime"),
            ("@.attributes['access.token.lifespan']", "access.token.lifespan"),
            ("@.refresh_token[*].rotation_type", "rotation_type"),
            ("@.spec.duration", "duration"),
        ] {
            assert_eq!(Field::try_from(path.to_owned()).unwrap().name, name);
        }
        assert!(Field::try_from("x".to_owned()).is_err());
    }
}
