//! Which part of a graph is drawn: what matters most first, and what is left out is counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Edge, Graph, LifetimeClass, Noun};

use super::{LeftOut, Lonely};

/// How much is drawn at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) nodes: usize,
    pub(super) edges: usize,
}

/// What is drawn.
pub(super) struct Selection<'g> {
    pub(super) graph: &'g Graph,
    /// Indexes of the nodes, sorted.
    pub(super) nodes: Vec<usize>,
    /// In the graph's order.
    pub(super) edges: Vec<&'g Edge>,
    /// For each node of the graph, who has it.
    pub(super) sharers: Vec<BTreeSet<usize>>,
    pub(super) left_out: LeftOut,
}

impl<'g> Selection<'g> {
    pub(super) fn of(graph: &'g Graph, bounds: Bounds, lonely: Lonely) -> Self {
        let sharers = graph.sharers();
        let mut by_weight: Vec<&Edge> = graph.edges.iter().collect();
        by_weight.sort_by_key(|edge| (Reverse(weight(graph, edge, &sharers)), edge.from, edge.to));
        let (mut nodes, mut edges) = (BTreeSet::new(), Vec::new());
        for edge in by_weight {
            let ends = BTreeSet::from([edge.from, edge.to]);
            let new = ends.difference(&nodes).count();
            if edges.len() < bounds.edges && nodes.len() + new <= bounds.nodes {
                nodes.extend(ends);
                edges.push(edge);
            }
        }
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.relation));
        let connected: BTreeSet<usize> = graph.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        let alone = (0..graph.nodes.len()).filter(|node| !connected.contains(node));
        let mut left_out = LeftOut {
            nodes: connected.len() - nodes.len(),
            edges: graph.edges.len() - edges.len(),
            unconnected: 0,
        };
        for node in alone {
            // What will issue credentials says something by itself.
            let speaks = lonely == Lonely::Drawn || matches!(graph.nodes[node].noun, Noun::Mint(_));
            match speaks {
                false => left_out.unconnected += 1,
                true if nodes.len() < bounds.nodes => {
                    nodes.insert(node);
                }
                true => left_out.nodes += 1,
            }
        }
        Self { graph, nodes: nodes.into_iter().collect(), edges, sharers, left_out }
    }

    /// Whether several holders have it.
    pub(super) fn is_shared(&self, node: usize) -> bool {
        self.sharers[node].len() > 1
    }

    /// The drawn holders, by the file in which each is first declared.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<usize>> {
        let mut files: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for index in &self.nodes {
            let node = &self.graph.nodes[*index];
            if let (Noun::Holder(_), Some(place)) = (&node.noun, node.places.first()) {
                files.entry(place.origin.to_string()).or_default().push(*index);
            }
        }
        files
    }
}

/// Shared things first, then what agents have, then what outlasts the work.
fn weight(graph: &Graph, edge: &Edge, sharers: &[BTreeSet<usize>]) -> (bool, bool, bool) {
    let is_agent = |node: usize| matches!(&graph.nodes[node].noun, Noun::Holder(holder) if holder.agent);
    let stands = |node: usize| match &graph.nodes[node].noun {
        Noun::Credential(credential) => credential.lifetime.class >= LifetimeClass::Unknown,
        _ => false,
    };
    let ends = [edge.from, edge.to];
    (
        sharers[edge.to].len() > 1,
        ends.iter().any(|node| is_agent(*node)) || sharers[edge.from].iter().any(|node| is_agent(*node)),
        ends.iter().any(|node| stands(*node)),
    )
}
