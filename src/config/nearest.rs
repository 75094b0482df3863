//! The word that was probably meant.

/// The one of `words` that is nearest to `typed`, if it is near enough to be meant.
pub fn nearest<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (typed.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["exclude", "rules", "fail-on"];
        assert_eq!(nearest("exlcude", words), Some("exclude"));
        assert_eq!(nearest("fail_on", words), Some("fail-on"));
        assert_eq!(nearest("severity", words), None);
        assert_eq!(nearest("", words), None);
    }
}
