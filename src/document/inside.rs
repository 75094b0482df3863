//! Documents that stand inside of other texts: JSON in an environment variable, YAML in a block scalar, front matter.

use super::{Document, Format, Scalar, Value, parse};

/// Reads the text of `outer` as `format`. All spans count bytes of the source that `outer` stands in, whatever escapes lie
/// between, so the document is used like one that was read from the source itself.
pub fn inside(format: Format, outer: &Scalar) -> Document {
    let mut document = parse(format, &outer.text);
    for node in &mut document.nodes {
        node.span = outer.source(node.span);
        if let Some(key) = &mut node.key {
            *key = through(key, outer);
        }
        if let Value::Scalar(scalar) = &mut node.value {
            *scalar = through(scalar, outer);
        }
    }
    if let Some(problem) = &mut document.problem {
        problem.span = outer.source(problem.span);
    }
    document
}

/// A scalar of the text of `outer` as one of the source of `outer`.
fn through(inner: &Scalar, outer: &Scalar) -> Scalar {
    let mut steps = Vec::new();
    for at in stops(inner, outer) {
        let before = outer.source_end(inner.source_end(at));
        let after = outer.source_offset(inner.source_offset(at));
        if at > 0 && before < after {
            steps.push((at, before));
        }
        steps.push((at, after));
    }
    let span = outer.source(inner.span);
    if steps.len() == 1 && span.len() == inner.text.len() {
        steps.clear();
    }
    Scalar::mapped(inner.text.clone(), span, inner.style, steps)
}

/// Where in the text of `inner` it, or `outer` below it, stops running in step with its source; with its beginning.
fn stops(inner: &Scalar, outer: &Scalar) -> Vec<usize> {
    let first = [(0, inner.span.start)];
    let stretches = if inner.steps().is_empty() { &first[..] } else { inner.steps() };
    let mut stops = vec![0];
    for (index, &(text, source)) in stretches.iter().enumerate() {
        let (text_end, source_end) =
            stretches.get(index + 1).copied().unwrap_or((inner.text.len(), inner.span.end));
        stops.push(text);
        let from = outer.steps().partition_point(|step| step.0 <= source);
        stops.extend(
            outer.steps()[from..]
                .iter()
                .take_while(|step| step.0 < source_end)
                .map(|step| text + (step.0 - source))
                .filter(|at| *at < text_end && inner.text.is_char_boundary(*at)),
        );
    }
    stops.dedup();
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{at, found, owned, source_of, spans_hold};
    use crate::text::Span;
    use proptest::prelude::*;

    #[test]
    fn json_in_json_maps_through_both_escapes() {
        let text = r#"{"env": {"CONFIG": "{\"k\\u0065y\": \"a\\\"b\\nc \\u00e9 \u00e9 d\", \"list\": [1, \"x\"]}"}}"#;
        let outer = parse(Format::Json, text);
        let document = inside(Format::Json, at(&outer, "$.env.CONFIG"));
        let expected = [("$.key", "a\"b\nc é é d"), ("$.list[0]", "1"), ("$.list[1]", "x")];
        assert_eq!(found(&document), owned(&expected));
        spans_hold(text, &document);
        let source = |part| source_of(text, &document, "$.key", part);
        assert_eq!(source("a"), "a");
        assert_eq!(source("\""), r#"\\\""#);
        assert_eq!(source("b\nc"), r"b\\nc");
        assert_eq!(source("é é"), r"\\u00e9 \u00e9");
        assert_eq!(source("d"), "d");
        assert_eq!(source_of(text, &document, "$.list[1]", "x"), "x");
        let root = document.node(document.roots()[0]).span;
        assert!(text[root.range()].starts_with(r#"{\"k"#) && text[root.range()].ends_with("]}"));
        let key = document.node(document.children(document.roots()[0])[0]).key.as_ref().unwrap();
        assert_eq!(&text[key.span.range()], r"k\\u0065y");
    }

    #[test]
    fn json_in_a_block_of_yaml_maps_over_its_indentation() {
        let text =
            "with:\n  settings: |\n    {\n      \"env\": {\"TOKEN\":\n        \"abc\"}\n    }\n  next: 1\n";
        let outer = parse(Format::Yaml, text);
        let document = inside(Format::Json, at(&outer, "$.with.settings"));
        assert_eq!(found(&document), owned(&[("$.env.TOKEN", "abc")]));
        assert_eq!(source_of(text, &document, "$.env.TOKEN", "abc"), "abc");
        assert!(at(&document, "$.env.TOKEN").is_verbatim());
        assert_eq!(document.problem, None);
    }

    #[test]
    fn yaml_in_a_block_keeps_the_gaps_of_both() {
        let text =
            "data:\n  config.yaml: |\n    a: |\n      one\n      two\n    b: 'it''s'\n    c: p\n      q\n";
        let outer = parse(Format::Yaml, text);
        let document = inside(Format::Yaml, at(&outer, "$.data['config.yaml']"));
        let expected = [("$.a", "one\ntwo\n"), ("$.b", "it's"), ("$.c", "p q")];
        assert_eq!(found(&document), owned(&expected));
        spans_hold(text, &document);
        assert_eq!(source_of(text, &document, "$.a", "one"), "one");
        assert_eq!(source_of(text, &document, "$.a", "two"), "two");
        assert_eq!(source_of(text, &document, "$.b", "'s"), "''s");
        assert_eq!(source_of(text, &document, "$.c", "q"), "q");
    }

    #[test]
    fn a_gap_belongs_to_neither_side() {
        let text = "a: \"{'k': 'on\\\n  e'}\"\n";
        let document = inside(Format::Json, at(&parse(Format::Yaml, text), "$.a"));
        assert_eq!(found(&document), owned(&[("$.k", "one")]));
        assert_eq!(source_of(text, &document, "$.k", "on"), "on");
        assert_eq!(source_of(text, &document, "$.k", "e"), "e");
    }

    #[test]
    fn three_levels_are_read() {
        let innermost = serde_json::json!({"t": "a\"é\n"}).to_string();
        let text = serde_json::json!({"a": serde_json::json!({"b": innermost}).to_string()}).to_string();
        let first = inside(Format::Json, at(&parse(Format::Json, &text), "$.a"));
        let second = inside(Format::Json, at(&first, "$.b"));
        assert_eq!(found(&second), owned(&[("$.t", "a\"é\n")]));
        spans_hold(&text, &second);
        assert_eq!(source_of(&text, &second, "$.t", "\""), r#"\\\\\\\""#);
        assert_eq!(source_of(&text, &second, "$.t", "é"), "é");
        assert_eq!(source_of(&text, &second, "$.t", "\n"), r"\\\\n");
    }

    #[test]
    fn a_problem_stands_in_the_source() {
        let text = "a: '{\"b\": 1'\n";
        let document = inside(Format::Json, at(&parse(Format::Yaml, text), "$.a"));
        assert_eq!(document.problem.unwrap().span, Span::new(11, 11));
    }

    proptest! {
        #[test]
        fn spans_hold_in_json_in_json(inner in "[\\[\\]{}:,\"'aé \n/*\\\\un0]{0,40}") {
            let text = serde_json::json!({"a": inner}).to_string();
            let outer = parse(Format::Json, &text);
            for format in [Format::Json, Format::Yaml, Format::Python, Format::Javascript, Format::Properties] {
                spans_hold(&text, &inside(format, at(&outer, "$.a")));
            }
        }

        #[test]
        fn spans_hold_in_yaml_blocks(inner in "[\\[\\]{}:,\"'aé \n|>#-]{0,40}") {
            let text = format!("a: |\n  x: 1\n  {}\n", inner.replace('\n', "\n  "));
            let outer = parse(Format::Yaml, &text);
            for (_, scalar) in outer.scalars() {
                for format in [Format::Json, Format::Yaml, Format::Toml, Format::Ini, Format::Markdown] {
                    spans_hold(&text, &inside(format, scalar));
                }
            }
        }
    }
}
