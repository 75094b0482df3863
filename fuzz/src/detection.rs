//! Detection: places are in bounds, and where a window is cut does not matter.

use outstay::detect::{Candidate, Input, Syntax};
use outstay::text::Span;

use super::{DETECTOR, PACK, choice};

/// Candidates lie in the body, in order, none over another that counts; and two halves find what the whole finds, where no place is so
/// dense that tries ran out: then a half has more of them left.
pub(super) fn detect(bytes: &[u8]) {
    let (first, bytes) = choice(bytes);
    let (second, bytes) = choice(bytes);
    let syntax = if first.is_multiple_of(2) { Syntax::Config } else { Syntax::Code };
    let whole = examine(bytes, 0..bytes.len(), syntax);
    if DETECTOR.survey(&Input { bytes, body: 0..bytes.len(), syntax }).untried > 0 {
        return;
    }
    let cut = second * bytes.len() / 256;
    let halves = [examine(bytes, 0..cut, syntax), examine(bytes, cut..bytes.len(), syntax)].concat();
    assert_eq!(places(&whole), places(&halves), "cut at {cut}");
}

/// Where what counts stands, and what it is.
fn places(found: &[Candidate]) -> Vec<(Span, &'static str)> {
    let counted = found.iter().filter(|candidate| candidate.dropped.is_none());
    counted.map(|candidate| (candidate.span, PACK.kinds[candidate.kind].id.as_str())).collect()
}

fn examine(bytes: &[u8], body: std::ops::Range<usize>, syntax: Syntax) -> Vec<Candidate> {
    let found = DETECTOR.examine(&Input { bytes, body: body.clone(), syntax });
    for candidate in &found {
        assert!(body.contains(&candidate.span.start), "begins outside of the body");
        assert!(!candidate.span.is_empty() && candidate.span.end <= bytes.len(), "{:?}", candidate.span);
        assert!(candidate.kind < PACK.kinds.len());
        assert!(candidate.name.is_none_or(|name| name.end <= bytes.len()));
    }
    assert!(found.is_sorted_by_key(|candidate| candidate.span.start), "not in order");
    let kept: Vec<_> = found.iter().filter(|candidate| candidate.dropped.is_none()).collect();
    assert!(kept.windows(2).all(|pair| !pair[0].span.overlaps(pair[1].span)), "two hold the same bytes");
    found
}

/// A value in a known slot: places are counted from its first byte and stay inside.
pub(super) fn slot(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, value) = text.split_once('=').unwrap_or(("API_KEY", &text));
    for candidate in DETECTOR.examine_slot(name, value) {
        assert!(candidate.span.end <= value.len(), "{:?} in {} bytes", candidate.span, value.len());
        assert!(candidate.name.is_none());
    }
}
