//! The part of SARIF's object model that is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Attribute, Confidence, Exposure, HolderName, Id, Principal, Severity};

#[derive(Serialize)]
pub(super) struct Log<'r> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'r> {
    pub(super) tool: Tool,
    pub(super) automation_details: AutomationDetails,
    pub(super) invocations: [Invocation; 1],
    pub(super) original_uri_base_ids: BaseIds,
    pub(super) column_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) taxonomies: Option<[Taxonomy; 1]>,
    pub(super) results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) full_name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) information_uri: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supported_taxonomies: Option<[Component; 1]>,
    pub(super) rules: Vec<Descriptor>,
}

/// A reference to a tool component.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Component {
    name: &'static str,
    index: usize,
}

impl Component {
    /// The run's only taxonomy.
    pub(super) const CWE: Self = Self { name: "CWE", index: 0 };
}

#[derive(Serialize)]
pub(super) struct Text<'r> {
    pub(super) text: Cow<'r, str>,
}

impl<'r> Text<'r> {
    pub(super) fn new(text: impl Into<Cow<'r, str>>) -> Self {
        Self { text: text.into() }
    }
}

#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) short_description: Text<'static>,
    pub(super) full_description: Text<'static>,
    pub(super) help: Help,
    pub(super) help_uri: String,
    pub(super) default_configuration: Configuration,
    pub(super) message_strings: MessageStrings,
    pub(super) properties: DescriptorProperties,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) relationships: Vec<Relationship>,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

#[derive(Serialize)]
pub(super) struct MessageStrings {
    pub(super) default: Text<'static>,
}

#[derive(Serialize)]
pub(super) struct DescriptorProperties {
    pub(super) tags: Vec<String>,
    pub(super) precision: Confidence,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub(super) security_severity: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Relationship {
    pub(super) target: Target,
    pub(super) kinds: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    pub(super) id: String,
    pub(super) index: usize,
    pub(super) tool_component: Component,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taxonomy {
    pub(super) name: &'static str,
    pub(super) organization: &'static str,
    pub(super) short_description: Text<'static>,
    pub(super) information_uri: &'static str,
    pub(super) is_comprehensive: bool,
    pub(super) taxa: Vec<Taxon>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taxon {
    pub(super) id: String,
    pub(super) help_uri: String,
}

#[derive(Serialize)]
pub(super) struct AutomationDetails {
    pub(super) id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct Notification {
    pub(super) descriptor: NotificationKind,
    pub(super) level: &'static str,
    pub(super) message: Text<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) locations: Option<[Spot; 1]>,
}

/// What a notification is about, as a word. The kinds are not described in the driver: code scanning takes what
/// stands there for rules.
#[derive(Serialize)]
pub(super) struct NotificationKind {
    pub(super) id: String,
}

#[derive(Serialize)]
pub(super) struct BaseIds {
    #[serde(rename = "SRCROOT")]
    pub(super) root: BaseId,
}

#[derive(Serialize)]
pub(super) struct BaseId {
    pub(super) description: Text<'static>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'r> {
    pub(super) rule_id: &'r Id,
    pub(super) rule_index: usize,
    pub(super) kind: &'static str,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: [Spot; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Spot>,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    pub(super) properties: Properties<'r>,
}

/// The text for those who look up nothing; and for those who do, the rule's message with the same as its argument.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) id: &'static str,
    pub(super) arguments: [String; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spot {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    pub(super) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Text<'static>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Region {
    Area(Area),
    Line(Line),
}

/// A whole line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) start_line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    pub(super) uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Area {
    pub(super) start_line: usize,
    pub(super) start_column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
    pub(super) snippet: Text<'static>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Properties<'r> {
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) exposure: Exposure,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) attributes: &'r [Attribute],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) holder: Option<&'r HolderName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lifetime: Option<LifetimeProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) principal: Option<&'r Principal>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) also: &'r [Id],
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) related_cut: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LifetimeProperty {
    pub(super) class: crate::model::LifetimeClass,
    pub(super) evidence: crate::model::Evidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<crate::model::Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
