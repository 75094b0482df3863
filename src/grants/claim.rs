//! Which platforms claim a file, by its path and by what it holds.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

use super::lookup::Lookup;
use crate::rules::{Platform, RulePack};

/// The platforms' globs and signs. What one more platform costs is paid by the files that it may claim.
#[derive(Debug)]
pub struct Claims {
    files: Lookup,
    candidates: Lookup,
    /// All signs of all platforms, for the first look at a text; `None` where they cannot be searched for at once.
    signs: OnceLock<Option<AhoCorasick>>,
}

/// The platforms that may claim a file of some path.
#[derive(Debug)]
pub struct Claim {
    owners: Vec<usize>,
    by: By,
    /// Who else may, by what the text holds, where the path misled.
    others: Vec<usize>,
}

/// What a claim rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The path alone.
    Path,
    /// A sign in the text as well.
    Sign,
}

impl Claim {
    /// Whether no platform does, so that the file need not be read as a whole.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }
}

impl Claims {
    /// Over the platforms of `pack`.
    ///
    /// # Errors
    /// A platform's glob is malformed.
    pub fn new(pack: &RulePack) -> Result<Self, globset::Error> {
        Self::over(pack, |_| Vec::new())
    }

    /// The same, and over what the platforms name in a person's home, where paths begin with `~/`.
    ///
    /// # Errors
    /// A platform's glob is malformed.
    pub fn with_home(pack: &RulePack) -> Result<Self, globset::Error> {
        Self::over(pack, |platform| {
            platform.home.iter().flat_map(|path| [format!("~/{path}"), format!("~/{path}/**")]).collect()
        })
    }

    fn over(pack: &RulePack, more: impl Fn(&Platform) -> Vec<String>) -> Result<Self, globset::Error> {
        let (mut files, mut candidates) = (Lookup::default(), Lookup::default());
        for (owner, platform) in pack.platforms.iter().enumerate() {
            for glob in platform.files.iter().chain(&more(platform)) {
                files.add(glob, owner)?;
            }
            for glob in &platform.candidates {
                candidates.add(glob, owner)?;
            }
        }
        Ok(Self { files, candidates, signs: OnceLock::new() })
    }

    /// Who may claim a file of this path. A file that one claims by its path is no candidate of others.
    pub fn on(&self, path: &str) -> Claim {
        let owners = self.files.owners(path);
        if owners.is_empty() {
            Claim { owners: self.candidates.owners(path), by: By::Sign, others: Vec::new() }
        } else {
            Claim { owners, by: By::Path, others: self.candidates.owners(path) }
        }
    }

    /// Who of those does, now that the text is known, in the order of the pack.
    pub fn settle<'p>(&self, claim: &Claim, text: &[u8], pack: &'p RulePack) -> Vec<&'p Platform> {
        match claim.by {
            By::Path => claim.owners.iter().map(|owner| &pack.platforms[*owner]).collect(),
            By::Sign => self.by_signs(&claim.owners, text, pack),
        }
    }

    /// Who does where those that the path speaks of have no use for the text: a manifest may be called `litellm-deployment.yaml`.
    pub fn settle_otherwise<'p>(&self, claim: &Claim, text: &[u8], pack: &'p RulePack) -> Vec<&'p Platform> {
        self.by_signs(&claim.others, text, pack)
    }

    fn by_signs<'p>(&self, owners: &[usize], text: &[u8], pack: &'p RulePack) -> Vec<&'p Platform> {
        if owners.is_empty() || !self.holds_any_sign(text, pack) {
            return Vec::new();
        }
        let platforms = owners.iter().map(|owner| &pack.platforms[*owner]);
        platforms
            .filter(|platform| {
                platform.signs.iter().any(|sign| memmem::find(text, sign.as_bytes()).is_some())
            })
            .collect()
    }

    /// Whether `text` holds a sign of any platform. Most texts hold none, and one search tells.
    fn holds_any_sign(&self, text: &[u8], pack: &RulePack) -> bool {
        let signs = self.signs.get_or_init(|| {
            let signs = pack.platforms.iter().flat_map(|platform| &platform.signs);
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(signs).ok()
        });
        signs.as_ref().is_none_or(|signs| signs.is_match(text))
    }
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
                let owners = claims.settle(&claims.on(&path), b"", &pack);
                assert!(
                    owners.iter().any(|owner| owner.id == platform.id),
                    "{} does not claim {path}",
                    platform.id
                );
            }
        }
        let (path, text) = ("~/Library/Application Support/Zed/settings.json", br#"{"theme":"dark"}"#);
        assert_eq!(claims.settle(&claims.on(path), text, &pack)[0].id.as_str(), "zed");
        let elsewhere = Claims::new(&pack).unwrap();
        assert!(
            elsewhere.settle(&elsewhere.on(path), text, &pack).is_empty(),
            "elsewhere the path says nothing"
        );
    }
}
