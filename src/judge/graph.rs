//! The picture of the evidence: everything that was found becomes a node, once, and what is between two of them an edge.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::model::{
    Binding, BindingAt, Confidence, Credential, CredentialNode, Door, Edge, Form, Grant, GrantAt, Graph,
    Holder, HolderNode, JoinKey, Lifetime, Location, Mint, Node, Noun, Origin, Principal, PrincipalKind,
    ReferenceNode, Relation, RoleNode, SiteNode, Slot, Way,
};
use crate::rules::{Role, RulePack, is_secret_name};
use crate::text::Span;

use super::Bench;

/// Draws everything that `bench` has evidence of.
pub fn graph(bench: &Bench<'_>) -> Graph {
    let mut painter = Painter {
        bench,
        nodes: Vec::new(),
        known: HashMap::new(),
        placed: HashSet::new(),
        confidence: HashMap::new(),
        things: HashMap::new(),
        edges: BTreeMap::new(),
    };
    for artifact in 0..bench.evidence.len() {
        painter.artifact(artifact);
    }
    for at in painter.grants() {
        painter.grant(at);
    }
    painter.mints();
    painter.doors();
    painter.bindings();
    painter.finish()
}

/// What makes two occurrences one node.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key<'e> {
    Holder(&'e str),
    Credential(JoinKey),
    /// Form, scope, name, and what it leads to: one name may mean different things to different holders.
    Reference(Form, &'e str, &'e str, Vec<usize>),
    Principal(PrincipalKind, String),
    /// Sort, name and namespace.
    Role(&'e str, &'e str, Option<&'e str>),
    /// Index of the artifact, and of the thing in it.
    Door(usize, usize),
    Mint(usize, usize),
}

struct Painter<'p, 'e> {
    bench: &'p Bench<'e>,
    nodes: Vec<Node>,
    known: HashMap<Key<'e>, usize>,
    /// Which places a node has already.
    placed: HashSet<(usize, &'e Origin, Span)>,
    /// Of each credential node, how sure the place is that its facts are from.
    confidence: HashMap<usize, Confidence>,
    /// What each grant gives; nothing as long as that is being found out, so that a circle of references ends.
    things: HashMap<GrantAt, Option<usize>>,
    edges: BTreeMap<(usize, usize, Relation), Vec<Way>>,
}

impl<'e> Painter<'_, 'e> {
    fn grants(&self) -> Vec<GrantAt> {
        let all = self.bench.evidence.iter().enumerate();
        all.flat_map(|(examined, artifact)| {
            (0..artifact.grants.len()).map(move |grant| GrantAt { examined, grant })
        })
        .collect()
    }

    /// The node of `key`, made where it is new.
    fn node(&mut self, key: Key<'e>, place: Option<&'e Location>, noun: impl FnOnce() -> Noun) -> usize {
        let nodes = &mut self.nodes;
        let index = *self.known.entry(key).or_insert_with(|| {
            nodes.push(Node { noun: noun(), places: Vec::new() });
            nodes.len() - 1
        });
        if let Some(place) = place
            && self.placed.insert((index, &place.origin, place.span))
        {
            self.nodes[index].places.push(place.clone());
        }
        index
    }

    fn edge(&mut self, from: usize, to: usize, relation: Relation, way: Option<Way>) {
        let ways = self.edges.entry((from, to, relation)).or_default();
        ways.extend(way);
    }

    /// The holders and credentials of an artifact, whether or not something is between them.
    fn artifact(&mut self, artifact: usize) {
        let examined = &self.bench.evidence[artifact];
        for holder in &examined.holders {
            self.holder(holder);
        }
        for credential in &examined.credentials {
            self.credential(credential);
        }
    }

    fn holder(&mut self, holder: &'e Holder) -> usize {
        let index = self.node(Key::Holder(&holder.identity), Some(&holder.location), || {
            Noun::Holder(HolderNode {
                kind: holder.kind.clone(),
                title: holder.title.clone(),
                names: Vec::new(),
                platform: holder.platform.clone(),
                agent: false,
                identity: holder.identity.clone(),
            })
        });
        if let Noun::Holder(node) = &mut self.nodes[index].noun {
            node.agent |= holder.agent;
            if !node.names.contains(&holder.name) {
                node.names.push(holder.name.clone());
            }
        }
        index
    }

    /// `None` for a name that is no secret by itself.
    fn credential(&mut self, credential: &'e Credential) -> Option<usize> {
        let kind = self.bench.pack.kind(credential.kind.as_str())?;
        if kind.role != Role::Secret {
            return None;
        }
        let facts = || CredentialNode {
            kind: credential.kind.clone(),
            title: kind.title.clone(),
            provider: kind.provider.clone(),
            shown: credential.shown.clone(),
            fingerprint: credential.fingerprint,
            subject: credential.subject,
            privilege: credential.privilege,
            lifetime: credential.lifetime,
        };
        let key = Key::Credential(credential.join);
        let index = self.node(key, Some(&credential.location), || Noun::Credential(facts()));
        let known = self.confidence.entry(index).or_insert(credential.confidence);
        if let Noun::Credential(node) = &mut self.nodes[index].noun {
            let lifetime = longer(node.lifetime, credential.lifetime);
            if *known < credential.confidence {
                *known = credential.confidence;
                *node = facts();
            }
            node.lifetime = lifetime;
        }
        if let Some(principal) = &credential.principal {
            let principal = self.principal(principal, None);
            self.edge(index, principal, Relation::ActsAs, None);
        }
        Some(index)
    }

    fn principal(&mut self, principal: &Principal, place: Option<&'e Location>) -> usize {
        let key = Key::Principal(principal.kind, principal.name.clone());
        self.node(key, place, || Noun::Principal(principal.clone()))
    }

    fn grant(&mut self, at: GrantAt) {
        let evidence = self.bench.evidence;
        let (grant, holder) = (at.of(evidence), at.holder(evidence));
        if let Some(principal) = &grant.principal {
            // Every workload has the account that nothing is said of; it counts where something is bound to it.
            let is_unsaid = grant.classes.iter().any(|class| **class == *"unsaid");
            if is_unsaid && self.bench.bonds.bindings(at).next().is_none() {
                return;
            }
            let to = self.principal(principal, Some(&grant.location));
            let from = self.holder(holder);
            self.edge(from, to, Relation::ActsAs, Some(way(grant)));
        } else if let Some(to) = self.thing(at) {
            let from = self.holder(holder);
            // A file from which others take it keeps it for them, whether or not somebody does.
            let relation = if grant.defines.is_some() { Relation::Keeps } else { Relation::Holds };
            self.edge(from, to, relation, Some(way(grant)));
        }
    }

    /// The node of what a grant gives.
    fn thing(&mut self, at: GrantAt) -> Option<usize> {
        if let Some(known) = self.things.get(&at) {
            return *known;
        }
        self.things.insert(at, None);
        let thing = self.new_thing(at);
        self.things.insert(at, thing);
        thing
    }

    fn new_thing(&mut self, at: GrantAt) -> Option<usize> {
        let evidence = self.bench.evidence;
        let grant = at.of(evidence);
        if let Some(credential) = at.credential(evidence) {
            return self.credential(credential);
        }
        let reference = grant.reference.as_ref().filter(|_| grant.form != Form::Literal)?;
        if grant.principal.is_some() || !self.is_worth_a_node(at, grant) {
            return None;
        }
        let mut targets: Vec<usize> = self.next(at).into_iter().filter_map(|to| self.thing(to)).collect();
        targets.sort_unstable();
        targets.dedup();
        let key = Key::Reference(grant.form, &reference.scope, &reference.name, targets.clone());
        let index = self.node(key, Some(&grant.location), || {
            Noun::Reference(ReferenceNode {
                name: reference.name.clone(),
                scope: reference.scope.clone(),
                form: grant.form,
            })
        });
        for target in targets {
            self.edge(index, target, Relation::ResolvesTo, None);
        }
        Some(index)
    }

    /// What a reference leads to next. The chains that [`crate::model::Links`] has closed are opened again.
    fn next(&self, at: GrantAt) -> Vec<GrantAt> {
        let links = self.bench.links;
        let all = links.targets(at);
        let is_later =
            |to: &GrantAt| all.iter().any(|other| other != to && links.targets(*other).contains(to));
        all.iter().filter(|to| !is_later(to)).copied().collect()
    }

    /// Most variables and files that a configuration names are no secrets.
    fn is_worth_a_node(&self, at: GrantAt, grant: &Grant) -> bool {
        let reference = grant.reference.as_ref().map(|reference| reference.name.as_str());
        let says_secret = || [grant.name.as_deref(), reference].into_iter().flatten().any(is_secret_name);
        match grant.form {
            Form::Literal | Form::Default => false,
            Form::EnvRef | Form::EnvName => {
                says_secret() || self.bench.links.literals(at, self.bench.evidence).next().is_some()
            }
            Form::FileRef => {
                grant.slot == Slot::EnvFile
                    || !grant.classes.is_empty()
                    || says_secret()
                    || self.bench.links.literals(at, self.bench.evidence).next().is_some()
            }
            Form::StoreRef
            | Form::CiSecretRef
            | Form::PromptRef
            | Form::Helper
            | Form::Federated
            | Form::Brokered
            | Form::Passthrough => true,
        }
    }

    /// A mint that fills a Secret issues what references to a key of that Secret name.
    fn mints(&mut self) {
        let bench = self.bench;
        let evidence = bench.evidence;
        let all = evidence.iter().enumerate().flat_map(|(artifact, examined)| {
            examined.mints.iter().enumerate().map(move |(index, mint)| ((artifact, index), mint))
        });
        for ((artifact, index), mint) in all {
            let key = Key::Mint(artifact, index);
            let from = self.node(key, Some(&mint.location), || Noun::Mint(site_of_mint(mint, bench.pack)));
            let issued: Vec<usize> =
                (0..self.nodes.len()).filter(|node| names_key_of(&self.nodes[*node], &mint.name)).collect();
            for to in issued {
                self.edge(from, to, Relation::Mints, None);
            }
        }
    }

    /// A door is that of the holders that are declared where it is.
    fn doors(&mut self) {
        let evidence = self.bench.evidence;
        for (artifact, examined) in evidence.iter().enumerate() {
            for (index, door) in examined.doors.iter().enumerate() {
                let key = Key::Door(artifact, index);
                let from = self.node(key, Some(&door.location), || Noun::Door(site_of_door(door)));
                for holder in &examined.holders {
                    if is_within(&door.location, &holder.location)
                        || is_within(&holder.location, &door.location)
                    {
                        let to = self.holder(holder);
                        self.edge(from, to, Relation::Opens, None);
                    }
                }
            }
        }
    }

    /// Principals, and those whom the tree's own holders have, are bound to a role.
    fn bindings(&mut self) {
        let evidence = self.bench.evidence;
        for (examined, artifact) in evidence.iter().enumerate() {
            for (index, binding) in artifact.bindings.iter().enumerate() {
                let at = BindingAt { examined, binding: index };
                let role = self.role(at, binding);
                for party in &binding.parties {
                    let from = self.principal(&party.principal(), Some(&binding.location));
                    self.edge(from, role, Relation::Binds, None);
                }
                let held = self.bench.bonds.holders(at).iter();
                for principal in held.filter_map(|grant| grant.of(evidence).principal.as_ref()) {
                    let from = self.principal(principal, None);
                    self.edge(from, role, Relation::Binds, None);
                }
            }
        }
    }

    fn role(&mut self, at: BindingAt, binding: &'e Binding) -> usize {
        let name = &binding.role;
        let mut allows: Vec<_> =
            self.bench.bonds.powers(at).iter().map(|power| Arc::clone(&power.class)).collect();
        allows.sort();
        let key = Key::Role(&name.kind, &name.name, name.scope.as_deref());
        self.node(key, Some(&binding.location), || {
            let (kind, name, scope) = (name.kind.clone(), name.name.clone(), name.scope.clone());
            Noun::Role(RoleNode { kind, name, scope, allows })
        })
    }

    /// Everything in its final order: by sort, then as it was met.
    fn finish(self) -> Graph {
        let Self { bench, nodes, edges, .. } = self;
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|index| rank(&nodes[*index].noun));
        let mut new = vec![0; nodes.len()];
        for (position, old) in order.iter().enumerate() {
            new[*old] = position;
        }
        let mut sorted: Vec<(usize, Node)> = new.iter().copied().zip(nodes).collect();
        sorted.sort_by_key(|(position, _)| *position);
        let mut edges: Vec<Edge> = edges
            .into_iter()
            .map(|((from, to, relation), ways)| Edge { from: new[from], to: new[to], relation, ways })
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.relation));
        let credentials = bench.evidence.iter().flat_map(|examined| &examined.credentials);
        let hashed = credentials.filter(|credential| credential.fingerprint.is_some());
        Graph {
            nodes: sorted.into_iter().map(|(_, node)| node).collect(),
            edges,
            now: bench.now,
            secrets: hashed.map(|credential| credential.secret.clone()).collect(),
        }
    }
}

fn way(grant: &Grant) -> Way {
    Way { slot: grant.slot, name: grant.name.clone(), form: grant.form, location: grant.location.clone() }
}

fn rank(noun: &Noun) -> u8 {
    match noun {
        Noun::Holder(_) => 0,
        Noun::Credential(_) => 1,
        Noun::Reference(_) => 2,
        Noun::Principal(_) => 3,
        Noun::Door(_) => 4,
        Noun::Mint(_) => 5,
        Noun::Role(_) => 6,
    }
}

fn longer(a: Lifetime, b: Lifetime) -> Lifetime {
    if b.class > a.class { b } else { a }
}

fn site_of_door(door: &Door) -> SiteNode {
    SiteNode {
        kind: door.kind.clone(),
        title: door.title.to_string(),
        name: door.name.clone(),
        platform: door.platform.clone(),
    }
}

fn site_of_mint(mint: &Mint, pack: &RulePack) -> SiteNode {
    let row = mint.issue.as_ref().and_then(|issue| pack.tables.ttl.get(issue.row));
    SiteNode {
        kind: mint.kind.clone(),
        title: row.map_or_else(|| mint.kind.as_str().replace('-', " "), |row| row.title.clone()),
        name: mint.name.clone(),
        platform: mint.platform.clone(),
    }
}

/// Whether `node` is a reference to a key of the Secret `name`.
fn names_key_of(node: &Node, name: &str) -> bool {
    let Noun::Reference(reference) = &node.noun else { return false };
    reference.form == Form::StoreRef
        && reference.name.split_once('#').is_some_and(|(secret, _)| secret == name)
}

/// Whether `inner` stands at `outer` or below it in one document.
fn is_within(inner: &Location, outer: &Location) -> bool {
    let (Some(inner_path), Some(outer_path)) = (&inner.document_path, &outer.document_path) else {
        return false;
    };
    inner.origin == outer.origin
        && inner_path
            .strip_prefix(&**outer_path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}
