//! Lifetimes, from the bytes of a file to the finding.

use super::*;
use crate::model::{Evidence, LifetimeClass};
use crate::rules::{Samples, TEST_CLOCK};

/// What a finding says of its credential: kind, the value, class, evidence, the day of the expiry claim, principal.
type Dated = (String, String, LifetimeClass, Evidence, Option<String>, Option<String>);

fn expand(pack: &RulePack, template: &str) -> String {
    let find = |id: &str| pack.kind(id);
    Samples::new(&find).text(template, "scan").unwrap()
}

/// What a scan says of one file.
fn report_on(pack: &RulePack, path: &str, text: &str) -> Report {
    let texts = vec![Text::new(path, text)];
    scan(&Plan::plain(pack, Input::Texts(texts), TEST_CLOCK)).unwrap()
}

/// The findings about credentials in one file.
fn dated(path: &str, template: &str) -> Vec<Dated> {
    let pack = RulePack::embedded().unwrap();
    let text = expand(&pack, template);
    let report = report_on(&pack, path, &text);
    let facts = report.findings.iter().map(|finding| {
        let credential = finding.credential.as_ref().unwrap();
        let value = String::from_utf8_lossy(finding.location.span.slice(text.as_bytes())).into_owned();
        (
            credential.kind.to_string(),
            value,
            credential.lifetime.class,
            credential.lifetime.evidence,
            credential.lifetime.expires_at.map(|at| at.date()),
            credential.principal.as_ref().map(|principal| principal.name.clone()),
        )
    });
    facts.collect()
}

/// The same without value and principal.
fn lifetimes(path: &str, template: &str) -> Vec<(String, LifetimeClass, Evidence, Option<String>)> {
    dated(path, template)
        .into_iter()
        .map(|(kind, _, class, evidence, end, _)| (kind, class, evidence, end))
        .collect()
}

fn one(
    kind: &str,
    class: LifetimeClass,
    evidence: Evidence,
    end: Option<&str>,
) -> [(String, LifetimeClass, Evidence, Option<String>); 1] {
    [(kind.to_owned(), class, evidence, end.map(str::to_owned))]
}

#[test]
fn an_aws_key_is_one_finding_at_its_secret() {
    const FILE: &str = "[default]\naws_access_key_id = ID\naws_secret_access_key = «aws-secret-access-key»\n";
    let long = dated("credentials", &FILE.replace("ID", "«aws-access-key-id»"));
    let [(kind, value, class, evidence, end, principal)] = &long[..] else { panic!("{long:?}") };
    assert_eq!(kind, "aws-secret-access-key");
    assert_eq!(value.len(), 40);
    assert_eq!((*class, *evidence, end), (LifetimeClass::Never, Evidence::Sibling, &None));
    assert!(principal.as_ref().is_some_and(|name| name.starts_with("AKIA")), "{principal:?}");

    let temporary =
        FILE.replace("ID", "«aws-temporary-access-key-id»") + "aws_session_token = «aws-session-token»\n";
    let temporary = dated("credentials", &temporary);
    let [(kind, value, class, evidence, ..)] = &temporary[..] else { panic!("{temporary:?}") };
    assert_eq!((kind.as_str(), value.len()), ("aws-secret-access-key", 40));
    assert_eq!((*class, *evidence), (LifetimeClass::Session, Evidence::Sibling));
}

#[test]
fn parts_of_an_aws_key_last_as_their_prefix_says() {
    let never = one("aws-access-key-id", LifetimeClass::Never, Evidence::Format, None);
    assert_eq!(lifetimes("a.conf", "id = «aws-access-key-id»\n"), never);
    let session = one("aws-temporary-access-key-id", LifetimeClass::Session, Evidence::Format, None);
    assert_eq!(lifetimes("a.conf", "id = «aws-temporary-access-key-id»\n"), session);
    let token = one("aws-session-token", LifetimeClass::Session, Evidence::Context, None);
    assert_eq!(lifetimes("a.conf", "AWS_SESSION_TOKEN=«aws-session-token»\n"), token);
    let both = one("aws-secret-access-key", LifetimeClass::Session, Evidence::Sibling, None);
    let text = "AWS_SECRET_ACCESS_KEY=«aws-secret-access-key»\nAWS_SESSION_TOKEN=«aws-session-token»\n";
    assert_eq!(lifetimes("a.env", text), both);
}

#[test]
fn the_expiration_of_assumed_credentials_dates_their_secret() {
    let text = r#"{"Credentials":{"AccessKeyId":"«aws-temporary-access-key-id»","SecretAccessKey":"«aws-secret-access-key»",
        "SessionToken":"«aws-session-token»","Expiration":"2026-01-01T00:40:00Z"}}"#;
    assert_eq!(
        lifetimes("sts.json", text),
        one("aws-secret-access-key", LifetimeClass::Task, Evidence::Sibling, Some("2026-01-01"))
    );
    assert_eq!(
        lifetimes("sts.json", &text.replace("2026-01-01", "2025-01-01")),
        one("aws-secret-access-key", LifetimeClass::Expired, Evidence::Sibling, Some("2025-01-01"))
    );
}

#[test]
fn a_saved_cookie_ends_when_its_neighbour_says() {
    let state = r#"{"cookies":[
        {"name":"user_session","value":"«48:alnum»","domain":".acme.example","path":"/","expires":END,"httpOnly":true},
        {"name":"_ga","value":"GA1.2.«10:digit».«10:digit»","domain":".acme.example","path":"/","expires":1798761600,"httpOnly":false}
    ],"origins":[]}"#;
    let state = |end| lifetimes("playwright/.auth/user.json", &state.replace("END", end));
    let cookie = |class, evidence, end| one("browser-session-cookie", class, evidence, end);
    assert_eq!(state("1798761600.5"), cookie(LifetimeClass::Long, Evidence::Sibling, Some("2027-01-01")));
    assert_eq!(state("1735689600"), cookie(LifetimeClass::Expired, Evidence::Sibling, Some("2025-01-01")));
    assert_eq!(state("-1"), cookie(LifetimeClass::Unknown, Evidence::Format, None));
}

#[test]
fn a_cookies_txt_is_read_line_by_line() {
    let file = "# Netscape HTTP Cookie File\n# made by hand\n\n\
        #HttpOnly_.acme.example\tTRUE\t/\tTRUE\t1767232800\tsid\t«40:alnum»\n\
        .acme.example\tTRUE\t/\tFALSE\t1798761600\ttheme\tdark\n";
    let found = dated("cookies.txt", file);
    let [(kind, value, class, evidence, end, principal)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((kind.as_str(), value.len()), ("browser-session-cookie", 40));
    assert_eq!((*class, *evidence), (LifetimeClass::Session, Evidence::Sibling));
    assert_eq!((end.as_deref(), principal.as_deref()), (Some("2026-01-01"), Some("acme.example")));
}

#[test]
fn fields_beside_a_token_date_it() {
    let text = r#"{"access_token":"«github-oauth-token»","expires_at":"2026-01-01T06:00:00Z"}"#;
    assert_eq!(
        lifetimes("hosts.json", text),
        one("github-oauth-token", LifetimeClass::Session, Evidence::Sibling, Some("2026-01-01"))
    );
}

#[test]
fn an_example_file_is_judged_by_its_values() {
    let text = "GITHUB_TOKEN=«github-pat-classic»\nOPENAI_API_KEY=sk-...\nDB_PASSWORD=changeme\n";
    let never = one("github-pat-classic", LifetimeClass::Never, Evidence::Format, None);
    for path in [".env.example", "deploy/.env.sample", ".env"] {
        assert_eq!(lifetimes(path, text), never, "{path}");
    }
}

fn run_on(path: &str, text: &str) -> Report {
    report_on(&RulePack::prepared().unwrap(), path, text)
}

#[test]
fn what_repeats_thousands_of_times_takes_no_longer_for_each() {
    // Each of these took minutes while something was looked for among all others.
    let lines = |line: &dyn Fn(usize) -> String| (0..4_000).map(line).collect::<String>();
    let value = |number: usize| {
        format!("{:032x}", (number as u128 + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C8F_57D1_A3B5))
    };
    let tokens =
        lines(&|number| format!("S{number}_TOKEN={}\nS{number}_TOKEN_EXPIRES_AT=x\n", value(number)));
    assert_eq!(run_on(".env", &tokens).findings.len(), 1_000, "more are counted only");
    let references = lines(&|number| format!("S{number}_TOKEN=${{T{number}_TOKEN}}\n"));
    assert_eq!(run_on(".env", &references).findings.len(), 0);
    let servers =
        lines(&|number| format!("\"s{number}\":{{\"command\":\"x\",\"env\":{{\"A\":\"${{B}}\"}}}},"));
    let report = run_on(".mcp.json", &format!("{{\"mcpServers\":{{{}\"last\":{{}}}}}}", servers));
    let reasons: Vec<SkipReason> = report.coverage.skips.iter().map(|skip| skip.reason).collect();
    assert_eq!(reasons, [SkipReason::TooManyFindings], "it is parsed, and 1,000 references are kept");
    for text in ["-eyJ", "?sig=a&sig=b&", "# Netscape HTTP Cookie File\n", "${", "password=password:"] {
        assert_eq!(run_on("x.txt", &text.repeat(20_000)).findings.len(), 0, "{text}");
    }
}

#[test]
fn a_panic_in_an_artifact_is_a_skip_that_quotes_nothing() {
    let path = ArtifactPath::new("x.env");
    let outcome = guarded(&path, true, || panic!("{}", "s3cret".repeat(3)));
    assert!(outcome.examined.is_none());
    let skip = &outcome.coverage.skips[0];
    assert_eq!((skip.reason, &skip.detail, skip.named), (SkipReason::Panicked, &None, true));
}
