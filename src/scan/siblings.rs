//! Expiry from what stands beside a credential in its document.

use crate::document::{Document, NodeId, Value};
use crate::lifetime::siblings::{ExpiryName, Whose, is_expiry_name, is_expiry_name_of};
use crate::model::{Lifetime, Timestamp};
use crate::text::Span;

/// Where the scalars of a document stand.
pub(super) struct Places {
    /// In the order of the text; where two nodes have one place, as an anchor and its aliases do, the first stays first.
    scalars: Vec<(Span, NodeId)>,
}

impl Places {
    pub(super) fn of(document: &Document) -> Self {
        let mut scalars: Vec<_> = document.scalars().map(|(id, scalar)| (scalar.span, id)).collect();
        scalars.sort();
        Self { scalars }
    }

    /// The scalar that holds a place.
    pub(super) fn holding(&self, place: Span) -> Option<NodeId> {
        let first = self.scalars.partition_point(|(span, _)| span.end <= place.start);
        self.scalars.get(first).filter(|(span, _)| span.overlaps(place)).map(|(_, id)| *id)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, parse};

    #[test]
    fn the_scalar_of_a_place_is_found_like_by_looking_at_each() {
        let text = "a: &x one\nb: [two, '', three]\nc: *x\nd: |\n  four\n  five\n";
        let document = parse(Format::Yaml, text);
        let places = Places::of(&document);
        for start in 0..text.len() {
            let place = Span::new(start, start + 1);
            let each = document.scalars().find(|(_, scalar)| scalar.span.overlaps(place)).map(|(id, _)| id);
            assert_eq!(places.holding(place), each, "at {start}");
        }
    }
}
