use super::*;
use crate::document::tests::{at, owned, source_of, spans_hold};
use proptest::prelude::*;
use std::fmt::Write as _;

fn pairs(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, parse)
}

#[test]
fn json_as_people_write_it() {
    let text =
        "\u{FEFF}{ // note\n 'a': 'x', b: [1, -2.5e3, true, null,], /* c */ \"c d\": {$e: +.5}, # n\n}";
    let expected = [
        ("$.a", "x"),
        ("$.b[0]", "1"),
        ("$.b[1]", "-2.5e3"),
        ("$.b[2]", "true"),
        ("$.b[3]", "null"),
        ("$['c d']['$e']", "+.5"),
    ];
    assert_eq!(pairs(text), owned(&expected));
    let document = parse(text);
    assert_eq!(document.problem, None);
    let root = document.node(document.roots()[0]);
    assert_eq!(root.span, Span::new(3, text.len()));
}

#[test]
fn escapes_map_to_their_source() {
    let text = r#"{"k\u0065y": "a\"b\u00e9\ud83d\ude00\/\ud800z\x41"}"#;
    let document = parse(text);
    assert_eq!(at(&document, "$.key").text, "a\"bé😀/\u{FFFD}zxA".replace("zxA", "zA"));
    assert_eq!(source_of(text, &document, "$.key", "😀"), r"\ud83d\ude00");
    assert_eq!(source_of(text, &document, "$.key", "bé"), r"b\u00e9");
    assert_eq!(source_of(text, &document, "$.key", "\"b"), r#"\"b"#);
    assert_eq!(document.problem, None);
}

#[test]
fn a_text_that_breaks_off_keeps_what_was_read() {
    let text = r#"{"a": {"b": "c", "d": "ef"#;
    assert_eq!(pairs(text), owned(&[("$.a.b", "c"), ("$.a.d", "ef")]));
    assert_eq!(parse(text).problem.unwrap().span.start, text.len());
    for end in 0..text.len() {
        spans_hold(&text[..end], &parse(&text[..end]));
    }
}

#[test]
fn garbage_is_passed_over() {
    let text = "{\"a\": 1 ~~ , \"b\" \"c\": 2, : 3, ]}, \"d\": [4}\n";
    let found = pairs(text);
    assert!(found.contains(&("$.a".into(), "1".into())), "{found:?}");
    assert!(found.contains(&("$.c".into(), "2".into())), "{found:?}");
    assert!(parse(text).problem.is_some());
    assert_eq!(
        pairs("{\"a\": {\"x\": [1, 2}, \"b\": 3}"),
        owned(&[("$.a.x[0]", "1"), ("$.a.x[1]", "2"), ("$.b", "3"),])
    );
    assert_eq!(pairs("{\"a\": \"open,\n\"b\": 2}"), owned(&[("$.a", "open,"), ("$.b", "2")]));
}

#[test]
fn both_sides_of_a_conflict_are_read() {
    let text = "{\n<<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> other\n}";
    assert_eq!(pairs(text), owned(&[("$.a", "1"), ("$.a", "2")]));
    assert_eq!(parse(text).problem.unwrap().message, "a marker of a merge conflict");
}

#[test]
fn several_values_are_several_roots() {
    assert_eq!(parse("{\"a\":1}\n{\"a\":2}\n").roots().len(), 2);
    assert_eq!(pairs("export default {\"a\":1};"), owned(&[("$.a", "1")]));
}

#[test]
fn depth_is_bounded_and_the_rest_is_read() {
    let deep = "[".repeat(1_000_000);
    let document = parse(&deep);
    assert_eq!(document.len(), crate::document::MAX_DEPTH);
    assert!(document.problem.unwrap().message.contains("too deep"));
    let text = format!("{{\"a\": {}\"]\"{}, \"b\": 1}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(pairs(&text), owned(&[("$.b", "1")]));
}

#[test]
fn one_long_line_is_read_in_linear_time() {
    let mut text = String::from("[");
    for number in 0..80_000 {
        write!(text, "{{\"name\": \"value {number}\", 'x").unwrap();
        text.push_str("\"]: }, ");
    }
    let started = std::time::Instant::now();
    parse(&text);
    assert!(text.len() > 2_000_000);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn leaves(value: &serde_json::Value, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, out)),
        serde_json::Value::Object(map) => map.iter().for_each(|(key, item)| {
            out.push(key.clone());
            leaves(item, out);
        }),
        serde_json::Value::String(text) => out.push(text.clone()),
        other => out.push(other.to_string()),
    }
}

proptest! {
    #[test]
    fn anything_that_looks_like_json_is_read(text in "[\\[\\]{}:,\"'a1é \n/*#\\\\u0d8<=]{0,60}") {
        spans_hold(&text, &parse(&text));
    }

    #[test]
    fn what_is_written_is_found(value in json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let document = parse(&text);
            prop_assert_eq!(document.problem.clone(), None);
            spans_hold(&text, &document);
            let mut expected = Vec::new();
            leaves(&value, &mut expected);
            let read: Vec<_> = document
                .ids()
                .flat_map(|id| {
                    let node = document.node(id);
                    node.name().into_iter().chain(node.text()).map(str::to_owned).collect::<Vec<_>>()
                })
                .collect();
            prop_assert_eq!(read, expected);
        }
    }
}
