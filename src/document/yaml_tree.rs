//! Puts the parser's events together to a tree: keys, aliases and merged maps.

use super::pieces::verbatim;
use super::yaml_scalar::{name_elsewhere, scalar};
use super::{Builder, Document, MAX_NODES, NodeId, Scalar, Style, Value};
use crate::text::Span;
use granit_parser::{ErrorKind, Event, StructureStyle};
use std::collections::{HashMap, HashSet};

/// How many nodes aliases may repeat in one text. What a bomb unfolds to ends here.
const MAX_REPEATED: usize = 50_000;

/// How many bytes of text they may repeat: few nodes can be large ones.
const MAX_REPEATED_BYTES: usize = 4 << 20;

/// The problem of a text that exceeds either.
const TOO_MUCH: &str = "aliases repeat too much; the rest was not repeated";

/// Where the parser stopped.
pub(super) struct Stop {
    pub(super) at: usize,
    /// How many bytes it had read.
    pub(super) read: usize,
    pub(super) kind: ErrorKind,
    /// Where the outermost brackets began that were open then, if they stand inside of a block.
    pub(super) flow: Option<usize>,
}

pub(super) struct Tree<'t> {
    text: &'t str,
    builder: Builder,
    open: Vec<Frame>,
    /// Complete nodes by the parser's number for their anchor. An alias inside of its own anchor finds nothing here.
    anchors: HashMap<usize, NodeId>,
    repeats_left: usize,
    bytes_left: usize,
    /// The end of the last thing that was read, which is where a block ends.
    end: usize,
}

/// A collection whose end is still to come.
struct Frame {
    kind: Kind,
    start: usize,
    brackets: bool,
    anchor: usize,
    /// In a map: the key whose value comes next.
    key: Option<Scalar>,
    /// In a map: the maps whose entries it takes over.
    merged: Vec<NodeId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map(NodeId),
    List(NodeId),
    /// A map under `<<`: its entries stand in the map around it.
    MergedMap,
    /// A list under `<<`.
    MergedList,
    /// A collection that is a key: what is written is its name.
    Key,
    /// Inside of a key, or too deep.
    Skipped,
}

/// What the next node is for the collection around it.
enum Slot {
    Key,
    Value(Option<Scalar>),
    Merged,
    Skipped,
}

impl<'t> Tree<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            builder: Builder::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            repeats_left: MAX_REPEATED,
            bytes_left: MAX_REPEATED_BYTES,
            end: 0,
        }
    }

    pub(super) fn is_full(&mut self) -> bool {
        self.builder.document().len() >= MAX_NODES && !self.builder.has_room(Span::new(self.end, self.end))
    }

    pub(super) fn finish(self) -> Document {
        self.builder.finish(self.end)
    }

    /// Where the outermost open brackets began that are not the whole document.
    pub(super) fn flow_inside_of_block(&self) -> Option<usize> {
        let outermost = self.open.iter().position(|frame| frame.brackets)?;
        (outermost > 0).then(|| self.open[outermost].start)
    }

    pub(super) fn add(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let named = tag.and_then(|tag| name_elsewhere(self.text, span, style, &tag));
                let scalar = named.unwrap_or_else(|| scalar(self.text, span, style, &value));
                self.end =
                    self.end.max(if scalar.style == Style::Block { scalar.span.end } else { span.end });
                self.add_scalar(scalar, span, anchor);
            }
            Event::MappingStart(style, anchor, _) => self.enter(Value::Map, style, anchor, span),
            Event::SequenceStart(style, anchor, _) => self.enter(Value::List, style, anchor, span),
            Event::MappingEnd | Event::SequenceEnd => {
                self.end = self.end.max(if span.is_empty() { self.end } else { span.end });
                self.leave();
            }
            Event::Alias(anchor) => {
                self.end = span.end;
                self.add_alias(self.anchors.get(&anchor).copied(), span);
            }
            Event::UnresolvedAlias(_) => {
                self.end = span.end;
                self.add_alias(None, span);
            }
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    fn slot(&mut self) -> Slot {
        let Some(frame) = self.open.last_mut() else { return Slot::Value(None) };
        match frame.kind {
            Kind::List(_) => Slot::Value(None),
            Kind::MergedList => Slot::Merged,
            Kind::Key | Kind::Skipped => Slot::Skipped,
            Kind::Map(_) | Kind::MergedMap => match frame.key.take() {
                None => Slot::Key,
                Some(key) if key.style == Style::Plain && key.text == "<<" => Slot::Merged,
                key => Slot::Value(key),
            },
        }
    }

    fn set_key(&mut self, key: Scalar) {
        if let Some(frame) = self.open.last_mut() {
            frame.key = Some(key);
        }
    }

    fn add_scalar(&mut self, scalar: Scalar, span: Span, anchor: usize) {
        match self.slot() {
            Slot::Key => self.set_key(scalar),
            Slot::Value(key) => {
                let span = if scalar.style == Style::Block { scalar.span } else { span };
                if self.builder.has_room(span) {
                    let id = self.builder.scalar(key, scalar, span);
                    self.name(anchor, id);
                }
            }
            // Only maps can be merged.
            Slot::Merged | Slot::Skipped => {}
        }
    }

    fn name(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn enter(&mut self, value: Value, style: StructureStyle, anchor: usize, span: Span) {
        let is_map = value == Value::Map;
        let kind = match self.slot() {
            Slot::Key => Kind::Key,
            Slot::Skipped => Kind::Skipped,
            Slot::Merged if is_map => Kind::MergedMap,
            Slot::Merged => Kind::MergedList,
            Slot::Value(_) if !self.builder.has_room(span) => Kind::Skipped,
            Slot::Value(key) => {
                let id = self.builder.open(key, value, span.start);
                if is_map { Kind::Map(id) } else { Kind::List(id) }
            }
        };
        let brackets = style == StructureStyle::Flow;
        self.open.push(Frame { kind, start: span.start, brackets, anchor, key: None, merged: Vec::new() });
    }

    fn leave(&mut self) {
        let Some(frame) = self.open.pop() else { return };
        match frame.kind {
            Kind::Map(id) | Kind::List(id) => {
                self.take_over(id, &frame.merged);
                self.builder.close(self.end);
                self.name(frame.anchor, id);
            }
            Kind::Key => {
                let span = Span::new(frame.start, self.end.max(frame.start));
                self.set_key(verbatim(self.text, span, Style::Plain));
            }
            Kind::MergedMap | Kind::MergedList | Kind::Skipped => {}
        }
    }

    /// Repeats what an alias stands for. One that stands for nothing is the text that it is, as in `- *.js`.
    fn add_alias(&mut self, target: Option<NodeId>, span: Span) {
        let Some(target) = target else {
            self.builder.problem(span, "an alias without an anchor");
            self.add_scalar(verbatim(self.text, span, Style::Plain), span, 0);
            return;
        };
        match self.slot() {
            Slot::Key => {
                let fits = self.afford(self.builder.document().node(target).scalar().map_or(0, weight), span);
                let key = self.builder.document().node(target).scalar().filter(|_| fits).cloned();
                self.set_key(key.unwrap_or_else(|| verbatim(self.text, span, Style::Plain)));
            }
            Slot::Value(key) => self.repeat(key, target),
            Slot::Merged => {
                let map = self.open.iter_mut().rev().find(|frame| matches!(frame.kind, Kind::Map(_)));
                if let Some(map) = map.filter(|map| !map.merged.contains(&target)) {
                    map.merged.push(target);
                }
            }
            Slot::Skipped => {}
        }
    }

    /// Adds the entries of the merged maps that `map` lacks.
    fn take_over(&mut self, map: NodeId, merged: &[NodeId]) {
        if merged.is_empty() {
            return;
        }
        let document = self.builder.document();
        let names = |id: NodeId| {
            document.children(id).iter().filter_map(|child| Some((*child, document.node(*child).name()?)))
        };
        let mut seen: HashSet<&str> = names(map).map(|(_, name)| name).collect();
        let entries: Vec<_> = merged
            .iter()
            .flat_map(|source| names(*source))
            .take(self.repeats_left + 1)
            .filter(|(_, name)| seen.insert(name))
            .map(|(entry, _)| (entry, document.node(entry).key.clone()))
            .collect();
        for (entry, key) in entries {
            self.repeat(key, entry);
        }
    }

    /// Whether so many bytes may be repeated still, which they are then.
    fn afford(&mut self, bytes: usize, at: Span) -> bool {
        let Some(left) = self.bytes_left.checked_sub(bytes) else {
            self.builder.problem(at, TOO_MUCH);
            return false;
        };
        self.bytes_left = left;
        true
    }

    /// Adds a complete node once more, with the spans that it has.
    fn repeat(&mut self, key: Option<Scalar>, target: NodeId) {
        enum Task {
            Add(Option<Scalar>, NodeId),
            Close(usize),
        }
        let mut tasks = vec![Task::Add(key, target)];
        while let Some(task) = tasks.pop() {
            let (key, id) = match task {
                Task::Add(key, id) => (key, id),
                Task::Close(end) => {
                    self.builder.close(end);
                    continue;
                }
            };
            let node = self.builder.document().node(id);
            let (span, text) = (node.span, node.scalar().map_or(0, weight) + key.as_ref().map_or(0, weight));
            let Some(left) = self.repeats_left.checked_sub(1) else {
                self.builder.problem(span, TOO_MUCH);
                continue;
            };
            if !self.builder.has_room(span) || !self.afford(text, span) {
                continue;
            }
            self.repeats_left = left;
            let node = self.builder.document().node(id).clone();
            if let Value::Scalar(scalar) = node.value {
                self.builder.scalar(key, scalar, node.span);
                continue;
            }
            self.builder.open(key, node.value, node.span.start);
            tasks.push(Task::Close(node.span.end));
            let document = self.builder.document();
            let children = document.children(id).iter().rev();
            tasks.extend(children.map(|child| Task::Add(document.node(*child).key.clone(), *child)));
        }
    }
}

/// How many bytes one more copy takes.
fn weight(scalar: &Scalar) -> usize {
    scalar.text.len() + size_of_val(scalar.steps())
}
