//! What will issue credentials: by the table of mints, from a document's nodes and from the commands of scripts.

use crate::document::{NodeId, Scalar};
use crate::model::{Issue, Mint, Spot, Term, Told};
use crate::rules::{MintReader, MintSpec, MintType, TtlRow};
use crate::text::matches_any;

use super::collect::Collector;
use super::program::{self, Command};
use super::terms;

impl Collector<'_, '_> {
    pub(super) fn mint(&mut self, spec: &MintSpec, node: NodeId) {
        match (spec.read, &spec.kind) {
            (MintReader::Commands, _) => self.minting_commands(node),
            (MintReader::Node, Some(kind)) => {
                let name = self.first_text(&spec.name, node).unwrap_or_default();
                let location = self.mint_spot(spec, node);
                let platform = self.platform.id.clone();
                self.out.mints.push(Mint {
                    kind: kind.clone(),
                    name,
                    platform,
                    issue: None,
                    address: None,
                    location,
                });
            }
            (MintReader::Node, None) => self.minting_node(spec, node),
        }
    }

    fn mint_spot(&self, spec: &MintSpec, node: NodeId) -> Spot {
        let at = spec.at.iter().flat_map(|path| path.select(self.document, node)).next();
        match at.and_then(|at| Some((at, self.document.node(at).scalar()?))) {
            Some((at, scalar)) => self.spot(scalar.span, at),
            None => self.heading_spot(node),
        }
    }

    /// What the rows for its type say a node issues: of each sort the longest.
    fn minting_node(&mut self, spec: &MintSpec, node: NodeId) {
        let document = self.document;
        let key = |id: NodeId| document.node(id).name().map(str::to_owned);
        let of_type = match &spec.named {
            MintType::None => None,
            MintType::Is(name) => Some(name.clone()),
            MintType::Key => key(node),
            MintType::Above => document.parent(node).and_then(key),
            MintType::At(path) => self.first_text(std::slice::from_ref(path), node),
        };
        if of_type.is_none() && !matches!(spec.named, MintType::None) {
            return;
        }
        let name = self.first_text(&spec.name, node).or_else(|| key(node)).unwrap_or_default();
        let address = of_type.as_ref().map(|of_type| format!("{of_type}.{name}"));
        let table: &[TtlRow] = &self.detector.pack().tables.ttl;
        let rows = table.iter().enumerate();
        let first = self.out.mints.len();
        for (index, row) in rows.filter(|(_, row)| row.speaks_of(&self.platform.id, of_type.as_deref())) {
            let Some((term, told, at)) = self.term_of(row, node) else { continue };
            let location = at.map_or_else(|| self.mint_spot(spec, node), |at| self.value_spot(at));
            self.add_mint(first, (index, row), (name.clone(), address.clone()), (term, told), location);
        }
    }

    /// Takes a mint; of several of one sort at one node, from `first` on, the one that lasts longest stays.
    fn add_mint(
        &mut self,
        first: usize,
        (index, row): (usize, &TtlRow),
        (name, address): (String, Option<String>),
        (term, told): (Term, Told),
        location: Spot,
    ) {
        let issue = Issue { row: index, term, told, tolerated: terms::tolerated(row) };
        let platform = self.platform.id.clone();
        let mint = Mint { kind: row.kind.clone(), name, platform, issue: Some(issue), address, location };
        let known = self.out.mints[first..].iter_mut().find(|known| known.kind == mint.kind);
        match known {
            Some(known) if rank(known) < rank(&mint) => *known = mint,
            Some(_) => {}
            None => self.out.mints.push(mint),
        }
    }

    /// How long what `node` issues lasts by the row, and the field that says so. `None`: it issues nothing to speak of.
    fn term_of(&self, row: &TtlRow, node: NodeId) -> Option<(Term, Told, Option<NodeId>)> {
        let document = self.document;
        let stands = |path: &crate::document::Path| !path.select(document, node).is_empty();
        if !row.only.iter().all(stands) || row.unless.iter().any(stands) {
            return None;
        }
        let mut fields = row.field.iter();
        let found = fields.find_map(|field| {
            let at = field
                .path
                .select(document, node)
                .into_iter()
                .find(|at| is_said(document.node(*at).scalar()))?;
            Some((field, at))
        });
        let Some((field, at)) = found else {
            // What is missing from half a document may stand in the other half.
            let is_known = document.problem.is_none() || row.field.is_empty();
            return terms::absent(row).filter(|_| is_known).map(|(term, told)| (term, told, None));
        };
        let text = document.node(at).text().unwrap_or_default();
        let unit = self.first_text(&row.unit_at, node);
        let told = Told::ByField { field: field.name.clone(), text: text.to_owned() };
        Some((terms::term(row, unit.as_deref(), text), told, Some(at)))
    }

    fn value_spot(&self, at: NodeId) -> Spot {
        match self.document.node(at).scalar() {
            Some(scalar) if !scalar.span.is_empty() => self.spot(scalar.span, at),
            _ => self.heading_spot(at),
        }
    }

    /// The commands of a script that the table names.
    fn minting_commands(&mut self, node: NodeId) {
        let Some(scalar) = self.document.node(node).scalar() else { return };
        for command in program::commands(scalar) {
            self.minting_command(node, &command);
        }
    }

    fn minting_command(&mut self, node: NodeId, command: &Command) {
        let table: &[TtlRow] = &self.detector.pack().tables.ttl;
        let line = command.line();
        let first = self.out.mints.len();
        for (index, row) in table.iter().enumerate() {
            let words = row.command.iter().find_map(|wanted| Some((wanted, command.names(wanted)?)));
            let Some((name, words)) = words else { continue };
            let is_meant = row.matches.is_empty() || matches_any(&row.matches, &line);
            if !is_meant || matches_any(&row.not_matches, &line) {
                continue;
            }
            let value = row.flag.iter().find_map(|flag| Some((flag, command.value_of(flag)?)));
            let (term, told, span) = match value {
                Some((flag, (text, span))) => {
                    let field = flag.trim_end_matches('=').to_owned();
                    let told = Told::ByField { field, text: text.to_owned() };
                    (terms::term(row, None, text), told, span)
                }
                None => match terms::absent(row) {
                    Some((term, told)) => (term, told, words),
                    None => continue,
                },
            };
            let location = self.spot(span, node);
            self.add_mint(first, (index, row), (name.clone(), None), (term, told), location);
        }
    }
}

fn is_said(scalar: Option<&Scalar>) -> bool {
    scalar.is_some_and(|scalar| !matches!(scalar.text.trim(), "" | "~" | "null"))
}

/// How long a mint's credentials last beside another's of the same sort.
fn rank<L>(mint: &Mint<L>) -> (u8, i64) {
    match mint.issue.as_ref().map(|issue| issue.term) {
        Some(Term::Never) => (4, 0),
        Some(Term::Renewable) => (3, 0),
        Some(Term::Until(end)) => (2, end.0),
        Some(Term::Lasts(length)) => (2, length.0),
        Some(Term::Unknown) => (1, 0),
        None => (0, 0),
    }
}
