//! Which kinds a name speaks of.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::rules::{Kind, WordSet};
use crate::text::words as words_of;

use super::examine::finds_by_itself;

/// Finds the kinds whose context words stand among the words of a name.
#[derive(Debug, Default)]
pub(super) struct ContextIndex {
    /// First word of an alternative → the kind and the whole alternative.
    by_word: HashMap<String, Vec<(usize, WordSet)>>,
    /// The same first words, to be found anywhere; `None` where they cannot be searched for at once.
    first_words: OnceLock<Option<AhoCorasick>>,
}

impl ContextIndex {
    /// Over the kinds that are found by context alone.
    pub(super) fn new(kinds: &[Kind]) -> Self {
        let mut index = Self::default();
        for (number, kind) in kinds.iter().enumerate() {
            if !kind.prefixes.is_empty() || kind.reader.is_some_and(finds_by_itself) {
                continue;
            }
            for set in &kind.context {
                if let Some(first) = set.words().first() {
                    index.by_word.entry(first.clone()).or_default().push((number, set.clone()));
                }
            }
        }
        index
    }

    /// Whether a first word of any kind stands in `text`. Mostly none does, and this tells without taking the text apart: a word of
    /// a text is a part of it.
    pub(super) fn has_word_in(&self, text: &[u8]) -> bool {
        let words = self.first_words.get_or_init(|| {
            AhoCorasick::builder().ascii_case_insensitive(true).build(self.by_word.keys()).ok()
        });
        words.as_ref().is_none_or(|words| words.is_match(text))
            && words_of(&String::from_utf8_lossy(text)).any(|word| self.by_word.contains_key(&*word))
    }

    /// The kinds that `words` speak of, and how many words say so.
    pub(super) fn kinds<'i>(&'i self, words: &'i [String]) -> impl Iterator<Item = (usize, usize)> + 'i {
        words
            .iter()
            .filter_map(|word| self.by_word.get(word))
            .flatten()
            .filter(|(_, set)| set.holds(words))
            .map(|(kind, set)| (*kind, set.words().len()))
    }
}

/// Whether `words` speak of `kind`: one of its alternatives holds and none of the words that say otherwise.
pub(super) fn speaks_of(words: &[String], kind: &Kind) -> bool {
    let holds = |set: &WordSet| set.holds(words);
    (kind.context.is_empty() || kind.context.iter().any(holds)) && !kind.not_context.iter().any(holds)
}
