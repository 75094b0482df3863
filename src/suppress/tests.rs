use super::testing::{finding, sign};
use super::*;
use crate::model::{CredentialFacts, Layer, Lifetime, PathSet, Privilege, Redacted, Secret, Subject};
use crate::text::Position;

const NOW: Timestamp = Timestamp(1_795_564_800); // 2026-11-25, midnight

struct Run {
    findings: Vec<Finding>,
    notes: Vec<Note>,
}

impl Run {
    fn waived(&self) -> Vec<bool> {
        self.findings.iter().map(|finding| !finding.is_open()).collect()
    }

    fn topics(&self) -> Vec<&str> {
        self.notes.iter().map(|note| note.topic).collect()
    }
}

#[derive(Default)]
struct World {
    part: bool,
    source: Option<&'static str>,
}

impl World {
    fn run(&self, suppressions: &Suppressions, mut findings: Vec<Finding>) -> Run {
        let paths = [ArtifactPath::new("a.env"), ArtifactPath::new("d/b.env")];
        let origin = Origin::file(paths[0].clone());
        let source = self.source.unwrap_or_default().as_bytes();
        let own = BTreeMap::from([(origin.clone(), markers(source, Position::START))]);
        let foreign = BTreeMap::from([((origin, 1), foreign_at(source, 0))]);
        let seen = Seen {
            extent: if self.part { Extent::Part } else { Extent::Whole },
            paths: &paths,
            markers: &own,
            foreign: &foreign,
            is_rule: &|id| ["r", "kind", "off"].contains(&id),
            is_active: &|id| id != "off",
            still_held: &|_| false,
        };
        let notes = suppressions.apply(&mut findings, &seen, NOW);
        Run { findings, notes }
    }
}

fn inline() -> Suppressions {
    Suppressions { inline: Inline::Followed, ..Suppressions::default() }
}

fn waiver(path: Option<&str>, until: Option<&str>) -> Suppressions {
    let waiver = Waiver {
        subject: Waived::Rule(Id::from("r")),
        paths: path.map(|path| PathSet::new("", [path]).unwrap()),
        reason: "why".into(),
        until: until.map(|day| Timestamp::parse(day).unwrap()),
        place: "outstay.toml:3".into(),
    };
    Suppressions { waivers: vec![waiver], ..Suppressions::default() }
}

fn run(suppressions: &Suppressions) -> Run {
    World::default().run(suppressions, vec![finding("r", "a.env", "x"), finding("kind", "d/b.env", "y")])
}

#[test]
fn an_empty_set_holds_nothing_back() {
    let world = World { source: Some("s # outstay:allow r -- why"), ..World::default() };
    let run = world.run(&Suppressions::default(), vec![finding("r", "a.env", "x")]);
    assert_eq!((run.waived(), run.topics()), (vec![false], vec![]));
}

#[test]
fn a_waiver_holds_through_its_last_day() {
    for until in [None, Some("2026-11-25"), Some("2026-12-31")] {
        let run = run(&waiver(None, until));
        assert_eq!((run.waived(), run.topics()), (vec![true, false], vec![]), "{until:?}");
        assert_eq!(run.findings[0].disposition, Disposition::Waived { reason: "why".into(), inline: false });
    }
    let run = run(&waiver(None, Some("2026-11-24")));
    assert_eq!(run.waived(), [false, false]);
    assert_eq!(
        run.notes[0].message,
        "outstay.toml:3: the waiver of `r` held until 2026-11-24; its finding counts again."
    );
    assert_eq!(run.topics(), ["expired-waiver"]);
}

#[test]
fn an_expired_waiver_revives_nothing_that_something_else_holds() {
    let mut both = waiver(None, Some("2026-11-24"));
    both.waivers.push(Waiver { until: None, reason: "renewed".into(), ..both.waivers[0].clone() });
    let renewed = run(&both);
    assert_eq!((renewed.waived(), renewed.topics()), (vec![true, false], vec!["expired-waiver"]));
    assert_eq!(
        renewed.notes[0].message,
        "outstay.toml:3: the waiver of `r` held until 2026-11-24; what it named is held back otherwise, so delete it."
    );
    let mut known = waiver(None, Some("2026-11-24"));
    known.baseline = Some(Baseline::of(&[finding("r", "a.env", "x")]));
    assert!(run(&known).notes[0].message.ends_with("so delete it."), "a baseline holds it as well");
}

#[test]
fn a_waiver_of_a_credential_names_the_findings_that_were_meant() {
    let mut about = finding("r", "a.env", "x");
    about.credential = Some(CredentialFacts { fingerprint: Some(sign("the value")), ..facts() });
    for until in [None, Some("2026-11-24")] {
        let mut wrong = waiver(None, until);
        wrong.waivers[0].subject = Waived::Fingerprint(sign("the value"));
        let run = World { part: true, ..World::default() }.run(&wrong, vec![about.clone()]);
        assert_eq!((run.waived(), run.topics()), (vec![false], vec!["unused-waiver"]));
        let message = &run.notes[0].message;
        assert!(message.contains("a credential's fingerprint"), "{message}");
        assert!(message.ends_with(&format!("there is `{}`.", sign("x"))), "{message}");
    }
}

#[test]
fn a_waiver_keeps_to_its_paths_and_its_fingerprint() {
    assert_eq!(run(&waiver(Some("*.env"), None)).waived(), [true, false]);
    let elsewhere = run(&waiver(Some("d/b.env"), None));
    assert_eq!((elsewhere.waived(), elsewhere.topics()), (vec![false, false], vec!["unused-waiver"]));
    let mut by_fingerprint = waiver(None, None);
    by_fingerprint.waivers[0].subject = Waived::Fingerprint(sign("y"));
    assert_eq!(run(&by_fingerprint).waived(), [false, true]);
}

#[test]
fn an_unused_waiver_is_noted_only_where_its_paths_were_examined() {
    let none = || vec![finding("kind", "a.env", "x")];
    let topics = |part, path| {
        let run = World { part, source: None }.run(&waiver(path, None), none());
        run.topics().len()
    };
    assert_eq!(topics(false, None), 1);
    assert_eq!(topics(false, Some("not/scanned/**")), 0);
    assert_eq!(topics(true, None), 0, "a part of the tree proves nothing");
    assert_eq!(topics(true, Some("*.env")), 0);
    assert_eq!(topics(true, Some("d/b.env")), 1);
    let mut inactive = waiver(None, None);
    inactive.waivers[0].subject = Waived::Rule(Id::from("off"));
    assert_eq!(run(&inactive).topics(), Vec::<&str>::new());
}

#[test]
fn a_marker_holds_back_what_it_names_on_its_line() {
    let marked =
        |source| World { source: Some(source), part: false }.run(&inline(), vec![finding("r", "a.env", "x")]);
    let good = marked("s # outstay:allow r -- a dummy");
    assert_eq!(good.topics(), Vec::<&str>::new());
    assert_eq!(good.findings[0].disposition, Disposition::Waived { reason: "a dummy".into(), inline: true });
    let other = marked("s # outstay:allow kind -- a dummy");
    assert_eq!((other.waived(), other.topics()), (vec![false], vec!["unused-marker"]));
    let below = marked("\ns # outstay:allow r -- a dummy");
    assert_eq!((below.waived(), below.topics()), (vec![false], vec!["unused-marker"]));
    let unknown = marked("s # outstay:allow rr -- a dummy");
    assert_eq!((unknown.waived(), unknown.topics()), (vec![false], vec!["invalid-marker"]));
    let bare = marked("s # outstay:allow r");
    assert_eq!(bare.waived(), [false]);
    assert_eq!(
        bare.notes[0].message,
        "a.env:1: the marker `outstay:allow` holds nothing back: it gives no reason; add ` -- ` and why it is allowed."
    );
}

#[test]
fn a_marker_may_stand_on_the_last_line_of_a_longer_place() {
    let mut long = finding("r", "a.env", "x");
    long.location.region.end = Position { line: 3, column: 2 };
    let on = |source| World { source: Some(source), part: false }.run(&inline(), vec![long.clone()]).waived();
    assert_eq!(on("s\n\n} # outstay:allow r -- why"), [true]);
    assert_eq!(on("s\nx # outstay:allow r -- why"), [false]);
    long.location.region.end.column = 1;
    let ended = World { source: Some("s\n\n} # outstay:allow r -- why"), part: false };
    assert_eq!(ended.run(&inline(), vec![long]).waived(), [false], "it ends with the line before");
}

fn facts() -> CredentialFacts {
    CredentialFacts {
        kind: Id::from("kind"),
        shown: Redacted::whole(),
        secret: Secret::new(b"x"),
        fingerprint: None,
        principal: None,
        subject: Subject::Machine,
        privilege: Privilege::Ordinary,
        lifetime: Lifetime::UNKNOWN,
    }
}

#[test]
fn naming_the_kind_waives_the_grant_of_it_but_no_correlation() {
    let mut grant = finding("r", "a.env", "x");
    grant.layer = Layer::Grant;
    grant.credential = Some(facts());
    let mut shared = grant.clone();
    shared.layer = Layer::Correlation;
    let world = World { source: Some("s # outstay:allow kind -- why"), part: false };
    assert_eq!(world.run(&inline(), vec![grant, shared]).waived(), [true, false]);
}

#[test]
fn foreign_markers_are_mentioned_and_followed_only_on_demand() {
    let world = World { source: Some("s # gitleaks:allow trufflehog:ignore"), part: false };
    let mentioned =
        world.run(&Suppressions::default(), vec![finding("r", "a.env", "x"), finding("r", "d/b.env", "x")]);
    assert_eq!(mentioned.waived(), [false, false]);
    let markers: Vec<_> = mentioned.findings.iter().map(|finding| finding.foreign_marker).collect();
    assert_eq!(markers, [Some("gitleaks:allow"), None]);
    let honoring = Suppressions { honored: BTreeSet::from(["trufflehog"]), ..Suppressions::default() };
    let followed = world.run(&honoring, vec![finding("r", "a.env", "x")]);
    assert_eq!(followed.waived(), [true]);
    assert_eq!(followed.findings[0].foreign_marker, Some("trufflehog:ignore"));
}

#[test]
fn the_baseline_comes_after_the_waivers() {
    let mut both = waiver(None, None);
    both.baseline = Some(Baseline::of(&[finding("r", "a.env", "x"), finding("kind", "d/b.env", "y")]));
    let run = run(&both);
    assert!(matches!(run.findings[0].disposition, Disposition::Waived { .. }));
    assert_eq!(run.findings[1].disposition, Disposition::Baselined);
}
