//! Plants generated credentials at random places of copies of real files, so that a scan can be measured against what is known
//! to be there.
//!
//! `plant FROM TO SEED` reads the texts below `FROM` and writes to `TO` a file for each credential kind that is found by itself
//! and each way of writing it down, in turn as UTF-8, UTF-16 and Latin-1, some of them longer than one window of the scan. The
//! list of what is where goes to standard output, a line of JSON each, as `check_spans` reads it.

#![expect(clippy::print_stdout, reason = "the list is its result")]

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use outstay::detect::{Detector, Input, Syntax};
use outstay::rules::{Kind, Role, RulePack, Samples, TEST_CLOCK, lint};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [from, to, seed] = arguments.as_slice() else {
        return Err("usage: plant FROM TO SEED".into());
    };
    let mut random = Random(seed.to_string_lossy().parse()?);
    let soil = Soil::below(from)?;
    fs::create_dir_all(to)?;
    let pack = RulePack::embedded()?;
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    let detector = Detector::new(&pack, TEST_CLOCK);
    let mut number = 0;
    let mut passed_over = 0;
    for kind in pack.kinds.iter().filter(|kind| kind.role == Role::Secret && kind.beside.is_none()) {
        for shape in 0..SHAPES {
            let value = samples.value(kind, number)?;
            let Some(secret) = secret(kind, &value)? else { break };
            let (left, right) = written(shape, &kind.name);
            if !is_found(&detector, &format!("{left}{value}{right}"), left.len() + secret.start) {
                passed_over += 1;
                continue;
            }
            let (name, text) = soil.take(&mut random)?;
            let (before, after) = split(&text, &mut random);
            let encoding = Encoding::ALL[(number as usize / SHAPES + shape) % Encoding::ALL.len()];
            let head = [encoding.mark(), before, &left].concat();
            let bytes = encoding.bytes(&[&head, &value, right, after].concat());
            let at = |end: usize| encoding.bytes(&[&head, &value[..end]].concat()).len();
            let path = format!("{number:04}-{name}");
            fs::write(to.join(&path), bytes)?;
            let planted = serde_json::json!({
                "path": path, "kind": kind.id.as_str(), "start": at(secret.start), "end": at(secret.end),
            });
            println!("{planted}");
            number += 1;
        }
    }
    // It is the places that are tried here. A few in a thousand values drawn at random do not look it; more were a fault.
    if passed_over > number / 50 {
        return Err(format!("{passed_over} of {number} samples are not found where they stand alone").into());
    }
    Ok(())
}

/// Whether the secret at `start` is found where nothing stands around it.
fn is_found(detector: &Detector<'_>, text: &str, start: usize) -> bool {
    let input = Input { bytes: text.as_bytes(), body: 0..text.len(), syntax: Syntax::Code };
    detector
        .examine(&input)
        .iter()
        .any(|candidate| candidate.span.start == start && candidate.dropped.is_none())
}

/// Which part of a value is the secret; `None` for kinds that no pattern describes.
fn secret(kind: &Kind, value: &str) -> Result<Option<Range<usize>>, Box<dyn Error>> {
    let Some(pattern) = &kind.pattern else { return Ok(None) };
    let pattern = lint::anchored(pattern)?;
    let found = pattern.captures(value.as_bytes()).and_then(|all| all.name("secret").or_else(|| all.get(0)));
    Ok(found.map(|part| part.range()))
}

/// In how many ways a value is written down.
const SHAPES: usize = 4;

/// What stands on the left and on the right of a value.
fn written(shape: usize, name: &str) -> (String, &'static str) {
    match shape {
        0 => (format!("{name}=\""), "\"\n"),
        1 => (format!("  \"{name}\": \""), "\",\n"),
        2 => (format!("\t'{name}' => '"), "', // für später\n"),
        _ => (format!("export {name}='"), "'\r\n"),
    }
}

/// The text up to the start of one of its lines, and the rest.
fn split<'t>(text: &'t str, random: &mut Random) -> (&'t str, &'t str) {
    let wanted = random.below(text.len().max(1));
    let start = text.as_bytes()[..wanted].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    text.split_at(start)
}

/// How a copy is written.
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
}

impl Encoding {
    const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Latin1];

    /// What a text in it begins with.
    fn mark(self) -> &'static str {
        match self {
            Self::Utf8 => "",
            Self::Utf16Le | Self::Utf16Be => "\u{FEFF}",
            Self::Latin1 => "# Größe\n",
        }
    }

    /// The bytes of `text`; what Latin-1 has no byte for becomes one that no UTF-8 has.
    fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Latin1 => text.chars().map(|character| u8::try_from(character).unwrap_or(0xFF)).collect(),
        }
    }
}

/// The same numbers for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// The texts of a tree.
struct Soil(Vec<PathBuf>);

impl Soil {
    fn below(root: &Path) -> Result<Self, Box<dyn Error>> {
        let mut paths = Vec::new();
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() && entry.metadata()?.len() < 1 << 20 {
                paths.push(entry.into_path());
            }
        }
        Ok(Self(paths))
    }

    /// The name and the text of one of them; of one in forty, followed by many others.
    fn take(&self, random: &mut Random) -> Result<(String, String), Box<dyn Error>> {
        let most = if random.below(40) == 0 { random.below(3 << 20) } else { 1 };
        let mut all = String::new();
        loop {
            let path = &self.0[random.below(self.0.len())];
            if let Ok(text) = String::from_utf8(fs::read(path)?)
                && !text.contains('\0')
            {
                all.push_str(&text);
                if all.len() >= most {
                    return Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), all));
                }
            }
        }
    }
}
