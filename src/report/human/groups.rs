//! Which findings stand together, and in which order.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::{CredentialFacts, Finding};

/// Findings that one fix removes.
pub(super) struct Group<'r> {
    /// What they share; `None` for a finding that stands alone.
    pub(super) credential: Option<&'r CredentialFacts>,
    /// Worst first, then by place.
    pub(super) findings: Vec<&'r Finding>,
}

/// The open findings, those of one credential together; the group with the worst finding first, then by place.
pub(super) fn of(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut open: Vec<&Finding> = findings.iter().filter(|finding| finding.is_open()).collect();
    open.sort_by_key(|finding| {
        (Reverse(finding.severity), &finding.location.origin, finding.location.span, &finding.rule)
    });
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut by_credential = HashMap::new();
    for finding in open {
        let credential = finding.credential.as_ref().filter(|credential| credential.fingerprint.is_some());
        let index = match credential.and_then(|credential| credential.fingerprint) {
            Some(fingerprint) => *by_credential.entry(fingerprint).or_insert(groups.len()),
            None => groups.len(),
        };
        match groups.get_mut(index) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { credential, findings: vec![finding] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use crate::report::testing::{credential, finding};

    #[test]
    fn the_worst_group_comes_first_and_brings_its_lesser_findings_along() {
        let mut other = finding("c", Severity::High, "a.yml");
        other.credential = Some(credential(2));
        let mut unnamed = finding("d", Severity::High, "b.yml");
        unnamed.credential = None;
        let findings =
            [finding("a", Severity::Low, "a.yml"), other, unnamed, finding("b", Severity::Critical, "z.yml")];
        let rules: Vec<Vec<&str>> = of(&findings)
            .iter()
            .map(|group| group.findings.iter().map(|finding| finding.rule.as_str()).collect())
            .collect();
        assert_eq!(rules, [vec!["b", "a"], vec!["c"], vec!["d"]]);
    }

    #[test]
    fn values_too_short_to_be_named_are_not_taken_for_one() {
        let mut findings = [finding("a", Severity::High, "a"), finding("a", Severity::High, "b")];
        for finding in &mut findings {
            finding.credential.as_mut().unwrap().fingerprint = None;
        }
        assert_eq!(of(&findings).len(), 2);
    }
}
