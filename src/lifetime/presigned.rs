//! URLs that carry a signature: of AWS, Google Cloud Storage and CloudFront.

use super::base64;
use super::query::Query;
use super::{durations, moments};
use crate::model::{EpochUnit, Evidence, Lifetime, Principal, PrincipalKind, Timestamp};

/// Who signed a URL, and with what scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// AWS signature version 4, as S3 and the short-term keys of Bedrock use it.
    AwsV4,
    /// AWS signature version 2.
    AwsV2,
    /// Google Cloud Storage, version 4.
    GoogleV4,
    /// Google Cloud Storage, version 2.
    GoogleV2,
    /// CloudFront with a canned policy.
    CloudFront,
}

/// What a presigned URL says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presigned {
    /// How it is signed.
    pub scheme: Scheme,
    /// When it was signed; only the fourth versions tell.
    pub issued_at: Option<Timestamp>,
    /// When it ends, unless the key behind it ends first; `None` if what it says is no moment.
    pub expires_at: Option<Timestamp>,
    /// What its end counts.
    pub expiry_unit: EpochUnit,
    /// The signer: an access key's id, a key pair's id or a service account.
    pub signer: Option<String>,
}

/// What the short-term API keys of Amazon Bedrock begin with.
pub const BEDROCK_PREFIX: &[u8] = b"bedrock-api-key-";

/// Reads a presigned URL, or its bare query.
pub fn read(text: &[u8]) -> Option<Presigned> {
    let query = Query::parse(text);
    version_4(&query, Scheme::AwsV4, "X-Amz-")
        .or_else(|| version_4(&query, Scheme::GoogleV4, "X-Goog-"))
        .or_else(|| with_expires(&query, Scheme::AwsV2, "AWSAccessKeyId"))
        .or_else(|| with_expires(&query, Scheme::GoogleV2, "GoogleAccessId"))
        .or_else(|| with_expires(&query, Scheme::CloudFront, "Key-Pair-Id"))
}

/// Reads a short-term API key of Amazon Bedrock: a prefix and a presigned URL in base64.
pub fn read_bedrock_key(token: &[u8]) -> Option<Presigned> {
    let encoded = token.strip_prefix(BEDROCK_PREFIX)?;
    read(&base64::standard(encoded).or_else(|| base64::url_safe(encoded))?)
}

fn version_4(query: &Query, scheme: Scheme, prefix: &str) -> Option<Presigned> {
    let get = |name: &str| query.get(&format!("{prefix}{name}"));
    get("Signature")?;
    let issued_at = moments::read(get("Date")?)?;
    let lasts = durations::read(get("Expires")?, durations::Unit::Seconds)?;
    let signer = get("Credential").and_then(|scope| scope.split('/').next()).map(str::to_owned);
    let expires_at = Some(issued_at.plus(lasts)).filter(|end| *end <= Timestamp::LAST);
    let expiry_unit = EpochUnit::Seconds;
    Some(Presigned { scheme, issued_at: Some(issued_at), expires_at, expiry_unit, signer })
}

fn with_expires(query: &Query, scheme: Scheme, signer: &str) -> Option<Presigned> {
    query.get("Signature")?;
    let signer = query.get(signer)?.to_owned();
    let expires = query.get("Expires")?;
    if expires.is_empty() || !expires.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (expires_at, expiry_unit) = expires.parse().ok().and_then(Timestamp::counted).unzip();
    let expiry_unit = expiry_unit.unwrap_or_default();
    Some(Presigned { scheme, issued_at: None, expires_at, expiry_unit, signer: Some(signer) })
}

impl Presigned {
    /// How long it lasts.
    pub fn lifetime(&self, now: Timestamp) -> Lifetime {
        match self.expires_at {
            Some(end) => {
                let until = Lifetime::until(end, self.issued_at, now, Evidence::Value);
                Lifetime { expiry_unit: self.expiry_unit, ..until }
            }
            None => Lifetime { issued_at: self.issued_at, ..Lifetime::UNKNOWN },
        }
    }

    /// The signer.
    pub fn principal(&self) -> Option<Principal> {
        let kind = match self.scheme {
            Scheme::GoogleV4 | Scheme::GoogleV2 => PrincipalKind::Email,
            Scheme::AwsV4 | Scheme::AwsV2 | Scheme::CloudFront => PrincipalKind::KeyId,
        };
        self.signer.as_deref().map(|signer| Principal::new(kind, signer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LifetimeClass;
    use ::base64::Engine as _;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_608_000);

    fn aws(host: &str, expires: &str) -> String {
        let key = format!("ASIA{}", "Q".repeat(16));
        format!(
            "{host}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key}%2F20261125%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20261125T120000Z&X-Amz-Expires={expires}&X-Amz-Signature={}",
            "0".repeat(64)
        )
    }

    #[test]
    fn a_url_of_aws_ends_after_its_date() {
        let signed = read(aws("https://b.s3.amazonaws.com/k", "604800").as_bytes()).unwrap();
        assert_eq!(signed.issued_at, Some(NOW));
        assert_eq!(signed.expires_at, Some(Timestamp(NOW.0 + 604_800)));
        assert_eq!(signed.lifetime(NOW).class, LifetimeClass::Long);
        let principal = signed.principal().unwrap();
        assert_eq!(
            (principal.kind, principal.name),
            (PrincipalKind::KeyId, format!("ASIA{}", "Q".repeat(16)))
        );
    }

    #[test]
    fn a_bedrock_key_is_a_url_in_base64() {
        let url = aws("bedrock.amazonaws.com/", "43200");
        let key = ["bedrock-api-", "key-", &::base64::prelude::BASE64_STANDARD.encode(url)].concat();
        let signed = read_bedrock_key(key.as_bytes()).unwrap();
        assert_eq!(signed.lifetime(NOW).class, LifetimeClass::Session);
        assert_eq!(signed.expires_at, Some(Timestamp(NOW.0 + 43_200)));
        assert_eq!(read_bedrock_key(b"bedrock-api-key-AAAA"), None);
    }

    #[test]
    fn google_and_cloudfront_are_read() {
        let google = "https://storage.googleapis.com/b/o?X-Goog-Credential=sa%40p.iam.gserviceaccount.com%2F20261125%2Fauto\
                      &X-Goog-Date=20261125T120000Z&X-Goog-Expires=900&X-Goog-Signature=00";
        let signed = read(google.as_bytes()).unwrap();
        assert_eq!(signed.lifetime(NOW).class, LifetimeClass::Task);
        let principal = signed.principal().unwrap();
        assert_eq!(
            (principal.kind, principal.name.as_str()),
            (PrincipalKind::Email, "sa@p.iam.gserviceaccount.com")
        );

        let front = "https://d1.cloudfront.net/i.png?Expires=1893456000&Signature=x&Key-Pair-Id=K1";
        let signed = read(front.as_bytes()).unwrap();
        assert_eq!((signed.scheme, signed.expires_at), (Scheme::CloudFront, Some(Timestamp(1_893_456_000))));
        assert_eq!(signed.lifetime(NOW).class, LifetimeClass::Long);

        let old = format!(
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA{}&Expires=1&Signature=x",
            "Q".repeat(16)
        );
        let signed = read(old.as_bytes()).unwrap();
        assert_eq!((signed.scheme, signed.lifetime(NOW).class), (Scheme::AwsV2, LifetimeClass::Expired));
    }

    #[test]
    fn an_end_in_milliseconds_is_read_and_nonsense_is_unknown() {
        let front = |expires: &str| {
            let url = format!("https://d1.cloudfront.net/i?Expires={expires}&Signature=x&Key-Pair-Id=K1");
            read(url.as_bytes()).unwrap().lifetime(NOW)
        };
        let in_millis = front("1893456000000");
        assert_eq!(in_millis.expires_at, Some(Timestamp(1_893_456_000)));
        assert!(
            in_millis.describe(NOW).contains("2030-01-01 in milliseconds"),
            "{}",
            in_millis.describe(NOW)
        );
        for nonsense in ["9223372036854775807", "99999999999999999999999999"] {
            assert_eq!(front(nonsense).class, LifetimeClass::Unknown, "{nonsense}");
        }
        let endless = read(aws("https://h/", "9999999999999").as_bytes()).unwrap();
        assert_eq!(endless.lifetime(NOW).class, LifetimeClass::Unknown);
    }

    #[test]
    fn unsigned_or_broken_queries_are_left() {
        assert_eq!(read(aws("https://h/", "soon").as_bytes()), None);
        assert_eq!(read(aws("https://h/", "900").replace("Signature=", "S=").as_bytes()), None);
        assert_eq!(read(b"https://h/?Expires=1893456000"), None);
        assert_eq!(read(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            expires in "[0-9.PTh]{0,30}",
        ) {
            let _ = read(&bytes);
            let _ = read_bedrock_key(&[BEDROCK_PREFIX, &bytes].concat());
            let _ = read(aws("https://h/", &expires).as_bytes()).map(|signed| signed.lifetime(NOW));
        }
    }
}
