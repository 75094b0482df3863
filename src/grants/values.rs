//! Values of slots, taken apart as their platform writes them.

use std::sync::Arc;

use crate::document::{NodeId, Path, Scalar, Style};
use crate::model::{Form, Grant, HolderId, Reference, Slot};
use crate::rules::{BesideInput, GrantSpec, NamedBy, ReferenceScope, ValueReader, is_secret_name};
use crate::text::{Span, matches_any};

use super::collect::{Collector, Part};
use super::shadow::{self, Said};
use super::{arguments, classes, parts};

/// One word of a command: where it stands.
#[derive(Clone, Copy)]
struct Word<'d> {
    node: NodeId,
    scalar: &'d Scalar,
    span: Span,
}

impl Collector<'_, '_> {
    pub(super) fn item(&mut self, spec: &GrantSpec, holder: HolderId, item: NodeId) {
        let naming = spec.name.as_ref().and_then(|path| self.first_told(std::slice::from_ref(path), item));
        let named = naming.and_then(|node| self.document.node(node).text()).map(str::to_owned);
        let named = named.or_else(|| spec.called.clone());
        let values = match &spec.value {
            Some(path) => path.select(self.document, item),
            None => vec![item],
        };
        let before = self.out.grants.len();
        if values.is_empty() {
            self.unsaid(spec, holder, item);
        }
        for value in values.iter().copied() {
            let key = || match spec.named {
                NamedBy::Value => self.document.node(value).name().or_else(|| self.name_of(item)),
                NamedBy::Item => self.name_of(item),
                NamedBy::Own => self.document.node(value).name(),
            };
            let name = named.clone().or_else(|| key().filter(|_| spec.name.is_none()).map(str::to_owned));
            let first = self.out.grants.len();
            let is_said = self.document.node(value).text().is_none_or(|text| !text.trim().is_empty());
            let told = name.clone().filter(|_| is_said);
            match &spec.key {
                Some(key) => self.key_of_secret(spec, holder, (value, item, key), name),
                None => self.value(spec, holder, value, name),
            }
            self.said.extend(told.map(|name| Said {
                name,
                reach: shadow::reach(self.document, spec, item),
                grants: first..self.out.grants.len(),
            }));
        }
        self.place_principals(spec, item, before);
        if let Some(naming) = naming.filter(|_| spec.read == ValueReader::SecretKey && spec.slot == Slot::Env)
        {
            self.stand_at(naming, before);
        }
        let uses = spec.uses.as_ref().and_then(|path| self.first_text(std::slice::from_ref(path), item));
        if let Some(uses) = uses {
            let classes = self.classes_of_use(&uses, &values);
            for grant in &mut self.out.grants[before..] {
                grant.classes.extend(classes.iter().cloned());
            }
        }
    }

    /// A reference of several lines stands where its variable is named.
    fn stand_at(&mut self, naming: NodeId, first: usize) {
        let Some(scalar) = self.document.node(naming).scalar() else { return };
        let spot = self.spot(scalar.span, naming);
        for grant in &mut self.out.grants[first..] {
            grant.location = spot.clone();
        }
    }

    /// The classes of what an action takes: its own, and the providers that its other inputs tell.
    fn classes_of_use(&self, uses: &str, inputs: &[NodeId]) -> Vec<Arc<str>> {
        let says = |beside: &BesideInput| {
            inputs.iter().map(|input| self.document.node(*input)).any(|input| {
                input.name() == Some(beside.input.as_str())
                    && input.text().is_some_and(|text| matches_any(&beside.matches, text))
            })
        };
        let rows = self.detector.pack().tables.federation.iter().filter(|row| row.takes(uses));
        let told = rows.filter(|row| row.beside.as_ref().is_some_and(says));
        let told = told.map(|row| format!("beside:{}", row.provider).into());
        classes::of_action(uses).map(Arc::from).into_iter().chain(told).collect()
    }

    /// The name of a node; an item of a list goes by the list's.
    fn name_of(&self, node: NodeId) -> Option<&str> {
        let parent = || self.document.parent(node).and_then(|list| self.document.node(list).name());
        self.document.node(node).name().or_else(parent)
    }

    fn value(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, name: Option<String>) {
        if spec.read == ValueReader::SecretKey {
            return self.secret_key(spec, holder, node, name);
        }
        match spec.read {
            ValueReader::Arguments => return self.arguments(spec, holder, node),
            ValueReader::Copied => return self.copied(spec, holder, node),
            _ => {}
        }
        let Some(scalar) = self.document.node(node).scalar() else { return };
        let whole = Part { scalar, span: Span::new(0, scalar.text.len()), name, node };
        match spec.read {
            ValueReader::Plain if self.own.scripts.contains(&node) => {}
            ValueReader::Plain => self.give(spec, holder, &whole),
            ValueReader::Quoted if matches!(scalar.style, Style::Single | Style::Double) => {
                self.give(spec, holder, &whole);
            }
            ValueReader::Quoted => {}
            ValueReader::Assignment if self.document.node(node).key.is_some() => {
                self.entry(spec, holder, &whole);
            }
            ValueReader::Assignment => self.assignment(spec, holder, &whole),
            ValueReader::Command => self.command(spec, holder, node, scalar),
            ValueReader::Script => self.script(spec, holder, &whole),
            ValueReader::Mount => self.mount(spec, holder, whole),
            ValueReader::Pairs => self.pairs(spec, holder, &whole),
            ValueReader::Path => self.path(spec, holder, &whole),
            ValueReader::Base64 => self.base64(spec, holder, &whole),
            ValueReader::Url => self.url(spec, holder, &whole),
            ValueReader::Fields => self.fields(spec, holder, &whole),
            ValueReader::Assignments => self.assignments(spec, holder, &whole),
            ValueReader::Arguments | ValueReader::Copied | ValueReader::SecretKey => {}
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

    /// `NAME=value`; a bare `NAME` hands the caller's own variable on. Where the list itself is named like a secret (`api-key`), what
    /// stands before the sign only tells whose it is.
    fn assignment(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        match whole.scalar.text.split_once('=') {
            Some((name, value)) => {
                let span = Span::new(whole.scalar.text.len() - value.len(), whole.scalar.text.len());
                let list = whole.name.as_deref().filter(|list| is_secret_name(list));
                let name = list.unwrap_or(name).trim().to_owned();
                self.give(spec, holder, &Part { span, name: Some(name), ..*whole });
            }
            None => {
                let name = whole.scalar.text.trim().to_owned();
                let part = Part { name: Some(name.clone()), ..*whole };
                self.reference(spec, holder, &part, (Form::EnvRef, &name, spec.scope));
            }
        }
    }

    /// One assignment in each line.
    fn assignments(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        let mut at = whole.span.start;
        for line in whole.scalar.text[whole.span.range()].split_inclusive('\n') {
            let told = line.trim();
            let value = told.split_once('=').map(|(name, value)| (name.trim(), value.trim_start()));
            let end = at + line.trim_end().len();
            at += line.len();
            if let Some((name, value)) = value.filter(|(name, _)| !name.starts_with('#')) {
                let span = Span::new(end - value.len(), end);
                self.give(spec, holder, &Part { span, name: Some(name.to_owned()), ..*whole });
            }
        }
    }

    /// The sources of a copy: all paths but the last. What is written in the recipe itself, fetched or named by a variable is no file.
    fn copied(&mut self, spec: &GrantSpec, holder: HolderId, list: NodeId) {
        let Some((target, sources)) = self.document.children(list).split_last() else { return };
        let target = self.document.node(*target).text().unwrap_or_default();
        for node in sources.iter().copied() {
            let Some(scalar) = self.document.node(node).scalar() else { continue };
            let path = scalar.text.as_str();
            if path.starts_with("<<") || path.contains("://") || path.contains('$') {
                continue;
            }
            let part = Part { scalar, span: Span::new(0, path.len()), name: None, node };
            let reference =
                Reference { name: path.to_owned(), scope: self.scope(ReferenceScope::Holder, holder) };
            let classes = classes::of_copied(path, target).map(Arc::from).into_iter().collect();
            let grant = self.grant(spec, (holder, None), Form::FileRef, self.part_spot(&part));
            self.out.grants.push(Grant { reference: Some(reference), classes, ..grant });
        }
    }

    fn pairs(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        let text = &whole.scalar.text;
        let words = arguments::words(text);
        for pair in words.get(1..).unwrap_or_default().chunks_exact(2) {
            let name = Some(text[pair[0].range()].to_owned());
            self.give(spec, holder, &Part { span: pair[1], name, ..*whole });
        }
    }

    /// The fields of the query by their own names, and what stands before them.
    fn url(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        for (name, span) in parts::of_url(&whole.scalar.text[whole.span.range()]) {
            let name = name.map(str::to_owned).or_else(|| whole.name.clone());
            self.give(spec, holder, &Part { span: span.shifted(whole.span.start), name, ..*whole });
        }
    }

    fn fields(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        for (name, span) in parts::of_fields(&whole.scalar.text[whole.span.range()]) {
            let span = span.shifted(whole.span.start);
            self.give(spec, holder, &Part { span, name: Some(name.to_owned()), ..*whole });
        }
    }

    fn mount(&mut self, spec: &GrantSpec, holder: HolderId, whole: Part<'_>) {
        let source = parts::mount_source(&whole.scalar.text[whole.span.range()]);
        let span = source.shifted(whole.span.start);
        self.path(spec, holder, &Part { span, ..whole });
    }

    fn arguments(&mut self, spec: &GrantSpec, holder: HolderId, list: NodeId) {
        let document = self.document;
        if let Some(scalar) = document.node(list).scalar() {
            return self.command(spec, holder, list, scalar);
        }
        let items = document.children(list).iter();
        let words: Vec<Word<'_>> = items
            .filter_map(|node| document.node(*node).scalar().map(|scalar| (*node, scalar)))
            .map(|(node, scalar)| Word { node, scalar, span: Span::new(0, scalar.text.len()) })
            .collect();
        self.words(spec, holder, list, &words);
    }

    fn command(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, scalar: &Scalar) {
        let spans = arguments::words(&scalar.text);
        let words: Vec<Word<'_>> = spans.into_iter().map(|span| Word { node, scalar, span }).collect();
        self.words(spec, holder, node, &words);
    }

    /// What the words of a command give. `list` is the node that all of them stand in.
    fn words(&mut self, spec: &GrantSpec, holder: HolderId, list: NodeId, words: &[Word<'_>]) {
        let texts: Vec<&str> = words.iter().map(|word| &word.scalar.text[word.span.range()]).collect();
        for argument in arguments::read(&texts) {
            let Word { node, scalar, span } = words[argument.index];
            let span = argument.value.shifted(span.start);
            let part = Part { scalar, span, name: argument.name, node };
            match argument.passes_on {
                true => self.passed_on(spec, holder, list, &part),
                false => self.argument(spec, holder, part),
            }
        }
    }

    /// A named argument; one that mounts a path gives what stands there, one that names an env file all of it.
    fn argument(&mut self, spec: &GrantSpec, holder: HolderId, part: Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        match part.name.as_deref() {
            Some("v" | "volume" | "mount") => {
                let spec = GrantSpec { slot: Slot::Mount, ..spec.clone() };
                self.mount(&spec, holder, part);
            }
            Some("env-file") => {
                let spec = GrantSpec { slot: Slot::EnvFile, form: Some(Form::FileRef), ..spec.clone() };
                self.give(&spec, holder, &part);
            }
            _ if text.contains("://") && text.contains('?') => self.url(spec, holder, &part),
            _ => self.give(spec, holder, &part),
        }
    }

    /// A bare name behind `-e`: what the holder's own map of variables sets is given there, anything else by the caller.
    fn passed_on(&mut self, spec: &GrantSpec, holder: HolderId, list: NodeId, part: &Part<'_>) {
        let name = &part.scalar.text[part.span.range()];
        let document = self.document;
        let sets = |variables: &str| {
            let map = document.parent(list).and_then(|owner| document.get(owner, variables));
            map.is_some_and(|map| document.get(map, name).is_some())
        };
        if sets("env") || sets("environment") {
            return;
        }
        let part = Part { name: Some(name.to_owned()), ..*part };
        self.reference(spec, holder, &part, (Form::EnvRef, name, ReferenceScope::Directory));
    }

    /// A path that is mounted or copied: only what has a class is given.
    pub(super) fn path(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let path = &part.scalar.text[part.span.range()];
        let classes: Vec<Arc<str>> = classes::of_path(path).into_iter().map(Arc::from).collect();
        if classes.is_empty() {
            return;
        }
        let reference = Reference { name: path.to_owned(), scope: self.scope(ReferenceScope::User, holder) };
        let form = spec.form.unwrap_or(Form::FileRef);
        let grant = self.grant(spec, (holder, None), form, self.part_spot(part));
        self.out.grants.push(Grant { reference: Some(reference), classes, ..grant });
    }

    /// `name` and `key` of one map.
    fn secret_key(&mut self, spec: &GrantSpec, holder: HolderId, node: NodeId, name: Option<String>) {
        let Some(secret) = self.document.get(node, "name") else { return };
        self.stored(spec, holder, (secret, self.document.text(node, "key")), name);
    }

    /// The same, where the holder's name and the key's stand apart.
    fn key_of_secret(
        &mut self,
        spec: &GrantSpec,
        holder: HolderId,
        (value, item, key): (NodeId, NodeId, &Path),
        name: Option<String>,
    ) {
        if self.document.node(value).scalar().is_none() {
            return self.secret_key(spec, holder, value, name);
        }
        let key = self.first_text(std::slice::from_ref(key), item);
        self.stored(spec, holder, (value, key.as_deref()), name);
    }

    /// A key of something that is stored under the name at `node`; all of its keys where none is said.
    fn stored(
        &mut self,
        spec: &GrantSpec,
        holder: HolderId,
        (node, key): (NodeId, Option<&str>),
        name: Option<String>,
    ) {
        let Some(scalar) = self.document.node(node).scalar() else { return };
        let reference = format!("{}#{}", scalar.text, key.unwrap_or("*"));
        let part = Part { scalar, span: Span::new(0, scalar.text.len()), name, node };
        let form = spec.form.unwrap_or(Form::StoreRef);
        self.reference(spec, holder, &part, (form, &reference, ReferenceScope::Directory));
    }

    /// A value in base64, or in base64 twice: what is inside is examined under the value's name, and reported at the whole value.
    pub(super) fn base64(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let Some(text) = decoded(&part.scalar.text) else { return };
        let text = decoded(&text).filter(|inner| is_plain_text(inner)).unwrap_or(text);
        let name = part.name.as_deref().unwrap_or_default();
        let inside = self.detector.examine_slot(name, text.trim_end());
        let whole = part.scalar.source(part.span);
        for mut candidate in inside.into_iter().filter(|candidate| candidate.dropped.is_none()).take(1) {
            candidate.span = whole;
            let index = self.put(candidate);
            self.literal(spec, holder, part, index);
        }
    }
}

/// What base64 says, if it is text.
fn decoded(encoded: &str) -> Option<String> {
    use base64::Engine as _;
    let encoded: String = encoded.chars().filter(|character| !character.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    String::from_utf8(bytes).ok()
}

/// Whether a text is none by chance: a value of letters and digits may be base64 of a few bytes that look like one.
fn is_plain_text(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
}
