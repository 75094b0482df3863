//! How to rotate one credential: what it is, who has it where, and what to do in which order.

use std::fmt::Write as _;

use super::sanitise::{self, Gatekeeper};
use crate::model::{
    CredentialNode, Edge, Exposure, Form, Graph, HolderNode, Lifetime, LifetimeClass, Location, Noun,
    Privilege, Relation, Report, Subject, Way,
};
use crate::rules::Kind;

/// A credential of a graph, and what is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'r> {
    /// The graph that it is in.
    pub graph: &'r Graph,
    /// Its node.
    pub node: usize,
    /// The report of the same run.
    pub report: &'r Report,
    /// Its kind.
    pub kind: &'r Kind,
    /// How the check is run again: `outstay explain 32b4cbdd713a .`
    pub command: &'r str,
}

/// The checklist as text for a terminal; empty where the node is no credential.
pub fn checklist(rotation: &Rotation<'_>) -> String {
    let Noun::Credential(credential) = &rotation.graph.nodes[rotation.node].noun else {
        return String::new();
    };
    let writer = Writer {
        rotation,
        credential,
        takers: takers(rotation.graph, rotation.node),
        gatekeeper: sanitise::of_graph(rotation.graph),
    };
    let mut out = String::new();
    writer.facts(&mut out);
    writer.places(&mut out);
    writer.steps(&mut out);
    out
}

/// One way by which a holder has the credential.
struct Taker<'g> {
    holder: &'g HolderNode,
    way: &'g Way,
    /// The names of the references on the way, first the holder's own.
    by: Vec<&'g str>,
    relation: Relation,
}

/// Everybody who has `node`: first those that have the value itself, then those that a reference leads to it.
fn takers(graph: &Graph, node: usize) -> Vec<Taker<'_>> {
    let mut takers = Vec::new();
    let mut ahead: Vec<(usize, Vec<&str>)> = vec![(node, Vec::new())];
    let mut seen = std::collections::BTreeSet::from([node]);
    while let Some((at, by)) = ahead.pop() {
        for edge in graph.edges.iter().filter(|edge| edge.to == at) {
            match (&graph.nodes[edge.from].noun, edge.relation) {
                (Noun::Holder(holder), _) => takers.extend(of_holder(holder, edge, &by)),
                (Noun::Reference(reference), Relation::ResolvesTo) if seen.insert(edge.from) => {
                    let by = [reference.name.as_str()].into_iter().chain(by.iter().copied()).collect();
                    ahead.push((edge.from, by));
                }
                _ => {}
            }
        }
    }
    let order = |taker: &Taker<'_>| {
        (
            !taker.by.is_empty(),
            taker.relation != Relation::Keeps,
            taker.way.location.origin.clone(),
            taker.way.location.span,
        )
    };
    takers.sort_by_key(order);
    takers
}

fn of_holder<'g>(holder: &'g HolderNode, edge: &'g Edge, by: &[&'g str]) -> impl Iterator<Item = Taker<'g>> {
    let by = by.to_vec();
    edge.ways.iter().map(move |way| Taker { holder, way, by: by.clone(), relation: edge.relation })
}

struct Writer<'w> {
    rotation: &'w Rotation<'w>,
    credential: &'w CredentialNode,
    takers: Vec<Taker<'w>>,
    gatekeeper: Gatekeeper,
}

impl Writer<'_> {
    fn line(&self, out: &mut String, text: &str) {
        let _ = writeln!(out, "{}", self.gatekeeper.text(text));
    }

    fn title(&self, out: &mut String, text: &str) {
        out.push('\n');
        self.line(out, text);
    }

    fn facts(&self, out: &mut String) {
        let (credential, graph) = (self.credential, self.rotation.graph);
        self.line(out, &format!("{}: {}", credential.title, credential.shown));
        out.push('\n');
        let mut fact = |name: &str, text: &str| self.line(out, &format!("  {name:12} {text}"));
        if let Some(fingerprint) = credential.fingerprint {
            fact("fingerprint", &fingerprint.to_string());
        }
        fact("issued by", &credential.provider);
        fact("lifetime", &credential.lifetime.describe(graph.now));
        if credential.subject != Subject::Unknown {
            fact("belongs to", if credential.subject == Subject::Human { "a person" } else { "a service" });
        }
        if credential.privilege == Privilege::Admin {
            fact("may", "administer an account or organisation");
        }
        let principals = graph
            .edges
            .iter()
            .filter(|edge| edge.from == self.rotation.node && edge.relation == Relation::ActsAs);
        for edge in principals {
            if let Noun::Principal(principal) = &graph.nodes[edge.to].noun {
                fact("principal", &principal.name);
            }
        }
    }

    fn places(&self, out: &mut String) {
        let places = &self.rotation.graph.nodes[self.rotation.node].places;
        self.title(out, "Where it stands");
        for place in places {
            let exposure =
                self.exposure(place).map_or(String::new(), |exposure| format!(", {}", exposure.as_str()));
            self.line(out, &format!("  {}{exposure}", spot(place)));
        }
        self.title(out, "Who has it");
        if self.takers.is_empty() {
            self.line(out, "  nobody that a platform knows: it lies in the files above");
        }
        for taker in &self.takers {
            self.line(out, &format!("  {}", described(taker)));
        }
    }

    fn exposure(&self, place: &Location) -> Option<Exposure> {
        let findings = &self.rotation.report.findings;
        findings.iter().find(|finding| finding.location.is_at(place)).map(|finding| finding.exposure)
    }

    fn steps(&self, out: &mut String) {
        let kind = self.rotation.kind;
        self.title(out, "What to do, in this order");
        self.line(out, &format!("  1. Have the replacement issued. {}", kind.advice()));
        if let Some(documentation) = &kind.documentation {
            self.line(out, &format!("     {documentation}"));
        }
        let own = if self.holders() > 1 { " Each gets one of its own: they share this one." } else { "" };
        self.line(out, &format!("  2. Change everybody who has it.{own}"));
        self.changes(out);
        self.line(out, &format!("  3. Revoke it{}", self.revocation()));
        self.line(
            out,
            &format!(
                "  4. Verify. `{}` finds nothing any more, and the log of {} shows no use after the revocation.",
                self.rotation.command, self.credential.provider
            ),
        );
        self.remains(out);
    }

    /// How many use it; who only keeps it does not.
    fn holders(&self) -> usize {
        let users = self.takers.iter().filter(|taker| taker.relation != Relation::Keeps);
        users.map(|taker| &*taker.holder.identity).collect::<std::collections::BTreeSet<_>>().len()
    }

    fn changes(&self, out: &mut String) {
        let places = &self.rotation.graph.nodes[self.rotation.node].places;
        for taker in self.takers.iter().filter(|taker| taker.by.is_empty()) {
            self.line(out, &format!("     [ ] {}", described(taker)));
        }
        let is_taken = |place: &&Location| {
            self.takers.iter().any(|taker| {
                taker.by.is_empty()
                    && taker.way.location.origin == place.origin
                    && taker.way.location.span == place.span
            })
        };
        for place in places.iter().filter(|place| !is_taken(place)) {
            self.line(out, &format!("     [ ] {}", spot(place)));
        }
        for taker in self.takers.iter().filter(|taker| !taker.by.is_empty()) {
            self.line(out, &format!("     [ ] {}: it follows, restart it", described(taker)));
        }
    }

    fn revocation(&self) -> String {
        let place = match &self.rotation.kind.revoke {
            Some(revoke) => format!(" at {revoke}"),
            None => format!(": ask {} how", self.credential.provider),
        };
        let Lifetime { class, .. } = self.credential.lifetime;
        let tracked = self.rotation.graph.nodes[self.rotation.node]
            .places
            .iter()
            .any(|place| self.exposure(place) == Some(Exposure::Tracked));
        let when = match class {
            LifetimeClass::Expired => {
                "Its expiry claim has passed; revoke it all the same if the issuer still lists it."
            }
            _ if tracked => {
                "It is tracked by git, so everybody with the repository has it: do not wait for step 2 if that is more than those who may."
            }
            _ => "Not before step 2 is done, or its holders stop.",
        };
        format!("{place}. {when}")
    }

    /// Copies that outlive the change.
    fn remains(&self, out: &mut String) {
        let mut remains = Vec::new();
        let places = &self.rotation.graph.nodes[self.rotation.node].places;
        for place in places.iter().filter(|place| self.exposure(place) == Some(Exposure::Tracked)) {
            remains.push(format!("the history of git: {}", place.origin.outermost()));
        }
        for taker in self.takers.iter().filter(|taker| &*taker.holder.kind == "image-build") {
            remains
                .push(format!("images that were built from {} and their layers", taker.way.location.origin));
        }
        remains.dedup();
        self.line(
            out,
            "  5. Remove what is left of it; revoked, it is harmless, but the next scan finds it again.",
        );
        for place in remains {
            self.line(out, &format!("     [ ] {place}"));
        }
        self.line(out, "     [ ] caches, logs, backups and laptops that had these files");
    }
}

/// `.mcp.json:6:49 ($.mcpServers.github.env.TOKEN)`
fn spot(location: &Location) -> String {
    let start = location.region.start;
    let path = location.document_path.as_ref().map_or(String::new(), |path| format!(" ({path})"));
    format!("{}:{}:{}{path}", location.origin, start.line, start.column)
}

fn described(taker: &Taker<'_>) -> String {
    let Taker { holder, way, by, relation } = taker;
    let start = way.location.region.start;
    let name = way.name.as_ref().map_or(String::new(), |name| format!(" `{name}`"));
    let agent = if holder.agent { " (agent)" } else { "" };
    let how = match (by.as_slice(), relation) {
        ([], Relation::Keeps) => ", which keeps it for others".to_owned(),
        ([], _) if way.form == Form::Literal => String::new(),
        ([], _) => ", by reference".to_owned(),
        (by, _) => format!(", by the reference `{}`", by.join("` and `")),
    };
    format!(
        "{} `{}`{agent}: {}{name} at {}:{}:{}{how}",
        holder.title,
        holder.names.join("`, `"),
        way.slot.as_str(),
        way.location.origin,
        start.line,
        start.column
    )
}
