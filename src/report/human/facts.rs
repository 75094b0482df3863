//! What is said below an excerpt.

use std::fmt::Write as _;

use super::{Page, excerpt, wrap};
use crate::model::{
    Attribute, Confidence, CredentialFacts, Evidence, Finding, Form, GrantFacts, HolderName, PrincipalKind,
    Privilege, Severity, Subject,
};
use crate::report::Secrets;

/// How many other places are named.
const PLACES: usize = 10;

/// The notes of a finding, wrapped, in the order in which they are printed.
pub(super) fn of(page: &Page<'_>, finding: &Finding) -> Vec<String> {
    let margin = excerpt::margin(finding.location.region.start.line);
    let fact = |name: &str, fact: String| note(page, margin, name, &fact);
    let mut notes = Vec::new();
    notes.extend(
        held_by(finding.holder.as_ref(), finding.grant.as_ref()).map(|(name, held)| fact(name, held)),
    );
    if let Some(credential) = &finding.credential {
        notes.push(fact("credential", identity(credential)));
        if page.secrets == Secrets::Shown {
            notes.push(format!("secret: {}", revealed(credential)));
        }
        notes.push(fact("lifetime", lifetime(page, credential)));
    }
    notes.push(fact("exposure", finding.exposure.as_str().to_owned()));
    let usual = page.catalogue.get(&finding.rule).map(|rule| rule.severity);
    notes.extend(graded(usual, finding).map(|graded| fact("severity", graded)));
    if finding.confidence != Confidence::High {
        notes.push(fact("confidence", finding.confidence.to_string()));
    }
    notes.extend(list(&finding.also).map(|also| fact("also", also)));
    notes.extend(
        finding
            .foreign_marker
            .map(|marker| fact("marker", format!("`{marker}` stands here; --honor follows it"))),
    );
    if !finding.related.is_empty() {
        notes.push(other_places(page, margin, finding));
    }
    notes.push(fact("fix", finding.remedy.clone()));
    notes.push(fact("fingerprint", finding.fingerprint.to_string()));
    notes
}

fn note(page: &Page<'_>, margin: usize, name: &str, fact: &str) -> String {
    let text = page.gatekeeper.text(fact);
    let wrapped = wrap::wrap_after(name.len() + 2, &text, page.width.saturating_sub(margin + 1), "  ");
    format!("{name}: {wrapped}")
}

fn held_by(holder: Option<&HolderName>, grant: Option<&GrantFacts>) -> Option<(&'static str, String)> {
    let holder = holder.map(|holder| {
        let agent = if holder.agent { ", an agent" } else { "" };
        format!("{} `{}`{agent}", holder.kind, holder.name)
    });
    let grant = grant.map(|grant| {
        let name = grant.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
        let reference =
            grant.reference.as_ref().map(|reference| format!(" `{reference}`")).unwrap_or_default();
        format!("{}{name}, {}{reference}", grant.slot.as_str(), form(grant.form))
    });
    match (holder, grant) {
        (Some(holder), Some(grant)) => Some(("holder", format!("{holder}, by {grant}"))),
        (Some(holder), None) => Some(("holder", holder)),
        (None, Some(grant)) => Some(("given by", grant)),
        (None, None) => None,
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Literal => "as a literal",
        Form::EnvRef => "from the variable",
        Form::EnvName => "by the variable's name",
        Form::FileRef => "from the file",
        Form::StoreRef => "from the store's entry",
        Form::CiSecretRef => "from the CI secret",
        Form::PromptRef => "asked of the user",
        Form::Helper => "minted by a command",
        Form::Federated => "exchanged for its own identity",
        Form::Brokered => "injected by a proxy",
        Form::Passthrough => "passed on from the caller",
        Form::Default => "a value that everybody knows",
    }
}

fn identity(credential: &CredentialFacts) -> String {
    let mut text = format!("{} {}", credential.kind, credential.shown);
    if let Some(principal) = &credential.principal {
        let kind = match principal.kind {
            PrincipalKind::KeyId => "key",
            PrincipalKind::Account => "account",
            PrincipalKind::Email | PrincipalKind::Subject | PrincipalKind::UserAtHost => "principal",
            PrincipalKind::Client => "client",
            PrincipalKind::Role => "role",
            PrincipalKind::ServiceAccount => "service account",
            PrincipalKind::User => "user",
            PrincipalKind::Group => "group",
            PrincipalKind::Stored => "stored credential",
        };
        let _ = write!(text, ", {kind} `{}`", principal.name);
    }
    text.push_str(match credential.subject {
        Subject::Human => ", a person's",
        Subject::Machine => ", a machine's",
        Subject::Unknown => "",
    });
    if credential.privilege == Privilege::Admin {
        text.push_str(", administrative");
    }
    text
}

fn lifetime(page: &Page<'_>, credential: &CredentialFacts) -> String {
    let evidence = match credential.lifetime.evidence {
        Evidence::None => "",
        Evidence::Context => ", as such places mean",
        Evidence::Declared => ", as what mints it declares",
        Evidence::Format => ", as its format means",
        Evidence::Sibling => ", by a field beside it",
        Evidence::Value => ", by the value itself",
    };
    format!("{}{evidence}", credential.lifetime.describe(page.report.now))
}

/// Why the severity is not the one that the rule usually has; nothing where it is.
fn graded(usual: Option<Severity>, finding: &Finding) -> Option<String> {
    let base = finding.base_severity;
    let case =
        usual.filter(|usual| *usual != base).map(|usual| format!("{base} in this case, {usual} usually"));
    let step = (finding.severity != base).then(|| moved(&finding.attributes)).flatten();
    let parts: Vec<String> = case.into_iter().chain(step).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What moved the severity by a step, and what spoke against; nothing where the two are even.
fn moved(attributes: &[Attribute]) -> Option<String> {
    let sum: i32 = attributes.iter().map(|attribute| attribute.direction()).sum();
    let words = |direction: i32| {
        let words: Vec<&str> = attributes
            .iter()
            .filter(|attribute| attribute.direction() == direction)
            .map(|attribute| attribute.as_str())
            .collect();
        words.join(", ")
    };
    let (way, direction) = match sum {
        1.. => ("up", 1),
        0 => return None,
        _ => ("down", -1),
    };
    let against = words(-direction);
    let against = if against.is_empty() { against } else { format!("; against it: {against}") };
    Some(format!("one step {way}: {}{against}", words(direction)))
}

fn list(ids: &[crate::model::Id]) -> Option<String> {
    let ids: Vec<&str> = ids.iter().map(crate::model::Id::as_str).collect();
    (!ids.is_empty()).then(|| ids.join(", "))
}

fn other_places(page: &Page<'_>, margin: usize, finding: &Finding) -> String {
    let width = page.width.saturating_sub(margin + 1);
    let mut text = String::from("other places:");
    for place in finding.related.iter().take(PLACES) {
        let line = format!("{}:{} {}", place.location.origin, place.location.region.start.line, place.label);
        let _ = write!(text, "\n  {}", wrap::wrap_after(2, &page.gatekeeper.text(&line), width, "    "));
    }
    let more = finding.related.len().saturating_sub(PLACES) + finding.related_cut;
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
    text
}

/// The secret itself, for the person who asked: not masked, but no less harmless to the terminal.
fn revealed(credential: &CredentialFacts) -> String {
    crate::text::visible(&String::from_utf8_lossy(credential.secret.reveal())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::finding;

    #[test]
    fn a_severity_that_is_not_the_usual_one_is_explained() {
        let mut found = finding("a", Severity::High, "a");
        found.base_severity = Severity::High;
        assert_eq!(graded(Some(Severity::High), &found), None);
        assert_eq!(graded(None, &found), None);
        assert_eq!(
            graded(Some(Severity::Medium), &found).as_deref(),
            Some("high in this case, medium usually")
        );
        (found.base_severity, found.attributes) = (Severity::Medium, vec![Attribute::Human]);
        assert_eq!(graded(Some(Severity::Medium), &found).as_deref(), Some("one step up: a person's"));
        assert_eq!(
            graded(Some(Severity::Low), &found).as_deref(),
            Some("medium in this case, low usually; one step up: a person's")
        );
    }

    #[test]
    fn a_move_is_told_with_what_spoke_against_it() {
        use Attribute::{Admin, GitIgnored, Human, TestPath};
        assert_eq!(
            moved(&[Human, Admin, TestPath]).as_deref(),
            Some("one step up: a person's, administrative; against it: in a test path")
        );
        assert_eq!(moved(&[GitIgnored]).as_deref(), Some("one step down: ignored by git"));
        assert_eq!(moved(&[Human, GitIgnored]), None);
    }
}
