//! JSON Web Tokens: who they make one, and until when.

mod claims;

use self::claims::Claims;
use super::base64;
use crate::model::{
    Claim, EpochUnit, Evidence, Lifetime, LifetimeClass, Principal, PrincipalKind, Privilege, Timestamp,
};
use crate::text::words;

/// Longer tokens are not read.
const MAX_LENGTH: usize = 64 * 1024;

/// What a token is for, as far as its claims tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtKind {
    /// A Kubernetes service account's.
    KubernetesServiceAccount,
    /// A Supabase project's key that passes every row's policy.
    SupabaseServiceRole,
    /// A Supabase project's key that is made to be published.
    SupabaseAnon,
    /// The identity that GitHub gives to one job.
    GitHubActionsOidc,
    /// Its bearer gets nothing: a verifiable credential, a software statement, a licence, a proof, a notice.
    NotBearer,
    /// Anything else.
    Generic,
}

/// What a token says in its header and claims. The signature is not checked: there is no key here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwt {
    /// `alg`: how it is signed.
    pub algorithm: Option<String>,
    /// `kid`: with which key.
    pub key_id: Option<String>,
    /// `iss`: who issued it.
    pub issuer: Option<String>,
    /// `sub`: whom it speaks of.
    pub subject: Option<String>,
    /// `azp` or `client_id`: the client it was issued to.
    pub client: Option<String>,
    /// An e-mail address, where it names one.
    pub email: Option<String>,
    /// `aud`: whom it is meant for.
    pub audience: Vec<String>,
    /// `exp`: when it ends.
    pub expires_at: Option<Timestamp>,
    /// `iat`: when it was issued.
    pub issued_at: Option<Timestamp>,
    /// `nbf`: when it begins.
    pub not_before: Option<Timestamp>,
    /// Roles, groups, scopes and permissions, in the order of their claims.
    pub roles: Vec<String>,
    /// What `exp` counts.
    expiry_unit: EpochUnit,
    /// Whether there is an `exp`, be it nonsense.
    has_expiry: bool,
    kind: JwtKind,
    is_demo: bool,
    is_key_bound: bool,
    is_delegated: bool,
}

/// Reads a signed token (three parts). An encrypted one (five parts) shows nothing and gives `None`.
pub fn read(token: &[u8]) -> Option<Jwt> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let mut parts = token.split(|byte| *byte == b'.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !signature.iter().all(|byte| is_base64_url(*byte)) {
        return None;
    }
    let header = Claims::parse(&base64::url_safe(header)?)?;
    if !header.has("alg") && !header.has("typ") {
        return None;
    }
    let payload = Claims::parse(&base64::url_safe(payload)?)?;
    Some(Jwt::from_claims(&header, &payload))
}

fn is_base64_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=')
}

impl Jwt {
    fn from_claims(header: &Claims, payload: &Claims) -> Self {
        Self {
            algorithm: header.text("alg"),
            key_id: header.text("kid"),
            issuer: payload.text("iss"),
            subject: payload.text("sub"),
            client: payload.text("azp").or_else(|| payload.text("client_id")),
            email: payload.text("email"),
            audience: payload.texts("aud"),
            expires_at: payload.moment("exp").map(|(at, _)| at),
            issued_at: payload.moment("iat").map(|(at, _)| at),
            not_before: payload.moment("nbf").map(|(at, _)| at),
            expiry_unit: payload.moment("exp").map(|(_, unit)| unit).unwrap_or_default(),
            has_expiry: payload.has("exp"),
            roles: payload.roles(),
            kind: claims::kind(header, payload),
            is_demo: claims::is_demo(payload),
            is_key_bound: payload.has("cnf"),
            is_delegated: payload.has("act"),
        }
    }

    /// How long it lasts: from `iat` or `nbf` to `exp` where both ends are visible, else the time left.
    pub fn lifetime(&self, now: Timestamp) -> Lifetime {
        let begin = self.issued_at.or(self.not_before);
        match self.expires_at {
            // A beginning after the end is a mistake, and would make any life look short.
            Some(end) => {
                let begin = begin.filter(|begin| *begin < end);
                let until = Lifetime::until(end, begin, now, Evidence::Value);
                Lifetime { expiry_unit: self.expiry_unit, ..until }
            }
            // A claim that is no moment: every server may make something else of it.
            None if self.has_expiry => Lifetime { issued_at: begin, ..Lifetime::UNKNOWN },
            None => Lifetime { issued_at: begin, ..Lifetime::of(LifetimeClass::Never, Evidence::Value) },
        }
    }

    /// Whom it makes one: issuer and subject, else the e-mail address, else the client.
    pub fn principal(&self) -> Option<Principal> {
        let subject = match (&self.issuer, &self.subject) {
            (Some(issuer), Some(subject)) => Some(format!("{issuer} {subject}")),
            (None, subject) => subject.clone(),
            (Some(_), None) => None,
        };
        let principal = |kind, name: String| Principal::new(kind, &name);
        subject
            .map(|name| principal(PrincipalKind::Subject, name))
            .or_else(|| self.email.clone().map(|name| principal(PrincipalKind::Email, name)))
            .or_else(|| self.client.clone().map(|name| principal(PrincipalKind::Client, name)))
    }

    /// What it says about itself that moves severity.
    pub fn claims(&self) -> Vec<Claim> {
        let has_no_audience = self.audience.iter().all(|audience| audience == "*");
        [
            (has_no_audience, Claim::AudienceAbsent),
            (self.is_key_bound, Claim::KeyBound),
            (self.is_delegated, Claim::Delegated),
        ]
        .into_iter()
        .filter_map(|(holds, claim)| holds.then_some(claim))
        .collect()
    }

    /// How much its roles allow.
    pub fn privilege(&self) -> Privilege {
        let is_admin = |role: &String| {
            matches!(role.as_str(), "*" | "service_role" | "system:masters")
                || words(role).any(|word| matches!(&*word, "admin" | "administrator" | "superuser" | "root"))
        };
        if self.roles.iter().any(is_admin) { Privilege::Admin } else { Privilege::Ordinary }
    }

    /// What it is for.
    pub fn kind_hint(&self) -> JwtKind {
        self.kind
    }

    /// Whether it is made to stand in public pages.
    pub fn is_publishable(&self) -> bool {
        self.kind == JwtKind::SupabaseAnon
    }

    /// Whether it is a sample that everybody has.
    pub fn is_demo(&self) -> bool {
        self.is_demo
    }
}

#[cfg(test)]
mod tests;
