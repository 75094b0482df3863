//! Policies of AWS: what they allow, and whom a role's trust lets in.
//!
//! Facts: IAM User Guide, "IAM JSON policy elements reference"; the registry's page of `aws_iam_policy_document`.

use crate::document::{Document, Format, NodeId, inside};

use super::trust::{self, Claim};
use super::{Allowed, Word, named, words};

/// What the policy at `node` allows: a map, a list of statements, one of them, or a string of JSON.
pub(super) fn read(document: &Document, node: NodeId) -> Vec<Allowed> {
    match document.node(node).scalar() {
        None => statements(document, node).into_iter().flat_map(|one| allowed(document, one)).collect(),
        Some(scalar) if scalar.text.trim_start().starts_with('{') => {
            let inner = inside(Format::Json, scalar);
            let roots = inner.roots().iter().flat_map(|root| read(&inner, *root));
            roots.map(|allowed| Allowed { node, ..allowed }).collect()
        }
        Some(_) => Vec::new(),
    }
}

fn statements(document: &Document, node: NodeId) -> Vec<NodeId> {
    let inner: Vec<NodeId> = named(document, node, &["Statement", "statement"]).collect();
    let is_list =
        |node: NodeId| document.children(node).iter().all(|item| document.node(*item).name().is_none());
    let lists = if inner.is_empty() { vec![node] } else { inner };
    lists
        .into_iter()
        .flat_map(|list| if is_list(list) { document.children(list).to_vec() } else { vec![list] })
        .collect()
}

fn allowed(document: &Document, node: NodeId) -> Vec<Allowed> {
    let statement = Statement { document, node };
    if statement.words(&["Effect", "effect"]).iter().any(|(effect, _)| effect.eq_ignore_ascii_case("deny")) {
        return Vec::new();
    }
    let found = if statement.has(&["Principal", "principals", "NotPrincipal", "not_principals"]) {
        trust::of_claims(&statement.federated(), &statement.claims(), statement.exchanges())
    } else {
        statement.powers()
    };
    found.into_iter().map(|(class, place)| Allowed { class, place, node }).collect()
}

/// Actions by which whoever has them on anything gets more.
const ESCALATES: &[&str] = &[
    "iam:*",
    "iam:passrole",
    "iam:createaccesskey",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:putrolepolicy",
    "iam:putuserpolicy",
    "iam:updateassumerolepolicy",
    "iam:createpolicyversion",
    "sts:*",
    "sts:assumerole",
    "organizations:*",
];

/// Actions that show what is kept secret.
const SHOWS: &[&str] = &[
    "secretsmanager:*",
    "secretsmanager:get*",
    "secretsmanager:getsecretvalue",
    "secretsmanager:batchgetsecretvalue",
    "ssm:*",
    "ssm:get*",
    "ssm:getparameter",
    "ssm:getparameter*",
    "ssm:getparameters",
    "ssm:getparametersbypath",
];

struct Statement<'d> {
    document: &'d Document,
    node: NodeId,
}

impl<'d> Statement<'d> {
    fn words(&self, names: &[&str]) -> Vec<Word<'d>> {
        words(self.document, self.node, names)
    }

    fn has(&self, names: &[&str]) -> bool {
        named(self.document, self.node, names).next().is_some()
    }

    /// What it allows on everything there is, without a condition.
    fn powers(&self) -> Vec<(&'static str, crate::text::Span)> {
        let resources = self.words(&["Resource", "resources"]);
        let is_wide = resources.iter().any(|(resource, _)| *resource == "*");
        if !is_wide || self.has(&["Condition", "condition"]) {
            return Vec::new();
        }
        let actions = self.words(&["Action", "actions"]);
        let is = |listed: &[&str], action: &str| listed.contains(&action.to_ascii_lowercase().as_str());
        let first =
            |wanted: &dyn Fn(&str) -> bool| actions.iter().find(|(action, _)| wanted(action)).copied();
        let all = first(&|action| matches!(action, "*" | "*:*"));
        let all = all.or_else(|| self.words(&["NotAction", "not_actions"]).first().copied());
        let found = [
            ("cloud-admin", all),
            ("cloud-escalates", first(&|action| is(ESCALATES, action))),
            ("cloud-credentials", first(&|action| is(SHOWS, action))),
        ];
        found.into_iter().filter_map(|(class, word)| Some((class, word?.1))).collect()
    }

    /// Whether tokens of an issuer are taken for it.
    fn exchanges(&self) -> bool {
        let actions = self.words(&["Action", "actions"]);
        actions.iter().any(|(action, _)| {
            matches!(action.to_ascii_lowercase().as_str(), "sts:assumerolewithwebidentity" | "sts:*" | "*")
        })
    }

    /// The issuers whose tokens are taken.
    fn federated(&self) -> Vec<Word<'d>> {
        let mut found = Vec::new();
        for principal in named(self.document, self.node, &["Principal", "principals"]) {
            found.extend(words(self.document, principal, &["Federated"]));
            let is_federated =
                words(self.document, principal, &["type"]).iter().any(|(kind, _)| *kind == "Federated");
            if is_federated {
                found.extend(words(self.document, principal, &["identifiers"]));
            }
        }
        found
    }

    /// What is asked of a token.
    fn claims(&self) -> Vec<Claim<'d>> {
        let mut claims = Vec::new();
        for condition in named(self.document, self.node, &["Condition", "condition"]) {
            let text =
                |name: &str| self.document.get(condition, name).and_then(|at| self.document.node(at).text());
            if let (Some(test), Some(key)) = (text("test"), text("variable")) {
                claims.push(Claim { test, key, values: words(self.document, condition, &["values"]) });
                continue;
            }
            for operator in self.document.children(condition) {
                let Some(test) = self.document.node(*operator).name() else { continue };
                for key in self.document.children(*operator) {
                    let Some(key) = self.document.node(*key).name() else { continue };
                    claims.push(Claim { test, key, values: words(self.document, *operator, &[key]) });
                }
                // What is put together elsewhere may ask for anything.
                if self.document.node(*operator).scalar().is_some() {
                    claims.push(Claim { test, key: "${}", values: Vec::new() });
                }
            }
            if self.document.node(condition).scalar().is_some() {
                claims.push(Claim { test: "", key: "${}", values: Vec::new() });
            }
        }
        claims
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Path, parse};

    fn classes(text: &str) -> Vec<(&'static str, String)> {
        let document = parse(Format::Hcl, text);
        let policy = Path::parse("$.p").unwrap().select(&document, document.roots()[0]);
        let found = policy.into_iter().flat_map(|node| read(&document, node));
        found.map(|allowed| (allowed.class, text[allowed.place.range()].to_owned())).collect()
    }

    #[test]
    fn what_is_allowed_on_everything_is_told() {
        for (policy, expected) in [
            (
                r#"{ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }"#,
                &[("cloud-admin", "*")][..],
            ),
            (
                r#"{ Statement = { Effect = "Allow", Action = ["*"], Resource = ["*"] } }"#,
                &[("cloud-admin", "*")],
            ),
            (
                r#"{ Statement = [{ Effect = "Allow", Action = ["iam:PassRole", "ssm:GetParameter"], Resource = "*" }] }"#,
                &[("cloud-escalates", "iam:PassRole"), ("cloud-credentials", "ssm:GetParameter")],
            ),
            (r#"{ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] }"#, &[]),
            (r#"{ Statement = [{ Effect = "Allow", Action = "*", Resource = "*", Principal = "*" }] }"#, &[]),
            (
                r#"{ Statement = [{ Effect = "Allow", Action = "*", Resource = "*", Condition = { Bool = { a = "b" } } }] }"#,
                &[],
            ),
            (r#"{ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] }"#, &[]),
            (r#"{ Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::b" }] }"#, &[]),
            (
                r#"{ Statement = [{ Effect = "Allow", NotAction = ["iam:*"], Resource = "*" }] }"#,
                &[("cloud-admin", "iam:*")],
            ),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(class, text)| (*class, (*text).to_owned())).collect();
            assert_eq!(classes(&format!("p = jsonencode({policy})\n")), expected, "{policy}");
        }
    }

    #[test]
    fn a_heredoc_is_read_where_it_stands() {
        let text = "p = <<-EOT\n  {\n    \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]\n  }\nEOT\n";
        assert_eq!(classes(text), [("cloud-admin", "*".to_owned())]);
    }

    #[test]
    fn blocks_of_a_document_are_statements() {
        let text = "p {\n  statement {\n    actions = [\"*\"]\n    resources = [\"*\"]\n  }\n  statement {\n    effect = \"Deny\"\n    actions = [\"*\"]\n    resources = [\"*\"]\n  }\n}\n";
        assert_eq!(classes(text).len(), 1);
    }

    fn trust(condition: &str) -> Vec<(&'static str, String)> {
        classes(&format!(
            "p = {{ Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRoleWithWebIdentity\", \
             Principal = {{ Federated = aws_iam_openid_connect_provider.github.arn }}, {condition} }}] }}\n"
        ))
    }

    #[test]
    fn a_trust_is_as_broad_as_its_subject() {
        const SUB: &str = "\"token.actions.githubusercontent.com:sub\"";
        const AUD: &str =
            "StringEquals = { \"token.actions.githubusercontent.com:aud\" = \"sts.amazonaws.com\" }";
        for (subject, class) in [
            ("repo:acme/*", Some("trusts-many")),
            ("repo:*", Some("trusts-anybody")),
            ("*", Some("trusts-anybody")),
            ("repo:acme/app:*", Some("trusts-any-ref")),
            ("repo:acme@1/app@2:*", Some("trusts-any-ref")),
            ("repo:${var.org}/*", Some("trusts-many")),
            ("${var.subject}", None),
            ("repo:acme/app:ref:refs/heads/main", None),
            ("repo:acme/app:environment:prod", None),
        ] {
            let found = trust(&format!("Condition = {{ {AUD}, StringLike = {{ {SUB} = \"{subject}\" }} }}"));
            assert_eq!(found.first().map(|(class, _)| *class), class, "{subject}");
        }
        let without = trust(&format!("Condition = {{ {AUD} }}"));
        assert_eq!(without, [("trusts-anybody", "aws_iam_openid_connect_provider.github.arn".to_owned())]);
        let any_audience = trust(&format!(
            "Condition = {{ StringEquals = {{ {SUB} = \"repo:acme/app:environment:prod\" }} }}"
        ));
        assert_eq!(any_audience[0].0, "trusts-any-audience");
        assert_eq!(trust("Condition = var.condition"), []);
    }
}
