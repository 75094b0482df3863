use super::*;
use crate::document::tests::{at, found, owned, source_of, spans_hold};
use crate::document::{Format, Path, Style, inside};
use proptest::prelude::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    crate::document::tests::pairs(text, parse)
}

fn whole(text: &str) -> Vec<(String, String)> {
    assert_eq!(parse(text).problem, None, "{text}");
    pairs(text)
}

#[test]
fn blocks_stand_under_their_labels() {
    let text = r#"
terraform {
  backend "s3" { bucket = "b" }
}
resource "aws_iam_access_key" "ci" { # note
  user = aws_iam_user.ci.name // note
  /* a
     note */
  provisioner local-exec { command = "x" }
}
resource aws_iam_access_key "cd" {}
path "secret/data/*" {
  capabilities = ["read",
    "list", # note
  ]
}
"#;
    let expected = [
        ("$.terraform.backend.s3.bucket", "b"),
        ("$.resource.aws_iam_access_key.ci.user", "${aws_iam_user.ci.name}"),
        ("$.resource.aws_iam_access_key.ci.provisioner.local-exec.command", "x"),
        ("$.path['secret/data/*'].capabilities[0]", "read"),
        ("$.path['secret/data/*'].capabilities[1]", "list"),
    ];
    assert_eq!(whole(text), owned(&expected));
    let document = parse(text);
    let keys = Path::parse("$.resource.aws_iam_access_key.*").unwrap();
    let bodies = keys.select(&document, document.roots()[0]);
    let names: Vec<_> = bodies.iter().filter_map(|id| document.node(*id).name()).collect();
    assert_eq!(names, ["ci", "cd"]);
    assert_eq!(&text[document.node(bodies[1]).span.range()], "{}");
}

#[test]
fn blocks_that_are_repeated_or_made_are_selected_alike() {
    let text = r#"
data "aws_iam_policy_document" "d" {
  statement { actions = ["a"] }
  statement { actions = ["b"] }
  dynamic "statement" {
    for_each = var.more
    content {
      actions = [statement.value]
      principals { type = "AWS" }
    }
  }
}
"#;
    let expected = [
        ("$.data.aws_iam_policy_document.d.statement.actions[0]", "a"),
        ("$.data.aws_iam_policy_document.d.statement.actions[0]", "b"),
        ("$.data.aws_iam_policy_document.d.statement.for_each", "${var.more}"),
        ("$.data.aws_iam_policy_document.d.statement.actions[0]", "${statement.value}"),
        ("$.data.aws_iam_policy_document.d.statement.principals.type", "AWS"),
    ];
    assert_eq!(whole(text), owned(&expected));
}

#[test]
fn values_are_literals_or_templates() {
    let text = "a = -1.5e+3\nb = true\nc = null\nd = string\ne = map(string)\nf = var.x[0].y\ng = a == \"b\"\n\
                h = \"p ${var.x} q\"\ni = (var.y)\nj = file(\"${path.module}/k\")\nk = module.m[*].out\nl = !var.z\n";
    let expected = [
        ("$.a", "-1.5e+3"),
        ("$.b", "true"),
        ("$.c", "null"),
        ("$.d", "string"),
        ("$.e", "${map(string)}"),
        ("$.f", "${var.x[0].y}"),
        ("$.g", "${a == \"b\"}"),
        ("$.h", "p ${var.x} q"),
        ("$.i", "${var.y}"),
        ("$.j", "${file(\"${path.module}/k\")}"),
        ("$.k", "${module.m[*].out}"),
        ("$.l", "${!var.z}"),
    ];
    assert_eq!(whole(text), owned(&expected));
    let document = parse(text);
    assert_eq!(source_of(text, &document, "$.f", "var.x"), "var.x");
    let scalar = at(&document, "$.f");
    assert_eq!(&text[scalar.span.range()], "var.x[0].y");
    assert_eq!(scalar.style, Style::Plain);
}

#[test]
fn objects_take_any_key() {
    let text = "o = { a = 1, \"b c\" : \"2\"\n (var.k) = 3, d.e = 4\n 5 = { f = [] } }\n";
    let expected = [("$.o.a", "1"), ("$.o['b c']", "2"), ("$.o['${var.k}']", "3"), ("$.o['d.e']", "4")];
    assert_eq!(whole(text), owned(&expected));
}

#[test]
fn escapes_are_resolved_outside_of_holes() {
    let text = r#"a = "q\"\\\n\t\u00e9\U0001F600 $${x} %%{y} ${f("\n}", { b = "}" })} \d $$ %{ if x }\t%{ endif }"
b = 1
"#;
    let resolved = "q\"\\\n\té😀 ${x} %{y} ${f(\"\\n}\", { b = \"}\" })} \\d $$ %{ if x }\t%{ endif }";
    assert_eq!(whole(text), owned(&[("$.a", resolved), ("$.b", "1")]));
    let document = parse(text);
    assert_eq!(source_of(text, &document, "$.a", "\n"), r"\n");
    assert_eq!(source_of(text, &document, "$.a", "é"), r"\u00e9");
    assert_eq!(source_of(text, &document, "$.a", "${x}"), "$${x}");
    assert_eq!(source_of(text, &document, "$.a", "f("), "f(");
}

#[test]
fn a_hole_may_span_lines() {
    let text = "a = \"x ${join(\",\", [\n  var.b,\n  \"}\",\n])} y\"\nc = 1\n";
    let expected = [("$.a", "x ${join(\",\", [\n  var.b,\n  \"}\",\n])} y"), ("$.c", "1")];
    assert_eq!(whole(text), owned(&expected));
}

#[test]
fn heredocs_lose_their_indentation_and_keep_their_places() {
    let text = "a = <<EOT\n  one $${B}\n EOTX\n  EOT\nb = <<-END\r\n    key: one\r\n\r\n      two\r\n  END\r\nc = [<<X\nX\n, 1]\n";
    let expected = [
        ("$.a", "  one ${B}\n EOTX\n"),
        ("$.b", "key: one\r\n\r\n  two\r\n"),
        ("$.c[0]", ""),
        ("$.c[1]", "1"),
    ];
    assert_eq!(whole(text), owned(&expected));
    let document = parse(text);
    assert_eq!(source_of(text, &document, "$.b", "two"), "two");
    assert_eq!(source_of(text, &document, "$.a", "{B}"), "{B}");
    assert_eq!(at(&document, "$.b").style, Style::Block);
}

#[test]
fn documents_in_heredocs_are_read() {
    let text = "resource \"p\" \"q\" {\n  policy = <<-EOF\n    {\"Statement\": [\n      {\"Action\": \"*\", \"Resource\": \"${var.r}\"}\n    ]}\n    EOF\n}\n";
    let document = inside(Format::Json, at(&parse(text), "$.resource.p.q.policy"));
    let expected = [("$.Statement[0].Action", "*"), ("$.Statement[0].Resource", "${var.r}")];
    assert_eq!(found(&document), owned(&expected));
    spans_hold(text, &document);
    assert_eq!(source_of(text, &document, "$.Statement[0].Action", "*"), "*");
    let yaml = "values = [<<-EOF\n  a:\n    b: |\n      secret\n  EOF\n]\n";
    let document = inside(Format::Yaml, at(&parse(yaml), "$.values[0]"));
    assert_eq!(found(&document), owned(&[("$.a.b", "secret\n")]));
    assert_eq!(source_of(yaml, &document, "$.a.b", "secret"), "secret");
}

#[test]
fn what_encodes_or_gathers_gives_what_is_in_it() {
    let text = r#"
policy = jsonencode({ Statement = [{ Action = "*", Resource = aws_s3_bucket.b.arn }] })
env = merge(local.env, { TOKEN = "t" }, var.more...)
data = base64encode(<<-EOF
  run
EOF
)
init = templatefile("${path.module}/x.tpl", { token = var.t })
name = lookup(var.names, "k", "dflt")
deep = jsonencode([for r in toset(["a"]) : sensitive(r.v)])
out = jsondecode(file("x")).y
"#;
    let expected = [
        ("$.policy.Statement[0].Action", "*"),
        ("$.policy.Statement[0].Resource", "${aws_s3_bucket.b.arn}"),
        ("$.env", "${local.env}"),
        ("$.env.TOKEN", "t"),
        ("$.env", "${var.more}"),
        ("$.data", "run\n"),
        ("$.init.token", "${var.t}"),
        ("$.name", "${var.names}"),
        ("$.name", "dflt"),
        ("$.deep[0]", "${r.v}"),
        ("$.out", "${jsondecode(file(\"x\")).y}"),
    ];
    assert_eq!(whole(text), owned(&expected));
}

#[test]
fn conditions_and_loops_give_their_values() {
    let text = r#"
password = var.password != "" ? var.password : (local.prod == "x" ? "lit" : null)
a = [for k, v in var.m : { name = k, value = "v" } if v != null]
b = { for k, v in var.m : upper(k) => v... if k != "x" }
c = { dev = "d", prod = "p" }[var.env]
d = { for = 1 }
"#;
    let expected = [
        ("$.password", "${var.password}"),
        ("$.password", "lit"),
        ("$.password", "null"),
        ("$.a[0].name", "k"),
        ("$.a[0].value", "v"),
        ("$.b['${upper(k)}']", "v"),
        ("$.c.dev", "d"),
        ("$.c.prod", "p"),
        ("$.d.for", "1"),
    ];
    assert_eq!(whole(text), owned(&expected));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_trivia() {
    let text = "\u{FEFF}a = 1\r\nb {\r\n  c = \"d\"\r\n}\r\n";
    assert_eq!(whole(text), owned(&[("$.a", "1"), ("$.b.c", "d")]));
}

#[test]
fn what_is_broken_is_passed_over() {
    let broken = |text: &str| (pairs(text), parse(text).problem.expect("it is said").message);
    let (found, problem) = broken("a = \"open\nb = 1\n");
    assert_eq!(
        (found, &*problem),
        (owned(&[("$.a", "open"), ("$.b", "1")]), "a string is not closed on its line")
    );
    let (found, problem) = broken("a = \"${x\"\r\nb = 1\n");
    assert_eq!(found, owned(&[("$.a", "${x"), ("$.b", "1")]));
    assert_eq!(problem, "a string's hole is not closed");
    let (found, problem) =
        broken("<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> x\nb =\nc\n= 3\nd = 4 }\ne = 5\n");
    let expected = [("$.a", "1"), ("$.a", "2"), ("$.d", "4"), ("$.e", "5")];
    assert_eq!((found, &*problem), (owned(&expected), "a marker of a merge conflict"));
    let (found, problem) = broken("r \"a\" \"b\" {\n  x = [1, {\n  y = 2\n}\nr \"a\" \"c\" {\n  z = 3\n}\n");
    let expected = [("$.r.a.b.x[0]", "1"), ("$.r.a.b.x[1].y", "2"), ("$.r.a.c.z", "3")];
    assert_eq!((found, &*problem), (owned(&expected), "the text ends inside of a block or value"));
    let (found, problem) = broken("a = <<EOF\nb\n");
    assert_eq!((found, &*problem), (owned(&[("$.a", "b\n")]), "the text ends inside of a heredoc"));
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("[", "]"), ("(", ")"), ("f({a=", "})"), ("jsonencode(", ")"), ("[{a={b=", "}}]")] {
        let text = format!("x = {}1{}\n", open.repeat(5_000), close.repeat(5_000));
        let document = parse(&text);
        assert!(document.problem.is_some_and(|problem| problem.message.starts_with("nested too deep")));
        parse(&format!("x = {}", open.repeat(5_000)));
        parse(&format!("x = {}", close.repeat(5_000)));
    }
    assert!(parse(&"a{".repeat(5_000)).len() < 1_000);
}

#[test]
fn time_grows_with_the_length_only() {
    let began = std::time::Instant::now();
    for unit in
        ["\"${", "\"${\n", "f(", "[(", "])", "a ? ", "a ? b : ", "x = <<A\n", "a = f({", "a \"b\" {\n", "{(]"]
    {
        parse(&unit.repeat(200_000 / unit.len()));
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn spans_hold_in_any_text(text in "[\\[\\]{}()\"$%<>=:?,.\\-# a1é\n\r]{0,60}") {
        spans_hold(&text, &parse(&text));
    }

    #[test]
    fn spans_hold_among_words(words in proptest::collection::vec(proptest::sample::select(vec![
        "a", "=", "{", "}", "[", "]", "(", ")", "\n", "\"", "${", "$${", "\\u00e9", "\n<<-E\n  x\n E\n", "for", "in",
        ":", "=>", "?", "jsonencode(", "merge(", "dynamic \"x\" {", "content {", ",", "é", "-", "1", ".", "if", "...",
    ]), 0..40)) {
        let text = words.join(" ");
        spans_hold(&text, &parse(&text));
    }

    #[test]
    fn any_text_comes_back_from_a_string(value in "[\"\\\\\n\t$%{}aé😀 ]{0,30}") {
        prop_assume!(!value.contains("$${") && !value.contains("%%{"));
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let escaped = escaped.replace("${", "$${").replace("%{", "%%{");
        let text = format!("a = \"{escaped}\"\nb = 1\n");
        prop_assert_eq!(whole(&text), owned(&[("$.a", &value), ("$.b", "1")]));
    }

    #[test]
    fn any_lines_come_back_from_a_heredoc(
        lines in proptest::collection::vec("[a\"\\\\ é{}]{0,8}", 1..6),
        indent in 0..5_usize,
    ) {
        let written: String = lines.iter().map(|line| format!("{}|{line}\n", " ".repeat(indent))).collect();
        let value = format!("|{}\n", lines.join("\n|"));
        let text = format!("a = <<-EOT\n{written}    EOT\n");
        prop_assert_eq!(whole(&text), owned(&[("$.a", &value)]));
    }
}
