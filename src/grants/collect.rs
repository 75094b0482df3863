//! Follows a platform's paths through a document.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::detect::{Candidate, Detector};
use crate::document::{self, Document, NodeId, Path, Scalar};
use crate::model::{
    ArtifactPath, Binding, Build, Definition, Door, Flow, Grant, Holder, HolderId, Mint, Observation, Role,
    Spot,
};
use crate::rules::{DoorSpec, HolderName, HolderSpec, IdentityScope, On, Platform, Rule, SettingCheck};
use crate::text::Span;

use super::calls;
use super::nearby::Nearby;
use super::scripts::Own;
use super::settings::{Anchor, looks_from, observe, setting_name, speaks_of};
use super::shadow::{self, Said};

/// What a document says: holders, what they are given, and what will issue credentials.
#[derive(Debug, Default)]
pub struct Collected {
    /// Holders; a grant's [`HolderId`] counts in this list.
    pub holders: Vec<Holder<Spot>>,
    /// Grants; a literal's credential is an index into the candidates.
    pub grants: Vec<Grant<Spot>>,
    /// Mints.
    pub mints: Vec<Mint<Spot>>,
    /// What the directory's files refer to by name.
    pub definitions: Vec<Definition>,
    /// Who takes what mints issue.
    pub flows: Vec<Flow<Spot>>,
    /// Bindings.
    pub bindings: Vec<Binding<Spot>>,
    /// Roles.
    pub roles: Vec<Role<Spot>>,
    /// Doors.
    pub doors: Vec<Door<Spot>>,
    /// What rules over settings and doors ask for and is there.
    pub observations: Vec<Observation<Spot>>,
    /// References that were counted only, since one value or the document has too many: how many of each holder.
    left_out: BTreeMap<usize, usize>,
    /// Images that are built.
    pub builds: Vec<Build>,
    /// Patterns of what is left out of a build's context.
    pub leaves_out: Vec<String>,
}

/// More grants by reference in one document are counted only.
pub const MOST_REFERENCES: usize = 1_000;

/// Documents inside of strings are followed so deep.
const DEEPEST: usize = 3;

/// Where a document stands.
#[derive(Clone, Copy)]
pub struct Site<'s> {
    /// In which artifact.
    pub path: &'s ArtifactPath,
    /// Where in the document around it, for one inside of a string; else empty.
    pub within: &'s str,
    /// How many documents are around it.
    depth: usize,
}

impl<'s> Site<'s> {
    /// A document that is a whole artifact.
    pub fn whole(path: &'s ArtifactPath) -> Self {
        Self { path, within: "", depth: 0 }
    }
}

/// Collects what `platform` declares from `document`. `candidates` are those of the document's text; what stands in slots and
/// was not found by the bytes alone is added to them.
pub fn collect(
    platform: &Platform,
    document: &Document,
    site: Site<'_>,
    detector: &Detector<'_>,
    candidates: &mut Vec<Candidate>,
) -> Collected {
    let mut nearby = Nearby::new(candidates);
    follow(platform, document, site, Known { detector, candidates, nearby: &mut nearby })
}

/// What is known of a text beside its document.
struct Known<'k, 'r> {
    detector: &'k Detector<'r>,
    candidates: &'k mut Vec<Candidate>,
    nearby: &'k mut Nearby,
}

fn follow(platform: &Platform, document: &Document, site: Site<'_>, known: Known<'_, '_>) -> Collected {
    let Known { detector, candidates, nearby } = known;
    let asks = |rule: &&Rule| rule.check.is_some() || rule.on.contains(&On::Door);
    let rules = detector.pack().rules.iter().filter(asks).filter(|rule| speaks_of(rule, platform)).collect();
    let out = Collected::default();
    let (said, commands) = (Vec::new(), RefCell::default());
    let mut collector = Collector {
        platform,
        document,
        site,
        detector,
        candidates,
        nearby,
        rules,
        said,
        commands,
        own: Own::default(),
        out,
        references: 0,
    };
    if has_shape(platform, document) {
        for root in document.roots() {
            collector.root(*root);
        }
    }
    collector.out
}

/// Whether a document is what `platform` speaks of.
pub fn has_shape(platform: &Platform, document: &Document) -> bool {
    let fits = |root: &NodeId| platform.shape.iter().any(|shape| !shape.select(document, *root).is_empty());
    platform.shape.is_empty() || document.roots().iter().any(fits)
}

/// What tells two holders of one document apart.
#[derive(PartialEq, Eq, Hash)]
struct Seen {
    kind: Arc<str>,
    name: String,
    span: Span,
}

impl Seen {
    fn of(holder: &Holder<Spot>) -> Self {
        Self { kind: holder.kind.clone(), name: holder.name.clone(), span: holder.location.span }
    }
}

impl Collected {
    /// What several platforms say of one document. A holder that two of them see at the same place is the first one's.
    pub fn together(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        for part in parts {
            let known = whole.holders.iter().map(Seen::of).collect();
            whole.absorb(part, &known);
        }
        whole
    }

    /// How many references were counted only.
    pub fn left_out(&self) -> usize {
        self.left_out.values().sum()
    }

    /// Takes what another platform, or a document inside of this one, says; without the holders that are known.
    fn absorb(&mut self, other: Self, known: &HashSet<Seen>) {
        let mut ids = Vec::with_capacity(other.holders.len());
        for holder in other.holders {
            let is_new = !known.contains(&Seen::of(&holder));
            ids.push(is_new.then_some(HolderId(self.holders.len())));
            self.holders.extend(is_new.then_some(holder));
        }
        let doors = self.doors.len();
        self.doors.extend(other.doors);
        for (holder, count) in other.left_out {
            if let Some(holder) = ids[holder] {
                *self.left_out.entry(holder.0).or_default() += count;
            }
        }
        self.mints.extend(other.mints);
        self.builds.extend(other.builds);
        self.leaves_out.extend(other.leaves_out);
        self.definitions.extend(other.definitions);
        self.flows.extend(other.flows);
        self.bindings.extend(other.bindings);
        self.roles.extend(other.roles);
        self.grants.extend(other.grants.into_iter().filter_map(|grant| {
            let holder = ids[grant.holder.0]?;
            Some(Grant { holder, ..grant })
        }));
        self.observations.extend(other.observations.into_iter().filter_map(|seen| {
            let holder = match seen.holder {
                Some(holder) => Some(ids[holder.0]?),
                None => None,
            };
            Some(Observation { holder, door: seen.door.map(|door| door + doors), ..seen })
        }));
    }
}

pub(super) struct Collector<'c, 'r> {
    pub(super) platform: &'c Platform,
    pub(super) document: &'c Document,
    pub(super) site: Site<'c>,
    pub(super) detector: &'c Detector<'r>,
    pub(super) candidates: &'c mut Vec<Candidate>,
    pub(super) nearby: &'c mut Nearby,
    /// Those that ask for settings on this platform.
    rules: Vec<&'c Rule>,
    /// The commands of scripts that were read before: many traits ask for the same.
    pub(super) commands: RefCell<HashMap<NodeId, Rc<[String]>>>,
    /// What the document sets and runs itself.
    pub(super) own: Own,
    /// What the holder at hand is told.
    pub(super) said: Vec<Said>,
    pub(super) out: Collected,
    /// Grants by reference so far.
    references: usize,
}

/// The part of a scalar's text that is looked at, and its name.
pub(super) struct Part<'d> {
    pub(super) scalar: &'d Scalar,
    pub(super) span: Span,
    pub(super) name: Option<String>,
    pub(super) node: NodeId,
}

impl<'c, 'r: 'c> Collector<'c, 'r> {
    /// Whether one more reference of `holder` is kept; else it is counted.
    pub(super) fn has_room(&mut self, holder: HolderId) -> bool {
        self.references += 1;
        let has_room = self.references <= MOST_REFERENCES;
        if !has_room {
            self.leave_out(holder, 1);
        }
        has_room
    }

    /// Counts references of `holder` that are not kept.
    pub(super) fn leave_out(&mut self, holder: HolderId, count: usize) {
        *self.out.left_out.entry(holder.0).or_default() += count;
    }

    fn root(&mut self, root: NodeId) {
        self.own = self.own(root);
        for spec in &self.platform.holders {
            for node in self.all(&spec.select, root) {
                self.holder(spec, node);
            }
        }
        for spec in &self.platform.doors {
            for node in self.all(&spec.select, root) {
                self.door(spec, node);
            }
        }
        for spec in &self.platform.mints {
            for node in self.all(&spec.select, root) {
                self.mint(spec, node);
            }
        }
        self.builds(root);
        self.definitions(root);
        self.flows(root);
        self.bindings(root);
        self.settings(&Anchor { node: root, holder: None, door: None }, self.site.path.name());
        if self.site.depth < DEEPEST {
            self.inside(root);
        }
    }

    /// Documents in the strings of this one, and parts of it that are read as such.
    fn inside(&mut self, root: NodeId) {
        for spec in &self.platform.inside {
            let mut platforms = self.detector.pack().platforms.iter();
            let Some(platform) = platforms.find(|platform| platform.id == spec.platform) else { continue };
            for node in self.all(&spec.select, root) {
                let inner = match self.document.node(node).scalar() {
                    Some(scalar) => document::inside(platform.format, scalar),
                    None => self.document.part(node),
                };
                let within = format!("{}{}!", self.site.within, self.document.path_of(node));
                let site = Site { path: self.site.path, within: &within, depth: self.site.depth + 1 };
                let known =
                    Known { detector: self.detector, candidates: self.candidates, nearby: self.nearby };
                let found = follow(platform, &inner, site, known);
                self.leave_to(&found, self.document.node(node).span);
                self.out.absorb(found, &HashSet::new());
            }
        }
    }

    /// What a document inside of `place` gives to its own holders is not given by the string as a whole as well.
    fn leave_to(&mut self, inner: &Collected, place: Span) {
        let names: HashSet<&str> = inner
            .grants
            .iter()
            .filter_map(|grant| grant.reference.as_ref())
            .map(|other| &*other.name)
            .collect();
        self.out.grants.retain(|grant| {
            let is_inside = grant.location.span.overlaps(place);
            let name = grant.reference.as_ref().map(|reference| &*reference.name);
            !(is_inside && name.is_some_and(|name| names.contains(name)))
        });
    }

    fn door(&mut self, spec: &DoorSpec, node: NodeId) {
        let name = self.first_text(&spec.name, node);
        let name = name.or_else(|| self.document.node(node).name().map(str::to_owned));
        let name = name.unwrap_or_else(|| self.site.path.name().to_owned());
        let index = self.out.doors.len();
        self.out.doors.push(Door {
            kind: spec.kind.clone(),
            title: spec.title.as_str().into(),
            name: name.clone(),
            platform: self.platform.id.clone(),
            location: self.heading_spot(node),
        });
        self.settings(&Anchor { node, holder: None, door: Some((index, spec.kind.as_str())) }, &name);
    }

    /// What rules that look from `anchor` find there.
    fn settings(&mut self, anchor: &Anchor<'_>, name: &str) {
        let nothing = SettingCheck::default();
        for index in 0..self.rules.len() {
            let rule = self.rules[index];
            if !looks_from(rule, anchor) {
                continue;
            }
            let check = rule.check.as_ref().unwrap_or(&nothing);
            for found in observe(check, self.document, anchor.node) {
                let own = self.first_text(&found.check.name, found.anchor);
                let key = || self.document.node(found.anchor).name().map(str::to_owned);
                let named = own.or_else(|| key().filter(|_| found.anchor != anchor.node));
                let location = match found.command {
                    Some(span) => self.spot(span, found.node),
                    None => self.text_spot(found.node),
                };
                self.out.observations.push(Observation {
                    rule: rule.id.clone(),
                    platform: self.platform.id.clone(),
                    holder: anchor.holder.map(|(id, _)| id),
                    door: anchor.door.map(|(index, _)| index),
                    name: named.unwrap_or_else(|| name.to_owned()),
                    setting: setting_name(self.document, found.node, &self.document.path_of(found.node)),
                    severity: found.check.severity,
                    location,
                });
            }
        }
    }

    fn holder(&mut self, spec: &HolderSpec, node: NodeId) {
        let name = match &spec.name {
            HolderName::Key => self.document.node(node).name().map(str::to_owned),
            HolderName::At(paths) => self.first_text(paths, node),
        };
        let name = name.unwrap_or_else(|| self.site.path.name().to_owned());
        let traits = self.traits(spec, node);
        let agent = spec.agent || self.product(spec, &traits).is_some();
        let called =
            self.all(&spec.calls, node).into_iter().filter_map(|node| self.document.node(node).text());
        let called: Vec<Arc<str>> =
            called.filter_map(|called| calls::mark(self.site.path.as_str(), called)).collect();
        let id = HolderId(self.out.holders.len());
        let identity = self.identity(spec, node, (&name, &traits)).into();
        self.out.holders.push(Holder {
            kind: spec.kind.as_str().into(),
            title: spec.title.as_str().into(),
            identity,
            name: name.clone(),
            platform: self.platform.id.clone(),
            agent,
            traits: traits.into_iter().chain(called).collect(),
            location: self.heading_spot(node),
        });
        for grant in &spec.grants {
            for item in self.all(&grant.select, node) {
                self.item(grant, id, item);
            }
        }
        let said = std::mem::take(&mut self.said);
        shadow::mark(self.document, &self.detector.pack().tables.shadowing, &said, &mut self.out.grants);
        self.settings(&Anchor { node, holder: Some((id, &spec.kind)), door: None }, &name);
    }

    /// What any of the paths selects, each once.
    pub(super) fn all(&self, paths: &[Path], from: NodeId) -> Vec<NodeId> {
        let mut seen = HashSet::new();
        let mut nodes: Vec<NodeId> = paths.iter().flat_map(|path| path.select(self.document, from)).collect();
        nodes.retain(|node| seen.insert(*node));
        nodes
    }

    /// Where to point at a node: its key, else its first line.
    pub(super) fn heading_spot(&self, node: NodeId) -> Spot {
        let key = self.document.node(node).key.as_ref();
        self.spot(key.map_or_else(|| self.heading(node), |key| key.span), node)
    }

    /// The first line of a node, to point at it without a key.
    fn heading(&self, node: NodeId) -> Span {
        let span = self.document.node(node).span;
        let first = self.document.children(node).first().map(|child| self.document.node(*child));
        first.and_then(|child| child.key.as_ref()).map_or(Span::new(span.start, span.start), |key| key.span)
    }

    fn identity(&self, spec: &HolderSpec, node: NodeId, (name, traits): (&str, &[Arc<str>])) -> String {
        let (path, directory) = (self.site.path, self.site.path.directory());
        let same = self.first_text(&spec.same, node);
        let name = same.as_deref().unwrap_or(name);
        match spec.identity {
            IdentityScope::Directory => format!("{}:{name}@{directory}", spec.kind),
            IdentityScope::File => format!("{}@{path}", spec.kind),
            IdentityScope::Tree | IdentityScope::Name => format!("{}:{name}", spec.kind),
            IdentityScope::Product => match self.product(spec, traits) {
                Some(product) => format!("agent:{product}"),
                None => format!("{}@{path}", spec.kind),
            },
        }
    }

    pub(super) fn first_text(&self, paths: &[Path], from: NodeId) -> Option<String> {
        let node = self.first_told(paths, from)?;
        self.document.node(node).text().map(str::to_owned)
    }

    /// The first node that any of the paths selects and that says something.
    pub(super) fn first_told(&self, paths: &[Path], from: NodeId) -> Option<NodeId> {
        let mut found = paths.iter().flat_map(|path| path.select(self.document, from));
        found.find(|node| self.document.node(*node).text().is_some_and(|text| !text.is_empty()))
    }

    /// The text of a node, else its heading, to point at.
    pub(super) fn text_spot(&self, node: NodeId) -> Spot {
        match self.document.node(node).scalar() {
            Some(scalar) if !scalar.span.is_empty() => self.spot(scalar.span, node),
            _ => self.heading_spot(node),
        }
    }

    pub(super) fn part_spot(&self, part: &Part<'_>) -> Spot {
        self.spot(part.scalar.source(part.span), part.node)
    }

    pub(super) fn spot(&self, span: Span, node: NodeId) -> Spot {
        let path = self.document.path_of(node);
        let document_path = match self.site.within {
            "" => path.into(),
            within => format!("{within}{path}").into(),
        };
        Spot { span, document_path }
    }
}
