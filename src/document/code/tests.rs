use super::*;
use crate::document::tests::{at, owned, source_of, spans_hold};
use crate::document::{Format, Style, parse};
use proptest::prelude::*;

fn python(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, |text| parse(Format::Python, text))
}

fn groovy(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, |text| parse(Format::Groovy, text))
}

fn javascript(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, |text| parse(Format::Javascript, text))
}

fn calls(pairs: &[(String, String)]) -> Vec<&str> {
    let callees = pairs.iter().filter(|(path, _)| path.ends_with(".callee"));
    callees.map(|(_, callee)| callee.as_str()).collect()
}

#[test]
fn python_calls_are_read() {
    let text = r#"
import a.b as c, d
from x.y import (z, w as v)  # not(this)
from . import q
token = jwt.decode(raw, key, algorithms=["HS256", 'x'], options={"verify_aud": False, **rest},)
@mcp.tool(auth=None)
def f(a=1, *, b: str = g()): return h(*args, **kw)
"#;
    let expected = [
        ("$.imports[0]", "a.b"),
        ("$.imports[1]", "d"),
        ("$.imports[2]", "x.y"),
        ("$.imports[3]", "x.y.z"),
        ("$.imports[4]", "x.y.w"),
        ("$.imports[5]", "."),
        ("$.imports[6]", ".q"),
        ("$.calls[0].callee", "jwt.decode"),
        ("$.calls[0].arguments.0", "raw"),
        ("$.calls[0].arguments.1", "key"),
        ("$.calls[0].arguments.algorithms[0]", "HS256"),
        ("$.calls[0].arguments.algorithms[1]", "x"),
        ("$.calls[0].arguments.options.verify_aud", "False"),
        ("$.calls[0].arguments.options['**']", "rest"),
        ("$.calls[1].callee", "mcp.tool"),
        ("$.calls[1].arguments.auth", "None"),
        ("$.calls[2].callee", "g"),
        ("$.calls[3].callee", "h"),
        ("$.calls[3].arguments['*']", "args"),
        ("$.calls[3].arguments['**']", "kw"),
        ("$.assignments[0].name", "token"),
        (
            "$.assignments[0].value",
            "jwt.decode(raw, key, algorithms=[\"HS256\", 'x'], options={\"verify_aud\": False, **rest},)",
        ),
    ];
    assert_eq!(python(text), owned(&expected));
    let document = parse(Format::Python, text);
    assert_eq!(document.problem, None);
    let call = document.parent(at_id(&document, "$.calls[0].callee")).unwrap();
    let source = &text[document.node(call).span.range()];
    assert!(source.starts_with("jwt.decode(") && source.ends_with(",)"), "{source}");
}

fn at_id(document: &Document, path: &str) -> crate::document::NodeId {
    document.ids().find(|id| document.path_of(*id) == path).unwrap()
}

#[test]
fn javascript_calls_are_read() {
    let text = r#"#!/usr/bin/env node
import { sign } from 'jsonwebtoken'; import 'side';
const fs = require("fs"), x = await import('lazy');
jwt?.verify<Claims>(token, key, { algorithms: ["none"] as const, "ignoreExpiration": true, short, ...rest, m(a) { in(a) } });
export const server = new McpServer({ auth: undefined, url: `https://${host}/`, plain: `p` });
function declared(a, b = g()) { return client.a!.b(/\)["']/, 1 / 2, (x), [k]) }
"#;
    let expected = [
        ("$.imports[0]", "jsonwebtoken"),
        ("$.imports[1]", "side"),
        ("$.imports[2]", "fs"),
        ("$.imports[3]", "lazy"),
        ("$.calls[0].callee", "require"),
        ("$.calls[0].arguments.0", "fs"),
        ("$.calls[1].callee", "import"),
        ("$.calls[1].arguments.0", "lazy"),
        ("$.calls[2].callee", "jwt.verify"),
        ("$.calls[2].arguments.0", "token"),
        ("$.calls[2].arguments.1", "key"),
        ("$.calls[2].arguments.2.algorithms[0]", "none"),
        ("$.calls[2].arguments.2.ignoreExpiration", "true"),
        ("$.calls[2].arguments.2.short", "short"),
        ("$.calls[2].arguments.2['...']", "rest"),
        ("$.calls[2].arguments.2.m", "(a) { in(a) }"),
        ("$.calls[3].callee", "McpServer"),
        ("$.calls[3].arguments.0.auth", "undefined"),
        ("$.calls[3].arguments.0.url", "https://${host}/"),
        ("$.calls[3].arguments.0.plain", "p"),
        ("$.calls[4].callee", "g"),
        ("$.calls[5].callee", "client.a.b"),
        ("$.calls[5].arguments.0", r#"/\)["']/"#),
        ("$.calls[5].arguments.1", "1 / 2"),
        ("$.calls[5].arguments.2", "x"),
        ("$.calls[5].arguments.3[0]", "k"),
        ("$.assignments[0].name", "fs"),
        ("$.assignments[0].value", "require(\"fs\")"),
        ("$.assignments[1].name", "x"),
        ("$.assignments[1].value", "await import('lazy')"),
        ("$.assignments[2].name", "server"),
        ("$.assignments[2].value", "new McpServer({ auth: undefined, url: `https://${host}/`, plain: `p` })"),
    ];
    assert_eq!(javascript(text), owned(&expected));
    let document = parse(Format::Javascript, text);
    assert_eq!(document.problem, None);
    assert_eq!(at(&document, "$.calls[3].arguments.0.url").style, Style::Block);
    assert_eq!(at(&document, "$.calls[3].arguments.0.auth").style, Style::Plain);
    assert_eq!(at(&document, "$.calls[3].arguments.0.plain").style, Style::Double);
}

#[test]
fn what_stands_in_comments_and_strings_is_no_call() {
    let text = "# a(1)\nx = '''b(2)\n\\''' c(3)''' r'\\' \"d(4)\"\ny = rb\"\\\" e(5)\" # \" f(6)\nz = f'{g(7)}'; h(8)\n\"i(9)\"\n";
    assert_eq!(calls(&python(text)), ["h"]);
    let text = "// a(1)\n/* b(2)\n */ x = 'c(3)\\' ' + \"d(4)\" + `e(${f(5) + `g(${'}'}6)`}7)`; y = /h(8)[/\"(]'/g.test(z); i(9)\n";
    assert_eq!(calls(&javascript(text)), [".test", "i"]);
    assert_eq!(parse(Format::Javascript, text).problem, None);
}

#[test]
fn a_slash_divides_after_a_value() {
    for text in ["a / b(1) / 2", "i++ / b(1) / 2", "f[0] / b(1) / 2", "(x) / b(1) / 2"] {
        assert_eq!(calls(&javascript(text)), ["b"], "{text}");
    }
    for text in ["x = / b(1) /", "return / b(1) /", "if (x) / b(1) /", "{} / b(1) /"] {
        assert!(calls(&javascript(text)).is_empty(), "{text}");
    }
    let jsx = "const v = <div a={f(1)} /> ; const w = <p>don't stop</p>; g(2);\n<b>it's {h(3)}</b>";
    assert_eq!(calls(&javascript(jsx)), ["f", "g", "h"]);
    assert_eq!(parse(Format::Javascript, jsx).problem, None);
}

#[test]
fn strings_map_to_their_source() {
    let text = "f(\"a\\u00e9\\d\" 'b\\'c', r'\\n', b\"\", k='''\\\nx''')";
    let document = parse(Format::Python, text);
    let expected = [("0", "aé\\db'c"), ("1", "\\n"), ("2", ""), ("k", "x")];
    for (name, value) in expected {
        assert_eq!(at(&document, &format!("$.calls[0].arguments.{name}")).text, value);
    }
    spans_hold(text, &document);
    let source = |part| source_of(text, &document, "$.calls[0].arguments.0", part);
    assert_eq!(source("é"), "\\u00e9");
    assert_eq!(source("b"), "b");
    assert_eq!(source("'"), "\\'");
    assert_eq!(at(&document, "$.calls[0].arguments.1").style, Style::Single);
    let text = r#"f("\u{1F600}\x41\/")"#;
    assert_eq!(at(&parse(Format::Javascript, text), "$.calls[0].arguments.0").text, "😀A/");
}

#[test]
fn nested_calls_are_listed_once_and_in_order() {
    let text = "a(b(1), k=c(d(2)))(3).e(4)\nx = (yield)\nif (z): pass\nclass A(B): pass\n";
    let pairs = python(text);
    assert_eq!(calls(&pairs), ["a", "b", "c", "d", ".e"]);
    assert_eq!(
        pairs[1..3],
        owned(&[("$.calls[0].arguments.0", "b(1)"), ("$.calls[0].arguments.k", "c(d(2))")])
    );
    let text =
        "class A extends B { constructor(a) { super(a); } async m(b) {} }\nz.object({}).strict()\nf?.(1)\n";
    assert_eq!(calls(&javascript(text)), ["super", "z.object", ".strict", "f"]);
    let chain = "c = (client\n  .first\n  .second(1))\n";
    let document = parse(Format::Python, chain);
    assert_eq!(at(&document, "$.calls[0].callee").text, "client.first.second");
    assert_eq!(source_of(chain, &document, "$.calls[0].callee", "second"), "second");
}

#[test]
fn names_are_given_to_values() {
    let text = "A = 'x'\nB: Optional[str] = os.environ[\"K\"]\nC, D = 1, 2\nif A: E = 1\nself.f = {'a': ('b', 'c')}\nf(g=1)\nh == 2\ni += 3; j = (\"p\"\n  \"q\")\n";
    let expected = [
        ("$.calls[0].callee", "f"),
        ("$.calls[0].arguments.g", "1"),
        ("$.assignments[0].name", "A"),
        ("$.assignments[0].value", "x"),
        ("$.assignments[1].name", "B"),
        ("$.assignments[1].value", "os.environ[\"K\"]"),
        ("$.assignments[2].name", "self.f"),
        ("$.assignments[2].value.a[0]", "b"),
        ("$.assignments[2].value.a[1]", "c"),
        ("$.assignments[3].name", "j"),
        ("$.assignments[3].value", "pq"),
    ];
    assert_eq!(python(text), owned(&expected));
    let text = "export const A: string = 'x', b = {c: [1]}\nclass D { private static readonly e?: T<U> = 'y'; }\nmodule.exports = f\nfor (let i = 0;;) {}\n(x = 1) => x == 2\n";
    let expected = [
        ("$.assignments[0].name", "A"),
        ("$.assignments[0].value", "x"),
        ("$.assignments[1].name", "b"),
        ("$.assignments[1].value.c[0]", "1"),
        ("$.assignments[2].name", "e"),
        ("$.assignments[2].value", "y"),
        ("$.assignments[3].name", "module.exports"),
        ("$.assignments[3].value", "f"),
    ];
    assert_eq!(javascript(text), owned(&expected));
}

#[test]
fn half_a_file_is_read_as_far_as_it_goes() {
    let text = "a(1, b={'c': [2, d(3\n";
    let pairs = python(text);
    assert_eq!(calls(&pairs), ["a", "d"]);
    assert!(pairs.contains(&("$.calls[0].arguments.b.c[1]".into(), "d(3".into())), "{pairs:?}");
    assert_eq!(parse(Format::Python, text).problem.unwrap().message, "a bracket is not closed");
    assert_eq!(calls(&python("a(1]\nb(2)\n)) c('x\nd(3)\n")), ["a", "b", "c", "d"]);
    let messages = [
        ("a)", "a closing bracket that nothing opened"),
        ("a = 'b\n", "a quote is not closed on its line"),
        ("a = '''b\n", "the text ends inside of a string"),
    ];
    for (text, message) in messages {
        assert_eq!(parse(Format::Python, text).problem.unwrap().message, message);
    }
    assert_eq!(parse(Format::Javascript, "/* a").problem.unwrap().message, "a comment is not closed");
    assert_eq!(calls(&javascript("f(`${a({`)")), ["f"]);
}

#[test]
fn a_long_expression_is_cut() {
    let text = format!("f({} + 1)", "é".repeat(1000));
    let document = parse(Format::Python, &text);
    assert_eq!(at(&document, "$.calls[0].arguments.0").text, "é".repeat(MAX_EXPRESSION / 2));
    spans_hold(&text, &document);
}

#[test]
fn hostile_nesting_takes_linear_time() {
    let shapes = [
        "(", "f(", "f(a=[", "f({a:", "`${", "'", "\\'", "/[", "a<", "(]", "f<a>(", "\"\"\"", "x=", "{a=",
        "import ", "f'{",
    ];
    let started = std::time::Instant::now();
    for shape in shapes {
        for format in [Format::Python, Format::Javascript] {
            parse(format, &shape.repeat(20_000));
            parse(format, &format!("{}{}", shape.repeat(20_000), ")]}".repeat(20_000)));
        }
    }
    let deep = format!("f({}1{})", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(python(&deep), owned(&[("$.calls[0].callee", "f")]));
    assert!(parse(Format::Javascript, &deep).problem.unwrap().message.contains("too deep"));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn one_long_line_is_read_in_linear_time() {
    let text = "var a=function(b,c){return b.d(c,{e:!0,f:\"g\"})/2},h=/i[/]/.test(`j${k}`);".repeat(3_000);
    let started = std::time::Instant::now();
    parse(Format::Javascript, &text);
    assert!(text.len() > 200_000);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn anything_that_looks_like_code_is_read(text in "[\\[\\]{}(),:;.=<>*'\"`$\\\\/#?!a1éfr \n+-]{0,80}") {
        for format in [Format::Python, Format::Javascript, Format::Groovy] {
            spans_hold(&text, &parse(format, &text));
        }
    }

    #[test]
    fn words_in_any_order_are_read(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "import ", "from ", "as ", "f", "(", ")", "[", "]", "{", "}", ",", ":", "=", ".", "...", "**", "*", "'x'",
                "\"y\\n\"", "'''", "`", "${", "\n", ";", "a.b", "=>", "<", ">", "?.", "/", "//", "/*", "*/", "#", "def ",
                "require", "f'{x}'", "é", "1", "const ", "\\\n",
            ]),
            0..40,
        ),
    ) {
        let text = words.concat();
        for format in [Format::Python, Format::Javascript, Format::Groovy] {
            spans_hold(&text, &parse(format, &text));
        }
    }
}

#[test]
fn a_text_stands_for_a_variable_that_is_not_set() {
    let defaults = |found: Vec<(String, String)>| -> Vec<(String, String)> {
        found.into_iter().filter(|(path, _)| path.starts_with("$.defaults")).collect()
    };
    let text =
        "const a = process.env.API_KEY || 'x';\nf({ k: process.env['B_KEY'] ?? \"y\", n: name || 'z' });\n";
    let expected = [
        ("$.defaults[0].name", "API_KEY"),
        ("$.defaults[0].value", "x"),
        ("$.defaults[1].name", "B_KEY"),
        ("$.defaults[1].value", "y"),
    ];
    assert_eq!(defaults(javascript(text)), owned(&expected));
    let text =
        "a = os.environ.get(\"API_KEY\") or 'x'\nb = os.getenv('B_KEY') or f()\nc = 'd' or 'e'\nor 'f'";
    assert_eq!(defaults(python(text)), owned(&expected[..2]));
}

#[test]
fn groovy_names_by_a_colon_and_leaves_brackets_out() {
    let text = "pipeline {\n  environment { KEY = credentials('id') }\n  // don't\n  sh 'make'\n  withAWS(role: 'ci') { x }\n  bind([[$class: 'A', id: \"b\"]])\n}\n";
    let found = groovy(text);
    for (path, value) in [
        ("$.calls[0].callee", "credentials"),
        ("$.calls[0].arguments.0", "id"),
        ("$.calls[1].callee", "sh"),
        ("$.calls[1].arguments.0", "make"),
        ("$.calls[2].arguments.role", "ci"),
        ("$.calls[3].arguments.0[0].id", "b"),
        ("$.assignments[0].name", "KEY"),
        ("$.assignments[0].value", "credentials('id')"),
    ] {
        assert!(found.contains(&(path.to_owned(), value.to_owned())), "{path}: {found:?}");
    }
}
