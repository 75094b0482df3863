//! Rule packs: what is looked for, where it is written and what is a violation. All of it is data under `rules/`.

mod access;
mod binding;
mod build;
pub mod checksum;
mod credential;
mod given;
pub mod lint;
mod load;
mod mint;
mod names;
mod platform;
mod reference;
mod sample;
mod secret_name;
mod setting;
mod table;
mod ttl;

pub use access::{Across, Case, Count, CountBy, On, Once, Rule, RuleTest, Shared, SharedBy, Where};
pub use binding::{BindingSpec, Naming, PartySpec, PermitReader, PermitSpec, RoleSpec, Words};
pub use build::{BuildRoot, BuildSpec};
pub use credential::{Beside, Check, Kind, LifetimeCase, LifetimeCondition, LifetimeRule, Reader, Role};
pub use given::{Defines, GrantSpec, NamedBy, ValueReader};
pub use load::{RuleError, RulePack};
pub use mint::{DefinitionSpec, FlowSpec, MintReader, MintSpec, MintType};
pub use names::WordSet;
pub use platform::{
    DoorSpec, HolderName, HolderSpec, IdentityScope, InsideSpec, Platform, TraitReader, TraitSpec,
};
pub use reference::{Named, ReferenceScope, ReferenceSyntax, Term};
pub use sample::{SampleError, Samples, TEST_CLOCK};
pub use secret_name::{Promise, is_secret_name, promise};
pub use setting::{At, SettingCheck};
pub use table::{
    BesideInput, FederationRow, IdentityRow, ProgramRow, RoleRow, ShadowingRow, Tables, TestPaths,
};
pub use ttl::{Field, Meaning, TtlRow};
