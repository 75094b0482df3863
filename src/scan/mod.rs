//! A plan becomes a report: artifacts are examined in parallel, what they gave is merged in order, judged, weighed, suppressed.
//! The only place with threads, apart from the walk.

mod artifact;
mod credential;
mod page;
mod siblings;
mod terms;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, HashSet};
use std::hash::RandomState;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::detect::Detector;
use crate::grants::{Claims, adopt, bind, resolve, settle};
use crate::judge::{self, Bench, judge, weigh};
use crate::model::{
    ArtifactPath, Coverage, Examined, Exposure, Finding, FingerprintKey, Gate, Graph, Id, Links, MOST_LINKS,
    Mode, Note, Overruled, PolicyUse, Report, Secret, Skip, SkipReason, Timestamp,
};
use crate::rules::{On, RulePack};
use crate::source::{Exposures, FileItem, Reader, TreePlan, walk};
use crate::suppress::{Extent, Inline, Seen, Suppressions, refused_markers};
use crate::text::Gatekeeper;

pub use artifact::Account;
use artifact::{Examiner, Outcome};
pub use terms::Terms;

/// Everything that decides a run, with nothing left to ask.
pub struct Plan<'p> {
    /// What is looked for.
    pub pack: &'p RulePack,
    /// Where.
    pub input: Input<'p>,
    /// The moment that lifetimes are measured against.
    pub now: Timestamp,
    /// The key that fingerprints are made under.
    pub key: FingerprintKey,
    /// Rules and kinds that are switched off.
    pub off: HashSet<Id>,
    /// What the user says of what is found.
    pub terms: Terms,
    /// The policy that the plan was made under.
    pub policy: Option<PolicyUse>,
    /// What holds findings back.
    pub suppressions: Suppressions,
    /// How much of what the configuration governs the input is.
    pub extent: Extent,
    /// What fails the run.
    pub gate: Gate,
    /// Whether findings in files that git ignores fail it too.
    pub gate_ignored: bool,
    /// Whether it is in order to find nothing to examine.
    pub allow_empty: bool,
    /// How many threads examine; 0 for as many as the machine has.
    pub threads: usize,
    /// Is told how far the run is.
    pub progress: &'p dyn Progress,
}

impl<'p> Plan<'p> {
    /// Looks for everything in `pack`, on one thread, with the public key of fingerprints; nothing is held back or set by a
    /// user.
    pub fn plain(pack: &'p RulePack, input: Input<'p>, now: Timestamp) -> Self {
        Self {
            pack,
            input,
            now,
            key: FingerprintKey::default(),
            off: HashSet::new(),
            terms: Terms::default(),
            policy: None,
            suppressions: Suppressions::default(),
            extent: Extent::Whole,
            gate: Gate::default(),
            gate_ignored: true,
            allow_empty: true,
            threads: 1,
            progress: &Silent,
        }
    }
}

/// Where artifacts come from.
pub enum Input<'i> {
    /// Files and directories.
    Tree(TreePlan),
    /// A stream, under a name.
    Stream {
        /// What it is called in the report, and what platforms know it by.
        name: ArtifactPath,
        /// The bytes.
        bytes: Mutex<&'i mut (dyn Read + Send)>,
    },
    /// Texts in memory.
    Texts(Vec<Text>),
}

/// A text in memory, and what is known of the file that it stands for.
pub struct Text {
    /// What it is called in the report, and what platforms know it by.
    pub name: ArtifactPath,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Who may read the file, if that is known.
    pub mode: Option<Mode>,
}

impl Text {
    /// One of which no more is known.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: ArtifactPath::new(name), bytes: bytes.into(), mode: None }
    }
}

/// Is told how far a run is.
pub trait Progress: Sync {
    /// So many artifacts are to be examined.
    fn begin(&self, artifacts: usize);
    /// One more has been.
    fn step(&self);
    /// All have been.
    fn end(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: usize) {}
    fn step(&self) {}
    fn end(&self) {}
}

/// A plan that cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A platform's glob is malformed.
    #[error("a platform has a malformed glob: {0}")]
    Glob(#[from] globset::Error),
    /// Threads could not be started.
    #[error("cannot start {threads} threads: {source}; try fewer with --threads")]
    Threads {
        /// How many.
        threads: usize,
        /// What the pool said.
        source: rayon::ThreadPoolBuildError,
    },
}

/// What a run found, and what else of it was asked for.
pub struct Scanned {
    /// The report.
    pub report: Report,
    /// Every candidate with its fate, by artifact; empty unless asked for.
    pub accounts: Vec<(ArtifactPath, Vec<Account>)>,
    /// Who holds what; only where it was asked for.
    pub graph: Option<Graph>,
}

/// What a run gives beside its report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Accounts,
    Graph,
}

/// Carries out a plan.
///
/// # Errors
/// Only where the plan itself is unusable; what cannot be read is in the report.
pub fn scan(plan: &Plan<'_>) -> Result<Report, ScanError> {
    run(plan, Wanted::Nothing).map(|scanned| scanned.report)
}

/// Carries out a plan and keeps what became of every candidate.
///
/// # Errors
/// As [`scan`].
pub fn explain(plan: &Plan<'_>) -> Result<Scanned, ScanError> {
    run(plan, Wanted::Accounts)
}

/// Carries out a plan and joins what was found into one picture.
///
/// # Errors
/// As [`scan`].
pub fn graph(plan: &Plan<'_>) -> Result<(Report, Graph), ScanError> {
    let scanned = run(plan, Wanted::Graph)?;
    let now = plan.now;
    let empty = || Graph { nodes: Vec::new(), edges: Vec::new(), now, secrets: Vec::new() };
    Ok((scanned.report, scanned.graph.unwrap_or_else(empty)))
}

fn run(plan: &Plan<'_>, wanted: Wanted) -> Result<Scanned, ScanError> {
    let keep = if wanted == Wanted::Accounts { artifact::Keep::Accounts } else { artifact::Keep::Nothing };
    let detector = Detector::new(plan.pack, plan.now);
    let has_home = matches!(&plan.input, Input::Tree(tree) if tree.home.is_some());
    let claims = if has_home { Claims::with_home(plan.pack)? } else { Claims::new(plan.pack)? };
    let examiner = Examiner {
        detector: &detector,
        claims: &claims,
        key: &plan.key,
        join: &RandomState::new(),
        keep,
        large: &Mutex::default(),
    };
    let (mut files, mut kept) = (Vec::new(), Vec::new());
    let (mut outcomes, mut coverage) = match &plan.input {
        Input::Tree(tree) => {
            let walked = walk(tree);
            (files, kept) = (walked.files, walked.kept);
            let outcomes = all(&examiner, &files, plan)?;
            (outcomes, Coverage { skips: walked.skips, home: walked.home, ..Coverage::default() })
        }
        Input::Stream { name, bytes } => {
            let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
            (vec![guarded(name, true, || examiner.stream(name, &mut **bytes))], Coverage::default())
        }
        Input::Texts(texts) => {
            let outcomes = texts.iter().map(|text| guarded(&text.name, true, || examiner.text(text)));
            (outcomes.collect(), Coverage::default())
        }
    };
    let accounts = outcomes
        .iter_mut()
        .map(|outcome| (outcome.path.clone(), std::mem::take(&mut outcome.accounts)))
        .collect();
    for outcome in &mut outcomes {
        coverage.absorb(std::mem::take(&mut outcome.coverage));
    }
    coverage.skips.sort();
    let (mut report, graph) = conclude(plan, (&examiner, wanted), outcomes, coverage, &files);
    if let Some(policy) = &mut report.policy {
        policy.overruled.extend(kept_all_the_same(&kept));
        policy.overruled.sort();
    }
    Ok(Scanned { report, accounts, graph })
}

/// Examines every file, in order, on as many threads as the plan says.
fn all(examiner: &Examiner<'_>, files: &[FileItem], plan: &Plan<'_>) -> Result<Vec<Outcome>, ScanError> {
    plan.progress.begin(files.len());
    let one = |reader: &mut Reader, file: &FileItem| {
        let outcome = guarded(&file.shown, file.named, || examiner.file(reader, file));
        plan.progress.step();
        outcome
    };
    // Threads cost more than a few files.
    let outcomes = if files.len() < 8 || plan.threads == 1 {
        let mut reader = Reader::default();
        files.iter().map(|file| one(&mut reader, file)).collect()
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(plan.threads)
            .build()
            .map_err(|source| ScanError::Threads { threads: plan.threads, source })?;
        // One for each thread and all its files: fresh memory costs as much as what is read into it.
        let readers: Vec<Mutex<Reader>> = (0..pool.current_num_threads()).map(|_| Mutex::default()).collect();
        let on_its_thread = |file: &FileItem| {
            let reader = &readers[rayon::current_thread_index().unwrap_or_default()];
            one(&mut reader.lock().unwrap_or_else(PoisonError::into_inner), file)
        };
        pool.install(|| files.par_iter().with_max_len(64).map(on_its_thread).collect())
    };
    plan.progress.end();
    Ok(outcomes)
}

/// A panic in one artifact is a line in the coverage, not the end of the run. Its message may quote content and is not kept.
fn guarded(path: &ArtifactPath, named: bool, examine: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(examine)).unwrap_or_else(|_| {
        let skip = Skip { path: path.clone(), reason: SkipReason::Panicked, detail: None, named };
        Outcome::skipped(path.clone(), skip)
    })
}

fn conclude(
    plan: &Plan<'_>,
    (examiner, wanted): (&Examiner<'_>, Wanted),
    outcomes: Vec<Outcome>,
    coverage: Coverage,
    files: &[FileItem],
) -> (Report, Option<Graph>) {
    let mut evidence = Vec::new();
    let mut secrets = Vec::new();
    let mut markers = BTreeMap::new();
    let mut foreign = BTreeMap::new();
    let mut seen_paths = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        seen_paths.push(outcome.path);
        foreign.extend(outcome.foreign);
        markers.extend(outcome.markers);
        evidence.extend(outcome.examined);
        secrets.extend(outcome.secrets);
    }
    plan.terms.tell(&mut evidence);
    adopt(&mut evidence);
    plan.terms.name_agents(&mut evidence);

    settle(&mut evidence, plan.pack);
    let links = resolve(&evidence);
    let run = judge::Run { off: &plan.off, key: examiner.key, now: plan.now, most: plan.terms.max_lifetime };
    let bonds = bind(&evidence, &plan.pack.tables);
    let joined = judge::Joined { links: &links, bonds: &bonds };
    let bench = Bench::new(plan.pack, &evidence, joined, run);
    let mut findings = judge(&bench);
    let graph = (wanted == Wanted::Graph).then(|| judge::graph(&bench));
    let cut = cut_links(&links, &evidence);
    drop(evidence);
    secrets.sort_unstable_by(|one, other| one.reveal().cmp(other.reveal()));
    secrets.dedup();
    let graph = graph.map(|graph| Graph { secrets: secrets.clone(), ..graph });
    quieten(&mut findings, &secrets);
    plan.terms.grade(&mut findings);
    let exposures = Exposures::default();
    weigh(&mut findings, &plan.pack.tables.test_paths, |location| {
        let file = named(files, location.origin.outermost());
        file.map_or(Exposure::OutsideGit, |file| exposures.exposure_of(&file.path))
    });
    let whole = plan.extent == Extent::Whole;
    let correlates = |id: &str| plan.pack.rule(id).is_some_and(|rule| rule.on.contains(&On::Shared));
    let seen = Seen {
        extent: plan.extent,
        paths: &seen_paths,
        markers: &markers,
        foreign: &foreign,
        is_rule: &|id| plan.pack.has_id(id),
        is_active: &|id| !plan.off.contains(id) && (whole || !correlates(id)),
        still_held: &|path| {
            named(files, &ArtifactPath::new(path)).is_none() && std::path::Path::new(path).exists()
        },
    };
    let mut notes = plan.suppressions.apply(&mut findings, &seen, plan.now);
    notes.extend(exposures.notes().into_iter().map(|message| Note { topic: "git", message }));
    notes.extend(cut);
    notes.sort();
    let homeless = is_home_alone(plan) && coverage.artifacts == 0 && coverage.skips.is_empty();
    if homeless {
        notes.push(Note {
            topic: "nothing-at-home",
            message: "No platform's files were found in the home.".to_owned(),
        });
    }
    let nothing = coverage.artifacts == 0 && !plan.allow_empty && !homeless;
    let incomplete = coverage.is_incomplete() || nothing;
    if nothing {
        notes.push(Note {
            topic: "nothing-examined",
            message: "Nothing was examined; check the paths, or pass --allow-empty if that is in order."
                .to_owned(),
        });
    }
    let mut policy = plan.policy.clone();
    if let Some(policy) = policy.as_mut().filter(|_| plan.suppressions.inline == Inline::Refused) {
        policy.overruled.extend(refused_markers(&findings, &markers));
    }
    let report = Report {
        findings,
        coverage,
        notes,
        now: plan.now,
        gate: plan.gate,
        gate_ignored: plan.gate_ignored,
        max_lifetime: plan.terms.max_lifetime,
        policy,
        incomplete,
        secrets,
    };
    (report, graph)
}

/// Masks the sentences of findings, and only then cuts the names in them: of a secret that was cut first nobody would know the rest.
fn quieten(findings: &mut [Finding], secrets: &[Secret]) {
    let gatekeeper = Gatekeeper::new(secrets.iter().map(Secret::reveal));
    for finding in findings {
        finding.message = gatekeeper.sentence(&finding.message);
        finding.remedy = gatekeeper.sentence(&finding.remedy);
        for place in &mut finding.related {
            place.label = gatekeeper.sentence(&place.label);
        }
    }
}

/// What is said of files that should have been left out, and are always scanned.
fn kept_all_the_same(kept: &[ArtifactPath]) -> Option<Overruled> {
    let first = kept.first()?;
    let others = match kept.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message =
        format!("`exclude` does not hold for this file{others}: the policy has them always scanned.");
    Some(Overruled { path: first.clone(), line: 1, setting: "exclude".to_owned(), message })
}

/// What is said of references that lead to more than is followed.
fn cut_links(links: &Links, evidence: &[Examined]) -> Option<Note> {
    let first = links.cut().first()?;
    let message = format!(
        "{}: what references lead to is followed to {MOST_LINKS} places each; {} of this run lead to more.",
        evidence[first.examined].origin,
        links.cut().len()
    );
    Some(Note { topic: "links-cut", message })
}

/// Whether a home is all that is looked at: not to use any of the tools is in order.
fn is_home_alone(plan: &Plan<'_>) -> bool {
    matches!(&plan.input, Input::Tree(tree) if tree.paths.is_empty() && tree.home.is_some())
}

/// The file that reports call `shown`; the walk has sorted them by that.
fn named<'f>(files: &'f [FileItem], shown: &ArtifactPath) -> Option<&'f FileItem> {
    let after = files.partition_point(|file| file.shown <= *shown);
    files[..after].last().filter(|file| file.shown == *shown)
}
