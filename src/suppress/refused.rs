//! Markers that a policy does not let hold.

use std::collections::BTreeMap;

use crate::model::{Finding, Origin, Overruled};

use super::{Marker, stands_on};

/// The markers that would have held a finding back.
pub fn refused_markers(findings: &[Finding], markers: &BTreeMap<Origin, Vec<Marker>>) -> Vec<Overruled> {
    let mut refused = Vec::new();
    for finding in findings {
        for marker in markers.get(&finding.location.origin).into_iter().flatten() {
            let Ok(allowance) = &marker.allowance else { continue };
            let named = allowance.rules.iter().find(|rule| finding.is_named_by(rule));
            if let Some(rule) = named.filter(|_| stands_on(finding, marker.covers)) {
                refused.push(Overruled {
                    path: finding.location.origin.outermost().clone(),
                    line: marker.line,
                    setting: "outstay:allow".to_owned(),
                    message: format!(
                        "`outstay:allow {rule}` does not hold: the policy lets no marker hold a finding back."
                    ),
                });
            }
        }
    }
    refused.sort();
    refused.dedup();
    refused
}
