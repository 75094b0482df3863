//! Encodings: what a text is written in, and how its UTF-8 form maps back to the bytes of the artifact.

use super::Span;

/// How the bytes of a text stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, ASCII, or anything that is close enough to be searched byte by byte.
    Utf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
    /// No valid UTF-8 and no UTF-16: each byte is one character.
    Latin1,
}

/// A text as UTF-8, and where each part of it stood.
#[derive(Debug)]
pub struct Decoded {
    /// What the text is written in.
    pub encoding: Encoding,
    /// The text as UTF-8.
    pub text: Vec<u8>,
    /// Pairs of offsets (decoded, original), ascending, one every few characters.
    checkpoints: Vec<(usize, usize)>,
}

/// Characters between two checkpoints.
const STRIDE: usize = 64;

impl Encoding {
    /// Guesses from the first bytes of a text: a byte order mark, else the zero bytes that ASCII leaves in
    /// UTF-16, else whether the bytes are UTF-8.
    pub fn sniff(head: &[u8]) -> Self {
        match head {
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let head = &head[..head.len().min(512)];
        if memchr::memchr(0, head).is_none() {
            return Self::Utf8;
        }
        let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let half = head.len() / 2;
        let (even, odd) = (zeros(0), zeros(1));
        // Half of all units with one zero side and nearly none on the other is no binary format we know of.
        if half >= 4 && odd * 2 > half && even * 20 < half {
            return Self::Utf16Le;
        }
        if half >= 4 && even * 2 > half && odd * 20 < half {
            return Self::Utf16Be;
        }
        Self::Utf8
    }
}

/// `bytes` as UTF-8 where they are written in `encoding`; `None` where they can be read as they are.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<Decoded> {
    let mut decoded = Decoded { encoding, text: Vec::new(), checkpoints: Vec::new() };
    match encoding {
        Encoding::Utf8 => return None,
        Encoding::Latin1 => {
            for (index, byte) in bytes.iter().enumerate() {
                decoded.push(index, index, char::from(*byte));
            }
        }
        Encoding::Utf16Le => decoded.push_units(bytes, u16::from_le_bytes),
        Encoding::Utf16Be => decoded.push_units(bytes, u16::from_be_bytes),
    }
    decoded.checkpoints.push((decoded.text.len(), bytes.len()));
    Some(decoded)
}

impl Decoded {
    fn push_units(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16) {
        let (pairs, _odd_byte) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let mut offset = 0;
        for (index, unit) in char::decode_utf16(units).enumerate() {
            let character = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
            let width = character.len_utf16() * 2;
            // The mark is no text, and wherever a window begins it could be one; its bytes stay out, so that the first line begins
            // with its first character.
            if character == '\u{FEFF}' {
                self.checkpoints.push((self.text.len(), offset + width));
            } else {
                self.push(index, offset, character);
            }
            offset += width;
        }
    }

    fn push(&mut self, index: usize, offset: usize, character: char) {
        if index.is_multiple_of(STRIDE) || self.checkpoints.is_empty() {
            self.checkpoints.push((self.text.len(), offset));
        }
        self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// The bytes of the artifact that the decoded `span` stands for.
    pub fn original(&self, span: Span) -> Span {
        Span::new(self.original_offset(span.start), self.original_offset(span.end))
    }

    fn original_offset(&self, decoded: usize) -> usize {
        let next = self.checkpoints.partition_point(|(at, _)| *at <= decoded);
        let Some(&(from, original)) = next.checked_sub(1).and_then(|index| self.checkpoints.get(index))
        else {
            return 0;
        };
        let between = &self.text[from..decoded.min(self.text.len())];
        original + String::from_utf8_lossy(between).chars().map(|c| self.encoding.width(c)).sum::<usize>()
    }
}

impl Encoding {
    /// How many bytes a character takes in this encoding.
    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Latin1 => 1,
            Self::Utf16Le | Self::Utf16Be => character.len_utf16() * 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{FEFF}" } else { "" };
        [mark, text].concat().encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf16_is_recognised_with_and_without_a_mark() {
        assert_eq!(Encoding::sniff(&utf16("KEY=value\n", true)), Encoding::Utf16Le);
        assert_eq!(Encoding::sniff(&utf16("KEY=value\n", false)), Encoding::Utf16Le);
        let big: Vec<u8> = "KEY=value\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Encoding::sniff(&big), Encoding::Utf16Be);
        assert_eq!(Encoding::sniff(b"KEY=value\n"), Encoding::Utf8);
        assert_eq!(Encoding::sniff(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), Encoding::Utf8);
    }

    #[test]
    fn marks_are_no_text_wherever_they_stand() {
        let bytes = utf16("a\u{FEFF}\u{FEFF}bc", true);
        let decoded = decode(&bytes, Encoding::Utf16Le).unwrap();
        assert_eq!(decoded.text, b"abc");
        assert_eq!(decoded.original(Span::new(1, 3)), Span::new(8, 12));
        assert_eq!(decoded.original(Span::new(0, 1)).start, 2);
    }

    #[test]
    fn a_decoded_span_maps_to_the_original_bytes() {
        let text = format!("{}😀 KEY=välue 😀 END", "x".repeat(150));
        for mark in [false, true] {
            let bytes = utf16(&text, mark);
            let decoded = decode(&bytes, Encoding::Utf16Le).unwrap();
            assert_eq!(decoded.text, text.as_bytes());
            let start = text.find("välue").unwrap();
            let original = decoded.original(Span::new(start, start + "välue".len()));
            assert_eq!(original.slice(&bytes), utf16("välue", false));
        }
    }
}
