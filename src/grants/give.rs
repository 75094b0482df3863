//! A part of a value to grants: what it refers to, and what of it is itself a credential.

use std::sync::Arc;

use crate::detect::{Candidate, DropReason, is_weak};
use crate::model::{Confidence, Form, Grant, HolderId, Principal, Reference, Slot, Spot};
use crate::rules::{Defines, GrantSpec, Naming, Promise, Reader, ReferenceScope, is_secret_name, promise};
use crate::text::{Span, words};

use super::collect::{Collector, Part};
use super::form::{Given, read};
use super::{parts, principals};

/// How everybody knows a value that is no secret and still opens something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It is among the first that anybody tries.
    Common,
    /// It stands for a value that somebody was to put there.
    Filler,
}

/// Whether a value that was dropped for `reason` still opens something.
fn everybody_knows(reason: DropReason) -> Option<Known> {
    match reason {
        DropReason::DefaultValue => Some(Known::Common),
        DropReason::Placeholder => Some(Known::Filler),
        _ => None,
    }
}

/// Whether a candidate says something of what stands at `place`. A reference does not speak of the default inside of it.
fn speaks_of(candidate: &Candidate, place: Span) -> bool {
    let is_around = candidate.span.start < place.start && candidate.span.end > place.end;
    candidate.span.overlaps(place) && !(is_around && candidate.dropped == Some(DropReason::Reference))
}

/// Whether a name is that of a secret which a program chooses for itself: a password, what it signs or encrypts with.
fn is_own_secret(name: &str) -> bool {
    let words: Vec<_> = words(name).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match promise(name) {
        Some(Promise::Password) => true,
        Some(Promise::Key) => match words[..] {
            [.., "client", "secret"] => false,
            [.., "secret"] | [.., "secret", "key"] => true,
            [
                ..,
                "encryption" | "master" | "salt" | "signing" | "jwt" | "app" | "session" | "cookie" | "token",
                "key",
            ] => true,
            // What a server takes from its own clients: nobody else issues it.
            [.., "gateway" | "admin" | "superuser" | "a2a" | "mcp" | "bridge", "token"] => true,
            [
                ..,
                "gateway" | "admin" | "superuser" | "a2a" | "mcp" | "bridge",
                "api" | "auth",
                "key" | "token",
            ] => true,
            _ => false,
        },
        None => false,
    }
}

/// Whether a name is that of a user or a database.
fn speaks_of_user(name: &str) -> bool {
    words(name).any(|word| matches!(word.as_ref(), "user" | "username" | "db" | "database" | "dbname"))
        && promise(name).is_none()
}

/// Whether it is what stands where there is no value.
fn says_nothing(text: &str) -> bool {
    let words =
        ["", "~", "null", "nil", "none", "undefined", "required", "empty", "not-needed", "notset", "no-key"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

/// Whether `text` is `value`, or a reference that falls back to it.
fn is_or_defaults_to(text: &str, value: &str) -> bool {
    let default = || text.strip_suffix('}')?.strip_suffix(value);
    text == value || default().is_some_and(|before| before.ends_with(":-"))
}

impl Collector<'_, '_> {
    /// A value in a slot: what it refers to, and what of it is itself a credential.
    pub(super) fn give(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        self.opened(spec, holder, part);
        // A stored secret is named by itself, or as the platform refers to it.
        let is_referred_to = |form: &Form| *form == Form::CiSecretRef && self.refers(text);
        if let Some(form) = spec.form.filter(|form| !is_referred_to(form)) {
            // People write the key where the variable's name belongs.
            if self.holds_credential(part) {
                self.literals(spec, holder, part);
            } else if !(text.is_empty() || spec.principal.is_some() && self.names_nobody(text)) {
                self.reference(spec, holder, part, (form, text, spec.scope));
            }
            return;
        }
        for span in parts::of_cookies(part.name.as_deref(), text) {
            self.read(
                spec,
                holder,
                &Part { span: span.shifted(part.span.start), name: part.name.clone(), ..*part },
            );
        }
    }

    /// What a text refers to, and what of it is a literal.
    fn read(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        for given in read(text, &self.platform.references) {
            match given {
                Given::Reference { form, name, scope } => {
                    // What the file sets itself is not what the system stores under that name.
                    let is_set = form == Form::CiSecretRef && self.own.names.contains(name);
                    let form = if is_set { Form::EnvRef } else { form };
                    self.reference(spec, holder, part, (form, name, scope));
                }
                Given::More(more) => self.leave_out(holder, more),
                Given::Literal(span) => {
                    let span = span.shifted(part.span.start);
                    self.literals(spec, holder, &Part { span, name: part.name.clone(), ..*part });
                }
            }
        }
    }

    /// What a value gives by what it names: a path of somebody's logins, a principal.
    fn opened(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let text = &part.scalar.text[part.span.range()];
        let is_bare = spec.slot == Slot::Argument && part.name.is_none();
        // What a variable says of a container's own root is no person's.
        if is_bare || spec.slot == Slot::Env && !text.starts_with("/root") {
            self.path(spec, holder, part);
        }
        let name = part.name.as_deref();
        if let Some(principal) =
            principals::of(name.unwrap_or_default(), text).filter(|_| spec.form.is_none())
        {
            let grant = self.grant(spec, (holder, name), Form::Literal, self.part_spot(part));
            self.out.grants.push(Grant { principal: Some(principal), defines: None, ..grant });
        }
    }

    /// Whether an id stands for itself nowhere else: an expression, or the number of a row in somebody's database.
    fn names_nobody(&self, id: &str) -> bool {
        let is_row = id.len() < 4 && id.bytes().all(|byte| byte.is_ascii_digit());
        if self.platform.names == Naming::Addresses && id.contains("${") {
            return self.address(id).is_none();
        }
        is_row || self.refers(id)
    }

    fn refers(&self, text: &str) -> bool {
        read(text, &self.platform.references).iter().any(|given| matches!(given, Given::Reference { .. }))
    }

    pub(super) fn holds_credential(&self, part: &Part<'_>) -> bool {
        let known = self.nearby.at(part.scalar.source(part.span));
        known.iter().any(|index| self.candidates[*index].dropped.is_none())
    }

    pub(super) fn literals(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>) {
        let place = part.scalar.source(part.span);
        let known: Vec<usize> = self
            .nearby
            .at(place)
            .into_iter()
            .filter(|index| speaks_of(&self.candidates[*index], place))
            .collect();
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
        let drops = || known.iter().map(|index| self.candidates[*index].dropped);
        if let Some(Some(how)) = drops().map(|reason| reason.and_then(everybody_knows)).reduce(Option::and) {
            self.known_to_everybody(spec, holder, part, how);
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
        if promise(name) == Some(Promise::Password) && self.is_like_its_user(part) {
            return self.known_to_everybody(spec, holder, part, Known::Common);
        }
        let mut known = None;
        for mut candidate in self.detector.examine_slot(name, text) {
            candidate.span = part.scalar.source(candidate.span.shifted(part.span.start));
            let kept = candidate.dropped.is_none();
            known = known.or(candidate.dropped.and_then(everybody_knows));
            let index = self.put(candidate);
            if kept {
                self.literal(spec, holder, part, index);
            }
        }
        if let Some(how) = known {
            self.known_to_everybody(spec, holder, part, how);
        }
    }

    /// Whether a password is the name of the user or the database that stands beside it: the first that anybody tries.
    fn is_like_its_user(&self, part: &Part<'_>) -> bool {
        let password = &part.scalar.text[part.span.range()];
        let document = self.document;
        let beside = document.parent(part.node).into_iter().flat_map(|list| document.children(list));
        // `{name: X, value: Y}`: the list is one further up.
        let items = document.parent(part.node).and_then(|item| document.parent(item));
        let items = items.into_iter().flat_map(|list| document.children(list));
        let says = |name: &str, value: &str| speaks_of_user(name) && is_or_defaults_to(value, password);
        !says_nothing(password)
            && is_weak(password.as_bytes())
            && (beside.into_iter().map(|node| document.node(*node)).any(|node| {
                let text = node.text().unwrap_or_default();
                let (name, value) = text.split_once('=').unwrap_or((node.name().unwrap_or_default(), text));
                says(name, value)
            }) || items.into_iter().any(|item| {
                let text = |key: &str| {
                    let children = document.children(*item).iter().map(|node| document.node(*node));
                    children.filter(|node| node.name() == Some(key)).find_map(|node| node.text())
                };
                says(text("name").unwrap_or_default(), text("value").unwrap_or_default())
            }))
    }

    /// A default opens what it is for as well as any other value: a password, or the secret that a program signs or encrypts with.
    /// What others issue has no default: a placeholder there opens nothing.
    fn known_to_everybody(&mut self, spec: &GrantSpec, holder: HolderId, part: &Part<'_>, how: Known) {
        let Some(name) = part.name.as_deref().filter(|name| is_own_secret(name)) else { return };
        if says_nothing(&part.scalar.text[part.span.range()]) {
            return;
        }
        let reference =
            Reference { name: name.to_owned(), scope: self.scope(ReferenceScope::Directory, holder) };
        let grant = self.grant(spec, (holder, Some(name)), Form::Default, self.part_spot(part));
        let classes = match how {
            Known::Common => vec!["common-password".into()],
            Known::Filler => Vec::new(),
        };
        self.out.grants.push(Grant { reference: Some(reference), defines: None, classes, ..grant });
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
            Defines::Principal => format!("principal:{}", self.out.holders[holder.0].name),
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
        let holder = &*self.out.holders[holder.0].kind;
        let is_sure = match holder {
            "mcp-server" => slot == Slot::Env && says_all,
            // Nothing but a login stands there.
            "kubeconfig" => true,
            _ => false,
        };
        let confidence = match (is_sure, is_weak(part.scalar.text[part.span.range()].as_bytes())) {
            (true, false) => Confidence::High,
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
        if !self.has_room(holder) {
            return;
        }
        let reference = Reference { name: name.to_owned(), scope: self.scope(scope, holder) };
        let grant = self.grant(spec, (holder, part.name.as_deref()), form, self.part_spot(part));
        let principal = spec.principal.map(|kind| Principal::new(kind, &self.meant(name)));
        self.out.grants.push(Grant { reference: Some(reference), principal, ..grant });
    }

    pub(super) fn scope(&self, scope: ReferenceScope, holder: HolderId) -> Arc<str> {
        parts::namespace(scope, self.site.path.as_str(), &self.out.holders[holder.0].identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_chooses_for_itself_is_told_from_what_others_issue() {
        for name in ["POSTGRES_PASSWORD", "JWT_SECRET", "N8N_ENCRYPTION_KEY", "master_key", "APP_KEY"] {
            assert!(is_own_secret(name), "{name}");
        }
        for name in ["OPENAI_API_KEY", "GITHUB_TOKEN", "OAUTH_CLIENT_SECRET", "PASSWORD_FILE", "LOG_LEVEL"] {
            assert!(!is_own_secret(name), "{name}");
        }
    }

    #[test]
    fn a_user_is_told_from_what_opens_its_account() {
        assert!(speaks_of_user("POSTGRES_USER") && speaks_of_user("DB_NAME"));
        assert!(!speaks_of_user("DB_PASSWORD") && !speaks_of_user("LOG_LEVEL"));
        assert!(is_or_defaults_to("acme", "acme") && is_or_defaults_to("${DB_USER:-acme}", "acme"));
        assert!(!is_or_defaults_to("acme-db", "acme") && !is_or_defaults_to("${acme}", "acme"));
    }
}
