//! Text that nobody typed: what looks as if it had been drawn at random is taken for a secret wherever it may not be shown.

use std::ops::Range;

/// The commonest pairs of letters in English words and identifiers; a fair draw has one of them in six pairs.
const PAIRS: &[&str] = &[
    "th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is",
    "it", "al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de",
    "hi", "ri", "ro", "ic", "ne", "ea", "ra", "ce", "li", "ch", "ll", "be", "ma", "si", "om", "ur", "el",
    "ta", "la", "ns", "di", "fo", "ho", "pe", "ec", "pr", "no", "ct", "us", "ac", "ot", "il", "tr", "ly",
    "nc", "et", "ut", "ss", "so", "rs", "un", "lo", "ge", "ie", "em", "ad", "ol", "rt", "po", "na", "ul",
    "ni", "ts", "mo", "pa", "im", "mi", "ai", "sh", "ir", "su", "id", "iv", "ag", "ap", "ke", "ey", "am",
];

/// Whether the letters of `value` follow one another as in words.
pub fn is_wordy(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut pairs = 0_usize;
    let mut common = 0_usize;
    for pair in lower.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_lowercase)) {
        pairs += 1;
        common += usize::from(PAIRS.iter().any(|known| known.as_bytes() == pair));
    }
    pairs >= 5 && common * 2 > pairs
}

/// Fewer characters may be a name with a number in it.
const LEAST: usize = 16;

/// The runs of `text` that look drawn at random, apart and in order. What `is_known` says of a part between signs excuses it:
/// a fingerprint is drawn, and no secret.
pub fn drawn<'t>(
    text: &'t str,
    is_known: &'t dyn Fn(&str) -> bool,
) -> impl Iterator<Item = Range<usize>> + 't {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + text[rest..].find(is_part)?;
        let end =
            text[begin..].find(|character| !is_part(character)).map_or(text.len(), |length| begin + length);
        rest = end;
        Some(begin..end)
    })
    .filter(move |run| is_drawn(&text[run.clone()], is_known))
}

/// What a token is made of; a path, a URL, an assignment fall apart.
fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '+' | '~')
}

/// Whether a run looks drawn, as a whole or in one of its parts between signs.
fn is_drawn(run: &str, is_known: &dyn Fn(&str) -> bool) -> bool {
    if run.len() < LEAST || is_uuid(run) {
        return false;
    }
    let parts: Vec<&str> =
        run.split(['_', '-', '+', '~']).filter(|part| !part.is_empty() && !is_known(part)).collect();
    looks_drawn(&parts) || parts.len() > 1 && parts.iter().any(|part| looks_drawn(&[part]))
}

/// Letters and digits alternate, or letters follow one another, as nobody writes them.
fn looks_drawn(parts: &[&str]) -> bool {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    if length < LEAST {
        return false;
    }
    let pairs = || parts.iter().flat_map(|part| part.as_bytes().windows(2));
    let turns = pairs().filter(|pair| turns(pair[0], pair[1])).count();
    let letters = pairs().filter(|pair| pair.iter().all(u8::is_ascii_alphabetic)).count();
    let common = pairs().filter(|pair| is_common(pair)).count();
    let unlike_words = letters < 5 || common * 5 < letters * 2;
    let unlike_any = letters >= 5 && common * 4 < letters;
    let digits = parts.iter().any(|part| part.bytes().any(|byte| byte.is_ascii_digit()));
    let turning = turns * 100 / length;
    turning >= 28 && unlike_words
        || turning >= 12 && unlike_any
        || (digits || parts.len() == 1 && length >= 20) && letters >= 10 && common * 6 < letters
}

/// Whether a new sort of character begins; a capital and its word are one.
fn turns(one: u8, next: u8) -> bool {
    one.is_ascii_digit() != next.is_ascii_digit() || one.is_ascii_lowercase() && next.is_ascii_uppercase()
}

fn is_common(pair: &[u8]) -> bool {
    PAIRS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(pair))
}

/// 8-4-4-4-12 hex digits: a name that machines give.
fn is_uuid(run: &str) -> bool {
    run.len() == 36
        && run.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        drawn(text, &|_| false).map(|run| &text[run]).collect()
    }

    #[test]
    fn names_are_readable() {
        for text in [
            "GITHUB_PERSONAL_ACCESS_TOKEN",
            "mcp-server-github",
            "src/report/human/facts.rs",
            "getElementsByTagName2",
            "static-llm-key-where-federation-exists",
            "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization",
            "arn:aws:iam::123456789012:role/DeploymentRole",
            "node18-alpine3-20-x86_64-v2",
            "kubernetes-service-account-token",
            "my-service@my-project-123456.iam.gserviceaccount.com",
            "ANTHROPIC_API_KEY OPENAI_API_KEY AWS_SECRET_ACCESS_KEY",
            "actions/checkout@v4 docker/build-push-action@v5",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "2026-11-25T11:04:11Z",
            "mcpServers.github.env.GITHUB_TOKEN",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn keys_are_not() {
        for key in [
            "xK3eyQ9aKeyZ2mPqR7vT0wBn4",
            "f3a91c0de88b47d6a2c5910b7e4d3f60",
            "sk-abc-xK3eyQ9aKe_Z2mPqR7-T0wBn4Lc8Xs1",
            "qzkxjvwpbtmghfdxrlqn",
            "QZ4XJVW7BTMG2FDX",
        ] {
            assert_eq!(found(&format!("a=\"{key}\" b")), [key], "{key}");
        }
        assert_eq!(drawn("f3a91c0de88b47d6a2c5910b7e4d3f60", &|part| part.len() == 32).count(), 0);
    }
}
