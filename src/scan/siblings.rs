//! Expiry from what stands beside a credential in its document.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::document::{Document, NodeId, Value};
use crate::lifetime::siblings::{ExpiryName, Whose, is_expiry_name, is_expiry_name_of, may_be_expiry_name};
use crate::model::{Lifetime, Timestamp};
use crate::text::Span;

/// So many neighbours with the name of an end are looked at for one credential.
const MOST_ENDS: usize = 1_000;

/// Where the scalars of a document stand.
pub(super) struct Places {
    /// In the order of the text; where two nodes have one place, as an anchor and its aliases do, the first stays first.
    scalars: Vec<(Span, NodeId)>,
    /// The children of a map that have the name of an end, for the maps that were asked about.
    ends: RefCell<HashMap<NodeId, Rc<[NodeId]>>>,
}

impl Places {
    pub(super) fn of(document: &Document) -> Self {
        let mut scalars: Vec<_> = document.scalars().map(|(id, scalar)| (scalar.span, id)).collect();
        scalars.sort();
        Self { scalars, ends: RefCell::default() }
    }

    /// The scalar that holds a place.
    pub(super) fn holding(&self, place: Span) -> Option<NodeId> {
        let first = self.scalars.partition_point(|(span, _)| span.end <= place.start);
        self.scalars.get(first).filter(|(span, _)| span.overlaps(place)).map(|(_, id)| *id)
    }

    /// The lifetime that a neighbour of `node` tells. In a flat list of variables a neighbour must name the one it speaks of; among
    /// the fields of one object it need not.
    pub(super) fn lifetime(&self, document: &Document, node: NodeId, now: Timestamp) -> Option<Lifetime> {
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
        self.ends(document, parent).iter().find_map(|child| {
            let child = document.node(*child);
            speaks(child.name()?)?.lifetime(child.text()?, now)
        })
    }

    fn ends(&self, document: &Document, map: NodeId) -> Rc<[NodeId]> {
        let mut known = self.ends.borrow_mut();
        let ends = known.entry(map).or_insert_with(|| {
            let children = document.children(map).iter().copied();
            let named = children.filter(|child| document.node(*child).name().is_some_and(may_be_expiry_name));
            named.take(MOST_ENDS).collect()
        });
        Rc::clone(ends)
    }
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
