//! Reading rule packs: the embedded one, and directories of the user's own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::model::Id;
use crate::text::{Gatekeeper, visible};

use super::access::{AccessFile, Rule};
use super::credential::{CredentialFile, Kind};
use super::platform::{Platform, PlatformFile};
use super::table::{TableFile, Tables};

/// Every rule file of the source tree: path below `rules/`, text.
const WRITTEN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/written_rules.rs"));

/// The same as the build script prepares them: JSON, without the tests that stand in the rules.
const PREPARED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/prepared_rules.rs"));

/// A rule file's text and what it is written in.
#[derive(Clone, Copy)]
enum Source<'t> {
    Toml(&'t str),
    Json(&'t str),
}

impl Source<'_> {
    fn read<T: serde::de::DeserializeOwned>(self, file: &str) -> Result<T, RuleError> {
        let read = match self {
            Self::Toml(text) => toml::from_str(text).map_err(|error| error.to_string()),
            Self::Json(text) => serde_json::from_str(text).map_err(|error| error.to_string()),
        };
        // The message quotes the line, whatever stands in it.
        read.map_err(|message| RuleError::Malformed {
            file: file.to_owned(),
            message: Gatekeeper::default().mask(&message).into_owned(),
        })
    }
}

/// A rule file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// It could not be read.
    #[error("cannot read the rules in {path}: {source}")]
    Unreadable {
        /// Which file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no such directory.
    #[error(
        "there is no directory {} to read rules from; name one that holds credentials/, platforms/, access/ or tables/",
        path.display()
    )]
    NoDirectory {
        /// What was named.
        path: PathBuf,
    },
    /// No rule file stands in a directory of rules.
    #[error(
        "there are no rules in {}; rule files end in .toml and stand below it in credentials/, platforms/, access/ or tables/",
        path.display()
    )]
    Empty {
        /// Which directory.
        path: PathBuf,
    },
    /// It is no valid rule file.
    #[error("{file} is no valid rule file: {message}")]
    Malformed {
        /// Which file.
        file: String,
        /// What is wrong and where; several lines, with a caret.
        message: String,
    },
    /// Two things have the same id.
    #[error(
        "{file} defines `{id}`, which {earlier} defines already; ids are unique over kinds, rules and platforms"
    )]
    Duplicate {
        /// The id.
        id: String,
        /// Where it is defined again.
        file: String,
        /// Where it was defined first.
        earlier: String,
    },
    /// A definition contradicts itself.
    #[error("{file}: `{id}` {message}")]
    Invalid {
        /// Which file.
        file: String,
        /// Which definition.
        id: String,
        /// What is wrong.
        message: String,
    },
}

/// Everything that a run goes by.
#[derive(Debug, Default)]
pub struct RulePack {
    /// Credential kinds.
    pub kinds: Vec<Kind>,
    /// Platforms.
    pub platforms: Vec<Platform>,
    /// Access rules.
    pub rules: Vec<Rule>,
    /// Tables.
    pub tables: Tables,
    kinds_by_id: HashMap<Id, usize>,
    rules_by_id: HashMap<Id, usize>,
    defined_in: HashMap<Id, String>,
    /// The files of the user's own directories: path with that of the directory, text.
    own: Vec<(String, String)>,
}

impl RulePack {
    /// The pack inside the binary.
    pub fn embedded() -> Result<Self, RuleError> {
        let mut pack = Self::default();
        for (file, text) in WRITTEN {
            pack.add(file, text)?;
        }
        Ok(pack)
    }

    /// The pack inside the binary without the tests in it, which only those need who run them. It is read in a fraction of the
    /// time: every start pays for it.
    pub fn prepared() -> Result<Self, RuleError> {
        let mut pack = Self::default();
        for (file, text) in PREPARED {
            pack.put((section(file), file), Source::Json(text))?;
        }
        Ok(pack)
    }

    /// Adds the rule files below a directory: `credentials/`, `platforms/`, `access/` and `tables/` as in the source tree.
    pub fn add_directory(&mut self, directory: &Path) -> Result<(), RuleError> {
        if !directory.is_dir() {
            return Err(RuleError::NoDirectory { path: directory.to_owned() });
        }
        let before = self.own.len();
        for entry in walkdir::WalkDir::new(directory).sort_by_file_name() {
            let entry = entry.map_err(|error| RuleError::Unreadable {
                path: error.path().unwrap_or(directory).to_owned(),
                source: error.into(),
            })?;
            let path = entry.path();
            if entry.file_type().is_file() && path.extension().is_some_and(|extension| extension == "toml") {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| RuleError::Unreadable { path: path.to_owned(), source })?;
                let below = path.strip_prefix(directory).unwrap_or(path);
                let below = below.to_string_lossy().replace('\\', "/");
                let shown = visible(&path.to_string_lossy()).replace('\\', "/");
                self.put((section(&below), &shown), Source::Toml(&text))?;
                self.own.push((shown, text));
            }
        }
        if self.own.len() == before {
            return Err(RuleError::Empty { path: directory.to_owned() });
        }
        Ok(())
    }

    /// Adds one file; its first directory says what it holds.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), RuleError> {
        self.put((section(file), file), Source::Toml(text))
    }

    /// `section` is what the file's first directory says, `file` what it is called in messages.
    fn put(&mut self, (section, file): (&str, &str), source: Source<'_>) -> Result<(), RuleError> {
        match section {
            "credentials" => self.add_credentials(file, source.read(file)?),
            "platforms" => {
                let read = source.read::<PlatformFile>(file)?.platforms;
                for platform in read.into_iter().flat_map(Platform::with_twins) {
                    self.define(&platform.id, file)?;
                    if let Some(message) = platform.problem() {
                        return Err(RuleError::Invalid {
                            file: file.to_owned(),
                            id: platform.id.to_string(),
                            message: message.to_owned(),
                        });
                    }
                    self.platforms.push(platform);
                }
                Ok(())
            }
            "access" => {
                for rule in source.read::<AccessFile>(file)?.rules {
                    self.define(&rule.id, file)?;
                    self.rules_by_id.insert(rule.id.clone(), self.rules.len());
                    self.rules.push(rule);
                }
                Ok(())
            }
            "tables" => {
                let tables = source.read::<TableFile>(file)?;
                self.tables.federation.extend(tables.federation);
                self.tables.shadowing.extend(tables.shadowing);
                self.tables.test_paths.extend(tables.test_paths);
                self.tables.identity.extend(tables.identity);
                self.tables.ttl.extend(tables.ttl);
                self.tables.roles.extend(tables.role);
                self.tables.programs.extend(tables.programs);
                Ok(())
            }
            _ => Err(RuleError::Malformed {
                file: file.to_owned(),
                message: "rule files stand in credentials/, platforms/, access/ or tables/".to_owned(),
            }),
        }
    }

    fn add_credentials(&mut self, file: &str, parsed: CredentialFile) -> Result<(), RuleError> {
        for mut kind in parsed.credentials {
            self.define(&kind.id, file)?;
            kind.provider.clone_from(&parsed.provider);
            kind.revoke = kind.revoke.or_else(|| parsed.revoke.clone());
            kind.documentation = kind.documentation.or_else(|| parsed.documentation.clone());
            check(&kind).map_err(|message| RuleError::Invalid {
                file: file.to_owned(),
                id: kind.id.to_string(),
                message: message.to_owned(),
            })?;
            self.kinds_by_id.insert(kind.id.clone(), self.kinds.len());
            self.kinds.push(kind);
        }
        Ok(())
    }

    fn define(&mut self, id: &Id, file: &str) -> Result<(), RuleError> {
        if !Id::is_well_formed(id.as_str()) {
            return Err(RuleError::Invalid {
                file: file.to_owned(),
                id: id.to_string(),
                message: "is no id; ids are lower-case words joined by dashes".to_owned(),
            });
        }
        match self.defined_in.insert(id.clone(), file.to_owned()) {
            None => Ok(()),
            Some(earlier) => Err(RuleError::Duplicate { id: id.to_string(), file: file.to_owned(), earlier }),
        }
    }

    /// A credential kind.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds_by_id.get(id).map(|index| &self.kinds[*index])
    }

    /// An access rule.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules_by_id.get(id).map(|index| &self.rules[*index])
    }

    /// Whether this is the id of a kind or a rule.
    pub fn has_id(&self, id: &str) -> bool {
        self.kinds_by_id.contains_key(id) || self.rules_by_id.contains_key(id)
    }

    /// The file that defines an id: below `rules/` of the source tree, or in a directory of the user's own.
    pub fn file_of(&self, id: &str) -> Option<&str> {
        self.defined_in.get(id).map(String::as_str)
    }

    /// The same as a person reads it: the files of the source tree stand below `rules/`.
    pub fn shown_file_of(&self, id: &str) -> Option<String> {
        let file = self.file_of(id)?;
        let is_own = self.own.iter().any(|(path, _)| path == file);
        Some(if is_own { file.to_owned() } else { format!("rules/{file}") })
    }

    /// The table that defines an id, as it is written: for cards, which say what a rule asks in its own words.
    pub fn table_of(&self, id: &str) -> Option<toml::Table> {
        let file = self.file_of(id)?;
        let own = self.own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let of_file = own.chain(WRITTEN.iter().copied()).filter(|(path, _)| *path == file);
        let tables = of_file.filter_map(|(_, text)| text.parse::<toml::Table>().ok()).flatten();
        let entries = tables.filter_map(|(_, value)| match value {
            toml::Value::Array(entries) => Some(entries),
            _ => None,
        });
        entries.flatten().find_map(|entry| match entry {
            toml::Value::Table(table) if table.get("id").and_then(toml::Value::as_str) == Some(id) => {
                Some(table)
            }
            _ => None,
        })
    }

    /// Every id of a kind or a rule, sorted.
    pub fn ids(&self) -> Vec<&Id> {
        let mut ids: Vec<_> = self.kinds_by_id.keys().chain(self.rules_by_id.keys()).collect();
        ids.sort();
        ids
    }
}

/// The first directory of a rule file's path, which says what the file holds.
fn section(below: &str) -> &str {
    below.split_once('/').map_or("", |(section, _)| section)
}

/// What a kind must have to be found at all.
fn check(kind: &Kind) -> Result<(), &'static str> {
    let found_by_pattern = !kind.prefixes.is_empty() || !kind.context.is_empty();
    if found_by_pattern && kind.pattern.is_none() {
        return Err("has prefixes or context but no pattern");
    }
    if !found_by_pattern && kind.reader.is_none() {
        return Err("has neither prefixes nor context nor a reader, so nothing can find it");
    }
    if kind.prefixes.iter().any(|prefix| prefix.len() < 2) {
        return Err("has a prefix of one character; it would be probed everywhere");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_without_rules_and_a_broken_rule_say_where() {
        let directory = tempfile::tempdir().unwrap();
        let add = |path: &Path| RulePack::default().add_directory(path).unwrap_err().to_string();
        let empty = add(directory.path());
        assert!(
            empty.starts_with(&format!("there are no rules in {}", directory.path().display())),
            "{empty}"
        );
        let absent = add(&directory.path().join("nope"));
        assert!(absent.contains("nope to read rules from") && !absent.contains("os error"), "{absent}");
        std::fs::create_dir(directory.path().join("access")).unwrap();
        std::fs::write(directory.path().join("access/a.toml"), "x=").unwrap();
        let broken = add(directory.path());
        assert!(broken.starts_with(&directory.path().to_string_lossy().replace('\\', "/")), "{broken}");
        std::fs::remove_file(directory.path().join("access/a.toml")).unwrap();
        std::fs::write(directory.path().join("b.toml"), "").unwrap();
        assert!(add(directory.path()).contains("/b.toml is no valid rule file"));
    }

    #[test]
    fn the_embedded_pack_loads() {
        let pack = RulePack::embedded().unwrap();
        assert!(pack.kind("anthropic-api-key").is_some());
        for id in pack.ids() {
            assert!(pack.table_of(id.as_str()).is_some(), "{id} has a table");
        }
    }

    #[test]
    fn what_is_prepared_is_what_is_written_but_for_the_tests() {
        let mut written = RulePack::embedded().unwrap();
        for kind in &mut written.kinds {
            (kind.finds, kind.not) = Default::default();
        }
        written.rules.iter_mut().for_each(|rule| rule.tests.clear());
        let prepared = RulePack::prepared().unwrap();
        assert_eq!(format!("{:?}", prepared.kinds), format!("{:?}", written.kinds));
        assert_eq!(format!("{:?}", prepared.platforms), format!("{:?}", written.platforms));
        assert_eq!(format!("{:?}", prepared.rules), format!("{:?}", written.rules));
        assert_eq!(format!("{:?}", prepared.tables), format!("{:?}", written.tables));
    }

    #[test]
    fn an_id_is_defined_once() {
        let text = r#"
            provider = "Acme"
            [[credential]]
            id = "acme-key"
            title = "Acme key"
            pattern = 'acme_[0-9]{20}'
            prefixes = ["acme_"]
            subject = "machine"
            lifetime = "never"
            alternative = "Ask Acme."
            name = "ACME_KEY"
            sample = "acme_«20:digit»"
        "#;
        let mut pack = RulePack::default();
        pack.add("credentials/acme.toml", text).unwrap();
        let again = pack.add("credentials/other.toml", text).unwrap_err().to_string();
        assert!(again.contains("acme-key") && again.contains("credentials/acme.toml"), "{again}");
        let typo = pack.add("credentials/typo.toml", &text.replace("subject", "subjekt")).unwrap_err();
        assert!(typo.to_string().contains("subjekt"), "{typo}");
    }
}
