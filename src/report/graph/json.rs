//! The graph as data, for programs.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde::Serialize;

use super::super::sanitise::{self, Gatekeeper};
use super::label::ids;
use super::select::Selection;
use super::{Drawing, LeftOut};
use crate::model::{
    ArtifactPath, Fingerprint, Form, Id, Lifetime, Location, Noun, PrincipalKind, Privilege, Redacted,
    Relation, Slot, Subject, Timestamp, Way,
};

/// The JSON Schema (draft 2020-12) of the graph that is written as JSON.
pub fn graph_schema() -> &'static str {
    include_str!("graph.schema.json")
}

pub(super) fn write(
    selection: &Selection<'_>,
    drawing: &Drawing,
    gatekeeper: &Gatekeeper,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let graph = selection.graph;
    let ids = ids(graph);
    let shared: BTreeMap<usize, Vec<&str>> = selection
        .nodes
        .iter()
        .map(|node| (*node, selection.sharers[*node].iter().map(|holder| ids[*holder].as_str()).collect()))
        .collect();
    let document = Document {
        schema: "outstay/graph/v1",
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        now: graph.now,
        incomplete: drawing.incomplete,
        left_out: selection.left_out,
        nodes: selection
            .nodes
            .iter()
            .map(|index| {
                let node = &graph.nodes[*index];
                Item {
                    id: &ids[*index],
                    what: What::of(&node.noun),
                    holders: shared.get(index).cloned().unwrap_or_default(),
                    places: node.places.iter().map(Spot::of).collect(),
                }
            })
            .collect(),
        edges: selection
            .edges
            .iter()
            .map(|edge| Link {
                from: &ids[edge.from],
                to: &ids[edge.to],
                relation: edge.relation,
                ways: edge.ways.iter().map(Slotted::of).collect(),
            })
            .collect(),
    };
    sanitise::json(gatekeeper, &document, out)
}

#[derive(Serialize)]
struct Document<'g> {
    schema: &'static str,
    tool: Tool,
    now: Timestamp,
    incomplete: bool,
    left_out: LeftOut,
    nodes: Vec<Item<'g>>,
    edges: Vec<Link<'g>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Item<'g> {
    id: &'g str,
    #[serde(flatten)]
    what: What<'g>,
    /// Who has it; for a holder nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holders: Vec<&'g str>,
    places: Vec<Spot<'g>>,
}

#[derive(Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
enum What<'g> {
    Holder {
        kind: &'g str,
        title: &'g str,
        names: &'g [String],
        platform: &'g Id,
        agent: bool,
        identity: &'g str,
    },
    Credential {
        kind: &'g Id,
        title: &'g str,
        provider: &'g str,
        shown: &'g Redacted,
        #[serde(skip_serializing_if = "Option::is_none")]
        fingerprint: Option<Fingerprint>,
        subject: Subject,
        privilege: Privilege,
        lifetime: Lifetime,
    },
    Reference {
        name: &'g str,
        scope: &'g str,
        form: Form,
    },
    Principal {
        kind: PrincipalKind,
        name: &'g str,
    },
    Door {
        kind: &'g Id,
        title: &'g str,
        name: &'g str,
        platform: &'g Id,
    },
    Mint {
        kind: &'g Id,
        title: &'g str,
        name: &'g str,
        platform: &'g Id,
    },
    Role {
        kind: &'g str,
        name: &'g str,
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<&'g str>,
        allows: &'g [Arc<str>],
    },
}

impl<'g> What<'g> {
    fn of(noun: &'g Noun) -> Self {
        match noun {
            Noun::Holder(holder) => Self::Holder {
                kind: &holder.kind,
                title: &holder.title,
                names: &holder.names,
                platform: &holder.platform,
                agent: holder.agent,
                identity: &holder.identity,
            },
            Noun::Credential(credential) => Self::Credential {
                kind: &credential.kind,
                title: &credential.title,
                provider: &credential.provider,
                shown: &credential.shown,
                fingerprint: credential.fingerprint,
                subject: credential.subject,
                privilege: credential.privilege,
                lifetime: credential.lifetime,
            },
            Noun::Reference(reference) => {
                Self::Reference { name: &reference.name, scope: &reference.scope, form: reference.form }
            }
            Noun::Principal(principal) => Self::Principal { kind: principal.kind, name: &principal.name },
            Noun::Door(site) => Self::Door {
                kind: &site.kind,
                title: &site.title,
                name: &site.name,
                platform: &site.platform,
            },
            Noun::Mint(site) => Self::Mint {
                kind: &site.kind,
                title: &site.title,
                name: &site.name,
                platform: &site.platform,
            },
            Noun::Role(role) => Self::Role {
                kind: &role.kind,
                name: &role.name,
                scope: role.scope.as_deref(),
                allows: &role.allows,
            },
        }
    }
}

#[derive(Serialize)]
struct Link<'g> {
    from: &'g str,
    to: &'g str,
    relation: Relation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ways: Vec<Slotted<'g>>,
}

#[derive(Serialize)]
struct Slotted<'g> {
    slot: Slot,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'g str>,
    form: Form,
    place: Spot<'g>,
}

impl<'g> Slotted<'g> {
    fn of(way: &'g Way) -> Self {
        Self { slot: way.slot, name: way.name.as_deref(), form: way.form, place: Spot::of(&way.location) }
    }
}

#[derive(Serialize)]
struct Spot<'g> {
    path: &'g ArtifactPath,
    /// What `path` stands in, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<&'g ArtifactPath>,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_path: Option<&'g str>,
}

impl<'g> Spot<'g> {
    fn of(location: &'g Location) -> Self {
        let origin = &location.origin;
        let within = std::iter::successors(origin.within.as_deref(), |outer| outer.within.as_deref());
        Self {
            path: &origin.path,
            within: within.map(|outer| &outer.path).collect(),
            line: location.region.start.line,
            column: location.region.start.column,
            document_path: location.document_path.as_deref(),
        }
    }
}
