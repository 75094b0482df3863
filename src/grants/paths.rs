//! Paths as configuration names them, as paths of the tree.

use crate::text::normal;

/// The directory that a path stands in.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `name` as seen from the file at `path`. Variables that editors put for the root of the workspace stand for the directories
/// above a client's own.
pub(super) fn joined(path: &str, name: &str) -> String {
    let workspace = ["${workspaceFolder}/", "${workspaceRoot}/", "${PWD}/", "$PWD/"];
    if let Some(rest) = workspace.iter().find_map(|prefix| name.strip_prefix(prefix)) {
        let root = parent(path)
            .rsplit_once("/.")
            .map_or_else(|| if parent(path).starts_with('.') { "" } else { parent(path) }, |(root, _)| root);
        return normal(&format!("{root}/{rest}"));
    }
    normal(&format!("{}/{name}", parent(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_their_file() {
        assert_eq!(joined("deploy/compose.yaml", "./.env"), "deploy/.env");
        assert_eq!(joined("deploy/compose.yaml", "../.env"), ".env");
        assert_eq!(joined("compose.yaml", ".env"), ".env");
        assert_eq!(joined(".vscode/mcp.json", "${workspaceFolder}/.env"), ".env");
        assert_eq!(joined("a/.vscode/mcp.json", "${workspaceFolder}/x/.env"), "a/x/.env");
        assert_eq!(joined("a/b", "../../../x"), "x");
    }
}
