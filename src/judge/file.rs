//! Findings about files with credentials in them: one for each rule and file.

use crate::model::Finding;
use crate::rules::On;

use super::Bench;
use super::message::{clean, names};
use super::predicate::{Subject, holds};
use super::single::structural;

pub(super) fn findings(bench: &Bench<'_>, artifact: usize, findings: &mut Vec<Finding>) {
    let examined = &bench.evidence[artifact];
    let path = &examined.origin.path;
    for rule in bench.rules(On::File) {
        let all = examined
            .credentials
            .iter()
            .map(|credential| (credential, Subject::of_credential(bench.evidence, artifact, credential)));
        let mut held = all.filter(|(_, subject)| holds(&rule.condition, subject, bench));
        let Some((credential, subject)) = held.next() else { continue };
        let count = (1 + held.count()).to_string();
        let known = names(rule, &subject, bench);
        let own = |name: &str| match name {
            "name" => Some(format!("`{}`", clean(path.name()))),
            "readers" => examined.mode.map(|mode| mode.readers().to_owned()),
            "count" => Some(count.clone()),
            other => known(other),
        };
        findings.push(structural(bench, (rule, &subject), &credential.location, ("", &own), Vec::new()));
    }
}
