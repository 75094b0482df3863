//! As much DER as it takes to see whether a key is one.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Reads elements one after the other. It never looks beyond its bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The content of the next element, which has to have this tag and to end within the bytes.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'b [u8]> {
        let (&found, rest) = self.rest.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        (found == tag).then(|| {
            self.rest = rest;
            content
        })
    }

    /// A reader of the content of the next element, a sequence.
    pub(super) fn enter(&mut self) -> Option<Self> {
        self.take(SEQUENCE).map(Self::new)
    }
}

/// One element, for tests that need DER.
#[cfg(test)]
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..0x80 => bytes.push(length as u8),
        _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    bytes.extend_from_slice(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_are_read_one_after_the_other() {
        let bytes = element(SEQUENCE, &[element(INTEGER, &[1]), element(OCTETS, &[7; 300])].concat());
        let mut sequence = Reader::new(&bytes).enter().unwrap();
        assert_eq!(sequence.take(OCTETS), None);
        assert_eq!(sequence.take(INTEGER), Some(&[1][..]));
        assert_eq!(sequence.take(OCTETS), Some(&[7; 300][..]));
        assert_eq!(sequence.take(OCTETS), None);
        assert!(Reader::new(&bytes[..bytes.len() - 1]).enter().is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            for tag in [INTEGER, OCTETS, OID, SEQUENCE] {
                let _ = Reader::new(&bytes).take(tag);
            }
        }
    }
}
