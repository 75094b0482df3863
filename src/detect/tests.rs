//! The detector as a whole, over every kind of the embedded pack.

use std::sync::LazyLock;

use super::*;
use crate::lifetime::x509::testing;
use crate::model::{Confidence, Evidence, LifetimeClass};
use crate::rules::{Kind, Reader, Role, RulePack, Samples, TEST_CLOCK};
use crate::text::Span;

static PACK: LazyLock<RulePack> = LazyLock::new(|| RulePack::embedded().unwrap());
static DETECTOR: LazyLock<Detector<'static>> = LazyLock::new(|| Detector::new(&PACK, TEST_CLOCK));

fn sample(kind: &Kind) -> String {
    let find = |id: &str| PACK.kind(id);
    Samples::new(&find).value(kind, 1).unwrap()
}

fn expand(template: &str) -> String {
    let find = |id: &str| PACK.kind(id);
    Samples::new(&find).text(template, "detect").unwrap()
}

fn examine(text: &str) -> Vec<Candidate> {
    examine_body(text, 0..text.len())
}

fn examine_body(text: &str, body: std::ops::Range<usize>) -> Vec<Candidate> {
    DETECTOR.examine(&Input { bytes: text.as_bytes(), body, syntax: Syntax::Config })
}

/// Id and text of what is kept.
fn kept(text: &str) -> Vec<(&'static str, &str)> {
    let all = examine(text).into_iter().filter(|candidate| candidate.dropped.is_none());
    all.map(|found| (PACK.kinds[found.kind].id.as_str(), &text[found.span.range()])).collect()
}

/// A kind that stands alone in a text as `NAME=sample` gives.
fn stands_alone(kind: &Kind) -> bool {
    kind.beside.as_ref().is_none_or(|beside| !beside.required)
}

/// Whether `kind` is found in `text`, kept (or, for a public one, dropped as public) at the place of its sample or inside.
fn finds(kind: &Kind, text: &str, sample: &str) -> Result<(), String> {
    let at = text.find(sample).unwrap();
    let place = Span::new(at, at + sample.len());
    let found = examine(text);
    let hits =
        found.iter().filter(|found| PACK.kinds[found.kind].id == kind.id && place.contains(found.span));
    let hit = hits.min_by_key(|found| found.dropped.is_some());
    match hit.map(|hit| hit.dropped) {
        Some(None) => Ok(()),
        Some(Some(DropReason::PublicByDesign)) if kind.role == Role::Public => Ok(()),
        Some(Some(reason)) => Err(format!("{}: dropped as {reason} in {text:.60?}", kind.id)),
        None => {
            let others: Vec<_> = found.iter().map(|other| PACK.kinds[other.kind].id.as_str()).collect();
            Err(format!("{}: not found in {text:.60?}; there: {others:?}", kind.id))
        }
    }
}

#[test]
fn every_kind_is_found_in_the_ways_people_write_it() {
    let mut problems = Vec::new();
    for kind in PACK.kinds.iter().filter(|kind| stands_alone(kind)) {
        let (name, sample) = (&kind.name, sample(kind));
        let multi_line = sample.contains('\n');
        let mut texts = vec![format!("{name}={sample}\n"), format!("export {name}='{sample}'")];
        if !multi_line && !sample.contains('"') {
            texts.push(format!("{{\"{name}\": \"{sample}\"}}"));
            texts.push(format!("  {name}: {sample}\n  other: x\n"));
            texts.push(format!("const {name} = \"{sample}\";"));
            texts.push(format!("{{\\\"{name}\\\": \\\"{sample}\\\"}}"));
        }
        problems.extend(texts.iter().filter_map(|text| finds(kind, text, &sample).err()));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_kind_is_found_at_every_alignment_and_across_windows() {
    let mut problems = Vec::new();
    for kind in PACK.kinds.iter().filter(|kind| stands_alone(kind)) {
        let sample = sample(kind);
        for shift in 0..64 {
            let text = format!("{}\n{}={sample}\n", "#".repeat(shift), kind.name);
            problems.extend(finds(kind, &text, &sample).err());
        }
        // Two windows that meet anywhere inside the value report it once.
        let text = format!("{}={sample}\n", kind.name);
        let whole = examine(&text).len();
        for cut in 0..text.len() {
            let parts = examine_body(&text, 0..cut).len() + examine_body(&text, cut..text.len()).len();
            if parts != whole {
                problems
                    .push(format!("{}: {parts} candidates instead of {whole} when cut at {cut}", kind.id));
                break;
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_counter_example_is_a_finding() {
    let mut problems = Vec::new();
    for kind in &PACK.kinds {
        for template in &kind.not {
            let text = expand(template);
            let sure = kept(&text)
                .into_iter()
                .filter(|(id, _)| PACK.kind(id).unwrap().reader != Some(Reader::Generic));
            problems.extend(sure.map(|(id, _)| format!("{}: {id} in {text:.80?}", kind.id)));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_pair_is_joined_wherever_a_window_is_cut() {
    let text = expand(&format!(
        "AWS_ACCESS_KEY_ID=«aws-access-key-id»\n{}AWS_SECRET_ACCESS_KEY=«aws-secret-access-key»\n",
        "#\n".repeat(200)
    ));
    let places =
        |body| examine_body(&text, body).iter().map(|one| (one.span, one.dropped)).collect::<Vec<_>>();
    let whole = places(0..text.len());
    assert!(whole.iter().any(|(_, dropped)| *dropped == Some(DropReason::Joined)), "{whole:?}");
    for cut in (0..=text.len()).step_by(7) {
        assert_eq!([places(0..cut), places(cut..text.len())].concat(), whole, "cut at {cut}");
    }
}

#[test]
fn a_secret_is_as_sure_as_the_key_id_beside_it() {
    let sure = |template: &str| {
        let all = examine(&expand(template));
        let secret = all.iter().find(|one| PACK.kinds[one.kind].id.as_str() == "aws-secret-access-key");
        secret.unwrap().confidence
    };
    let alone = "AWS_SECRET_ACCESS_KEY=«aws-secret-access-key»\n";
    assert_eq!(sure(alone), Confidence::Medium);
    assert_eq!(sure(&format!("AWS_ACCESS_KEY_ID=«aws-access-key-id»\n{alone}")), Confidence::High);
}

#[test]
fn a_key_lasts_as_long_as_the_certificate_beside_it() {
    let read = |not_before, not_after| {
        let text = expand(&format!("«pem:RSA PRIVATE KEY»\n{}", testing::block(not_before, not_after)));
        let facts = examine(&text).remove(0).facts;
        let lifetime = facts.lifetime.unwrap();
        (lifetime.class, lifetime.evidence, lifetime.describe(TEST_CLOCK), facts.principal.unwrap().name)
    };
    let name = "agent-1".to_owned();
    assert_eq!(
        read("240101000000Z", "250101000000Z"),
        (
            LifetimeClass::Expired,
            Evidence::Sibling,
            "expiry claim 2025-01-01 has passed; revocation unverified".to_owned(),
            name.clone()
        )
    );
    assert_eq!(
        read("251201000000Z", "270101000000Z"),
        (LifetimeClass::Long, Evidence::Sibling, "expiry claim 2027-01-01 (in 365 days)".to_owned(), name)
    );
    assert_eq!(read("251231234000Z", "260101002000Z").0, LifetimeClass::Task);
}

#[test]
fn what_is_no_secret_is_dropped_with_its_reason() {
    let mut problems = Vec::new();
    for (template, reason) in [
        ("API_TOKEN=${API_TOKEN}", "reference"),
        ("API_TOKEN={{api_token}}", "reference"),
        ("API_TOKEN=op://vault/agent/token", "reference"),
        ("API_TOKEN=op://vault/agent/password", "reference"),
        ("PASSWORD=/run/secrets/db-password", "reference"),
        ("NEO4J_PASSWORD=neo4j/password", "default-value"),
        ("DB_PASSWORD=ENC[AES256_GCM,data:«24:base64»]", "encrypted"),
        ("API_TOKEN=«uuid»", "uuid"),
        ("API_TOKEN=sha256:«64:hex»", "digest"),
        ("API_TOKEN=your-api-token-here", "placeholder"),
        ("API_TOKEN=this-token-must-be-changed", "placeholder"),
        ("AWS_ACCESS_KEY_ID=AKIA«9:base32»EXAMPLE", "documentation-sample"),
        ("PRIVATE_KEY=0x«50:hex»784d7bf4f2ff80", "documentation-sample"),
        ("DB_PASSWORD=postgres", "default-value"),
        ("DB_PASSWORD=minio123", "default-value"),
        ("API_TOKEN=acme-internal-name", "not-random"),
        ("postgresql://app:app@db.internal/app", "default-value"),
        ("postgresql://app:%s@db.internal/app", "reference"),
        (r#"K=«jwt:{"iss":"supabase","ref":"x","role":"anon","exp":2082758400}»"#, "public-by-design"),
        (r#"K=«jwt:{"iss":"supabase-demo","role":"service_role","exp":2082758400}»"#, "documentation-sample"),
        ("«5:-»BEGIN PRIVATE KEY«5:-»\n...\n«5:-»END PRIVATE KEY«5:-»", "not-parsed"),
        (r#"{"name":"theme","value":"«40:alnum»","domain":"x","httpOnly":false}"#, "name-says-otherwise"),
    ] {
        let text = expand(template);
        let found: Vec<_> =
            examine(&text).iter().map(|found| found.dropped.map_or("kept", DropReason::code)).collect();
        if !found.contains(&reason) || found.contains(&"kept") {
            problems.push(format!("{template}: {found:?} instead of {reason}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn strings_that_follow_one_another_are_all_of_a_name() {
    let (one, two) = ("scB8fnvGNx6jvr7SIftRutlZfOjUStEk", "Tq3kVw81zLmYp0RxHd5nGa7bCe2uJs9f");
    let texts = |line: &str| kept(line).into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(texts(&format!("api_key=\"{one}\" \"{two}\"")), [one, two]);
    assert_eq!(texts(&format!("api_key='{one}'  '{two}'")), [one, two]);
    assert_eq!(texts(&format!("api_key=\"{one}\", \"{two}\"")), [one]);
}

#[test]
fn what_follows_a_flag_is_its_value() {
    let value = "scB8fnvGNx6jvr7SIftRutlZfOjUStEk";
    for line in [
        format!("tool --token {value} run"),
        format!("bash -c \"tool --token {value} run\""),
        format!("bash -c \"tool --api-key '{value}'\""),
        format!("curl -u admin:{value} https://x.example"),
        format!("curl -s --user \"bot:{value}\" https://x.example"),
        format!("bash -c 'curl -u bot:{value} https://x.example'"),
    ] {
        let found: Vec<&str> = kept(&line).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, [value], "{line}");
    }
    for line in [
        "tool --token TOKEN --verbose".to_owned(),
        "tool --password-stdin < scB8fnvGNx6jvr7SIftRutlZfOjUStEk".to_owned(),
        "tool --token $TOKEN".to_owned(),
        format!("docker run -u 1000:{value} image"),
        "curl -u user:password1 https://x.example/y".to_owned(),
    ] {
        assert_eq!(kept(&line), [], "{line}");
    }
}

#[test]
fn hostile_text_is_bounded_and_counted() {
    for text in ["-eyJ", "\"httpOnly\"", "{\"httpOnly\"", "\"service_account\""] {
        let text = text.repeat(400_000 / text.len());
        let input = Input { bytes: text.as_bytes(), body: 0..text.len(), syntax: Syntax::Config };
        assert!(DETECTOR.survey(&input).untried > 100, "{}", &text[..20]);
    }
    let line = expand("GITHUB_TOKEN=«github-pat-classic» JWT_TOKEN=«jwt» AI=«anthropic-api-key»,");
    let text = line.repeat(300);
    let input = Input { bytes: text.as_bytes(), body: 0..text.len(), syntax: Syntax::Config };
    let survey = DETECTOR.survey(&input);
    let kept = survey.candidates.iter().filter(|candidate| candidate.dropped.is_none()).count();
    assert_eq!((survey.untried, kept), (0, 900));
}
