//! The graph for Graphviz.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::model::{Noun, Relation};

use super::Drawing;
use super::label::{Labels, Paint};
use super::select::Selection;

const HEAD: &str = "digraph outstay {
  graph [rankdir=LR, fontname=\"sans-serif\", fontsize=11, charset=\"UTF-8\"]
  node [fontname=\"sans-serif\", fontsize=11, style=filled, fontcolor=\"#1f2328\"]
  edge [fontname=\"sans-serif\", fontsize=9, color=\"#57606a\"]
";

pub(super) fn text(selection: &Selection<'_>, labels: &Labels<'_>, drawing: &Drawing) -> String {
    let mut out = HEAD.to_owned();
    let files = selection.files();
    for (number, (file, holders)) in files.iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_f{} {{", number + 1);
        let _ = writeln!(out, "    label={}", quoted(&[labels.name(file)]));
        for holder in holders {
            node(&mut out, "    ", *holder, (selection, labels));
        }
        out.push_str("  }\n");
    }
    let grouped: BTreeSet<usize> = files.into_values().flatten().collect();
    for index in selection.nodes.iter().filter(|index| !grouped.contains(index)) {
        node(&mut out, "  ", *index, (selection, labels));
    }
    for edge in &selection.edges {
        let look = match (selection.is_shared(edge.to), edge.relation) {
            (_, Relation::Keeps | Relation::Mints | Relation::Opens) => ", style=dashed",
            (true, _) => ", penwidth=3",
            (false, _) => "",
        };
        let (from, to, label) = (labels.id(edge.from), labels.id(edge.to), quoted(&[labels.edge(edge)]));
        let _ = writeln!(out, "  {from} -> {to} [label={label}{look}]");
    }
    let incomplete =
        drawing.incomplete.then(|| "Incomplete: not all that was asked for was examined.".to_owned());
    for (number, note) in selection.left_out.cut().into_iter().chain(incomplete).enumerate() {
        let _ = writeln!(
            out,
            "  note{} [shape=plaintext, fillcolor=\"#ffffff\", label={}]",
            number + 1,
            quoted(&[note])
        );
    }
    legend(&mut out, selection, labels);
    out.push_str("}\n");
    out
}

fn node(out: &mut String, indent: &str, index: usize, (selection, labels): (&Selection<'_>, &Labels<'_>)) {
    let lines = labels.node(index, selection.sharers[index].len());
    let shape = match &selection.graph.nodes[index].noun {
        Noun::Holder(holder) if holder.agent => "hexagon",
        Noun::Holder(_) => "box",
        Noun::Credential(_) => "ellipse",
        Noun::Reference(_) => "note",
        Noun::Principal(_) => "octagon",
        Noun::Door(_) => "house",
        Noun::Mint(_) => "invhouse",
        Noun::Role(_) => "septagon",
    };
    let look = look(labels.paint(index), shape);
    let double = if selection.is_shared(index) { ", peripheries=2, penwidth=3" } else { "" };
    let _ = writeln!(out, "{indent}{} [{look}{double}, label={}]", labels.id(index), quoted(&lines));
}

fn look(paint: Paint, shape: &str) -> String {
    let (fill, line) = paint.colours();
    let dashes = if paint == Paint::Elsewhere { ", style=\"filled,dashed\"" } else { "" };
    format!("shape={shape}, fillcolor=\"{fill}\", color=\"{line}\"{dashes}")
}

/// The colours that occur, and what they say.
fn legend(out: &mut String, selection: &Selection<'_>, labels: &Labels<'_>) {
    let paints: BTreeSet<Paint> = selection.nodes.iter().map(|index| labels.paint(*index)).collect();
    if paints.is_empty() {
        return;
    }
    out.push_str("  subgraph cluster_legend {\n    label=\"Legend\"\n");
    for paint in paints {
        let shape = match paint {
            Paint::Agent => "hexagon",
            Paint::Holder => "box",
            Paint::Plain => "octagon",
            Paint::Lasting(_) => "ellipse",
            Paint::Brokered | Paint::Elsewhere => "note",
        };
        let (name, look) = (paint.name(), look(paint, shape));
        let _ = writeln!(out, "    is_{name} [{look}, label=\"{}\"]", paint.meaning());
    }
    if selection.nodes.iter().any(|index| selection.is_shared(*index)) {
        out.push_str(
            "    is_shared [shape=ellipse, fillcolor=\"#ffffff\", peripheries=2, penwidth=3, label=\"shared: several holders have it\"]\n",
        );
    }
    out.push_str("  }\n");
}

/// Lines as one quoted string. Graphviz reads backslashes and HTML entities in it.
fn quoted(lines: &[String]) -> String {
    let escaped = |line: &String| line.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    format!("\"{}\"", lines.iter().map(escaped).collect::<Vec<_>>().join("\\n"))
}
