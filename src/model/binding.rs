//! What principals may do, and by which bindings.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::matches_any;

use super::{Examined, Grant, GrantAt, Id, Location, Principal, PrincipalKind};

/// A principal as a document names it, with the namespace that the name lives in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// What sort of name.
    pub kind: PrincipalKind,
    /// The name: `triage`, a role's ARN. Never secret.
    pub name: String,
    /// Which namespace it lives in; `None` where nothing says so, or for names that are whole by themselves.
    pub scope: Option<Arc<str>>,
}

/// A role as a binding names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleName {
    /// What sort, in the platform's own words: `ClusterRole`.
    pub kind: String,
    /// Its name there.
    pub name: String,
    /// Which namespace it lives in; `None` for what holds everywhere, and where nothing says so.
    pub scope: Option<Arc<str>>,
}

/// Principals are bound to a privilege.
#[derive(Clone, Debug)]
pub struct Binding<L = Location> {
    /// What sort, as the platform file names it: `kubernetes-role-binding`.
    pub kind: Id,
    /// The same as people call it: "ClusterRoleBinding".
    pub title: Arc<str>,
    /// Its own name.
    pub name: String,
    /// The platform that it was found by.
    pub platform: Id,
    /// Who is bound.
    pub parties: Vec<Party>,
    /// To which role.
    pub role: RoleName,
    /// What it allows by itself, where it carries the privilege instead of naming it.
    pub permits: Vec<Permit<L>>,
    /// Where it names the role.
    pub location: L,
}

/// A named set of privileges.
#[derive(Clone, Debug)]
pub struct Role<L = Location> {
    /// What bindings call it.
    pub id: RoleName,
    /// The platform that it was found by.
    pub platform: Id,
    /// Its labels, by which other roles take it in.
    pub labels: Vec<Label>,
    /// Sets of labels: it takes in the roles that have all of one set.
    pub takes: Vec<Vec<Label>>,
    /// Names of roles of its sort that it takes in.
    pub includes: Vec<String>,
    /// What it allows by itself.
    pub permits: Vec<Permit<L>>,
    /// Where it is declared.
    pub location: L,
}

/// A label: name and value.
pub type Label = (String, String);

/// One thing that is allowed.
#[derive(Clone, Debug)]
pub struct Permit<L = Location> {
    /// What it amounts to: `wildcard`, `credentials`; code recognises it once for every platform.
    pub class: Arc<str>,
    /// Where it is written.
    pub location: L,
}

/// A binding of the run: which artifact's, and which of its.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingAt {
    /// Index of the artifact.
    pub examined: usize,
    /// Index of the binding in it.
    pub binding: usize,
}

impl BindingAt {
    /// The binding.
    pub fn of<'e>(&self, evidence: &'e [Examined]) -> &'e Binding {
        &evidence[self.examined].bindings[self.binding]
    }
}

/// What a binding gives, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// What it amounts to.
    pub class: Arc<str>,
    /// Where it is written; `None` for a role that a platform brings along.
    pub location: Option<Location>,
}

/// Which bindings give what to whom, over all files.
#[derive(Clone, Debug, Default)]
pub struct Bonds {
    powers: BTreeMap<BindingAt, Vec<Power>>,
    holders: BTreeMap<BindingAt, Vec<GrantAt>>,
    bindings: BTreeMap<GrantAt, Vec<BindingAt>>,
    assumed: BTreeMap<GrantAt, Vec<GrantAt>>,
}

impl Bonds {
    /// Says what a binding gives.
    pub fn give(&mut self, binding: BindingAt, powers: Vec<Power>) {
        self.powers.insert(binding, powers);
    }

    /// Says that the identity that a grant gives is one of a binding's parties.
    pub fn tie(&mut self, binding: BindingAt, grant: GrantAt) {
        self.holders.entry(binding).or_default().push(grant);
        self.bindings.entry(grant).or_default().push(binding);
    }

    /// Says that who has the identity of `grant` also has that of `other`: the role of its service account.
    pub fn assume(&mut self, grant: GrantAt, other: GrantAt) {
        self.assumed.entry(grant).or_default().push(other);
    }

    /// The identities that come with the one that a grant gives.
    pub fn assumed(&self, grant: GrantAt) -> &[GrantAt] {
        self.assumed.get(&grant).map_or(&[], Vec::as_slice)
    }

    /// What a binding gives.
    pub fn powers(&self, binding: BindingAt) -> &[Power] {
        self.powers.get(&binding).map_or(&[], Vec::as_slice)
    }

    /// The identities that holders have by which they are bound.
    pub fn holders(&self, binding: BindingAt) -> &[GrantAt] {
        self.holders.get(&binding).map_or(&[], Vec::as_slice)
    }

    /// The bindings of the identity that a grant gives, and of those that come with it.
    pub fn bindings(&self, grant: GrantAt) -> impl Iterator<Item = BindingAt> {
        let all = std::iter::once(grant).chain(self.assumed(grant).iter().copied());
        all.filter_map(|grant| self.bindings.get(&grant)).flatten().copied()
    }

    /// Whether a binding gives one of `classes`.
    pub fn gives(&self, binding: BindingAt, classes: &[String]) -> bool {
        self.powers(binding).iter().any(|power| classes.iter().any(|class| **class == *power.class))
    }
}

impl Party {
    /// The identity that a grant gives, if it gives one.
    pub fn of_grant(grant: &Grant) -> Option<Self> {
        let principal = grant.principal.as_ref()?;
        let (scope, name) = match (principal.kind, principal.name.split_once('/')) {
            (PrincipalKind::ServiceAccount, Some((scope, name))) if !name.contains('/') => {
                (Some(scope), name)
            }
            _ => (None, principal.name.as_str()),
        };
        Some(Self { kind: principal.kind, name: name.to_owned(), scope: scope.map(Arc::from) })
    }

    /// The same as one name: `agents/triage`.
    pub fn principal(&self) -> Principal {
        match &self.scope {
            Some(scope) => Principal::new(self.kind, &format!("{scope}/{}", self.name)),
            None => Principal::new(self.kind, &self.name),
        }
    }
}

impl RoleName {
    /// Whether it is of one of these, each written `Kind/name` with globs.
    pub fn is_one_of(&self, globs: &[String]) -> bool {
        matches_any(globs, &format!("{}/{}", self.kind, self.name))
    }
}

impl<L> Permit<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Permit<M> {
        Permit { class: self.class, location: locate(self.location) }
    }
}

impl<L> Binding<L> {
    /// The same with its places made by `locate`.
    pub fn located<M>(self, locate: impl Fn(L) -> M) -> Binding<M> {
        let Self { kind, title, name, platform, parties, role, permits, location } = self;
        let permits = permits.into_iter().map(|permit| permit.located(&locate)).collect();
        Binding { kind, title, name, platform, parties, role, permits, location: locate(location) }
    }
}

impl<L> Role<L> {
    /// The same with its places made by `locate`.
    pub fn located<M>(self, locate: impl Fn(L) -> M) -> Role<M> {
        let Self { id, platform, labels, takes, includes, permits, location } = self;
        let permits = permits.into_iter().map(|permit| permit.located(&locate)).collect();
        Role { id, platform, labels, takes, includes, permits, location: locate(location) }
    }
}
