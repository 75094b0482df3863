//! Findings about what will issue credentials: one for each place.

use crate::model::{Duration, Finding, Flow, Issue, Mint, Place, Term, Timestamp, Told};
use crate::rules::{On, Rule, TtlRow};

use super::message::clean;
use super::predicate::{Subject, holds, mint_row};
use super::shared::relate;
use super::single::structural;
use super::{Bench, rank};

/// One finding for each mint that a rule speaks of.
pub(super) fn findings(bench: &Bench<'_>, artifact: usize, findings: &mut Vec<Finding>) {
    let first = findings.len();
    for mint in &bench.evidence[artifact].mints {
        let subject = Subject::of_mint(bench.evidence, artifact, mint);
        let rules: Vec<&Rule> =
            bench.rules(On::Mint).filter(|rule| holds(&rule.condition, &subject, bench)).collect();
        let Some((rule, also)) = rank::best(&rules) else { continue };
        let is_said = |other: &Finding| other.rule == rule.id && other.location.span == mint.location.span;
        if findings[first..].iter().any(is_said) {
            continue;
        }
        let row = mint_row(&subject, bench.pack);
        let known = |name: &str| named(name, (mint, row), bench.now);
        let field = mint.issue.as_ref().and_then(|issue| field(&issue.told)).unwrap_or_default();
        let what = if field.is_empty() { mint.name.clone() } else { format!("{}/{field}", mint.name) };
        let mut finding = structural(bench, (rule, &subject), &mint.location, (&what, &known), also);
        let directory = bench.evidence[artifact].origin.outermost().directory();
        let takers = mint.address.iter().flat_map(|address| bench.flows.takers(directory, address));
        relate(&mut finding, takers.map(place));
        findings.push(finding);
    }
}

fn place(flow: &Flow) -> Place {
    let label = format!("goes on to {} `{}`", clean(&flow.title), clean(&flow.name));
    Place { location: flow.location.clone(), label }
}

/// What a template's name stands for.
fn named(name: &str, (mint, row): (&Mint, Option<&TtlRow>), now: Timestamp) -> Option<String> {
    match name {
        "name" => Some(format!("`{}`", clean(&mint.name))),
        "credential" => row.map(|row| row.title.clone()),
        "provider" => row.map(|row| row.issuer.clone()),
        "alternative" => row.map(|row| row.fix.clone()),
        "term" => mint.issue.as_ref().map(|issue| told(issue, now)),
        _ => None,
    }
}

fn field(told: &Told) -> Option<&str> {
    match told {
        Told::ByNature => None,
        Told::ByAbsence { field } | Told::ByField { field, .. } | Told::ByVariable { field, .. } => {
            Some(field)
        }
    }
}

/// How long it lasts and how that is known, as a clause.
fn told(issue: &Issue, now: Timestamp) -> String {
    let lasting = lasting(issue.term, now);
    match &issue.told {
        Told::ByNature => format!("nothing bounds it, so it {lasting}"),
        Told::ByAbsence { field } => format!("no `{}`, so it {lasting}", clean(field)),
        Told::ByField { field, text } if issue.term == Term::Unknown => {
            format!("`{}` is `{}`, whose value is not visible here", clean(field), clean(text))
        }
        Told::ByField { field, text } => {
            format!("`{}` is `{}`, so it {lasting}", clean(field), clean(text))
        }
        Told::ByVariable { field, variable, default: Some(default) } => {
            let (field, variable, default) = (clean(field), clean(variable), clean(default));
            format!("`{field}` is the variable `{variable}`, by default `{default}`, so it {lasting}")
        }
        Told::ByVariable { field, variable, default: None } => {
            format!("`{}` is the variable `{}`, which has no default here", clean(field), clean(variable))
        }
    }
}

fn lasting(term: Term, now: Timestamp) -> String {
    match term {
        Term::Never => "never ends".to_owned(),
        Term::Renewable => "is renewed without bound".to_owned(),
        Term::Lasts(length) => format!("lasts {}", words(length)),
        Term::Until(end) => format!("lasts until {} ({} from now)", end.date(), words(end.since(now))),
        Term::Unknown => "lasts for a time that is not visible here".to_owned(),
    }
}

/// A length in the largest unit that counts it well.
fn words(length: Duration) -> String {
    let (count, unit) = match length.0 {
        ..120 => (length.0, "second"),
        120..7_200 => (length.0 / 60, "minute"),
        7_200..172_800 => (length.0 / 3_600, "hour"),
        _ => (length.days(), "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_564_800);

    fn clause(term: Term, told: Told) -> String {
        super::told(&Issue { row: 0, term, told, tolerated: Duration(0) }, NOW)
    }

    #[test]
    fn a_clause_says_how_long_and_why() {
        let field = || "ttl".to_owned();
        assert_eq!(clause(Term::Never, Told::ByAbsence { field: field() }), "no `ttl`, so it never ends");
        assert_eq!(clause(Term::Never, Told::ByNature), "nothing bounds it, so it never ends");
        let said = |text: &str| Told::ByField { field: field(), text: text.to_owned() };
        assert_eq!(
            clause(Term::Lasts(Duration(31_536_000)), said("8760h")),
            "`ttl` is `8760h`, so it lasts 365 days"
        );
        assert_eq!(clause(Term::Unknown, said("x()")), "`ttl` is `x()`, whose value is not visible here");
        let variable = |default: Option<&str>| Told::ByVariable {
            field: field(),
            variable: "t".to_owned(),
            default: default.map(str::to_owned),
        };
        assert_eq!(
            clause(Term::Lasts(Duration(7_200)), variable(Some("2h"))),
            "`ttl` is the variable `t`, by default `2h`, so it lasts 2 hours"
        );
        assert_eq!(
            clause(Term::Unknown, variable(None)),
            "`ttl` is the variable `t`, which has no default here"
        );
        let end = NOW.plus(Duration(86_400 * 400));
        assert!(clause(Term::Until(end), said("x")).ends_with("(400 days from now)"));
    }
}
