//! What one artifact gave.

use super::{
    Binding, Build, Credential, Definition, Door, Flow, Grant, Holder, Mint, Mode, Observation, Origin, Role,
};

/// Everything that was extracted from one artifact; its bytes are gone.
#[derive(Debug)]
pub struct Examined {
    /// Which artifact.
    pub origin: Origin,
    /// Who may read it, where the source tells: a home does, a checkout of git keeps no modes.
    pub mode: Option<Mode>,
    /// Its credentials, by place.
    pub credentials: Vec<Credential>,
    /// Its holders; a grant's holder counts in this list.
    pub holders: Vec<Holder>,
    /// Its grants; a literal's credential counts in `credentials`.
    pub grants: Vec<Grant>,
    /// Its mints.
    pub mints: Vec<Mint>,
    /// What its directory's files refer to by name.
    pub definitions: Vec<Definition>,
    /// Who takes what mints issue.
    pub flows: Vec<Flow>,
    /// Its bindings.
    pub bindings: Vec<Binding>,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its doors.
    pub doors: Vec<Door>,
    /// What rules over settings and doors ask for and what is there.
    pub observations: Vec<Observation>,
    /// Images that it builds.
    pub builds: Vec<Build>,
    /// Patterns of what is left out of a build's context.
    pub leaves_out: Vec<String>,
}

impl Examined {
    /// Nothing yet.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            mode: None,
            credentials: Vec::new(),
            holders: Vec::new(),
            grants: Vec::new(),
            mints: Vec::new(),
            definitions: Vec::new(),
            flows: Vec::new(),
            bindings: Vec::new(),
            roles: Vec::new(),
            doors: Vec::new(),
            observations: Vec::new(),
            builds: Vec::new(),
            leaves_out: Vec::new(),
        }
    }

    /// The indices of each holder's grants.
    pub fn grants_by_holder(&self) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new(); self.holders.len()];
        for (index, grant) in self.grants.iter().enumerate() {
            if let Some(own) = all.get_mut(grant.holder.0) {
                own.push(index);
            }
        }
        all
    }

    /// Whether there is anything to judge.
    pub fn is_empty(&self) -> bool {
        self.credentials.is_empty()
            && self.holders.is_empty()
            && self.mints.is_empty()
            && self.definitions.is_empty()
            && self.flows.is_empty()
            && self.bindings.is_empty()
            && self.roles.is_empty()
            && self.doors.is_empty()
            && self.observations.is_empty()
            && self.builds.is_empty()
            && self.leaves_out.is_empty()
    }
}
