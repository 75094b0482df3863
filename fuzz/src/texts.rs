//! Texts: encodings, positions, excerpts, markers.

use outstay::suppress::{MarkerFault, foreign_at};
use outstay::text::{Cursor, Encoding, Excerpt, Mask, Position, Span, decode, words};

use super::choice;

/// Stands for a secret; nowhere else in the text.
const SECRET: u8 = b'\x01';

/// Whatever lies under a mask never comes out, wherever the place and the masks are.
pub(super) fn excerpt(bytes: &[u8]) {
    let (first, bytes) = choice(bytes);
    let (second, bytes) = choice(bytes);
    let mut text: Vec<u8> = bytes.iter().map(|byte| if *byte == SECRET { b'.' } else { *byte }).collect();
    let place = part(first, second, text.len());
    let mut masks = Vec::new();
    let mut at = first % 7;
    while at < text.len() {
        let end = (at + 1 + second % 40).min(text.len());
        text[at..end].fill(SECRET);
        masks.push(Mask { span: Span::new(at, end), shown: "***".to_owned() });
        at = end + 1 + first;
    }
    let excerpt = Excerpt::around(&text, place, Position::START, &masks);
    assert!(!excerpt.text.as_bytes().contains(&SECRET), "a masked byte comes out");
    assert!(excerpt.text.get(excerpt.marked.range()).is_some(), "{:?} of {:?}", excerpt.marked, excerpt.text);
}

/// A part of a text of `length` bytes.
fn part(first: usize, second: usize, length: usize) -> Span {
    let (a, b) = (first * length / 256, second * length / 256);
    Span::new(a.min(b), a.max(b))
}

/// Markers stand in order, each on a line of the text and about that line or a later one.
pub(super) fn markers(bytes: &[u8]) {
    let markers = outstay::suppress::markers(bytes, Position::START);
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    assert!(markers.is_sorted_by_key(|marker| marker.line));
    for marker in &markers {
        assert!((1..=lines).contains(&marker.line) && marker.line <= marker.covers);
        match &marker.allowance {
            Ok(allowance) => assert!(!allowance.rules.is_empty() && !allowance.reason.is_empty()),
            Err(MarkerFault::NoId(name)) => assert!(name.chars().count() <= 40),
            Err(_) => {}
        }
    }
    for at in [0, bytes.len() / 2, bytes.len()] {
        foreign_at(bytes, at);
    }
}

/// A decoded text maps back into its bytes, in order; lines and columns never run backwards.
pub(super) fn text(bytes: &[u8]) {
    for encoding in [Encoding::sniff(bytes), Encoding::Latin1, Encoding::Utf16Le, Encoding::Utf16Be] {
        let Some(decoded) = decode(bytes, encoding) else { continue };
        let text = str::from_utf8(&decoded.text).expect("decoded text is UTF-8");
        let mut before = 0;
        for (at, character) in text.char_indices().take(400) {
            let span = decoded.original(Span::new(at, at + character.len_utf8()));
            assert!(before <= span.start && span.end <= bytes.len(), "{span:?} after {before}");
            before = span.start;
        }
    }
    let mut cursor = Cursor::new(bytes, Position::START);
    let mut before = Position::START;
    for at in (0..bytes.len()).step_by(7) {
        let region = cursor.region(Span::new(at, bytes.len().min(at + 3)));
        assert!((before.line, before.column) <= (region.start.line, region.start.column));
        assert!((region.start.line, region.start.column) <= (region.end.line, region.end.column));
        before = region.start;
    }
    assert!(words(&String::from_utf8_lossy(bytes)).all(|word| !word.is_empty()));
}
