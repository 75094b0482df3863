//! Paths that select nodes: a small subset of JSONPath over every format.
//!
//! | written | selects |
//! |---|---|
//! | `$` or `@`, first | the root that the start node is in; the start node itself |
//! | `.name`, `['any name']` | the children of a map that have this very name; duplicate keys all match |
//! | `.name~` | the same, upper and lower ASCII letters being alike |
//! | `.{a,b}` | the children of either name |
//! | `.*` | every child of a map or a list |
//! | `[*]`, `[0]` | every child of a list; one of them |
//! | `..name`, `..{a,b}`, `..*` | the same at any depth below |
//! | `[?@.a == 'x' && @.b]` | the children of a map or a list that pass the test |
//! | `(@.kind == 'Secret' && @.type != 'Opaque')` | the node itself, if it passes the test |
//!
//! A test is a list of conditions with `&&` between them, and `@` in it is the node that is tested. `@.a` alone asks whether
//! something is there, `==` whether one of the selected nodes has this text, `!=` whether none has, `=~` whether one matches this
//! glob, in which `*` is any text, `!~` whether none does; `!@.a` asks whether nothing is there. So
//! `$(@.kind == 'Secret').data.*` selects the values of a manifest only if it is a Secret.

use super::{Document, NodeId, Value, path_parse};
use crate::text::matches_any;
use std::collections::HashSet;

/// A compiled path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub(super) origin: Origin,
    pub(super) steps: Vec<Step>,
}

/// A path that does not follow the grammar.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the path `{path}` is wrong at character {at}: {message}")]
pub struct PathError {
    /// The path as written.
    pub path: String,
    /// Which character, from 1.
    pub at: usize,
    /// What was expected there.
    pub message: String,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Root,
    Start,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Named(Names),
    Children,
    Items,
    Item(usize),
    NamedBelow(Names),
    Below,
    ChildrenThat(Test),
    If(Test),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) any_of: Vec<String>,
    pub(super) case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Exact,
    Ignored,
}

/// Conditions that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test(pub(super) Vec<Condition>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) path: Path,
    pub(super) expected: Expected,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Present,
    Absent,
    Equal(String),
    NotEqual(String),
    /// One glob, as a list.
    Like([String; 1]),
    /// The same, and nothing matches it.
    Unlike([String; 1]),
}

impl Path {
    /// Reads a path. `$` is the document's root, `@` the node that a selection starts from.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        path_parse::parse(path)
    }

    /// The nodes it selects, starting from `from`, in the order of the text, each once.
    pub fn select(&self, document: &Document, from: NodeId) -> Vec<NodeId> {
        let mut nodes = self.walk(document, from);
        nodes.sort_by_key(|id| (document.node(*id).span.start, *id));
        nodes
    }

    fn walk(&self, document: &Document, from: NodeId) -> Vec<NodeId> {
        let start = match self.origin {
            Origin::Start => from,
            Origin::Root => root_of(document, from),
        };
        self.steps.iter().fold(vec![start], |nodes, step| step.apply(document, nodes))
    }
}

fn root_of(document: &Document, mut id: NodeId) -> NodeId {
    while let Some(parent) = document.parent(id) {
        id = parent;
    }
    id
}

impl Step {
    /// What the step leads to from distinct nodes; distinct nodes again.
    fn apply(&self, document: &Document, nodes: Vec<NodeId>) -> Vec<NodeId> {
        let children = |id: NodeId| document.children(id).iter().copied();
        let is_list = |id: &NodeId| document.node(*id).value == Value::List;
        let nodes = nodes.into_iter();
        match self {
            Self::Named(names) => {
                nodes.flat_map(children).filter(|id| names.match_node(document, *id)).collect()
            }
            Self::Children => nodes.flat_map(children).collect(),
            Self::Items => nodes.filter(is_list).flat_map(children).collect(),
            Self::Item(index) => {
                nodes.filter(is_list).filter_map(|id| document.children(id).get(*index).copied()).collect()
            }
            Self::Below => below(document, nodes),
            Self::NamedBelow(names) => {
                let mut found = below(document, nodes);
                found.retain(|id| names.match_node(document, *id));
                found
            }
            Self::ChildrenThat(test) => {
                nodes.flat_map(children).filter(|id| test.holds(document, *id)).collect()
            }
            Self::If(test) => nodes.filter(|id| test.holds(document, *id)).collect(),
        }
    }
}

fn below(document: &Document, nodes: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut open: Vec<NodeId> = nodes.collect();
    while let Some(id) = open.pop() {
        for child in document.children(id) {
            if seen.insert(*child) {
                found.push(*child);
                open.push(*child);
            }
        }
    }
    found
}

impl Names {
    fn match_node(&self, document: &Document, id: NodeId) -> bool {
        document.node(id).name().is_some_and(|name| {
            self.any_of.iter().any(|wanted| match self.case {
                Case::Exact => wanted == name,
                Case::Ignored => wanted.eq_ignore_ascii_case(name),
            })
        })
    }
}

impl Test {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        self.0.iter().all(|condition| condition.holds(document, id))
    }
}

impl Condition {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        let nodes = self.path.walk(document, id);
        let is = |text: &str| nodes.iter().any(|id| document.node(*id).text() == Some(text));
        let matches = |glob: &[String]| {
            nodes.iter().any(|id| document.node(*id).text().is_some_and(|text| matches_any(glob, text)))
        };
        match &self.expected {
            Expected::Present => !nodes.is_empty(),
            Expected::Absent => nodes.is_empty(),
            Expected::Equal(text) => is(text),
            Expected::NotEqual(text) => !is(text),
            Expected::Like(glob) => matches(glob),
            Expected::Unlike(glob) => !matches(glob),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, parse};
    use proptest::prelude::*;

    const TEXT: &str = r#"{
        "kind": "Secret", "type": "t", "Servers": {"a": {"env": {"X": "1", "x": "2"}}, "b c": {"env": {"Y": "3"}, "off": true}},
        "list": [{"name": "n", "v": "4"}, {"name": "m", "v": "5"}, "6"], "dup": "7", "dup": "8"
    }"#;

    fn select(path: &str) -> Vec<String> {
        let document = parse(Format::Json, TEXT);
        let path = Path::parse(path).unwrap();
        let nodes = path.select(&document, document.roots()[0]);
        nodes.iter().map(|id| document.node(*id).text().unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn steps_select() {
        assert_eq!(select("$"), ["-"]);
        assert_eq!(select("$.kind"), ["Secret"]);
        assert_eq!(select("$.dup"), ["7", "8"]);
        assert_eq!(select("$.Servers.*.env.*"), ["1", "2", "3"]);
        assert_eq!(select("$.Servers['b c'].env.Y"), ["3"]);
        assert_eq!(select("$.servers.a"), [""; 0]);
        assert_eq!(select("$.servers~.a.env.X~"), ["1", "2"]);
        assert_eq!(select("$.{kind,type}"), ["Secret", "t"]);
        assert_eq!(select("$.{KIND,'type'}~"), ["Secret", "t"]);
        assert_eq!(select("$.list[*].v"), ["4", "5"]);
        assert_eq!(select("$.list[2]"), ["6"]);
        assert_eq!(select("$.list[3]"), [""; 0]);
        assert_eq!(select("$.Servers[*]"), [""; 0], "a map has no items");
        assert_eq!(select("$..v"), ["4", "5"]);
        assert_eq!(select("$..env..*"), ["1", "2", "3"]);
        assert_eq!(select("$..*..x~"), ["1", "2"], "each once");
        assert_eq!(select("$..{X,Y}"), ["1", "3"]);
    }

    #[test]
    fn tests_filter() {
        assert_eq!(select("$.list[?@.name == 'm'].v"), ["5"]);
        assert_eq!(select("$.list[?@.name != 'm'].v"), ["4"]);
        assert_eq!(select("$.list[?@.name != 'm']"), ["-", "6"], "what is not there is not equal");
        assert_eq!(select("$.list[?@.name =~ 'M*'].v"), ["5"]);
        assert_eq!(select("$.list[?@.name =~ 'mn'].v"), [""; 0]);
        assert_eq!(select("$.Servers[?@.off].env.Y"), ["3"]);
        assert_eq!(select("$.Servers[?!@.off].env.X"), ["1"]);
        assert_eq!(select("$.Servers[?@.off == 'true' && @.env.Y=='3'].off"), ["true"]);
        assert_eq!(select("$(@.kind == 'Secret' && @.type == 't').dup"), ["7", "8"]);
        assert_eq!(select("$(@.kind == 'Pod').dup"), [""; 0]);
        assert_eq!(select("$.Servers.*.env.*(@ == '2')"), ["2"]);
    }

    #[test]
    fn a_path_may_start_at_any_node() {
        let document = parse(Format::Json, TEXT);
        let item = Path::parse("$.list[1]").unwrap().select(&document, document.roots()[0])[0];
        let texts = |path: &str| {
            let nodes = Path::parse(path).unwrap().select(&document, item);
            nodes.iter().map(|id| document.node(*id).text().unwrap_or("-")).collect::<Vec<_>>()
        };
        assert_eq!(texts("@.v"), ["5"]);
        assert_eq!(texts("$.kind"), ["Secret"]);
    }

    #[test]
    fn a_path_that_names_a_node_selects_it() {
        let document = parse(Format::Json, TEXT);
        for id in document.ids() {
            let path = Path::parse(&document.path_of(id)).unwrap();
            assert!(path.select(&document, document.roots()[0]).contains(&id), "{path:?}");
        }
    }

    #[test]
    fn errors_say_where() {
        let at = |path: &str| Path::parse(path).unwrap_err().at;
        assert_eq!(at(""), 1);
        assert_eq!(at("a.b"), 1);
        assert_eq!(at("$.a b"), 4);
        assert_eq!(at("$."), 3);
        assert_eq!(at("$.é["), 5);
        assert_eq!(at("$['a"), 5);
        assert_eq!(at("$[x]"), 3);
        assert_eq!(at("$[99999999999999999999]"), 3);
        assert_eq!(at("$.{a,}"), 6);
        assert_eq!(at("$[?@.a = 'x']"), 8);
        assert_eq!(at("$[?@.a[?@.b]]"), 7);
        assert_eq!(at("$(@.a == 'x'"), 13);
        assert_eq!(at("$.*~"), 4);
        let error = Path::parse("$.a b").unwrap_err();
        assert_eq!(error.to_string(), "the path `$.a b` is wrong at character 4: expected `.`, `[` or `(`");
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "[$@][.\\[\\]?*(){},'~=!&@$a0é ]{0,24}") {
            let document = parse(Format::Json, TEXT);
            if let Ok(path) = Path::parse(&path) {
                path.select(&document, document.roots()[0]);
            }
        }
    }
}
