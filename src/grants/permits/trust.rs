//! Whom a federated trust lets in: how broad the pattern of a token's subject is.
//!
//! Facts: GitHub docs, "OpenID Connect reference" (`repo:OWNER/REPO:…`, and `repo:OWNER@ID/REPO@ID:…` for repositories since
//! 2026-07-15); GitLab, "ID tokens" (`project_path:…`); EKS User Guide, IRSA (`system:serviceaccount:NAMESPACE:NAME`); Terraform
//! Cloud, "Workload identity tokens" (`organization:…:project:…:workspace:…`); CircleCI, "OpenID Connect tokens" (`org/…/project/…`).

use crate::document::{Document, NodeId};
use crate::text::Span;

use super::{Allowed, Word, named, words};

/// One thing that is asked of a token.
pub(super) struct Claim<'d> {
    /// How the two are compared: `StringLike`.
    pub(super) test: &'d str,
    /// Of which claim: `token.actions.githubusercontent.com:sub`.
    pub(super) key: &'d str,
    pub(super) values: Vec<Word<'d>>,
}

/// Issuers that give tokens to everybody who runs a job there.
const OF_EVERYBODY: &[&str] = &[
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "oidc.circleci.com",
    "agent.buildkite.com",
    "api.bitbucket.org",
    "vstoken.dev.azure.com",
    "oidc.vercel.com",
];

/// Issuers of people's logins, where an audience is the application itself.
const OF_LOGINS: &[&str] =
    &["cognito-identity.amazonaws.com", "accounts.google.com", "www.amazon.com", "graph.facebook.com"];

/// How broad the trust is that asks for `claims` in tokens of the `federated` issuers.
pub(super) fn of_claims(
    federated: &[Word<'_>],
    claims: &[Claim<'_>],
    is_exchange: bool,
) -> Vec<(&'static str, Span)> {
    let speaks_of = |issuers: &[&str]| {
        let texts = federated.iter().map(|(text, _)| *text).chain(claims.iter().map(|claim| claim.key));
        texts.into_iter().any(|text| issuers.iter().any(|issuer| text.contains(issuer)))
    };
    let Some((_, place)) = federated.first().filter(|_| is_exchange && !speaks_of(OF_LOGINS)) else {
        return Vec::new();
    };
    let ends = |claim: &Claim<'_>, end: &str| claim.key.to_ascii_lowercase().ends_with(end);
    let is_audience = |claim: &Claim<'_>| ends(claim, ":aud") || claim.key.starts_with("aws:");
    if claims.iter().all(is_audience) {
        return vec![("trusts-anybody", *place)];
    }
    let mut found: Vec<(&'static str, Span)> = Vec::new();
    for claim in
        claims.iter().filter(|claim| ends(claim, ":sub") && claim.test.to_ascii_lowercase().contains("like"))
    {
        found.extend(claim.values.iter().filter_map(|(value, place)| Some((breadth(value)?, *place))));
    }
    // Another claim may be what narrows it.
    let is_other = |claim: &Claim<'_>| !is_audience(claim) && !ends(claim, ":sub");
    if claims.iter().any(is_other) {
        found.clear();
    }
    let is_known = !claims.iter().any(|claim| claim.key.contains("${") && !ends(claim, ":sub"));
    if found.is_empty()
        && is_known
        && speaks_of(OF_EVERYBODY)
        && !claims.iter().any(|claim| ends(claim, ":aud"))
    {
        found.push(("trusts-any-audience", *place));
    }
    found
}

/// How broad a pattern of subjects is, in which `*` is any text; nothing where it names one, or where a variable is all it is.
fn breadth(pattern: &str) -> Option<&'static str> {
    let plain = without_holes(pattern)?;
    let plain = plain.trim();
    if !plain.contains('*') {
        return None;
    }
    if plain.bytes().all(|byte| matches!(byte, b'*' | b':')) {
        return Some("trusts-anybody");
    }
    if let Some(rest) = plain.strip_prefix("repo:") {
        return of_repository(rest);
    }
    if let Some(rest) = plain.strip_prefix("project_path:") {
        let (project, rest) = rest.split_once(':').unwrap_or((rest, ""));
        return match project {
            "*" => Some("trusts-anybody"),
            _ if project.contains('*') => Some("trusts-many"),
            _ => is_any(rest.strip_prefix("ref_type:").unwrap_or(rest)).then_some("trusts-any-ref"),
        };
    }
    if let Some(rest) = plain.strip_prefix("system:serviceaccount:") {
        let (namespace, account) = rest.split_once(':').unwrap_or((rest, "*"));
        return match (namespace, account) {
            ("*", "*") => Some("trusts-anybody"),
            _ => (namespace == "*" || account == "*").then_some("trusts-many"),
        };
    }
    if let Some(rest) = plain.strip_prefix("organization:") {
        let workspace =
            rest.split_once(":workspace:").map(|(_, rest)| rest.split(':').next().unwrap_or(rest));
        return match workspace {
            Some(workspace) => (workspace == "*").then_some("trusts-many"),
            None => Some("trusts-many"),
        };
    }
    if plain.starts_with("org/") || plain.starts_with("spiffe://") {
        let named = plain.split('/').nth(3).unwrap_or("*");
        return (named == "*").then_some("trusts-many");
    }
    plain.contains("[*").then_some("trusts-many")
}

/// `OWNER/REPO:WHAT`
fn of_repository(rest: &str) -> Option<&'static str> {
    let (named, what) = rest.split_once(':').unwrap_or((rest, ""));
    match named.split_once('/') {
        None => named.contains('*').then_some("trusts-anybody"),
        Some((owner, _)) if owner.starts_with('*') => Some("trusts-anybody"),
        Some((owner, repository)) if owner.contains('*') || repository.contains('*') => Some("trusts-many"),
        Some(_) => is_any(what).then_some("trusts-any-ref"),
    }
}

/// Whether nothing but wildcards stands there.
fn is_any(text: &str) -> bool {
    text.contains('*') && text.bytes().all(|byte| matches!(byte, b'*' | b':'))
}

/// The text with a letter for each `${…}`; nothing if it is one of them and no more.
fn without_holes(text: &str) -> Option<String> {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let length = hole(&rest[at..]);
        if length == text.len() {
            return None;
        }
        plain.push_str(&rest[..at]);
        plain.push('x');
        rest = &rest[at + length..];
    }
    plain.push_str(rest);
    Some(plain)
}

/// How long the `${…}` at the beginning of a text is.
fn hole(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// A text that is a pattern of subjects, or an expression that holds one: `claims['sub'] matches 'repo:acme/*'`.
pub(super) fn subject(document: &Document, node: NodeId) -> Vec<Allowed> {
    let Some(scalar) = document.node(node).scalar() else { return Vec::new() };
    let allowed = |class| Allowed { class, place: scalar.span, node };
    // A set of principals of a pool, by what their tokens say.
    if let Some((_, pool)) = scalar.text.split_once("/workloadIdentityPools/") {
        let all = pool.split_once('/').is_some_and(|(_, rest)| rest == "*");
        let owner = pool.contains("/attribute.repository_owner") || pool.contains("/attribute.namespace");
        let class = if all { Some("trusts-anybody") } else { owner.then_some("trusts-many") };
        return class.map(allowed).into_iter().collect();
    }
    let patterns = scalar.text.split('\'').collect::<Vec<_>>();
    let patterns = if patterns.len() > 3 {
        patterns.into_iter().skip(3).step_by(2).collect()
    } else {
        vec![scalar.text.as_str()]
    };
    patterns.into_iter().find_map(breadth).map(allowed).into_iter().collect()
}

/// A provider whose issuer gives tokens to everybody, and which asks nothing of them.
pub(super) fn google_pool(document: &Document, node: NodeId) -> Vec<Allowed> {
    let oidc = named(document, node, &["oidc"]).flat_map(|oidc| words(document, oidc, &["issuer_uri"]));
    let is_public = |issuer: &str| OF_EVERYBODY.iter().any(|public| issuer.contains(public));
    let issuer = oidc.into_iter().find(|(issuer, _)| is_public(issuer));
    let is_narrowed = named(document, node, &["attribute_condition"]).next().is_some();
    let place = issuer.filter(|_| !is_narrowed).map(|(_, place)| place);
    place.map(|place| Allowed { class: "trusts-anybody", place, node }).into_iter().collect()
}

/// A role that takes any token of the issuer, or those of a pattern.
pub(super) fn vault_jwt_role(document: &Document, node: NodeId) -> Vec<Allowed> {
    let kind = words(document, node, &["role_type"]);
    let Some((_, place)) = kind.iter().find(|(kind, _)| *kind == "jwt") else { return Vec::new() };
    let bounds: Vec<NodeId> = named(document, node, &["bound_claims", "bound_subject"]).collect();
    if bounds.is_empty() {
        return vec![Allowed { class: "trusts-anybody", place: *place, node }];
    }
    let claims = named(document, node, &["bound_claims"]);
    let subjects = claims.flat_map(|claims| words(document, claims, &["sub", "repository", "project_path"]));
    let broad =
        subjects.filter_map(|(subject, place)| Some(Allowed { class: breadth(subject)?, place, node }));
    broad.collect()
}

/// A role that takes any service account, of one namespace or of all.
pub(super) fn vault_kubernetes_role(document: &Document, node: NodeId) -> Vec<Allowed> {
    let star = |name: &str| words(document, node, &[name]).into_iter().find(|(text, _)| *text == "*");
    let (accounts, namespaces) =
        (star("bound_service_account_names"), star("bound_service_account_namespaces"));
    let class = if accounts.is_some() && namespaces.is_some() { "trusts-anybody" } else { "trusts-many" };
    let place = accounts.or(namespaces).map(|(_, place)| place);
    place.map(|place| Allowed { class, place, node }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_as_broad_as_they_say() {
        for (pattern, expected) in [
            ("system:serviceaccount:*", Some("trusts-anybody")),
            ("system:serviceaccount:*:*", Some("trusts-anybody")),
            ("system:serviceaccount:agents:*", Some("trusts-many")),
            ("system:serviceaccount:*:triage", Some("trusts-many")),
            ("system:serviceaccount:agents:triage", None),
            ("project_path:acme/*:ref_type:branch:ref:main", Some("trusts-many")),
            ("project_path:acme/app:ref_type:*", Some("trusts-any-ref")),
            ("project_path:acme/app:ref_type:branch:ref:main", None),
            ("organization:acme:project:p:workspace:*:run_phase:*", Some("trusts-many")),
            ("organization:acme:project:p:workspace:w:run_phase:*", None),
            ("repo:*/*", Some("trusts-anybody")),
            ("repo:acme/${var.repo}:*", Some("trusts-any-ref")),
            ("acct.svc.id.goog[*]", Some("trusts-many")),
            ("${local.subject}", None),
        ] {
            assert_eq!(breadth(pattern), expected, "{pattern}");
        }
    }
}
