//! Which platforms claim a file, by its path and by what it holds.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::rules::{Platform, RulePack};

/// The platforms' globs, compiled.
#[derive(Debug)]
pub struct Claims {
    files: GlobSet,
    /// Index of the platform that each glob of `files` belongs to.
    file_owners: Vec<usize>,
    candidates: GlobSet,
    candidate_owners: Vec<usize>,
}

impl Claims {
    /// Over the platforms of `pack`.
    ///
    /// # Errors
    /// A platform's glob is malformed.
    pub fn new(pack: &RulePack) -> Result<Self, globset::Error> {
        Self::over(pack, |platform| platform.files.clone())
    }

    /// The same, and over what the platforms name in a person's home, where paths begin with `~/`.
    ///
    /// # Errors
    /// A platform's glob is malformed.
    pub fn with_home(pack: &RulePack) -> Result<Self, globset::Error> {
        Self::over(pack, |platform| {
            let at_home = platform.home.iter().flat_map(|path| [format!("~/{path}"), format!("~/{path}/**")]);
            platform.files.iter().cloned().chain(at_home).collect()
        })
    }

    fn over(pack: &RulePack, files: impl Fn(&Platform) -> Vec<String>) -> Result<Self, globset::Error> {
        let (files, file_owners) = compile(pack, files)?;
        let (candidates, candidate_owners) = compile(pack, |platform| platform.candidates.clone())?;
        Ok(Self { files, file_owners, candidates, candidate_owners })
    }

    /// Whether a file of this path may be a document of some platform, so that it should be read as a whole.
    pub fn may_claim(&self, path: &str) -> bool {
        self.files.is_match(path) || self.candidates.is_match(path)
    }

    /// The platforms that claim a file, in the order of the pack. A file that one claims by its path is no candidate of others.
    pub fn of<'p>(&self, path: &str, text: &[u8], pack: &'p RulePack) -> Vec<&'p Platform> {
        let by_path = self.files.matches(path).into_iter().map(|glob| self.file_owners[glob]);
        let by_sign =
            self.candidates.matches(path).into_iter().map(|glob| self.candidate_owners[glob]).filter(
                |owner| {
                    let holds = |sign: &String| memchr::memmem::find(text, sign.as_bytes()).is_some();
                    pack.platforms[*owner].signs.iter().any(holds)
                },
            );
        let mut owners: Vec<usize> = by_path.collect();
        if owners.is_empty() {
            owners.extend(by_sign);
        }
        owners.sort_unstable();
        owners.dedup();
        owners.into_iter().map(|owner| &pack.platforms[owner]).collect()
    }
}

fn compile(
    pack: &RulePack,
    globs: impl Fn(&Platform) -> Vec<String>,
) -> Result<(GlobSet, Vec<usize>), globset::Error> {
    let mut set = GlobSetBuilder::new();
    let mut owners = Vec::new();
    for (owner, platform) in pack.platforms.iter().enumerate() {
        for glob in globs(platform) {
            set.add(one(&glob)?);
            owners.push(owner);
        }
    }
    Ok((set.build()?, owners))
}

fn one(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_at_home_belongs_to_the_platform_that_names_it() {
        let pack = RulePack::embedded().unwrap();
        let claims = Claims::with_home(&pack).unwrap();
        for platform in &pack.platforms {
            for path in &platform.home {
                let path = format!("~/{}", path.replace('*', "x").replace("{mcp,settings}", "mcp"));
                let owners = claims.of(&path, b"", &pack);
                assert!(
                    owners.iter().any(|owner| owner.id == platform.id),
                    "{} does not claim {path}",
                    platform.id
                );
            }
        }
        let (path, text) = ("~/Library/Application Support/Zed/settings.json", br#"{"theme":"dark"}"#);
        assert_eq!(claims.of(path, text, &pack)[0].id.as_str(), "zed");
        let elsewhere = Claims::new(&pack).unwrap();
        assert!(elsewhere.of(path, text, &pack).is_empty(), "elsewhere the path says nothing");
    }
}
