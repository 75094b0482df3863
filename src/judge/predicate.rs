//! Whether a rule's conditions hold.

use crate::model::{
    BindingAt, Credential, Examined, Grant, GrantAt, Holder, HolderId, Id, LifetimeClass, Mint, Slot,
};
use crate::rules::{FederationRow, Kind, RulePack, ShadowingRow, TtlRow, Where, WordSet, is_secret_name};
use crate::text::matches_any;

use super::{Bench, binding, others};

/// What a condition is held against; what is absent fails every condition that speaks of it.
#[derive(Clone, Copy)]
pub(super) struct Subject<'e> {
    pub(super) examined: &'e Examined,
    /// Its index.
    pub(super) artifact: usize,
    pub(super) platform: Option<&'e Id>,
    pub(super) holder: Option<(HolderId, &'e Holder)>,
    pub(super) grant: Option<(GrantAt, &'e Grant)>,
    pub(super) credential: Option<&'e Credential>,
    pub(super) mint: Option<&'e Mint>,
    /// A mint's, a door's or a binding's kind.
    pub(super) kind: Option<&'e Id>,
    pub(super) binding: Option<BindingAt>,
}

impl<'e> Subject<'e> {
    /// Nothing but the artifact yet.
    pub(super) fn new(evidence: &'e [Examined], artifact: usize) -> Self {
        let examined = &evidence[artifact];
        Self {
            examined,
            artifact,
            platform: None,
            holder: None,
            grant: None,
            credential: None,
            mint: None,
            kind: None,
            binding: None,
        }
    }

    /// What will issue credentials.
    pub(super) fn of_mint(evidence: &'e [Examined], artifact: usize, mint: &'e Mint) -> Self {
        Self {
            kind: Some(&mint.kind),
            platform: Some(&mint.platform),
            mint: Some(mint),
            ..Self::new(evidence, artifact)
        }
    }

    /// A grant and the literal that it gives, if it does.
    pub(super) fn of_grant(evidence: &'e [Examined], at: GrantAt) -> Self {
        let grant = at.of(evidence);
        let holder = at.holder(evidence);
        Self {
            platform: Some(&holder.platform),
            holder: Some((grant.holder, holder)),
            grant: Some((at, grant)),
            credential: at.credential(evidence),
            ..Self::new(evidence, at.examined)
        }
    }

    /// A credential, whoever holds it.
    pub(super) fn of_credential(
        evidence: &'e [Examined],
        artifact: usize,
        credential: &'e Credential,
    ) -> Self {
        Self { credential: Some(credential), ..Self::new(evidence, artifact) }
    }

    pub(super) fn holder(&self) -> Option<&'e Holder> {
        self.holder.map(|(_, holder)| holder)
    }

    pub(super) fn grant(&self) -> Option<&'e Grant> {
        self.grant.map(|(_, grant)| grant)
    }
}

/// Whether `condition` holds of `subject`.
pub(super) fn holds(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    of_holder(condition, subject)
        && of_grant(condition, subject)
        && of_credential(condition, subject, bench)
        && of_name(condition, subject, bench)
        && of_place(condition, subject)
        && binding::hold(condition, subject, bench)
        && others::hold(condition, subject, bench)
        && (condition.any.is_empty() || condition.any.iter().any(|other| holds(other, subject, bench)))
}

fn of_place(condition: &Where, subject: &Subject<'_>) -> bool {
    let path = subject.examined.origin.outermost().as_str();
    (condition.file.is_empty() || matches_any(&condition.file, path))
        && !matches_any(&condition.not_file, path)
        && (condition.readable_by.is_empty()
            || condition
                .readable_by
                .iter()
                .any(|audience| subject.examined.mode.is_some_and(|mode| mode.lets_read(*audience))))
}

/// An empty list holds of everything, also of what is absent.
fn any<T: PartialEq>(wanted: &[T], present: Option<&T>) -> bool {
    wanted.is_empty() || present.is_some_and(|present| wanted.contains(present))
}

fn of_holder(condition: &Where, subject: &Subject<'_>) -> bool {
    let holder = subject.holder();
    let has = |name: &String| holder.is_some_and(|holder| holder.traits.iter().any(|has| **has == **name));
    (condition.holder.is_empty()
        || holder.is_some_and(|holder| condition.holder.iter().any(|kind| **kind == *holder.kind)))
        && any(&condition.platform, subject.platform)
        && condition.agent.is_none_or(|agent| holder.is_some_and(|holder| holder.agent == agent))
        && condition.holder_trait.iter().all(has)
        && !condition.not_holder_trait.iter().any(has)
}

fn of_grant(condition: &Where, subject: &Subject<'_>) -> bool {
    let grant = subject.grant();
    let has_class =
        |class: &String| grant.is_some_and(|grant| grant.classes.iter().any(|has| **has == **class));
    any(&condition.slot, grant.map(|grant| &grant.slot))
        && any(&condition.form, grant.map(|grant| &grant.form))
        && (condition.class.is_empty() || condition.class.iter().any(has_class))
}

fn of_credential(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let credential = subject.credential;
    let kind = credential.and_then(|credential| bench.pack.kind(credential.kind.as_str()));
    let issuer = || mint_row(subject, bench.pack).map(|row| &row.issuer);
    let id = credential.map(|credential| &credential.kind).or(subject.kind);
    any(&condition.kind, id)
        && !id.is_some_and(|id| condition.not_kind.contains(id))
        && any(&condition.lifetime, lifetime(subject, bench).as_ref())
        && any(&condition.subject, credential.map(|credential| &credential.subject))
        && any(&condition.privilege, credential.map(|credential| &credential.privilege))
        && any(&condition.provider, kind.map(|kind: &Kind| &kind.provider).or_else(issuer))
        && any(&condition.reader, kind.and_then(|kind| kind.reader.as_ref()))
        && condition
            .sure
            .is_none_or(|least| credential.is_some_and(|credential| credential.confidence >= least))
        && condition
            .claim
            .iter()
            .all(|claim| credential.is_some_and(|credential| credential.claims.contains(claim)))
}

/// How long the credential lasts, or what a mint issues.
fn lifetime(subject: &Subject<'_>, bench: &Bench<'_>) -> Option<LifetimeClass> {
    let of_mint = || subject.mint?.issue.as_ref()?.class(bench.now, bench.most);
    subject.credential.map(|credential| credential.lifetime.class).or_else(of_mint)
}

/// The row of the table that says what a mint issues.
pub(super) fn mint_row<'p>(subject: &Subject<'_>, pack: &'p RulePack) -> Option<&'p TtlRow> {
    pack.tables.ttl.get(subject.mint?.issue.as_ref()?.row)
}

/// The names that a grant goes by: its slot's, and that of what it refers to. A credential that nobody is given goes by the name on
/// its left, a mint by its own.
fn names<'e>(subject: &Subject<'e>) -> impl Iterator<Item = &'e str> {
    let grant = subject.grant();
    let alone =
        subject.credential.filter(|_| grant.is_none()).and_then(|credential| credential.name.as_deref());
    let slot = grant.and_then(|grant| grant.name.as_deref());
    let reference = grant.and_then(|grant| grant.reference.as_ref()).map(|reference| reference.name.as_str());
    let mint = subject.mint.map(|mint| mint.name.as_str());
    let binding = subject.binding.map(|at| &subject.examined.bindings[at.binding]);
    let bound = binding.into_iter().flat_map(|binding| {
        let parties = binding.parties.iter().map(|party| party.name.as_str());
        [binding.name.as_str(), binding.role.name.as_str()].into_iter().chain(parties)
    });
    slot.into_iter().chain(reference).chain(alone).chain(mint).chain(bound)
}

fn of_name(condition: &Where, subject: &Subject<'_>, bench: &Bench<'_>) -> bool {
    let stands = |set: &WordSet| names(subject).any(|name| set.holds_in(name));
    let reference = subject.grant().and_then(|grant| grant.reference.as_ref());
    let refers = |set: &WordSet| reference.is_some_and(|reference| set.holds_in(&reference.name));
    let slot = subject.grant().and_then(|grant| grant.name.as_deref());
    let calls = |set: &WordSet| slot.is_some_and(|name| set.holds_in(name));
    (condition.name.is_empty() || condition.name.iter().any(stands))
        && !condition.not_name.iter().any(stands)
        && condition.secret_name.is_none_or(|wanted| names(subject).any(is_secret_name) == wanted)
        && (condition.slot_name.is_empty() || condition.slot_name.iter().any(calls))
        && !condition.not_slot_name.iter().any(calls)
        && (condition.reference.is_empty() || condition.reference.iter().any(refers))
        && !condition.not_reference.iter().any(refers)
        && (condition.federation.is_empty() || federation(condition, subject, bench).is_some())
}

/// The first row of the federation table that speaks of this grant, or of one that takes it from there.
pub(super) fn federation<'p>(
    condition: &Where,
    subject: &Subject<'_>,
    bench: &Bench<'p>,
) -> Option<&'p FederationRow> {
    let (at, _) = subject.grant?;
    let takers = bench.links.sources(at).iter().map(|taker| Subject::of_grant(bench.evidence, *taker));
    let rows = bench.pack.tables.federation.iter().filter(|row| condition.federation.contains(&row.family));
    let all: Vec<Subject<'_>> = std::iter::once(*subject).chain(takers).collect();
    let says_otherwise = |row: &FederationRow| {
        let stands = |set: &WordSet| all.iter().flat_map(names).any(|name| set.holds_in(name));
        row.not_names.iter().any(stands)
    };
    let is_taken_on = |row: &FederationRow| {
        let has = |name: &String| {
            subject.holder().is_some_and(|holder| holder.traits.iter().any(|has| **has == **name))
        };
        (row.platforms.is_empty()
            || subject.platform.is_some_and(|platform| row.platforms.contains(platform)))
            && !row.not_traits.iter().any(has)
    };
    let mut rows = rows.filter(|row| is_taken_on(row));
    rows.find(|row| all.iter().any(|subject| speaks_of(row, subject)) && !says_otherwise(row))
}

fn speaks_of(row: &FederationRow, subject: &Subject<'_>) -> bool {
    let Some(grant) = subject.grant() else { return false };
    let stands = |set: &WordSet| names(subject).any(|name| set.holds_in(name));
    let has = |class: &str| grant.classes.iter().any(|has| **has == *class);
    let uses = |action: &String| has(&format!("uses:{}", action.to_ascii_lowercase()));
    let by_input = row.actions.iter().any(uses)
        && row.beside.as_ref().is_none_or(|_| has(&format!("beside:{}", row.provider)))
        && grant
            .name
            .as_deref()
            .is_some_and(|name| row.inputs.iter().any(|input| input.eq_ignore_ascii_case(name)));
    // What a known action takes as something else is no credential: an id, an address.
    if grant.slot == Slot::Input && row.actions.iter().any(uses) && row.beside.is_none() {
        return by_input;
    }
    let by_command = !row.commands.is_empty() && has(&format!("command:{}", row.provider));
    by_input || by_command || row.names.iter().any(stands)
}

/// The row of the shadowing table that says that a grant is taken before something else.
pub(super) fn shadowing<'p>(subject: &Subject<'_>, bench: &Bench<'p>) -> Option<&'p ShadowingRow> {
    let grant = subject.grant()?;
    let mut rows = bench.pack.tables.shadowing.iter();
    rows.find(|row| {
        let class = format!("shadows:{}", row.provider);
        grant.classes.iter().any(|has| **has == *class)
    })
}

/// How many conditions a rule names: the more, the more specific.
pub(super) fn specificity(condition: &Where) -> usize {
    let lists = [
        condition.holder.is_empty(),
        condition.platform.is_empty(),
        condition.slot.is_empty(),
        condition.form.is_empty(),
        condition.principal.is_empty(),
        condition.principal_name.is_empty(),
        condition.not_principal_name.is_empty(),
        condition.allows.is_empty(),
        condition.role.is_empty(),
        condition.held_by.is_empty(),
        condition.lifetime.is_empty(),
        condition.kind.is_empty(),
        condition.not_kind.is_empty(),
        condition.provider.is_empty(),
        condition.reader.is_empty(),
        condition.subject.is_empty(),
        condition.privilege.is_empty(),
        condition.claim.is_empty(),
        condition.name.is_empty(),
        condition.not_name.is_empty(),
        condition.class.is_empty(),
        condition.slot_name.is_empty(),
        condition.not_slot_name.is_empty(),
        condition.reference.is_empty(),
        condition.not_reference.is_empty(),
        condition.holder_trait.is_empty(),
        condition.not_holder_trait.is_empty(),
        condition.federation.is_empty(),
        condition.with.is_empty(),
        condition.without.is_empty(),
        condition.beside.is_empty(),
        condition.around.is_empty(),
        condition.file.is_empty(),
        condition.not_file.is_empty(),
        condition.readable_by.is_empty(),
        condition.count.is_none(),
        condition.leads_to.is_none(),
        condition.copies.is_none(),
        condition.takes_in.is_none(),
        condition.found.is_none(),
        condition.sure.is_none(),
        condition.same_as.is_none(),
        condition.agent.is_none(),
        condition.secret_name.is_none(),
        condition.any.is_empty(),
    ];
    lists.into_iter().filter(|is_empty| !is_empty).count()
}
