//! Texts to measure on, the same in every run: everything random comes from a seed.

use std::iter;

use outstay::rules::{RulePack, Samples};

/// About how long each text is.
const SIZE: usize = 1 << 20;

/// Words that prose and names are made of.
const WORDS: &[&str] = &[
    "access",
    "agent",
    "below",
    "client",
    "connection",
    "every",
    "from",
    "index",
    "job",
    "key",
    "list",
    "message",
    "network",
    "only",
    "path",
    "request",
    "server",
    "table",
    "the",
    "token",
    "until",
    "value",
    "when",
    "window",
    "with",
];

/// Makes texts.
pub(crate) struct Maker<'r> {
    pack: &'r RulePack,
}

impl<'r> Maker<'r> {
    /// Samples come from the kinds of `pack`.
    pub(crate) fn new(pack: &'r RulePack) -> Self {
        Self { pack }
    }

    /// A sample template, expanded.
    pub(crate) fn expand(&self, template: &str) -> String {
        let find = |id: &str| self.pack.kind(id);
        Samples::new(&find).text(template, "bench").unwrap()
    }

    pub(crate) fn prose(&self) -> String {
        lines(|random| sentence(random, 14) + ".")
    }

    pub(crate) fn code(&self) -> String {
        lines(|random| match random.below(4) {
            0 => format!(
                "    let {} = self.{}(&{}, {});",
                random.word(),
                random.word(),
                random.word(),
                random.next()
            ),
            1 => format!("    // {}", sentence(random, 9)),
            2 => format!(
                "    if {}.{}() == Some(\"{}\") {{",
                random.word(),
                random.word(),
                sentence(random, 3)
            ),
            _ => format!("    use crate::{}::{{{}, {}}};", random.word(), random.word(), random.word()),
        })
    }

    /// One line.
    pub(crate) fn minified(&self) -> String {
        until_full("", |random| {
            format!(
                "function {0}(e,t){{return e.{1}&&\"{2}\"!==t?{3:x}:n.{1}(t)}}",
                random.short(),
                random.word(),
                random.word(),
                random.next()
            )
        })
    }

    pub(crate) fn json(&self) -> String {
        format!(
            "[\n{}\n{{}}]",
            lines(|random| {
                format!(
                    "{{\"id\": {}, \"{}\": \"{}\", \"list\": [true, null, {}]}},",
                    random.next(),
                    random.word(),
                    sentence(random, 5),
                    random.below(100)
                )
            })
        )
    }

    pub(crate) fn base64(&self) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        lines(|random| (0..76).map(|_| char::from(letters[random.below(letters.len())])).collect())
    }

    /// A sample of every kind that has a name, many times over.
    pub(crate) fn findings(&self) -> String {
        let find = |id: &str| self.pack.kind(id);
        let samples = Samples::new(&find);
        let mut text = String::new();
        for number in 1.. {
            for kind in self.pack.kinds.iter().filter(|kind| !kind.name.is_empty()) {
                let value = samples.value(kind, number).unwrap();
                text.push_str(&format!("{}={value}\n", kind.name));
            }
            if text.len() >= SIZE {
                break;
            }
        }
        text
    }

    pub(crate) fn yaml(&self) -> String {
        lines(|random| {
            format!(
                "- {}: {}\n  env:\n    {}: \"{}\"",
                random.word(),
                sentence(random, 4),
                random.name(),
                random.next()
            )
        })
    }

    pub(crate) fn toml(&self) -> String {
        lines(|random| {
            format!(
                "[[{}s]]\nname = \"{}\"\nports = [{}, 443]",
                random.short(),
                sentence(random, 3),
                random.below(9_000)
            )
        })
    }

    pub(crate) fn dotenv(&self) -> String {
        lines(|random| format!("export {}=\"{}\" # {}", random.name(), sentence(random, 3), random.word()))
    }

    pub(crate) fn ini(&self) -> String {
        lines(|random| format!("[{}]\n{} = {}", random.word(), random.word(), sentence(random, 4)))
    }

    pub(crate) fn dockerfile(&self) -> String {
        format!(
            "FROM scratch\n{}",
            lines(|random| format!("ENV {}={}\nRUN {}", random.name(), random.next(), sentence(random, 5)))
        )
    }

    /// Files as a repository has them, some with findings.
    pub(crate) fn tree(&self) -> Vec<(String, String)> {
        let mcp = self
            .expand(r#"{"mcpServers":{"gh":{"command":"x","env":{"GITHUB_TOKEN":"«github-pat-classic»"}}}}"#);
        let parts = [
            ("src/main.rs", self.code()),
            ("README.md", self.prose()),
            ("data.json", self.json()),
            (".env", self.dotenv()),
            ("compose.yaml", self.yaml()),
        ];
        let files = parts.iter().flat_map(|(path, text)| {
            let pieces = text.as_bytes().chunks(16 << 10).enumerate();
            pieces.map(move |(number, piece)| {
                (format!("{number}/{path}"), String::from_utf8_lossy(piece).into_owned())
            })
        });
        files.chain(iter::once((".mcp.json".to_owned(), mcp))).collect()
    }
}

fn lines(line: impl Fn(&mut Random) -> String) -> String {
    until_full("\n", line)
}

fn until_full(end: &str, piece: impl Fn(&mut Random) -> String) -> String {
    let mut random = Random(0x5eed);
    let mut text = String::with_capacity(SIZE + 200);
    while text.len() < SIZE {
        text.push_str(&piece(&mut random));
        text.push_str(end);
    }
    text
}

fn sentence(random: &mut Random, words: usize) -> String {
    (0..words).map(|_| random.word()).collect::<Vec<_>>().join(" ")
}

/// Xorshift: fast, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % bound
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn short(&mut self) -> char {
        char::from(b'a' + u8::try_from(self.below(26)).unwrap_or_default())
    }

    /// A variable's name.
    fn name(&mut self) -> String {
        format!("{}_{}", self.word(), self.word()).to_uppercase()
    }
}
