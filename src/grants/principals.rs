//! Whom a plain value makes its holder: an OAuth client, a role of a cloud, a service account, a SPIFFE id.

use crate::model::{Principal, PrincipalKind};
use crate::text::words;

/// The principal that `value` names, if it names one and does not stand for one's own.
pub(super) fn of(name: &str, value: &str) -> Option<Principal> {
    if !value.bytes().all(is_of_an_id) {
        return None;
    }
    if is_person(name, value) {
        return Some(Principal::new(PrincipalKind::User, value));
    }
    if is_filler(value) {
        return None;
    }
    let kind = if value.starts_with("spiffe://") {
        PrincipalKind::ServiceAccount
    } else if is_role(value) {
        PrincipalKind::Role
    } else if value.contains('@') && value.ends_with(".gserviceaccount.com") {
        PrincipalKind::Email
    } else if is_client_id(name, value) {
        PrincipalKind::Client
    } else {
        return None;
    };
    Some(Principal::new(kind, value))
}

fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'/' | b'@' | b'+' | b'=')
}

/// Texts that manuals put where an id belongs, the accounts of a cloud's own manuals among them.
const FILLERS: &[&str] = &[
    "your",
    "client-id",
    "client_id",
    "clientid",
    "example",
    "xxx",
    "project-id",
    "project_id",
    "my-project",
    "000000000000",
    "111111111111",
    "111122223333",
    "123456789012",
    "0123456789",
    "00000000-0000-0000",
];

fn is_filler(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    FILLERS.iter().any(|filler| lower.contains(filler))
}

/// `arn:aws:iam::ACCOUNT:role/NAME`, in any of the partitions.
fn is_role(value: &str) -> bool {
    let mut parts = value.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    next() == "arn"
        && next().starts_with("aws")
        && next() == "iam"
        && next().is_empty()
        && next().bytes().all(|byte| byte.is_ascii_digit())
        && next().starts_with("role/")
}

/// Headers by which a proxy tells who calls.
const CALLERS: &[&str] = &[
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-preferred-username",
    "x-auth-request-user",
    "x-auth-request-email",
    "x-remote-user",
    "remote-user",
    "x-user-email",
    "x-goog-authenticated-user-email",
    "x-webauth-user",
    "impersonate-user",
];

/// Whether a header says that a person calls: by an address that is no machine's.
fn is_person(name: &str, value: &str) -> bool {
    let is_address =
        value.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.'));
    is_address
        && !value.ends_with(".gserviceaccount.com")
        && CALLERS.iter().any(|caller| caller.eq_ignore_ascii_case(name))
}

fn is_client_id(name: &str, value: &str) -> bool {
    let last: Vec<_> = words(name).collect();
    matches!(&last[..], [.., client, id] if client == "client" && id == "id")
        && value.len() >= 8
        && value.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_read_from_plain_values() {
        use PrincipalKind::{Client, Email, Role, ServiceAccount};
        for (name, value, kind) in [
            ("GOOGLE_CLIENT_ID", "481516234200-a1b2c3.apps.googleusercontent.com", Client),
            ("clientId", "https://agent-1.acme.net/client.json", Client),
            ("AWS_ROLE_ARN", "arn:aws:iam::481516234200:role/agents/triage", Role),
            ("role", "arn:aws-cn:iam::481516234200:role/triage", Role),
            ("GOOGLE_SERVICE_ACCOUNT", "triage@acme-prod.iam.gserviceaccount.com", Email),
            ("X-Forwarded-User", "alice@acme.net", PrincipalKind::User),
            ("IDENTITY", "spiffe://acme.net/ns/agents/sa/triage", ServiceAccount),
        ] {
            assert_eq!(of(name, value), Some(Principal::new(kind, value)), "{name}={value}");
        }
    }

    #[test]
    fn fillers_references_and_other_ids_are_nobody() {
        for (name, value) in [
            ("CLIENT_ID", "your-client-id-1"),
            ("CLIENT_ID", "agent"),
            ("CLIENT_ID", "${CLIENT_ID_1}"),
            ("CLIENT_IDS", "agent-7f3a91c0"),
            ("USER_ID", "agent-7f3a91c0"),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x"),
            ("BUCKET", "arn:aws:s3:::acme-agents"),
            ("POLICY", "arn:aws:iam::481516234200:policy/x"),
            ("X-Tenant", "alice@acme.net"),
            ("X-Forwarded-User", "alice"),
            ("", ""),
        ] {
            assert_eq!(of(name, value), None, "{name}={value}");
        }
    }
}
