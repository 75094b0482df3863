//! Which grants lead to which: a reference in one file, what it names in another.

use std::collections::{BTreeMap, BTreeSet};

use super::{Credential, Examined, Form, Grant, Holder};

/// A grant of the run: which artifact's, and which of its.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantAt {
    /// Index of the artifact.
    pub examined: usize,
    /// Index of the grant in it.
    pub grant: usize,
}

impl GrantAt {
    /// The grant.
    pub fn of<'e>(&self, evidence: &'e [Examined]) -> &'e Grant {
        &evidence[self.examined].grants[self.grant]
    }

    /// Who has it.
    pub fn holder<'e>(&self, evidence: &'e [Examined]) -> &'e Holder {
        &evidence[self.examined].holders[self.of(evidence).holder.0]
    }

    /// The literal, if it is one.
    pub fn credential<'e>(&self, evidence: &'e [Examined]) -> Option<&'e Credential> {
        self.of(evidence).credential.map(|index| &evidence[self.examined].credentials[index])
    }
}

/// What a reference leads to beyond so many grants is not followed: a file of variables that many services name is a product.
pub const MOST_LINKS: usize = 100;

/// References and what they lead to, both ways. What a reference names may itself be one: then both ends are linked as well.
#[derive(Debug, Default)]
pub struct Links {
    targets: BTreeMap<GrantAt, Vec<GrantAt>>,
    sources: BTreeMap<GrantAt, Vec<GrantAt>>,
    cut: BTreeSet<GrantAt>,
    copied: BTreeMap<GrantAt, Copied>,
}

/// The artifacts that a copied path brings into an image.
#[derive(Debug, Default)]
pub struct Copied {
    /// Those that it names itself.
    pub named: Vec<usize>,
    /// Those in the directory that it names.
    pub within: Vec<usize>,
}

impl Links {
    /// Notes that `from` leads to `to`; what is more than [`MOST_LINKS`] is only known to be cut.
    pub fn add(&mut self, from: GrantAt, to: GrantAt) {
        let targets = self.targets.entry(from).or_default();
        if targets.contains(&to) {
            return;
        }
        if targets.len() >= MOST_LINKS {
            self.cut.insert(from);
            return;
        }
        targets.push(to);
        self.sources.entry(to).or_default().push(from);
    }

    /// References that lead to more than is followed.
    pub fn cut(&self) -> &BTreeSet<GrantAt> {
        &self.cut
    }

    /// Takes over which references of `direct` are cut.
    pub fn cut_as(&mut self, direct: &Self) {
        self.cut.extend(&direct.cut);
    }

    /// What a reference leads to.
    pub fn targets(&self, from: GrantAt) -> &[GrantAt] {
        self.targets.get(&from).map_or(&[], Vec::as_slice)
    }

    /// Notes what a copied path brings along.
    pub fn copies(&mut self, from: GrantAt, copied: Copied) {
        self.copied.insert(from, copied);
    }

    /// What a copied path brings along.
    pub fn copied(&self, from: GrantAt) -> Option<&Copied> {
        self.copied.get(&from)
    }

    /// Which references lead there.
    pub fn sources(&self, to: GrantAt) -> &[GrantAt] {
        self.sources.get(&to).map_or(&[], Vec::as_slice)
    }

    /// The literals that a reference leads to.
    pub fn literals<'l>(
        &'l self,
        from: GrantAt,
        evidence: &'l [Examined],
    ) -> impl Iterator<Item = (GrantAt, &'l Credential)> {
        let literal = |to: &GrantAt| Some((*to, to.credential(evidence)?));
        self.targets(from).iter().filter(|to| to.of(evidence).form == Form::Literal).filter_map(literal)
    }

    /// How many links there are.
    pub fn len(&self) -> usize {
        self.targets.values().map(Vec::len).sum()
    }

    /// Whether nothing leads anywhere.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}
