//! JSON Web Tokens.

use crate::lifetime::jwt::{self, JwtKind};
use crate::model::Timestamp;
use crate::rules::{Reader, RulePack};
use crate::text::Span;

use super::super::assignment::{context_words, left_of};
use super::super::candidate::{Candidate, DropReason};
use super::super::context::speaks_of;
use super::super::examine::{Input, read_candidate};
use super::{Readers, token_facts};

const LONGEST: usize = 16 * 1024;

impl Readers {
    /// A token that may begin at `start`.
    pub(in super::super) fn jwt(
        &self,
        input: &Input<'_>,
        start: usize,
        pack: &RulePack,
        now: Timestamp,
        found: &mut Vec<Candidate>,
    ) {
        let Some(span) = extent(input.bytes, start) else { return };
        let value = span.slice(input.bytes);
        let Some(token) = jwt::read(value) else { return };
        let variant = match token.kind_hint() {
            JwtKind::KubernetesServiceAccount => "kubernetes-service-account",
            JwtKind::SupabaseServiceRole => "supabase-service-role",
            _ => "",
        };
        let name = left_of(input.bytes, start).map(|assignment| assignment.name);
        let named = || {
            let words = context_words(input.bytes, name?);
            self.named_tokens.iter().copied().find(|kind| speaks_of(&words, &pack.kinds[*kind]))
        };
        let kind = if variant.is_empty() { named() } else { None };
        let Some(kind) = kind.or_else(|| self.kind(Reader::Jwt, variant)) else { return };
        let mut candidate = read_candidate(kind, span, 180, token_facts(&token, now));
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
        found.push(candidate);
    }
}

/// From `start` over three parts of base64url, parted by dots.
fn extent(bytes: &[u8], start: usize) -> Option<Span> {
    let text = &bytes[start..bytes.len().min(start + LONGEST)];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    let mut end = 0;
    for part in 0..3 {
        let length = text[end..].iter().take_while(|byte| is_part(byte)).count();
        if length == 0 && part < 2 {
            return None;
        }
        end += length;
        if part < 2 {
            if text.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
    }
    Some(Span::new(start, start + end))
}
