//! Scripts of a shell: what they are given by name, and what they make themselves.

use std::collections::HashSet;
use std::sync::Arc;

use crate::document::NodeId;
use crate::model::HolderId;
use crate::rules::{GrantSpec, ValueReader};
use crate::text::{Span, matches_any};

use super::collect::{Collector, Part};
use super::{arguments, form};

/// What begins the class of a value that a command of the federation table takes; the issuer of the credential follows.
const TAKEN_BY_COMMAND: &str = "command:";

/// What is a document's own.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Names that its holders set themselves.
    pub(super) names: HashSet<String>,
    /// Texts that are read as scripts, and in no other way.
    pub(super) scripts: HashSet<NodeId>,
}

/// Variables that every shell has, and that name no secret.
const EVERYWHERE: &[&str] = &["HOME", "PWD", "PATH", "USER", "SHELL", "TMPDIR", "HOSTNAME", "WORKSPACE"];

impl<'c, 'r: 'c> Collector<'c, 'r> {
    /// Every reference in a script, by what it is assigned to or follows; and the literals.
    pub(super) fn script(&mut self, spec: &GrantSpec, holder: HolderId, whole: &Part<'_>) {
        let text = whole.scalar.text.as_str();
        for span in form::references(text, &self.platform.references) {
            if self.is_of_the_script(&text[span.range()]) {
                continue;
            }
            let name = arguments::name_before(&text[..span.start]).map(str::to_owned);
            let before = self.out.grants.len();
            self.give(spec, holder, &Part { span, name, ..*whole });
            let classes = self.taken_by(text, span);
            for grant in &mut self.out.grants[before..] {
                grant.classes.extend(classes.iter().cloned());
            }
        }
        self.literals(spec, holder, &Part { name: None, ..*whole });
    }

    /// Whether a shell's reference is to something that the job itself has set, or is a command.
    fn is_of_the_script(&self, reference: &str) -> bool {
        match variable(reference) {
            Some(name) => name.is_empty() || self.own.names.contains(name),
            None => false,
        }
    }

    /// Whose credential the command takes that a reference stands in.
    fn taken_by(&self, text: &str, reference: Span) -> Vec<Arc<str>> {
        let rows = self.detector.pack().tables.federation.iter().filter(|row| !row.commands.is_empty());
        let line = line_around(text, reference);
        let taken = rows.filter(|row| matches_any(&row.commands, &line));
        taken.map(|row| format!("{TAKEN_BY_COMMAND}{}", row.provider).into()).collect()
    }

    /// What the holders of a document set, in maps of their own and in their scripts.
    pub(super) fn own(&self, root: NodeId) -> Own {
        let mut own = Own::default();
        // An expression names what is stored with a word before it.
        if self.platform.references.iter().all(|syntax| !syntax.terms.is_empty()) {
            return own;
        }
        let set = &mut own.names;
        set.extend(EVERYWHERE.iter().map(|name| (*name).to_owned()));
        for spec in &self.platform.holders {
            let scripts = spec.grants.iter().filter(|grant| grant.read == ValueReader::Script);
            let scripts: Vec<_> = scripts.flat_map(|grant| &grant.select).cloned().collect();
            if spec.sets.is_empty() && scripts.is_empty() {
                continue;
            }
            for holder in self.all(&spec.select, root) {
                for node in self.all(&spec.sets, holder) {
                    let children =
                        self.document.children(node).iter().map(|child| self.document.node(*child));
                    let own = children.filter(|child| !is_itself(child.name(), child.text()));
                    set.extend(own.filter_map(|child| child.name()).map(str::to_owned));
                    set.extend(self.document.node(node).text().map(str::to_owned));
                }
                for node in self.all(&scripts, holder) {
                    let text = self.document.node(node).text().unwrap_or_default();
                    set.extend(assigned(text).map(str::to_owned));
                    own.scripts.insert(node);
                }
            }
        }
        own
    }
}

/// The name of the variable that `$X`, `${X…}` or `$(X)` is; empty for `$(a command)`, nothing for other references.
fn variable(reference: &str) -> Option<&str> {
    let inner = reference.trim_start_matches('$');
    if inner.len() == reference.len() || inner.starts_with("{{") {
        return None;
    }
    let (inner, close) = match inner.as_bytes().first()? {
        b'{' => (&inner[1..], ""),
        b'(' => (&inner[1..], ")"),
        _ => (inner, ""),
    };
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let is_of_macro = |byte: &u8| is_of_name(byte) || *byte == b'-';
    let length = match close {
        ")" => inner.bytes().take_while(is_of_macro).count(),
        _ => inner.bytes().take_while(is_of_name).count(),
    };
    Some(if close.is_empty() || &inner[length..] == close { &inner[..length] } else { "" })
}

/// Whether a variable is set to what is stored under its own name.
fn is_itself(name: Option<&str>, value: Option<&str>) -> bool {
    value.and_then(variable).is_some_and(|inner| Some(inner) == name)
}

/// The variables that a script sets. What is set to itself, or to a default of itself, comes from outside.
fn assigned(script: &str) -> impl Iterator<Item = &str> {
    let signs = memchr::memchr_iter(b'=', script.as_bytes());
    let by_sign = signs.filter_map(|sign| {
        let name = name_before(script, sign)?;
        let value = script[sign + 1..].trim_start_matches(['"', '\'', '$', '{']);
        let is_itself = value
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'));
        (!is_itself && !script[sign + 1..].starts_with('=')).then_some(name)
    });
    let mut words = script.split_ascii_whitespace();
    let by_word = std::iter::from_fn(move || {
        let word = words.by_ref().find(|word| matches!(*word, "read" | "for"))?;
        let next = words.by_ref().find(|next| !next.starts_with('-') && !word.is_empty())?;
        Some(next.trim_end_matches(';'))
    });
    by_sign.chain(by_word)
}

/// The name that ends at `end`, if nothing but a space, a quote or the end of a command stands before it.
fn name_before(script: &str, end: usize) -> Option<&str> {
    let before = &script[..end];
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = before.bytes().rev().take_while(is_of_name).count();
    let (rest, name) = before.split_at(end - length);
    let starts = rest.bytes().last().is_none_or(|byte| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'&' | b'|' | b'(' | b':' | b'`')
    });
    (starts && !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit())).then_some(name)
}

/// The line of a script that a reference stands in, joined with those that go on with it, and `@` in the reference's place.
fn line_around(text: &str, reference: Span) -> String {
    let goes_on = |end: &usize| !text[..*end].trim_end_matches('\r').ends_with(['\\', '`']);
    let ends = || memchr::memchr_iter(b'\n', text.as_bytes());
    let start =
        ends().take_while(|end| *end < reference.start).filter(goes_on).last().map_or(0, |end| end + 1);
    let end = ends().skip_while(|end| *end < reference.end).find(goes_on).unwrap_or(text.len());
    let before = text[start..reference.start].trim_end_matches(['"', '\'', '=']);
    let assigned = text[start..reference.start].len() > before.len() && !before.ends_with(' ');
    let line = format!("{before}{}@{}", if assigned { " " } else { "" }, &text[reference.end..end]);
    let plain = line.replace("\\\n", " ").replace(['"', '\''], "");
    plain.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_no_variable() {
        for (reference, name) in [
            ("$TOKEN", Some("TOKEN")),
            ("${TOKEN:-x}", Some("TOKEN")),
            ("$(client-secret)", Some("client-secret")),
            ("$(vault token create)", Some("")),
            ("${{ secrets.X }}", None),
            ("plain", None),
        ] {
            assert_eq!(variable(reference), name, "{reference}");
        }
    }

    #[test]
    fn what_a_script_sets_is_its_own() {
        let names = |script| assigned(script).collect::<Vec<_>>();
        assert_eq!(names("export VAULT_TOKEN=\"$(vault write -field=token x)\""), ["VAULT_TOKEN"]);
        assert_eq!(names("A=$A; B=\"${B:-x}\"; C=$D"), ["C"]);
        assert_eq!(names("docker run -e TOKEN=$TOKEN x --set a.b=$C"), [""; 0]);
        assert_eq!(names("while read -r KEY; do x; done\nfor FILE in *; do y; done"), ["KEY", "FILE"]);
        assert_eq!(names("[ $X == y ]"), [""; 0]);
    }

    #[test]
    fn a_line_is_read_around_what_it_is_given() {
        let line = |text: &str| {
            let at = text.find("$P").unwrap();
            line_around(text, Span::new(at, at + 2))
        };
        assert_eq!(line("x\naz login -u $U \\\n  -p \"$P\" --tenant t\ny"), "az login -u $U -p @ --tenant t");
        assert_eq!(line("oc login --token=$P h"), "oc login --token @ h");
        assert_eq!(
            line("echo \"$P\" | docker login a --password-stdin"),
            "echo @ | docker login a --password-stdin"
        );
    }
}
