//! The house holds its own plan: who may import whom, and what no file of the sources may have.

mod lexer;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lexer::{Source, Token};

/// No file is longer.
const MOST_LINES: usize = 500;

/// One module and what it may name. The root (`lib.rs`) only lists the modules.
struct Room {
    layer: u8,
    module: &'static str,
    imports: &'static [&'static str],
}

const fn room(layer: u8, module: &'static str, imports: &'static [&'static str]) -> Room {
    Room { layer, module, imports }
}

/// Who may import whom; a module may always name itself. Only `cli` turns a configuration into a plan.
const HOUSE: &[Room] = &[
    room(0, "text", &[]),
    room(1, "model", &["text"]),
    room(1, "document", &["text"]),
    room(2, "rules", &["model", "text", "document"]),
    room(2, "source", &["model", "text"]),
    room(3, "lifetime", &["rules", "document", "model", "text"]),
    room(4, "detect", &["lifetime", "rules", "document", "model", "text"]),
    room(4, "suppress", &["rules", "model", "text"]),
    room(4, "config", &["rules", "model", "text"]),
    room(5, "grants", &["detect", "lifetime", "rules", "document", "model", "text"]),
    room(6, "judge", &["rules", "model", "text"]),
    room(
        7,
        "scan",
        &[
            "judge", "grants", "suppress", "detect", "lifetime", "source", "rules", "document", "model",
            "text",
        ],
    ),
    room(7, "report", &["model", "rules", "text"]),
    room(
        8,
        "selftest",
        &[
            "report", "scan", "judge", "grants", "suppress", "detect", "lifetime", "source", "rules",
            "document", "model", "text",
        ],
    ),
    room(
        8,
        "cli",
        &[
            "selftest", "report", "scan", "judge", "grants", "config", "suppress", "detect", "lifetime",
            "source", "rules", "document", "model", "text",
        ],
    ),
    room(9, "main", &["cli"]),
];

/// The one file that may hold unsafe code.
const MAY_BE_UNSAFE: &str = "src/detect/simd.rs";

/// Where printing is what the code is for.
const PRINTS: &[&str] = &["cli", "main"];

#[test]
fn imports_follow_the_table() {
    let mut broken = Vec::new();
    for file in sources().iter().filter(|file| file.module != "lib") {
        let Some(room) = HOUSE.iter().find(|room| room.module == file.module) else {
            broken.push(format!("{}: the table has no module `{}`", file.shown, file.module));
            continue;
        };
        for import in file.source.modules_named() {
            if import.name != file.module && !room.imports.contains(&import.name.as_str()) {
                broken.push(format!(
                    "{}:{}: `{}` may not name `{}`",
                    file.shown, import.line, file.module, import.name
                ));
            }
        }
        let depth = file.depth();
        broken.extend(
            file.source
                .climbs_above(depth)
                .map(|line| format!("{}:{line}: `super` leaves the module; write `crate::`", file.shown)),
        );
    }
    assert_none(&broken);
}

#[test]
fn the_table_is_layered_and_names_every_module() {
    let layer_of = |name: &str| HOUSE.iter().find(|room| room.module == name).map(|room| room.layer);
    for room in HOUSE {
        for import in room.imports {
            let below = layer_of(import).is_some_and(|layer| layer < room.layer);
            // The two of the top layer stand beside each other: the command line runs the rules' own tests.
            assert!(
                below || (room.module, *import) == ("cli", "selftest"),
                "{} imports {import}",
                room.module
            );
        }
    }
    let listed: BTreeSet<_> = HOUSE.iter().map(|room| room.module.to_owned()).collect();
    let built: BTreeSet<_> =
        sources().into_iter().map(|file| file.module).filter(|name| name != "lib").collect();
    assert_eq!(listed, built, "the table and the source tree have the same modules");
}

#[test]
fn the_root_lists_modules_and_exports_nothing_else() {
    let files = sources();
    let root = files.iter().find(|file| file.module == "lib").expect("there is a src/lib.rs");
    let lines = root.source.lines_with(&[
        "use",
        "fn",
        "struct",
        "enum",
        "trait",
        "impl",
        "const",
        "static",
        "type",
        "macro_rules",
    ]);
    assert!(lines.is_empty(), "src/lib.rs holds more than modules in the lines {lines:?}");
}

#[test]
fn no_file_is_too_long() {
    let long = sources().into_iter().filter(|file| file.text.lines().count() > MOST_LINES);
    assert_none(&long.map(|file| format!("{}: over {MOST_LINES} lines", file.shown)).collect::<Vec<_>>());
}

#[test]
fn only_the_command_line_prints() {
    let mut broken = Vec::new();
    for file in sources() {
        let mut macros = vec!["dbg", "todo", "unimplemented"];
        if !PRINTS.contains(&file.module.as_str()) {
            macros.extend(["print", "println", "eprint", "eprintln"]);
        }
        for (name, line) in file.source.macros_called() {
            if macros.contains(&name) {
                broken.push(format!("{}:{line}: {name}!", file.shown));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn only_one_file_is_unsafe_and_nothing_is_left_for_later() {
    let mut broken = Vec::new();
    for file in sources() {
        if file.shown != MAY_BE_UNSAFE {
            let lines = file.source.lines_with(&["unsafe", "unsafe_code"]);
            broken.extend(lines.iter().map(|line| format!("{}:{line}: unsafe", file.shown)));
        }
        for (index, line) in file.text.lines().enumerate() {
            // Comments and strings count: that is where such words stand.
            let left = ["TODO", "FIXME"].iter().find(|word| line.contains(**word));
            broken.extend(left.map(|word| format!("{}:{}: {word}", file.shown, index + 1)));
        }
    }
    assert_none(&broken);
}

/// A file below `src/`.
struct SourceFile {
    /// Its path below the package, with `/`.
    shown: String,
    /// The module of the root that it belongs to; `lib` and `main` for the roots themselves.
    module: String,
    text: String,
    source: Source,
}

impl SourceFile {
    fn read(path: &Path, root: &Path) -> Self {
        let shown = path.strip_prefix(root).expect("it is below").to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(path).expect("sources are UTF-8");
        let module = shown.split('/').nth(1).expect("it is below src").trim_end_matches(".rs").to_owned();
        Self { source: Source::read(&text), shown, module, text }
    }

    /// How many modules its content stands in, below the root.
    fn depth(&self) -> usize {
        let parts = self.shown.split('/').count() - 1;
        if self.shown.ends_with("/mod.rs") { parts - 1 } else { parts }
    }
}

fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("src"), &mut paths);
    paths.sort();
    assert!(paths.len() > 20, "the sources were found");
    paths.iter().map(|path| SourceFile::read(path, root)).collect()
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src is readable") {
        let path = entry.expect("its entries are").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn the_reader_of_sources_sees_paths_and_nothing_else() {
    let source = Source::read(
        r##"
        //! Of [`crate::report`].
        use crate::{
            model::{Finding, crate_of},
            text, /* crate::cli */
            self as me,
        };
        fn f<'crate_>(x: &'crate_ str) -> char {
            let a = "crate::scan \" crate::scan";
            let b = r#"crate::grants " "#;
            let c = b'"'; let d = '\''; let e = '"';
            crate::detect::run(crate :: judge::judge, $crate::config, b"crate::source")
        }
        mod tests { mod inner { use super::super::super::y; use super::super::z; } }
        "##,
    );
    let names: Vec<_> = source.modules_named().into_iter().map(|import| import.name).collect();
    assert_eq!(names, ["model", "text", "detect", "judge", "config"]);
    assert_eq!(source.modules_named()[2].line, 12);
    assert_eq!(source.climbs_above(1).collect::<Vec<_>>(), [14]);
    assert_eq!(source.climbs_above(2).count(), 0);
    let renamed =
        Source::read("\nuse crate as house; use crate::text as t; let x = y as usize;").modules_named();
    let renamed: Vec<_> = renamed.iter().map(|import| (import.name.as_str(), import.line)).collect();
    assert_eq!(renamed, [("*", 2), ("text", 2)]);
    assert!(matches!(Source::read("a").tokens(), [Token::Word(word, 1)] if word == "a"));
}
