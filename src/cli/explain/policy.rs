//! What the policy makes of what is explained.

use std::fmt::Write as _;

use crate::text::visible;

use super::super::plan::Setup;

/// Which policy is used, and what it did not let pass; nothing where there is none.
pub(super) fn used(setup: &Setup) -> String {
    let Some(policy) = &setup.policy else { return String::new() };
    let mut out = String::new();
    for note in setup.notes.iter().filter(|note| note.topic == "policy") {
        let _ = writeln!(out, "{}", visible(&note.message));
    }
    for overruled in &policy.overruled {
        let said = format!("{}:{}: {}", overruled.path, overruled.line, overruled.message);
        let _ = writeln!(out, "{}", visible(&said));
    }
    out
}

/// What holds of a rule or a credential kind under it.
pub(super) fn of_rule(setup: &Setup, id: &str) -> String {
    let mut out = "\nUnder the policy\n".to_owned();
    if setup.off.contains(id) {
        out.push_str("  it is switched off\n");
    }
    if let Some(severity) = setup.terms.grades.get(id).and_then(|grade| grade.severity) {
        let _ = writeln!(out, "  severity {severity}");
    }
    if let Some(confidence) = setup.terms.grades.get(id).and_then(|grade| grade.confidence) {
        let _ = writeln!(out, "  confidence {confidence}");
    }
    for line in used(setup).lines() {
        let _ = writeln!(out, "  {line}");
    }
    out
}
