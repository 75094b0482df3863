//! One place, one candidate; a key id and its secret, one credential.

use crate::model::{Evidence, Id, Lifetime};
use crate::rules::{Kind, LifetimeCase, LifetimeRule, Role, RulePack};
use crate::text::Span;

use super::candidate::{Candidate, DropReason};

/// Drops what a better candidate covers. The result is sorted by place.
pub(super) fn settle(candidates: &mut Vec<Candidate>) {
    candidates.sort_by(|a, b| {
        (a.span, std::cmp::Reverse(a.rank), a.kind).cmp(&(b.span, std::cmp::Reverse(b.rank), b.kind))
    });
    candidates.dedup_by(|later, earlier| later.span == earlier.span && later.kind == earlier.kind);
    let order = {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&index| {
            (std::cmp::Reverse(candidates[index].rank), candidates[index].span.start, index)
        });
        order
    };
    let mut taken: Vec<Span> = Vec::new();
    for index in order {
        let candidate = &mut candidates[index];
        let at = taken.partition_point(|span| span.end <= candidate.span.start);
        let covered = taken.get(at).is_some_and(|span| span.overlaps(candidate.span));
        if covered {
            candidate.dropped.get_or_insert(DropReason::Overlapped);
        } else if claims_its_place(candidate) {
            taken.insert(at, candidate.span);
        }
    }
}

/// Whether nothing else may be found where this candidate stands. One that failed only its own kind's demands leaves the place
/// to others.
fn claims_its_place(candidate: &Candidate) -> bool {
    !matches!(
        candidate.dropped,
        Some(
            DropReason::NotRandom
                | DropReason::PartnerAbsent
                | DropReason::NameSaysOtherwise
                | DropReason::Overlapped
        )
    )
}

/// Joins each candidate whose kind has a partner with the nearest one.
pub(super) fn join(candidates: &mut [Candidate], pack: &RulePack) {
    for index in 0..candidates.len() {
        let kind = &pack.kinds[candidates[index].kind];
        let Some(beside) = kind.beside.as_ref().filter(|_| candidates[index].dropped.is_none()) else {
            continue;
        };
        let partner = nearest(candidates, index, beside.within, |other| {
            beside.kinds.contains(&pack.kinds[other.kind].id)
        });
        match partner {
            Some(partner) => unite(candidates, index, partner, pack),
            None if beside.required => candidates[index].dropped = Some(DropReason::PartnerAbsent),
            None => {}
        }
    }
}

fn nearest(
    candidates: &[Candidate],
    index: usize,
    within: usize,
    fits: impl Fn(&Candidate) -> bool,
) -> Option<usize> {
    let place = candidates[index].span;
    let distance = |span: Span| span.start.abs_diff(place.end).min(place.start.abs_diff(span.end));
    candidates
        .iter()
        .enumerate()
        .filter(|(other, candidate)| {
            *other != index
                && matches!(candidate.dropped, None | Some(DropReason::Joined))
                && distance(candidate.span) <= within
                && fits(candidate)
        })
        .min_by_key(|(other, candidate)| (distance(candidate.span), *other))
        .map(|(other, _)| other)
}

fn unite(candidates: &mut [Candidate], index: usize, partner: usize, pack: &RulePack) {
    let partner_kind = &pack.kinds[candidates[partner].kind];
    let principal = candidates[partner].facts.principal.clone();
    let own_kind = &pack.kinds[candidates[index].kind];
    date(&mut candidates[partner], partner_kind, &own_kind.id);
    let own = &mut candidates[index];
    own.facts.principal = own.facts.principal.take().or(principal);
    date(own, own_kind, &partner_kind.id);
    if own_kind.beside.as_ref().is_some_and(|beside| beside.absorbed) {
        own.dropped = Some(DropReason::Joined);
    }
    if partner_kind.role == Role::Identifier {
        candidates[partner].dropped = Some(DropReason::Joined);
    }
}

/// A kind may last differently beside another: a secret key ends with its session token.
fn date(candidate: &mut Candidate, kind: &Kind, beside: &Id) {
    let LifetimeRule::Cases(cases) = &kind.lifetime else { return };
    let speaks =
        |case: &&LifetimeCase| case.when.as_ref().is_some_and(|when| when.beside.as_ref() == Some(beside));
    if let Some(case) = cases.iter().find(speaks) {
        candidate.facts.lifetime.get_or_insert(Lifetime::of(case.is, Evidence::Sibling));
    }
}
