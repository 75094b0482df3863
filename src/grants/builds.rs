//! Images that a document builds, and what is left out of their context.

use crate::document::NodeId;
use crate::model::Build;
use crate::rules::{BuildRoot, BuildSpec};
use crate::text::normal;

use super::collect::Collector;
use super::paths::parent;

impl Collector<'_, '_> {
    pub(super) fn builds(&mut self, root: NodeId) {
        for spec in &self.platform.builds {
            for node in self.all(&spec.select, root) {
                let build = self.build(spec, node);
                self.out.builds.extend(build);
            }
        }
        let lines = self.all(&self.platform.leaves_out, root);
        let lines = lines.into_iter().filter_map(|line| self.document.node(line).text().map(str::to_owned));
        self.out.leaves_out.extend(lines);
    }

    /// `None` where a path is no path of the tree: a repository's address, a variable.
    fn build(&self, spec: &BuildSpec, node: NodeId) -> Option<Build> {
        let (context, recipe) = (self.first_text(&spec.context, node), self.first_text(&spec.recipe, node));
        let is_elsewhere = |path: &String| path.contains("://") || path.contains(['$', '{', '#']);
        if context.iter().chain(&recipe).any(is_elsewhere) {
            return None;
        }
        let base = match spec.from {
            BuildRoot::File => parent(self.site.path.as_str()),
            BuildRoot::Tree => "",
        };
        let context = normal(&format!("{base}/{}", context.unwrap_or_default()));
        let recipe = match (recipe, spec.from) {
            (Some(recipe), BuildRoot::Tree) => normal(&recipe),
            (recipe, _) => normal(&format!("{context}/{}", recipe.as_deref().unwrap_or("Dockerfile"))),
        };
        Some(Build { context, recipe })
    }
}
