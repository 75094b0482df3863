//! Paths of a tree, as texts: `/` between steps, nothing read.

/// Without `.`, `..` and doubled slashes; never above the root.
pub fn normal(path: &str) -> String {
    walked(path).0
}

/// Where a path that is marked as local (`./`, `../`) leads from `directory`. `None` for any other, and for one that leaves the
/// tree.
pub fn local(directory: &str, path: &str) -> Option<String> {
    let is_local = path.starts_with("./") || path.starts_with("../");
    let (there, Reach::Inside) = walked(&format!("{directory}/{path}")) else { return None };
    is_local.then_some(there)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Inside,
    Above,
}

fn walked(path: &str) -> (String, Reach) {
    let mut steps: Vec<&str> = Vec::new();
    let mut reach = Reach::Inside;
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.pop().is_none() => reach = Reach::Above,
            ".." => {}
            step => steps.push(step),
        }
    }
    (steps.join("/"), reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_where_its_path_leads() {
        assert_eq!(local("envs/prod", "../../modules/key").as_deref(), Some("modules/key"));
        assert_eq!(local("", "./key/").as_deref(), Some("key"));
        assert_eq!(local("a", "../../key"), None);
        assert_eq!(local("a", "terraform-aws-modules/iam/aws"), None);
    }

    #[test]
    fn a_path_ends_at_the_root() {
        assert_eq!(normal("a/b/../../../x"), "x");
        assert_eq!(normal("/a//./b/"), "a/b");
    }
}
