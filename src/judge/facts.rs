//! What a finding says about its credential, grant and holder.

use crate::model::{
    Attribute, Claim, Credential, CredentialFacts, Grant, GrantFacts, Holder, HolderName, Location, Origin,
    Place, Privilege, Subject,
};
use crate::rules::Rule;
use crate::text::Span;

use super::Bench;
use super::message::clean;

pub(super) fn of_credential(credential: &Credential) -> CredentialFacts {
    CredentialFacts {
        kind: credential.kind.clone(),
        shown: credential.shown.clone(),
        secret: credential.secret.clone(),
        fingerprint: credential.fingerprint,
        principal: credential.principal.clone(),
        subject: credential.subject,
        privilege: credential.privilege,
        lifetime: credential.lifetime,
    }
}

pub(super) fn of_grant(grant: &Grant) -> GrantFacts {
    GrantFacts {
        slot: grant.slot,
        name: grant.name.clone(),
        form: grant.form,
        reference: grant.reference.as_ref().map(|reference| reference.name.clone()),
    }
}

pub(super) fn of_holder(holder: &Holder) -> HolderName {
    HolderName { kind: holder.kind.clone(), name: holder.name.clone(), agent: holder.agent }
}

/// A place as another finding names it.
pub(super) fn place(grant: &Grant, holder: &Holder) -> Place {
    let slot = match &grant.name {
        Some(name) => format!("{} `{}`", grant.slot.as_str(), clean(name)),
        None => grant.slot.as_str().to_owned(),
    };
    Place {
        location: grant.location.clone(),
        label: format!("{} `{}`, {slot}", holder.title, clean(&holder.name)),
    }
}

/// The same, of a reference that leads to the finding's literal.
pub(super) fn taker(grant: &Grant, holder: &Holder) -> Place {
    let place = place(grant, holder);
    Place { label: format!("given to {}", place.label), ..place }
}

/// The literal that a reference leads to.
pub(super) fn literal(bench: &Bench<'_>, credential: &Credential) -> Place {
    let title = bench.pack.kind(credential.kind.as_str()).map_or("credential", |kind| kind.title.as_str());
    Place {
        location: credential.location.clone(),
        label: format!("leads to {title}: {}", credential.lifetime.describe(bench.now)),
    }
}

/// Places in the order of a report.
pub(super) fn order(location: &Location) -> (&Origin, Span) {
    (&location.origin, location.span)
}

/// What of a credential moves severity.
pub(super) fn attributes(credential: &Credential) -> Vec<Attribute> {
    let claims = credential.claims.iter().filter_map(|claim| match claim {
        Claim::AudienceAbsent => Some(Attribute::AudienceAbsent),
        Claim::KeyBound => Some(Attribute::KeyBound),
        Claim::TestMode => Some(Attribute::TestMode),
        Claim::Loopback => Some(Attribute::Loopback),
        Claim::Delegated | Claim::ChecksumHolds | Claim::ChecksumFails => None,
    });
    let own = [
        (credential.privilege == Privilege::Admin).then_some(Attribute::Admin),
        (credential.subject == Subject::Human).then_some(Attribute::Human),
    ];
    own.into_iter().flatten().chain(claims).collect()
}

/// What of a rule and its holders moves severity.
pub(super) fn scope(rule: &Rule, any_agent: bool) -> Option<Attribute> {
    (rule.agent_scoped && !any_agent).then_some(Attribute::NoAgent)
}
