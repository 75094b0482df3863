//! Checksums that token formats carry. They raise confidence where they hold; where they fail that is a signal, never a
//! reason to drop: formats change, and their makers do not tell.

use sha2::{Digest as _, Sha256};

use super::credential::Check;

/// The checksum that should follow `text`, the beginning of a token; `None` where the token is too short for it.
pub fn of(check: Check, text: &str) -> Option<String> {
    match check {
        Check::Crc32Base62 => {
            let body = text.get(4..34)?;
            Some(base62(crc32fast::hash(body.as_bytes()), 6))
        }
        Check::GithubFineGrained => {
            let body = text.get(..77)?;
            Some(base32(&Sha256::digest(body.as_bytes())).get(..8)?.to_owned())
        }
        Check::GrafanaCrc32 => {
            let body = text.strip_suffix('_').unwrap_or(text);
            let sum = crc32fast::hash(body.as_bytes()).to_le_bytes();
            Some(sum.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        Check::AtlassianCrc32 => Some(format!("{:08X}", crc32fast::hash(text.as_bytes()))),
    }
}

/// Whether a whole token carries the checksum it should.
pub fn holds(check: Check, token: &str) -> bool {
    let at = match check {
        Check::Crc32Base62 => 34,
        Check::GithubFineGrained => 77,
        Check::GrafanaCrc32 | Check::AtlassianCrc32 => token.len().saturating_sub(8),
    };
    let Some((body, rest)) = token.split_at_checked(at) else { return false };
    of(check, body).is_some_and(|sum| rest.starts_with(&sum))
}

/// Digits, then upper case, then lower case.
fn base62(mut number: u32, width: usize) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = vec![b'0'; width];
    for place in out.iter_mut().rev() {
        *place = DIGITS[number as usize % 62];
        number /= 62;
    }
    out.into_iter().map(char::from).collect()
}

fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(char::from(DIGITS[(bits >> count) as usize & 31]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_its_own_checksum_holds_and_any_other_does_not() {
        for check in [Check::Crc32Base62, Check::GrafanaCrc32, Check::AtlassianCrc32] {
            let body = format!("abc_{}", "k3J".repeat(10));
            let token = format!("{body}{}", of(check, &body).unwrap());
            assert!(holds(check, &token), "{check:?}");
            assert!(!holds(check, &token.replacen('J', "j", 1)), "{check:?}");
        }
        assert!(!holds(Check::Crc32Base62, "short"));
    }

    #[test]
    fn base62_counts_digits_then_upper_then_lower_case() {
        assert_eq!(base62(0, 6), "000000");
        assert_eq!(base62(61, 6), "00000z");
        assert_eq!(base62(62 + 10, 6), "00001A");
    }
}
