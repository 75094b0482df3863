//! What is allowed, in classes that rules speak of.
//!
//! | class | what is allowed |
//! |---|---|
//! | `everything` | any verb on any resource of any group |
//! | `wildcard` | `*` where secrets or workloads are among what it stands for |
//! | `group-wildcard` | `*` within groups that are a platform's own |
//! | `escalates` | to give oneself or others more: `escalate`, `bind`, `impersonate` |
//! | `credentials` | to read or mint the credentials of others |
//! | `named-credentials` | to read some credentials, by their names |
//! | `cloud-admin` | any action on any resource of a cloud's account |
//! | `cloud-escalates` | to give oneself more there: any role to pass, to assume or to write |
//! | `cloud-credentials` | to read every secret that the account keeps |
//! | `trusts-anybody` | whoever has a token of the issuer becomes the principal |
//! | `trusts-many` | many repositories, namespaces or accounts do, by a pattern |
//! | `trusts-any-ref` | one repository does, from any branch, tag or pull request |
//! | `trusts-any-audience` | tokens that were made for somebody else count as well |

mod aws;
mod kubernetes;
mod trust;

use crate::document::{Document, NodeId};
use crate::rules::PermitReader;
use crate::text::Span;

/// One thing that is allowed.
pub(super) struct Allowed {
    /// What it amounts to.
    pub(super) class: &'static str,
    /// The word that says it.
    pub(super) place: Span,
    /// The node that it stands in; of a document in a string the string.
    pub(super) node: NodeId,
}

/// What is allowed at `node`.
pub(super) fn read(reader: PermitReader, document: &Document, node: NodeId) -> Vec<Allowed> {
    match reader {
        PermitReader::KubernetesRule => kubernetes::read(document, node),
        PermitReader::AwsPolicy => aws::read(document, node),
        PermitReader::GooglePool => trust::google_pool(document, node),
        PermitReader::Subject => trust::subject(document, node),
        PermitReader::VaultJwtRole => trust::vault_jwt_role(document, node),
        PermitReader::VaultKubernetesRole => trust::vault_kubernetes_role(document, node),
    }
}

/// A text and where it stands.
type Word<'d> = (&'d str, Span);

/// The texts of the children of these names, of lists each item.
fn words<'d>(document: &'d Document, node: NodeId, names: &[&str]) -> Vec<Word<'d>> {
    let mut found = Vec::new();
    for child in named(document, node, names) {
        let items = match document.node(child).scalar() {
            Some(_) => vec![child],
            None => document.children(child).to_vec(),
        };
        let scalars = items.into_iter().filter_map(|item| document.node(item).scalar());
        found.extend(scalars.map(|scalar| (scalar.text.as_str(), scalar.span)));
    }
    found
}

/// The children of these names.
fn named<'d>(document: &'d Document, node: NodeId, names: &'d [&str]) -> impl Iterator<Item = NodeId> + 'd {
    let children = document.children(node).iter().copied();
    children.filter(move |child| document.node(*child).name().is_some_and(|name| names.contains(&name)))
}
