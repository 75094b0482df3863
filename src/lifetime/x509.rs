//! X.509 certificates: whose, and from when until when. A private key lasts as long as the certificate beside it.

#[cfg(test)]
pub(crate) mod testing;

use super::armor::Armor;
use super::base64;
use crate::model::{Evidence, Lifetime, LifetimeClass, Principal, PrincipalKind, Timestamp};
use crate::text::Span;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// More certificates of one text are not read.
const MAX_CERTIFICATES: usize = 256;

/// So many blocks are looked at: more than a chain with its key has.
const MAX_BLOCKS: usize = 64;

/// Longer certificates are not read.
const MAX_LENGTH: usize = 64 * 1024;

/// 9999-12-31T23:59:59Z, which by RFC 5280 says that there is no end.
const NO_END: Timestamp = Timestamp(253_402_300_799);

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// From when.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// Whether it signs other certificates.
    pub is_ca: bool,
    /// Whether its extended key usage names client authentication.
    pub is_for_clients: bool,
}

/// The certificates in the PEM blocks of a text, with the span of each block. What does not parse is left out.
pub fn certificates(text: &[u8]) -> Vec<(Span, Certificate)> {
    let mut found = Vec::new();
    let mut from = 0;
    for _ in 0..MAX_BLOCKS {
        let Some(armor) = Armor::find(text, from).filter(|_| found.len() < MAX_CERTIFICATES) else { break };
        from = armor.span.end;
        if matches!(armor.label, "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE")
            && let Some(certificate) = armor.bytes().and_then(|der| from_der(&der))
        {
            found.push((armor.span, certificate));
        }
    }
    found
}

/// Reads base64 of DER, or of PEM as kubeconfigs have it; of several certificates the first, which is the holder's.
pub fn from_base64(text: &[u8]) -> Option<Certificate> {
    if text.len() > 2 * MAX_LENGTH {
        return None;
    }
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = base64::standard(&text)?;
    from_der(&bytes).or_else(|| certificates(&bytes).into_iter().next().map(|(_, certificate)| certificate))
}

/// Reads DER.
pub fn from_der(der: &[u8]) -> Option<Certificate> {
    if der.len() > MAX_LENGTH {
        return None;
    }
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let usage = certificate.extended_key_usage().ok().flatten();
    let common_name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    Some(Certificate {
        not_before: Timestamp(certificate.validity().not_before.timestamp()),
        not_after: Timestamp(certificate.validity().not_after.timestamp()),
        common_name: common_name.map(str::to_owned),
        is_ca: certificate.is_ca(),
        is_for_clients: usage.is_some_and(|usage| usage.value.client_auth),
    })
}

impl Certificate {
    /// How long it lasts; for the key beside it that is what a neighbour tells.
    pub fn lifetime(&self, now: Timestamp, evidence: Evidence) -> Lifetime {
        let begin = Some(self.not_before).filter(|begin| *begin < self.not_after);
        if self.not_after >= NO_END {
            return Lifetime { issued_at: begin, ..Lifetime::of(LifetimeClass::Never, evidence) };
        }
        Lifetime::until(self.not_after, begin, now, evidence)
    }

    /// The subject.
    pub fn principal(&self) -> Option<Principal> {
        self.common_name.as_deref().map(|name| Principal::new(PrincipalKind::Subject, name))
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{certificate, extension, sequence};
    use super::*;
    use crate::lifetime::armor::wrap;
    use crate::lifetime::der::{self, element};
    use ::base64::Engine as _;
    use ::base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_608_000);

    fn client() -> Vec<u8> {
        let usage = sequence(&[element(der::OID, &[0x2b, 6, 1, 5, 5, 7, 3, 2])]);
        certificate("251125120000Z", "351125120000Z", &[extension(&[0x55, 0x1d, 0x25], &usage)])
    }

    #[test]
    fn a_certificate_tells_its_subject_and_its_time() {
        let read = from_der(&client()).unwrap();
        assert_eq!(read.not_before, Timestamp(1_764_072_000));
        assert_eq!(read.not_after, Timestamp(2_079_604_800));
        assert_eq!(read.common_name.as_deref(), Some("agent-1"));
        assert!(read.is_for_clients && !read.is_ca);
        assert_eq!(read.lifetime(NOW, Evidence::Sibling).class, LifetimeClass::Long);
        assert_eq!(read.lifetime(read.not_after, Evidence::Sibling).class, LifetimeClass::Expired);
        assert_eq!(read.principal().unwrap().name, "agent-1");
    }

    #[test]
    fn authorities_and_certificates_without_end_are_told_apart() {
        let constraints = sequence(&[element(0x01, &[0xff])]);
        let authority =
            certificate("251125120000Z", "99991231235959Z", &[extension(&[0x55, 0x1d, 0x13], &constraints)]);
        let read = from_der(&authority).unwrap();
        assert!(read.is_ca && !read.is_for_clients);
        assert_eq!(read.lifetime(NOW, Evidence::Value).class, LifetimeClass::Never);
        assert_eq!(read.lifetime(NOW, Evidence::Value).issued_at, Some(Timestamp(1_764_072_000)));
    }

    #[test]
    fn certificates_are_found_in_text_and_in_base64() {
        let block = wrap("CERTIFICATE", "", &client());
        let text = format!("tls:\n{block}{}{block}", wrap("CERTIFICATE", "", &[1; 60]));
        let found = certificates(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(span, _)| span.slice(text.as_bytes()) == block.trim_end().as_bytes()));
        let expected = from_der(&client());
        assert_eq!(from_base64(BASE64_STANDARD.encode(client()).as_bytes()), expected);
        assert_eq!(from_base64(BASE64_STANDARD.encode(&block).as_bytes()), expected);
        assert_eq!(from_base64(b"AAAA"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_der(&bytes);
            let _ = from_base64(&bytes);
            let _ = certificates(&bytes);
        }

        #[test]
        fn a_broken_certificate_is_survived(at in 0..400_usize, byte in any::<u8>(), cut in 0..400_usize) {
            let mut der = client();
            if let Some(place) = der.get_mut(at) {
                *place = byte;
            }
            let _ = from_der(&der).map(|read| read.lifetime(NOW, Evidence::Value));
            let _ = from_der(&der[..cut.min(der.len())]);
        }
    }
}
