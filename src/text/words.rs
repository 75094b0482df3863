//! The words of a name.

/// The words of `name` in lower case: `GITHUB_TOKEN`, `githubToken` and `github-token` are `github`, `token`. A run of capitals is
/// one word, its last letter belonging to the next one where small letters follow (`APIKey` is `api`, `key`). Digits stay with
/// the letters before them.
pub fn words(name: &str) -> impl Iterator<Item = String> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let start = rest.find(|character: char| character.is_ascii_alphanumeric())?;
        let bytes = &rest.as_bytes()[start..];
        let end = word_end(bytes);
        let word = rest[start..start + end].to_ascii_lowercase();
        rest = &rest[start + end..];
        Some(word)
    })
}

/// Length of the word at the beginning of `bytes`, which begin with a letter or digit.
fn word_end(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let before = bytes[at - 1];
        let new_word = byte.is_ascii_uppercase() && !before.is_ascii_uppercase();
        let end_of_capitals = byte.is_ascii_uppercase()
            && before.is_ascii_uppercase()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if !byte.is_ascii_alphanumeric() || new_word || end_of_capitals {
            return at;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> String {
        words(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_split_at_separators_and_humps() {
        assert_eq!(split("GITHUB_PERSONAL_ACCESS_TOKEN"), "github personal access token");
        assert_eq!(split("githubToken2"), "github token2");
        assert_eq!(split("x-api-key"), "x api key");
        assert_eq!(split("APIKey"), "api key");
        assert_eq!(split("myDBPassword"), "my db password");
        assert_eq!(split("DISPATCH"), "dispatch");
        assert_eq!(split("//registry.npmjs.org/:_authToken"), "registry npmjs org auth token");
        assert_eq!(split("ключ_key"), "key");
        assert_eq!(split("_"), "");
    }
}
