//! Addresses of what Terraform files declare: `aws_iam_role.agent`, `data.aws_iam_policy_document.d`, `module.iam.role_arn`.
//!
//! They are names within a directory, so that the directory stands before them. An instance goes by its key if that is written
//! out (`aws_iam_role.agent["triage"]`): each is somebody of its own.

use crate::document::{Document, NodeId};

/// The address of what is declared at `node`.
pub(super) fn at(document: &Document, node: NodeId, directory: &str) -> String {
    let mut names = Vec::new();
    let mut place = Some(node);
    while let Some(at) = place {
        names.extend(document.node(at).name());
        place = document.parent(at);
    }
    names.reverse();
    let names = names.strip_prefix(&["resource"]).unwrap_or(&names);
    within(directory, &names.join("."))
}

/// The one address that the expression `text`, marks and all, refers to.
pub(super) fn of(text: &str, directory: &str) -> Option<String> {
    let expression = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    let mut found = traversals(expression);
    found.dedup();
    match &found[..] {
        [one] => Some(within(directory, one)),
        _ => None,
    }
}

/// What a text names of the template at `path`: `AgentRole`, `AgentRole.Arn`.
pub(super) fn in_template(text: &str, path: &str) -> Option<String> {
    let key = text.strip_suffix(".Arn").unwrap_or(text);
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_key.then(|| within(path, &format!("Resources.{key}")))
}

fn within(directory: &str, address: &str) -> String {
    if directory.is_empty() { address.to_owned() } else { format!("{directory}/{address}") }
}

/// An address without the key of its instance.
pub(super) fn of_all(address: &str) -> &str {
    address.find('[').map_or(address, |at| &address[..at])
}

/// The addresses in an expression; what stands in strings is none.
fn traversals(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(|letter: char| letter == '"' || is_of_name(letter)) {
        rest = &rest[at..];
        if let Some(quoted) = rest.strip_prefix('"') {
            rest = quoted.split_once('"').map_or("", |(_, after)| after);
            continue;
        }
        let (steps, length) = traversal(rest);
        found.extend(address(&steps));
        rest = &rest[length..];
    }
    found
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// A step's name and the key behind it.
type Step<'t> = (&'t str, &'t str);

/// The steps of the traversal at the beginning of a text, and its length. There is at least one letter.
fn traversal(text: &str) -> (Vec<Step<'_>>, usize) {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut at = 0;
    loop {
        let name = text[at..].find(|letter| !is_of_name(letter) && letter != '*').unwrap_or(text.len() - at);
        let mut step = (&text[at..at + name], "");
        at += name;
        if text[at..].starts_with('[') {
            let Some(close) = text[at..].find(']') else { break };
            step.1 = &text[at..=at + close];
            at += close + 1;
        }
        steps.push(step);
        if name == 0 || !text[at..].starts_with('.') {
            break;
        }
        at += 1;
    }
    (steps, at.max(1))
}

fn address(steps: &[Step<'_>]) -> Option<String> {
    let (first, _) = steps.first()?;
    let length = match *first {
        "data" | "module" => 3,
        "var" | "local" => 2,
        _ if first.contains('_') => 2,
        _ => return None,
    };
    let kept = steps.get(..length)?;
    let names: Vec<&str> = kept.iter().map(|(name, _)| *name).collect();
    let own = kept.iter().map(|(_, key)| *key).find(|key| key.len() > 2).unwrap_or_default();
    let is_a_key = own.starts_with("[\"") || own.starts_with("[each.");
    Some(format!("{}{}", names.join("."), if is_a_key { own } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_have_addresses() {
        for (text, expected) in [
            ("${aws_iam_role.agents.arn}", Some("aws_iam_role.agents")),
            ("${aws_iam_role.agent[\"triage\"].arn}", Some("aws_iam_role.agent[\"triage\"]")),
            ("${aws_iam_role.agent[0].arn}", Some("aws_iam_role.agent")),
            ("${data.aws_iam_policy_document.d.json}", Some("data.aws_iam_policy_document.d")),
            ("${one(aws_iam_role.agent[*].arn)}", Some("aws_iam_role.agent")),
            ("${join(\"\", aws_iam_role.agent.*.arn)}", Some("aws_iam_role.agent")),
            ("${module.iam.role_arn}", Some("module.iam.role_arn")),
            ("${var.role}", Some("var.role")),
            ("${each.value.role}", None),
            ("${aws_iam_role.a.arn == aws_iam_role.b.arn}", None),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", None),
            ("${}", None),
            ("${a_b.[}", None),
        ] {
            assert_eq!(of(text, "").as_deref(), expected, "{text}");
        }
        assert_eq!(in_template("AgentRole.Arn", "t.yaml").as_deref(), Some("t.yaml/Resources.AgentRole"));
        assert_eq!(in_template("arn:aws:iam::aws:policy/x", "t.yaml"), None);
        assert_eq!(of("${var.x}", "infra/prod").as_deref(), Some("infra/prod/var.x"));
        assert_eq!(of_all("a/aws_iam_role.agent[\"x/y\"]"), "a/aws_iam_role.agent");
    }
}
