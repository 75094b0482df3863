//! How bad, how sure, and what fails a gate.

use std::fmt;
use std::str::FromStr;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to mend at once.
    Note,
    /// Weak, local or short-lived.
    Low,
    /// Standing access that most repositories have.
    Medium,
    /// Standing access that someone can use today.
    High,
    /// Administrative, or burnt into an image for ever.
    Critical,
}

impl Severity {
    /// One step up, [`Severity::Critical`] at most.
    pub fn raised(self) -> Self {
        match self {
            Self::Note => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// One step down, [`Severity::Note`] at least.
    pub fn lowered(self) -> Self {
        match self {
            Self::Note | Self::Low => Self::Note,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }

    /// As one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess from a name and a value that looks random.
    Low,
    /// A name that says so, or a holder that was inferred.
    Medium,
    /// A structural fact, or a format that only this credential has.
    High,
}

impl Confidence {
    /// As one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the user says of a rule's severity and confidence; `None`: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grade {
    /// How bad, before the attributes.
    pub severity: Option<Severity>,
    /// How sure.
    pub confidence: Option<Confidence>,
}

/// From which severity and confidence on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// `None`: nothing fails.
    pub severity: Option<Severity>,
    /// The least confidence that counts.
    pub confidence: Confidence,
}

impl Default for Gate {
    fn default() -> Self {
        Self { severity: Some(Severity::High), confidence: Confidence::High }
    }
}

impl Gate {
    /// Whether a finding of this severity and confidence fails the run.
    pub fn fails(self, severity: Severity, confidence: Confidence) -> bool {
        self.severity.is_some_and(|least| severity >= least) && confidence >= self.confidence
    }

    /// Whether all that fails `other` fails this one as well.
    pub fn is_as_strict_as(self, other: Self) -> bool {
        match (self.severity, other.severity) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other_least)) => own <= other_least && self.confidence <= other.confidence,
        }
    }
}

/// A gate that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no threshold; write SEVERITY or SEVERITY:CONFIDENCE, such as high or medium:low, or never")]
pub struct GateError(String);

impl fmt::Display for Gate {
    /// As it is written: `high:high`, `never`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.severity {
            Some(severity) => write!(f, "{severity}:{}", self.confidence),
            None => f.write_str("never"),
        }
    }
}

impl FromStr for Gate {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (severity, confidence) = text.split_once(':').unwrap_or((text, "high"));
        let error = || GateError(text.to_owned());
        let severity = match severity {
            "never" if !text.contains(':') => None,
            "note" => Some(Severity::Note),
            "low" => Some(Severity::Low),
            "medium" => Some(Severity::Medium),
            "high" => Some(Severity::High),
            "critical" => Some(Severity::Critical),
            _ => return Err(error()),
        };
        let confidence = match confidence {
            "low" => Confidence::Low,
            "medium" => Confidence::Medium,
            "high" => Confidence::High,
            _ => return Err(error()),
        };
        Ok(Self { severity, confidence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stricter_gate_fails_all_that_the_other_does() {
        let strict =
            |own: &str, other: &str| own.parse::<Gate>().unwrap().is_as_strict_as(other.parse().unwrap());
        assert!(strict("high:high", "high") && strict("medium:low", "high:high") && strict("never", "never"));
        assert!(!strict("critical:low", "high:high") && !strict("low:high", "low:medium"));
        assert!(!strict("never", "critical") && strict("critical", "never"));
        assert_eq!("medium:low".parse::<Gate>().unwrap().to_string(), "medium:low");
    }

    #[test]
    fn a_bare_severity_means_high_confidence() {
        assert_eq!("high".parse(), Ok(Gate::default()));
        assert_eq!(
            "medium:low".parse(),
            Ok(Gate { severity: Some(Severity::Medium), confidence: Confidence::Low })
        );
        assert!(!"never".parse::<Gate>().unwrap().fails(Severity::Critical, Confidence::High));
        assert!("hihg".parse::<Gate>().is_err());
        assert!("never:low".parse::<Gate>().is_err());
    }
}
