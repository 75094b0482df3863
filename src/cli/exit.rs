//! How a run ends.

use std::fmt::Display;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use crate::config::{ConfigError, Paint};
use crate::model::Report;

/// What the exit code says; a contract, the same for every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing fails the run.
    Clean,
    /// Findings at or above the gate.
    Findings,
    /// The command line, the configuration or a rule is wrong.
    Usage,
    /// Something that was asked for could not be examined, or nothing was.
    Incomplete,
}

impl Exit {
    /// Of a report: findings weigh more than what is missing; the report says both.
    pub(super) fn of(report: &Report) -> Self {
        if report.summary().failing > 0 {
            Self::Findings
        } else if report.incomplete {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Usage => Self::from(2),
            Exit::Incomplete => Self::from(3),
        }
    }
}

/// Why a command could not be carried out. What it says ends up on standard error, and the exit code is 2.
#[derive(Debug)]
pub(super) enum Failure {
    /// One sentence.
    Sentence(String),
    /// The configuration is wrong; shown with a caret.
    Config(Box<ConfigError>),
}

impl Failure {
    /// From anything that is one sentence.
    pub(super) fn of(error: impl Display) -> Self {
        Self::Sentence(error.to_string())
    }

    /// What to print.
    pub(super) fn render(&self) -> String {
        match self {
            Self::Sentence(text) => format!("error: {text}\n"),
            Self::Config(error) => {
                let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
                error.render(if colour { Paint::Ansi } else { Paint::Plain })
            }
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}
