//! Images that are built.

/// An image is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// From which directory, as a path of the tree: what the recipe copies is seen from there.
    pub context: String,
    /// By which recipe, as a path of the tree.
    pub recipe: String,
}
