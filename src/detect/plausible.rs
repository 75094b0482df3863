//! What only looks like a secret: fillers, samples, references, digests.

use crate::text::{entropy, is_wordy, words};

use super::candidate::DropReason;

/// Words that fillers are made of. Each must be long enough not to turn up in random text.
const FILLER_WORDS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace-me",
    "replace_me",
    "your-",
    "your_",
    "yourkey",
    "yourtoken",
    "yourapi",
    "yoursecret",
    "yourpass",
    "insert-",
    "insert_",
    "dummy",
    "redacted",
    "fake",
    "notreal",
    "not-real",
    "not_real",
    "xxxxx",
    "sample",
    "foobar",
    "lorem",
    "todo",
    "goes-here",
    "goes_here",
    "goeshere",
    "-here",
    "_here",
    "deadbeef",
    "asdf",
    "qwerty",
    "secret-key",
    "secret_key",
    "my-token",
    "my_token",
    "mytoken",
    "mysecret",
    "my-secret",
    "my_secret",
    "my-key",
    "my_key",
    "mykey",
    "my-api",
    "my_api",
    "invalid",
];

/// Sequences that people type instead of a value.
const SEQUENCES: &[&str] = &["0123456789", "1234567890", "abcdefghij", "zyxwvutsrq", "9876543210"];

/// Why `value` is no value at all, whatever its kind; `None` where it may be one. `prefix` is its kind's public beginning,
/// which says nothing.
pub(super) fn filler(value: &[u8], prefix: usize) -> Option<DropReason> {
    let body = &value[prefix.min(value.len())..];
    if let Some(reason) = reference(value) {
        return Some(reason);
    }
    let lower = body.to_ascii_lowercase();
    if is_documentation_sample(value) {
        return Some(DropReason::DocumentationSample);
    }
    let contains = |needle: &&str| memchr::memmem::find(&lower, needle.as_bytes()).is_some();
    // A long random value holds four given letters now and then; of short words a filler needs more than one sign.
    let short_word = |word: &&str| word.len() < 5 && lower.len() > 24;
    if FILLER_WORDS.iter().filter(|word| !short_word(word)).any(contains)
        || SEQUENCES.iter().any(contains)
        || is_woven(&lower)
        || is_drummed(&lower)
        || is_cut(body)
        || repeats(&lower)
    {
        return Some(DropReason::Placeholder);
    }
    None
}

/// Two sequences woven into each other: `a1b2c3d4e5…`, `abc123def456ghi789jkl`.
fn is_woven(lower: &[u8]) -> bool {
    let only = |fits: fn(&u8) -> bool| -> Vec<u8> { lower.iter().copied().filter(fits).collect() };
    let (letters, digits) = (only(u8::is_ascii_lowercase), only(u8::is_ascii_digit));
    letters.starts_with(b"abcdefghij") && digits.starts_with(b"123456")
}

/// The first four letters and digits in any order, long enough that nobody draws it: `abcdabcd12341234`.
fn is_drummed(lower: &[u8]) -> bool {
    lower.len() >= 16 && lower.iter().all(|byte| matches!(byte, b'a'..=b'd' | b'1'..=b'4'))
}

/// Whether the text says that the rest was left out.
fn is_cut(body: &[u8]) -> bool {
    body.ends_with(b"...") || body.ends_with("…".as_bytes())
}

/// Few different characters, one that fills most of it, or one word over and over.
fn repeats(body: &[u8]) -> bool {
    if body.len() < 8 {
        return body.windows(2).all(|pair| pair[0] == pair[1]);
    }
    let mut counts = [0_u32; 256];
    for byte in body {
        counts[usize::from(*byte)] += 1;
    }
    let distinct = counts.iter().filter(|count| **count > 0).count();
    let most = counts.iter().max().copied().unwrap_or_default() as usize;
    let run = body.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or_default();
    let is_periodic = |period: usize| body.iter().zip(&body[period..]).all(|(a, b)| a == b);
    distinct <= 4
        || most * 2 > body.len()
        || run >= 6 && run * 4 > body.len()
        || (3..=body.len() / 3).take(10).any(is_periodic)
}

/// The ends of the private keys that every local Ethereum node starts with; all come from one published mnemonic.
const DEVELOPMENT_WALLETS: &[&str] = &[
    "784d7bf4f2ff80",
    "12f4603b6b78690d",
    "3fb9a804cdab365a",
    "c371e15141b007a6",
    "639f19c30a34926a",
    "348e872092edffba",
    "b8d88b2b4ec1564e",
    "0f1fcdbf7cbf4356",
    "c0cf5d620ea67b97",
    "cf7073dff6d409c6",
];

/// Values that documentation made famous. Compared by their ends, so that no key-shaped text stands here.
fn is_documentation_sample(value: &[u8]) -> bool {
    let ends = |tail: &str| value.ends_with(tail.as_bytes());
    // AWS: the key id ends with EXAMPLE, the secret with EXAMPLEKEY.
    ends("EXAMPLE")
        || ends("EXAMPLEKEY")
        || ends("EXAMPLETOKEN")
        // The key of every emulator of Azure Cosmos DB.
        || ends("ZnqyMsEcaGQy67XIw/Jw==")
        || ends("ZnqyMsEcaGQy67XIw%2FJw%3D%3D")
        // The Bot API's own.
        || ends("ABC-DEF1234ghIkl-zyx57W2v1u123ew11")
        || value.len() >= 64 && DEVELOPMENT_WALLETS.iter().any(|tail| ends(tail))
}

/// Whether `value` is, or is mostly, a reference to something that stands elsewhere, in the syntaxes that mean the same everywhere.
pub(super) fn reference(value: &[u8]) -> Option<DropReason> {
    let starts = |head: &str| value.starts_with(head.as_bytes());
    let holds = |part: &str| memchr::memmem::find(value, part.as_bytes()).is_some();
    if starts("ENC[")
        || starts("$ANSIBLE_VAULT")
        || starts("AQICAH")
        || starts("vault:v1:")
        || starts("{cipher}")
        // Jasypt, which Spring's properties are encrypted with.
        || starts("ENC(")
    {
        return Some(DropReason::Encrypted);
    }
    let templated =
        holds("${") || holds("{{") || holds("$(") || holds("<%") || holds("#{") || holds("%(") || holds("@@");
    let bracketed = value.first() == Some(&b'<') || starts("[") || starts("{") || starts("%{");
    let shell = value.first() == Some(&b'$')
        && value.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let stored = [
        "op://",
        "vault://",
        "secret://",
        "arn:aws:secretsmanager",
        "arn:aws:ssm",
        "projects/",
        "keyvault://",
        "ref+",
        "env:",
        "env.",
        "process.env",
        "os.environ",
        "os.getenv",
        "secrets.",
        "@Microsoft.KeyVault",
        "!secret",
        "!vault",
        "file://",
        "akv://",
        "gcp://",
        "awssm://",
        "sm://",
        "ssm:",
        "ssm://",
        "bao:",
        "doppler://",
        "infisical://",
        // What a lock file resolves a package to, of which the name may end like a secret's.
        "npm:",
        "workspace:",
    ];
    if templated || bracketed || shell || stored.iter().any(|head| starts(head)) {
        return Some(DropReason::Reference);
    }
    None
}

/// Whether it is the name of a variable, not what one holds: `BASE_RPC_URL_BACKUP1`.
pub(super) fn is_variable_name(value: &[u8]) -> bool {
    let is_letter = |byte: &&u8| byte.is_ascii_uppercase();
    let is_part = |part: &&[u8]| {
        part.first().is_some_and(u8::is_ascii_uppercase)
            && part.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let parts: Vec<_> = value.split(|byte| *byte == b'_').collect();
    let letters = value.iter().filter(is_letter).count();
    parts.len() > 2 && parts.iter().all(is_part) && letters * 3 > value.len() * 2
}

/// Whether it is the public address of an account or contract on an EVM chain: twenty bytes in hex.
pub(super) fn is_address(value: &[u8]) -> bool {
    let hex = value.strip_prefix(b"0x").or_else(|| value.strip_prefix(b"\\x"));
    hex.is_some_and(|hex| hex.len() == 40 && hex.iter().all(u8::is_ascii_hexdigit))
}

/// How hashes of passwords begin.
const HASH_MARKS: &[&str] = &[
    "$1$",
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$apr1$",
    "$argon2",
    "$pbkdf2",
    "$scrypt",
    "pbkdf2_sha256$",
    "pbkdf2:",
    "scrypt:",
    "{SHA",
    "{SSHA",
    "{CRYPT}",
    "{bcrypt}",
];

/// Whether it is what a password was made into: nobody logs in with a hash.
pub(super) fn is_password_hash(value: &[u8]) -> bool {
    // A dollar sign is doubled where the file would take it for a variable's.
    let text = String::from_utf8_lossy(value).replace("$$", "$");
    HASH_MARKS.iter().any(|mark| text.starts_with(mark))
}

/// Whether it is an address of mail.
pub(super) fn is_mail(value: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', value) else { return false };
    let (user, domain) = (&value[..at], &value[at + 1..]);
    let is_user = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let is_step = |step: &[u8]| {
        step.len() > 1
            && step.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
    };
    let steps: Vec<_> = domain.split(|byte| *byte == b'.').collect();
    let top = steps.last().is_some_and(|step| step.iter().all(u8::is_ascii_lowercase));
    !user.is_empty() && user.iter().all(is_user) && steps.len() > 1 && top && steps.into_iter().all(is_step)
}

/// The hexadecimal number behind a label, which alone was drawn: `acme_0f3a…`.
fn labelled_hex(value: &[u8]) -> Option<&[u8]> {
    let at = value.iter().rposition(|byte| *byte == b'_')?;
    let (label, number) = (&value[..at], &value[at + 1..]);
    let is_label = label.len() <= 12 && label.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    (is_label && number.len() >= 32 && number.iter().all(u8::is_ascii_hexdigit)).then_some(number)
}

/// Whether `value` looks as if it had been drawn at random from its alphabet: what is found by context alone must.
pub(super) fn is_random(value: &[u8]) -> bool {
    // What parts a value, and the mark of a hexadecimal number, say nothing about it.
    let value = value.strip_prefix(b"0x").unwrap_or(value);
    let value = labelled_hex(value).unwrap_or(value);
    let value: Vec<u8> =
        value.iter().copied().filter(|byte| !matches!(byte, b'-' | b':' | b'.' | b'/')).collect();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    if value.len() < 12 || digits == 0 || letters == 0 && value.len() < 20 {
        return false;
    }
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    // A fair draw of n characters has about log2(min(n, alphabet)) bits, less a little; words have less.
    let alphabet: f64 = if hex { 16.0 } else { 62.0 };
    let fair = (value.len() as f64).min(alphabet).log2();
    entropy(&value) > fair * if hex { 0.72 } else { 0.7 } && (hex || !is_wordy(&value))
}

/// Whether it is made of words: letters only, joined by signs. Somebody typed it, and somebody else can guess it.
pub fn is_weak(value: &[u8]) -> bool {
    value.iter().all(|byte| {
        byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b',' | b'*' | b'=')
    })
}

/// Words with which a value says what should stand in its place: `even-more-secret`, `generate-with-openssl`.
const OWN_WORDS: &[&str] = &[
    "password",
    "secret",
    "secrets",
    "token",
    "key",
    "credential",
    "credentials",
    "insecure",
    "unsafe",
    "generate",
    "generated",
    "update",
    "updated",
    "replace",
    "change",
    "changed",
    "your",
    "enter",
    "fill",
    "put",
    "paste",
    "characters",
    "chars",
    "random",
    "please",
    "must",
    "should",
    "choose",
    "own",
    "secure",
    "string",
    "default",
];

/// Whether it is a phrase of words and numbers about itself, joined by signs or in camel case.
pub(super) fn speaks_of_itself(value: &str) -> bool {
    let parts: Vec<_> = words(value).collect();
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // Drawn letters fall apart into short parts.
    parts.len() > 1
        && length >= 3 * parts.len()
        && parts.iter().all(|part| is_spoken(part))
        && parts.iter().any(|part| OWN_WORDS.contains(&&**part))
}

/// A word, a number, or a word that holds or ends with a number: `p2p`, `of32`.
fn is_spoken(part: &str) -> bool {
    let stem = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
    stem.bytes().filter(u8::is_ascii_digit).count() <= 1
}

/// A UUID: 8-4-4-4-12 hex digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The length of a digest in hex, or its usual label before the value.
pub(super) fn is_digest(value: &[u8], before: &[u8]) -> bool {
    let labels = ["sha1-", "sha256-", "sha384-", "sha512-", "sha1:", "sha256:", "sha512:", "md5:", "h1:"];
    labels.iter().any(|label| value.starts_with(label.as_bytes()) || before.ends_with(label.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_told_from_values() {
        for text in [
            "xxxxxxxxxxxxxxxxxxxx",
            "your-api-key-goes-here",
            "1234567890abcdefghij",
            "aaaaaaaabbbbbbbb",
            "changeme-please-now",
            "................",
            "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6",
            "secretsecretsecretsecretsecret",
            "eyJhbGciOiJIUzI1NiIs...",
        ] {
            assert_eq!(filler(text.as_bytes(), 0), Some(DropReason::Placeholder), "{text}");
        }
        assert_eq!(filler(b"K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol", 0), None);
        assert_eq!(filler(b"${TOKEN}", 0), Some(DropReason::Reference));
        assert_eq!(filler(b"ENC[AES256_GCM,data:x]", 0), Some(DropReason::Encrypted));
        assert_eq!(filler(b"<your token>", 0), Some(DropReason::Reference));
        assert_eq!(filler(b"abcEXAMPLEKEY", 0), Some(DropReason::DocumentationSample));
    }

    #[test]
    fn names_of_variables_and_addresses_are_no_values() {
        for text in ["BASE_RPC_URL_BACKUP1", "ERC7677_BUNDLER_RPC_URL"] {
            assert!(is_variable_name(text.as_bytes()), "{text}");
        }
        for text in ["ABCD1234", "A1B2_C3D4_E9Z8", "KX_77Q2", "base_rpc_url"] {
            assert!(!is_variable_name(text.as_bytes()), "{text}");
        }
        let hex = "0f3a91c0de88b47d6a2c5910b7e4d3f6a1b2c3d4";
        assert!(is_address(format!("0x{hex}").as_bytes()) && is_address(format!("\\x{hex}").as_bytes()));
        assert!(!is_address(hex.as_bytes()) && !is_address(format!("0x{hex}{hex}").as_bytes()));
    }

    #[test]
    fn hashes_and_mail_are_no_passwords() {
        for text in
            ["$2a$11$RczoChslMhXzpgdYVwAPO4", "$$2y$$10$$abc", "$1$SomeSalt$UqddPX3r4kH3", "{SSHA}x9fK"]
        {
            assert!(is_password_hash(text.as_bytes()), "{text}");
        }
        assert!(!is_password_hash(b"$upersecret9") && !is_password_hash(b"Kw7$2a$hd02"));
        assert!(is_mail(b"bugs.bunny@acme.com") && is_mail(b"a+b@mail.acme.example"));
        assert!(!is_mail(b"Kw7@hd02mPqz") && !is_mail(b"P@ssw0rd.9") && !is_mail(b"@acme.com"));
        assert_eq!(filler(b"abcdabcdabcd123412341234", 0), Some(DropReason::Placeholder));
        assert_eq!(filler(b"abcd1234abce1234", 0), None);
    }

    #[test]
    fn phrases_about_themselves_are_no_values() {
        for text in [
            "even-more-secret",
            "generate-with-openssl",
            "this_password_is_insecure",
            "super-secret-token-of-32-characters",
            "ChooseYourOwnPasswordHere1234",
            "SomeRandomStringOf32CharsExactly",
            "My-Secure-Password5",
            "DatabasePassword1234",
            "mirotalk-p2p-oidc-secret",
        ] {
            assert!(speaks_of_itself(text), "{text}");
        }
        for text in [
            "whalehello",
            "kw7-hd02mpqz",
            "correct-horse-battery",
            "key7f3a91c0de",
            "xK3eyQ9aKeyZ2mPq",
            "S3crXt9kd72",
        ] {
            assert!(!speaks_of_itself(text), "{text}");
        }
    }

    #[test]
    fn random_text_is_told_from_names() {
        assert!(is_random(b"f3a91c0de88b47d6a2c5910b7e4d3f60"));
        assert!(is_random(b"K7gNU3sdoOL0wNhqoVWhr3g6s1xYv72"));
        for text in
            ["getElementsByTagName2", "com.example.service.v1", "application-default-1", "aaaaaaaaaaaaaaa1"]
        {
            assert!(!is_random(text.as_bytes()), "{text}");
        }
    }
}
