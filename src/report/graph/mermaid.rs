//! The graph as a Mermaid flowchart.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model::{Noun, Relation};

use super::Drawing;
use super::label::{Labels, Paint};
use super::select::Selection;

pub(super) fn text(selection: &Selection<'_>, labels: &Labels<'_>, drawing: &Drawing) -> String {
    let mut out = String::from("flowchart LR\n");
    let files = selection.files();
    for (number, (file, holders)) in files.iter().enumerate() {
        let _ = writeln!(out, "  subgraph f{}[{}]", number + 1, quoted(&labels.name(file)));
        for holder in holders {
            node(&mut out, "    ", *holder, (selection, labels));
        }
        out.push_str("  end\n");
    }
    let grouped: BTreeSet<usize> = files.into_values().flatten().collect();
    for index in selection.nodes.iter().filter(|index| !grouped.contains(index)) {
        node(&mut out, "  ", *index, (selection, labels));
    }
    for edge in &selection.edges {
        let shared = selection.is_shared(edge.to);
        let arrow = match (shared, edge.relation) {
            (_, Relation::Keeps | Relation::Mints | Relation::Opens) => "-.->",
            (true, _) => "==>",
            (false, _) => "-->",
        };
        let (from, to) = (labels.id(edge.from), labels.id(edge.to));
        let _ = writeln!(out, "  {from} {arrow}|{}| {to}", quoted(&labels.edge(edge)));
    }
    notes(&mut out, selection, drawing);
    paint(&mut out, selection, labels);
    out
}

fn node(out: &mut String, indent: &str, index: usize, (selection, labels): (&Selection<'_>, &Labels<'_>)) {
    let lines = labels.node(index, selection.sharers[index].len());
    let label = format!("\"{}\"", lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>"));
    let (open, close) = match &selection.graph.nodes[index].noun {
        Noun::Holder(holder) if holder.agent => ("{{", "}}"),
        Noun::Holder(_) => ("[", "]"),
        _ if selection.is_shared(index) => ("[[", "]]"),
        Noun::Credential(_) => ("([", "])"),
        Noun::Reference(_) => (">", "]"),
        Noun::Principal(_) => ("(", ")"),
        Noun::Door(_) => ("[\\", "/]"),
        Noun::Mint(_) => ("[/", "\\]"),
        Noun::Role(_) => ("{{", "}}"),
    };
    let _ = writeln!(out, "{indent}{}{open}{label}{close}", labels.id(index));
}

/// What is not shown.
fn notes(out: &mut String, selection: &Selection<'_>, drawing: &Drawing) {
    let incomplete =
        drawing.incomplete.then(|| "Incomplete: not all that was asked for was examined.".to_owned());
    for (number, note) in selection.left_out.cut().into_iter().chain(incomplete).enumerate() {
        let _ = writeln!(out, "  note{}[{}]", number + 1, quoted(&note));
    }
}

/// Colours, and the legend of those that occur.
fn paint(out: &mut String, selection: &Selection<'_>, labels: &Labels<'_>) {
    let mut painted: BTreeMap<Paint, Vec<&str>> = BTreeMap::new();
    for index in &selection.nodes {
        painted.entry(labels.paint(*index)).or_default().push(labels.id(*index));
    }
    let shared: Vec<&str> = selection
        .nodes
        .iter()
        .filter(|index| selection.is_shared(**index))
        .map(|index| labels.id(*index))
        .collect();
    if painted.is_empty() {
        return;
    }
    out.push_str("  subgraph legend[\"Legend\"]\n");
    for paint in painted.keys() {
        let (open, close) = match paint {
            Paint::Agent => ("{{", "}}"),
            Paint::Lasting(_) => ("([", "])"),
            Paint::Brokered | Paint::Elsewhere => (">", "]"),
            Paint::Holder | Paint::Plain => ("[", "]"),
        };
        let _ = writeln!(out, "    is_{}{open}{}{close}", paint.name(), quoted(paint.meaning()));
    }
    if !shared.is_empty() {
        out.push_str("    is_shared[[\"shared: several holders have it\"]]\n");
    }
    out.push_str("  end\n");
    for (paint, ids) in &painted {
        let (fill, line) = paint.colours();
        let name = paint.name();
        let dashes = if *paint == Paint::Elsewhere { ",stroke-dasharray:4" } else { "" };
        let _ = writeln!(out, "  classDef {name} fill:{fill},stroke:{line},color:#1f2328{dashes}");
        let _ = writeln!(out, "  class {},is_{name} {name}", ids.join(","));
    }
    if !shared.is_empty() {
        out.push_str("  classDef shared stroke-width:4px\n");
        let _ = writeln!(out, "  class {},is_shared shared", shared.join(","));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Everything but letters, digits and what never means anything to Mermaid, Markdown or HTML as an entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character.is_alphanumeric() || " -_./:,·…()".contains(character) {
            out.push(character);
        } else {
            let _ = write!(out, "#{};", u32::from(character));
        }
    }
    out
}
