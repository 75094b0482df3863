//! Terms that a variable says: what it is set to in the directory decides.

use std::collections::HashMap;

use crate::lifetime::durations::{self, Unit};
use crate::model::{Examined, Issue, Term, Told};
use crate::rules::{RulePack, TtlRow};

use super::terms;

/// Names that lead to names are followed so far.
const LONGEST_CHAIN: usize = 4;

/// Directory and name to what it is set to.
type Known = HashMap<(String, String), String>;

/// Gives every mint whose term is a variable's the term that the directory gives that variable. A mint that then has nothing to
/// speak of is taken out.
pub fn settle(evidence: &mut [Examined], pack: &RulePack) {
    let known = known(evidence);
    for examined in evidence {
        let directory = examined.origin.outermost().directory().to_owned();
        examined.mints.retain_mut(|mint| {
            let row = mint.issue.as_ref().and_then(|issue| pack.tables.ttl.get(issue.row));
            match (mint.issue.as_mut(), row) {
                (Some(issue), Some(row)) => settled(issue, row, &directory, &known),
                _ => true,
            }
        });
    }
}

fn known(evidence: &[Examined]) -> Known {
    let mut known = Known::new();
    for examined in evidence {
        let path = examined.origin.outermost();
        let is_set = path.as_str().ends_with(".tfvars");
        for definition in &examined.definitions {
            let key = (path.directory().to_owned(), definition.name.clone());
            // What is set outweighs what is the default.
            if is_set {
                known.insert(key, definition.text.clone());
            } else {
                known.entry(key).or_insert_with(|| definition.text.clone());
            }
        }
    }
    known
}

/// Whether the mint still is one, once its variable is known.
fn settled(issue: &mut Issue, row: &TtlRow, directory: &str, known: &Known) -> bool {
    let Told::ByField { field, text } = &issue.told else { return true };
    let Some(expression) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return true;
    };
    if let Some(length) = added(expression) {
        issue.term = length;
        return true;
    }
    let Some(variable) = named(expression) else { return true };
    let field = field.clone();
    let value = value_of(&variable, directory, known);
    match value.as_deref() {
        Some("null" | "") => match terms::absent(row) {
            Some((term, told)) => {
                issue.term = term;
                issue.told = told;
            }
            None => return false,
        },
        Some(value) => issue.term = terms::term(row, None, value),
        None => {}
    }
    if !matches!(issue.told, Told::ByAbsence { .. }) {
        let default = value.filter(|_| issue.term != Term::Unknown);
        issue.told = Told::ByVariable { field, variable, default };
    }
    true
}

/// What a name is set to in the directory, through names that it is set to itself.
fn value_of(name: &str, directory: &str, known: &Known) -> Option<String> {
    let mut name = name.to_owned();
    for _ in 0..LONGEST_CHAIN {
        let value = known.get(&(directory.to_owned(), name))?;
        match value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).and_then(named) {
            Some(next) => name = next,
            None => return Some(value.clone()),
        }
    }
    None
}

/// The name that an expression is: `var.ttl`, `time_rotating.week.rotation_rfc3339`.
fn named(expression: &str) -> Option<String> {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let mut steps = expression.bytes().all(of_name).then(|| expression.split('.'))?;
    Some(format!("{}.{}", steps.next()?, steps.next()?))
}

/// The length that `timeadd(timestamp(), "720h")` adds to now.
fn added(expression: &str) -> Option<Term> {
    let quoted = expression.strip_prefix("timeadd(").and_then(|rest| rest.split('"').nth_back(1))?;
    durations::read(quoted, Unit::Seconds).map(Term::Lasts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Duration;

    #[test]
    fn names_lead_to_values() {
        let known: Known = [("var.a", "${local.b}"), ("local.b", "8h"), ("local.c", "${local.c}")]
            .map(|(name, value)| (("d".to_owned(), name.to_owned()), value.to_owned()))
            .into();
        assert_eq!(value_of("var.a", "d", &known).as_deref(), Some("8h"));
        assert_eq!(value_of("local.c", "d", &known), None);
        assert_eq!(value_of("var.a", "elsewhere", &known), None);
    }

    #[test]
    fn an_expression_is_a_name_or_a_sum() {
        assert_eq!(named("var.ttl").as_deref(), Some("var.ttl"));
        assert_eq!(named("time_rotating.week.rotation_rfc3339").as_deref(), Some("time_rotating.week"));
        assert_eq!(named("max(var.a, 1)"), None);
        assert_eq!(added("timeadd(timestamp(), \"720h\")"), Some(Term::Lasts(Duration(2_592_000))));
        assert_eq!(added("upper(\"720h\")"), None);
    }
}
