//! What will issue credentials, and how long they last.

use super::{Duration, Id, LifetimeClass, Location, Timestamp};

/// What will issue credentials.
#[derive(Clone, Debug)]
pub struct Mint<L = Location> {
    /// What sort, as the platform file or the table names it: `kubernetes-service-account-token`, `api-token`.
    pub kind: Id,
    /// Its own name.
    pub name: String,
    /// The platform that it was found by.
    pub platform: Id,
    /// What it issues, and for how long, where the table has a row for it.
    pub issue: Option<Issue>,
    /// What others in the same directory call it, if they can: `aws_iam_access_key.agent`.
    pub address: Option<String>,
    /// Where it is declared.
    pub location: L,
}

/// What a mint issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Index of its row in the table of mints.
    pub row: usize,
    /// How long it lasts.
    pub term: Term,
    /// How that is known.
    pub told: Told,
    /// So long is in order for such a credential, whatever its class; 0: nothing is.
    pub tolerated: Duration,
}

impl Issue {
    /// The class of what is issued, as of `now`, where `most` is the longest lifetime that is not standing; `None` where it lasts
    /// no longer than is in order for it.
    pub fn class(&self, now: Timestamp, most: Duration) -> Option<LifetimeClass> {
        let is_in_order = self.term.length(now).is_some_and(|length| length <= self.tolerated);
        (!is_in_order).then(|| self.term.class(now, most))
    }
}

/// How long what a mint issues lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// No end.
    Never,
    /// Renewed without bound.
    Renewable,
    /// So long from when it is issued.
    Lasts(Duration),
    /// Until then.
    Until(Timestamp),
    /// Nothing tells.
    Unknown,
}

impl Term {
    /// Its class as of `now`, where `most` is the longest lifetime that is not standing.
    pub fn class(self, now: Timestamp, most: Duration) -> LifetimeClass {
        match self {
            Self::Never => LifetimeClass::Never,
            Self::Renewable => LifetimeClass::Renewable,
            Self::Unknown => LifetimeClass::Unknown,
            Self::Until(end) if end <= now => LifetimeClass::Expired,
            Self::Lasts(_) | Self::Until(_) => {
                self.length(now).map_or(LifetimeClass::Unknown, |length| LifetimeClass::lasting(length, most))
            }
        }
    }

    /// How long that is as of `now`; `None` where it has no end or nothing tells.
    pub fn length(self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::Lasts(length) => Some(length),
            Self::Until(end) => Some(end.since(now)),
            Self::Never | Self::Renewable | Self::Unknown => None,
        }
    }
}

/// How a mint's term is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is always so: nothing can bound it.
    ByNature,
    /// By the absence of a field.
    ByAbsence {
        /// Its name.
        field: String,
    },
    /// By what a field says.
    ByField {
        /// Its name.
        field: String,
        /// What stands there.
        text: String,
    },
    /// By a variable that a field names.
    ByVariable {
        /// The field's name.
        field: String,
        /// The variable's name: `ttl`.
        variable: String,
        /// Its default, where the directory has one.
        default: Option<String>,
    },
}

/// A name that a directory's files refer to, and what it is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name: `var.ttl`, `local.ttl`, `module.keys.source`.
    pub name: String,
    /// What stands there.
    pub text: String,
}

/// Something that takes what a mint of its directory issues.
#[derive(Clone, Debug)]
pub struct Flow<L = Location> {
    /// The mint's address, or that of a module's output: `aws_iam_access_key.agent`, `module.keys.secret`.
    pub from: String,
    /// What takes it, as people call it: "output".
    pub title: String,
    /// Its name.
    pub name: String,
    /// Where it does.
    pub location: L,
}

impl<L> Flow<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Flow<M> {
        let Self { from, title, name, location } = self;
        Flow { from, title, name, location: locate(location) }
    }
}

impl<L> Mint<L> {
    /// The same with its place made by `locate`.
    pub fn located<M>(self, locate: impl FnOnce(L) -> M) -> Mint<M> {
        let Self { kind, name, platform, issue, address, location } = self;
        Mint { kind, name, platform, issue, address, location: locate(location) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_the_class_of_its_length() {
        let now = Timestamp(1_795_564_800);
        for (term, class) in [
            (Term::Never, LifetimeClass::Never),
            (Term::Renewable, LifetimeClass::Renewable),
            (Term::Lasts(Duration::HOUR), LifetimeClass::Task),
            (Term::Lasts(Duration(86_401)), LifetimeClass::Long),
            (Term::Until(now.plus(Duration(7_200))), LifetimeClass::Session),
            (Term::Until(now), LifetimeClass::Expired),
            (Term::Unknown, LifetimeClass::Unknown),
        ] {
            assert_eq!(term.class(now, Duration::DAY), class, "{term:?}");
        }
    }
}
