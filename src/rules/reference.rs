//! How values refer to something else, as platforms say it.

use serde::Deserialize;

use crate::model::Form;

/// A form of reference: text between `open` and `close`, anywhere in a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceSyntax {
    /// What it begins with: `${env:`.
    pub open: String,
    /// What it ends with; absent: where the characters of a variable's name end.
    #[serde(default)]
    pub close: Option<String>,
    /// What it is.
    pub form: Form,
    /// Between the name and a default, which is a literal: `:-`.
    #[serde(default)]
    pub defaults: Vec<String>,
    /// Which namespace the name lives in.
    #[serde(default)]
    pub scope: ReferenceScope,
    /// What may be named between the marks, where an expression stands there. Each that is named is given; if none is, the whole.
    #[serde(default)]
    pub terms: Vec<Term>,
}

/// A name in an expression: `secrets.X`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Term {
    /// What stands before the name, ASCII case aside. The name ends where letters, digits, `_` and `-` do.
    pub open: String,
    /// What it is.
    pub form: Form,
    /// Which namespace the name lives in.
    #[serde(default)]
    pub scope: ReferenceScope,
    /// Whether what stands before the name is part of it.
    #[serde(default)]
    pub named: Named,
}

/// By what something in an expression is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Named {
    /// The name alone.
    #[default]
    Alone,
    /// The name and what stands before it: `inputs.X`.
    Whole,
    /// The same, and what follows behind dots: `.Values.image.token`, `aws_iam_access_key.ci.secret`.
    Path,
}

/// Which namespace a reference's name lives in; two holders share a reference only within one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceScope {
    /// The directory of the file.
    #[default]
    Directory,
    /// The scanned tree: a repository's CI secrets.
    Repository,
    /// The user's own environment.
    User,
    /// One value for each holder: a prompt. Never shared.
    Holder,
}
