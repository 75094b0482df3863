//! The words of a name, so that names match by words and never by substrings: `PAT` stands in `DISPATCH`.

use std::borrow::Cow;

/// Pairs of words that are often written as one; both spellings have to match the same rule.
const GLUED: [(&str, &str, &str); 12] = [
    ("accesskey", "access", "key"),
    ("accesstoken", "access", "token"),
    ("apikey", "api", "key"),
    ("apitoken", "api", "token"),
    ("authtoken", "auth", "token"),
    ("clientsecret", "client", "secret"),
    ("expiresat", "expires", "at"),
    ("expiresin", "expires", "in"),
    ("notafter", "not", "after"),
    ("privatekey", "private", "key"),
    ("refreshtoken", "refresh", "token"),
    ("secretkey", "secret", "key"),
];

/// Words that end with digits of their own.
const WITH_DIGITS: [&str; 13] = [
    "auth0", "base64", "ec2", "ed25519", "md5", "oauth2", "sha1", "sha224", "sha256", "sha384", "sha512",
    "web3", "x509",
];

/// The words of `name` in lower case: `GITHUB_PAT` → github, pat; `apiKey`, `APIKey` and `APIKEY` → api, key.
///
/// A word ends at anything that is no letter or digit, and where the case says so. Digits stay with the letters
/// before them (`auth0_domain` → auth0, domain), except those that end the whole name: they number it
/// (`token2` → token, 2), unless they belong to the word (`sha256`) or to a single letter (`r2`).
pub fn words(name: &str) -> impl Iterator<Item = Cow<'_, str>> {
    Words { rest: name }.flat_map(|word| {
        let lower = lower_case(word);
        match GLUED.iter().find(|(glued, ..)| *glued == lower) {
            Some((_, first, second)) => [Some(Cow::Borrowed(*first)), Some(Cow::Borrowed(*second))],
            None => [Some(lower), None],
        }
        .into_iter()
        .flatten()
    })
}

fn lower_case(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

struct Words<'n> {
    rest: &'n str,
}

impl<'n> Iterator for Words<'n> {
    type Item = &'n str;

    fn next(&mut self) -> Option<&'n str> {
        self.rest = self.rest.trim_start_matches(|character: char| !character.is_alphanumeric());
        if self.rest.is_empty() {
            return None;
        }
        let (word, rest) = self.rest.split_at(word_end(self.rest));
        let stem = word.trim_end_matches(|character: char| character.is_ascii_digit());
        let numbers_the_name = rest.chars().all(|character| !character.is_alphanumeric());
        let numbered = numbers_the_name && stem.chars().nth(1).is_some() && !owns_its_digits(word);
        let end = if numbered { stem.len() } else { word.len() };
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

fn owns_its_digits(word: &str) -> bool {
    WITH_DIGITS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Where the word that `text` begins with ends.
fn word_end(text: &str) -> usize {
    let mut before = ' ';
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        if !character.is_alphanumeric() || (index > 0 && starts_word(before, character, characters.as_str()))
        {
            return index;
        }
        before = character;
    }
    text.len()
}

/// Whether the case of `character` begins a word, `before` being the character before it and `after` the rest.
fn starts_word(before: char, character: char, after: &str) -> bool {
    if !character.is_ascii_uppercase() {
        return false;
    }
    let mut after = after.chars();
    let next_is_lower = after.next().is_some_and(char::is_lowercase);
    match before {
        // `APIKey` ends an acronym before its last capital, but `URLs` is a plural.
        'A'..='Z' | '0'..='9' => next_is_lower && !is_plural(character, before, after.as_str()),
        _ => true,
    }
}

fn is_plural(last: char, before: char, after_next: &str) -> bool {
    before.is_ascii_uppercase()
        && matches!(last, 'D' | 'I' | 'L')
        && !after_next.starts_with(|character: char| character.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(name: &str) -> String {
        words(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn separators_and_case_end_words() {
        for (name, expected) in [
            ("GITHUB_PAT", "github pat"),
            ("DISPATCH", "dispatch"),
            ("expires_at", "expires at"),
            ("expiresAt", "expires at"),
            ("x-security-token-expires", "x security token expires"),
            ("spring.datasource.password", "spring datasource password"),
            ("HTTPSProxyURL", "https proxy url"),
            ("callbackURLs", "callback urls"),
            ("größeMax", "größe max"),
            ("", ""),
            ("__", ""),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }

    #[test]
    fn glued_words_are_the_same_as_separate_ones() {
        for name in ["APIKey", "APIKEY", "apiKey", "api_key", "apikey", "API-KEY"] {
            assert_eq!(split(name), "api key", "{name}");
        }
    }

    #[test]
    fn digits_stay_with_their_word_unless_they_number_the_name() {
        for (name, expected) in [
            ("githubToken2", "github token 2"),
            ("API_KEY_2", "api key 2"),
            ("AUTH0_CLIENT_SECRET", "auth0 client secret"),
            ("oauth2Token", "oauth2 token"),
            ("S3Bucket", "s3 bucket"),
            ("K8S_TOKEN", "k8s token"),
            ("N8N_API_KEY", "n8n api key"),
            ("n8nApiKey", "n8n api key"),
            ("N8nApiKey", "n8n api key"),
            ("N8NApiKey", "n8n api key"),
            ("E2B_API_KEY", "e2b api key"),
            ("I18nKey", "i18n key"),
            ("a2aToken", "a2a token"),
            ("r2", "r2"),
            ("image_sha256", "image sha256"),
            ("loginAuth0", "login auth0"),
            ("42", "42"),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_or_digit_is_lost(name in "\\PC*") {
            let kept: String = words(&name).collect();
            let all: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            prop_assert_eq!(kept, all.to_ascii_lowercase());
        }
    }
}
