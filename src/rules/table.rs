//! Tables that rules range over, as they are written under `rules/tables/`.

use serde::Deserialize;

use crate::model::Id;

use super::names::WordSet;
use super::ttl::TtlRow;

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Static credentials for which a federated form exists where CI jobs and workloads run.
    pub federation: Vec<FederationRow>,
    /// Static credentials that are taken before the federated identity beside them.
    pub shadowing: Vec<ShadowingRow>,
    /// Which paths are those of tests.
    pub test_paths: TestPaths,
    /// How holders of some platforms prove who they are.
    pub identity: Vec<IdentityRow>,
    /// What mints issue, and how long that lasts.
    pub ttl: Vec<TtlRow>,
    /// What roles allow that platforms bring along.
    pub roles: Vec<RoleRow>,
    /// Programs that tell what a holder is, and how a script, an action or an image shows them.
    pub programs: Vec<ProgramRow>,
}

/// Which paths are those of tests: by a directory, or by the file's name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TestPaths {
    /// Names of directories.
    pub directories: Vec<String>,
    /// What stands in the names of test files.
    pub parts: Vec<String>,
    /// What the names of test files begin with.
    pub prefixes: Vec<String>,
    /// Whole names of test files, without what follows the first dot.
    pub stems: Vec<String>,
    /// Directories in which no file is a test by its name: what is called so there runs the tests.
    pub never_in: Vec<String>,
}

impl TestPaths {
    /// Whether a path, with `/` between its parts, is that of a test.
    pub fn matches(&self, path: &str) -> bool {
        let (directories, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        let below =
            |listed: &[String]| directories.split('/').any(|name| listed.iter().any(|known| known == name));
        let by_file = self.parts.iter().any(|part| file.contains(part.as_str()))
            || self.prefixes.iter().any(|prefix| stem.starts_with(prefix.as_str()))
            || self.stems.iter().any(|known| known == stem);
        below(&self.directories) || by_file && !below(&self.never_in)
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.directories.extend(more.directories);
        self.parts.extend(more.parts);
        self.prefixes.extend(more.prefixes);
        self.stems.extend(more.stems);
        self.never_in.extend(more.never_in);
    }
}

/// One file of tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TableFile {
    #[serde(default)]
    pub(super) federation: Vec<FederationRow>,
    #[serde(default)]
    pub(super) shadowing: Vec<ShadowingRow>,
    #[serde(default)]
    pub(super) test_paths: TestPaths,
    #[serde(default)]
    pub(super) identity: Vec<IdentityRow>,
    #[serde(default)]
    pub(super) ttl: Vec<TtlRow>,
    #[serde(default)]
    pub(super) role: Vec<RoleRow>,
    #[serde(default, rename = "program")]
    pub(super) programs: Vec<ProgramRow>,
}

/// What runs: an agent, or something that publishes. Platforms say where they show it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgramRow {
    /// The trait that a holder has who runs it.
    pub name: String,
    /// Whether that makes an agent of the holder.
    #[serde(default)]
    pub agent: bool,
    /// Globs over a command of a script: program and arguments, with what only starts it taken off.
    #[serde(default)]
    pub commands: Vec<String>,
    /// Commands that match and do not run it: they install it or say its version.
    #[serde(default)]
    pub not_commands: Vec<String>,
    /// Globs over the action that a step uses: `owner/name@version`.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Globs over the image that a job runs in.
    #[serde(default)]
    pub images: Vec<String>,
}

/// How a job or a workload proves who it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityRow {
    /// On which platforms.
    pub platforms: Vec<Id>,
    /// With which issuers of credentials; absent: with any that a row before does not name.
    #[serde(default)]
    pub providers: Vec<String>,
    /// What to write there in place of a static credential, in place of [`FederationRow::fix`]. May name the `{provider}`.
    pub fix: String,
}

/// A role that stands in no file since its platform brings it along.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleRow {
    /// Globs over its sort and its name: `ClusterRole/cluster-admin`.
    pub roles: Vec<String>,
    /// What it amounts to: `admin`, `credentials`, …; nothing for one that reads only.
    #[serde(default)]
    pub allows: Vec<String>,
    /// Labels by which roles of the user's own are taken into it.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Where that is written down.
    pub source: String,
}

/// Two sources of one credential, of which a library takes the static one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShadowingRow {
    /// Who issues it: "AWS".
    pub provider: String,
    /// Names of what is taken, by their words.
    pub wins: Vec<WordSet>,
    /// Names of what is passed over.
    pub loses: Vec<WordSet>,
    /// Words that say that it is something else.
    #[serde(default)]
    pub not_names: Vec<WordSet>,
    /// Where that order is written down.
    pub source: String,
    /// What to write instead.
    pub fix: String,
}

/// A static credential that a federated identity can replace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FederationRow {
    /// Which family of rules looks at it: `cloud`, `llm`, `publish`.
    pub family: String,
    /// Who issues it: "AWS".
    pub provider: String,
    /// On which platforms its issuer takes their identity; absent: on all that have one.
    #[serde(default)]
    pub platforms: Vec<Id>,
    /// Traits of holders whose credentials under the same names are somebody else's.
    #[serde(default)]
    pub not_traits: Vec<String>,
    /// Names of variables and CI secrets, by their words.
    #[serde(default)]
    pub names: Vec<WordSet>,
    /// Words that say that it is something else.
    #[serde(default)]
    pub not_names: Vec<WordSet>,
    /// Actions whose inputs take it: `aws-actions/configure-aws-credentials`, without a version.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Those inputs.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// Globs over a line of a script in which what is given is written `@`: `*az login *-p @*`. Quotes are taken off, and `=` before
    /// it is a space.
    #[serde(default)]
    pub commands: Vec<String>,
    /// What another input of the same action must say, where one action serves several providers.
    #[serde(default)]
    pub beside: Option<BesideInput>,
    /// What to write instead.
    pub fix: String,
}

/// An input of an action and what it says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BesideInput {
    /// Its name.
    pub input: String,
    /// Globs, one of which its text matches.
    pub matches: Vec<String>,
}

impl FederationRow {
    /// Whether an action, `owner/name` of any version, is one of its own.
    pub fn takes(&self, action: &str) -> bool {
        let name = action.split('@').next().unwrap_or(action).trim();
        self.actions.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::RulePack;

    #[test]
    fn tests_are_known_by_their_paths() {
        let tests = RulePack::prepared().unwrap().tables.test_paths;
        for path in [
            "tests/a.rs",
            "src/a_test.go",
            "src/a_tests.rs",
            "x/fixtures/y.json",
            "a.spec.ts",
            "ci/values.yaml",
            "test_x.py",
            "fixtures/.github/workflows/a.yml",
        ] {
            assert!(tests.matches(path), "{path}");
        }
        for path in [
            "src/latest.rs",
            "contest/a.py",
            "src/main.rs",
            "testimony.md",
            "attestation.json",
            ".github/workflows/e2e_test.yml",
        ] {
            assert!(!tests.matches(path), "{path}");
        }
    }
}
