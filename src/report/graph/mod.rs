//! Who holds what, drawn: Mermaid, Graphviz DOT, JSON.
//!
//! What is drawn comes from the scanned text and is not trusted: every name goes through the gatekeeper, and then through the escaping
//! of its syntax. The nodes' own names in the drawing are ours (`h1`, `c2`).

mod dot;
mod json;
mod label;
mod mermaid;
mod select;
#[cfg(test)]
mod tests;

pub use json::graph_schema;

use std::io;

use crate::model::Graph;

use super::sanitise;
use label::Labels;
use select::{Bounds, Selection};

/// What a graph is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// For Markdown: GitHub, GitLab and most wikis draw it.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// The versioned document of [`graph_schema`].
    Json,
}

/// What becomes of nodes without edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lonely {
    /// They are counted only.
    #[default]
    LeftOut,
    /// They are drawn.
    Drawn,
}

/// What is drawn of a graph.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drawing {
    /// At most so many nodes; `None`: as many as the format carries.
    pub most_nodes: Option<usize>,
    /// What becomes of nodes without edges.
    pub lonely: Lonely,
    /// Whether the run behind it did not examine all that was asked for.
    pub incomplete: bool,
}

/// What a drawing does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// Nodes without edges.
    pub unconnected: usize,
    /// Nodes beyond the limit.
    pub nodes: usize,
    /// Edges beyond the limit, or to such nodes.
    pub edges: usize,
}

impl LeftOut {
    /// One sentence about what the limit cut, if it cut something.
    pub fn cut(&self) -> Option<String> {
        (self.nodes + self.edges > 0)
            .then(|| format!("{} nodes and {} edges beyond the limit are left out.", self.nodes, self.edges))
    }
}

impl GraphFormat {
    /// Mermaid refuses more than 500 edges, and what it draws of some hundred nodes nobody can read.
    fn bounds(self, drawing: &Drawing) -> Bounds {
        let (nodes, edges) = match self {
            Self::Mermaid => (200, 500),
            Self::Dot => (500, usize::MAX),
            Self::Json => (usize::MAX, usize::MAX),
        };
        Bounds { nodes: drawing.most_nodes.unwrap_or(nodes), edges }
    }
}

/// Mermaid refuses longer texts.
const LONGEST_MERMAID: usize = 50_000;

/// Writes `graph` to `out`, and says what of it is not shown. The same graph gives the same bytes.
pub fn draw(
    graph: &Graph,
    drawing: &Drawing,
    format: GraphFormat,
    out: &mut dyn io::Write,
) -> io::Result<LeftOut> {
    let gatekeeper = sanitise::of_graph(graph);
    let labels = Labels::new(graph, &gatekeeper);
    let mut bounds = format.bounds(drawing);
    loop {
        let selection = Selection::of(graph, bounds, drawing.lonely);
        let left_out = selection.left_out;
        let text = match format {
            GraphFormat::Json => {
                json::write(&selection, drawing, &gatekeeper, out)?;
                return Ok(left_out);
            }
            GraphFormat::Dot => dot::text(&selection, &labels, drawing),
            GraphFormat::Mermaid => mermaid::text(&selection, &labels, drawing),
        };
        let is_too_long = format == GraphFormat::Mermaid && text.len() > LONGEST_MERMAID;
        if is_too_long && selection.nodes.len() > 1 {
            bounds.nodes = selection.nodes.len() * 3 / 4;
            continue;
        }
        out.write_all(text.as_bytes())?;
        return Ok(left_out);
    }
}
