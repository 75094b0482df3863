use std::fs;
use std::io::Write as _;

use proptest::prelude::*;

use super::*;
use crate::text::{Position, Span};

const TINY: Sizes = Sizes { body: 16, behind: 6, ahead: 5, whole: 100 };

/// A window that owns its bytes.
struct Seen {
    bytes: Vec<u8>,
    base: usize,
    position: Position,
    body: Span,
    is_whole: bool,
    is_last: bool,
    encoding: Encoding,
}

fn keep(windows: &mut Vec<Seen>, window: &Window<'_>) {
    windows.push(Seen {
        bytes: window.bytes.to_vec(),
        base: window.base,
        position: window.position,
        body: window.body.clone().into(),
        is_whole: window.is_whole,
        is_last: window.is_last,
        encoding: window.encoding,
    });
}

fn stream(sizes: Sizes, want: Want, mut bytes: &[u8]) -> Vec<Seen> {
    let mut windows = Vec::new();
    let length = bytes.len() as u64;
    let read = Reader::new(sizes).read_from(&mut bytes, want, &mut |window| keep(&mut windows, &window));
    assert_eq!(read.unwrap(), length);
    windows
}

fn file(reader: &mut Reader, want: Want, bytes: &[u8]) -> Vec<Seen> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut windows = Vec::new();
    let read = reader.read(file.path(), want, &mut |window| keep(&mut windows, &window));
    assert_eq!(read.unwrap(), bytes.len() as u64);
    windows
}

/// What holds for the windows of any text.
fn check(text: &[u8], windows: &[Seen], sizes: Sizes) {
    let mut covered = 0;
    for (index, window) in windows.iter().enumerate() {
        assert_eq!(window.bytes, &text[window.base..window.base + window.bytes.len()]);
        assert_eq!(window.base + window.body.start, covered, "bodies follow each other");
        covered += window.body.len();
        assert!(window.body.start >= sizes.behind.min(window.base + window.body.start), "look-behind");
        assert!(window.body.start <= sizes.behind + 5);
        let rest = text.len() - covered;
        assert!(window.bytes.len() - window.body.end >= sizes.ahead.min(rest), "look-ahead");
        assert_eq!(window.is_last, index + 1 == windows.len());
        assert_eq!(window.is_whole, windows.len() == 1);
        let before = &text[..window.base];
        let expected = match crate::text::decode(before, window.encoding) {
            Some(decoded) => Position::START.after(&decoded.text),
            None => Position::START.after(before),
        };
        assert_eq!(window.position, expected);
    }
    assert_eq!(covered, text.len());
    assert!(!windows.is_empty());
}

#[test]
fn a_short_file_is_one_window() {
    let mut reader = Reader::new(TINY);
    for length in [0, 1, 20, 21] {
        let text = vec![b'a'; length];
        let windows = file(&mut reader, Want::Windows, &text);
        check(&text, &windows, TINY);
        assert_eq!(windows.len(), 1, "{length}");
    }
    let windows = file(&mut reader, Want::Windows, &[b'a'; 22]);
    assert_eq!(windows.len(), 2);
}

#[test]
fn a_document_comes_whole_up_to_its_limit() {
    let mut reader = Reader::new(TINY);
    for (length, count) in [(22, 1), (100, 1), (101, 6)] {
        let text = vec![b'a'; length];
        let windows = file(&mut reader, Want::Whole, &text);
        check(&text, &windows, TINY);
        assert_eq!(windows.len(), count, "{length}");
    }
    check(&[b'b'; 101], &stream(TINY, Want::Whole, &[b'b'; 101]), TINY);
}

#[test]
fn one_reader_reads_many_files() {
    let mut reader = Reader::new(TINY);
    for text in ["x".repeat(300), "ü\n".repeat(30), String::new(), "y".repeat(99)] {
        for want in [Want::Whole, Want::Windows] {
            check(text.as_bytes(), &file(&mut reader, want, text.as_bytes()), TINY);
        }
    }
}

#[test]
fn a_long_line_keeps_its_columns_at_real_sizes() {
    let text = "ä".repeat(2 << 20) + "\nend";
    let windows = stream(Sizes::STANDARD, Want::Windows, text.as_bytes());
    check(text.as_bytes(), &windows, Sizes::STANDARD);
    assert_eq!(windows.len(), 4);
    assert_eq!(windows[1].position.line, 1);
}

#[test]
fn utf16_windows_begin_and_end_between_characters() {
    let text = "\u{FEFF}KEY=wert 😀😀😀 \u{FEFF}\u{FEFF}x\n".repeat(9);
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
        for body in 16..24 {
            let sizes = Sizes { body, ..TINY };
            let windows = stream(sizes, Want::Windows, &bytes);
            check(&bytes, &windows, sizes);
            for window in &windows {
                assert!(window.base.is_multiple_of(2) && window.body.start.is_multiple_of(2));
                let shown = Window {
                    bytes: &window.bytes,
                    base: window.base,
                    position: window.position,
                    body: window.body.range(),
                    is_whole: window.is_whole,
                    is_last: window.is_last,
                    encoding: window.encoding,
                };
                let start = String::from_utf8(shown.decoded().unwrap().text).unwrap();
                assert!(!start.starts_with(char::REPLACEMENT_CHARACTER));
            }
        }
    }
}

#[test]
fn a_run_of_marks_does_not_fill_the_memory() {
    let bytes = [0xFF, 0xFE].repeat(5000);
    let windows = stream(TINY, Want::Windows, &bytes);
    assert!(windows.iter().all(|window| window.bytes.len() < 40));
}

#[test]
fn what_is_no_file_or_gone_is_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    let mut reader = Reader::default();
    let mut reason = |path: &Path| reader.read(path, Want::Windows, &mut |_| {}).unwrap_err().reason();
    assert_eq!(reason(&directory.path().join("gone")), SkipReason::Vanished);
    assert_eq!(reason(directory.path()), SkipReason::NotAFile);
    #[cfg(target_os = "linux")]
    assert_eq!(reason(Path::new("/dev/null")), SkipReason::NotAFile);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_length_is_not_told_is_read_to_its_end() {
    let mut read = Vec::new();
    Reader::default()
        .read(Path::new("/proc/self/status"), Want::Windows, &mut |window| {
            read.extend_from_slice(window.bytes);
        })
        .unwrap();
    assert!(read.starts_with(b"Name:"));
}

/// Hands out a few bytes at a time, and stumbles.
struct Trickle<'t>(&'t [u8], u8);

impl Read for Trickle<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1.wrapping_mul(5).wrapping_add(3);
        if self.1.is_multiple_of(4) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let some = room.len().min(1 + usize::from(self.1 % 7));
        self.0.read(&mut room[..some])
    }
}

#[test]
fn a_file_that_changes_its_length_is_read_as_far_as_it_goes() {
    let text = "z".repeat(70);
    for expected in [0, 10, 70, 90, 1000] {
        let mut bytes = text.as_bytes();
        let mut source = Source { from: &mut bytes, expected: Some(expected), at: 0, ended: false };
        let mut windows = Vec::new();
        let mut reader = Reader::new(TINY);
        let read = reader.cut(&mut source, Want::Windows, &mut |window| keep(&mut windows, &window));
        assert_eq!(read.unwrap(), 70, "{expected}");
        check(text.as_bytes(), &windows, TINY);
    }
}

#[test]
fn an_error_in_the_middle_keeps_the_windows_before_it() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
    }
    let text = [b'a'; 40];
    let mut count = 0;
    let error =
        Reader::new(TINY).read_from(&mut text.chain(Fails), Want::Windows, &mut |_| count += 1).unwrap_err();
    assert_eq!((count, error.reason()), (2, SkipReason::Unreadable));
    #[cfg(target_os = "linux")]
    assert_eq!(error.to_string(), "input/output error");
}

#[test]
fn zeros_make_a_binary_but_not_utf16() {
    assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"));
    assert!(!is_binary(b"text \xff\xfe"));
    let utf16: Vec<u8> = "KEY=value".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(!is_binary(&utf16));
    assert!(!is_binary(&[&[b'a'; 8192][..], b"\0"].concat()), "only the start counts");
}

#[test]
fn a_large_document_does_not_keep_its_memory() {
    let mut reader = Reader::default();
    file(&mut reader, Want::Whole, &vec![b'a'; 6 << 20]);
    assert!(reader.buffer.is_empty());
    file(&mut reader, Want::Whole, &vec![b'a'; 2 << 20]);
    assert!(!reader.buffer.is_empty());
}

proptest! {
    #[test]
    fn windows_cover_any_text(
        parts in prop::collection::vec(
            prop_oneof![
                Just("\n".as_bytes()), Just("a".as_bytes()), Just("ü".as_bytes()), Just("€€".as_bytes()), Just("😀".as_bytes()),
                Just(b"\xf0\x9f".as_slice()), Just(b"\x80".as_slice()), Just(b"\xff\xfe".as_slice()), Just(b"\0".as_slice()),
            ],
            0..200,
        ),
        body in 8_usize..40, behind in 0_usize..20, ahead in 4_usize..20, whole in 0_usize..300, seed: u8,
    ) {
        let text = parts.concat();
        let sizes = Sizes { body, behind, ahead, whole };
        for want in [Want::Whole, Want::Windows] {
            check(&text, &stream(sizes, want, &text), sizes);
            let mut windows = Vec::new();
            Reader::new(sizes)
                .read_from(&mut Trickle(&text, seed | 1), want, &mut |window| keep(&mut windows, &window))
                .unwrap();
            check(&text, &windows, sizes);
        }
    }
}

#[test]
fn a_growing_file_is_read_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    fs::write(&path, [b'a'; 50]).unwrap();
    let mut writer = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let mut grown = false;
    let read = Reader::new(TINY).read(&path, Want::Windows, &mut |_| {
        if !grown {
            grown = true;
            writer.write_all(&[b'b'; 30]).unwrap();
        }
    });
    assert_eq!(read.unwrap(), 80);
}
