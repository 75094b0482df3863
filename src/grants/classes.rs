//! Classes of values that predicates speak of: paths that hold a person's logins.

/// Directories and files below a home that hold the state of a person's own logins.
const HUMAN_STATE: &[&str] = &[
    ".aws",
    ".config/gcloud",
    ".azure",
    ".config/gh",
    ".kube",
    ".docker",
    ".docker/config.json",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".npmrc",
    ".netrc",
    ".git-credentials",
    ".pypirc",
    ".config/op",
    ".config/glab-cli",
    ".databrickscfg",
    ".vault-token",
    ".terraform.d",
    ".snowflake",
    ".cursor",
    ".copilot",
    ".config/github-copilot",
    ".local/share/opencode",
    ".qwen",
    ".config/goose",
    ".fly",
    ".config/doctl",
    ".config/heroku",
    ".oci",
    ".bluemix",
    ".config/configstore",
    ".wrangler",
    ".supabase",
    ".modal.toml",
    ".huggingface",
    ".cache/huggingface/token",
];

/// Names for a home directory, as compose files, devcontainers and scripts write them.
const HOMES: &[&str] = &[
    "~",
    "$HOME",
    "${HOME}",
    "${env:HOME}",
    "${localEnv:HOME}",
    "${localEnv:HOME}${localEnv:USERPROFILE}",
    "%USERPROFILE%",
    "${USERPROFILE}",
    "$USERPROFILE",
    "${localEnv:USERPROFILE}",
    "$env:USERPROFILE",
    "${HOME:-~}",
    "/root",
];

/// The classes of a path that is mounted or copied.
pub(super) fn of_path(path: &str) -> Vec<&'static str> {
    let path = path.trim().replace('\\', "/");
    let Some(below) = below_home(path.trim_end_matches('/')) else { return Vec::new() };
    let is = |state: &&&str| {
        below == **state || below.strip_prefix(**state).is_some_and(|rest| rest.starts_with('/'))
    };
    if below == ".ssh" || below.starts_with(".ssh/") {
        vec!["ssh-state"]
    } else if HUMAN_STATE.iter().find(is).is_some() {
        vec!["human-cli-state"]
    } else {
        Vec::new()
    }
}

/// Scopes that open everything, or what administers.
const BROAD_SCOPES: &[&str] = &[
    "*",
    "all",
    "full_access",
    "full-access",
    "fullaccess",
    "admin",
    "root",
    "superuser",
    "all-apis",
    "delete_repo",
    "site_admin",
    "sudo",
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/drive",
    "https://www.googleapis.com/auth/gmail.modify",
    "https://mail.google.com/",
    "https://www.googleapis.com/auth/admin.directory.user",
    "directory.readwrite.all",
    "files.readwrite.all",
    "mail.readwrite",
    "sites.fullcontrol.all",
    "user_impersonation",
];

/// The class of an OAuth scope, or of several between blanks or commas.
pub(super) fn of_scope(scopes: &str) -> Option<&'static str> {
    let is_broad = |scope: &str| {
        let scope = scope.trim_matches(['"', '\'']).to_ascii_lowercase();
        BROAD_SCOPES.contains(&scope.as_str())
            || scope.starts_with("admin:")
            || scope.ends_with(":*")
            || scope.ends_with(".*")
            || scope.ends_with(":admin")
    };
    scopes
        .split([' ', ',', '\n', '\t'])
        .filter(|scope| !scope.is_empty())
        .any(is_broad)
        .then_some("broad-scope")
}

/// The class of what an action takes: `uses:owner/name`, whatever its version and case.
pub(super) fn of_action(uses: &str) -> Option<String> {
    let action = uses.split('@').next().unwrap_or(uses).trim();
    (!action.is_empty()).then(|| format!("uses:{}", action.to_ascii_lowercase()))
}

/// The part of a path below somebody's home.
fn below_home(path: &str) -> Option<&str> {
    let named = HOMES.iter().find_map(|home| path.strip_prefix(home)?.strip_prefix('/'));
    let by_user = || {
        let user = path.strip_prefix("/home/").or_else(|| path.strip_prefix("/Users/"));
        let user = user.or_else(|| path.get(1..)?.strip_prefix(":/Users/"))?;
        user.split_once('/').map(|(_, below)| below)
    };
    named.or_else(by_user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_known_whatever_its_version() {
        assert_eq!(of_action("Azure/login@v2").as_deref(), Some("uses:azure/login"));
        assert_eq!(of_action("./local").as_deref(), Some("uses:./local"));
        assert_eq!(of_action("@v1"), None);
    }

    #[test]
    fn a_broad_scope_is_known_among_others() {
        for scopes in
            ["repo admin:org workflow", "*", "issues:*", "read,https://mail.google.com/", "openid all-apis"]
        {
            assert_eq!(of_scope(scopes), Some("broad-scope"), "{scopes}");
        }
        for scopes in
            ["issues:read", "repo", "openid profile", "", "https://www.googleapis.com/auth/drive.file"]
        {
            assert_eq!(of_scope(scopes), None, "{scopes}");
        }
    }

    #[test]
    fn only_exact_paths_below_a_home_are_state() {
        for path in [
            "~/.aws",
            "${HOME}/.config/gcloud/",
            "/home/dev/.kube/config",
            "C:\\Users\\dev\\.azure",
            "${localEnv:HOME}${localEnv:USERPROFILE}/.aws",
            "/root/.claude",
        ] {
            assert_eq!(of_path(path), ["human-cli-state"], "{path}");
        }
        assert_eq!(of_path("~/.ssh"), ["ssh-state"]);
        for path in ["~/.cache", "./.aws", "~/.awsome", "/data", "~", "", "/home", "aws"] {
            assert_eq!(of_path(path), Vec::<&str>::new(), "{path}");
        }
    }
}
