//! Trees labelled by hand, under `fixtures/labelled/`: how many of the places that matter are reported, and how many of those that
//! only look like it.

use std::fs;
use std::path::Path;

use outstay::rules::RulePack;
use outstay::selftest::{Case, Score, score};

#[test]
fn labelled_trees_are_judged_as_a_person_judges_them() {
    let pack = RulePack::embedded().unwrap();
    let mut total = Score::default();
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/labelled"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        score(&pack, &name, &case, &mut total).unwrap();
    }
    let said = total.lines.join("\n");
    println!(
        "{said}\nright {} and something {} of {}; false alarms {} of {}",
        total.right, total.something, total.wanted, total.false_alarms, total.tempting
    );
    assert!(total.wanted + total.tempting >= 5, "the fixtures are there");
    assert!(total.right * 100 >= total.wanted * 90, "too few right:\n{said}");
    assert!(total.something * 100 >= total.wanted * 95, "too little said:\n{said}");
    assert!(total.false_alarms * 100 <= total.tempting * 2, "too many false alarms:\n{said}");
}
