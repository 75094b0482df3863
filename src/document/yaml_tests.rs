use super::*;
use crate::document::tests::{at, found, owned, source_of, spans_hold};
use crate::document::{MAX_DEPTH, Scalar};
use granit_parser::Event;
use proptest::prelude::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, parse)
}

const STYLES: &str = "a: 1\nb: \"x\\n y\\u00e9\\\n   z\"\nc: |\n  foo\n   bar\n\n  baz\n\nd: >-\n  one\n  two\n\n  three\n   four\n  five\n\ne:\n - p\n - q: r\n   s:\nf: plain\n  multi\n\n  line # c\ng: {a: b, \"c\": [d, e]}\nh: !!str x\nl: 'it''s'\nm: |2+\n    x\n\nn: |\r\n  w\r\n  v\r\no: \"a  \n  b\"\np: >\n\n  z\n";

#[test]
fn every_style_is_read() {
    let expected = [
        ("$.a", "1"),
        ("$.b", "x\n yéz"),
        ("$.c", "foo\n bar\n\nbaz\n"),
        ("$.d", "one two\nthree\n four\nfive"),
        ("$.e[0]", "p"),
        ("$.e[1].q", "r"),
        ("$.e[1].s", ""),
        ("$.f", "plain multi\nline"),
        ("$.g.a", "b"),
        ("$.g.c[0]", "d"),
        ("$.g.c[1]", "e"),
        ("$.h", "x"),
        ("$.l", "it's"),
        ("$.m", "  x\n\n"),
        ("$.n", "w\nv\n"),
        ("$.o", "a b"),
        ("$.p", "\nz\n"),
    ];
    assert_eq!(pairs(STYLES), owned(&expected));
    assert_eq!(parse(STYLES).problem, None);
}

#[test]
fn texts_map_to_their_source() {
    let document = parse(STYLES);
    let source = |path: &str, part: &str| source_of(STYLES, &document, path, part);
    assert_eq!(source("$.b", "yé"), "y\\u00e9");
    assert_eq!(source("$.b", "z"), "z");
    assert_eq!(source("$.c", " bar"), " bar");
    assert_eq!(source("$.c", "baz"), "baz");
    assert_eq!(source("$.c", "bar\n\nbaz"), "bar\n\n  baz");
    assert_eq!(source("$.d", "three"), "three");
    assert_eq!(source("$.f", "multi"), "multi");
    assert_eq!(source("$.l", "'"), "''");
    assert_eq!(source("$.n", "v"), "v");
    assert_eq!(source("$.p", "z"), "z");
    assert_eq!(source("$.h", "x"), "x");
}

#[test]
fn documents_are_roots() {
    let document = parse("\u{FEFF}a: 1\n---\nb: 2\n...\n---\n- 3\n");
    assert_eq!(document.roots().len(), 3);
    assert_eq!(found(&document).len(), 3);
}

#[test]
fn aliases_repeat_with_the_spans_of_their_anchor() {
    let text = "base: &b\n  k: v\n  l: [x]\none: *b\ntwo:\n  <<: *b\n  k: w\nthree:\n  <<: [*b]\n  m: 1\n<<: {n: 2}\nfour: *.js\n";
    let expected = [
        ("$.base.k", "v"),
        ("$.base.l[0]", "x"),
        ("$.one.k", "v"),
        ("$.one.l[0]", "x"),
        ("$.two.k", "w"),
        ("$.two.l[0]", "x"),
        ("$.three.m", "1"),
        ("$.three.k", "v"),
        ("$.three.l[0]", "x"),
        ("$.n", "2"),
        ("$.four", "*.js"),
    ];
    assert_eq!(pairs(text), owned(&expected));
    let document = parse(text);
    assert_eq!(at(&document, "$.one.k").span, at(&document, "$.base.k").span);
    assert!(parse("a: &a [*a]").problem.unwrap().message.contains("without an anchor"));
}

#[test]
fn a_bomb_does_not_go_off() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        text += &format!("a{level}: &a{level} [{below}]\n");
    }
    let document = parse(&text);
    assert!(document.len() < 60_000, "{}", document.len());
    assert!(document.problem.unwrap().message.contains("repeat too much"));
}

#[test]
fn template_actions_leave_their_neighbours_alone() {
    let text = "a: {{ .Values.x | default \"y: z\" }}\n{{- if .b }}\nb: 1\n{{- else }}\nb: 2\n{{- end }}\nc: {{ x }}-{{ y }}\nd: \"{{ \"q\" }}\"\n- {{ x }}\ne: 3\n";
    let pairs = pairs(text);
    for (path, value) in [
        ("$.a", "{{ .Values.x | default \"y: z\" }}"),
        ("$.b", "1"),
        ("$.b", "2"),
        ("$.c", "{{ x }}-{{ y }}"),
        ("$.d", "{{ \"q\" }}"),
        ("$.e", "3"),
    ] {
        assert!(pairs.contains(&(path.to_owned(), value.to_owned())), "{path}: {pairs:?}");
    }
}

#[test]
fn template_actions_in_a_block_are_its_text() {
    let text = "a: |\n  {{- range .x }}\n  b={{ . }}\n  {{- end }}\n  c\nd: 1\n";
    let expected = [("$.a", "{{- range .x }}\nb={{ . }}\n{{- end }}\nc\n"), ("$.d", "1")];
    assert_eq!(pairs(text), owned(&expected));
}

#[test]
fn broken_lines_cost_themselves_only() {
    let conflict = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\nc: 4\n";
    assert_eq!(pairs(conflict), owned(&[("$.a", "1"), ("$.b", "2"), ("$.b", "3"), ("$.c", "4")]));
    assert_eq!(parse(conflict).problem.unwrap().span.start, 5);
    assert_eq!(pairs("a: \"open\nb: 1\n"), owned(&[("$.a", "open"), ("$.b", "1")]));
    assert_eq!(pairs("a: 1\n\tb: 2\nc: 3\n"), owned(&[("$.a", "1"), ("$.c", "3")]));
    assert_eq!(pairs("a: [1, 2\nb: 3\nc: 4\n"), owned(&[("$.b", "3"), ("$.c", "4")]));
    assert_eq!(pairs("a: 1\n  b: 2\nc: 3\n"), owned(&[("$.a", "1"), ("$.c", "3")]));
    assert_eq!(pairs("a: %x\nb: 1\n"), owned(&[("$.b", "1")]));
    assert!(parse("a: %x\nb: 1\n").problem.is_some());
    assert_eq!(pairs("{\"a\": \"b\", \"c\": {\"d\": \"e\", \"f\""), owned(&[("$.a", "b"), ("$.c.d", "e")]));
}

#[test]
fn keys_need_not_be_words() {
    assert_eq!(
        pairs("? [a, b]\n: c\n? d\n: e\n\"f g\": h\na: 1\na: 2\n"),
        owned(&[("$['[a, b]']", "c"), ("$.d", "e"), ("$['f g']", "h"), ("$.a", "1"), ("$.a", "2"),])
    );
}

#[test]
fn depth_is_bounded() {
    for opener in ["[", "{", "- ", "{a: ", "? ", "[{"] {
        let document = parse(&opener.repeat(200_000));
        assert!(document.len() <= MAX_DEPTH, "{opener}");
        assert!(document.problem.is_some(), "{opener}");
    }
}

#[test]
fn hostile_texts_are_read_in_linear_time() {
    let quick = |text: &str| {
        let started = std::time::Instant::now();
        parse(text);
        assert!(started.elapsed().as_secs() < 20, "{:?} for {:?}", started.elapsed(), &text[..20]);
    };
    quick(&"[a, ".repeat(100).replace('[', "").repeat(3_000));
    quick(&format!("[{}]", "{\"k\": \"v\"}, ".repeat(80_000)));
    quick(&"a: &a b\n".repeat(50_000));
    quick(&"{{ ".repeat(300_000));
    quick(&"a: \"\n".repeat(50_000));
    quick(&"a: %\n".repeat(50_000));
    quick(&format!("a: {}", "x ".repeat(500_000)));
    quick(&format!("a: |\n{}", "  x\n".repeat(200_000)));
}

/// What the parser reads must be what the tree says.
fn agrees(text: &str) {
    for event in Parser::new_from_str(text) {
        let Ok((Event::Scalar(value, style, ..), span)) = event else { continue };
        let range = span.byte_range().unwrap();
        let ours = crate::document::yaml_scalar::scalar(text, range.into(), style, &value);
        // It writes an absent value as `~`.
        if !span.is_empty() {
            assert_eq!(ours.text, *value, "{text:?}");
        }
    }
}

#[test]
fn scalars_read_as_the_parser_reads_them() {
    agrees(STYLES);
}

proptest! {
    #[test]
    fn anything_that_looks_like_yaml_is_read(text in "([\\[\\]{}:,\"'a1é#\\\\&*!|>%-]|\n|\n  |\r\n|: |- |\\{\\{|\\}\\}|<<: |&a |\\*a){0,40}") {
        spans_hold(&text, &parse(&text));
    }

    #[test]
    fn blocks_read_as_the_parser_reads_them(style in "[|>][-+]?", lines in proptest::collection::vec("([ ]{0,3}[ab#]{1,2}[ ]?)?", 0..8)) {
        agrees(&format!("k: {style}\n  {}\nl: 1\n", lines.join("\n  ")));
    }

    #[test]
    fn quoted_texts_read_as_the_parser_reads_them(quote in "[\"']", text in "([a-c'é\"]|\\\\n|\\\\\n|\\\\x41| |\n ){0,20}") {
        agrees(&format!("k: {quote}{text}{quote}\nl: a\n  {text}\n"));
    }
}

#[test]
fn aliases_of_large_texts_are_bounded_by_their_bytes() {
    let large = "x".repeat(1 << 20);
    for (repeat, kept) in [("- *a\n", 5), ("- {*a : b}\n", 5), ("- <<: {}\n  k: *a\n", 4)] {
        let text = format!("- &a {large}\n{}", repeat.repeat(1_000));
        let document = parse(&text);
        let holds = |scalar: &Scalar| scalar.text == large;
        let copies = document
            .ids()
            .map(|id| document.node(id))
            .filter(|node| node.scalar().is_some_and(holds) || node.key.as_ref().is_some_and(holds));
        assert_eq!(copies.count(), kept, "{repeat}");
        assert_eq!(document.problem.unwrap().message, "aliases repeat too much; the rest was not repeated");
    }
}

#[test]
fn a_template_says_what_it_hides() {
    let text = "{{- if .Values.on }}\nmetadata:\n  labels: {{- include \"l\" . | nindent 4 }}\n    app: x\nspec:\n  env:\n  - name: A\n    value: {{ .Values.a.b | quote }}\n  - name: B\n    value: \"p-{{ .Values.c }}\"\n  run: |\n    {{ .Values.script }}\n    echo\n";
    let expected = [
        ("$.metadata.labels.app", "x"),
        ("$.spec.env[0].name", "A"),
        ("$.spec.env[0].value", "{{ .Values.a.b | quote }}"),
        ("$.spec.env[1].name", "B"),
        ("$.spec.env[1].value", "p-{{ .Values.c }}"),
        ("$.spec.run", "{{ .Values.script }}\necho\n"),
    ];
    assert_eq!(pairs(text), owned(&expected));
    assert_eq!(parse(text).problem, None);
    let with = format!("{text}  {{{{- toYaml .Values.more | nindent 2 }}}}\n{{{{- end }}}}\n");
    assert_eq!(pairs(&with), owned(&expected));
    let problem = parse(&with).problem.unwrap();
    assert_eq!(problem.span.start, text.len() + 2);
    assert_eq!(problem.message, "a template puts lines in here, which were not read");
}

#[test]
fn ansible_is_yaml_with_holes() {
    let text = "- hosts: all\n  vars:\n    token: \"{{ lookup('env', 'T') }}\"\n    bare: {{ item }}\n    {% if x %}\n    a: 1\n    {% endif %}\n  tasks:\n  - shell: echo {{ a }} | tee\n    when: a is defined and \"x\" in b\n";
    let expected = [
        ("$[0].hosts", "all"),
        ("$[0].vars.token", "{{ lookup('env', 'T') }}"),
        ("$[0].vars.bare", "{{ item }}"),
        ("$[0].vars.a", "1"),
        ("$[0].tasks[0].shell", "echo {{ a }} | tee"),
        ("$[0].tasks[0].when", "a is defined and \"x\" in b"),
    ];
    assert_eq!(pairs(text), owned(&expected));
    assert_eq!(parse(text).problem, None);
}

#[test]
fn a_tag_of_the_application_belongs_to_the_name_behind_it() {
    let text = "a: !Ref Db Password\nb: !Sub plain\nc: !Sub '${X}'\nd: !!str x\ne: ! y\nf: [!GetAtt Key.Secret, &n !secret pw]\n";
    let expected = [
        ("$.a", "!Ref Db Password"),
        ("$.b", "plain"),
        ("$.c", "${X}"),
        ("$.d", "x"),
        ("$.e", "y"),
        ("$.f[0]", "!GetAtt Key.Secret"),
        ("$.f[1]", "!secret pw"),
    ];
    assert_eq!(pairs(text), owned(&expected));
}
