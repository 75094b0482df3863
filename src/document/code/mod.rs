//! The calls of Python, JavaScript and Groovy, as `callee(keyword = value)`: balanced brackets, no types, no meaning.
//!
//! ```text
//! imports:      [ "a.b", "a.b.c" ]
//! calls:        [ { callee: "jwt.decode", arguments: { 0: "token", options: { verify_aud: "False" } } } ]
//! assignments:  [ { name: "API_KEY", value: "x" } ]
//! defaults:     [ { name: "API_KEY", value: "x" } ]
//! ```
//!
//! What a call gives by position is named by its number; lists and maps that are written out are lists and maps. A string is
//! a scalar with its quotes' style, one with holes (`f"{x}"`, `` `${x}` ``) keeps its text and is of [`Style::Block`], and any
//! other expression is a scalar of [`Style::Plain`] with the text as it is written, cut after [`MAX_EXPRESSION`] bytes.
//! Calls inside of calls are listed as well, in the order of their brackets.
//!
//! Groovy names what it gives by a colon, also in brackets (`[id: 'x']` is a map), and leaves the brackets of a call with one text out: `sh 'make'`.
//!
//! A default is a string after `||`, `??` or `or`, and stands for a variable of the environment: `process.env.API_KEY || "x"`.
//!
//! A callee is the chain of names before the bracket. What is called on something computed begins with a dot:
//! `f(x).bind(y)` has the callees `f` and `.bind`.
//!
//! [`Style::Block`]: super::Style::Block
//! [`Style::Plain`]: super::Style::Plain

mod literal;
mod reader;
mod statement;
mod tokens;

use super::Document;
use reader::Reader;

pub(super) use reader::label;

/// An expression that is longer than this many bytes is cut: nested calls repeat what stands in them.
const MAX_EXPRESSION: usize = 256;

/// Where the languages differ.
pub(super) struct Language {
    /// What a comment begins with that ends with its line.
    comment: &'static str,
    /// What other comments begin and end with.
    block_comment: Option<(&'static str, &'static str)>,
    /// Letters that may stand before a string's quote; `r` and `f` mean what they mean in Python.
    prefixes: &'static [u8],
    /// Whether three quotes begin a string of many lines.
    triple_quotes: bool,
    /// What begins and ends a string with `${holes}`.
    template_quote: Option<u8>,
    /// Whether a backslash before a letter that means nothing stays.
    keeps_backslashes: bool,
    /// Letters of names, beside ASCII's, digits and all that is no ASCII.
    name_signs: &'static [u8],
    /// Words after which a slash begins a regular expression; nowhere if there are none.
    before_pattern: &'static [&'static str],
    /// Whether prose may stand between the code, as in JSX, where a quote may be an apostrophe.
    prose: bool,
    /// Words that a bracket may follow without a call.
    no_callees: &'static [&'static str],
    /// Words before a name that is declared, not called.
    declares: &'static [&'static str],
    /// What stands between the name of an argument and its value.
    names_by: &'static str,
    /// Whether a name and a text on a line are a call.
    bare_calls: bool,
    /// What may stand before an assignment on its line.
    separators: &'static [&'static str],
    /// Adds what is imported at a token.
    read_import: fn(&mut Reader<'_>, usize),
}

pub(super) static PYTHON: Language = Language {
    comment: "#",
    block_comment: None,
    prefixes: b"rbuftRBUFT",
    triple_quotes: true,
    template_quote: None,
    keeps_backslashes: true,
    name_signs: b"_",
    before_pattern: &[],
    prose: false,
    no_callees: &[
        "and", "assert", "await", "case", "del", "elif", "else", "except", "for", "from", "if", "import",
        "in", "is", "lambda", "not", "or", "raise", "return", "while", "with", "yield",
    ],
    declares: &["def", "class"],
    names_by: "=",
    bare_calls: false,
    separators: &[";"],
    read_import: |reader, index| reader.python_import(index),
};

pub(super) static JAVASCRIPT: Language = Language {
    comment: "//",
    block_comment: Some(("/*", "*/")),
    prefixes: b"",
    triple_quotes: false,
    template_quote: Some(b'`'),
    keeps_backslashes: false,
    name_signs: b"_$#",
    before_pattern: &[
        "await",
        "case",
        "delete",
        "do",
        "else",
        "in",
        "instanceof",
        "new",
        "of",
        "return",
        "throw",
        "typeof",
        "void",
        "yield",
    ],
    prose: true,
    no_callees: &[
        "async",
        "await",
        "case",
        "catch",
        "delete",
        "else",
        "extends",
        "for",
        "function",
        "if",
        "in",
        "instanceof",
        "new",
        "of",
        "return",
        "switch",
        "throw",
        "typeof",
        "void",
        "while",
        "with",
        "yield",
    ],
    declares: &["function", "class"],
    names_by: "=",
    bare_calls: false,
    separators: &[";", ","],
    read_import: |reader, index| reader.javascript_import(index),
};

pub(super) static GROOVY: Language = Language {
    comment: "//",
    block_comment: Some(("/*", "*/")),
    prefixes: b"",
    triple_quotes: true,
    template_quote: None,
    keeps_backslashes: false,
    name_signs: b"_$",
    before_pattern: &[],
    prose: false,
    no_callees: &["assert", "catch", "else", "for", "if", "in", "new", "return", "switch", "throw", "while"],
    declares: &["class", "interface", "enum"],
    names_by: ":",
    bare_calls: true,
    separators: &[";"],
    read_import: |_, _| {},
};

/// Reads `text` as `language`. Takes time in step with its length.
pub(super) fn parse(language: &Language, text: &str) -> Document {
    let (tokens, problem) = tokens::read(language, text);
    let mut reader = Reader::new(language, text, &tokens);
    if let Some(problem) = &problem {
        reader.problem(problem);
    }
    reader.read()
}

#[cfg(test)]
mod tests;
