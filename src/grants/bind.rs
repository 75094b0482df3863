//! Bindings over all files: what the role that a binding names allows, and whose identity its parties are.
//!
//! A role is looked for by its sort and name, where both namespaces are known within one; those that its labels take in are part of
//! it. What a platform brings along stands in a table. A name whose namespace nothing tells (an overlay or an installer says it) is
//! the one of the same name in the directories around.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{
    Binding, BindingAt, Bonds, Examined, GrantAt, Label, Party, Power, PrincipalKind, Role, RoleName,
};
use crate::rules::Tables;

use super::names::Names;

/// Roles that take in roles are followed so deep.
const DEEPEST: usize = 4;

/// Says of every binding of the run what it gives and to whom.
pub fn bind(evidence: &[Examined], tables: &Tables) -> Bonds {
    let known = Known::of(evidence, tables);
    let mut bonds = Bonds::default();
    for (account, others) in accounts(evidence) {
        let Some(party) = Party::of_grant(account.of(evidence)) else { continue };
        let path = evidence[account.examined].origin.path.as_str();
        for holder in known.holders(&[party], path) {
            others.iter().for_each(|other| bonds.assume(holder, *other));
        }
    }
    for (examined, artifact) in evidence.iter().enumerate() {
        for (index, binding) in artifact.bindings.iter().enumerate() {
            let at = BindingAt { examined, binding: index };
            let path = artifact.origin.path.as_str();
            bonds.give(at, known.powers(binding, path));
            for grant in known.holders(&binding.parties, path) {
                bonds.tie(at, grant);
            }
        }
    }
    bonds
}

/// The holders that are principals themselves, and the identities that each of them has beside.
fn accounts(evidence: &[Examined]) -> Vec<(GrantAt, Vec<GrantAt>)> {
    let mut found = Vec::new();
    for (examined, artifact) in evidence.iter().enumerate() {
        for own in artifact.grants_by_holder() {
            let identities = own.into_iter().filter(|grant| artifact.grants[*grant].principal.is_some());
            let identities = identities.map(|grant| GrantAt { examined, grant });
            let (itself, others): (Vec<GrantAt>, Vec<GrantAt>) =
                identities.partition(|at| is_itself(evidence, *at));
            found.extend(itself.first().map(|account| (*account, others)));
        }
    }
    found
}

/// Whether a grant says who its holder is, and not as whom it acts.
fn is_itself(evidence: &[Examined], at: GrantAt) -> bool {
    let grant = at.of(evidence);
    grant.defines.is_some() && grant.principal.is_some()
}

struct Known<'e> {
    evidence: &'e [Examined],
    tables: &'e Tables,
    /// Roles by sort and name.
    roles: HashMap<(&'e str, &'e str), Vec<(&'e Role, &'e str)>>,
    /// Identities that holders have, by their names.
    identities: HashMap<(PrincipalKind, String), Vec<(GrantAt, Party)>>,
    names: Names<'e>,
}

impl<'e> Known<'e> {
    fn of(evidence: &'e [Examined], tables: &'e Tables) -> Self {
        let names = Names::of(evidence);
        let mut known = Self { evidence, tables, roles: HashMap::new(), identities: HashMap::new(), names };
        for (examined, artifact) in evidence.iter().enumerate() {
            for role in &artifact.roles {
                let named = known.roles.entry((&role.id.kind, &role.id.name)).or_default();
                named.push((role, artifact.origin.path.as_str()));
            }
            for (grant, of) in artifact.grants.iter().enumerate() {
                let Some(party) = Party::of_grant(of).filter(|_| of.defines.is_none()) else { continue };
                let named = known.identities.entry((party.kind, known.names.end(&party.name))).or_default();
                named.push((GrantAt { examined, grant }, party));
            }
        }
        known
    }

    /// What a binding in the file at `path` gives, each once.
    fn powers(&self, binding: &'e Binding, path: &str) -> Vec<Power> {
        let mut powers: Vec<Power> = binding
            .permits
            .iter()
            .map(|permit| Power { class: Arc::clone(&permit.class), location: Some(permit.location.clone()) })
            .collect();
        let role = RoleName { name: self.names.end(&binding.role.name), ..binding.role.clone() };
        powers.extend(self.of_role(&role, path));
        // A group may be a role by itself.
        for party in &binding.parties {
            let group = RoleName { kind: "Group".to_owned(), name: party.name.clone(), scope: None };
            powers.extend(self.brought_along(&group).filter(|_| party.kind == PrincipalKind::Group));
        }
        let mut seen = BTreeSet::new();
        powers.retain(|power| seen.insert(Arc::clone(&power.class)));
        powers
    }

    fn of_role(&self, name: &RoleName, path: &str) -> Vec<Power> {
        let mut powers: Vec<Power> = self.brought_along(name).collect();
        let mut open: Vec<&Role> = self.declared(name, path);
        let labels =
            self.tables.roles.iter().filter(|row| name.is_one_of(&row.roles)).flat_map(|row| &row.takes);
        for label in labels {
            open.extend(self.labelled(&[(label.clone(), "true".to_owned())]));
        }
        let mut seen = BTreeSet::new();
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for role in open.into_iter().filter(|role| seen.insert(&role.id)) {
                powers.extend(role.permits.iter().map(|permit| Power {
                    class: Arc::clone(&permit.class),
                    location: Some(permit.location.clone()),
                }));
                next.extend(role.takes.iter().flat_map(|labels| self.labelled(labels)));
                for name in &role.includes {
                    let name = RoleName { name: self.names.end(name), ..role.id.clone() };
                    powers.extend(self.brought_along(&name));
                    next.extend(self.declared(&name, path));
                }
            }
            open = next;
        }
        powers
    }

    /// What a role of the platform's own allows.
    fn brought_along(&self, name: &RoleName) -> impl Iterator<Item = Power> + use<'e> {
        let rows: Vec<_> = self.tables.roles.iter().filter(|row| name.is_one_of(&row.roles)).collect();
        let classes = rows.into_iter().flat_map(|row| &row.allows);
        classes.map(|class| Power { class: class.as_str().into(), location: None })
    }

    /// The roles of the tree that a binding in the file at `path` means.
    fn declared(&self, name: &RoleName, path: &str) -> Vec<&'e Role> {
        let Some(all) = self.roles.get(&(name.kind.as_str(), name.name.as_str())) else { return Vec::new() };
        let meant = all.iter().filter(|(role, _)| agree(role.id.scope.as_ref(), name.scope.as_ref()));
        let meant: Vec<_> = meant.collect();
        let nearest = meant.iter().map(|(_, other)| shared_steps(path, other)).max();
        let near = meant.iter().filter(|(_, other)| Some(shared_steps(path, other)) == nearest);
        near.map(|(role, _)| *role).collect()
    }

    fn labelled(&self, wanted: &[Label]) -> Vec<&'e Role> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let has_all = |role: &&Role| wanted.iter().all(|label| role.labels.contains(label));
        self.evidence.iter().flat_map(|artifact| &artifact.roles).filter(has_all).collect()
    }

    /// The identities of holders that one of `parties` is.
    fn holders(&self, parties: &[Party], path: &str) -> Vec<GrantAt> {
        let mut found = BTreeSet::new();
        for party in parties {
            let named = self.identities.get(&(party.kind, self.names.end(&party.name))).into_iter().flatten();
            found.extend(
                named.filter(|(grant, other)| self.is_same(party, path, other, *grant)).map(|(at, _)| *at),
            );
        }
        found.into_iter().collect()
    }

    /// Whether two parties of one name are the same. Names that live in no namespace are.
    fn is_same(&self, one: &Party, path: &str, other: &Party, grant: GrantAt) -> bool {
        match (&one.scope, &other.scope) {
            (Some(one), Some(other)) => one == other,
            _ if one.kind != PrincipalKind::ServiceAccount => true,
            _ => {
                let there = self.evidence[grant.examined].origin.path.as_str();
                // `default` is in every namespace, so that only one file's says something of the other.
                if one.name == "default" { path == there } else { is_around(path, there) }
            }
        }
    }
}

/// Whether two namespaces may be the same one.
fn agree(one: Option<&Arc<str>>, other: Option<&Arc<str>>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Whether two files stand in one directory, one in a directory above the other, or in two directories of one that is not the root.
fn is_around(one: &str, other: &str) -> bool {
    let directory =
        |path: &'_ str| path.rsplit_once('/').map_or(String::new(), |(directory, _)| format!("{directory}/"));
    let (one, other) = (directory(one), directory(other));
    let above = |directory: &str| {
        let parent = directory.trim_end_matches('/').rsplit_once('/');
        parent.map(|(parent, _)| format!("{parent}/"))
    };
    one.starts_with(&other)
        || other.starts_with(&one)
        || above(&one).is_some_and(|parent| other.starts_with(&parent))
}

/// How many directories two paths have in common from the root.
fn shared_steps(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_around_each_other_within_one_application() {
        for (one, other) in [
            ("agent.yaml", "rbac.yaml"),
            ("apps/triage/base/a.yaml", "apps/triage/base/b.yaml"),
            ("apps/triage/a.yaml", "apps/triage/rbac/b.yaml"),
            ("config/rbac/a.yaml", "config/manager/b.yaml"),
        ] {
            assert!(is_around(one, other) && is_around(other, one), "{one} {other}");
        }
        assert!(!is_around("a/x.yaml", "b/y.yaml"));
        assert!(!is_around("apps/a/base/x.yaml", "apps/b/base/y.yaml"));
    }
}
