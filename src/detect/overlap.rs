//! One place, one candidate; a key id and its secret, one credential.

use std::collections::BTreeMap;

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
    // Starts to ends of what is taken; none overlaps another.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    for index in order {
        let candidate = &mut candidates[index];
        let Span { start, end } = candidate.span;
        let covered = taken.range(..end).next_back().is_some_and(|(_, taken_to)| *taken_to > start);
        if covered {
            candidate.dropped.get_or_insert(DropReason::Overlapped);
        } else if claims_its_place(candidate) {
            let to = taken.entry(start).or_insert(end);
            *to = end.max(*to);
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

/// Joins each candidate whose kind has a partner with the nearest one. `candidates` are sorted by place.
pub(super) fn join(candidates: &mut [Candidate], pack: &RulePack) {
    let longest = candidates.iter().map(|candidate| candidate.span.len()).max().unwrap_or_default();
    for index in 0..candidates.len() {
        let kind = &pack.kinds[candidates[index].kind];
        let Some(beside) = kind.beside.as_ref().filter(|_| candidates[index].dropped.is_none()) else {
            continue;
        };
        let partner = nearest(candidates, index, (beside.within, longest), |other| {
            beside.kinds.contains(&pack.kinds[other.kind].id)
        });
        match partner {
            Some(partner) => unite(candidates, index, partner, pack),
            None if beside.required => candidates[index].dropped = Some(DropReason::PartnerAbsent),
            None => {}
        }
    }
}

/// The nearest of the others that are at most `within` bytes away; none is longer than `longest`.
fn nearest(
    candidates: &[Candidate],
    index: usize,
    (within, longest): (usize, usize),
    fits: impl Fn(&Candidate) -> bool,
) -> Option<usize> {
    let place = candidates[index].span;
    let distance = |span: Span| span.start.abs_diff(place.end).min(place.start.abs_diff(span.end));
    let earliest = place.start.saturating_sub(within + longest);
    let first = candidates.partition_point(|candidate| candidate.span.start < earliest);
    candidates
        .iter()
        .enumerate()
        .skip(first)
        .take_while(|(_, candidate)| candidate.span.start <= place.end + within)
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
        // A key id of a plain shape tells what the secret beside it is.
        let sure = candidates[partner].confidence;
        let own = &mut candidates[index];
        own.confidence = own.confidence.max(sure);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detect::Facts;
    use crate::detect::examine::read_candidate;

    fn candidates(places: &[(usize, usize, u8)]) -> Vec<Candidate> {
        let one = |(start, length, rank): &(usize, usize, u8)| {
            read_candidate(0, Span::new(*start, start + length), *rank, Facts::default())
        };
        places.iter().map(one).collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_and_what_is_near_is_what_looking_at_all_tells(
            places in proptest::collection::vec((0_usize..400, 1_usize..30, 0_u8..4), 1..60),
            within in 0_usize..60,
        ) {
            let mut all = candidates(&places);
            settle(&mut all);
            let kept: Vec<Span> =
                all.iter().filter(|one| one.dropped.is_none()).map(|one| one.span).collect();
            for one in &all {
                let over = kept.iter().filter(|span| span.overlaps(one.span)).count();
                prop_assert!(over == 1 || over > 1 && one.dropped.is_some());
            }
            let longest = all.iter().map(|one| one.span.len()).max().unwrap_or_default();
            for index in 0..all.len() {
                let place = all[index].span;
                let distance = |span: Span| span.start.abs_diff(place.end).min(place.start.abs_diff(span.end));
                let slow = (0..all.len())
                    .filter(|other| *other != index && all[*other].dropped.is_none())
                    .filter(|other| distance(all[*other].span) <= within)
                    .min_by_key(|other| (distance(all[*other].span), *other));
                prop_assert_eq!(nearest(&all, index, (within, longest), |_| true), slow);
            }
        }
    }
}
