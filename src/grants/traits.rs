//! What is true of a holder, and which agent it runs.

use std::rc::Rc;
use std::sync::Arc;

use crate::document::{NodeId, Value};
use crate::rules::{HolderSpec, ProgramRow, TraitReader, TraitSpec};
use crate::text::matches_any;

use super::collect::Collector;
use super::commands;

impl<'c, 'r: 'c> Collector<'c, 'r> {
    /// The names of what is true of a holder; among them what it runs.
    pub(super) fn traits(&self, spec: &HolderSpec, node: NodeId) -> Vec<Arc<str>> {
        let own = spec.traits.iter().filter(|spec| self.has_trait(spec, node));
        let mut traits: Vec<Arc<str>> = own.map(|spec| spec.name.as_str().into()).collect();
        traits.extend(self.programs(spec, node));
        traits
    }

    /// The trait that makes an agent of a holder.
    pub(super) fn product<'t>(&self, spec: &HolderSpec, traits: &'t [Arc<str>]) -> Option<&'t Arc<str>> {
        let rows = &self.detector.pack().tables.programs;
        let runs = !(spec.runs.commands.is_empty() && spec.runs.actions.is_empty());
        traits.iter().find(|has| {
            spec.agent_traits.iter().any(|name| ***has == **name)
                || runs && rows.iter().any(|row| row.agent && *row.name == ***has)
        })
    }

    /// What of the table a holder runs.
    fn programs(&self, spec: &HolderSpec, node: NodeId) -> Vec<Arc<str>> {
        let scripts = self.all(&spec.runs.commands, node);
        let commands: Vec<_> = scripts.into_iter().map(|script| self.commands_of(script)).collect();
        let texts = |paths| {
            let nodes = self.all(paths, node).into_iter();
            nodes.filter_map(|node| self.document.node(node).text()).collect::<Vec<&str>>()
        };
        let (actions, images) = (texts(&spec.runs.actions), texts(&spec.runs.images));
        let is_run = |row: &&ProgramRow| {
            let runs = |command: &String| {
                matches_any(&row.commands, command) && !matches_any(&row.not_commands, command)
            };
            commands.iter().any(|script| script.iter().any(runs))
                || actions.iter().any(|action| matches_any(&row.actions, action))
                || images.iter().any(|image| matches_any(&row.images, image))
        };
        let rows = self.detector.pack().tables.programs.iter();
        rows.filter(is_run).map(|row| row.name.as_str().into()).collect()
    }

    fn has_trait(&self, spec: &TraitSpec, node: NodeId) -> bool {
        let base = match spec.from.as_slice() {
            [] => Some(node),
            bases => bases.iter().flat_map(|path| path.select(self.document, node)).next(),
        };
        let forbidden = spec.unless.iter().any(|path| !path.select(self.document, node).is_empty());
        let Some(base) = base.filter(|_| !forbidden) else { return false };
        let is_bare = spec.matches.is_empty() && spec.not_matches.is_empty();
        spec.select
            .iter()
            .flat_map(|path| path.select(self.document, base))
            .any(|found| is_bare || self.passes(spec, found))
    }

    /// Whether the text of a node, or the name of a map or list, is as a trait asks.
    fn passes(&self, spec: &TraitSpec, id: NodeId) -> bool {
        let passes = |text: &str| {
            (spec.matches.is_empty() || matches_any(&spec.matches, text))
                && !matches_any(&spec.not_matches, text)
        };
        let node = self.document.node(id);
        match (&node.value, spec.read) {
            (Value::Scalar(scalar), TraitReader::Text) => passes(&scalar.text),
            (Value::Scalar(_), TraitReader::Commands) => {
                self.commands_of(id).iter().any(|command| passes(command))
            }
            (Value::Map | Value::List, _) => node.name().is_some_and(passes),
        }
    }

    /// The commands of a script; of a map or list none.
    fn commands_of(&self, id: NodeId) -> Rc<[String]> {
        if let Some(known) = self.commands.borrow().get(&id) {
            return Rc::clone(known);
        }
        let read: Rc<[String]> = self.document.node(id).text().map(commands::of).unwrap_or_default().into();
        self.commands.borrow_mut().insert(id, Rc::clone(&read));
        read
    }
}
