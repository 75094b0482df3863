//! Documents: any text is read, and every place in the tree is a place in the text.

use outstay::document::{Document, Format, MAX_DEPTH, NodeId, Path, Scalar, parse};
use outstay::text::Span;

use super::choice;

const FORMATS: [Format; 7] =
    [Format::Json, Format::Yaml, Format::Toml, Format::Dotenv, Format::Ini, Format::Dockerfile, Format::Hcl];

/// The spans of the tree lie in the text, between characters; the tree is one; every path is a path.
pub(super) fn document(bytes: &[u8]) {
    let (first, bytes) = choice(bytes);
    let format = FORMATS[first % FORMATS.len()];
    let text = String::from_utf8_lossy(bytes);
    let document = parse(format, &text);
    if let Some(problem) = &document.problem {
        assert!(text.get(problem.span.range()).is_some(), "the problem stands at {:?}", problem.span);
        assert!(!problem.message.is_empty());
    }
    for id in document.ids() {
        node(&text, &document, id);
        if format == Format::Json {
            inside_parent(&document, id);
        }
    }
}

fn node(text: &str, document: &Document, id: NodeId) {
    let node = document.node(id);
    assert!(text.get(node.span.range()).is_some(), "a node stands at {:?}", node.span);
    for one in node.scalar().into_iter().chain(&node.key) {
        scalar(text, one);
    }
    for child in document.children(id) {
        assert_eq!(document.parent(*child), Some(id));
    }
    assert!(depth(document, id) <= MAX_DEPTH + 1, "deeper than is followed");
    if document.len() < 200 {
        let path = document.path_of(id);
        assert!(Path::parse(&path).is_ok(), "{path} is no path");
    }
}

fn scalar(text: &str, scalar: &Scalar) {
    assert!(text.get(scalar.span.range()).is_some(), "a scalar stands at {:?}", scalar.span);
    if scalar.is_verbatim() {
        assert_eq!(scalar.text, text[scalar.span.range()]);
    }
    let bounds = scalar.text.char_indices().map(|(at, _)| at).chain([scalar.text.len()]);
    let mut before = scalar.span.start;
    for at in bounds.take(200) {
        let rest = scalar.source(Span::new(at, scalar.text.len()));
        assert!(text.get(rest.range()).is_some(), "{rest:?} is no part of the text");
        assert!(scalar.span.contains(rest), "{rest:?} lies outside of {:?}", scalar.span);
        assert!(before <= rest.start, "a later part stands further left");
        before = rest.start;
    }
}

fn depth(document: &Document, id: NodeId) -> usize {
    std::iter::successors(Some(id), |id| document.parent(*id)).take(2 * MAX_DEPTH).count()
}

fn inside_parent(document: &Document, id: NodeId) {
    let Some(parent) = document.parent(id) else { return };
    let (node, parent) = (document.node(id), document.node(parent));
    assert!(parent.span.contains(node.span), "{:?} lies outside of {:?}", node.span, parent.span);
    if let Some(key) = &node.key {
        assert!(parent.span.contains(key.span) && key.span.end <= node.span.start);
    }
}
