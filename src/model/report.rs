//! The result of a run.

use super::{Coverage, Disposition, Duration, Exposure, Finding, Gate, PolicyUse, Secret, Timestamp};

/// Something worth saying about the run itself: an unused waiver, a configuration that excludes files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Note {
    /// A stable word for what it is about: `unused-waiver`, `expired-waiver`, `config`, …
    pub topic: &'static str,
    /// One sentence with a full stop.
    pub message: String,
}

/// Everything a run has to say, sorted, ready for any format.
#[derive(Clone, Debug)]
pub struct Report {
    /// The findings, in the order of path, offset and rule; waived and baselined ones among them.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What else there is to say.
    pub notes: Vec<Note>,
    /// The moment that lifetimes are measured against.
    pub now: Timestamp,
    /// What fails the run.
    pub gate: Gate,
    /// Whether findings in files that git ignores fail the run too.
    pub gate_ignored: bool,
    /// The longest lifetime that is not standing.
    pub max_lifetime: Duration,
    /// The policy that it was made under.
    pub policy: Option<PolicyUse>,
    /// Whether something that was asked for was not examined, or nothing was.
    pub incomplete: bool,
    /// Every value of the run that may be secret, reported or not: what no text may show.
    pub secrets: Vec<Secret>,
}

/// The numbers under a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Findings that count.
    pub open: usize,
    /// Those of them that fail the run.
    pub failing: usize,
    /// Those that would, were they not in files that git ignores.
    pub failing_but_ignored: usize,
    /// Held back by waivers and markers.
    pub waived: usize,
    /// In the baseline.
    pub baselined: usize,
}

impl Report {
    /// Whether this finding fails the run.
    pub fn fails(&self, finding: &Finding) -> bool {
        self.reaches_gate(finding) && (self.gate_ignored || finding.exposure != Exposure::Ignored)
    }

    fn reaches_gate(&self, finding: &Finding) -> bool {
        finding.is_open() && self.gate.fails(finding.severity, finding.confidence)
    }

    /// Counts.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for finding in &self.findings {
            match finding.disposition {
                Disposition::Open => summary.open += 1,
                Disposition::Waived { .. } => summary.waived += 1,
                Disposition::Baselined => summary.baselined += 1,
            }
            if self.fails(finding) {
                summary.failing += 1;
            } else if self.reaches_gate(finding) {
                summary.failing_but_ignored += 1;
            }
        }
        summary
    }
}
