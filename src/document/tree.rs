//! The span tree that every format is read into.

use crate::text::Span;

/// Index of a node in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a scalar is written; some formats expand variables only in some styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes (or a TOML literal string).
    Single,
    /// In double quotes.
    Double,
    /// A YAML block scalar, a TOML multi-line string, a heredoc.
    Block,
}

/// A text value or a key: what it says and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The value with its quotes and escapes resolved.
    pub text: String,
    /// The bytes between the quotes (without them); for a block scalar from its first to its last line.
    pub span: Span,
    /// How it is written.
    pub style: Style,
    /// None where `text` is the very bytes of `span`, as most are: a document has many scalars.
    steps: Option<Box<Steps>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Steps(Vec<(usize, usize)>);

impl Scalar {
    /// A scalar whose text is the very bytes of `span`.
    pub fn verbatim(text: &str, span: Span, style: Style) -> Self {
        debug_assert_eq!(text.len(), span.len(), "verbatim text is as long as its span");
        Self { text: text.to_owned(), span, style, steps: None }
    }

    /// A scalar whose text differs from its source. `steps` are pairs of offsets (in `text`, in the source) at which a
    /// stretch begins that stands in both alike; the first is usually `(0, span.start)`.
    pub fn mapped(mut text: String, span: Span, style: Style, mut steps: Vec<(usize, usize)>) -> Self {
        text.shrink_to_fit();
        steps.shrink_to_fit();
        Self { text, span, style, steps: (!steps.is_empty()).then(|| Box::new(Steps(steps))) }
    }

    /// Pairs of offsets (in `text`, in the source), ascending: from each pair to the next the two run in step.
    pub(super) fn steps(&self) -> &[(usize, usize)] {
        self.steps.as_ref().map_or(&[], |steps| steps.0.as_slice())
    }

    /// Whether the text is the very bytes of the span.
    pub fn is_verbatim(&self) -> bool {
        self.steps.is_none() && self.text.len() == self.span.len()
    }

    /// The source bytes of a part of the text; escapes inside are covered whole.
    pub fn source(&self, part: Span) -> Span {
        let start = self.source_offset(part.start);
        let end = if part.is_empty() { start } else { self.source_end(part.end) };
        Span::new(start.min(end), end)
    }

    pub(super) fn source_offset(&self, at: usize) -> usize {
        let steps = self.steps();
        match steps.partition_point(|(text, _)| *text <= at).checked_sub(1) {
            None => (self.span.start + at).min(self.span.end),
            Some(step) => (steps[step].1 + (at - steps[step].0)).min(self.span.end),
        }
    }

    /// Just past the source of the character that ends at `end`: an escape is covered to its last byte. Where bytes were
    /// left out after it, two steps stand at the same place, and the first one is the end.
    pub(super) fn source_end(&self, end: usize) -> usize {
        if end >= self.text.len() {
            return self.span.end;
        }
        let steps = self.steps();
        match steps.get(steps.partition_point(|(text, _)| *text < end)) {
            Some((text, source)) if *text == end => *source,
            _ => self.source_offset(end),
        }
    }
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Named children.
    Map,
    /// Numbered children.
    List,
    /// A string, or a number, boolean or null as it is written (then of style [`Style::Plain`]).
    Scalar(Scalar),
}

/// One place in a document.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name in the map that it stands in.
    pub key: Option<Scalar>,
    /// What it holds.
    pub value: Value,
    /// All of its bytes, quotes and brackets included, the key not.
    pub span: Span,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Map | Value::List => None,
        }
    }

    /// The text of its key.
    pub fn name(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.text.as_str())
    }
}

/// Why a document was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where reading stopped, or what was left out.
    pub span: Span,
    /// One clause without a full stop; never quotes the content.
    pub message: String,
}

/// A parsed text. A stream of several YAML documents has one root for each.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
    roots: Vec<NodeId>,
    /// Why it is not whole, if it is not.
    pub problem: Option<Problem>,
}

impl Document {
    /// The top nodes, one for each document of the stream.
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing could be read.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every node, parents before children.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// What a node stands in.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The children, in the order of the text.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        &self.node(id).children
    }

    /// The children of a map that have this name; duplicate keys all match.
    pub fn named<'d>(&'d self, id: NodeId, name: &'d str) -> impl Iterator<Item = NodeId> + 'd {
        self.children(id).iter().copied().filter(move |child| self.node(*child).name() == Some(name))
    }

    /// The first child of this name.
    pub fn get(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.named(id, name).next()
    }

    /// The text of the first child of this name.
    pub fn text(&self, id: NodeId, name: &str) -> Option<&str> {
        self.get(id, name).and_then(|child| self.node(child).text())
    }

    /// Where a node stands, as `$.mcpServers.github.env.TOKEN` or `$.users[0].token`. Names that are no plain words are
    /// quoted: `$['a b']`.
    pub fn path_of(&self, id: NodeId) -> String {
        let mut steps = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            steps.push(self.step_of(id));
            at = self.parent(id);
        }
        steps.push("$".to_owned());
        steps.reverse();
        steps.concat()
    }

    fn step_of(&self, id: NodeId) -> String {
        let Some(parent) = self.parent(id) else { return String::new() };
        match self.node(id).name() {
            Some(name) if is_word(name) => format!(".{name}"),
            Some(name) => format!("['{}']", name.replace('\\', r"\\").replace('\'', r"\'")),
            None => {
                // Children are numbered in the order in which they were added.
                let index = self.children(parent).binary_search(&id).unwrap_or_default();
                format!("[{index}]")
            }
        }
    }

    /// A node with all that stands in it, as a document of its own. Its places stay those of the source.
    pub fn part(&self, id: NodeId) -> Self {
        let mut part = Self::default();
        let mut open = vec![(id, None)];
        while let Some((id, parent)) = open.pop() {
            let node = self.node(id);
            let copy = part.add(node.key.clone(), node.value.clone(), node.span, parent);
            open.extend(node.children.iter().rev().map(|child| (*child, Some(copy))));
        }
        part
    }

    fn add(&mut self, key: Option<Scalar>, value: Value, span: Span, parent: Option<NodeId>) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { key, value, span, parent, children: Vec::new() });
        match parent {
            Some(parent) => self.nodes[parent.index()].children.push(id),
            None => self.roots.push(id),
        }
        id
    }

    /// Scalars in the order of their text, for finding the one that holds a place.
    pub fn scalars(&self) -> impl Iterator<Item = (NodeId, &Scalar)> {
        self.ids().filter_map(|id| self.node(id).scalar().map(|scalar| (id, scalar)))
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Puts a [`Document`] together; the parsers' only way to make one.
#[derive(Debug, Default)]
pub struct Builder {
    document: Document,
    open: Vec<NodeId>,
}

impl Builder {
    /// Whether another node may be added, and at this depth; where not, the problem is noted (the first one stays).
    pub fn has_room(&mut self, at: Span) -> bool {
        if self.open.len() >= super::MAX_DEPTH {
            self.problem(at, "nested too deep; the inside was not read");
            return false;
        }
        if self.document.nodes.len() >= super::MAX_NODES {
            self.problem(at, "too many entries; the rest was not read");
            return false;
        }
        true
    }

    /// Notes why the document is not whole; the first problem stays.
    pub fn problem(&mut self, span: Span, message: &str) {
        self.document.problem.get_or_insert_with(|| Problem { span, message: message.to_owned() });
    }

    /// How many maps and lists are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a scalar to the open map or list, or as a root.
    pub fn scalar(&mut self, key: Option<Scalar>, scalar: Scalar, span: Span) -> NodeId {
        self.add(key, Value::Scalar(scalar), span)
    }

    /// Opens a map or list; what is added until [`Builder::close`] stands in it.
    pub fn open(&mut self, key: Option<Scalar>, value: Value, start: usize) -> NodeId {
        let id = self.add(key, value, Span::new(start, start));
        self.open.push(id);
        id
    }

    /// Ends the innermost open map or list at `end`.
    pub fn close(&mut self, end: usize) {
        if let Some(id) = self.open.pop() {
            let span = &mut self.document.nodes[id.index()].span;
            span.end = end.max(span.start);
        }
    }

    /// The document; whatever is still open ends at `end`.
    pub fn finish(mut self, end: usize) -> Document {
        while !self.open.is_empty() {
            self.close(end);
        }
        self.document
    }

    /// The document so far, to look at.
    pub fn document(&self) -> &Document {
        &self.document
    }

    fn add(&mut self, key: Option<Scalar>, value: Value, span: Span) -> NodeId {
        self.document.add(key, value, span, self.open.last().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_escaped_text_maps_to_its_source() {
        // source: a\nbc, text: a<newline>bc
        let scalar = Scalar::mapped("a\nbc".into(), Span::new(10, 15), Style::Double, vec![(0, 10), (2, 13)]);
        assert_eq!(scalar.source(Span::new(0, 1)), Span::new(10, 11));
        assert_eq!(scalar.source(Span::new(2, 4)), Span::new(13, 15));
        assert_eq!(scalar.source(Span::new(1, 2)), Span::new(11, 13), "the escape is covered whole");
        assert_eq!(scalar.source(Span::new(0, 4)), Span::new(10, 15));
    }

    #[test]
    fn a_part_is_a_document_with_the_same_places() {
        let text = r#"{"a": {"b": [1, {"c": "x"}], "d": "y"}, "e": 2}"#;
        let document = crate::document::parse(crate::document::Format::Json, text);
        let part = document.part(document.get(document.roots()[0], "a").unwrap());
        let found: Vec<_> = part
            .scalars()
            .map(|(id, scalar)| (part.path_of(id), scalar.span.slice(text.as_bytes())))
            .collect();
        let expected: [(String, &[u8]); 3] =
            [("$.b[0]".into(), b"1"), ("$.b[1].c".into(), b"x"), ("$.d".into(), b"y")];
        assert_eq!(found, expected);
        assert_eq!((part.roots().len(), part.len()), (1, 6));
    }

    #[test]
    fn paths_name_the_way_from_the_root() {
        let mut builder = Builder::default();
        let key = |text: &str| Some(Scalar::verbatim(text, Span::new(0, text.len()), Style::Plain));
        builder.open(None, Value::Map, 0);
        builder.open(key("a b"), Value::List, 0);
        let id = builder.scalar(None, Scalar::verbatim("", Span::new(0, 0), Style::Plain), Span::new(0, 0));
        let document = builder.finish(9);
        assert_eq!(document.path_of(id), "$['a b'][0]");
        assert_eq!(document.node(document.roots()[0]).span, Span::new(0, 9));
    }
}
