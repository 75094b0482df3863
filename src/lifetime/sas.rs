//! Shared access signatures of Azure: a query that is a credential.

use super::moments;
use super::query::Query;
use crate::model::{Evidence, Lifetime, Principal, PrincipalKind, Timestamp};

/// What a shared access signature says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sas {
    /// `se`: when it ends. A stored access policy may say so instead.
    pub expires_at: Option<Timestamp>,
    /// `st`: when it begins.
    pub starts_at: Option<Timestamp>,
    /// `sp`: what it allows, as letters such as `rwdl`.
    pub permissions: String,
    /// `si`: the stored access policy that it rests on.
    pub stored_policy: Option<String>,
    /// `skoid`: the Entra object that signed it. Without it the account key did, and only a new account key revokes it.
    pub delegated_by: Option<String>,
    /// `skn`: the name of the shared key that signed it, in Service Bus and Event Hubs.
    pub key_name: Option<String>,
    account: Option<String>,
}

/// Reads a URL with a signature, the bare query, or a connection string's `SharedAccessSignature=…`.
pub fn read(text: &[u8]) -> Option<Sas> {
    let query = Query::parse(bare(text));
    query.get("sig")?;
    query.get("sv").or_else(|| query.get("skn"))?;
    let own = |name| query.get(name).map(str::to_owned);
    Some(Sas {
        expires_at: query.get("se").and_then(moments::read),
        starts_at: query.get("st").and_then(moments::read),
        permissions: own("sp").unwrap_or_default(),
        stored_policy: own("si"),
        delegated_by: own("skoid"),
        key_name: own("skn"),
        account: account(text).or_else(|| account(query.get("sr")?.as_bytes())),
    })
}

/// The query inside of a connection string or an authorization header.
fn bare(text: &[u8]) -> &[u8] {
    const NAME: &[u8] = b"SharedAccessSignature";
    match memchr::memmem::find(text, NAME) {
        Some(at) => {
            let value = text[at + NAME.len()..].trim_ascii_start();
            let value = value.strip_prefix(b"=").unwrap_or(value);
            &value[..memchr::memchr(b';', value).unwrap_or(value.len())]
        }
        None => text,
    }
}

/// The first label of the host, which is the name of the storage account or the namespace.
fn account(url: &[u8]) -> Option<String> {
    let host = &url[memchr::memmem::find(url, b"://")? + 3..];
    let end = host.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    let (name, rest) = host.split_at(end);
    (!name.is_empty() && rest.starts_with(b".")).then(|| String::from_utf8_lossy(name).into_owned())
}

impl Sas {
    /// How long it lasts; not known where only a stored policy tells.
    pub fn lifetime(&self, now: Timestamp) -> Lifetime {
        match self.expires_at {
            Some(end) => {
                Lifetime::until(end, self.starts_at.filter(|start| *start < end), now, Evidence::Value)
            }
            None => Lifetime::UNKNOWN,
        }
    }

    /// The storage account or namespace whose key signed it, where the URL tells.
    pub fn principal(&self) -> Option<Principal> {
        self.account.as_deref().map(|name| Principal::new(PrincipalKind::Account, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LifetimeClass;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_608_000);

    fn url(query: &str) -> String {
        format!("https://acct.blob.core.windows.net/c?{query}&sig={}%3D", "a".repeat(43))
    }

    #[test]
    fn an_account_key_signature_of_years_is_long() {
        let sas = read(url("sv=2024-11-04&sr=c&sp=rwdl&se=2030-01-01T00%3A00Z").as_bytes()).unwrap();
        assert_eq!(sas.expires_at, Some(Timestamp(1_893_456_000)));
        assert_eq!((sas.permissions.as_str(), sas.delegated_by.as_deref()), ("rwdl", None));
        assert_eq!(sas.lifetime(NOW).class, LifetimeClass::Long);
        assert_eq!(sas.lifetime(Timestamp(1_893_456_000)).class, LifetimeClass::Expired);
        assert_eq!(sas.principal().unwrap().name, "acct");
    }

    #[test]
    fn a_delegated_signature_of_an_hour_is_a_task() {
        let query = "skoid=11111111-2222-3333-4444-555555555555&sp=r&sv=2024-11-04\
                     &st=2026-11-25T11:30:00Z&amp;se=2026-11-25T12:30:00Z";
        let sas = read(url(query).as_bytes()).unwrap();
        assert_eq!(sas.delegated_by.as_deref(), Some("11111111-2222-3333-4444-555555555555"));
        assert_eq!(sas.lifetime(NOW).class, LifetimeClass::Task);
        assert_eq!(sas.lifetime(NOW).issued_at, Some(Timestamp(1_795_606_200)));
    }

    #[test]
    fn a_stored_policy_hides_the_end() {
        let sas = read(b"sv=2024-11-04&si=policy1&sr=c&sig=abc%3D").unwrap();
        assert_eq!(sas.stored_policy.as_deref(), Some("policy1"));
        assert_eq!(sas.lifetime(NOW), Lifetime::UNKNOWN);
        assert_eq!(sas.principal(), None);
    }

    #[test]
    fn connection_strings_and_service_bus_tokens_are_read() {
        let connection = "BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=2024-11-04\
                          &se=2030-01-01&sp=rl&sig=abc%3D;Other=1";
        let sas = read(connection.as_bytes()).unwrap();
        assert_eq!(sas.expires_at, Some(Timestamp(1_893_456_000)));
        assert_eq!(sas.permissions, "rl");
        let token = "SharedAccessSignature sr=https%3A%2F%2Fns.servicebus.windows.net%2Fq&sig=abc&se=1893456000&skn=Root";
        let sas = read(token.as_bytes()).unwrap();
        assert_eq!(sas.expires_at, Some(Timestamp(1_893_456_000)));
        assert_eq!((sas.key_name.as_deref(), sas.principal().unwrap().name.as_str()), (Some("Root"), "ns"));
    }

    #[test]
    fn other_queries_are_left() {
        for text in ["", "?sv=1", "https://h/?sig=abc", "https://h/?sv=1&sig=", "sig"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            se in "\\PC{0,40}",
        ) {
            let _ = read(&bytes);
            let _ = read(url(&format!("sv=1&se={se}")).as_bytes()).map(|sas| sas.lifetime(NOW));
        }
    }
}
