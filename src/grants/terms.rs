//! How long a mint's credentials last, read from a field, a flag, or from their absence.

use crate::lifetime::durations::{self, Unit};
use crate::lifetime::moments;
use crate::model::{Duration, Term, Told};
use crate::rules::{Meaning, TtlRow};

/// What a text says by the row, a bare number counting `unit`.
pub(super) fn term(row: &TtlRow, unit: Option<&str>, text: &str) -> Term {
    let text = text.trim();
    let meant =
        row.means.iter().find(|(other, _)| other.eq_ignore_ascii_case(text)).map(|(_, meaning)| meaning);
    if let Some(meaning) = meant {
        return meant_by(meaning);
    }
    let unit = unit.or(row.unit.as_deref()).and_then(|unit| Unit::named(&unit.to_ascii_lowercase()));
    match length(text, unit.unwrap_or(Unit::Seconds)) {
        Some(Duration(0)) => row.zero.as_ref().map_or(Term::Lasts(Duration(0)), meant_by),
        Some(length) => Term::Lasts(length),
        None => moments::read(text).map_or(Term::Unknown, Term::Until),
    }
}

/// A length, also as some write it: `hours=1;minutes=30`, `timedelta(hours=1, minutes=30)`.
fn length(text: &str, unit: Unit) -> Option<Duration> {
    let inner =
        text.split_once("timedelta(").map_or(text, |(_, rest)| rest.split(')').next().unwrap_or(rest));
    let turned = || {
        let parts = inner.split([';', ',']).map(|part| part.trim().split_once('='));
        let parts: Option<Vec<String>> =
            parts.map(|part| part.map(|(unit, count)| format!("{count} {unit}"))).collect();
        durations::read(&parts?.join(" "), unit)
    };
    durations::read(text, unit).or_else(turned)
}

/// What it means that no field is there; `None`: nothing to speak of.
pub(super) fn absent(row: &TtlRow) -> Option<(Term, Told)> {
    let term = meant_by(row.absent.as_ref()?);
    let told = match row.field_name() {
        Some(field) => Told::ByAbsence { field: field.to_owned() },
        None => Told::ByNature,
    };
    Some((term, told))
}

/// How long is in order for what the row issues.
pub(super) fn tolerated(row: &TtlRow) -> Duration {
    let length = row.tolerated.as_deref().and_then(|text| durations::read(text, Unit::Seconds));
    length.unwrap_or(Duration(0))
}

/// The term of a meaning.
fn meant_by(meaning: &Meaning) -> Term {
    match meaning {
        Meaning::Never => Term::Never,
        Meaning::Renewable => Term::Renewable,
        Meaning::Unknown => Term::Unknown,
        Meaning::Lasts(text) => durations::read(text, Unit::Seconds).map_or(Term::Unknown, Term::Lasts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::rules::RulePack;

    fn row(text: &str) -> TtlRow {
        let head = "kind = 'x'\ntitle = 'x'\nissuer = 'x'\nsource = 'x'\nfix = 'x'\n";
        toml::from_str(&format!("{head}{text}")).unwrap()
    }

    #[test]
    fn a_number_counts_what_the_row_says() {
        let days = row("unit = 'days'\nzero = 'never'\nmeans = {'-1' = 'never', false = 'renewable'}");
        assert_eq!(term(&days, None, "2"), Term::Lasts(Duration(172_800)));
        assert_eq!(term(&days, Some("hours"), "2"), Term::Lasts(Duration(7_200)));
        assert_eq!(term(&days, None, "0"), Term::Never);
        assert_eq!(term(&days, None, "-1"), Term::Never);
        assert_eq!(term(&days, None, "False"), Term::Renewable);
        assert_eq!(term(&days, None, "1970-01-02"), Term::Until(Timestamp(86_400)));
        assert_eq!(term(&days, None, "timestamp()"), Term::Unknown);
        for text in ["hours=1;minutes=30", "now() + timedelta(hours=1, minutes=30)"] {
            assert_eq!(term(&days, None, text), Term::Lasts(Duration(5_400)), "{text}");
        }
        assert_eq!(term(&row(""), None, "0"), Term::Lasts(Duration(0)));
    }

    #[test]
    fn absence_means_what_the_row_says() {
        let named = row("flag = ['--ttl']\nabsent = '768h'");
        let told = Told::ByAbsence { field: "--ttl".to_owned() };
        assert_eq!(absent(&named), Some((Term::Lasts(Duration(2_764_800)), told)));
        assert_eq!(absent(&row("absent = 'never'")), Some((Term::Never, Told::ByNature)));
        assert_eq!(absent(&row("flag = ['--ttl']")), None);
    }

    #[test]
    fn every_length_in_the_table_is_one() {
        let pack = RulePack::embedded().unwrap();
        for row in &pack.tables.ttl {
            for meaning in row.absent.iter().chain(&row.zero).chain(row.means.values()) {
                let is_length = matches!(meaning, Meaning::Lasts(_));
                assert!(!is_length || meant_by(meaning) != Term::Unknown, "{}: {meaning:?}", row.title);
            }
            assert!(row.tolerated.is_none() || tolerated(row) > Duration(0), "{}", row.title);
            let unit = row.unit.as_deref();
            assert!(unit.is_none_or(|unit| Unit::named(unit).is_some()), "{}: {unit:?}", row.title);
        }
    }
}
