//! One artifact, from its bytes to what is kept of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::RandomState;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use crate::detect::{self, Candidate, Detector, DropReason, Survey, Syntax};
use crate::document::{self, Document, Format};
use crate::grants::{Claim, Claims, Collected, MOST_IN_A_VALUE, MOST_REFERENCES, Site, collect, has_shape};
use crate::model::{
    ArtifactPath, Confidence, Coverage, Credential, Examined, FingerprintKey, HolderId, Id, Location, Mode,
    Origin, Redacted, Secret, Skip, SkipReason, Spot,
};
use crate::rules::{Platform, Reader as KindReader};
use crate::source::{FileItem, ReadError, Reader, Want, Window};
use crate::suppress::{ForeignMarker, Marker, foreign_at, markers};
use crate::text::{Mask, Position, Region, Span};

use super::Text;
use super::credential::{Keys, finish, may_be_secret, shown};
use super::page::Page;
use super::siblings::Places;
use super::written::{format_of, syntax_of};

/// More credentials in one artifact are counted only.
const MOST_CREDENTIALS: usize = 1_000;

/// What examining an artifact takes; shared by all threads.
#[derive(Clone, Copy)]
pub(super) struct Examiner<'e> {
    pub(super) detector: &'e Detector<'e>,
    pub(super) claims: &'e Claims,
    pub(super) key: &'e FingerprintKey,
    pub(super) join: &'e RandomState,
    pub(super) keep: Keep,
    /// Held while a large document is in memory, so that no two are.
    pub(super) large: &'e Mutex<()>,
}

/// A document of more bytes than this is large: its tree takes tens of megabytes.
const LARGE: usize = 1 << 20;

/// Whether the fates of candidates are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// They are not.
    Nothing,
    /// They are.
    Accounts,
}

/// A candidate and what became of it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Which kind matched.
    pub kind: Id,
    /// Where.
    pub region: Region,
    /// What is shown in the value's place.
    pub shown: Redacted,
    /// Why it does not count; `None`: it does.
    pub dropped: Option<DropReason>,
}

/// What one artifact gave, and what is to be said about reading it.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) path: ArtifactPath,
    pub(super) examined: Option<Examined>,
    pub(super) coverage: Coverage,
    pub(super) markers: Option<(Origin, Vec<Marker>)>,
    pub(super) foreign: BTreeMap<(Origin, usize), Vec<&'static ForeignMarker>>,
    pub(super) accounts: Vec<Account>,
    /// What may be secret, dropped candidates too.
    pub(super) secrets: Vec<Secret>,
}

impl Outcome {
    fn new(path: ArtifactPath) -> Self {
        Self {
            path,
            examined: None,
            coverage: Coverage::default(),
            markers: None,
            foreign: BTreeMap::new(),
            accounts: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Of an artifact that was not examined.
    pub(super) fn skipped(path: ArtifactPath, skip: Skip) -> Self {
        let coverage = Coverage { skips: vec![skip], ..Coverage::default() };
        Self { coverage, ..Self::new(path) }
    }
}

impl Examiner<'_> {
    /// Examines a file.
    pub(super) fn file(&self, reader: &mut Reader, file: &FileItem) -> Outcome {
        let read = |want, each: &mut dyn FnMut(Window<'_>)| reader.read(&file.path, want, each);
        of_mode(file.mode, self.artifact(&file.shown, file.named, read))
    }

    /// Examines a text in memory.
    pub(super) fn text(&self, text: &Text) -> Outcome {
        of_mode(text.mode, self.stream(&text.name, &mut text.bytes.as_slice()))
    }

    /// Examines a stream that the user named.
    pub(super) fn stream(&self, name: &ArtifactPath, stream: &mut dyn Read) -> Outcome {
        self.artifact(name, true, |want, each| Reader::default().read_from(stream, want, each))
    }

    fn artifact(
        &self,
        path: &ArtifactPath,
        named: bool,
        read: impl FnOnce(Want, &mut dyn FnMut(Window<'_>)) -> Result<u64, ReadError>,
    ) -> Outcome {
        let claim = self.claims.on(path.as_str());
        let want = if claim.is_empty() { Want::Windows } else { Want::Whole };
        let mut work = Work::new(*self, path, named);
        let result = read(want, &mut |window| work.window(&window, &claim));
        let mut outcome = work.finish();
        match result {
            Ok(bytes) => {
                outcome.coverage.artifacts = 1;
                outcome.coverage.bytes = bytes;
            }
            Err(error) => outcome.coverage.skips.push(Skip {
                path: path.clone(),
                reason: error.reason(),
                detail: Some(error.to_string()),
                named,
            }),
        }
        outcome
    }
}

/// The same with what its source tells of who may read it.
fn of_mode(mode: Option<Mode>, mut outcome: Outcome) -> Outcome {
    if let Some(examined) = &mut outcome.examined {
        examined.mode = mode;
    }
    outcome
}

/// One artifact on its way.
struct Work<'w> {
    examiner: Examiner<'w>,
    origin: Origin,
    named: bool,
    syntax: Syntax,
    examined: Examined,
    outcome: Outcome,
    cut: usize,
    references: usize,
    references_cut: usize,
    untried: usize,
}

/// A format's document and the platforms that claim it.
struct Parsed<'p> {
    document: Document,
    places: Places,
    platforms: Vec<&'p Platform>,
}

impl<'w> Work<'w> {
    fn new(examiner: Examiner<'w>, path: &ArtifactPath, named: bool) -> Self {
        let origin = Origin::file(path.clone());
        let examined = Examined::new(origin.clone());
        Self {
            examiner,
            origin,
            named,
            syntax: syntax_of(path.name()),
            examined,
            outcome: Outcome::new(path.clone()),
            cut: 0,
            references: 0,
            references_cut: 0,
            untried: 0,
        }
    }

    fn window(&mut self, window: &Window<'_>, claim: &Claim) {
        let is_large = window.is_whole && window.bytes.len() > LARGE;
        let _alone = is_large.then(|| self.examiner.large.lock().unwrap_or_else(PoisonError::into_inner));
        let claimed = !claim.is_empty();
        if claimed && !window.is_whole && window.base == 0 {
            self.skip(SkipReason::TooLargeToParse, None);
        }
        let page = Page::new(window, claimed && window.is_whole);
        let input = detect::Input { bytes: page.text(), body: page.body(), syntax: self.syntax };
        let Survey { mut candidates, untried } = self.examiner.detector.survey(&input);
        self.untried += untried;
        let reads = if window.is_whole { self.documents(&page, claim, &candidates) } else { Vec::new() };
        let mut collected = Vec::new();
        for read in &reads {
            for platform in &read.platforms {
                collected.push(collect(
                    platform,
                    &read.document,
                    Site::whole(&self.outcome.path),
                    self.examiner.detector,
                    &mut candidates,
                ));
            }
        }
        self.markers(&page, window.position);
        if !candidates.is_empty() || !collected.is_empty() {
            self.keep(&page, &mut candidates, &reads, collected);
        }
    }

    /// The documents in a text: those that platforms claim, else, where there are credentials to learn more about, what the name
    /// of the file says.
    fn documents(&mut self, page: &Page<'_>, claim: &Claim, candidates: &[Candidate]) -> Vec<Parsed<'w>> {
        let pack = self.examiner.detector.pack();
        let platforms = self.examiner.claims.settle(claim, page.text(), pack);
        let reads = self.parsed(page, &platforms, candidates);
        let fits =
            |read: &Parsed<'_>| read.platforms.iter().any(|platform| has_shape(platform, &read.document));
        if platforms.is_empty() || reads.iter().any(fits) {
            return reads;
        }
        let others = self.examiner.claims.settle_otherwise(claim, page.text(), pack);
        if others.is_empty() { reads } else { self.parsed(page, &others, candidates) }
    }

    /// The text in each of the formats that `platforms` read it in.
    fn parsed(
        &mut self,
        page: &Page<'_>,
        platforms: &[&'w Platform],
        candidates: &[Candidate],
    ) -> Vec<Parsed<'w>> {
        let path = self.outcome.path.clone();
        let mut formats: Vec<Format> = platforms.iter().map(|platform| platform.format).collect();
        if formats.is_empty() && candidates.iter().any(|candidate| candidate.dropped.is_none()) {
            formats.extend(format_of(path.name()));
        }
        formats.dedup();
        if formats.is_empty() {
            return Vec::new();
        }
        let Some(text) = page.as_str() else { return Vec::new() };
        let mut reads: Vec<Parsed<'w>> = Vec::new();
        for format in formats {
            if reads.iter().any(|read| read.platforms.iter().any(|platform| platform.format == format)) {
                continue;
            }
            let document = document::parse(format, &text);
            let platforms: Vec<_> =
                platforms.iter().copied().filter(|platform| platform.format == format).collect();
            if let Some(problem) = document.problem.as_ref().filter(|_| !platforms.is_empty()) {
                let line = page.cursor().region(problem.span).start.line;
                self.skip(SkipReason::NotParsed, Some(format!("line {line}: {}", problem.message)));
            }
            self.outcome.coverage.documents = 1;
            let places = Places::of(&document);
            reads.push(Parsed { document, places, platforms });
        }
        reads
    }

    fn skip(&mut self, reason: SkipReason, detail: Option<String>) {
        let skip = Skip { path: self.outcome.path.clone(), reason, detail, named: self.named };
        if !self.outcome.coverage.skips.contains(&skip) {
            self.outcome.coverage.skips.push(skip);
        }
    }

    fn markers(&mut self, page: &Page<'_>, base: Position) {
        let found = markers(page.text(), base);
        if !found.is_empty() {
            let (_, all) = self.outcome.markers.get_or_insert_with(|| (self.origin.clone(), Vec::new()));
            all.extend(found);
            // Windows overlap: what stands in both is one marker.
            all.sort_by_key(|marker| marker.line);
            all.dedup_by_key(|marker| marker.line);
        }
    }

    /// Turns what was found into what outlives the bytes.
    fn keep(
        &mut self,
        page: &Page<'_>,
        candidates: &mut [Candidate],
        reads: &[Parsed<'_>],
        collected: Vec<Collected>,
    ) {
        if self.examiner.detector.pack().tables.test_paths.matches(self.outcome.path.as_str()) {
            self.drop_weak(candidates);
        }
        self.remember(page, candidates);
        let masks = self.masks(page, candidates);
        // One cursor for all: places mostly come in the order of the text.
        let cursor = RefCell::new(page.cursor());
        let locate = |span: Span, document_path: Option<Arc<str>>| {
            let region = cursor.borrow_mut().region(span);
            let excerpt = page.excerpt(span, region, &masks);
            Location {
                origin: self.origin.clone(),
                span: page.original(span),
                region,
                document_path,
                excerpt,
            }
        };
        let mut index_of = vec![None; candidates.len()];
        let mut credentials: Vec<Credential> = Vec::new();
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|index| candidates[*index].span);
        for index in order {
            let candidate = &candidates[index];
            if candidate.dropped.is_some() || !page.owns(candidate.span) {
                continue;
            }
            if self.examined.credentials.len() + credentials.len() >= MOST_CREDENTIALS {
                self.cut += 1;
                continue;
            }
            index_of[index] = Some(self.examined.credentials.len() + credentials.len());
            let credential = self.credential(page, candidate, reads, &locate);
            let foreign = foreign_at(page.text(), candidate.span.start);
            if !foreign.is_empty() {
                let line = credential.location.region.start.line;
                self.outcome.foreign.insert((self.origin.clone(), line), foreign);
            }
            credentials.push(credential);
        }
        let at = |spot: Spot| locate(spot.span, Some(spot.document_path));
        let found = Collected::together(collected);
        self.references_cut += found.left_out();
        let (offset, doors) = (self.examined.holders.len(), self.examined.doors.len());
        self.examined.holders.extend(found.holders.into_iter().map(|holder| holder.located(at)));
        self.examined.mints.extend(found.mints.into_iter().map(|mint| mint.located(at)));
        self.examined.definitions.extend(found.definitions);
        self.examined.flows.extend(found.flows.into_iter().map(|flow| flow.located(at)));
        self.examined.bindings.extend(found.bindings.into_iter().map(|binding| binding.located(at)));
        self.examined.roles.extend(found.roles.into_iter().map(|role| role.located(at)));
        self.examined.doors.extend(found.doors.into_iter().map(|door| door.located(at)));
        self.examined.observations.extend(found.observations.into_iter().map(|mut seen| {
            seen.holder = seen.holder.map(|holder| HolderId(holder.0 + offset));
            seen.door = seen.door.map(|door| door + doors);
            seen.located(at)
        }));
        self.examined.builds.extend(found.builds);
        self.examined.leaves_out.extend(found.leaves_out);
        for mut grant in found.grants {
            grant.holder.0 += offset;
            match grant.credential {
                Some(index) if index_of[index].is_none() => continue,
                Some(index) => grant.credential = index_of[index],
                None if self.references >= MOST_REFERENCES => {
                    self.references_cut += 1;
                    continue;
                }
                None => self.references += 1,
            }
            self.examined.grants.push(grant.located(at));
        }
        self.examined.credentials.extend(credentials);
        if self.examiner.keep == Keep::Accounts {
            self.account(page, candidates);
        }
    }

    /// Weak values in tests are no findings, and tokens there are mostly made for the test.
    fn drop_weak(&self, candidates: &mut [Candidate]) {
        for candidate in candidates {
            let kind = &self.examiner.detector.pack().kinds[candidate.kind];
            if matches!(
                kind.reader,
                Some(KindReader::Generic | KindReader::UrlPassword | KindReader::Authorization)
            ) {
                candidate.dropped.get_or_insert(DropReason::TestValue);
            }
            if kind.reader == Some(KindReader::Jwt) {
                candidate.confidence = candidate.confidence.min(Confidence::Medium);
            }
        }
    }

    /// Keeps the values that no report may show.
    fn remember(&mut self, page: &Page<'_>, candidates: &[Candidate]) {
        let pack = self.examiner.detector.pack();
        let secret = |candidate: &Candidate| {
            let value = candidate.span.slice(page.text());
            may_be_secret(&pack.kinds[candidate.kind], candidate.dropped, value).then(|| Secret::new(value))
        };
        self.outcome.secrets.extend(candidates.iter().filter_map(secret));
    }

    /// Every candidate is masked, dropped ones too: what is not reported may still be secret. What only refers to a secret is shown.
    fn masks(&self, page: &Page<'_>, candidates: &[Candidate]) -> Vec<Mask> {
        let pack = self.examiner.detector.pack();
        let masked = |candidate: &&Candidate| {
            !matches!(
                candidate.dropped,
                Some(DropReason::Reference | DropReason::Placeholder | DropReason::DocumentationSample)
            )
        };
        let mut spans: Vec<(Span, String)> = candidates
            .iter()
            .filter(masked)
            .map(|candidate| {
                let value = candidate.span.slice(page.text());
                (candidate.span, shown(&pack.kinds[candidate.kind], value).to_string())
            })
            .collect();
        spans.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut masks: Vec<Mask> = Vec::new();
        for (span, shown) in spans {
            match masks.last_mut() {
                Some(last) if span.start < last.span.end => last.span.end = last.span.end.max(span.end),
                _ => masks.push(Mask { span, shown }),
            }
        }
        masks
    }

    fn credential(
        &self,
        page: &Page<'_>,
        candidate: &Candidate,
        reads: &[Parsed<'_>],
        locate: &dyn Fn(Span, Option<Arc<str>>) -> Location,
    ) -> Credential {
        let kind = &self.examiner.detector.pack().kinds[candidate.kind];
        let node = reads.iter().find_map(|read| Some((read, read.places.holding(candidate.span)?)));
        let path = node.map(|(read, node)| Arc::from(read.document.path_of(node)));
        let now = self.examiner.detector.now();
        let sibling = node.and_then(|(read, node)| read.places.lifetime(&read.document, node, now));
        let by_text =
            candidate.name.map(|name| String::from_utf8_lossy(name.slice(page.text())).into_owned());
        let name = by_text
            .or_else(|| node.and_then(|(read, node)| read.document.node(node).name().map(str::to_owned)));
        let keys = Keys { key: self.examiner.key, join: self.examiner.join };
        let value = candidate.span.slice(page.text());
        finish(candidate, kind, value, (name, sibling), locate(candidate.span, path), keys)
    }

    fn account(&mut self, page: &Page<'_>, candidates: &[Candidate]) {
        let pack = self.examiner.detector.pack();
        let mut cursor = page.cursor();
        self.outcome.accounts.extend(candidates.iter().filter(|candidate| page.owns(candidate.span)).map(
            |candidate| {
                let kind = &pack.kinds[candidate.kind];
                Account {
                    kind: kind.id.clone(),
                    region: cursor.region(candidate.span),
                    shown: shown(kind, candidate.span.slice(page.text())),
                    dropped: candidate.dropped,
                }
            },
        ));
    }

    fn finish(mut self) -> Outcome {
        if self.cut > 0 {
            self.skip(
                SkipReason::TooManyFindings,
                Some(format!("{} credentials more than {MOST_CREDENTIALS}", self.cut)),
            );
        }
        if self.references_cut > 0 {
            self.skip(
                SkipReason::TooManyFindings,
                Some(format!(
                    "{} references more than {MOST_REFERENCES} in all or {MOST_IN_A_VALUE} in one value",
                    self.references_cut
                )),
            );
        }
        if self.untried > 0 {
            self.skip(SkipReason::TooDense, Some(format!("{} places were not tried", self.untried)));
        }
        self.outcome.examined = (!self.examined.is_empty()).then_some(self.examined);
        self.outcome
    }
}
