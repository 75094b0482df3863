//! What moves a severity: attributes, and by one step in total.

use crate::model::{Attribute, Exposure, Finding, LifetimeClass, Location, Severity};

/// Asks who can see each finding's place and moves its severity by the sign of what speaks for and against.
pub fn weigh(findings: &mut [Finding], mut exposure_of: impl FnMut(&Location) -> Exposure) {
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
        if is_test_path(finding.location.origin.outermost().as_str()) {
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

/// Whether a path is that of tests: a directory or a file's name says so.
pub fn is_test_path(path: &str) -> bool {
    let (directories, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_test_directory = |name: &str| {
        matches!(
            name,
            "test"
                | "tests"
                | "testing"
                | "testdata"
                | "test-data"
                | "test_data"
                | "__tests__"
                | "spec"
                | "specs"
                | "fixtures"
                | "fixture"
                | "__fixtures__"
                | "__mocks__"
                | "mocks"
                | "__snapshots__"
                | "ci"
                | "e2e"
                | "testutil"
                | "testutils"
                | "cassettes"
        )
    };
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    let in_name = [
        ".test.",
        ".spec.",
        "_test.",
        "_tests.",
        "-test.",
        "_spec.",
        ".e2e.",
        "jest.setup.",
        "vitest.setup.",
    ]
    .iter()
    .any(|part| file.contains(part));
    directories.split('/').any(is_test_directory)
        || in_name
        || stem.starts_with("test_")
        || stem == "conftest"
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

    #[test]
    fn tests_are_known_by_their_paths() {
        for path in [
            "tests/a.rs",
            "src/a_test.go",
            "src/a_tests.rs",
            "x/fixtures/y.json",
            "a.spec.ts",
            "ci/values.yaml",
            "apps/a/docker-compose.e2e.yml",
            "apps/a/jest.setup.ts",
            "test_x.py",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in ["src/latest.rs", "contest/a.py", "src/main.rs", "testimony.md", "attestation.json"] {
            assert!(!is_test_path(path), "{path}");
        }
    }
}
