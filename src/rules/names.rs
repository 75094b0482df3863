//! Matching names by their words, never by substrings: `PAT` stands in `DISPATCH`.

use std::borrow::Cow;

use serde::Deserialize;

use crate::text::words;

/// Words that must all stand in a name, such as `api key` or `github token`, in any order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct WordSet(Vec<String>);

impl From<String> for WordSet {
    fn from(text: String) -> Self {
        Self(words(&text).map(Cow::into_owned).collect())
    }
}

impl WordSet {
    /// Whether all of the words stand among `present`.
    pub fn holds(&self, present: &[String]) -> bool {
        self.0.iter().all(|word| present.iter().any(|other| other == word))
    }

    /// Whether all of the words stand in `name`.
    pub fn holds_in(&self, name: &str) -> bool {
        self.holds(&words(name).map(Cow::into_owned).collect::<Vec<_>>())
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}
