//! What moves a severity: attributes, and by one step in total.

use crate::model::{Attribute, Exposure, Finding, LifetimeClass, Location, Severity};
use crate::rules::TestPaths;

/// Asks who can see each finding's place and moves its severity by the sign of what speaks for and against.
pub fn weigh(
    findings: &mut [Finding],
    tests: &TestPaths,
    mut exposure_of: impl FnMut(&Location) -> Exposure,
) {
    for finding in findings {
        finding.exposure = exposure_of(&finding.location);
        let class = finding.credential.as_ref().map(|credential| credential.lifetime.class);
        match finding.exposure {
            Exposure::Tracked if class == Some(LifetimeClass::Never) => {
                finding.attributes.push(Attribute::TrackedForEver);
            }
            Exposure::Ignored => finding.attributes.push(Attribute::GitIgnored),
            _ => {}
        }
        if tests.matches(finding.location.origin.outermost().as_str()) {
            finding.attributes.push(Attribute::TestPath);
        }
        finding.attributes.sort();
        finding.attributes.dedup();
        finding.severity = moved(finding.base_severity, &finding.attributes);
    }
}

fn moved(base: Severity, attributes: &[Attribute]) -> Severity {
    // What is only worth a note stays one: there is nothing in it to make worse.
    if base == Severity::Note {
        return base;
    }
    match attributes.iter().map(|attribute| attribute.direction()).sum::<i32>().signum() {
        1 if base < Severity::High => base.raised(),
        // Critical is for what administers; a person's key that is tracked is high and stays high.
        1 if attributes.contains(&Attribute::Admin) => base.raised(),
        -1 => base.lowered(),
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_in_total() {
        use Attribute::{Admin, GitIgnored, Human, TestPath, TrackedForEver};
        assert_eq!(moved(Severity::High, &[TrackedForEver, Human]), Severity::High);
        assert_eq!(moved(Severity::High, &[TrackedForEver, Admin]), Severity::Critical);
        assert_eq!(moved(Severity::Medium, &[TrackedForEver, Human]), Severity::High);
        assert_eq!(moved(Severity::High, &[GitIgnored, TestPath]), Severity::Medium);
        assert_eq!(moved(Severity::High, &[GitIgnored, Human]), Severity::High);
        assert_eq!(moved(Severity::Note, &[Admin]), Severity::Note);
    }
}
