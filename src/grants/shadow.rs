//! A static credential beside the federated identity that was to replace it: which one a library takes is in the shadowing table.

use std::ops::Range;

use crate::document::{Document, NodeId};
use crate::model::{Grant, Spot};
use crate::rules::{GrantSpec, ShadowingRow};

/// Something that a holder is told by name, whether it is a credential or not.
#[derive(Debug)]
pub(super) struct Said {
    /// Its name.
    pub(super) name: String,
    /// What it holds for, and for everything below.
    pub(super) reach: Option<NodeId>,
    /// The grants that came of it.
    pub(super) grants: Range<usize>,
}

/// The class of a grant that is taken before a federated identity.
const CLASS: &str = "shadows";

/// What an item of a slot holds for: that which has the slot.
pub(super) fn reach(document: &Document, spec: &GrantSpec, item: NodeId) -> Option<NodeId> {
    // An item is the one that has the slot, or it stands in the slot: in its map, or in its list as a map of its own.
    let above = if spec.value.is_some() && spec.name.is_none() { 0 } else { 2 };
    (0..above).try_fold(item, |node, _| document.parent(node))
}

/// Marks the grants that a row of the table says are taken before something else that is said beside them.
pub(super) fn mark(document: &Document, rows: &[ShadowingRow], said: &[Said], grants: &mut [Grant<Spot>]) {
    for row in rows {
        let wins = said.iter().filter(|one| row.wins.iter().any(|set| set.holds_in(&one.name)));
        for one in wins {
            let loses = |name: &str| {
                row.loses.iter().any(|set| set.holds_in(name))
                    && !row.not_names.iter().any(|set| set.holds_in(name))
            };
            let beside =
                said.iter().any(|other| loses(&other.name) && meet(document, one.reach, other.reach));
            if beside {
                for grant in grants.get_mut(one.grants.clone()).into_iter().flatten() {
                    grant.classes.push(CLASS.into());
                    grant.classes.push(format!("{CLASS}:{}", row.provider).into());
                }
            }
        }
    }
}

/// Whether there is a place that both hold for.
fn meet(document: &Document, a: Option<NodeId>, b: Option<NodeId>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    is_below(document, a, b) || is_below(document, b, a)
}

fn is_below(document: &Document, node: NodeId, above: NodeId) -> bool {
    std::iter::successors(Some(node), |node| document.parent(*node)).any(|node| node == above)
}
