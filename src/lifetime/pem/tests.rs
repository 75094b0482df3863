use super::*;
use crate::lifetime::armor::wrap;
use der::element;
use proptest::prelude::*;

fn integer(bytes: &[u8]) -> Vec<u8> {
    element(der::INTEGER, bytes)
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(der::SEQUENCE, &parts.concat())
}

fn rsa_key() -> Vec<u8> {
    let modulus = [&[0, 0x80][..], &[1; 255]].concat();
    sequence(&[integer(&[0]), integer(&modulus), integer(&[1, 0, 1]), integer(&[7; 256])])
}

fn ec_key() -> Vec<u8> {
    sequence(&[integer(&[1]), element(der::OCTETS, &[9; 32])])
}

fn pkcs8_key(oid: &[u8], inner: &[u8]) -> Vec<u8> {
    sequence(&[integer(&[0]), sequence(&[element(der::OID, oid)]), element(der::OCTETS, inner)])
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat()
}

fn openssh_key(cipher: &[u8], comment: &[u8]) -> Vec<u8> {
    let public = [string(b"ssh-ed25519"), string(&[3; 32])].concat();
    let check = [1, 2, 3, 4, 1, 2, 3, 4].to_vec();
    let fields = [string(b"ssh-ed25519"), string(&[3; 32]), string(&[4; 64]), string(comment)].concat();
    let parts = [string(cipher), string(b"bcrypt"), string(b""), vec![0, 0, 0, 1], string(&public)].concat();
    [b"openssh-key-v1\0", &parts[..], &string(&[check, fields].concat())].concat()
}

fn key(label: &str, bytes: &[u8]) -> PrivateKey {
    read(wrap(label, "", bytes).as_bytes()).unwrap()
}

#[test]
fn plain_keys_are_read() {
    let rsa = key("RSA PRIVATE KEY", &rsa_key());
    assert_eq!(
        (rsa.kind, rsa.bits, rsa.encrypted, rsa.body_is_plausible),
        (KeyKind::Rsa, Some(2_048), false, true)
    );
    let ec = key("EC PRIVATE KEY", &ec_key());
    assert_eq!((ec.kind, ec.bits, ec.body_is_plausible), (KeyKind::Ec, Some(256), true));
    let dsa = key("DSA PRIVATE KEY", &sequence(&[integer(&[0]), integer(&[5; 128])]));
    assert_eq!((dsa.kind, dsa.body_is_plausible), (KeyKind::Dsa, true));
}

#[test]
fn pkcs8_names_its_algorithm() {
    let rsa_oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    let rsa = key("PRIVATE KEY", &pkcs8_key(&rsa_oid, &rsa_key()));
    assert_eq!((rsa.kind, rsa.bits), (KeyKind::Pkcs8(Algorithm::Rsa), Some(2_048)));
    let ec = key("PRIVATE KEY", &pkcs8_key(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &ec_key()));
    assert_eq!(ec.kind, KeyKind::Pkcs8(Algorithm::Ec));
    let ed = key("PRIVATE KEY", &pkcs8_key(&[0x2b, 0x65, 0x70], &[4; 34]));
    assert_eq!(
        (ed.kind, ed.encrypted, ed.body_is_plausible),
        (KeyKind::Pkcs8(Algorithm::Ed25519), false, true)
    );
    let broken = key("PRIVATE KEY", &pkcs8_key(&rsa_oid, &[1; 60]));
    assert!(!broken.body_is_plausible);
}

#[test]
fn encryption_is_seen_in_each_format() {
    let pkcs8 = sequence(&[sequence(&[element(der::OID, &[1; 9])]), element(der::OCTETS, &[5; 64])]);
    let pkcs8 = key("ENCRYPTED PRIVATE KEY", &pkcs8);
    assert!(pkcs8.encrypted && pkcs8.body_is_plausible);
    let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
    let legacy = read(wrap("RSA PRIVATE KEY", headers, &[8; 64]).as_bytes()).unwrap();
    assert_eq!((legacy.kind, legacy.encrypted, legacy.body_is_plausible), (KeyKind::Rsa, true, true));
    let openssh = key("OPENSSH PRIVATE KEY", &openssh_key(b"aes256-ctr", b""));
    assert!(openssh.encrypted && openssh.body_is_plausible && openssh.comment.is_none());
}

#[test]
fn an_openssh_key_tells_its_comment() {
    let key = key("OPENSSH PRIVATE KEY", &openssh_key(b"none", b"agent@host"));
    assert_eq!((key.kind, key.bits), (KeyKind::OpenSsh(Algorithm::Ed25519), Some(256)));
    assert_eq!((key.encrypted, key.body_is_plausible), (false, true));
    assert_eq!(key.principal(), Some(Principal::new(PrincipalKind::UserAtHost, "agent@host")));
}

#[test]
fn escaped_keys_are_the_same() {
    let plain = wrap("RSA PRIVATE KEY", "", &rsa_key());
    for text in [plain.replace('\n', "\\n"), plain.replace('\n', "\\\\n"), plain.replace('\n', "\r\n    ")] {
        let key = read(text.as_bytes()).unwrap();
        assert_eq!((key.bits, key.body_is_plausible), (Some(2_048), true));
    }
    let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
    let text = wrap("RSA PRIVATE KEY", headers, &[8; 64]).replace('\n', "\\n");
    assert!(read(text.as_bytes()).unwrap().encrypted);
}

#[test]
fn a_block_without_a_key_is_not_plausible() {
    let begin = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ");
    for body in ["", "\n", "\n...\n", "\nyour key here\n", "\nMIIEpAIBAAKCAQEA...\n", &"A".repeat(64)] {
        let key = read(format!("{begin}{body}-----END").as_bytes()).unwrap();
        assert_eq!((key.label.as_str(), key.body_is_plausible), ("RSA PRIVATE KEY", false), "{body}");
    }
    assert!(!key("RSA PRIVATE KEY", &rsa_key()[..200]).body_is_plausible);
    assert!(!key("OPENSSH PRIVATE KEY", &[6; 100]).body_is_plausible);
}

#[test]
fn pgp_blocks_and_other_blocks() {
    let pgp = key("PGP PRIVATE KEY BLOCK", &[&[0x95, 1][..], &[3; 100]].concat());
    assert_eq!((pgp.kind, pgp.body_is_plausible), (KeyKind::Pgp, true));
    assert_eq!(read(wrap("CERTIFICATE", "", &[1; 60]).as_bytes()), None);
    let after = [wrap("CERTIFICATE", "", &[1; 60]), wrap("EC PRIVATE KEY", "", &ec_key())].concat();
    assert_eq!(read(after.as_bytes()).unwrap().kind, KeyKind::Ec);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..800_usize, byte in any::<u8>()) {
        let _ = read(&bytes);
        for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
            let _ = read(wrap(label, "", &bytes).as_bytes());
        }
        for (label, mut good) in [("OPENSSH PRIVATE KEY", openssh_key(b"none", b"a@b")), ("RSA PRIVATE KEY", rsa_key())] {
            if let Some(place) = good.get_mut(at) {
                *place = byte;
            }
            let _ = read(wrap(label, "", &good).as_bytes());
        }
    }
}
