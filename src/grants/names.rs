//! What names of a directory lead to: variables to their values, outputs of local modules to what the module declares.

use std::collections::HashMap;

use crate::model::Examined;
use crate::text::local;

use super::address;

/// Names that lead to names are followed so far.
const LONGEST_CHAIN: usize = 8;

/// What is defined, by directory and name.
pub(super) struct Names<'e> {
    defined: HashMap<(String, String), &'e str>,
}

impl<'e> Names<'e> {
    pub(super) fn of(evidence: &'e [Examined]) -> Self {
        let mut defined = HashMap::new();
        for artifact in evidence {
            let directory = artifact.origin.outermost().directory();
            for definition in &artifact.definitions {
                let key = (directory.to_owned(), definition.name.clone());
                defined.entry(key).or_insert(definition.text.as_str());
            }
        }
        Self { defined }
    }

    /// Where the chain that begins with `name` ends; itself, where it leads nowhere.
    pub(super) fn end(&self, name: &str) -> String {
        let mut at = address::of_all(name).to_owned();
        for _ in 0..LONGEST_CHAIN {
            let Some(next) = self.next(&at) else { break };
            at = next;
        }
        at
    }

    fn get(&self, directory: &str, name: &str) -> Option<&'e str> {
        self.defined.get(&(directory.to_owned(), name.to_owned())).copied()
    }

    fn next(&self, name: &str) -> Option<String> {
        let (directory, own) = name.rsplit_once('/').unwrap_or(("", name));
        let output = own.strip_prefix("module.").and_then(|rest| rest.split_once('.'));
        let (directory, text) = match output {
            Some((module, output)) => {
                let source = self.get(directory, &format!("module.{module}.source"))?;
                let there = local(directory, source)?;
                let text = self.get(&there, &format!("output.{output}"))?;
                (there, text)
            }
            None => (directory.to_owned(), self.get(directory, own)?),
        };
        let next = address::of(text, &directory).unwrap_or_else(|| text.to_owned());
        let next = address::of_all(&next).to_owned();
        (!next.is_empty() && next != name).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_what_is_declared() {
        let defined = HashMap::from([
            (("infra", "module.iam.source"), "../modules/iam"),
            (("modules/iam", "output.role_arn"), "${aws_iam_role.agent.arn}"),
            (("infra", "var.policy"), "arn:aws:iam::aws:policy/AdministratorAccess"),
            (("infra", "local.a"), "${local.b}"),
            (("infra", "local.b"), "${local.a}"),
        ]);
        let defined =
            defined.into_iter().map(|((directory, name), text)| ((directory.into(), name.into()), text));
        let defined = defined.collect();
        let names = Names { defined };
        for (name, end) in [
            ("infra/module.iam.role_arn", "modules/iam/aws_iam_role.agent"),
            ("infra/var.policy", "arn:aws:iam::aws:policy/AdministratorAccess"),
            ("infra/aws_iam_role.agent[\"x\"]", "infra/aws_iam_role.agent"),
            ("elsewhere/var.policy", "elsewhere/var.policy"),
            ("roles/editor", "roles/editor"),
        ] {
            assert_eq!(names.end(name), end, "{name}");
        }
        assert!(names.end("infra/local.a").starts_with("infra/local."));
    }
}
