//! Bindings and roles that a document declares.

use std::sync::Arc;

use crate::document::NodeId;
use crate::model::{
    Binding, Form, Grant, HolderId, Label, Party, Permit, Principal, PrincipalKind, Reference, Role,
    RoleName, Spot,
};
use crate::rules::{BindingSpec, GrantSpec, Naming, PartySpec, PermitReader, PermitSpec, RoleSpec, Words};

use super::collect::Collector;
use super::{address, permits};

impl<'c, 'r: 'c> Collector<'c, 'r> {
    pub(super) fn bindings(&mut self, root: NodeId) {
        let platform = self.platform;
        for spec in &platform.bindings {
            for node in self.all(&spec.select, root) {
                self.binding(spec, node);
            }
        }
        for spec in &platform.roles {
            for node in self.all(&spec.select, root) {
                self.role(spec, node);
            }
        }
    }

    fn binding(&mut self, spec: &BindingSpec, node: NodeId) {
        let parties: Vec<Party> = spec.parties.iter().flat_map(|party| self.parties(party, node)).collect();
        if parties.is_empty() {
            return;
        }
        let name = self.own_name(spec.name.as_ref(), node);
        let permits = spec.permits.as_ref().map(|permits| self.permits(permits, node)).unwrap_or_default();
        let mut places = self.all(&spec.role, node);
        places.extend(spec.permits.iter().flat_map(|permits| self.policies_elsewhere(permits, node)));
        // What names no role carries the privilege itself.
        if places.is_empty() && (spec.permits.is_none() || !permits.is_empty()) {
            places.push(node);
        }
        for at in places {
            let role = RoleName {
                kind: self.said_by(&spec.role_kind, node).unwrap_or_default(),
                name: self.meant(self.document.node(at).text().unwrap_or_default()),
                scope: self.scope_of(spec.role_scope.as_ref(), node),
            };
            self.out.bindings.push(Binding {
                kind: spec.kind.clone(),
                title: spec.title.as_str().into(),
                name: name.clone(),
                platform: self.platform.id.clone(),
                parties: parties.clone(),
                role,
                permits: permits.clone(),
                location: self.text_spot(at),
            });
        }
    }

    fn role(&mut self, spec: &RoleSpec, node: NodeId) {
        let id = RoleName {
            kind: self.said_by(&spec.kind, node).unwrap_or_default(),
            name: self.own_name(spec.name.as_ref(), node),
            scope: self.scope_of(spec.scope.as_ref(), node),
        };
        let labels = spec.labels.iter().flat_map(|path| path.select(self.document, node));
        self.out.roles.push(Role {
            id,
            platform: self.platform.id.clone(),
            labels: labels.flat_map(|map| self.labels(map)).collect(),
            takes: self.all(&spec.takes, node).into_iter().map(|map| self.labels(map)).collect(),
            includes: {
                let named =
                    self.all(&spec.includes, node).into_iter().filter_map(|at| self.document.node(at).text());
                let elsewhere = self.policies_elsewhere(&spec.permits, node);
                let elsewhere = elsewhere.into_iter().filter_map(|at| self.document.node(at).text());
                named.chain(elsewhere).map(|name| self.meant(name)).collect()
            },
            permits: self.permits(&spec.permits, node),
            location: self.heading_spot(node),
        });
    }

    fn parties(&self, spec: &PartySpec, node: NodeId) -> Vec<Party> {
        let party = |at: NodeId| {
            let text = || self.document.node(at).text().map(str::to_owned);
            let name = match &spec.name {
                Some(words) => self.said_by(words, at),
                None => text(),
            }?;
            Some(party(spec.principal, &self.meant(&name), self.scope_of(spec.scope.as_ref(), at)))
        };
        self.all(&spec.select, node).into_iter().filter_map(party).collect()
    }

    fn permits(&self, spec: &PermitSpec, node: NodeId) -> Vec<Permit<Spot>> {
        let each = spec.each.select(self.document, node).into_iter();
        each.flat_map(|rule| permits::read(spec.read, self.document, rule))
            .map(|allowed| Permit {
                class: allowed.class.into(),
                location: self.spot(allowed.place, allowed.node),
            })
            .collect()
    }

    /// Where names stand instead of what is allowed: policies that are declared by themselves.
    fn policies_elsewhere(&self, spec: &PermitSpec, node: NodeId) -> Vec<NodeId> {
        let mut named = spec.each.select(self.document, node);
        let names =
            |at: &NodeId| self.document.node(*at).text().is_some_and(|text| self.address(text).is_some());
        named.retain(|at| spec.read == PermitReader::AwsPolicy && names(at));
        named
    }

    /// What a text means as a name: the address that it refers to, or itself.
    pub(super) fn meant(&self, text: &str) -> String {
        let named = text.strip_prefix("serviceAccount:").unwrap_or(text);
        self.address(named).unwrap_or_else(|| named.to_owned())
    }

    /// The address of a resource, a variable or an output that a text refers to, with its directory.
    pub(super) fn address(&self, text: &str) -> Option<String> {
        match self.platform.names {
            Naming::Plain => None,
            Naming::Addresses => address::of(text, self.site.path.directory()),
            Naming::Template => address::in_template(text, self.site.path.as_str()),
        }
    }

    fn labels(&self, map: NodeId) -> Vec<Label> {
        let children = self.document.children(map).iter().map(|child| self.document.node(*child));
        children.filter_map(|child| Some((child.name()?.to_owned(), child.text()?.to_owned()))).collect()
    }

    fn own_name(&self, spec: Option<&Words>, node: NodeId) -> String {
        let own = match spec {
            Some(words) => self.said_by(words, node),
            None => self.document.node(node).name().map(str::to_owned),
        };
        own.unwrap_or_else(|| self.site.path.name().to_owned())
    }

    /// The namespace that a name lives in; an expression in its place says nothing.
    pub(super) fn scope_of(&self, spec: Option<&Words>, node: NodeId) -> Option<Arc<str>> {
        let scope = self.said_by(spec?, node)?;
        (!scope.contains(['{', '$', '<'])).then(|| scope.into())
    }

    /// What a holder is given where nothing says otherwise: it stands nowhere, so the holder is pointed at.
    pub(super) fn unsaid(&mut self, spec: &GrantSpec, holder: HolderId, item: NodeId) {
        let Some(name) = spec.otherwise.as_ref().and_then(|words| self.said_by(words, item)) else { return };
        let reference = Reference { name: name.clone(), scope: self.scope(spec.scope, holder) };
        let form = spec.form.unwrap_or(Form::Federated);
        let grant = self.grant(spec, (holder, None), form, self.heading_spot(item));
        let principal = spec.principal.map(|kind| Principal::new(kind, &name));
        let classes = vec!["unsaid".into()];
        self.out.grants.push(Grant { reference: Some(reference), principal, classes, ..grant });
    }

    /// Names the namespace of the principals that the grants from `first` on give: two of one name are the same only within it.
    pub(super) fn place_principals(&mut self, spec: &GrantSpec, item: NodeId, first: usize) {
        let Some(scope) = self.scope_of(spec.within.as_ref(), item) else { return };
        for grant in &mut self.out.grants[first..] {
            if let (Some(principal), Some(reference)) = (&mut grant.principal, &mut grant.reference) {
                principal.name = format!("{scope}/{}", principal.name);
                reference.name.clone_from(&principal.name);
                reference.scope = "namespace".into();
            }
        }
    }

    /// The text that `words` stand for, seen from `node`.
    pub(super) fn said_by(&self, words: &Words, node: NodeId) -> Option<String> {
        match words {
            Words::At(path) => self.first_text(std::slice::from_ref(path), node),
            Words::Always(text) => Some(text.clone()),
            Words::Address => Some(address::at(
                self.document,
                node,
                match self.platform.names {
                    Naming::Template => self.site.path.as_str(),
                    Naming::Plain | Naming::Addresses => self.site.path.directory(),
                },
            )),
        }
    }
}

/// A principal; a service account that is written as a user's name is one.
fn party(kind: PrincipalKind, name: &str, scope: Option<Arc<str>>) -> Party {
    let account = name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    match account {
        Some((namespace, account)) => Party {
            kind: PrincipalKind::ServiceAccount,
            name: account.to_owned(),
            scope: Some(namespace.into()),
        },
        None => Party { kind, name: name.to_owned(), scope },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_account_may_be_written_as_a_user() {
        let account = party(PrincipalKind::User, "system:serviceaccount:agents:triage", None);
        assert_eq!(account.principal().name, "agents/triage");
        assert_eq!(account.kind, PrincipalKind::ServiceAccount);
        assert_eq!(party(PrincipalKind::User, "alice@acme.net", None).kind, PrincipalKind::User);
    }
}
