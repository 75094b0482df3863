//! Rule packs: what is looked for, where it is written and what is a violation. All of it is data under `rules/`.

mod access;
pub mod checksum;
mod credential;
pub mod lint;
mod load;
mod names;
mod platform;
mod sample;
mod secret_name;
mod setting;
mod table;

pub use access::{Across, Case, Count, CountBy, On, Once, Rule, RuleTest, Shared, SharedBy, Where};
pub use credential::{Beside, Check, Kind, LifetimeCase, LifetimeCondition, LifetimeRule, Reader, Role};
pub use load::{RuleError, RulePack};
pub use names::WordSet;
pub use platform::{
    BuildRoot, BuildSpec, Defines, DoorSpec, GrantSpec, HolderName, HolderSpec, IdentityScope, InsideSpec,
    MintSpec, Named, Platform, ReferenceScope, ReferenceSyntax, Term, TraitReader, TraitSpec, ValueReader,
};
pub use sample::{SampleError, Samples, TEST_CLOCK};
pub use secret_name::{Promise, is_secret_name, promise};
pub use setting::{At, SettingCheck};
pub use table::{BesideInput, FederationRow, IdentityRow, ProgramRow, ShadowingRow, Tables, TestPaths};
