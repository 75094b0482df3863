//! SARIF 2.1.0: one run, made to be accepted by code scanning services and read by viewers.

mod model;
mod notifications;
mod results;
mod rules;
mod uri;

use std::cmp::Reverse;
use std::io;

use super::sanitise::{self, Gatekeeper};
use super::{Catalogue, HOME};
use crate::model::{Finding, Report};
use model::{AutomationDetails, BaseId, BaseIds, Component, Driver, Invocation, Log, Run, Text, Tool};
use rules::Rules;

/// GitHub shows this many results of a run.
const MAX_RESULTS: usize = 5_000;

/// The base that paths are relative to. No machine's path is given for it.
const ROOT: &str = "SRCROOT";

pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    gatekeeper: &Gatekeeper,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (kept, cut) = kept(&report.findings, MAX_RESULTS);
    let rules = Rules::of(&kept, catalogue);
    let results = kept.iter().map(|finding| results::of(finding, &rules)).collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "outstay",
                    full_name: concat!("outstay ", env!("CARGO_PKG_VERSION")),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: HOME,
                    supported_taxonomies: rules.taxonomy().map(|_| [Component::CWE]),
                    rules: rules.descriptors(),
                },
            },
            automation_details: AutomationDetails { id: "outstay/" },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications::of(report, cut),
            }],
            original_uri_base_ids: BaseIds {
                root: BaseId { description: Text::new("The root of what was scanned.") },
            },
            column_kind: "unicodeCodePoints",
            taxonomies: rules.taxonomy().map(|taxonomy| [taxonomy]),
            results,
        }],
    };
    sanitise::json(gatekeeper, &log, out)
}

/// The open findings, the worst `most` of them, in the report's order; and how many were cut.
fn kept(findings: &[Finding], most: usize) -> (Vec<&Finding>, usize) {
    let mut open: Vec<(usize, &Finding)> =
        findings.iter().enumerate().filter(|(_, finding)| finding.is_open()).collect();
    let cut = open.len().saturating_sub(most);
    if cut > 0 {
        open.sort_by_key(|(index, finding)| (Reverse((finding.severity, finding.confidence)), *index));
        open.truncate(most);
        open.sort_by_key(|(index, _)| *index);
    }
    (open.into_iter().map(|(_, finding)| finding).collect(), cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use crate::report::testing::finding;

    #[test]
    fn the_worst_are_kept_in_the_order_of_the_report() {
        let findings = [
            finding("a", Severity::Critical, "a"),
            finding("b", Severity::Low, "b"),
            finding("c", Severity::High, "c"),
        ];
        let (kept, cut) = kept(&findings, 2);
        assert_eq!(kept.iter().map(|finding| finding.rule.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(cut, 1);
    }
}
