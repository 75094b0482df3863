//! Rules that are said once for each file: the first place speaks, and names the others.

use std::collections::HashMap;

use crate::model::{Finding, Id, Origin, Place};
use crate::rules::Once;

use super::shared::relate;
use super::{Bench, identity};

/// `findings`, sorted by place, with those of such rules folded into the first of each file.
pub(super) fn fold(bench: &Bench<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let is_once = |finding: &Finding| {
        bench.pack.rule(finding.rule.as_str()).is_some_and(|rule| rule.once == Once::File)
    };
    let mut first: HashMap<(Id, Origin), usize> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for mut finding in findings {
        if !is_once(&finding) {
            kept.push(finding);
            continue;
        }
        let key = (finding.rule.clone(), finding.location.origin.clone());
        match first.get(&key) {
            Some(index) => fold_into(&mut kept[*index], finding),
            None => {
                // Which of the places is the first may change: the rule and the path name it.
                finding.fingerprint = identity::of_structure(bench.key, &finding.rule, "");
                first.insert(key, kept.len());
                kept.push(finding);
            }
        }
    }
    kept
}

fn fold_into(first: &mut Finding, other: Finding) {
    let label = match &other.holder {
        Some(holder) => format!("`{}` too", super::message::clean(&holder.name)),
        None => "here too".to_owned(),
    };
    first.base_severity = first.base_severity.max(other.base_severity);
    first.severity = first.base_severity;
    first.confidence = first.confidence.max(other.confidence);
    let own = Place { location: other.location, label };
    relate(first, std::iter::once(own).chain(other.related));
}
