//! Sentences in the user's own names.

use crate::model::Party;
use crate::rules::{FederationRow, Kind, Rule};

use super::Bench;
use super::predicate::{Subject, federation, shadowing};

/// Fills the names into a template. A part in `[…]` is left out where one of its names is not known; outside of brackets an
/// unknown name leaves a plain word.
pub(super) fn fill(template: &str, names: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let Some(length) = rest[open..].find(']') else { break };
        let optional = &rest[open + 1..open + length];
        // Brackets without a name in them are the text's own.
        if optional.contains('{') {
            out.push_str(&plain(&rest[..open], names));
            out.push_str(&known(optional, names).unwrap_or_default());
        } else {
            out.push_str(&plain(&rest[..=open + length], names));
        }
        rest = &rest[open + length + 1..];
    }
    out.push_str(&plain(rest, names));
    out
}

/// The template where there is no user whose names could be filled in.
pub fn in_general(template: &str) -> String {
    let words = |name: &str| match name {
        "alternative" => {
            Some("Use the issuer's own short-lived form, which the credential's card names.".to_owned())
        }
        "federation" => {
            Some("Exchange the workload's own identity for a session of that service.".to_owned())
        }
        _ => None,
    };
    let text = fill(template, &words);
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn plain(template: &str, names: &dyn Fn(&str) -> Option<String>) -> String {
    replace(template, &|name| Some(names(name).unwrap_or_else(|| format!("the {name}")))).unwrap_or_default()
}

fn known(template: &str, names: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    replace(template, names)
}

fn replace(template: &str, names: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, after)) if NAMES.contains(&name) => {
                out.push_str(&names(name)?);
                rest = after;
            }
            // A brace of the text's own, such as a workflow's `${{ … }}`.
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// What a template may name.
const NAMES: &[&str] = &[
    "holder",
    "slot",
    "name",
    "credential",
    "reference",
    "lifetime",
    "principal",
    "count",
    "alternative",
    "provider",
    "federation",
    "setting",
    "door",
    "readers",
    "term",
    "role",
    "binding",
];

/// The names that `subject` knows.
pub(super) fn names<'s>(
    rule: &'s Rule,
    subject: &'s Subject<'_>,
    bench: &'s Bench<'_>,
) -> impl Fn(&str) -> Option<String> + 's {
    move |name| {
        let kind = subject.credential.and_then(|credential| bench.pack.kind(credential.kind.as_str()));
        let row = || federation(&rule.condition, subject, bench);
        let binding = || subject.binding.map(|at| at.of(bench.evidence));
        let shadowed = || shadowing(subject, bench);
        match name {
            "holder" => subject.holder().map(|holder| format!("{} `{}`", holder.title, clean(&holder.name))),
            "slot" => subject.grant().map(|grant| grant.slot.as_str().to_owned()),
            "name" => subject
                .grant()
                .and_then(|grant| grant.name.as_deref())
                .map(|name| format!("`{}`", clean(name))),
            "credential" => kind.map(|kind| kind.title.clone()),
            "reference" => {
                let reference = subject.grant()?.reference.as_ref()?;
                Some(format!("`{}`", clean(&reference.name)))
            }
            "lifetime" => subject.credential.map(|credential| credential.lifetime.describe(bench.now)),
            "role" => Some(format!("`{}`", clean(&binding()?.role.name))).filter(|role| role != "``"),
            "binding" => binding().map(|binding| format!("{} `{}`", binding.title, clean(&binding.name))),
            "principal" if binding().is_some() => {
                let party = Party::of_grant(subject.grant()?)?;
                Some(format!("`{}`", clean(&party.principal().name)))
            }
            "principal" => {
                let of_credential = subject.credential.and_then(|credential| credential.principal.as_ref());
                let of_grant = subject.grant().and_then(|grant| grant.principal.as_ref());
                of_credential.or(of_grant).map(|principal| format!("`{}`", clean(&principal.name)))
            }
            "alternative" => kind.map(Kind::advice),
            "provider" => {
                let of_table =
                    || row().map(|row| &row.provider).or_else(|| shadowed().map(|row| &row.provider));
                kind.map(|kind| &kind.provider).or_else(of_table).cloned()
            }
            "federation" => row()
                .map(|row| exchange(row, subject, bench))
                .or_else(|| shadowed().map(|row| row.fix.clone())),
            _ => None,
        }
    }
}

/// How the holder's platform proves who it is, where that is known; else what the row says.
fn exchange(row: &FederationRow, subject: &Subject<'_>, bench: &Bench<'_>) -> String {
    let platform = subject.holder().map(|holder| &holder.platform);
    let identities = &bench.pack.tables.identity;
    let own = identities.iter().find(|identity| {
        platform.is_some_and(|own| identity.platforms.contains(own))
            && (identity.providers.is_empty() || identity.providers.contains(&row.provider))
    });
    let provider = |name: &str| (name == "provider").then(|| row.provider.clone());
    own.map_or_else(|| row.fix.clone(), |identity| fill(&identity.fix, &provider))
}

/// A name from the scanned text, for a sentence; it is cut only when it is masked.
pub(super) fn clean(name: &str) -> String {
    name.chars().filter(|character| !character.is_control() && *character != '`').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let names = |name: &str| (name == "holder").then(|| "MCP server `gh`".to_owned());
        assert_eq!(fill("{holder} has a key[ in {name}].", &names), "MCP server `gh` has a key.");
        assert_eq!(
            fill("{holder}[ of {holder}]: {name}.", &names),
            "MCP server `gh` of MCP server `gh`: the name."
        );
        assert_eq!(fill("write ${{ x }} and a[0].", &names), "write ${{ x }} and a[0].");
    }
}
