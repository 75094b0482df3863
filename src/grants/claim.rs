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
        let (files, file_owners) = compile(pack, |platform| &platform.files)?;
        let (candidates, candidate_owners) = compile(pack, |platform| &platform.candidates)?;
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
    globs: impl Fn(&Platform) -> &Vec<String>,
) -> Result<(GlobSet, Vec<usize>), globset::Error> {
    let mut set = GlobSetBuilder::new();
    let mut owners = Vec::new();
    for (owner, platform) in pack.platforms.iter().enumerate() {
        for glob in globs(platform) {
            set.add(one(glob)?);
            owners.push(owner);
        }
    }
    Ok((set.build()?, owners))
}

fn one(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}
