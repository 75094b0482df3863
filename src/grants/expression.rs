//! Expressions between the marks of a reference: `secrets.A || secrets.B || 'literal'`.

use crate::rules::{Named, Term};
use crate::text::Span;

use super::form::Given;

/// What the expression at `inner` of `text` may give: everything in it that a term names, and literals that are chosen by `||` or `&&`.
/// Nothing, if it names nothing.
pub(super) fn read<'t>(text: &'t str, inner: Span, terms: &[Term]) -> Vec<Given<'t>> {
    let mut given = named(text, inner, terms);
    if !given.is_empty() {
        given.extend(
            literals(&text[inner.range()]).into_iter().map(|span| Given::Literal(span.shifted(inner.start))),
        );
    }
    given
}

fn named<'t>(text: &'t str, inner: Span, terms: &[Term]) -> Vec<Given<'t>> {
    let content = &text[inner.range()];
    let lower = content.to_ascii_lowercase();
    let mut given = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let hit = terms
            .iter()
            .filter(|term| lower[at..].starts_with(&term.open) && !continues(content, at))
            .max_by_key(|term| term.open.len());
        let Some(term) = hit else {
            at += content[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let start = at + term.open.len();
        let length = match term.named {
            Named::Path => path_length(&content[start..]),
            Named::Alone | Named::Whole => name_length(&content[start..]),
        };
        let from = if term.named == Named::Alone { start } else { at };
        if length > 0 || term.named == Named::Whole {
            given.push(Given::Reference {
                form: term.form,
                name: &content[from..start + length],
                scope: term.scope,
            });
        }
        at = start + length;
    }
    given
}

fn name_length(content: &str) -> usize {
    content.bytes().take_while(|byte| is_of_name(*byte)).count()
}

/// Names with dots between.
fn path_length(content: &str) -> usize {
    let mut length = name_length(content);
    while content[length..].starts_with('.') {
        let more = name_length(&content[length + 1..]);
        if more == 0 {
            break;
        }
        length += 1 + more;
    }
    length
}

/// Whether what begins at `at` goes on with a name that began before.
fn continues(content: &str, at: usize) -> bool {
    content[..at].bytes().next_back().is_some_and(|byte| is_of_name(byte) || byte == b'.')
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Texts in quotes behind `||` or `&&`.
fn literals(content: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut quotes = content.match_indices('\'').map(|(at, _)| at);
    while let (Some(open), Some(close)) = (quotes.next(), quotes.next()) {
        let before = content[..open].trim_end();
        if (before.ends_with("||") || before.ends_with("&&")) && close > open + 1 {
            found.push(Span::new(open + 1, close));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Form;
    use crate::rules::ReferenceScope;

    fn term(open: &str, form: Form, named: Named) -> Term {
        Term { open: open.to_owned(), form, scope: ReferenceScope::Repository, named }
    }

    fn given(content: &str) -> Vec<String> {
        let terms = [
            term("secrets.", Form::CiSecretRef, Named::Alone),
            term("secrets.github_", Form::Brokered, Named::Whole),
            term("github.token", Form::Brokered, Named::Whole),
            term("secrets['", Form::CiSecretRef, Named::Alone),
            term("inputs.", Form::EnvRef, Named::Whole),
            term("aws_", Form::StoreRef, Named::Path),
            term(".values.", Form::EnvRef, Named::Path),
        ];
        read(content, Span::new(0, content.len()), &terms)
            .into_iter()
            .map(|given| match given {
                Given::Literal(span) => format!("'{}'", &content[span.range()]),
                Given::Reference { form, name, .. } => format!("{form:?} {name}"),
                Given::More(more) => format!("{more} more"),
            })
            .collect()
    }

    #[test]
    fn everything_that_may_be_given_is_named() {
        assert_eq!(given(" secrets.A || secrets.B "), ["CiSecretRef A", "CiSecretRef B"]);
        assert_eq!(given("github.event_name == 'push' && secrets.A || 'dflt'"), ["CiSecretRef A", "'dflt'"]);
        assert_eq!(given("inputs.key || SECRETS.K"), ["EnvRef inputs.key", "CiSecretRef K"]);
        assert_eq!(given("secrets['X-Y'] "), ["CiSecretRef X-Y"]);
        assert_eq!(given("mysecrets.A || steps.secrets.B"), [""; 0]);
        assert_eq!(given("format('é{0}', secrets.A)"), ["CiSecretRef A"]);
        assert_eq!(
            given("f(aws_key.ci.secret, aws_x.y[0].z)"),
            ["StoreRef aws_key.ci.secret", "StoreRef aws_x.y"]
        );
        assert_eq!(given(" .Values.a.b-c. | quote "), ["EnvRef .Values.a.b-c"]);
        assert_eq!(given("'a' || 'b'"), [""; 0], "an expression that names nothing is as before");
    }

    #[test]
    fn the_longer_mark_wins() {
        assert_eq!(given("secrets.GITHUB_TOKEN"), ["Brokered secrets.GITHUB_TOKEN"]);
        assert_eq!(given("secrets.X || github.token"), ["CiSecretRef X", "Brokered github.token"]);
    }
}
