//! Follows a platform's paths through a document.

use std::collections::HashSet;
use std::sync::Arc;

use crate::detect::{Candidate, Detector, DropReason};
use crate::document::{Document, NodeId, Path, Scalar, Style, Value};
use crate::model::{ArtifactPath, Confidence, Form, Grant, Holder, HolderId, Mint, Reference, Slot, Spot};
use crate::rules::{
    GrantSpec, HolderName, HolderSpec, IdentityScope, Platform, Reader, ReferenceScope, TraitSpec,
    ValueReader, is_secret_name,
};
use crate::text::Span;

use super::form::{Given, read};
use super::{arguments, classes, parts};

/// What a document says: holders, what they are given, and what will issue credentials.
#[derive(Debug, Default)]
pub struct Collected {
    /// Holders; a grant's [`HolderId`] counts in this list.
    pub holders: Vec<Holder<Spot>>,
    /// Grants; a literal's credential is an index into the candidates.
    pub grants: Vec<Grant<Spot>>,
    /// Mints.
    pub mints: Vec<Mint<Spot>>,
}

/// Collects what `platform` declares from `document`. `candidates` are those of the document's text; what stands in slots and
/// was not found by the bytes alone is added to them.
pub fn collect(
    platform: &Platform,
    document: &Document,
    path: &ArtifactPath,
    detector: &Detector<'_>,
    candidates: &mut Vec<Candidate>,
) -> Collected {
    let mut collector =
        Collector { platform, document, path, detector, candidates, out: Collected::default() };
    let roots = document.roots();
    let has_shape = platform.shape.is_empty()
        || roots
            .iter()
            .any(|root| platform.shape.iter().any(|shape| !shape.select(document, *root).is_empty()));
    if has_shape {
        for root in roots {
            collector.root(*root);
        }
    }
    collector.out
}

struct Collector<'c, 'r> {
    platform: &'c Platform,
    document: &'c Document,
    path: &'c ArtifactPath,
    detector: &'c Detector<'r>,
    candidates: &'c mut Vec<Candidate>,
    out: Collected,
}

/// The part of a scalar's text that is looked at, and its name.
struct Part<'d> {
    scalar: &'d Scalar,
    span: Span,
    name: Option<String>,
    node: NodeId,
}

impl<'c> Collector<'c, '_> {
    fn root(&mut self, root: NodeId) {
        for spec in &self.platform.holders {
            for node in self.all(&spec.select, root) {
                self.holder(spec, node);
            }
        }
        for spec in &self.platform.mints {
            for node in self.all(&spec.select, root) {
                let name = self.first_text(&spec.name, node).unwrap_or_default();
                let location = self.spot(
                    self.document.node(node).key.as_ref().map_or(self.heading(node), |key| key.span),
                    node,
                );
                self.out.mints.push(Mint {
                    kind: spec.kind.clone(),
                    name,
                    platform: self.platform.id.clone(),
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
        let name = name.unwrap_or_else(|| self.path.name().to_owned());
        let traits: Vec<Arc<str>> = spec
            .traits
            .iter()
            .filter(|spec| self.has_trait(spec, node))
            .map(|spec| spec.name.as_str().into())
            .collect();
        let agent =
            spec.agent || spec.agent_traits.iter().any(|name| traits.iter().any(|has| **has == **name));
        let key = self.document.node(node).key.as_ref().map_or(self.heading(node), |key| key.span);
        let id = HolderId(self.out.holders.len());
        self.out.holders.push(Holder {
            kind: spec.kind.as_str().into(),
            title: spec.title.as_str().into(),
            identity: self.identity(spec, node, (&name, &traits)).into(),
            name,
            platform: self.platform.id.clone(),
            agent,
            traits,
            location: self.spot(key, node),
        });
        for grant in &spec.grants {
            for item in self.all(&grant.select, node) {
                self.item(grant, id, item);
            }
        }
    }

    /// What any of the paths selects, each once.
    fn all(&self, paths: &[Path], from: NodeId) -> Vec<NodeId> {
        let mut seen = HashSet::new();
        let mut nodes: Vec<NodeId> = paths.iter().flat_map(|path| path.select(self.document, from)).collect();
        nodes.retain(|node| seen.insert(*node));
        nodes
    }

    /// The first line of a node, to point at it without a key.
    fn heading(&self, node: NodeId) -> Span {
        let span = self.document.node(node).span;
        let first = self.document.children(node).first().map(|child| self.document.node(*child));
        first.and_then(|child| child.key.as_ref()).map_or(Span::new(span.start, span.start), |key| key.span)
    }

    fn identity(&self, spec: &HolderSpec, node: NodeId, (name, traits): (&str, &[Arc<str>])) -> String {
        let path = self.path.as_str();
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let same = self.first_text(&spec.same, node);
        let name = same.as_deref().unwrap_or(name);
        let product = || traits.iter().find(|has| spec.agent_traits.iter().any(|name| ***has == **name));
        match spec.identity {
            IdentityScope::Directory => format!("{}:{name}@{directory}", spec.kind),
            IdentityScope::File => format!("{}@{path}", spec.kind),
            IdentityScope::Tree | IdentityScope::Name => format!("{}:{name}", spec.kind),
            IdentityScope::Product => match product() {
                Some(product) => format!("{}:{product}", spec.kind),
                None => format!("{}@{path}", spec.kind),
            },
        }
    }

    fn has_trait(&self, spec: &TraitSpec, node: NodeId) -> bool {
        let matches =
            |text: &str| spec.matches.iter().any(|glob| parts::matches(glob.as_bytes(), text.as_bytes()));
        spec.select.iter().flat_map(|path| path.select(self.document, node)).any(|found| {
            let found = self.document.node(found);
            spec.matches.is_empty()
                || match &found.value {
                    Value::Scalar(scalar) => matches(&scalar.text),
                    Value::Map | Value::List => found.name().is_some_and(matches),
                }
        })
    }

    fn item(&mut self, spec: &GrantSpec, holder: HolderId, item: NodeId) {
        let named = spec.name.as_ref().and_then(|path| self.first_text(std::slice::from_ref(path), item));
        let values = match &spec.value {
            Some(path) => path.select(self.document, item),
            None => vec![item],
        };
        let before = self.out.grants.len();
        for value in values {
            let key = || self.document.node(value).name().or_else(|| self.document.node(item).name());
            let name = named.clone().or_else(|| key().filter(|_| spec.name.is_none()).map(str::to_owned));
            self.value(spec, holder, value, name);
        }
        let uses = spec.uses.as_ref().and_then(|path| self.first_text(std::slice::from_ref(path), item));
        if let Some(class) = uses.as_deref().and_then(classes::of_action) {
            for grant in &mut self.out.grants[before..] {
                grant.classes.push(class.as_str().into());
            }
        }
    }

    fn value(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, name: Option<String>) {
        if spec.read == ValueReader::SecretKey {
            return self.secret_key(spec, holder, node, name);
        }
        if spec.read == ValueReader::Arguments {
            return self.arguments(spec, holder, node);
        }
        let Some(scalar) = self.document.node(node).scalar() else { return };
        let whole = Part { scalar, span: Span::new(0, scalar.text.len()), name, node };
        match spec.read {
            ValueReader::Plain => self.give(spec, holder, &whole),
            ValueReader::Assignment if self.document.node(node).key.is_some() => {
                self.entry(spec, holder, &whole);
            }
            ValueReader::Assignment => self.assignment(spec, holder, &whole),
            ValueReader::Command => self.command(spec, holder, node, scalar),
            ValueReader::Mount => self.mount(spec, holder, whole),
            ValueReader::Path => self.path(spec, holder, &whole),
            ValueReader::Base64 => self.base64(spec, holder, &whole),
            ValueReader::Url => self.url(spec, holder, &whole),
            ValueReader::Arguments | ValueReader::SecretKey => {}
        }
    }

    /// `NAME: value` in a map; with nothing after it the caller's own variable is handed on.
    fn entry(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        let is_bare =
            whole.scalar.style == Style::Plain && matches!(whole.scalar.text.as_str(), "" | "~" | "null");
        match whole.name.clone().filter(|_| is_bare) {
            Some(name) => {
                self.reference(spec, holder, whole, (Form::EnvRef, &name, ReferenceScope::Directory));
            }
            None => self.give(spec, holder, whole),
        }
    }

    /// `NAME=value`; a bare `NAME` hands the caller's own variable on.
    fn assignment(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        match whole.scalar.text.split_once('=') {
            Some((name, value)) => {
                let span = Span::new(whole.scalar.text.len() - value.len(), whole.scalar.text.len());
                self.give(spec, holder, &Part { span, name: Some(name.trim().to_owned()), ..*whole });
            }
            None => {
                let name = whole.scalar.text.trim().to_owned();
                let part = Part { name: Some(name.clone()), ..*whole };
                self.reference(spec, holder, &part, (Form::EnvRef, &name, ReferenceScope::Directory));
            }
        }
    }

    /// The fields of the query by their own names, and what stands before them.
    fn url(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        for (name, span) in parts::of_url(&whole.scalar.text) {
            let name = name.map(str::to_owned).or_else(|| whole.name.clone());
            self.give(spec, holder, &Part { span, name, ..*whole });
        }
    }

    fn mount(&mut self, spec: &GrantSpec, holder: HolderId, whole: Part<'_>) {
        let source = parts::mount_source(&whole.scalar.text[whole.span.range()]);
        let span = Span::new(whole.span.start, whole.span.start + source.len());
        self.path(spec, holder, &Part { span, ..whole });
    }

    fn arguments(&mut self, spec: &GrantSpec, holder: HolderId, list: NodeId) {
        if let Some(scalar) = self.document.node(list).scalar() {
            return self.command(spec, holder, list, scalar);
        }
        let nodes: Vec<NodeId> = self.document.children(list).to_vec();
        let scalars: Vec<_> = nodes
            .iter()
            .filter_map(|node| self.document.node(*node).scalar().map(|scalar| (*node, scalar)))
            .collect();
        let texts: Vec<&str> = scalars.iter().map(|(_, scalar)| scalar.text.as_str()).collect();
        for argument in arguments::read(&texts) {
            let (node, scalar) = scalars[argument.index];
            self.argument(spec, holder, Part { scalar, span: argument.value, name: argument.name, node });
        }
    }

    fn command(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, scalar: &Scalar) {
        let words = arguments::words(&scalar.text);
        let texts: Vec<&str> = words.iter().map(|word| &scalar.text[word.range()]).collect();
        for argument in arguments::read(&texts) {
            let span = argument.value.shifted(words[argument.index].start);
            self.argument(spec, holder, Part { scalar, span, name: argument.name, node });
        }
    }

    /// A named argument; one that mounts a path gives what stands there.
    fn argument(&mut self, spec: &GrantSpec, holder: HolderId, part: Part<'_>) {
        if matches!(part.name.as_deref(), Some("v" | "volume")) {
            let spec = GrantSpec { slot: Slot::Mount, ..spec.clone() };
            return self.mount(&spec, holder, part);
        }
        self.give(spec, holder, &part);
    }

    /// A path that is mounted or copied: only what has a class is given.
    fn path(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let path = &part.scalar.text[part.span.range()];
        let classes: Vec<Arc<str>> = classes::of_path(path).into_iter().map(Arc::from).collect();
        if classes.is_empty() {
            return;
        }
        let location = self.part_spot(part);
        self.out.grants.push(Grant {
            holder,
            slot: spec.slot,
            name: None,
            form: spec.form.unwrap_or(Form::FileRef),
            credential: None,
            reference: Some(Reference {
                name: path.to_owned(),
                scope: self.scope(ReferenceScope::User, holder),
            }),
            principal: None,
            classes,
            location,
        });
    }

    fn secret_key(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, name: Option<String>) {
        let Some(secret) = self.document.get(node, "name") else { return };
        let Some(scalar) = self.document.node(secret).scalar() else { return };
        let key = self.document.text(node, "key").unwrap_or("*");
        let reference = format!("{}#{key}", scalar.text);
        let part = Part { scalar, span: Span::new(0, scalar.text.len()), name, node: secret };
        self.reference(
            spec,
            holder,
            &part,
            (spec.form.unwrap_or(Form::StoreRef), &reference, ReferenceScope::Directory),
        );
    }

    /// A value in base64: what is inside is examined under the value's name, and reported at the whole value.
    fn base64(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        use base64::Engine as _;
        let encoded: String =
            part.scalar.text.chars().filter(|character| !character.is_whitespace()).collect();
        let decoded = base64::engine::general_purpose::STANDARD.decode(encoded);
        let Some(text) = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
        let name = part.name.as_deref().unwrap_or_default();
        let inside = self.detector.examine_slot(name, text.trim_end());
        let whole = part.scalar.source(part.span);
        for mut candidate in inside.into_iter().filter(|candidate| candidate.dropped.is_none()).take(1) {
            candidate.span = whole;
            let index = self.put(candidate);
            self.literal(spec, holder, part, index);
        }
    }

    /// A value in a slot: what it refers to, and what of it is itself a credential.
    fn give(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        if let Some(form) = spec.form {
            // People write the key where the variable's name belongs.
            if self.holds_credential(part) {
                self.literals(spec, holder, part);
            } else if !text.is_empty() {
                self.reference(spec, holder, part, (form, text, ReferenceScope::Directory));
            }
            return;
        }
        for given in read(text, &self.platform.references) {
            match given {
                Given::Reference { form, name, scope } => {
                    self.reference(spec, holder, part, (form, name, scope));
                }
                Given::Literal(span) => {
                    let span = span.shifted(part.span.start);
                    self.literals(spec, holder, &Part { span, name: part.name.clone(), ..*part });
                }
            }
        }
    }

    fn holds_credential(&self, part: &Part<'_>) -> bool {
        let place = part.scalar.source(part.span);
        self.candidates.iter().any(|candidate| candidate.dropped.is_none() && candidate.span.overlaps(place))
    }

    fn literals(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let place = part.scalar.source(part.span);
        let known: Vec<usize> =
            (0..self.candidates.len()).filter(|index| self.candidates[*index].span.overlaps(place)).collect();
        let settled = |candidate: &Candidate| {
            !matches!(
                candidate.dropped,
                Some(
                    DropReason::NotRandom
                        | DropReason::NameSaysOtherwise
                        | DropReason::Overlapped
                        | DropReason::PartnerAbsent
                )
            )
        };
        if !known.iter().any(|index| settled(&self.candidates[*index])) {
            self.examine_slot(spec, holder, part);
            return;
        }
        for index in known {
            if self.candidates[index].dropped.is_none() {
                self.literal(spec, holder, part, index);
            }
        }
    }

    /// What the bytes alone did not tell, the slot's name may.
    fn examine_slot(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let Some(name) = part.name.as_deref() else { return };
        let text = &part.scalar.text[part.span.range()];
        for mut candidate in self.detector.examine_slot(name, text) {
            candidate.span = part.scalar.source(candidate.span.shifted(part.span.start));
            let kept = candidate.dropped.is_none();
            let index = self.put(candidate);
            if kept {
                self.literal(spec, holder, part, index);
            }
        }
    }

    fn put(&mut self, candidate: Candidate) -> usize {
        self.candidates.push(candidate);
        self.candidates.len() - 1
    }

    fn literal(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>, index: usize) {
        self.raise(spec.slot, holder, part, index);
        let location = self.spot(self.candidates[index].span, part.node);
        self.out.grants.push(Grant {
            holder,
            slot: spec.slot,
            name: part.name.clone(),
            form: Form::Literal,
            credential: Some(index),
            reference: None,
            principal: None,
            classes: Vec::new(),
            location,
        });
    }

    /// A generic value is surer in a known slot under a secret's name than anywhere in a text.
    fn raise(&mut self, slot: Slot, holder: HolderId, part: &Part<'_>, index: usize) {
        let kind = &self.detector.pack().kinds[self.candidates[index].kind];
        let Some(name) = part.name.as_deref().filter(|name| is_secret_name(name)) else { return };
        if kind.reader != Some(Reader::Generic) {
            return;
        }
        let upper = name.to_ascii_uppercase();
        let says_all = upper.ends_with("PASSWORD") || upper.ends_with("API_KEY");
        let in_server = slot == Slot::Env && *self.out.holders[holder.0].kind == *"mcp-server";
        let confidence = if says_all && in_server { Confidence::High } else { Confidence::Medium };
        let candidate = &mut self.candidates[index];
        candidate.confidence = candidate.confidence.max(confidence);
    }

    fn reference(
        &mut self,
        spec: &GrantSpec,
        holder: HolderId,
        part: &Part<'_>,
        (form, name, scope): (Form, &str, ReferenceScope),
    ) {
        let location = self.part_spot(part);
        self.out.grants.push(Grant {
            holder,
            slot: spec.slot,
            name: part.name.clone(),
            form,
            credential: None,
            reference: Some(Reference { name: name.to_owned(), scope: self.scope(scope, holder) }),
            principal: None,
            classes: Vec::new(),
            location,
        });
    }

    fn scope(&self, scope: ReferenceScope, holder: HolderId) -> Arc<str> {
        parts::namespace(scope, self.path.as_str(), &self.out.holders[holder.0].identity)
    }

    fn first_text(&self, paths: &[Path], from: NodeId) -> Option<String> {
        let found = paths.iter().flat_map(|path| path.select(self.document, from));
        found
            .filter_map(|node| self.document.node(node).text())
            .find(|text| !text.is_empty())
            .map(str::to_owned)
    }

    fn part_spot(&self, part: &Part<'_>) -> Spot {
        self.spot(part.scalar.source(part.span), part.node)
    }

    fn spot(&self, span: Span, node: NodeId) -> Spot {
        Spot { span, document_path: self.document.path_of(node).into() }
    }
}
