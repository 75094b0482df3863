//! What a drawing says about a node or an edge, in lines; and how it marks lifetimes.

use crate::model::{Edge, Form, Graph, HolderNode, LifetimeClass, Noun, PrincipalKind, Relation, Slot};

use super::super::sanitise::Gatekeeper;

/// A name from the scanned text may fill so many characters of a drawing.
const LONGEST_NAME: usize = 60;

/// Fingerprints are shown by their beginning; `outstay explain` takes it.
const SHOWN_DIGITS: usize = 12;

/// The texts of one graph.
pub(super) struct Labels<'l> {
    graph: &'l Graph,
    gatekeeper: &'l Gatekeeper,
    ids: Vec<String>,
}

/// The class of a node in a drawing: what its colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Paint {
    /// A holder that is no agent.
    Holder,
    /// An agent.
    Agent,
    /// A principal, a door, a mint, a role.
    Plain,
    /// Something that lasts so long.
    Lasting(LifetimeClass),
    /// Issued for each session, or passed on: nothing stands.
    Brokered,
    /// A reference that leads to nothing in the scanned files.
    Elsewhere,
}

impl Paint {
    /// Its name in a drawing.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Agent => "agent",
            Self::Plain => "plain",
            Self::Lasting(class) => class.as_str(),
            Self::Brokered => "brokered",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// What it means, for the legend.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Agent => "agent, or acts for one",
            Self::Plain => "principal, door, mint or role",
            Self::Lasting(LifetimeClass::Never) => "no end",
            Self::Lasting(LifetimeClass::Renewable) => "renews itself without bound",
            Self::Lasting(LifetimeClass::Long) => "lasts longer than a session",
            Self::Lasting(LifetimeClass::Unknown) => "lifetime not visible",
            Self::Lasting(LifetimeClass::Session) => "ends with a session",
            Self::Lasting(LifetimeClass::Task) => "ends within an hour",
            Self::Lasting(LifetimeClass::Expired) => "expired by its own claim",
            Self::Brokered => "issued for each use",
            Self::Elsewhere => "stands elsewhere",
        }
    }

    /// Fill and line, as `#rrggbb`; both are readable with black text.
    pub(super) fn colours(self) -> (&'static str, &'static str) {
        match self {
            Self::Holder => ("#f6f8fa", "#57606a"),
            Self::Agent => ("#ddf4ff", "#0969da"),
            Self::Plain => ("#ffffff", "#57606a"),
            Self::Lasting(LifetimeClass::Never) => ("#ffcecb", "#a40e26"),
            Self::Lasting(LifetimeClass::Renewable) => ("#ffd8b5", "#bc4c00"),
            Self::Lasting(LifetimeClass::Long) => ("#ffe7b8", "#9a6700"),
            Self::Lasting(LifetimeClass::Unknown) => ("#fff8c5", "#7d4e00"),
            Self::Lasting(LifetimeClass::Session | LifetimeClass::Task) | Self::Brokered => {
                ("#dafbe1", "#1a7f37")
            }
            Self::Lasting(LifetimeClass::Expired) => ("#eaeef2", "#8c959f"),
            Self::Elsewhere => ("#ffffff", "#8c959f"),
        }
    }
}

impl<'l> Labels<'l> {
    pub(super) fn new(graph: &'l Graph, gatekeeper: &'l Gatekeeper) -> Self {
        Self { graph, gatekeeper, ids: ids(graph) }
    }

    /// A node's name in the drawing.
    pub(super) fn id(&self, node: usize) -> &str {
        &self.ids[node]
    }

    /// A text from the scanned files, short, masked and visible.
    pub(super) fn name(&self, text: &str) -> String {
        let text = self.gatekeeper.text(text);
        let mut short: String = text.chars().take(LONGEST_NAME).collect();
        if text.chars().count() > LONGEST_NAME {
            short.push('…');
        }
        short
    }

    /// The lines of a node.
    pub(super) fn node(&self, node: usize, sharers: usize) -> Vec<String> {
        let shared = |what: &str| (sharers > 1).then(|| format!("{what} {sharers} holders"));
        match &self.graph.nodes[node].noun {
            Noun::Holder(holder) => self.holder(holder, self.graph.nodes[node].places.len()),
            Noun::Credential(credential) => {
                let mut lines = vec![
                    credential.title.clone(),
                    format!("{} · {}", credential.shown, credential.lifetime.describe(self.graph.now)),
                ];
                lines.extend(credential.fingerprint.map(|fingerprint| {
                    fingerprint.to_string().chars().take(SHOWN_DIGITS).collect::<String>()
                }));
                lines.extend(shared("shared by"));
                lines
            }
            Noun::Reference(reference) => {
                let mut lines = vec![self.name(&reference.name), form(reference.form).to_owned()];
                lines.extend(shared("shared by"));
                lines
            }
            Noun::Principal(principal) => {
                let name = match principal.kind {
                    PrincipalKind::KeyId => beginning(&principal.name),
                    _ => principal.name.clone(),
                };
                let mut lines = vec!["principal".to_owned(), self.name(&name)];
                lines.extend(shared("used by"));
                lines
            }
            Noun::Door(site) | Noun::Mint(site) => vec![site.title.clone(), self.name(&site.name)],
            Noun::Role(role) => {
                let mut lines = vec![self.name(&role.kind)];
                lines.extend((!role.name.is_empty()).then(|| self.name(&role.name)));
                lines.extend((!role.allows.is_empty()).then(|| role.allows.join(", ")));
                lines
            }
        }
    }

    fn holder(&self, holder: &HolderNode, places: usize) -> Vec<String> {
        let more = |number: usize| if number > 1 { format!(" +{}", number - 1) } else { String::new() };
        let name = holder.names.first().map_or("", String::as_str);
        let mut lines = vec![holder.title.to_string(), self.name(name) + &more(holder.names.len())];
        if places > 1 {
            lines.push(format!("in {places} places"));
        }
        lines
    }

    /// The line beside an edge: the slots by which something is given.
    pub(super) fn edge(&self, edge: &Edge) -> String {
        let Some(way) = edge.ways.first() else { return edge.relation.as_str().to_owned() };
        let by = match &way.name {
            Some(name) => format!("{} {}", slot(way.slot), self.name(name)),
            None => slot(way.slot).to_owned(),
        };
        let more = if edge.ways.len() > 1 { format!(" +{}", edge.ways.len() - 1) } else { String::new() };
        match edge.relation {
            Relation::Holds => by + &more,
            relation => format!("{}: {by}{more}", relation.as_str()),
        }
    }

    /// What a node's colour says. A reference has that of the longest lasting credential it leads to.
    pub(super) fn paint(&self, node: usize) -> Paint {
        match &self.graph.nodes[node].noun {
            Noun::Holder(holder) if holder.agent => Paint::Agent,
            Noun::Holder(_) => Paint::Holder,
            Noun::Credential(credential) => Paint::Lasting(credential.lifetime.class),
            Noun::Principal(_) | Noun::Door(_) | Noun::Mint(_) | Noun::Role(_) => Paint::Plain,
            Noun::Reference(reference) => match (self.reached(node), reference.form) {
                (Some(class), _) => Paint::Lasting(class),
                (
                    None,
                    Form::PromptRef | Form::Helper | Form::Federated | Form::Brokered | Form::Passthrough,
                ) => Paint::Brokered,
                (None, _) => Paint::Elsewhere,
            },
        }
    }

    fn reached(&self, reference: usize) -> Option<LifetimeClass> {
        let leads = |edge: &&Edge| edge.from == reference && edge.relation == Relation::ResolvesTo;
        let class = |edge: &Edge| match &self.graph.nodes[edge.to].noun {
            Noun::Credential(credential) => Some(credential.lifetime.class),
            _ => None,
        };
        self.graph.edges.iter().filter(leads).filter_map(class).max()
    }
}

/// A letter for the sort and a number within it.
pub(super) fn ids(graph: &Graph) -> Vec<String> {
    let mut counts = [0_usize; 7];
    let id = |node: &crate::model::Node| {
        let (sort, letter) = match &node.noun {
            Noun::Holder(_) => (0, 'h'),
            Noun::Credential(_) => (1, 'c'),
            Noun::Reference(_) => (2, 'r'),
            Noun::Principal(_) => (3, 'p'),
            Noun::Door(_) => (4, 'd'),
            Noun::Mint(_) => (5, 'm'),
            Noun::Role(_) => (6, 'b'),
        };
        counts[sort] += 1;
        format!("{letter}{}", counts[sort])
    };
    graph.nodes.iter().map(id).collect()
}

/// A key's id by its beginning: a drawing ends up in places where scanners read it.
fn beginning(name: &str) -> String {
    let (id, rest) =
        name.split_once(' ').map_or((name, String::new()), |(id, rest)| (id, format!(" {rest}")));
    let short: String = id.chars().take(8).collect();
    format!("{short}…{rest}")
}

/// A slot in a word or two.
fn slot(slot: Slot) -> &'static str {
    match slot {
        Slot::Env => "env",
        Slot::EnvFile => "env file",
        _ => slot.as_str(),
    }
}

/// A form of reference in words.
fn form(form: Form) -> &'static str {
    match form {
        Form::Literal => "value",
        Form::EnvRef | Form::EnvName => "variable",
        Form::FileRef => "file",
        Form::StoreRef => "entry of a secret store",
        Form::CiSecretRef => "CI secret",
        Form::PromptRef => "asked of the user",
        Form::Helper => "printed by a command",
        Form::Federated => "federated identity",
        Form::Brokered => "added by a proxy",
        Form::Passthrough => "the caller's token",
        Form::Default => "default value",
    }
}
