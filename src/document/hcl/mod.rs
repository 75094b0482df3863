//! HCL2 as it is written: Terraform and OpenTofu, Packer, Nomad, Vault, Terragrunt.
//!
//! Facts: the native syntax specification of hashicorp/hcl (`hclsyntax/spec.md`).
//!
//! - A block is a map under its type and labels: `resource "aws_iam_user" "ci" { … }` is `$.resource.aws_iam_user.ci`. One that
//!   is repeated is there once more under the same names, and a path selects all of them: `.statement.actions[*]`.
//! - `dynamic "env" { … }` is the `env` that it makes: its `content` stands in it, beside `for_each`.
//! - Strings and heredocs are scalars with escapes resolved and `${…}` as it is written. Any other expression that is no
//!   literal is the scalar of the template that means the same, as in Terraform's JSON: `var.x` has the text `${var.x}`. One
//!   word alone (`string`) is itself.
//! - What chooses between values gives each of them, under the same key: `c ? a : b`, `try(a, b)`, `merge(a, b)`. The condition
//!   is left out.
//! - What encodes or converts gives what is in it: the argument of `jsonencode` stands in the place of the call. Any other call
//!   is an expression, but for objects and heredocs among its arguments, which then stand for it.
//! - `[for …]` is a list, and `{for …}` a map, of the one value that it makes over and over.

mod expression;
mod reader;
mod template;
mod tokens;

use super::Document;

/// Reads `text` as HCL. Takes time in step with its length.
pub(super) fn parse(text: &str) -> Document {
    reader::Reader::new(text, &tokens::read(text)).read()
}

#[cfg(test)]
mod tests;
