//! To which environment a path belongs, and to which step of the delivery chain a copy of a credential.

use crate::model::{Holder, Location};
use crate::rules::TestPaths;
use crate::text::words;

/// Environments by the words that name them.
const ENVIRONMENTS: &[(&str, &[&str])] = &[
    ("development", &["dev", "development", "local", "sandbox"]),
    ("test", &["test", "testing", "qa", "uat"]),
    ("staging", &["stage", "staging", "stg", "preprod", "preview"]),
    ("production", &["prod", "production", "prd", "live"]),
];

/// The environment that a path names; `None` where it names none or several.
pub(super) fn environment(path: &str) -> Option<&'static str> {
    let found: Vec<&'static str> = ENVIRONMENTS
        .iter()
        .filter(|(_, names)| words(path).any(|word| names.contains(&&*word)))
        .map(|(name, _)| *name)
        .collect();
    (found.len() == 1).then(|| found[0])
}

/// Where on the way from a developer's desk to the running program a copy stands; `None` beside that way: texts and tests.
pub(super) fn stage(holder: Option<&Holder>, location: &Location, tests: &TestPaths) -> Option<&'static str> {
    let path = location.origin.outermost().as_str();
    if tests.matches(path) || is_text(path) {
        return None;
    }
    Some(match holder.map(|holder| &*holder.kind) {
        Some("mcp-server" | "agent" | "agent-extension") => "client",
        Some("env-file") => "env file",
        Some("image-build") => "image",
        Some("ci-job") => "ci",
        Some("compose-service" | "workload" | "secret-manifest" | "config-map" | "gateway") => "deployment",
        _ => of_path(path),
    })
}

/// Whether people read it: what stands there is on no way to a program.
fn is_text(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "md" | "mdx" | "rst" | "adoc" | "txt" | "html" | "ipynb" | "log")
}

fn of_path(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "tf" | "tfvars" | "bicep" => "infrastructure",
        "yaml" | "yml" | "json" | "toml" | "ini" | "properties" => "configuration",
        _ if name.starts_with(".env") => "env file",
        _ => "source",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_named_by_a_word_of_the_path() {
        assert_eq!(environment("deploy/values-prod.yaml"), Some("production"));
        assert_eq!(environment("environments/dev/x.tf"), Some("development"));
        assert_eq!(environment("dev/prod.yaml"), None);
        assert_eq!(environment("src/producer.rs"), None);
    }
}
