use std::sync::Arc;

use super::*;
use crate::model::{
    CredentialNode, Edge, Evidence, FingerprintKey, Form, HolderNode, Lifetime, LifetimeClass, Node, Noun,
    Principal, PrincipalKind, Privilege, Redacted, ReferenceNode, Relation, Secret, SiteNode, Slot, Subject,
    Way,
};
use crate::report::testing::{NOW, location, value};

const FORMATS: [GraphFormat; 3] = [GraphFormat::Mermaid, GraphFormat::Dot, GraphFormat::Json];

/// What would end a string, open a comment or a directive, or be markup in one of the syntaxes, or steers a terminal.
const HOSTILE: &str = "\"]\n  x --> y\n%%{init: {}}%% #quot; &quot; &#34; <b onclick=\"a()\">|`**m**`\\\" \\N } ; end click h1 \u{202e}\u{1b}[31m'{{";

fn holder(name: &str, agent: bool) -> Node {
    let noun = Noun::Holder(HolderNode {
        kind: "mcp-server".into(),
        title: "MCP server".into(),
        names: vec![name.to_owned()],
        platform: "mcp-client".into(),
        agent,
        identity: Arc::from(format!("mcp-server:{name}")),
    });
    Node { noun, places: vec![location(&format!("{}/{name}", if agent { "a" } else { "b" }), 3)] }
}

fn credential(number: usize, class: LifetimeClass) -> Node {
    let noun = Noun::Credential(CredentialNode {
        kind: "github-pat-classic".into(),
        title: "GitHub personal access token (classic)".to_owned(),
        provider: "GitHub".to_owned(),
        shown: Redacted::with_prefix("ghp_"),
        fingerprint: Some(FingerprintKey::default().sign(&[value(number).as_bytes()])),
        subject: Subject::Human,
        privilege: Privilege::Ordinary,
        lifetime: Lifetime::of(class, Evidence::Format),
    });
    Node { noun, places: vec![location("a.json", 4)] }
}

fn reference(name: &str) -> Node {
    let noun = Noun::Reference(ReferenceNode { name: name.into(), scope: "dir".into(), form: Form::EnvRef });
    Node { noun, places: vec![location("a.json", 4)] }
}

fn site(name: &str) -> SiteNode {
    let platform = "gateway".into();
    SiteNode { kind: "mcp-gateway".into(), title: "MCP gateway".into(), name: name.into(), platform }
}

fn edge(from: usize, to: usize, relation: Relation, name: &str) -> Edge {
    let way =
        Way { slot: Slot::Env, name: Some(name.into()), form: Form::EnvRef, location: location("a.json", 4) };
    Edge { from, to, relation, ways: vec![way] }
}

/// One of everything, every name being `name`.
fn full_of(name: &str) -> Graph {
    let principal = Principal { kind: PrincipalKind::Client, name: name.to_owned() };
    Graph {
        nodes: vec![
            holder(name, true),
            holder(&format!("other {name}"), false),
            credential(1, LifetimeClass::Never),
            reference(name),
            Node { noun: Noun::Principal(principal), places: Vec::new() },
            Node { noun: Noun::Door(site(name)), places: vec![location("a.json", 4)] },
            Node { noun: Noun::Mint(site(name)), places: vec![location("a.json", 4)] },
            reference("ALONE"),
        ],
        edges: vec![
            edge(0, 2, Relation::Holds, name),
            edge(1, 3, Relation::Holds, name),
            Edge { ways: Vec::new(), ..edge(2, 4, Relation::ActsAs, name) },
            Edge { ways: Vec::new(), ..edge(3, 2, Relation::ResolvesTo, name) },
            Edge { ways: Vec::new(), ..edge(5, 0, Relation::Opens, name) },
            Edge { ways: Vec::new(), ..edge(6, 3, Relation::Mints, name) },
        ],
        now: NOW,
        secrets: vec![Secret::new(value(1).as_bytes())],
    }
}

fn drawn(graph: &Graph, drawing: &Drawing, format: GraphFormat) -> (String, LeftOut) {
    let mut out = Vec::new();
    let left_out = draw(graph, drawing, format, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), left_out)
}

/// What remains of a text when every quoted string is taken out: it is all ours.
fn without_strings(text: &str, escapes: bool) -> String {
    let mut rest = String::new();
    let mut inside = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => inside = !inside,
            '\\' if inside && escapes => {
                characters.next();
            }
            '\n' if inside => panic!("a string runs over the end of its line"),
            _ if inside => {}
            _ => rest.push(character),
        }
    }
    assert!(!inside, "a string is left open");
    rest
}

#[test]
fn hostile_names_change_nothing_of_what_is_drawn() {
    for (format, escapes) in [(GraphFormat::Mermaid, false), (GraphFormat::Dot, true)] {
        let (plain, _) = drawn(&full_of("x"), &Drawing::default(), format);
        let (hostile, _) = drawn(&full_of(HOSTILE), &Drawing::default(), format);
        assert_eq!(without_strings(&plain, escapes), without_strings(&hostile, escapes), "{format:?}");
    }
}

#[test]
fn in_mermaid_only_entities_have_signs() {
    let (text, _) = drawn(&full_of(HOSTILE), &Drawing::default(), GraphFormat::Mermaid);
    let labels: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
    for label in labels {
        let bare = label.replace("<br/>", "");
        assert!(!bare.contains(['<', '>', '&', '`', '%', '\\', '{', '}', '[', ']', '|', '*']), "{label}");
        for (at, _) in bare.match_indices('#') {
            let end = bare[at..].find(';').unwrap();
            assert!(bare[at + 1..at + end].bytes().all(|byte| byte.is_ascii_digit()), "{label}");
        }
    }
}

#[test]
fn no_drawing_steers_a_terminal_or_shows_a_value() {
    for format in FORMATS {
        let (text, _) = drawn(&full_of(HOSTILE), &Drawing::default(), format);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format:?}");
        let (text, _) = drawn(&full_of(&format!("x{}", value(1))), &Drawing::default(), format);
        assert!(!text.contains(&value(1)), "{format:?} shows a value that stands in a name");
    }
}

#[test]
fn the_data_fit_their_schema() {
    let schema = serde_json::from_str(graph_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in ["x", HOSTILE] {
        let drawing = Drawing { lonely: Lonely::Drawn, incomplete: true, ..Drawing::default() };
        let (text, _) = drawn(&full_of(name), &drawing, GraphFormat::Json);
        let document = serde_json::from_str(&text).unwrap();
        let problems: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}\n{text}");
    }
    let mut wrong: serde_json::Value =
        serde_json::from_str(&drawn(&full_of("x"), &Drawing::default(), GraphFormat::Json).0).unwrap();
    wrong["nodes"][0]["lifetime"] = "for ever".into();
    assert!(!validator.is_valid(&wrong), "a holder has no lifetime");
}

#[test]
fn who_has_it_by_whatever_way_is_counted() {
    let graph = full_of("x");
    let sharers = graph.sharers();
    assert_eq!(
        sharers[2].iter().copied().collect::<Vec<_>>(),
        [0, 1],
        "a literal and a reference that leads to it"
    );
    assert_eq!(sharers[4].len(), 2, "and whom it makes one");
    let (text, _) = drawn(&graph, &Drawing::default(), GraphFormat::Mermaid);
    assert!(text.contains("h1 ==>|\"env x\"| c1"), "{text}");
    assert!(text.contains("shared by 2 holders") && text.contains("class c1,p1,is_shared shared"), "{text}");
    let mut kept = full_of("x");
    kept.edges[0].relation = Relation::Keeps;
    assert_eq!(kept.sharers()[2].len(), 1, "who only keeps it for others does not share it");
}

#[test]
fn what_stands_alone_is_counted_or_drawn() {
    let (text, left_out) = drawn(&full_of("x"), &Drawing::default(), GraphFormat::Dot);
    assert!(!text.contains("ALONE"));
    assert_eq!(left_out, LeftOut { unconnected: 1, nodes: 0, edges: 0 });
    let drawing = Drawing { lonely: Lonely::Drawn, ..Drawing::default() };
    let (text, left_out) = drawn(&full_of("x"), &drawing, GraphFormat::Dot);
    assert!(text.contains("ALONE"));
    assert_eq!(left_out, LeftOut::default());
}

/// So many agents with a token each, and one that two of them share.
fn crowd(size: usize) -> Graph {
    let mut nodes: Vec<Node> = (0..size).map(|number| holder(&format!("server-{number}"), true)).collect();
    nodes.extend((0..size).map(|number| credential(number, LifetimeClass::Never)));
    let mut edges: Vec<Edge> =
        (0..size).map(|number| edge(number, size + number, Relation::Holds, "TOKEN")).collect();
    edges.push(edge(0, 2 * size - 1, Relation::Holds, "TOKEN"));
    Graph { nodes, edges, now: NOW, secrets: Vec::new() }
}

#[test]
fn a_limit_keeps_what_is_shared_and_is_said() {
    let graph = crowd(300);
    for format in FORMATS {
        let drawing = Drawing { most_nodes: Some(10), ..Drawing::default() };
        let (text, left_out) = drawn(&graph, &drawing, format);
        assert_eq!(left_out.nodes, 590, "{format:?}");
        assert!(
            text.contains("server-299") && text.contains("server-0\""),
            "{format:?}: the sharers are drawn"
        );
        assert!(text.contains("590"), "{format:?} says what is missing");
    }
    assert_eq!(drawn(&graph, &Drawing::default(), GraphFormat::Json).1, LeftOut::default());
    assert_eq!(drawn(&graph, &Drawing::default(), GraphFormat::Dot).1.nodes, 100);
}

#[test]
fn mermaid_gets_no_more_than_it_draws() {
    let drawing = Drawing { most_nodes: Some(100_000), ..Drawing::default() };
    let (text, left_out) = drawn(&crowd(2_000), &drawing, GraphFormat::Mermaid);
    assert!(text.len() <= LONGEST_MERMAID, "{}", text.len());
    assert!(left_out.nodes > 0 && text.contains(&left_out.cut().unwrap().replace('#', "")));
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    for format in FORMATS {
        let draw = || drawn(&crowd(20), &Drawing::default(), format).0;
        assert_eq!(draw(), draw());
    }
}
