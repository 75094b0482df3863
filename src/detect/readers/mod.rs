//! Values of a shape that no pattern describes: each reader finds its own, and reads what it can offline.

mod authorization;
mod connection;
mod cookie;
mod generic;
mod google;
mod key_block;
mod object;
mod signed_url;
mod token;
mod url;

pub(super) use token::Parts;

use std::collections::HashMap;

use crate::lifetime::{aws, jwt, presigned};
use crate::model::{Principal, PrincipalKind, Timestamp};
use crate::rules::{Kind, Reader};

use super::candidate::Facts;

/// Which kinds the readers' results belong to.
#[derive(Debug)]
pub(super) struct Readers {
    by_variant: HashMap<(Reader, String), usize>,
    /// Kinds that are tokens by their name: an n8n key is a JWT.
    named_tokens: Vec<usize>,
}

impl Readers {
    pub(super) fn new(kinds: &[Kind]) -> Self {
        let mut by_variant = HashMap::new();
        let mut named_tokens = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            let Some(reader) = kind.reader else { continue };
            if reader == Reader::Jwt && !kind.context.is_empty() && kind.variant.is_none() {
                named_tokens.push(number);
            } else {
                by_variant.insert((reader, kind.variant.clone().unwrap_or_default()), number);
            }
        }
        Self { by_variant, named_tokens }
    }

    /// The kind of a reader's result; a variant that has none falls back to the kind without a variant.
    fn kind(&self, reader: Reader, variant: &str) -> Option<usize> {
        let exact = self.by_variant.get(&(reader, variant.to_owned()));
        exact.or_else(|| self.by_variant.get(&(reader, String::new()))).copied()
    }
}

/// What can be read from the value of a kind that was found by its pattern.
pub(super) fn facts_of(kind: &Kind, value: &[u8], now: Timestamp) -> Facts {
    match kind.reader {
        Some(Reader::Jwt) => jwt::read(value).map(|token| token_facts(&token, now)).unwrap_or_default(),
        Some(Reader::AwsKeyId) => {
            let id = String::from_utf8_lossy(value);
            let name = match aws::account_id(value) {
                Some(account) => format!("{id} (account {account})"),
                None => id.into_owned(),
            };
            Facts { principal: Some(Principal::new(PrincipalKind::KeyId, &name)), ..Facts::default() }
        }
        Some(Reader::Bedrock) => bedrock(value, now),
        _ => Facts::default(),
    }
}

fn token_facts(token: &jwt::Jwt, now: Timestamp) -> Facts {
    Facts {
        lifetime: Some(token.lifetime(now)),
        principal: token.principal(),
        privilege: Some(token.privilege()),
        claims: token.claims(),
    }
}

/// A short-term key is a presigned URL; a long-term one names its user.
fn bedrock(value: &[u8], now: Timestamp) -> Facts {
    if let Some(signed) = presigned::read_bedrock_key(value) {
        return Facts {
            lifetime: Some(signed.lifetime(now)),
            principal: signed.principal(),
            ..Facts::default()
        };
    }
    Facts {
        principal: aws::bedrock_user(value).map(|user| Principal::new(PrincipalKind::KeyId, &user)),
        ..Facts::default()
    }
}
