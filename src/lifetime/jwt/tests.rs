use super::*;
use ::base64::Engine as _;
use ::base64::prelude::BASE64_URL_SAFE_NO_PAD;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_608_000);

fn token(header: &str, payload: &str, signature: &str) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{signature}", encode(header), encode(payload))
}

fn jwt(payload: &str) -> Jwt {
    read(token(r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#, payload, "c2ln").as_bytes()).unwrap()
}

#[test]
fn the_claims_are_read() {
    let jwt = jwt(
        r#"{"iss":"https://as","sub":"agent","azp":"c1","aud":["a","b"],"exp":1795611600,"iat":1795608000,
            "nbf":1795607000,"scope":"read write","email":"a@b"}"#,
    );
    assert_eq!(jwt.algorithm.as_deref(), Some("HS256"));
    assert_eq!(jwt.key_id.as_deref(), Some("k1"));
    assert_eq!(jwt.client.as_deref(), Some("c1"));
    assert_eq!(jwt.email.as_deref(), Some("a@b"));
    assert_eq!(jwt.audience, ["a", "b"]);
    assert_eq!(jwt.roles, ["read", "write"]);
    assert_eq!(jwt.not_before, Some(Timestamp(1_795_607_000)));
    assert_eq!(jwt.claims(), []);
    assert_eq!(jwt.principal(), Some(Principal::new(PrincipalKind::Subject, "https://as agent")));
    let lifetime = jwt.lifetime(NOW);
    assert_eq!((lifetime.class, lifetime.evidence), (LifetimeClass::Task, Evidence::Value));
    assert_eq!(lifetime.expires_at, Some(Timestamp(1_795_611_600)));
    assert_eq!(lifetime.issued_at, Some(NOW));
}

#[test]
fn the_class_is_that_of_the_whole_life() {
    let class = |payload| jwt(payload).lifetime(NOW).class;
    assert_eq!(class(r#"{"sub":"agent"}"#), LifetimeClass::Never);
    assert_eq!(class(r#"{"exp":null}"#), LifetimeClass::Never);
    assert_eq!(class(r#"{"iat":1480248000,"exp":1795608060}"#), LifetimeClass::Long);
    assert_eq!(class(r#"{"nbf":1795608000,"exp":1795637000}"#), LifetimeClass::Session);
    assert_eq!(class(r#"{"exp":1795608060}"#), LifetimeClass::Task);
    assert_eq!(class(r#"{"exp":1795607999}"#), LifetimeClass::Expired);
    assert_eq!(class(r#"{"iat":2095608000,"exp":1995608000}"#), LifetimeClass::Long);
}

#[test]
fn moments_are_read_from_any_number() {
    let end = |payload| jwt(payload).expires_at.map(|end| end.0);
    assert_eq!(end(r#"{"exp":1795608000.9}"#), Some(1_795_608_000));
    assert_eq!(end(r#"{"exp":"1795608000"}"#), Some(1_795_608_000));
    assert_eq!(end(r#"{"exp":1795608000123}"#), Some(1_795_608_000));
    assert_eq!(end(r#"{"exp":253402300799}"#), Some(253_402_300_799));
    assert_eq!(end(r#"{"exp":1e300}"#), None);
    assert_eq!(end(r#"{"exp":18446744073709551615}"#), None);
    assert_eq!(end(r#"{"exp":"soon"}"#), None);
    assert_eq!(end(r#"{"exp":[1]}"#), None);
    for nonsense in [r#"{"iat":-1e300,"exp":1e300}"#, r#"{"exp":"soon"}"#] {
        let lifetime = jwt(nonsense).lifetime(NOW);
        assert_eq!((lifetime.class, lifetime.expires_at), (LifetimeClass::Unknown, None), "{nonsense}");
    }
    let in_millis = jwt(r#"{"iat":1795521600000,"exp":1795694400000}"#).lifetime(NOW);
    assert_eq!(in_millis.class, LifetimeClass::Long);
    assert_eq!(in_millis.describe(NOW), "expiry claim 2026-11-26 in milliseconds (in 24 hours)");
}

#[test]
fn only_signed_tokens_are_read() {
    let header = r#"{"alg":"HS256"}"#;
    assert!(read(token(r#"{"alg":"none"}"#, "{}", "").as_bytes()).is_some());
    assert!(read(token(header, "{\n  \"sub\": \"pretty\"\n}", "c2ln").as_bytes()).is_some());
    assert!(read(token(r#"{"typ":"JWT"}"#, "{}", "c2ln").as_bytes()).is_some());
    assert_eq!(read(token("{}", "{}", "c2ln").as_bytes()), None);
    assert_eq!(read(token(header, "[1]", "c2ln").as_bytes()), None);
    assert_eq!(read(token(header, "text", "c2ln").as_bytes()), None);
    assert_eq!(read(token("\"alg\"", "{}", "c2ln").as_bytes()), None);
    assert_eq!(read(token(header, "{}", "not a signature").as_bytes()), None);
    let encrypted = token(header, "{}", "c2ln.c2ln.c2ln");
    assert_eq!(read(encrypted.as_bytes()), None);
    assert_eq!(read(b"eyJ.eyJ"), None);
    let long = format!(r#"{{"sub":"{}"}}"#, "a".repeat(MAX_LENGTH));
    assert_eq!(read(token(header, &long, "c2ln").as_bytes()), None);
}

#[test]
fn what_moves_severity_is_named() {
    let claims = |payload| jwt(payload).claims();
    assert_eq!(claims(r#"{"sub":"a"}"#), [Claim::AudienceAbsent]);
    assert_eq!(claims(r#"{"aud":"*"}"#), [Claim::AudienceAbsent]);
    assert_eq!(
        claims(r#"{"aud":"m","cnf":{"jkt":"x"},"act":{"sub":"y"}}"#),
        [Claim::KeyBound, Claim::Delegated]
    );
}

#[test]
fn roles_tell_the_privilege() {
    let privilege = |payload| jwt(payload).privilege();
    for payload in [
        r#"{"role":"service_role"}"#,
        r#"{"cognito:groups":["users","Admin"]}"#,
        r#"{"scope":"*"}"#,
        r#"{"realm_access":{"roles":["realm-admin"]}}"#,
        r#"{"admin":true}"#,
    ] {
        assert_eq!(privilege(payload), Privilege::Admin, "{payload}");
    }
    for payload in [r#"{"role":"anon"}"#, r#"{"scope":"read administration"}"#, r#"{"admin":false}"#, "{}"] {
        assert_eq!(privilege(payload), Privilege::Ordinary, "{payload}");
    }
}

#[test]
fn the_claims_tell_what_a_token_is_for() {
    let kind = |payload| jwt(payload).kind_hint();
    for payload in [
        r#"{"iss":"kubernetes/serviceaccount"}"#,
        r#"{"iss":"https://k8s","kubernetes.io":{"namespace":"n"}}"#,
        r#"{"kubernetes.io/serviceaccount/namespace":"n"}"#,
    ] {
        assert_eq!(kind(payload), JwtKind::KubernetesServiceAccount, "{payload}");
    }
    assert_eq!(kind(r#"{"iss":"supabase","ref":"x","role":"service_role"}"#), JwtKind::SupabaseServiceRole);
    assert_eq!(kind(r#"{"iss":"supabase","ref":"x","role":"anon"}"#), JwtKind::SupabaseAnon);
    assert_eq!(kind(r#"{"iss":"https://token.actions.githubusercontent.com"}"#), JwtKind::GitHubActionsOidc);
    assert_eq!(kind(r#"{"vc":{"type":["X"]}}"#), JwtKind::NotBearer);
    assert_eq!(kind(r#"{"software_id":"x"}"#), JwtKind::NotBearer);
    assert_eq!(kind(r#"{"role":"anon"}"#), JwtKind::Generic);
    let proof = read(token(r#"{"typ":"dpop+jwt","alg":"ES256"}"#, "{}", "c2ln").as_bytes()).unwrap();
    assert_eq!(proof.kind_hint(), JwtKind::NotBearer);
    assert!(jwt(r#"{"iss":"supabase","role":"anon"}"#).is_publishable());
    assert!(!jwt(r#"{"iss":"supabase","role":"service_role"}"#).is_publishable());
}

#[test]
fn known_samples_are_recognised() {
    assert!(jwt(r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#).is_demo());
    assert!(jwt(r#"{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}"#).is_demo());
    assert!(jwt(r#"{"iss":"supabase-demo","role":"service_role","exp":1983812996}"#).is_demo());
    assert!(!jwt(r#"{"sub":"1234567890","name":"Jane"}"#).is_demo());
}

#[test]
fn without_a_subject_the_address_or_the_client_is_the_principal() {
    let principal = |payload| jwt(payload).principal().map(|principal| (principal.kind, principal.name));
    assert_eq!(principal(r#"{"iss":"i","email":"a@b"}"#), Some((PrincipalKind::Email, "a@b".to_owned())));
    assert_eq!(principal(r#"{"iss":"i","client_id":"c"}"#), Some((PrincipalKind::Client, "c".to_owned())));
    assert_eq!(principal(r#"{"sub":7}"#), Some((PrincipalKind::Subject, "7".to_owned())));
    assert_eq!(principal(r#"{"iss":"i"}"#), None);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200), header in "\\PC{0,40}", exp in "\\PC{0,20}") {
        let _ = read(&bytes);
        let _ = read(token(&header, &exp, "").as_bytes());
        let payload = format!(r#"{{"exp":{exp},"iat":{exp}}}"#);
        if let Some(jwt) = read(token(r#"{"alg":""}"#, &payload, "").as_bytes()) {
            let _ = (jwt.lifetime(NOW), jwt.principal(), jwt.claims(), jwt.privilege());
        }
    }

    #[test]
    fn any_number_is_a_moment(exp in any::<f64>(), iat in any::<i64>()) {
        if exp.is_finite() {
            let jwt = jwt(&format!(r#"{{"exp":{exp:e},"iat":{iat}}}"#));
            let lifetime = jwt.lifetime(NOW);
            let shown = lifetime.expires_at.map(|at| at.to_string());
            prop_assert!(shown.is_none_or(|shown| shown.ends_with('Z')));
            let _ = lifetime.describe(NOW);
        }
    }
}
