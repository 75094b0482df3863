//! What a finding says about its credential, grant and holder.

use crate::model::{
    Attribute, Claim, Credential, CredentialFacts, Grant, GrantFacts, Holder, HolderName, Place, Privilege,
    Subject,
};
use crate::rules::Rule;

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
