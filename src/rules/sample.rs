//! Templates that expand to key-shaped text when a test runs, so that none is ever committed.
//!
//! `sk-ant-api03-«93:word-»AA` is literal text around 93 random characters of the class `word-`. Parts between guillemets:
//!
//! | part | expands to |
//! |---|---|
//! | `«N:CLASS»` | N characters of a class: `digit` `hex` `HEX` `lower` `upper` `letter` `alnum` `lower-num` `upper-num` `base32` `word` `word-` `base64`, and `x` or `-` for that character alone |
//! | `«uuid»` | a random UUID |
//! | `«jwt:{…}»` | a signed-looking JWT with these claims |
//! | `«b64:TEXT»` | base64 of a text, which may itself hold parts written `‹…›` |
//! | `«b64x2:TEXT»` | base64 of that |
//! | `«pem:LABEL»` | a private key block that parses, lines joined by newlines; `«pem1:LABEL»` with `\n` instead |
//! | `«check»` | the checksum of all before it, as the kind's `check` says |
//! | `«KIND»`, `«KIND#2»` | a sample of a kind, another one |
//! | `«now+90d»` `«now-1h»` | seconds since 1970, counted from the tests' clock |

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::model::{Duration, Timestamp};

use super::checksum;
use super::credential::{Check, Kind};

/// The clock of every test inside the rules: 2026-01-01T00:00:00Z.
pub const TEST_CLOCK: Timestamp = Timestamp(1_767_225_600);

/// A template that cannot be expanded.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SampleError {
    /// `«` without `»`.
    #[error("a part is opened with « but not closed with »: {0}")]
    Unclosed(String),
    /// A part that means nothing.
    #[error("the part «{0}» is neither a class, a generator nor a credential kind")]
    Unknown(String),
}

/// Expands templates, the same way in every run.
pub struct Samples<'k> {
    kinds: &'k dyn Fn(&str) -> Option<&'k Kind>,
}

impl<'k> Samples<'k> {
    /// With a way to find kinds by id.
    pub fn new(kinds: &'k dyn Fn(&str) -> Option<&'k Kind>) -> Self {
        Self { kinds }
    }

    /// The value that `«KIND#number»` stands for.
    pub fn value(&self, kind: &Kind, number: u32) -> Result<String, SampleError> {
        let seed = hash(kind.id.as_str()) ^ u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.fill(&kind.sample, kind.check, &mut Random(seed | 1))
    }

    /// A text with all its parts expanded. `seed` decides the parts that name no kind.
    pub fn text(&self, template: &str, seed: &str) -> Result<String, SampleError> {
        self.fill(template, None, &mut Random(hash(seed) | 1))
    }

    fn fill(&self, template: &str, check: Option<Check>, random: &mut Random) -> Result<String, SampleError> {
        let mut out = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('«') {
            out.push_str(before);
            let (part, after) =
                after.split_once('»').ok_or_else(|| SampleError::Unclosed(after.to_owned()))?;
            self.part(part, check, random, &mut out)?;
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn part(
        &self,
        part: &str,
        check: Option<Check>,
        random: &mut Random,
        out: &mut String,
    ) -> Result<(), SampleError> {
        let unknown = || SampleError::Unknown(part.to_owned());
        if part == "check" {
            let sum = check.and_then(|check| checksum::of(check, out)).ok_or_else(unknown)?;
            out.push_str(&sum);
        } else if part == "uuid" {
            let groups = [8, 4, 4, 4, 12].map(|length| random.text("hex", length).unwrap_or_default());
            out.push_str(&groups.join("-"));
        } else if let Some(claims) = part.strip_prefix("jwt:") {
            out.push_str(&jwt(&self.inner(claims, random)?, random));
        } else if let Some(text) = part.strip_prefix("b64:") {
            out.push_str(&STANDARD.encode(self.inner(text, random)?));
        } else if let Some(text) = part.strip_prefix("b64x2:") {
            out.push_str(&STANDARD.encode(STANDARD.encode(self.inner(text, random)?)));
        } else if let Some(label) = part.strip_prefix("pem:") {
            out.push_str(&pem(label, random, "\n"));
        } else if let Some(label) = part.strip_prefix("pem1:") {
            out.push_str(&pem(label, random, "\\n"));
        } else if let Some(moment) = moment(part) {
            out.push_str(&moment.0.to_string());
        } else if let Some((length, class)) = part.split_once(':') {
            let length = length.parse().map_err(|_| unknown())?;
            out.push_str(&random.text(class, length).ok_or_else(unknown)?);
        } else {
            let (id, number) = part.split_once('#').unwrap_or((part, "1"));
            let kind = (self.kinds)(id).ok_or_else(unknown)?;
            out.push_str(&self.value(kind, number.parse().map_err(|_| unknown())?)?);
        }
        Ok(())
    }

    fn inner(&self, template: &str, random: &mut Random) -> Result<String, SampleError> {
        self.fill(&template.replace('‹', "«").replace('›', "»"), None, random)
    }
}

fn moment(part: &str) -> Option<Timestamp> {
    let offset = part.strip_prefix("now")?;
    let (sign, length) = offset.split_at_checked(1)?;
    let (number, unit) = length.split_at_checked(length.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<i64>().ok()?.checked_mul(unit)?;
    Some(TEST_CLOCK.plus(Duration(if sign == "-" { -seconds } else { seconds })))
}

fn jwt(claims: &str, random: &mut Random) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signature = random.text("word-", 43).unwrap_or_default();
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims))
}

/// A private key block whose outer structure parses: DER for the standard labels, the OpenSSH container for its own.
fn pem(label: &str, random: &mut Random, newline: &str) -> String {
    let body = match label {
        "OPENSSH PRIVATE KEY" => openssh(random),
        "EC PRIVATE KEY" => der(0x30, &[der(0x02, &[1]), der(0x04, &random.bytes(32))].concat()),
        "PRIVATE KEY" => {
            let algorithm = der(0x30, &[0x06, 0x03, 0x2B, 0x65, 0x70]);
            let key = der(0x04, &der(0x04, &random.bytes(32)));
            der(0x30, &[der(0x02, &[0]), algorithm, key].concat())
        }
        "ENCRYPTED PRIVATE KEY" => {
            let scheme = der(0x30, &der(0x06, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D]));
            der(0x30, &[scheme, der(0x04, &random.bytes(64))].concat())
        }
        "PGP PRIVATE KEY BLOCK" => [vec![0x95, 1, 4], random.bytes(260)].concat(),
        _ => {
            let numbers = [128, 3, 128, 64, 64, 64, 64, 64].map(|length| der(0x02, &random.positive(length)));
            der(0x30, &[der(0x02, &[0]), numbers.concat()].concat())
        }
    };
    let body = STANDARD.encode(body);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let dashes = "-".repeat(5);
    format!(
        "{dashes}BEGIN {label}{dashes}{newline}{}{newline}{dashes}END {label}{dashes}",
        lines.join(newline)
    )
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(length @ ..128) => out.push(length),
        Ok(length) => out.extend([0x81, length]),
        Err(_) => out.extend([0x82, (content.len() >> 8) as u8, content.len() as u8]),
    }
    out.extend_from_slice(content);
    out
}

fn openssh(random: &mut Random) -> Vec<u8> {
    let field = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let public_part = random.bytes(32);
    let public = [field(b"ssh-ed25519"), field(&public_part)].concat();
    let check = random.bytes(4);
    let key = field(&[random.bytes(32), public_part].concat());
    let private = [check.clone(), check, public.clone(), key, field(b"agent@build"), vec![1, 2, 3]].concat();
    let head = [field(b"none"), field(b"none"), field(b""), 1_u32.to_be_bytes().to_vec(), field(&public)];
    [b"openssh-key-v1\0".to_vec(), head.concat(), field(&private)].concat()
}

/// A small generator (xorshift64*): the same seed, the same text.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// A positive DER integer: its first bit is clear.
    fn positive(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = self.bytes(length);
        bytes[0] = bytes[0] & 0x7F | 0x01;
        bytes
    }

    fn text(&mut self, class: &str, length: usize) -> Option<String> {
        let alphabet = alphabet(class)?.as_bytes();
        Some((0..length).map(|_| char::from(alphabet[self.next() as usize % alphabet.len()])).collect())
    }
}

fn alphabet(class: &str) -> Option<&'static str> {
    Some(match class {
        "digit" => "0123456789",
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        "lower" => "abcdefghijklmnopqrstuvwxyz",
        "upper" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "letter" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "lower-num" => "abcdefghijklmnopqrstuvwxyz0123456789",
        "upper-num" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "base32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "alnum" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "word" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
        "word-" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
        "x" => "x",
        "-" => "-",
        "base64" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
        _ => return None,
    })
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_expand_alike_in_every_run() {
        let none = |_: &str| None;
        let samples = Samples::new(&none);
        let text = samples.text("A=«4:digit»-«uuid»", "seed").unwrap();
        assert_eq!(text, samples.text("A=«4:digit»-«uuid»", "seed").unwrap());
        assert_ne!(text, samples.text("A=«4:digit»-«uuid»", "other").unwrap());
        assert_eq!(text.len(), "A=".len() + 4 + 1 + 36);
        assert_eq!(samples.text("«now+1d»", "").unwrap(), (TEST_CLOCK.0 + 86_400).to_string());
        assert_eq!(samples.text("«nope»", ""), Err(SampleError::Unknown("nope".into())));
        assert_eq!(samples.text("«4:digit", ""), Err(SampleError::Unclosed("4:digit".into())));
        assert_eq!(samples.text("«b64:user:‹4:digit›»", "s").unwrap().len(), 12);
        assert_eq!(samples.text("«b64x2:user:‹4:digit›»", "s").unwrap().len(), 16);
    }
}
