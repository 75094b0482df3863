//! In which form a value gives something: as itself, or as a reference in its platform's own syntax.

use std::collections::HashSet;

use crate::model::Form;
use crate::rules::{ReferenceScope, ReferenceSyntax};
use crate::text::Span;

use super::expression;

/// What the text of a value gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given<'t> {
    /// The part of the text that is itself the value.
    Literal(Span),
    /// Something that stands elsewhere.
    Reference {
        /// In which form.
        form: Form,
        /// Its name.
        name: &'t str,
        /// Which namespace the name lives in.
        scope: ReferenceScope,
    },
    /// So many references more than are taken from one value.
    More(usize),
}

/// References by different names that are taken from one value; further ones are counted only.
pub const MOST_IN_A_VALUE: usize = 100;

/// Reads `text`. A reference with a default gives both: the name, and the default as a literal.
pub(super) fn read<'t>(text: &'t str, syntaxes: &[ReferenceSyntax]) -> Vec<Given<'t>> {
    let Some((syntax, inner)) = first_reference(text, syntaxes) else {
        return vec![Given::Literal(Span::new(0, text.len()))];
    };
    if !syntax.terms.is_empty() {
        let given: Vec<_> = places(text, syntax)
            .iter()
            .flat_map(|inner| expression::read(text, *inner, &syntax.terms))
            .collect();
        if !given.is_empty() {
            return bounded(given);
        }
    }
    let content = &text[inner.range()];
    let default = syntax
        .defaults
        .iter()
        .filter_map(|mark| content.split_once(mark.as_str()))
        .min_by_key(|(name, _)| name.len());
    let (name, default) = default.map_or((content, ""), |(name, default)| (name, default));
    let name = name.split([':', '?']).next().unwrap_or(name).trim();
    let mut given = Vec::new();
    if !name.is_empty() {
        given.push(Given::Reference { form: syntax.form, name, scope: syntax.scope });
    }
    if !default.is_empty() {
        given.push(Given::Literal(Span::new(inner.end - default.len(), inner.end)));
    }
    given
}

/// Each reference once, and no more than [`MOST_IN_A_VALUE`]: every one of them becomes a grant with a place of its own.
fn bounded(given: Vec<Given<'_>>) -> Vec<Given<'_>> {
    let (mut names, mut more) = (HashSet::new(), 0);
    let mut kept: Vec<_> = given
        .into_iter()
        .filter(|given| {
            let Given::Reference { form, name, scope } = given else { return true };
            let is_new = names.insert((*form, *name, *scope));
            let is_over = is_new && names.len() > MOST_IN_A_VALUE;
            more += usize::from(is_over);
            is_new && !is_over
        })
        .collect();
    kept.extend((more > 0).then_some(Given::More(more)));
    kept
}

/// The text between the marks, of every reference of this syntax.
fn places(text: &str, syntax: &ReferenceSyntax) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((_, inner)) = first_reference(&text[from..], std::slice::from_ref(syntax)) {
        let inner = inner.shifted(from);
        from = inner.end;
        found.push(inner);
    }
    found
}

/// Every reference in a longer text, marks and all.
pub(super) fn references(text: &str, syntaxes: &[ReferenceSyntax]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((syntax, inner)) = first_reference(&text[from..], syntaxes) {
        let end = inner.end + syntax.close.as_ref().map_or(0, String::len);
        found.push(Span::new(inner.start - syntax.open.len(), end).shifted(from));
        from += end;
    }
    found
}

/// The reference that begins first, and the text between its marks. Of two that begin together the longer mark wins.
fn first_reference<'s>(text: &str, syntaxes: &'s [ReferenceSyntax]) -> Option<(&'s ReferenceSyntax, Span)> {
    let found = syntaxes.iter().filter_map(|syntax| {
        let at = text.find(&syntax.open)?;
        let start = at + syntax.open.len();
        let length = match &syntax.close {
            Some(close) => text[start..].find(close.as_str())?,
            None => {
                text[start..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
            }
        };
        let is_empty = text[start..start + length].trim().is_empty();
        (!is_empty).then(|| (at, syntax, Span::new(start, start + length)))
    });
    found
        .min_by_key(|(at, syntax, _)| (*at, std::cmp::Reverse(syntax.open.len())))
        .map(|(_, syntax, inner)| (syntax, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syntax(open: &str, close: Option<&str>, form: Form, defaults: &[&str]) -> ReferenceSyntax {
        ReferenceSyntax {
            open: open.into(),
            close: close.map(str::to_owned),
            form,
            defaults: defaults.iter().map(|mark| (*mark).to_owned()).collect(),
            scope: ReferenceScope::Directory,
            terms: Vec::new(),
        }
    }

    fn shell() -> [ReferenceSyntax; 3] {
        [
            syntax("${input:", Some("}"), Form::PromptRef, &[]),
            syntax("${", Some("}"), Form::EnvRef, &[":-", "-"]),
            syntax("$", None, Form::EnvRef, &[]),
        ]
    }

    fn reference(name: &str, form: Form) -> Given<'_> {
        Given::Reference { form, name, scope: ReferenceScope::Directory }
    }

    #[test]
    fn a_default_is_a_literal() {
        assert_eq!(
            read("a${X:-lit}", &shell()),
            [reference("X", Form::EnvRef), Given::Literal(Span::new(6, 9))]
        );
        assert_eq!(read("Bearer ${X}", &shell()), [reference("X", Form::EnvRef)]);
        assert_eq!(read("$X/y", &shell()), [reference("X", Form::EnvRef)]);
        assert_eq!(read("${input:token}", &shell()), [reference("token", Form::PromptRef)]);
        assert_eq!(read("${X:?must be set}", &shell()), [reference("X", Form::EnvRef)]);
        assert_eq!(read("plain $", &shell()), [Given::Literal(Span::new(0, 7))]);
        assert_eq!(read("${", &shell()), [Given::Literal(Span::new(0, 2))]);
    }

    #[test]
    fn every_reference_of_a_script_is_found() {
        let script = "curl -H \"${A}\" $B; echo ${C:-x}";
        let texts: Vec<_> = references(script, &shell()).iter().map(|span| &script[span.range()]).collect();
        assert_eq!(texts, ["${A}", "$B", "${C:-x}"]);
    }

    #[test]
    fn one_value_gives_each_reference_once_and_a_bounded_number_of_them() {
        let syntax = ReferenceSyntax {
            terms: vec![crate::rules::Term {
                open: "secrets.".into(),
                form: Form::CiSecretRef,
                scope: ReferenceScope::Repository,
                named: crate::rules::Named::Alone,
            }],
            ..syntax("${{", Some("}}"), Form::CiSecretRef, &[])
        };
        let same = "${{ secrets.A }} ".repeat(1_000);
        assert_eq!(read(&same, std::slice::from_ref(&syntax)).len(), 1);
        let different: String = (0..1_000).map(|number| format!("${{{{ secrets.A{number} }}}} ")).collect();
        let given = read(&different, &[syntax]);
        assert_eq!((given.len(), given.last()), (101, Some(&Given::More(900))));
    }
}
