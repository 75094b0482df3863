//! Documents and credentials to grants: who is given what, by which slot, in which form.
//!
//! Where holders stand and what they are given is declared in `rules/platforms/`; the code here only follows those paths.

mod address;
mod arguments;
mod bind;
mod bindings;
mod builds;
mod calls;
mod claim;
mod classes;
mod collect;
mod commands;
mod context;
mod expression;
mod flows;
mod form;
mod give;
mod lookup;
mod mints;
mod names;
mod nearby;
mod parts;
mod paths;
mod permits;
mod principals;
mod program;
mod resolve;
mod scripts;
mod settings;
mod settle;
mod shadow;
mod terms;
mod traits;
mod values;

pub use bind::bind;
pub use calls::adopt;
pub use claim::{Claim, Claims};
pub use collect::{Collected, MOST_REFERENCES, Site, collect, has_shape};
pub use form::MOST_IN_A_VALUE;
pub use resolve::resolve;
pub use settle::settle;
