//! What a directory's files call by name, and who takes what its mints issue.

use std::collections::HashSet;

use crate::document::NodeId;
use crate::model::{Definition, Flow};
use crate::rules::{TtlRow, is_secret_name};

use super::collect::Collector;

/// Longer values are no lengths of time, nor paths of modules.
const MAX_LENGTH: usize = 128;

/// What a mint says of itself that is no credential.
const PLAIN: &[&str] = &[
    "id",
    "arn",
    "name",
    "user",
    "user_name",
    "status",
    "create_date",
    "account_id",
    "service_account_id",
    "valid_after",
    "valid_before",
    "display_name",
    "key_id",
    "public_key",
    "role_name",
    "backend",
    "path",
    "accessor",
];

impl Collector<'_, '_> {
    pub(super) fn definitions(&mut self, root: NodeId) {
        let document = self.document;
        for spec in &self.platform.definitions {
            for node in self.all(&spec.select, root) {
                let Some(key) = document.node(node).name() else { continue };
                let values = match &spec.value {
                    Some(path) => path.select(document, node),
                    None => vec![node],
                };
                let Some(text) = values.first().and_then(|value| document.node(*value).text()) else {
                    continue;
                };
                if text.len() <= MAX_LENGTH && !text.contains(char::is_whitespace) {
                    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
                    let unit = if is_number { spec.unit.as_str() } else { "" };
                    let text = format!("{text}{unit}");
                    self.out.definitions.push(Definition { name: spec.name.replace('*', key), text });
                }
            }
        }
    }

    pub(super) fn flows(&mut self, root: NodeId) {
        let document = self.document;
        for spec in &self.platform.flows {
            for node in self.all(&spec.select, root) {
                let above = || document.parent(node).and_then(|above| document.node(above).name());
                let title = spec.title.as_deref().or_else(above).unwrap_or_default().to_owned();
                let name = document.node(node).name().unwrap_or_default().to_owned();
                let mut seen = HashSet::new();
                let mut open = vec![node];
                while let Some(next) = open.pop() {
                    open.extend(document.children(next));
                    let Some(scalar) = document.node(next).scalar() else { continue };
                    for from in self.minted(&scalar.text) {
                        if seen.insert(from.clone()) {
                            let location = self.spot(scalar.span, next);
                            self.out.flows.push(Flow {
                                from,
                                title: title.clone(),
                                name: name.clone(),
                                location,
                            });
                        }
                    }
                }
            }
        }
    }

    /// The mints and secret outputs of modules that an expression names.
    fn minted(&self, text: &str) -> Vec<String> {
        if !text.contains("${") {
            return Vec::new();
        }
        let of_name = |character: char| character.is_ascii_alphanumeric() || "_-.[]*\"".contains(character);
        text.split(|character| !of_name(character)).filter_map(|word| self.source(word)).collect()
    }

    /// What a traversal takes from: `aws_iam_access_key.agent[0].secret`.
    fn source(&self, traversal: &str) -> Option<String> {
        let mut steps = traversal.split('.').map(|step| step.split('[').next().unwrap_or_default());
        let (first, name, last) = (steps.next()?, steps.next()?, steps.next()?);
        if first == "module" {
            return is_secret_name(last).then(|| format!("module.{name}.{last}"));
        }
        if PLAIN.contains(&last) {
            return None;
        }
        let table: &[TtlRow] = &self.detector.pack().tables.ttl;
        let is_minted = table.iter().any(|row| row.speaks_of(&self.platform.id, Some(first)));
        is_minted.then(|| format!("{first}.{name}"))
    }
}
