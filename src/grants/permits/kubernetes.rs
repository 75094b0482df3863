//! Rules of Kubernetes roles.

use crate::document::{Document, NodeId};

use super::Allowed;

pub(super) fn read(document: &Document, node: NodeId) -> Vec<Allowed> {
    let place = |at: NodeId| document.node(at).scalar().map_or(document.node(at).span, |scalar| scalar.span);
    let classes = Rule::read(document, node).classes();
    classes.into_iter().map(|(class, at)| Allowed { class, place: place(at), node: at }).collect()
}

/// Groups whose resources are others' credentials or run with them.
const POWERFUL_GROUPS: &[&str] =
    &["", "*", "rbac.authorization.k8s.io", "apps", "batch", "external-secrets.io"];

/// Verbs that show what stands there.
const READS: &[&str] = &["get", "list", "watch", "*"];

/// Verbs that make something.
const MAKES: &[&str] = &["create", "*"];

/// Verbs by which one approves.
const APPROVES: &[&str] = &["update", "patch", "approve", "*"];

/// Resources, and the verbs on them that give the credentials of others.
const CREDENTIAL_VERBS: &[(&str, &[&str])] = &[
    ("secrets", READS),
    ("serviceaccounts/token", MAKES),
    ("certificatesigningrequests/approval", APPROVES),
    ("pods/exec", &["create", "get", "*"]),
    ("externalsecrets", MAKES),
    ("clusterexternalsecrets", MAKES),
];

/// A rule of a Role: words and where they stand.
struct Rule<'d> {
    groups: Vec<Word<'d>>,
    resources: Vec<Word<'d>>,
    verbs: Vec<Word<'d>>,
    names: Vec<Word<'d>>,
}

type Word<'d> = (&'d str, NodeId);

impl<'d> Rule<'d> {
    fn read(document: &'d Document, node: NodeId) -> Self {
        let words = |name: &str| {
            let list = document.get(node, name);
            let items = list.map(|list| document.children(list)).unwrap_or_default();
            items.iter().filter_map(|item| Some((document.node(*item).text()?, *item))).collect()
        };
        Self {
            groups: words("apiGroups"),
            resources: words("resources"),
            verbs: words("verbs"),
            names: words("resourceNames"),
        }
    }

    fn classes(&self) -> Vec<(&'static str, NodeId)> {
        let mut found = Vec::new();
        found.extend(self.wildcard());
        found.extend(self.escalates().map(|word| ("escalates", word)));
        found.extend(self.credentials());
        found
    }

    /// The first `*`, and how far it reaches.
    fn wildcard(&self) -> Option<(&'static str, NodeId)> {
        let star = |words: &[Word<'d>]| words.iter().find(|(word, _)| *word == "*").map(|(_, node)| *node);
        let (groups, resources, verbs) = (star(&self.groups), star(&self.resources), star(&self.verbs));
        let first = verbs.or(resources).or(groups)?;
        if self.resources.is_empty() || !self.names.is_empty() {
            return None;
        }
        if groups.is_some() && resources.is_some() && verbs.is_some() {
            return Some(("everything", first));
        }
        let is_powerful = self.groups.iter().any(|(group, _)| POWERFUL_GROUPS.contains(group));
        // Any verb on what is named in full is no more than it says, unless that is what credentials are made of.
        let reaches = resources.is_some() || groups.is_some() || self.credentials().is_some();
        Some((if is_powerful && reaches { "wildcard" } else { "group-wildcard" }, first))
    }

    fn escalates(&self) -> Option<NodeId> {
        self.verbs
            .iter()
            .find(|(verb, _)| matches!(*verb, "escalate" | "bind" | "impersonate"))
            .map(|(_, node)| *node)
    }

    /// The resource by which it gets at the credentials of others.
    fn credentials(&self) -> Option<(&'static str, NodeId)> {
        let allows = |verbs: &[&str]| self.verbs.iter().any(|(verb, _)| verbs.contains(verb));
        let is_core = self.groups.iter().any(|(group, _)| matches!(*group, "" | "*"));
        let (resource, node) = self.resources.iter().find(|(resource, _)| {
            let is_any = *resource == "*" && is_core && allows(READS);
            is_any || CREDENTIAL_VERBS.iter().any(|(named, verbs)| named == resource && allows(verbs))
        })?;
        let is_named = *resource == "secrets" && !self.names.is_empty();
        Some((if is_named { "named-credentials" } else { "credentials" }, *node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, parse};

    fn classes(rule: &str) -> Vec<(&'static str, String)> {
        let document = parse(Format::Yaml, rule);
        let read = read(&document, document.roots()[0]);
        read.into_iter()
            .map(|allowed| (allowed.class, document.node(allowed.node).text().unwrap_or_default().to_owned()))
            .collect()
    }

    fn names(rule: &str) -> Vec<&'static str> {
        classes(rule).into_iter().map(|(class, _)| class).collect()
    }

    #[test]
    fn what_rules_allow_has_classes() {
        for (rule, expected) in [
            ("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", &["everything", "credentials"][..]),
            ("{apiGroups: [''], resources: ['*'], verbs: [get, list]}", &["wildcard", "credentials"]),
            ("{apiGroups: [acme.io], resources: ['*'], verbs: ['*']}", &["group-wildcard"]),
            ("{apiGroups: [''], resources: [configmaps], verbs: ['*']}", &["group-wildcard"]),
            ("{apiGroups: [''], resources: [secrets], verbs: ['*']}", &["wildcard", "credentials"]),
            ("{apiGroups: [''], resources: [pods, secrets], verbs: [get]}", &["credentials"]),
            (
                "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}",
                &["named-credentials"],
            ),
            ("{apiGroups: [''], resources: [secrets], verbs: [create, patch]}", &[]),
            ("{apiGroups: [''], resources: [pods/exec], verbs: [create]}", &["credentials"]),
            ("{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}", &["credentials"]),
            ("{apiGroups: [''], resources: [users], verbs: [impersonate]}", &["escalates"]),
            ("{apiGroups: [''], resources: [pods], verbs: [get, list, watch]}", &[]),
            ("{nonResourceURLs: ['*'], verbs: ['*']}", &[]),
            ("{apiGroups: ['']}", &[]),
        ] {
            assert_eq!(names(rule), expected, "{rule}");
        }
    }

    #[test]
    fn the_word_that_says_it_is_pointed_at() {
        let rule = "{apiGroups: [''], resources: [pods, secrets], verbs: [get]}";
        assert_eq!(classes(rule), [("credentials", "secrets".to_owned())]);
    }
}
