//! Holders that have their work done by what another file of the tree declares: a workflow that calls another one, a step that runs
//! an action of the repository. What is called decides whether they are agents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::Examined;

/// What a trait begins with that names a called file.
const MARK: &str = "calls:";

/// Calls of calls are followed this far.
const DEEPEST: usize = 8;

/// The trait that says that the file at `from` calls `path`; `None` for what does not stand in the same repository.
pub(super) fn mark(from: &str, path: &str) -> Option<Arc<str>> {
    Some(format!("{MARK}{}", local(from, path)?).into())
}

/// `path`, which the file at `from` names from the root of its repository, as paths of the tree are.
pub(super) fn local(from: &str, path: &str) -> Option<String> {
    let below = path.trim().strip_prefix("./")?.trim_end_matches('/');
    let root = from.find(".github/").map_or("", |at| &from[..at]);
    Some(format!("{root}{below}"))
}

/// Makes agents of the holders that call one.
pub fn adopt(evidence: &mut [Examined]) {
    for _ in 0..DEEPEST {
        let agents = agents(evidence);
        let mut changed = false;
        for holder in
            evidence.iter_mut().flat_map(|artifact| &mut artifact.holders).filter(|holder| !holder.agent)
        {
            let called = holder.traits.iter().filter_map(|name| name.strip_prefix(MARK));
            let agent = called.filter_map(|path| agents.get(path)).flatten().next();
            if let Some(identity) = agent {
                holder.agent = true;
                holder.identity = Arc::clone(identity);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The identities of the agents in each file, by the ways in which a call may name it: the file, or its directory where it is the
/// one that stands for it (`action.yml`).
fn agents(evidence: &[Examined]) -> BTreeMap<String, BTreeSet<Arc<str>>> {
    let mut found: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    for artifact in evidence {
        let path = artifact.origin.path.as_str();
        let own: BTreeSet<Arc<str>> = artifact
            .holders
            .iter()
            .filter(|holder| holder.agent)
            .map(|holder| Arc::clone(&holder.identity))
            .collect();
        if !own.is_empty() {
            found.extend(names(path).into_iter().map(|name| (name.to_owned(), own.clone())));
        }
    }
    found
}

/// What a call names a file by.
pub(super) fn names(path: &str) -> Vec<&str> {
    let directory = path.strip_suffix("/action.yml").or_else(|| path.strip_suffix("/action.yaml"));
    std::iter::once(path).chain(directory).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_within_the_tree_are_marked() {
        let from = "repo/.github/workflows/own.yml";
        assert_eq!(
            mark(from, "./.github/workflows/a.yml").as_deref(),
            Some("calls:repo/.github/workflows/a.yml")
        );
        assert_eq!(mark("a.yml", "./.github/actions/x/").as_deref(), Some("calls:.github/actions/x"));
        assert_eq!(mark(from, "acme/x/.github/workflows/a.yml@main"), None);
        assert_eq!(
            names(".github/actions/x/action.yml"),
            [".github/actions/x/action.yml", ".github/actions/x"]
        );
    }
}
