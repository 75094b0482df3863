//! What the identifier of an AWS access key tells.

use super::base64;

const LENGTH: usize = 20;

/// The account that issued the key, as its twelve digits. Ids issued before 2019 do not carry it.
pub fn account_id(key_id: &[u8]) -> Option<String> {
    if !is_key_id(key_id) {
        return None;
    }
    // Ten characters of five bits hold the 48 bits that are looked at.
    let bits = key_id[4..14].iter().try_fold(0_u64, |bits, byte| Some(bits << 5 | base32(*byte)?))? >> 2;
    // Newer ids have the first bit set; in older ones the rest means something else.
    if bits >> 47 == 0 {
        return None;
    }
    let account = (bits & 0x7fff_ffff_ff80) >> 7;
    (account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

/// Whether this is the id of a long-term or of a temporary key.
fn is_key_id(text: &[u8]) -> bool {
    text.len() == LENGTH
        && matches!(&text[..4], b"AKIA" | b"ASIA")
        && text[4..].iter().all(|byte| base32(*byte).is_some())
}

/// The user of a long-term API key of Amazon Bedrock, `BedrockAPIKey-…-at-account`; the key is `ABSK` and, in base64, the user, a
/// colon and the secret.
pub fn bedrock_user(token: &[u8]) -> Option<String> {
    let mut decoded = base64::standard(token.strip_prefix(b"ABSK")?)?;
    decoded.truncate(decoded.iter().position(|byte| *byte == b':')?);
    String::from_utf8(decoded).ok()
}

/// The account of that user.
pub fn bedrock_account_id(token: &[u8]) -> Option<String> {
    let user = bedrock_user(token)?;
    let (_, account) = user.strip_prefix("BedrockAPIKey-")?.rsplit_once("-at-")?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| account.to_owned())
}

fn base32(byte: u8) -> Option<u64> {
    match byte {
        b'A'..=b'Z' => Some(u64::from(byte - b'A')),
        b'2'..=b'7' => Some(u64::from(byte - b'2') + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    /// The id that a key of `account` would have.
    fn id(prefix: &str, account: u64) -> String {
        let bits = (1 << 49) | (account << 9);
        let letters = (0..10).rev().map(|place| {
            let value = (bits >> (place * 5) & 31) as u8;
            char::from(if value < 26 { b'A' + value } else { b'2' + value - 26 })
        });
        format!("{prefix}{}{}", letters.collect::<String>(), "Q".repeat(6))
    }

    #[test]
    fn the_account_stands_in_the_id() {
        assert_eq!(account_id(id("AKIA", 123_456_789_012).as_bytes()).as_deref(), Some("123456789012"));
        assert_eq!(account_id(id("ASIA", 42).as_bytes()).as_deref(), Some("000000000042"));
        assert_eq!(account_id(id("AKIA", 1_000_000_000_000).as_bytes()), None);
    }

    #[test]
    fn a_published_id_gives_its_published_account() {
        let key_id = ["ASIA", "QNZGKIQY56JQ7WML"].concat();
        assert_eq!(account_id(key_id.as_bytes()).as_deref(), Some("029608264753"));
    }

    #[test]
    fn old_ids_and_other_texts_have_none() {
        assert_eq!(account_id(format!("AKIAI{}", "Q".repeat(15)).as_bytes()), None);
        assert_eq!(account_id(format!("AKIA{}", "1".repeat(16)).as_bytes()), None);
        assert_eq!(account_id(format!("AROA{}", "Q".repeat(16)).as_bytes()), None);
        assert_eq!(account_id(b"AKIA"), None);
    }

    #[test]
    fn a_bedrock_key_names_its_account() {
        let account =
            |text: &str| bedrock_account_id(["ABSK", &BASE64_STANDARD.encode(text)].concat().as_bytes());
        assert_eq!(account("BedrockAPIKey-ab12-at-123456789012:secret").as_deref(), Some("123456789012"));
        assert_eq!(account("BedrockAPIKey-ab12-at-1234:secret"), None);
        assert_eq!(account("Another-at-123456789012:secret"), None);
        assert_eq!(bedrock_account_id(b"ABSK-"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = account_id(&bytes);
            let _ = bedrock_account_id(&[b"ABSK", &bytes[..]].concat());
        }
    }
}
