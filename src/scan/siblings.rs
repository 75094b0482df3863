//! Expiry from what stands beside a credential in its document.

use crate::document::{Document, NodeId, Value};
use crate::lifetime::siblings::{ExpiryName, Whose, is_expiry_name, is_expiry_name_of};
use crate::model::{Lifetime, Timestamp};
use crate::text::Span;

/// The scalar that holds a place.
pub(super) fn holding(document: &Document, place: Span) -> Option<NodeId> {
    document.scalars().find(|(_, scalar)| scalar.span.overlaps(place)).map(|(id, _)| id)
}

/// The lifetime that a neighbour of `node` tells. In a flat list of variables a neighbour must name the one it speaks of; among the
/// fields of one object it need not.
pub(super) fn lifetime(document: &Document, node: NodeId, now: Timestamp) -> Option<Lifetime> {
    let own = document.node(node).name()?;
    let parent = document.parent(node)?;
    if document.node(parent).value != Value::Map {
        return None;
    }
    let flat = document.parent(parent).is_none() && document.children(parent).len() > 12;
    let is_refresh = own.to_ascii_lowercase().contains("refresh");
    let speaks = |name: &str| -> Option<ExpiryName> {
        let named = if flat { is_expiry_name_of(name, own) } else { is_expiry_name(name) }?;
        let of_refresh = named.whose == Whose::RefreshToken;
        (of_refresh == is_refresh || !of_refresh && !is_refresh).then_some(named)
    };
    document.children(parent).iter().find_map(|child| {
        let child = document.node(*child);
        speaks(child.name()?)?.lifetime(child.text()?, now)
    })
}
