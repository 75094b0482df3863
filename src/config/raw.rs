//! `outstay.toml` as it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::error::{Invalid, from_toml};
use crate::model::Severity;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Raw {
    pub(super) exclude: Vec<Spanned<String>>,
    pub(super) rules: Vec<Spanned<String>>,
    pub(super) fail_on: Option<Spanned<String>>,
    pub(super) gate: RawGate,
    pub(super) fingerprint_key_env: Option<Spanned<String>>,
    pub(super) rule: BTreeMap<Spanned<String>, RawRule>,
    pub(super) agents: RawAgents,
    pub(super) ephemeral_env: Vec<Spanned<String>>,
    pub(super) baseline: Option<Spanned<String>>,
    pub(super) honor: Vec<Spanned<String>>,
    pub(super) waiver: Vec<Spanned<RawWaiver>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawGate {
    pub(super) ignored: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) enabled: Option<bool>,
    pub(super) severity: Option<Severity>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAgents {
    pub(super) holders: Vec<Spanned<String>>,
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

pub(super) fn read(path: &str, text: &Arc<str>) -> Result<Raw, Box<Invalid>> {
    toml::from_str(text).map_err(|error| Box::new(from_toml(path, text, &error)))
}
