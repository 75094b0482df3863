//! What the user says of what is found: how long is standing, who is an agent, what a broker gives, how bad a rule is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    Duration, Evidence, Examined, Finding, Form, Grade, HolderSet, Id, Lifetime, LifetimeClass, NameSet,
};

/// What the user says of what is found. The default says nothing.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The longest lifetime that is not standing.
    pub max_lifetime: Duration,
    /// Rules and kinds whose severity or confidence the user sets.
    pub grades: BTreeMap<Id, Grade>,
    /// Holders that are agents (`true`) or none; what is said last counts.
    pub agents: Vec<(HolderSet, bool)>,
    /// Holders that have a name of the user's; those of one name are one holder.
    pub names: Vec<(HolderSet, String)>,
    /// Variables whose values end with the task: grants by reference to them are none.
    pub ephemeral: Vec<NameSet>,
    /// References, or their hosts, that broker short-lived credentials.
    pub brokers: Vec<NameSet>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            max_lifetime: Duration::DAY,
            grades: BTreeMap::new(),
            agents: Vec::new(),
            names: Vec::new(),
            ephemeral: Vec::new(),
            brokers: Vec::new(),
        }
    }
}

impl Terms {
    /// Applies what is said of holders, lifetimes and references.
    pub(super) fn tell(&self, evidence: &mut [Examined]) {
        self.name_holders(evidence);
        self.name_agents(evidence);
        self.date(evidence);
        self.leave_out_ephemeral(evidence);
        self.name_brokers(evidence);
    }

    fn name_holders(&self, evidence: &mut [Examined]) {
        if self.names.is_empty() {
            return;
        }
        for holder in evidence.iter_mut().flat_map(|examined| &mut examined.holders) {
            if let Some((_, name)) = self.names.iter().find(|(set, _)| set.matches(holder)) {
                holder.identity = Arc::from(format!("named {name}"));
                holder.name.clone_from(name);
            }
        }
    }

    /// Says again who is an agent, where something else has said it in between.
    pub(super) fn name_agents(&self, evidence: &mut [Examined]) {
        for (set, agent) in self.agents.iter().filter(|(set, _)| !set.is_empty()) {
            for holder in evidence.iter_mut().flat_map(|examined| &mut examined.holders) {
                if set.matches(holder) {
                    holder.agent = *agent;
                }
            }
        }
    }

    fn date(&self, evidence: &mut [Examined]) {
        for credential in evidence.iter_mut().flat_map(|examined| &mut examined.credentials) {
            // What the value itself, its neighbours or its format say is known better.
            let Lifetime { class, evidence, .. } = credential.lifetime;
            let is_known = class != LifetimeClass::Unknown && evidence >= Evidence::Declared;
            let name = credential.name.as_deref().unwrap_or_default();
            credential.lifetime = if !is_known && any(&self.ephemeral, name) {
                Lifetime::of(LifetimeClass::Task, Evidence::Declared)
            } else {
                credential.lifetime.within(self.max_lifetime)
            };
        }
    }

    fn leave_out_ephemeral(&self, evidence: &mut [Examined]) {
        if self.ephemeral.is_empty() {
            return;
        }
        for examined in evidence {
            examined.grants.retain(|grant| {
                grant.reference.as_ref().is_none_or(|reference| !any(&self.ephemeral, &reference.name))
            });
        }
    }

    fn name_brokers(&self, evidence: &mut [Examined]) {
        if self.brokers.is_empty() {
            return;
        }
        for grant in evidence.iter_mut().flat_map(|examined| &mut examined.grants) {
            let brokers = |name: &str| any(&self.brokers, name) || any(&self.brokers, host(name));
            if grant.reference.as_ref().is_some_and(|reference| brokers(&reference.name)) {
                grant.form = Form::Brokered;
            }
        }
    }

    /// Sets the grades of findings; what moves them comes later.
    pub(super) fn grade(&self, findings: &mut [Finding]) {
        for finding in findings {
            let Some(grade) = self.grades.get(&finding.rule) else { continue };
            if let Some(severity) = grade.severity {
                finding.base_severity = severity;
                finding.severity = severity;
            }
            finding.confidence = grade.confidence.unwrap_or(finding.confidence);
        }
    }
}

fn any(sets: &[NameSet], name: &str) -> bool {
    sets.iter().any(|set| set.matches(name))
}

/// The host that a reference begins with, with or without a scheme.
fn host(reference: &str) -> &str {
    let rest = reference.split_once("://").map_or(reference, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default();
    rest.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_a_host() {
        for reference in [
            "https://u@vault.corp:8200/v1/aws/creds/x",
            "vault.corp/v1#token",
            "vault.corp",
            "x://vault.corp?a",
        ] {
            assert_eq!(host(reference), "vault.corp", "{reference}");
        }
    }
}
