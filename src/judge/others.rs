//! Conditions over what else is there: other grants of the same holder, of the same artifact, of the same project, and what a
//! reference leads to.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Credential, Examined, GrantAt};
use crate::rules::{Count, CountBy, Where};
use crate::text::words;

use super::Bench;
use super::predicate::{Subject, holds};

/// Whether what `condition` says of others holds.
pub(super) fn hold(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    of_holder(condition, subject, bench)
        && of_artifact(condition, subject, bench)
        && of_project(condition, subject, bench)
        && condition.leads_to.as_deref().is_none_or(|count| leads_to(count, subject, bench))
        && of_copied(condition, subject, bench)
        && condition.same_as.as_deref().is_none_or(|wanted| is_same_as(wanted, subject, bench))
}

fn of_holder(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let is_about_holder =
        !condition.with.is_empty() || !condition.without.is_empty() || condition.count.is_some();
    if !is_about_holder {
        return true;
    }
    let Some((holder, _)) = subject.holder else { return false };
    let own = subject.grant.map(|(at, _)| at);
    let of_grant = |at| Subject::of_grant(bench.evidence, at);
    let all = || {
        let grants = bench.by_holder[subject.artifact][holder.0].iter();
        grants.map(|grant| GrantAt { examined: subject.artifact, grant: *grant })
    };
    let some = |wanted: &Where| {
        let met = bench.met.of((wanted, subject.artifact, Some(holder)), || first_two(wanted, all(), bench));
        met.into_iter().flatten().any(|at| Some(at) != own)
    };
    condition.with.iter().all(some)
        && !condition.without.iter().any(some)
        && condition.count.as_deref().is_none_or(|count| {
            let key = (&count.condition, subject.artifact, Some(holder));
            bench.counted.of(key, || enough(count, all().map(of_grant), bench))
        })
}

fn of_artifact(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let all =
        || (0..subject.examined.grants.len()).map(|grant| GrantAt { examined: subject.artifact, grant });
    condition.beside.iter().all(|wanted| {
        let met = bench.met.of((wanted, subject.artifact, None), || first_two(wanted, all(), bench));
        met[0].is_some()
    })
}

fn of_project(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    if condition.around.is_empty() {
        return true;
    }
    let artifacts = bench.by_project.get(project(subject.examined)).map_or(&[][..], Vec::as_slice);
    let Some(first) = artifacts.first() else { return false };
    let all = || {
        artifacts.iter().flat_map(|examined| {
            (0..bench.evidence[*examined].grants.len()).map(|grant| GrantAt { examined: *examined, grant })
        })
    };
    condition.around.iter().all(|wanted| {
        let met = bench.met.of((wanted, *first, None), || first_two(wanted, all(), bench));
        met[0].is_some()
    })
}

/// The artifacts with grants, by their projects.
pub(super) fn by_project(evidence: &[Examined]) -> HashMap<&str, Vec<usize>> {
    let mut projects: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, examined) in evidence.iter().enumerate().filter(|(_, examined)| !examined.grants.is_empty()) {
        projects.entry(project(examined)).or_default().push(index);
    }
    projects
}

/// The directory that a client's files are about: what stands in `a/.claude` is about `a`.
fn project(examined: &Examined) -> &str {
    let directory = examined.origin.path.directory();
    if directory.starts_with('.') {
        return "";
    }
    directory.split_once("/.").map_or(directory, |(project, _)| project)
}

/// The first two grants of which `wanted` holds: with two there is another one than one's own.
fn first_two(
    wanted: &Where,
    among: impl Iterator<Item = GrantAt>,
    bench: &Bench<'_>,
) -> [Option<GrantAt>; 2] {
    let mut met = among.filter(|at| holds(wanted, &Subject::of_grant(bench.evidence, *at), bench));
    [met.next(), met.next()]
}

fn leads_to(count: &Count, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let Some((at, _)) = subject.grant else { return false };
    let literals = bench.links.literals(at, bench.evidence);
    enough(count, literals.map(|(to, _)| Subject::of_grant(bench.evidence, to)), bench)
}

fn of_copied(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    if condition.copies.is_none() && condition.takes_in.is_none() && condition.found.is_none() {
        return true;
    }
    let Some((at, _)) = subject.grant else { return false };
    let copied = bench.links.copied(at);
    let named = copied.map_or(&[][..], |copied| copied.named.as_slice());
    let within = copied.map_or(&[][..], |copied| copied.within.as_slice());
    let has = |count: &Option<Box<Count>>, artifacts: &[usize]| {
        count.as_deref().is_none_or(|count| enough(count, credentials(artifacts, bench), bench))
    };
    let is_found = || !named.is_empty() || !bench.links.targets(at).is_empty();
    has(&condition.copies, named)
        && has(&condition.takes_in, within)
        && condition.found.is_none_or(|wanted| is_found() == wanted)
}

/// The credentials of artifacts, whoever holds them.
fn credentials<'b>(artifacts: &'b [usize], bench: &Bench<'b>) -> impl Iterator<Item = Subject<'b>> {
    let evidence = bench.evidence;
    artifacts.iter().flat_map(move |artifact| {
        let all = evidence[*artifact].credentials.iter();
        all.map(move |credential| Subject::of_credential(evidence, *artifact, credential))
    })
}

/// The credentials that a copied path brings along, as far as `condition` asks for them.
pub(super) fn brought<'b>(condition: &Where, at: GrantAt, bench: &Bench<'b>) -> Vec<&'b Credential> {
    let Some(copied) = bench.links.copied(at) else { return Vec::new() };
    let asked = [(&condition.copies, &copied.named), (&condition.takes_in, &copied.within)];
    let asked = asked.into_iter().filter_map(|(count, artifacts)| Some((count.as_deref()?, artifacts)));
    let own = asked.flat_map(|(count, artifacts)| {
        credentials(artifacts, bench).filter(|subject| holds(&count.condition, subject, bench))
    });
    let own = own.filter_map(|subject| subject.credential);
    own.chain(condition.any.iter().flat_map(|other| brought(other, at, bench))).collect()
}

/// Whether some other grant has the very literal, and `wanted` holds of it.
fn is_same_as(wanted: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let Some((own, _)) = subject.grant else { return false };
    let led_to = bench.links.literals(own, bench.evidence).map(|(_, credential)| credential);
    subject
        .credential
        .into_iter()
        .chain(led_to)
        .filter_map(|credential| bench.by_value.get(&credential.join))
        .any(|all| {
            let mut others = all.iter().filter(|at| **at != own);
            others.any(|at| holds(wanted, &Subject::of_grant(bench.evidence, *at), bench))
        })
}

fn enough<'b>(count: &Count, among: impl Iterator<Item = Subject<'b>>, bench: &Bench<'_>) -> bool {
    let least = count.at_least.max(1);
    let hits = among.filter(|subject| holds(&count.condition, subject, bench));
    let found = match count.by {
        CountBy::Grant => hits.take(least).count(),
        CountBy::Service => {
            hits.filter_map(|subject| service(&subject, bench)).collect::<BTreeSet<String>>().len()
        }
    };
    found >= least
}

/// Words of a name that do not tell which service it opens.
const COMMON: &[&str] = &[
    "api",
    "key",
    "token",
    "secret",
    "password",
    "pass",
    "pat",
    "access",
    "personal",
    "auth",
    "bearer",
    "credential",
    "credentials",
    "client",
    "id",
    "url",
    "uri",
    "env",
    "my",
    "the",
    "app",
    "user",
    "private",
    "authorization",
    "x",
    "vite",
    "next",
    "public",
    "react",
    "mcp",
    "server",
];

/// Which service a credential opens, as far as its kind or its name tells.
fn service(subject: &Subject<'_>, bench: &Bench<'_>) -> Option<String> {
    let kind = subject.credential.and_then(|credential| bench.pack.kind(credential.kind.as_str()));
    let known = kind.filter(|kind| kind.reader.is_none()).map(|kind| kind.provider.to_ascii_lowercase());
    known.or_else(|| {
        let grant = subject.grant()?;
        let reference = grant.reference.as_ref().map(|reference| reference.name.as_str());
        let name = grant.name.as_deref().or(reference)?;
        words(name).map(|word| word.into_owned()).find(|word| !COMMON.contains(&word.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArtifactPath, Origin};

    #[test]
    fn hidden_directories_are_about_the_one_that_holds_them() {
        for (path, about) in [
            (".mcp.json", ""),
            (".claude/settings.json", ""),
            ("a/.claude/settings.json", "a"),
            ("a/b/.mcp.json", "a/b"),
            ("a/.config/x/y.json", "a"),
        ] {
            assert_eq!(project(&Examined::new(Origin::file(ArtifactPath::new(path)))), about, "{path}");
        }
    }
}
