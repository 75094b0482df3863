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
        // A digit at the end belongs to the word (`r2`); in a name it may only count.
        let of_token = |token: &str| match token.ends_with(|last: char| last.is_ascii_digit()) {
            true => vec![token.to_ascii_lowercase()],
            false => words(token).map(Cow::into_owned).collect(),
        };
        Self(text.split_whitespace().flat_map(of_token).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_digit_is_that_word() {
        assert!(WordSet::from("r2".to_owned()).holds_in("R2_SECRET_ACCESS_KEY"));
        assert!(!WordSet::from("r2".to_owned()).holds_in("R_SECRET"));
        assert!(WordSet::from("api key".to_owned()).holds_in("OPENAI_API_KEY_2"));
    }
}
