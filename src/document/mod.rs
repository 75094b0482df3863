//! Bytes to one span tree, whatever the format.
//!
//! Parsing never fails: what could be read stands in the tree, and [`Document::problem`] says where it stopped. All bounds
//! (depth, nodes, aliases) are the parsers' own; a document that exceeds one is cut there and says so.

mod code;
mod dockerfile;
mod dockerfile_words;
mod dotenv;
mod hcl;
mod ini;
mod inside;
mod json;
mod lines;
mod markdown;
mod mask;
mod path;
mod path_parse;
mod pieces;
mod properties;
mod shell;
mod text;
mod toml;
mod tree;
mod xml;
mod yaml;
mod yaml_scalar;
mod yaml_tree;

pub use inside::inside;
pub use path::{Path, PathError};
pub use tree::{Builder, Document, Node, NodeId, Problem, Scalar, Style, Value};

/// The formats that documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JSON, with comments and trailing commas allowed (JSONC), and JSON5's unquoted keys and single quotes.
    Json,
    /// YAML 1.2, several documents in one stream.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// `NAME=value` lines as shells and compose read them.
    Dotenv,
    /// `[section]` and `key = value` lines.
    Ini,
    /// A Dockerfile: `$.stages[*].instructions[*].{op,args,env}`.
    Dockerfile,
    /// The front matter of Markdown, YAML or TOML; nothing where there is none.
    Markdown,
    /// `.properties`: one map of names, dots and all.
    Properties,
    /// A list of lines, without empty ones and those that begin with `#`: `.dockerignore`.
    Lines,
    /// The calls of Python: `$.calls[*].{callee,arguments}`, `$.imports[*]`, `$.assignments[*].{name,value}`.
    Python,
    /// The same of JavaScript and TypeScript, with or without JSX.
    Javascript,
    /// The same of Groovy, as a Jenkinsfile writes it.
    Groovy,
    /// The commands of a shell's script, of a makefile, or of one line: `$.commands[*].{program,env,words}`.
    Shell,
    /// Any text: `$.text`, and what stands between fences, as in Markdown: `$.blocks[*].{language,text}`.
    Text,
    /// HCL2's native syntax, as Terraform writes it: `$.resource.aws_iam_user.ci.name`.
    Hcl,
    /// XML: `$.settings.servers.server.password`.
    Xml,
}

/// Nesting deeper than this is not followed.
pub const MAX_DEPTH: usize = 256;

/// A document with more nodes than this is cut. A node takes some 250 bytes, so that two such documents stay below the 100 MB
/// that a scan may hold.
pub const MAX_NODES: usize = 100_000;

/// Reads `text` as `format`. Spans count bytes of `text`.
pub fn parse(format: Format, text: &str) -> Document {
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
        Format::Toml => toml::parse(text),
        Format::Dotenv => dotenv::parse(text),
        Format::Ini => ini::parse(text),
        Format::Dockerfile => dockerfile::parse(text),
        Format::Markdown => markdown::parse(text),
        Format::Properties => properties::parse(text),
        Format::Lines => lines::parse(text),
        Format::Python => code::parse(&code::PYTHON, text),
        Format::Javascript => code::parse(&code::JAVASCRIPT, text),
        Format::Groovy => code::parse(&code::GROOVY, text),
        Format::Shell => shell::parse(text),
        Format::Text => text::parse(text),
        Format::Hcl => hcl::parse(text),
        Format::Xml => xml::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Span;

    /// The scalars of a text with their paths, once its spans are seen to hold.
    pub(super) fn pairs(text: &str, parse: fn(&str) -> Document) -> Vec<(String, String)> {
        let document = parse(text);
        spans_hold(text, &document);
        found(&document)
    }

    /// The same as a test writes them down.
    pub(super) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
    }

    /// The scalars with their paths.
    pub(super) fn found(document: &Document) -> Vec<(String, String)> {
        document.scalars().map(|(id, scalar)| (document.path_of(id), scalar.text.clone())).collect()
    }

    /// The scalar at a path.
    pub(super) fn at<'d>(document: &'d Document, path: &str) -> &'d Scalar {
        let path = Path::parse(path).unwrap();
        let found = path.select(document, document.roots()[0]);
        document.node(*found.first().expect("the path selects a node")).scalar().expect("it is a scalar")
    }

    /// What stands in the source for a part of the scalar at a path.
    pub(super) fn source_of(text: &str, document: &Document, path: &str, part: &str) -> String {
        let scalar = at(document, path);
        let start = scalar.text.find(part).expect("the scalar has the part");
        text[scalar.source(Span::new(start, start + part.len())).range()].to_owned()
    }

    /// Checks that every span lies inside of the text, between characters.
    pub(super) fn spans_hold(text: &str, document: &Document) {
        let mut spans = Vec::new();
        for id in document.ids() {
            let node = document.node(id);
            spans.push(node.span);
            for scalar in node.scalar().into_iter().chain(&node.key) {
                spans.push(scalar.span);
                let bounds: Vec<_> =
                    scalar.text.char_indices().map(|(at, _)| at).chain([scalar.text.len()]).collect();
                for (index, start) in bounds.iter().enumerate() {
                    spans.push(scalar.source(Span::new(*start, scalar.text.len())));
                    spans.push(scalar.source(Span::new(*start, *bounds.get(index + 1).unwrap_or(start))));
                }
                if scalar.is_verbatim() {
                    assert_eq!(scalar.text, text[scalar.span.range()]);
                }
            }
        }
        spans.extend(document.problem.as_ref().map(|problem| problem.span));
        for span in spans {
            assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_document() {
        use Format::*;
        let texts = [
            (Json, "{\"a\": 1}"),
            (Yaml, "a: 1\n"),
            (Yaml, "---\na: 1\n"),
            (Yaml, "# note\na: 1\n"),
            (Toml, "a = 1\n"),
            (Dotenv, "a=1\n"),
            (Ini, "a = 1\n"),
            (Markdown, "---\na: 1\n---\n"),
            (Properties, "a=1\n"),
            (Hcl, "a = 1\n"),
            (Xml, "<a>1</a>"),
        ];
        for (format, text) in texts {
            let text = format!("\u{FEFF}{text}");
            let document = parse(format, &text);
            spans_hold(&text, &document);
            assert_eq!(found(&document), owned(&[("$.a", "1")]), "{text:?}");
            assert_eq!(document.problem, None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_in_any_format(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            use Format::*;
            let text = String::from_utf8_lossy(&bytes);
            for format in [
                Json, Yaml, Toml, Dotenv, Ini, Dockerfile, Markdown, Properties, Lines, Python, Javascript, Groovy, Shell, Text, Hcl, Xml,
            ] {
                spans_hold(&text, &parse(format, &text));
            }
        }
    }
}
