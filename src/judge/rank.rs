//! Which rule speaks where several hold of the same place.

use std::cmp::Reverse;

use crate::model::Id;
use crate::rules::Rule;

use super::predicate::specificity;

/// The rule that speaks, and the ids of the others, sorted: a rule that another one supersedes gives way, then the worse, the more
/// specific, the first by id wins.
pub(super) fn best<'r>(rules: &[&'r Rule]) -> Option<(&'r Rule, Vec<Id>)> {
    let superseded = |rule: &Rule| rules.iter().any(|other| other.supersedes.contains(&rule.id));
    let winner = rules.iter().copied().min_by_key(|rule| {
        (superseded(rule), Reverse(rule.severity), Reverse(specificity(&rule.condition)), rule.id.clone())
    })?;
    let mut also: Vec<Id> =
        rules.iter().filter(|rule| rule.id != winner.id).map(|rule| rule.id.clone()).collect();
    also.sort();
    also.dedup();
    Some((winner, also))
}
