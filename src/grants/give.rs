//! A part of a value to grants: what it refers to, and what of it is itself a credential.

use std::sync::Arc;

use crate::detect::{Candidate, DropReason, is_weak};
use crate::model::{Confidence, Form, Grant, HolderId, Principal, Reference, Slot, Spot};
use crate::rules::{Defines, GrantSpec, Reader, ReferenceScope, is_secret_name};

use super::collect::{Collector, Part};
use super::form::{Given, read};
use super::parts;

impl Collector<'_, '_> {
    /// A value in a slot: what it refers to, and what of it is itself a credential.
    pub(super) fn give(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        if let Some(form) = spec.form {
            // People write the key where the variable's name belongs.
            if self.holds_credential(part) {
                self.literals(spec, holder, part);
            } else if !text.is_empty() {
                self.reference(spec, holder, part, (form, text, spec.scope));
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

    pub(super) fn holds_credential(&self, part: &Part<'_>) -> bool {
        let known = self.nearby.at(part.scalar.source(part.span));
        known.iter().any(|index| self.candidates[*index].dropped.is_none())
    }

    pub(super) fn literals(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let known = self.nearby.at(part.scalar.source(part.span));
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

    /// Adds a candidate; one that stands there already, as where aliases repeat a value, is not added again.
    pub(super) fn put(&mut self, candidate: Candidate) -> usize {
        let is_same = |known: &Candidate| {
            (known.span, known.kind, known.dropped) == (candidate.span, candidate.kind, candidate.dropped)
        };
        let known =
            self.nearby.at(candidate.span).into_iter().find(|index| is_same(&self.candidates[*index]));
        if let Some(known) = known {
            return known;
        }
        let index = self.candidates.len();
        self.nearby.add(index, candidate.span);
        self.candidates.push(candidate);
        index
    }

    pub(super) fn literal(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>, index: usize) {
        self.raise(spec.slot, holder, part, index);
        let location = self.spot(self.candidates[index].span, part.node);
        let grant = self.grant(spec, (holder, part.name.as_deref()), Form::Literal, location);
        self.out.grants.push(Grant { credential: Some(index), ..grant });
    }

    /// A grant of which the rest is still to be said.
    pub(super) fn grant(
        &self,
        spec: &GrantSpec,
        (holder, name): (HolderId, Option<&str>),
        form: Form,
        location: Spot,
    ) -> Grant<Spot> {
        Grant {
            holder,
            slot: spec.slot,
            name: name.map(str::to_owned),
            form,
            credential: None,
            reference: None,
            defines: self.definition(spec, holder, name),
            principal: None,
            classes: Vec::new(),
            location,
        }
    }

    /// Under which name others may refer to what is given.
    fn definition(&self, spec: &GrantSpec, holder: HolderId, name: Option<&str>) -> Option<Reference> {
        let name = name?;
        let name = match spec.defines? {
            Defines::Variable => name.to_owned(),
            Defines::SecretKey => format!("{}#{name}", self.out.holders[holder.0].name),
        };
        Some(Reference { name, scope: self.scope(ReferenceScope::Directory, holder) })
    }

    /// A generic value is surer in a known slot under a secret's name than anywhere in a text.
    fn raise(&mut self, slot: Slot, holder: HolderId, part: &Part<'_>, index: usize) {
        let kind = &self.detector.pack().kinds[self.candidates[index].kind];
        let Some(name) = part.name.as_deref().filter(|name| is_secret_name(name)) else { return };
        if kind.reader != Some(Reader::Generic) {
            return;
        }
        let says_all = ["PASSWORD", "API_KEY"].iter().any(|end| name.to_ascii_uppercase().ends_with(end));
        let in_server = slot == Slot::Env && *self.out.holders[holder.0].kind == *"mcp-server";
        let confidence = match (in_server, is_weak(part.scalar.text[part.span.range()].as_bytes())) {
            (true, false) if says_all => Confidence::High,
            (false, true) => Confidence::Low,
            _ => Confidence::Medium,
        };
        let candidate = &mut self.candidates[index];
        candidate.confidence = candidate.confidence.max(confidence);
    }

    pub(super) fn reference(
        &mut self,
        spec: &GrantSpec,
        holder: HolderId,
        part: &Part<'_>,
        (form, name, scope): (Form, &str, ReferenceScope),
    ) {
        let reference = Reference { name: name.to_owned(), scope: self.scope(scope, holder) };
        let grant = self.grant(spec, (holder, part.name.as_deref()), form, self.part_spot(part));
        let principal = spec.principal.map(|kind| Principal::new(kind, name));
        self.out.grants.push(Grant { reference: Some(reference), principal, ..grant });
    }

    pub(super) fn scope(&self, scope: ReferenceScope, holder: HolderId) -> Arc<str> {
        parts::namespace(scope, self.site.path.as_str(), &self.out.holders[holder.0].identity)
    }
}
