//! References across files: what a variable, an env file or a key of a Secret leads to.
//!
//! A variable is looked for in the env files that its holder names, then in those of its directory and of the directories above. A
//! key of a Secret is looked for in the same directory, then anywhere, if only one manifest of the tree has it. An input of a
//! workflow or an action (`inputs.X`) leads to what its callers hand it, a variable in an expression (`env.X`) to the one that the
//! holder is given. What leads nowhere stays a grant by reference.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Examined, Form, Grant, GrantAt, HolderId, Links, Slot};

use super::calls;
use super::context::Contexts;
use super::paths::{joined, parent};

/// A chain of references longer than this is not followed.
const LONGEST_CHAIN: usize = 8;

/// Links every reference of the run to what it names.
pub fn resolve(evidence: &[Examined]) -> Links {
    let known = Definitions::of(evidence);
    let mut direct = Links::default();
    let mut copies = Vec::new();
    for (examined, artifact) in evidence.iter().enumerate() {
        for own in artifact.grants_by_holder() {
            let files = env_files(artifact, &own);
            let references = own.iter().filter(|index| artifact.grants[**index].form != Form::Literal);
            for at in references.map(|grant| GrantAt { examined, grant: *grant }) {
                if at.of(evidence).slot == Slot::Copy {
                    copies.push((at, known.contexts.copied(path_of(evidence, at), at.of(evidence))));
                }
                known
                    .meant_by(at, &files)
                    .into_iter()
                    .filter(|to| *to != at)
                    .for_each(|to| direct.add(at, to));
            }
        }
    }
    let mut links = through(evidence, &direct);
    copies.into_iter().for_each(|(at, copied)| links.copies(at, copied));
    links
}

/// Links the beginning of each chain to its end as well.
fn through(evidence: &[Examined], direct: &Links) -> Links {
    let mut links = Links::default();
    links.cut_as(direct);
    for (from, _) in all(evidence) {
        let mut seen = BTreeSet::from([from]);
        let mut reached: Vec<GrantAt> = direct.targets(from).to_vec();
        for _ in 0..LONGEST_CHAIN {
            reached.retain(|to| seen.insert(*to));
            reached.iter().for_each(|to| links.add(from, *to));
            if links.cut().contains(&from) {
                break;
            }
            reached = reached.iter().flat_map(|to| direct.targets(*to)).copied().collect();
        }
    }
    links
}

fn all(evidence: &[Examined]) -> impl Iterator<Item = (GrantAt, &Grant)> {
    evidence.iter().enumerate().flat_map(|(examined, artifact)| {
        artifact.grants.iter().enumerate().map(move |(grant, of)| (GrantAt { examined, grant }, of))
    })
}

/// What others may refer to.
struct Definitions<'e> {
    evidence: &'e [Examined],
    /// By name.
    named: HashMap<&'e str, Vec<GrantAt>>,
    /// By name and the directory of the file.
    beside: HashMap<(&'e str, &'e str), Vec<GrantAt>>,
    /// By the path of the file they stand in.
    in_file: BTreeMap<&'e str, Vec<GrantAt>>,
    /// Keys of a Secret by the Secret's name.
    of_secret: HashMap<&'e str, Vec<GrantAt>>,
    /// What is handed to a file of the tree that is called, by its path in lower case.
    handed: HashMap<String, Vec<GrantAt>>,
    /// Variables by artifact, holder and name.
    variables: HashMap<(usize, HolderId, &'e str), Vec<GrantAt>>,
    contexts: Contexts<'e>,
}

impl<'e> Definitions<'e> {
    fn of(evidence: &'e [Examined]) -> Self {
        let mut known = Self {
            evidence,
            named: HashMap::new(),
            beside: HashMap::new(),
            in_file: BTreeMap::new(),
            of_secret: HashMap::new(),
            handed: HashMap::new(),
            variables: HashMap::new(),
            contexts: Contexts::of(evidence),
        };
        for (at, grant) in all(evidence) {
            let used = grant.classes.iter().filter_map(|class| class.strip_prefix("uses:"));
            for called in used.filter_map(|used| calls::local(path_of(evidence, at), used)) {
                known.handed.entry(called.to_ascii_lowercase()).or_default().push(at);
            }
            if let (Slot::Env | Slot::BuildArg, Some(name)) = (grant.slot, &grant.name) {
                known.variables.entry((at.examined, grant.holder, name)).or_default().push(at);
            }
            let Some(defines) = &grant.defines else { continue };
            let path = path_of(evidence, at);
            known.named.entry(&defines.name).or_default().push(at);
            known.beside.entry((&defines.name, parent(path))).or_default().push(at);
            known.in_file.entry(path).or_default().push(at);
            if let Some((secret, _)) = defines.name.split_once('#') {
                known.of_secret.entry(secret).or_default().push(at);
            }
        }
        known
    }

    /// What a grant means. `files` are the env files that its holder names.
    fn meant_by(&self, at: GrantAt, files: &[String]) -> Vec<GrantAt> {
        let grant = at.of(self.evidence);
        let Some(reference) = &grant.reference else { return Vec::new() };
        let path = path_of(self.evidence, at);
        match grant.form {
            Form::StoreRef | Form::FileRef if reference.name.contains('#') => {
                self.secret(path, &reference.name)
            }
            Form::FileRef if grant.slot == Slot::EnvFile => {
                let is_flag = grant.name.as_deref() == Some("env-file");
                let from = if is_flag { self.where_run(path, &reference.name) } else { path };
                self.in_file.get(joined(from, &reference.name).as_str()).cloned().unwrap_or_default()
            }
            Form::EnvRef if reference.name.starts_with("inputs.") => {
                self.input(path, &reference.name["inputs.".len()..])
            }
            Form::EnvRef if reference.name.starts_with("env.") => {
                let own = (at.examined, grant.holder, &reference.name["env.".len()..]);
                self.variables.get(&own).cloned().unwrap_or_default()
            }
            // A name of the holder's own: what the recipe declares above, and who fills that.
            Form::EnvRef if reference.scope.starts_with("holder:") => {
                if grant.slot == Slot::BuildArg && grant.name.as_ref() == Some(&reference.name) {
                    return self.contexts.fed(path, &reference.name);
                }
                let own = (at.examined, grant.holder, reference.name.as_str());
                let all = self.variables.get(&own).into_iter().flatten();
                all.copied().filter(|to| to.of(self.evidence).slot == Slot::BuildArg).collect()
            }
            Form::EnvRef | Form::EnvName => self.variable(path, &reference.name, files),
            _ => Vec::new(),
        }
    }

    /// A flag's path counts from where the command runs: beside the file, or where the project begins, above it.
    fn where_run<'p>(&self, path: &'p str, name: &str) -> &'p str {
        let mut at = path;
        while !self.in_file.contains_key(joined(at, name).as_str()) {
            match parent(at) {
                "" => return path,
                above => at = above,
            }
        }
        at
    }

    fn variable(&self, path: &str, name: &str, files: &[String]) -> Vec<GrantAt> {
        if !self.named.contains_key(name) {
            return Vec::new();
        }
        let here = |file: &String| {
            let all = self.beside.get(&(name, parent(file)))?;
            Some(all.iter().copied().filter(|to| path_of(self.evidence, *to) == file).collect::<Vec<_>>())
        };
        let named: Vec<GrantAt> = files.iter().filter_map(here).flatten().collect();
        if !named.is_empty() {
            return named;
        }
        let mut directory = Some(parent(path));
        while let Some(here) = directory {
            let all = self.beside.get(&(name, here)).map_or(&[][..], Vec::as_slice);
            let others = all.iter().filter(|to| path_of(self.evidence, **to) != path);
            if let Some(best) = others.min_by_key(|to| preference(path_of(self.evidence, **to))) {
                return vec![*best];
            }
            // Above a person's home stands nothing that its files speak of.
            directory = (!here.is_empty() && here != "~").then(|| parent(here));
        }
        Vec::new()
    }

    /// What callers of the file at `path` hand it under a name.
    fn input(&self, path: &str, name: &str) -> Vec<GrantAt> {
        let handed =
            calls::names(path).into_iter().filter_map(|name| self.handed.get(&name.to_ascii_lowercase()));
        let has_name = |to: &&GrantAt| {
            to.of(self.evidence).name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        handed.flatten().filter(has_name).copied().collect()
    }

    fn secret(&self, path: &str, name: &str) -> Vec<GrantAt> {
        let candidates = match name.split_once('#') {
            Some((secret, "*")) => self.of_secret.get(secret),
            _ => self.named.get(name),
        };
        let Some(candidates) = candidates else { return Vec::new() };
        let of = |to: &GrantAt| path_of(self.evidence, *to);
        let beside: Vec<GrantAt> =
            candidates.iter().copied().filter(|to| parent(of(to)) == parent(path)).collect();
        if !beside.is_empty() {
            return beside;
        }
        let files: BTreeSet<&str> = candidates.iter().map(of).collect();
        if files.len() == 1 { candidates.clone() } else { Vec::new() }
    }
}

/// The env files that a holder names, as paths of the tree.
fn env_files(artifact: &Examined, own: &[usize]) -> Vec<String> {
    let path = artifact.origin.path.as_str();
    own.iter()
        .map(|index| &artifact.grants[*index])
        .filter(|grant| grant.slot == Slot::EnvFile)
        .filter_map(|grant| grant.reference.as_ref())
        .map(|reference| joined(path, &reference.name))
        .collect()
}

/// Which of several env files in one directory a program reads first.
fn preference(path: &str) -> (usize, &str) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let rank = match name {
        ".env" => 0,
        ".env.local" => 1,
        _ if ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word)) => 3,
        _ => 2,
    };
    (rank, path)
}

fn path_of(evidence: &[Examined], at: GrantAt) -> &str {
    evidence[at.examined].origin.path.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_programs_read_first_comes_first() {
        let mut files = [".env.example", ".env.production", ".env.local", ".env"];
        files.sort_by_key(|file| preference(file));
        assert_eq!(files, [".env", ".env.local", ".env.production", ".env.example"]);
    }
}
