//! The claims of a token, read without trust in their types.

use super::JwtKind;
use crate::model::{EpochUnit, Timestamp};
use serde_json::{Map, Value};

/// More values of one kind are not kept.
const MAX_VALUES: usize = 64;

/// Claims that give roles, groups, scopes or permissions.
const ROLE_CLAIMS: [&str; 9] =
    ["role", "roles", "scope", "scp", "scopes", "groups", "cognito:groups", "permissions", "realm_access"];

/// A JSON object.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        match serde_json::from_slice(json) {
            Ok(Value::Object(claims)) => Some(Self(claims)),
            _ => None,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The text of a claim; a number as its digits.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The texts of a claim that is one text or a list of them.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.0.get(name).map(texts).unwrap_or_default()
    }

    /// A moment, written as a number of any kind or as its digits, and what that counts.
    pub(super) fn moment(&self, name: &str) -> Option<(Timestamp, EpochUnit)> {
        let count = match self.0.get(name)? {
            Value::Number(number) => match number.as_i64() {
                Some(count) => return Timestamp::counted(count),
                None => number.as_f64()?,
            },
            Value::String(text) => text.trim().parse::<f64>().ok().filter(|count| !count.is_nan())?,
            _ => return None,
        };
        // The cast saturates, and the bounds are no moments.
        Timestamp::counted(count as i64)
    }

    pub(super) fn roles(&self) -> Vec<String> {
        let values = ROLE_CLAIMS.iter().filter_map(|name| self.0.get(*name));
        let mut roles: Vec<String> = values
            .flat_map(|value| texts(value.get("roles").unwrap_or(value)))
            .flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .take(MAX_VALUES)
            .collect();
        if self.0.get("admin") == Some(&Value::Bool(true)) {
            roles.push("admin".to_owned());
        }
        roles
    }

    fn is(&self, name: &str, wanted: &str) -> bool {
        self.0.get(name).and_then(Value::as_str) == Some(wanted)
    }

    fn is_type(&self, wanted: &str) -> bool {
        let name = self.0.get("typ").and_then(Value::as_str).unwrap_or_default();
        name.len() >= wanted.len()
            && name.as_bytes()[name.len() - wanted.len()..].eq_ignore_ascii_case(wanted.as_bytes())
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.is_empty() => vec![text.clone()],
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).map(str::to_owned).take(MAX_VALUES).collect()
        }
        _ => Vec::new(),
    }
}

/// What the token is for.
pub(super) fn kind(header: &Claims, payload: &Claims) -> JwtKind {
    let issuer = payload.text("iss").unwrap_or_default();
    let is_supabase = issuer == "supabase"
        || issuer == "supabase-demo"
        || issuer.contains(".supabase.co")
        || payload.has("ref");
    if is_not_bearer(header, payload) {
        JwtKind::NotBearer
    } else if issuer == "kubernetes/serviceaccount"
        || payload.0.keys().any(|name| name.starts_with("kubernetes.io"))
    {
        JwtKind::KubernetesServiceAccount
    } else if is_supabase && payload.is("role", "service_role") {
        JwtKind::SupabaseServiceRole
    } else if is_supabase && payload.is("role", "anon") {
        JwtKind::SupabaseAnon
    } else if issuer.starts_with("https://token.actions.githubusercontent.com") {
        JwtKind::GitHubActionsOidc
    } else {
        JwtKind::Generic
    }
}

fn is_not_bearer(header: &Claims, payload: &Claims) -> bool {
    const CLAIMS: [&str; 9] = [
        "vc",
        "vp",
        "software_id",
        "software_statement",
        "license",
        "licence",
        "licensee",
        "license_key",
        "htu",
    ];
    // Compared at the end, since some write `application/` before them.
    const TYPES: [&str; 7] =
        ["dpop+jwt", "vc+jwt", "vp+jwt", "sd-jwt", "entity-statement+jwt", "secevent+jwt", "logout+jwt"];
    CLAIMS.iter().any(|claim| payload.has(claim))
        || TYPES.iter().any(|name| header.is_type(name))
        || speaks_of_nobody(payload)
}

/// Whether no claim says who issued it, for whom, until when, or who may do what: data that somebody signed.
fn speaks_of_nobody(payload: &Claims) -> bool {
    const CLAIMS: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "azp"];
    const WORDS: [&str; 13] = [
        "id",
        "user",
        "name",
        "email",
        "account",
        "role",
        "scope",
        "group",
        "admin",
        "client",
        "tenant",
        "permission",
        "key",
    ];
    payload.0.keys().all(|claim| {
        let claim = claim.to_ascii_lowercase();
        !CLAIMS.contains(&claim.as_str()) && !WORDS.iter().any(|word| claim.contains(word))
    })
}

/// Whether these are the claims of a sample that stands in a specification, a tool's front page or a demo set-up.
pub(super) fn is_demo(payload: &Claims) -> bool {
    let is_front_page =
        payload.is("sub", "1234567890") && (payload.is("name", "John Doe") || !payload.has("name"));
    let is_rfc_7519 = payload.is("iss", "joe") && payload.has("http://example.com/is_root");
    is_front_page || is_rfc_7519 || payload.is("iss", "supabase-demo")
}
