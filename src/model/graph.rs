//! Who holds what, as one picture: everything that a run found, joined across its files.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    Fingerprint, Form, Id, Lifetime, Location, Principal, Privilege, Redacted, Secret, Slot, Subject,
    Timestamp,
};

/// Nodes and the edges between them, in an order that does not depend on how the run went.
#[derive(Debug)]
pub struct Graph {
    /// Holders, credentials, references, principals, doors, mints, roles: in this order, each sort in the order in which its
    /// first place stands in the run.
    pub nodes: Vec<Node>,
    /// Sorted by their ends.
    pub edges: Vec<Edge>,
    /// The moment that lifetimes are measured against.
    pub now: Timestamp,
    /// The values of the credentials that have a fingerprint: what no text of a drawing may show.
    pub secrets: Vec<Secret>,
}

/// One thing, wherever it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub noun: Noun,
    /// Everywhere it stands, in the order of the run. Empty for a principal that is only read from a credential.
    pub places: Vec<Location>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Noun {
    /// Who can use something.
    Holder(HolderNode),
    /// A value; equal values are one.
    Credential(CredentialNode),
    /// What stands for a value; references of one name and scope that lead to the same are one.
    Reference(ReferenceNode),
    /// Whom a credential or an identity makes one.
    Principal(Principal),
    /// What accepts credentials.
    Door(SiteNode),
    /// What will issue credentials.
    Mint(SiteNode),
    /// What principals may be bound to.
    Role(RoleNode),
}

/// A holder; holders of one identity are one.
#[derive(Clone, Debug)]
pub struct HolderNode {
    /// What sort.
    pub kind: Arc<str>,
    /// The same as people call it.
    pub title: Arc<str>,
    /// Its names, each once: services of one image are one holder with several.
    pub names: Vec<String>,
    /// The platform that it was first found by.
    pub platform: Id,
    /// Whether it is an agent or acts for one.
    pub agent: bool,
    /// What makes it one holder.
    pub identity: Arc<str>,
}

/// A credential without its value.
#[derive(Clone, Debug)]
pub struct CredentialNode {
    /// Which kind.
    pub kind: Id,
    /// The same as people call it.
    pub title: String,
    /// Who issues it.
    pub provider: String,
    /// What is shown in the value's place.
    pub shown: Redacted,
    /// Its name across runs; `None` for a value too short to be hashed.
    pub fingerprint: Option<Fingerprint>,
    /// Whose it is.
    pub subject: Subject,
    /// How much it may do.
    pub privilege: Privilege,
    /// How long it lasts: the longest that any of its places tells.
    pub lifetime: Lifetime,
}

/// A reference.
#[derive(Clone, Debug)]
pub struct ReferenceNode {
    /// What is referred to, in the platform's own words.
    pub name: String,
    /// Which namespace the name lives in.
    pub scope: Arc<str>,
    /// In which form.
    pub form: Form,
}

/// A door or a mint.
#[derive(Clone, Debug)]
pub struct SiteNode {
    /// What sort.
    pub kind: Id,
    /// The same as people call it.
    pub title: String,
    /// Its own name.
    pub name: String,
    /// The platform that it was found by.
    pub platform: Id,
}

/// A set of privileges.
#[derive(Clone, Debug)]
pub struct RoleNode {
    /// What sort, in the platform's own words: `ClusterRole`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Which namespace it lives in; `None` for what holds everywhere.
    pub scope: Option<Arc<str>>,
    /// What it amounts to, sorted: `admin`, `credentials`; empty where it is bounded, or stands elsewhere.
    pub allows: Vec<Arc<str>>,
}

/// Two nodes and what is between them.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Index of the node it starts at.
    pub from: usize,
    /// Index of the node it leads to.
    pub to: usize,
    /// What is between them.
    pub relation: Relation,
    /// By which slots and places; empty where nothing is given by a slot.
    pub ways: Vec<Way>,
}

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// A holder is given a credential or a reference.
    Holds,
    /// A holder, such as an env file, keeps a credential that others take from it by a reference.
    Keeps,
    /// A reference leads to a credential, or to another reference.
    ResolvesTo,
    /// A holder or a credential makes one a principal.
    ActsAs,
    /// A mint issues what a reference names.
    Mints,
    /// A door is that of a holder.
    Opens,
    /// A binding ties a principal to a role.
    Binds,
}

impl Relation {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Keeps => "keeps",
            Self::ResolvesTo => "resolves to",
            Self::ActsAs => "acts as",
            Self::Mints => "mints",
            Self::Opens => "opens",
            Self::Binds => "is bound to",
        }
    }
}

/// How something is given, and where.
#[derive(Clone, Debug)]
pub struct Way {
    /// How it arrives.
    pub slot: Slot,
    /// The variable's, header's, input's name.
    pub name: Option<String>,
    /// In which form.
    pub form: Form,
    /// Where the value or the reference stands.
    pub location: Location,
}

impl Graph {
    /// For each node, the holders that have it: by itself, by references that lead to it, by credentials that make one it.
    /// Those that only keep it for others do not count. Two or more: it is shared.
    pub fn sharers(&self) -> Vec<BTreeSet<usize>> {
        let mut onward: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let leads = |edge: &&Edge| {
            let from_holder = matches!(self.nodes[edge.from].noun, Noun::Holder(_));
            edge.relation == Relation::ResolvesTo || edge.relation == Relation::ActsAs && !from_holder
        };
        for edge in self.edges.iter().filter(leads) {
            onward[edge.from].push(edge.to);
        }
        let mut sharers = vec![BTreeSet::new(); self.nodes.len()];
        let has = |edge: &&Edge| {
            let from_holder = matches!(self.nodes[edge.from].noun, Noun::Holder(_));
            from_holder && matches!(edge.relation, Relation::Holds | Relation::ActsAs)
        };
        for edge in self.edges.iter().filter(has) {
            let mut ahead = vec![edge.to];
            while let Some(node) = ahead.pop() {
                if sharers[node].insert(edge.from) {
                    ahead.extend(&onward[node]);
                }
            }
        }
        sharers
    }

    /// The credentials, with the index of each.
    pub fn credentials(&self) -> impl Iterator<Item = (usize, &Node, &CredentialNode)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| match &node.noun {
            Noun::Credential(credential) => Some((index, node, credential)),
            _ => None,
        })
    }
}
