//! Names that say "this is a secret", and names that say it is not.

use crate::text::words;

/// What the name of a value promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A password or passphrase: any value may be one.
    Password,
    /// A key, token or secret: random, and long.
    Key,
}

/// Whether a name is that of a secret: `DB_PASSWORD`, `apiKey`, `x-auth-token`; not `TOKEN_URL`, `password_file`, `key_id`.
pub fn is_secret_name(name: &str) -> bool {
    promise(name).is_some()
}

/// What a name promises; `None`: nothing secret.
pub fn promise(name: &str) -> Option<Promise> {
    // Where a shell works, not what it works with.
    if matches!(name, "PWD" | "OLDPWD") {
        return None;
    }
    let words: Vec<_> = words(name).collect();
    let word = |index: usize| words.get(index).map(AsRef::as_ref);
    // What was made of a secret is none.
    if words
        .iter()
        .any(|word| matches!(word.as_ref(), "hashed" | "encrypted" | "redacted" | "masked" | "checksum"))
    {
        return None;
    }
    // A truststore holds certificates of others; its password keeps nothing secret.
    if words.iter().any(|word| word == "truststore")
        || words.windows(2).any(|pair| pair == ["trust", "store"])
    {
        return None;
    }
    // `existingPasswordSecretKey`: under which name an object holds it that is there already.
    if words.iter().any(|word| word == "existing") {
        return None;
    }
    // The last words decide what a name is of: a TOKEN_URL is a URL, a URL_TOKEN a token.
    let mut end = words.len();
    while end > 0 && word(end - 1).is_some_and(is_ordinal) {
        end -= 1;
    }
    let last = word(end.checked_sub(1)?)?;
    let before = end.checked_sub(2).and_then(word).unwrap_or_default();
    let third = end.checked_sub(3).and_then(word).unwrap_or_default();
    match last {
        "password" | "passwd" | "pwd" | "passphrase" | "passcode" | "pass" | "pw"
            if !is_done_with(before) =>
        {
            Some(Promise::Password)
        }
        // An object with a public key, or with a private one under a name of its own.
        "secret" if before == "key" && words.iter().any(|word| word == "public") => None,
        "secret" | "secrets" if !(is_named_only(before) || before == "key" && third == "private") => {
            Some(Promise::Key)
        }
        // LinkedIn's session.
        "at" if before == "li" => Some(Promise::Key),
        // An assembly's, made of the key that everybody may have.
        "token" if before == "key" && words.iter().any(|word| word == "public") => None,
        "token" | "pat" | "jwt" | "bearer" | "credential" | "cookie" | "cookies" | "session"
        | "authorization" | "auth"
            if !is_counted(before) =>
        {
            Some(Promise::Key)
        }
        // What Rails and Phoenix derive every other key from.
        "base" if before == "key" && words.iter().any(|word| word == "secret") => Some(Promise::Key),
        // Under which key of a Secret it stands: `passwordSecretKey`.
        "key" if before == "secret" && matches!(third, "password" | "credential" | "credentials") => None,
        "key" => matches!(
            before,
            "api"
                | "secret"
                | "access"
                | "private"
                | "master"
                | "auth"
                | "encryption"
                | "signing"
                | "service"
                | "account"
                | "admin"
                | "jwt"
                | "app"
                | "application"
                | "license"
                | "salt"
                | "role"
                | "subscription"
                | "deploy"
                | "write"
                | "read"
                | "token"
                | "session"
                | "cookie"
                | "bot"
                | "user"
                | "license_key"
                | "shared"
                | "storage"
                | "functions"
                | "creds"
        )
        .then_some(Promise::Key),
        _ => None,
    }
}

/// A number or a word that only counts: `PASSWORD_1`, `token_old`.
fn is_ordinal(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
        || matches!(
            word,
            "value"
                | "old"
                | "new"
                | "prod"
                | "production"
                | "dev"
                | "test"
                | "staging"
                | "default"
                | "base64"
                | "b64"
        )
}

/// What comes before `password` where something is done with one: `update_password: on_create`, `generatePassword`.
fn is_done_with(before: &str) -> bool {
    matches!(
        before,
        "update"
            | "generate"
            | "random"
            | "reset"
            | "change"
            | "forgot"
            | "require"
            | "show"
            | "hide"
            | "use"
            | "is"
            | "has"
            | "enable"
            | "allow"
    )
}

/// What comes before `secret` where the value is the name of a stored one: `existingSecret`, `imagePullSecrets`, `tlsSecret`.
fn is_named_only(before: &str) -> bool {
    matches!(
        before,
        "existing"
            | "external"
            | "pull"
            | "tls"
            | "cert"
            | "certificate"
            | "ca"
            | "ingress"
            | "create"
            | "use"
            | "password"
    )
}

/// What comes before `token` where it is counted, not held: `max_token`, `next_token`.
fn is_counted(before: &str) -> bool {
    matches!(
        before,
        "max"
            | "min"
            | "num"
            | "total"
            | "next"
            | "page"
            | "continuation"
            | "sequence"
            | "prompt"
            | "completion"
            | "input"
            | "output"
            | "per"
            | "csrf"
            | "eos"
            | "bos"
            | "pad"
            | "unk"
            | "sep"
            | "mask"
            | "special"
            | "stop"
            | "no"
            | "skip"
            | "has"
            | "is"
            | "use"
            | "punctuator"
            | "string"
            | "identifier"
            | "basic"
            | "require"
            | "needs"
            | "tmux"
            | "screen"
            | "desktop"
            | "xdg"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_decide() {
        for name in [
            "DB_PASSWORD",
            "apiKey",
            "OPENAI_API_KEY",
            "client_secret",
            "githubToken",
            "X-Auth-Token",
            "PASSWORD_2",
            "GITHUB_PAT",
            "secret",
            "aws_secret_access_key",
            "redis.password",
            "_authToken",
            "SECRET_KEY_BASE",
            "KAFKA_SSL_KEYSTORE_PASSWORD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "hashed_secret",
            "encrypted_password",
            "TOKEN_URL",
            "update_password",
            "checksum/secret",
            "password_file",
            "AWS_ACCESS_KEY_ID",
            "max_token",
            "PATH",
            "keyboard",
            "primary_key",
            "secretName",
            "existingSecret",
            "passwordSecret",
            "passwordSecretKey",
            "existingSecretPasswordKey",
            "existingSecretKey",
            "privateKeySecret",
            "imagePullSecrets",
            "tokenizer",
            "DISPATCH",
            "TMUX_SESSION",
            "PWD",
            "passwordField",
            "tokens",
            "public_key",
            "publicKeySecret",
            "PublicKeyToken",
            "uploadSequenceToken",
            "existingPasswordSecretKey",
            "KAFKA_SSL_TRUSTSTORE_PASSWORD",
            "trustStorePassword",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
