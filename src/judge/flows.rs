//! Where what mints issue goes on to: within a directory, and through the outputs of a module to those who use it.

use std::collections::HashMap;

use crate::model::{Examined, Flow};
use crate::text::local;

/// What hands something out of a module is known by this title.
const OUTPUT: &str = "output";

/// Who takes what, by directory.
#[derive(Debug, Default)]
pub(super) struct Flows<'e> {
    /// Directory and source to takers.
    takers: HashMap<(&'e str, &'e str), Vec<&'e Flow>>,
    /// A module's directory to those who use it: their directory and what they call it.
    users: HashMap<String, Vec<(&'e str, &'e str)>>,
}

impl<'e> Flows<'e> {
    /// Of what every artifact gave.
    pub(super) fn of(evidence: &'e [Examined]) -> Self {
        let mut flows = Self::default();
        for examined in evidence {
            let directory = examined.origin.outermost().directory();
            for flow in &examined.flows {
                flows.takers.entry((directory, &flow.from)).or_default().push(flow);
            }
            for definition in &examined.definitions {
                let module =
                    definition.name.strip_prefix("module.").and_then(|rest| rest.strip_suffix(".source"));
                let Some((module, target)) = module.zip(local(directory, &definition.text)) else {
                    continue;
                };
                flows.users.entry(target).or_default().push((directory, module));
            }
        }
        flows
    }

    /// Who takes what `source` of `directory` issues, in the directory and through its outputs.
    pub(super) fn takers(&self, directory: &str, source: &str) -> Vec<&'e Flow> {
        let near = self.takers.get(&(directory, source)).map_or(&[][..], Vec::as_slice);
        let users = self.users.get(directory).map_or(&[][..], Vec::as_slice);
        let outputs = near.iter().filter(|flow| flow.title == OUTPUT);
        let far = outputs.flat_map(|output| {
            users.iter().flat_map(|(user, module)| {
                let from = format!("module.{module}.{}", output.name);
                self.takers.get(&(*user, from.as_str())).into_iter().flatten().copied().collect::<Vec<_>>()
            })
        });
        near.iter().copied().chain(far).collect()
    }
}
