//! Classes of values that predicates speak of: what a path that is mounted, copied or opened gives away.
//!
//! | class | a path |
//! |---|---|
//! | `human-cli-state` | of the logins of a person's command line tools |
//! | `ssh-state` | of a person's SSH keys |
//! | `ssh-agent-socket` | of a socket by which an agent signs with a person's keys, of SSH or GnuPG |
//! | `container-socket` | of a container runtime's socket: root on the host |
//! | `browser-profile` | of the profile that a person browses with |
//! | `credential-file` | of a file that is nothing but credentials, where it is copied |
//! | `home` | of a whole home directory, or of all of them |
//! | `root` | of the whole file system |

mod copied;
mod names;

pub(super) use copied::of_copied;
use names::{CONTAINER_SOCKETS, HARMLESS, HOMES, HUMAN_STATE, NOBODY, ONLY_IN_HOMES, PROFILES, WINDOWS_DATA};

/// The classes of a path that is mounted, copied or opened: at most one, the narrowest.
pub(super) fn of_path(path: &str) -> Vec<&'static str> {
    let slashes = path.trim().trim_matches(['"', '\'']).replace('\\', "/");
    class(default_of(&slashes)).into_iter().collect()
}

fn class(path: &str) -> Option<&'static str> {
    if CONTAINER_SOCKETS.contains(&last_step(path)) {
        return Some("container-socket");
    }
    if is_agent_socket(path) {
        return Some("ssh-agent-socket");
    }
    if is_root(path) {
        return Some("root");
    }
    let path = path.trim_end_matches('/');
    let Some(below) = below_home(path) else { return moved_class(path) };
    match below.as_str() {
        "" => (!NOBODY.iter().any(|user| last_step(path).eq_ignore_ascii_case(user))).then_some("home"),
        below => below_class(below),
    }
}

/// What is kept of a home under another root: `/srv/devhome/.config/gh`.
fn moved_class(path: &str) -> Option<&'static str> {
    let holds =
        |state: &&str| path.strip_suffix(*state).is_some_and(|root| root.len() > 1 && root.ends_with('/'));
    (path.starts_with('/') && ONLY_IN_HOMES.iter().any(holds)).then_some("human-cli-state")
}

fn below_class(below: &str) -> Option<&'static str> {
    let inside = |state: &str| match below.strip_prefix(state)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    };
    let opens = |rest: &str| {
        let (first, last) = (rest.split('/').next().unwrap_or_default(), last_step(rest));
        !HARMLESS.iter().any(|name| name.eq_ignore_ascii_case(first) || name.eq_ignore_ascii_case(last))
            && !last.ends_with(".pub")
            && !last.ends_with(".md")
    };
    if let Some(rest) = inside(".ssh") {
        return (rest != "config" && opens(rest)).then_some("ssh-state");
    }
    if PROFILES.iter().any(|profile| inside(profile).is_some()) {
        return Some("browser-profile");
    }
    let rest = HUMAN_STATE.iter().find_map(|state| inside(state))?;
    // The settings of the AWS tools name accounts and regions; the keys stand beside them.
    (below != ".aws/config" && opens(rest)).then_some("human-cli-state")
}

fn last_step(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What stands for `${VARIABLE:-path}` where nobody sets the variable; a home's own variable stays.
fn default_of(path: &str) -> &str {
    let Some((name, rest)) = path.strip_prefix("${").and_then(|inner| inner.split_once(":-")) else {
        return path;
    };
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match rest.strip_suffix('}') {
        Some(default)
            if is_plain && name != "HOME" && !name.contains("SSH_AUTH_SOCK") && !default.is_empty() =>
        {
            default
        }
        _ => path,
    }
}

fn is_agent_socket(path: &str) -> bool {
    let last = last_step(path);
    path.contains("SSH_AUTH_SOCK")
        || last.starts_with("S.gpg-agent")
        || matches!(last, "ssh-auth.sock" | "ssh-agent.sock" | "ssh-agent.socket")
        || path.contains("/ssh-agent/")
        || path.contains("1password/agent.sock")
        || path.contains("/1password/t/agent.sock")
}

/// `/`, or the root of a drive.
fn is_root(path: &str) -> bool {
    let drive = path.strip_suffix('/').unwrap_or(path);
    path == "/" || drive.len() == 2 && drive.ends_with(':') && drive.as_bytes()[0].is_ascii_alphabetic()
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

/// The part of a path below somebody's home; empty for the home itself, and for the directory of all homes.
fn below_home(path: &str) -> Option<String> {
    if matches!(path, "/home" | "/Users") {
        return Some(String::new());
    }
    let below = |head: &str| match path.strip_prefix(head)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    };
    let named = HOMES.iter().find_map(|home| below(home)).map(str::to_owned);
    let of_data = || WINDOWS_DATA.iter().find_map(|(name, data)| Some(format!("{data}/{}", below(name)?)));
    let by_user = || {
        let users = path.strip_prefix("/home/").or_else(|| path.strip_prefix("/Users/"));
        let users = users.or_else(|| path.get(1..)?.strip_prefix(":/Users/"));
        let user = users.or_else(|| path.strip_prefix("/mnt/")?.get(1..)?.strip_prefix("/Users/"))?;
        Some(user.split_once('/').map_or("", |(_, below)| below).to_owned())
    };
    named.or_else(of_data).or_else(by_user)
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
            "${env:HOME}${env:USERPROFILE}/.aws",
            "/root/.claude",
            "~/.claude/.credentials.json",
            "${CODEX_HOME:-~/.codex}",
            "/srv/devhome/.config/gh",
        ] {
            assert_eq!(of_path(path), ["human-cli-state"], "{path}");
        }
        for path in ["~/.ssh", "~/.ssh/id_ed25519", "/home/dev/.ssh/"] {
            assert_eq!(of_path(path), ["ssh-state"], "{path}");
        }
        for path in [
            "~/.cache",
            "./.aws",
            "/.aws",
            "/srv/my.aws",
            "/workspace/.claude",
            "~/.awsome",
            "/data",
            "",
            "aws",
            "~/.claude/skills",
            "~/.claude/CLAUDE.md",
            "~/.codex/config.toml",
            "~/.aws/config",
            "~/.docker/cli-plugins",
            "~/.ssh/known_hosts",
            "~/.ssh/id_ed25519.pub",
            "~/.ssh/config",
            "claude-state",
            "~root",
        ] {
            assert_eq!(of_path(path), Vec::<&str>::new(), "{path}");
        }
    }

    #[test]
    fn homes_roots_sockets_and_profiles_have_classes_of_their_own() {
        let cases: [(&str, &[&str]); 5] = [
            (
                "home",
                &[
                    "~",
                    "~/",
                    "$HOME",
                    "${userHome}",
                    "/home/dev",
                    "/Users/dev/",
                    "C:\\Users\\dev",
                    "/root",
                    "/home",
                ],
            ),
            ("root", &["/", "C:\\", "d:/"]),
            ("ssh-agent-socket", &["${SSH_AUTH_SOCK}", "$SSH_AUTH_SOCK", "/run/host-services/ssh-auth.sock"]),
            (
                "container-socket",
                &[
                    "/var/run/docker.sock",
                    "${DOCKER_SOCK:-/var/run/docker.sock}",
                    "/run/user/1000/podman/podman.sock",
                ],
            ),
            (
                "browser-profile",
                &[
                    "/Users/dev/Library/Application Support/Google/Chrome",
                    "~/.config/google-chrome/Default",
                    "%LOCALAPPDATA%\\Google\\Chrome\\User Data",
                ],
            ),
        ];
        for (class, paths) in cases {
            for path in paths {
                assert_eq!(of_path(path), [class], "{path}");
            }
        }
        for path in [
            "/srv",
            "./",
            ".",
            "..",
            "/home/dev/project",
            "${PWD}",
            "/tmp/profile",
            "docker.sock.bak",
            "c",
            "/home/node",
            "/Users/username",
        ] {
            assert_eq!(of_path(path), Vec::<&str>::new(), "{path}");
        }
    }
}
