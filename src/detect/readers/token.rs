//! JSON Web Tokens.

use crate::lifetime::jwt::{self, Jwt, JwtKind};
use crate::model::Timestamp;
use crate::rules::{Reader, RulePack};
use crate::text::Span;

use super::super::assignment::{context_words, left_of};
use super::super::candidate::{Candidate, DropReason};
use super::super::context::speaks_of;
use super::super::examine::{Input, read_candidate};
use super::{Readers, token_facts};

const LONGEST: usize = 16 * 1024;

/// The runs of a token's characters that were looked at last: many tokens may seem to begin in one, and its end is sought once.
#[derive(Debug, Default)]
pub(in super::super) struct Parts {
    known: [Span; 4],
    oldest: usize,
}

impl Parts {
    /// Where the run ends that `at` stands in.
    fn end(&mut self, bytes: &[u8], at: usize) -> usize {
        if let Some(run) = self.known.iter().find(|run| run.range().contains(&at)) {
            return run.end;
        }
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
        let run = Span::new(at, at + bytes[at..].iter().take_while(|byte| is_part(byte)).count());
        self.known[self.oldest] = run;
        self.oldest = (self.oldest + 1) % self.known.len();
        run.end
    }
}

impl Readers {
    /// A token that may begin at `start`. Returns how many bytes were read.
    pub(in super::super) fn jwt(
        &self,
        input: &Input<'_>,
        (start, parts): (usize, &mut Parts),
        pack: &RulePack,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) -> usize {
        let Some(span) = extent(input.bytes, start, parts) else { return 0 };
        if let Some(token) = jwt::read(span.slice(input.bytes)) {
            found.extend(self.token(input.bytes, span, &token, (pack, now)));
        }
        span.len()
    }

    fn token(
        &self,
        bytes: &[u8],
        span: Span,
        token: &Jwt,
        (pack, now): (&RulePack, Timestamp),
    ) -> Option<Candidate> {
        let variant = match token.kind_hint() {
            JwtKind::KubernetesServiceAccount => "kubernetes-service-account",
            JwtKind::SupabaseServiceRole => "supabase-service-role",
            _ => "",
        };
        let name = left_of(bytes, span.start).map(|assignment| assignment.name);
        let named = || {
            let words = context_words(bytes, name?);
            self.named_tokens.iter().copied().find(|kind| speaks_of(&words, &pack.kinds[*kind]))
        };
        let kind = if variant.is_empty() { named() } else { None };
        let kind = kind.or_else(|| self.kind(Reader::Jwt, variant))?;
        let mut candidate = read_candidate(kind, span, 180, token_facts(token, now));
        candidate.name = name;
        candidate.dropped = if token.is_publishable() {
            Some(DropReason::PublicByDesign)
        } else if token.is_demo() {
            Some(DropReason::DocumentationSample)
        } else if token.kind_hint() == JwtKind::NotBearer {
            Some(DropReason::NameSaysOtherwise)
        } else {
            None
        };
        Some(candidate)
    }
}

/// From `start` over three parts of base64url, parted by dots.
fn extent(bytes: &[u8], start: usize, parts: &mut Parts) -> Option<Span> {
    let text = &bytes[..bytes.len().min(start + LONGEST)];
    let mut end = start;
    for part in 0..3 {
        let begin = end;
        end = parts.end(bytes, begin).min(text.len());
        if part < 2 {
            if end == begin || text.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
    }
    Some(Span::new(start, end))
}
