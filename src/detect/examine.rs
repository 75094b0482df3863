//! The detector: from a window of bytes to candidates.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Match, Regex};

use crate::model::{Claim, Timestamp};
use crate::rules::{Kind, Reader, Role, RulePack, checksum, lint};
use crate::text::{Span, words};

use super::allowance::Allowance;
use super::anchors::{Anchor, Anchors};
use super::assignment::{context_of, context_words, left_of, opening_words};
use super::candidate::{Candidate, DropReason, Facts};
use super::context::{ContextIndex, speaks_of};
use super::probes::Probes;
use super::readers::{Parts, Readers, facts_of};
use super::{overlap, plausible, runs};

/// No value is looked at further than this.
const LONGEST: usize = 16 * 1024;

/// What trying a pattern of bounded length costs.
const BOUNDED: usize = 256;

/// What kind of text is examined: in a program an unquoted word is an expression, in a configuration it is a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Source code.
    Code,
    /// Configuration, data, prose, anything else.
    Config,
}

/// Bytes to examine.
#[derive(Clone, Debug)]
pub struct Input<'t> {
    /// The window, with what stands before and after it as context.
    pub bytes: &'t [u8],
    /// Where candidates may begin.
    pub body: Range<usize>,
    /// What kind of text it is.
    pub syntax: Syntax,
}

/// What stands in an input.
#[derive(Debug, Default)]
pub struct Survey {
    /// Everything that a kind matches, dropped ones among them, sorted by place.
    pub candidates: Vec<Candidate>,
    /// How many places that may begin a credential were not tried, because others before them had used up the work that the
    /// input allows. None in what people and programs write.
    pub untried: usize,
}

/// The rule pack's kinds, compiled for detection. Regular expressions compile when they are first needed.
pub struct Detector<'r> {
    pack: &'r RulePack,
    now: Timestamp,
    probes: Probes,
    anchors: Anchors,
    context: ContextIndex,
    readers: Readers,
    patterns: Vec<OnceLock<Option<Regex>>>,
}

/// How far around the body is searched too: what stands there may announce what begins in the body, cover it or be its
/// partner, so that it does not matter where a window was cut.
const AROUND: usize = 4 * 1024;

/// The probe of JSON Web Tokens, which no single kind owns.
const JWT: usize = usize::MAX;

impl<'r> Detector<'r> {
    /// Over the kinds of `pack`; lifetimes are measured against `now`.
    pub fn new(pack: &'r RulePack, now: Timestamp) -> Self {
        let prefixes = pack
            .kinds
            .iter()
            .enumerate()
            .flat_map(|(kind, table)| table.prefixes.iter().map(move |prefix| (prefix.as_str(), kind)));
        // A header begins with `{"`, or with a space or newline before the quote.
        let tokens = ["eyJ", "eyA", "ewo", "ew0"].map(|prefix| (prefix, JWT));
        Self {
            pack,
            now,
            probes: Probes::new(prefixes.chain(tokens)),
            anchors: Anchors::new(),
            context: ContextIndex::new(&pack.kinds),
            readers: Readers::new(&pack.kinds),
            patterns: pack.kinds.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The pack that it detects by.
    pub fn pack(&self) -> &'r RulePack {
        self.pack
    }

    /// The moment that lifetimes are measured against.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Everything in `input` that a kind matches, dropped ones among them, sorted by place.
    pub fn examine(&self, input: &Input<'_>) -> Vec<Candidate> {
        self.survey(input).candidates
    }

    /// The same, and what was left out.
    pub fn survey(&self, input: &Input<'_>) -> Survey {
        let mut found = Vec::new();
        let untried = self.by_word(input, &mut found) + self.by_anchor(input, &mut found);
        if !found.is_empty() {
            overlap::settle(&mut found);
            overlap::join(&mut found, self.pack);
            found.retain(|candidate| input.body.contains(&candidate.span.start));
        }
        Survey { candidates: found, untried }
    }

    /// A value that stands in a known slot under a known name, where the bytes around it did not tell: `text` is the whole
    /// value. Spans count from its first byte.
    pub fn examine_slot(&self, name: &str, text: &str) -> Vec<Candidate> {
        // The name goes before the value as it would stand in an env file, so that everything finds it there.
        let line = format!("{name}=\"{text}\"");
        let offset = name.len() + 2;
        let input = Input { bytes: line.as_bytes(), body: offset..line.len() - 1, syntax: Syntax::Config };
        let mut found = self.examine(&input);
        if !found.iter().any(|candidate| candidate.dropped != Some(DropReason::NotRandom)) {
            found.extend(self.readers.slot_value(&input, Span::new(offset, line.len() - 1), name));
        }
        for candidate in &mut found {
            candidate.span = Span::new(candidate.span.start - offset, candidate.span.end - offset);
            candidate.name = None;
        }
        found
    }

    /// Returns how many places were not tried.
    fn by_word(&self, input: &Input<'_>, found: &mut Vec<Candidate>) -> usize {
        let searched = searched(input);
        let mut parts = Parts::default();
        let mut allowance = Allowance::new(searched.start);
        runs::word_starts(&input.bytes[searched.clone()], |at| {
            let at = searched.start + at;
            self.probes.at(input.bytes, at, |hit| {
                if continues_word(input.bytes, hit.start) || !allowance.admits(at) {
                    return;
                }
                if hit.target == JWT {
                    let place = (hit.start, &mut parts);
                    allowance.charge(self.readers.jwt(input, place, self.pack, self.now, found));
                } else {
                    self.by_prefix(input, (hit.target, hit.start), &mut allowance, found);
                }
            });
            if begins_value(input.bytes, at) {
                self.readers.user_flag(input, at, found);
                self.by_context(input, at, &mut allowance, found);
            }
        });
        allowance.refused()
    }

    fn by_prefix(
        &self,
        input: &Input<'_>,
        (number, start): (usize, usize),
        allowance: &mut Allowance,
        found: &mut Vec<Candidate>,
    ) {
        let kind = &self.pack.kinds[number];
        let Some(span) = self.matches(number, input.bytes, start, allowance) else { return };
        let assignment = left_of(input.bytes, start);
        if !kind.context.is_empty() || !kind.not_context.is_empty() {
            let name = assignment.map_or(Span::new(start, start), |assignment| assignment.name);
            let mut words = context_words(input.bytes, name);
            words.extend(opening_words(input.bytes, start));
            if !speaks_of(&words, kind) {
                return;
            }
        }
        let rank =
            if kind.context.is_empty() { 200 } else { 160 } + longest_prefix(kind, &input.bytes[start..]);
        let name = assignment.map(|assignment| assignment.name);
        found.push(self.candidate(number, span, name, rank, input.bytes));
    }

    fn by_context(
        &self,
        input: &Input<'_>,
        start: usize,
        allowance: &mut Allowance,
        found: &mut Vec<Candidate>,
    ) {
        let Some(assignment) = left_of(input.bytes, start) else { return };
        if !self.context.has_word_in(context_of(input.bytes, assignment.name)) {
            return;
        }
        let words = context_words(input.bytes, assignment.name);
        for (number, weight) in self.context.kinds(&words) {
            let kind = &self.pack.kinds[number];
            if !allowance.admits(start) {
                return;
            }
            let Some(span) = self.matches(number, input.bytes, start, allowance) else { continue };
            let rank = 120 + u8::try_from(weight).unwrap_or(9).min(9);
            let mut candidate = self.candidate(number, span, Some(assignment.name), rank, input.bytes);
            if candidate.dropped.is_none() {
                let own = words_of(input.bytes, assignment.name);
                let value = span.slice(input.bytes);
                if !speaks_of(&own, kind) && !speaks_of(&words, kind) || says_otherwise(&own) {
                    candidate.dropped = Some(DropReason::NameSaysOtherwise);
                } else if plausible::is_digest(value, &input.bytes[..span.start]) {
                    candidate.dropped = Some(DropReason::Digest);
                } else if !plausible::is_uuid(value) && !plausible::is_random(value) {
                    candidate.dropped = Some(DropReason::NotRandom);
                }
            }
            found.push(candidate);
        }
    }

    /// Returns how many places were not tried.
    fn by_anchor(&self, input: &Input<'_>, found: &mut Vec<Candidate>) -> usize {
        let searched = searched(input);
        let mut allowance = Allowance::new(searched.start);
        self.anchors.each(&input.bytes[searched.clone()], |anchor, start, end| {
            let (start, end) = (searched.start + start, searched.start + end);
            match anchor {
                Anchor::Pem => self.readers.pem(input, start, self.now, found),
                Anchor::Url => self.readers.url(input, start, found),
                Anchor::Authorization => self.readers.authorization(input, end, found),
                Anchor::GoogleType if allowance.admits(start) => {
                    allowance.charge(self.readers.google(input, start, end, found));
                }
                Anchor::Sas => self.readers.sas(input, end, self.now, found),
                Anchor::Presigned => self.readers.presigned(input, end, self.now, found),
                Anchor::SavedCookie if allowance.admits(start) => {
                    allowance.charge(self.readers.saved_cookie(input, start, self.now, found));
                }
                Anchor::GoogleType | Anchor::SavedCookie => {}
                Anchor::CookieFile => self.readers.cookie_file(input, end, self.now, found),
                Anchor::SecretName => self.readers.generic(input, start, end, found),
            }
        });
        allowance.refused()
    }

    /// The secret part of what `kind` matches from `start` on, if what follows does not belong to it.
    fn matches(&self, number: usize, bytes: &[u8], start: usize, allowance: &mut Allowance) -> Option<Span> {
        let pattern = self.pattern(number)?;
        let text = &bytes[start..bytes.len().min(start + LONGEST)];
        let Some((whole, secret)) = first_match(pattern, text) else {
            allowance.charge(self.read_in_vain(number, text));
            return None;
        };
        allowance.charge(whole.end());
        let ends = !continues(&text[..whole.end()], text.get(whole.end()).copied());
        ends.then(|| Span::from(secret.range()).shifted(start))
    }

    /// How much of `text` a pattern that does not match may have read: a pattern without bound, the run that `text` begins with.
    fn read_in_vain(&self, number: usize, text: &[u8]) -> usize {
        let pattern = self.pack.kinds[number].pattern.as_deref().unwrap_or_default();
        if pattern.contains(['*', '+']) || pattern.contains(",}") {
            text.iter().take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'')).count()
        } else {
            BOUNDED
        }
    }

    fn pattern(&self, number: usize) -> Option<&Regex> {
        self.patterns[number]
            .get_or_init(|| lint::anchored(self.pack.kinds[number].pattern.as_deref()?).ok())
            .as_ref()
    }

    fn candidate(&self, number: usize, span: Span, name: Option<Span>, rank: u8, bytes: &[u8]) -> Candidate {
        let kind = &self.pack.kinds[number];
        let value = span.slice(bytes);
        let mut facts = facts_of(kind, value, self.now);
        if let (Some(check), Ok(text)) = (kind.check, std::str::from_utf8(value)) {
            let holds = checksum::holds(check, text);
            facts.claims.push(if holds { Claim::ChecksumHolds } else { Claim::ChecksumFails });
        }
        if kind.test_mode {
            facts.claims.push(Claim::TestMode);
        }
        let public = (kind.role == Role::Public).then_some(DropReason::PublicByDesign);
        let dropped = public.or_else(|| plausible::filler(value, kind.shown_prefix(value).len()));
        Candidate { kind: number, span, name, dropped, confidence: kind.base_confidence(), facts, rank }
    }
}

/// The whole match from the first byte of `text` on, and the secret part of it.
fn first_match<'t>(pattern: &Regex, text: &'t [u8]) -> Option<(Match<'t>, Match<'t>)> {
    if pattern.captures_len() > 1 {
        let captures = pattern.captures(text)?;
        let whole = captures.get(0)?;
        Some((whole, captures.name("secret").unwrap_or(whole)))
    } else {
        let whole = pattern.find(text)?;
        Some((whole, whole))
    }
}

/// The body and what is searched around it. A word is only seen with the run that it begins.
fn searched(input: &Input<'_>) -> Range<usize> {
    let end = input.body.end + AROUND + runs::SHORTEST;
    input.body.start.saturating_sub(AROUND)..end.min(input.bytes.len())
}

/// Whether a value may begin at `at`: a quote or an operator stands before it, and a digit is among its first bytes.
#[inline]
fn begins_value(bytes: &[u8], at: usize) -> bool {
    let opens = match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'"' | b'\'' | b'`' | b'=' | b':' | b' ' | b'\t' | b'>') => true,
        Some(b'-') => at >= 2 && bytes[at - 2] == b':',
        Some(_) | None => false,
    };
    // All of them, without a branch for each: this is asked some ten million times in half a gigabyte.
    let has_digit = |ahead: &[u8]| ahead.iter().fold(false, |any, byte| any | byte.is_ascii_digit());
    opens
        && match bytes[at..].first_chunk::<24>() {
            Some(ahead) => has_digit(ahead),
            None => has_digit(&bytes[at..]),
        }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Whether the byte at `start` stands inside a word: a letter or digit is before it that belongs to no escape.
fn continues_word(bytes: &[u8], start: usize) -> bool {
    let before = |back: usize| start.checked_sub(back).map(|at| bytes[at]);
    let escaped = matches!(before(2), Some(b'\\' | b'%')) || before(3) == Some(b'%');
    before(1).is_some_and(is_word) && !escaped
}

/// Whether the byte after a match belongs to the same value, so that the format does not fit after all.
fn continues(matched: &[u8], next: Option<u8>) -> bool {
    match next {
        Some(b'-') => matched.iter().rev().take(20).any(|byte| *byte == b'-'),
        Some(next) => is_word(next) || next == b'_',
        None => false,
    }
}

fn longest_prefix(kind: &Kind, value: &[u8]) -> u8 {
    u8::try_from(kind.shown_prefix(value).len()).unwrap_or(39).min(39)
}

fn words_of(bytes: &[u8], name: Span) -> Vec<String> {
    words(&String::from_utf8_lossy(name.slice(bytes))).map(Cow::into_owned).collect()
}

/// Names whose values are no secrets, whatever provider they speak of.
fn says_otherwise(name: &[String]) -> bool {
    let last = name.last().map(String::as_str).unwrap_or_default();
    matches!(
        last,
        "id" | "ids"
            | "hash"
            | "sha"
            | "sha1"
            | "sha256"
            | "md5"
            | "digest"
            | "checksum"
            | "commit"
            | "revision"
            | "version"
            | "integrity"
            | "etag"
            | "url"
            | "uri"
            | "path"
            | "file"
            | "name"
            | "model"
            | "region"
            | "host"
            | "endpoint"
            | "fingerprint"
    )
}

/// Whether a kind's reader finds its values by itself.
pub(super) fn finds_by_itself(reader: Reader) -> bool {
    !matches!(reader, Reader::AwsKeyId | Reader::Bedrock)
}

/// A candidate of a reader.
pub(super) fn read_candidate(kind: usize, span: Span, rank: u8, facts: Facts) -> Candidate {
    Candidate {
        kind,
        span,
        name: None,
        dropped: None,
        confidence: crate::model::Confidence::High,
        facts,
        rank,
    }
}
