//! `outstay.toml`, and a policy, as they are written.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::value::{Datetime, Value};

use super::error::{Invalid, from_toml};
use super::policy::Freedom;
use crate::model::{Confidence, Severity};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Raw {
    pub(super) exclude: Vec<Spanned<String>>,
    pub(super) rules: Vec<Spanned<String>>,
    pub(super) fail_on: Option<Spanned<String>>,
    pub(super) max_lifetime: Option<Spanned<String>>,
    pub(super) gate: RawGate,
    pub(super) fingerprint_key_env: Option<Spanned<String>>,
    pub(super) rule: BTreeMap<Spanned<String>, RawRule>,
    pub(super) family: BTreeMap<Spanned<String>, RawRule>,
    pub(super) agents: RawAgents,
    pub(super) holder: Vec<Spanned<RawHolder>>,
    #[serde(alias = "ephemeral-env")]
    pub(super) ephemeral: Vec<Spanned<String>>,
    pub(super) brokers: Vec<Spanned<String>>,
    pub(super) baseline: Option<Spanned<String>>,
    pub(super) honor: Vec<Spanned<String>>,
    pub(super) waiver: Vec<Spanned<RawWaiver>>,
    /// Read to say that it has no place here.
    pub(super) policy: Option<Spanned<Value>>,
    /// For a policy only.
    pub(super) repository: Option<Spanned<RawRepository>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawGate {
    pub(super) ignored: Option<Spanned<bool>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) enabled: Option<Spanned<bool>>,
    pub(super) severity: Option<Spanned<Severity>>,
    pub(super) confidence: Option<Spanned<Confidence>>,
}

/// A list of patterns, or a table with those of agents and those of what is none.
#[derive(Debug, Default)]
pub(super) struct RawAgents {
    pub(super) holders: Vec<Spanned<String>>,
    pub(super) not: Vec<Spanned<String>>,
}

impl<'de> Deserialize<'de> for RawAgents {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AgentsVisitor)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AgentsTable {
    holders: Vec<Spanned<String>>,
    not: Vec<Spanned<String>>,
}

struct AgentsVisitor;

impl<'de> Visitor<'de> for AgentsVisitor {
    type Value = RawAgents;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of patterns, or a table of `holders` and `not`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawAgents, A::Error> {
        let mut agents = RawAgents::default();
        while let Some(pattern) = list.next_element()? {
            agents.holders.push(pattern);
        }
        Ok(agents)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawAgents, A::Error> {
        let AgentsTable { holders, not } = AgentsTable::deserialize(MapAccessDeserializer::new(map))?;
        Ok(RawAgents { holders, not })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHolder {
    pub(super) name: Spanned<String>,
    pub(super) matches: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaiver {
    pub(super) rule: Option<Spanned<String>>,
    pub(super) fingerprint: Option<Spanned<String>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) reason: Spanned<String>,
    pub(super) until: Option<Spanned<Datetime>>,
}

/// What a policy lets a scanned repository do.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RawRepository {
    pub(super) may: Vec<Freedom>,
    pub(super) may_lower: Vec<Spanned<String>>,
    pub(super) waiver_days: Option<Spanned<i64>>,
    pub(super) always_scan: Vec<Spanned<String>>,
}

pub(super) fn read(path: &str, text: &Arc<str>) -> Result<Raw, Box<Invalid>> {
    toml::from_str(text).map_err(|error| Box::new(from_toml(path, text, &error)))
}
