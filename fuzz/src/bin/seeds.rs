//! Writes the seeds of every target to `fuzz/corpus/`, where the fuzzer takes them from.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in outstay_fuzz::TARGETS {
        let corpus = root.join("corpus").join(target.name);
        fs::create_dir_all(&corpus)?;
        for (number, seed) in outstay_fuzz::seeds::of(target.name, &root.join("seeds")).iter().enumerate() {
            fs::write(corpus.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
