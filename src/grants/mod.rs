//! Documents and credentials to grants: who is given what, by which slot, in which form.
//!
//! Where holders stand and what they are given is declared in `rules/platforms/`; the code here only follows those paths.

mod arguments;
mod bind;
mod bindings;
mod calls;
mod claim;
mod classes;
mod collect;
mod commands;
mod expression;
mod form;
mod give;
mod lookup;
mod nearby;
mod parts;
mod permits;
mod principals;
mod resolve;
mod settings;
mod shadow;
mod values;

pub use bind::bind;
pub use calls::adopt;
pub use claim::{Claim, Claims};
pub use collect::{Collected, Site, collect};
pub use form::MOST_IN_A_VALUE;
pub use resolve::resolve;
