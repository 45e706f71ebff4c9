//! Who may see and do what: roles, permissions, data tiers, scopes, and the one
//! policy that decides.
//!
//! A check cannot be forgotten. A command needs a [`Permit`] and a read needs a
//! [`Visibility`]; only the [`Policy`] makes them, from an [`Actor`]; and an
//! actor comes from a verified token.
//!
//! Not here: rules that need the case itself, such as that nobody confirms their
//! own answer (see `case::decide`); passwords and tokens (see `sanad-api`).
//!
//! Where to start: `reference/roles.toml` is the policy, `docs/access-table.md`
//! the same as one table, [`policy`] the function that decides.

pub mod actor;
pub mod permission;
pub mod permit;
pub mod policy;
mod policy_file;
pub mod role;
pub mod scope;
mod table;
pub mod tier;
pub mod visibility;

pub use actor::Actor;
pub use permission::{Effect, Permission, Subject};
pub use permit::{Denied, Permit};
pub use policy::{IncompatibleRoles, Policy, Rule};
pub use policy_file::PolicyError;
pub use role::Role;
pub use scope::{Grant, Resource, Scope};
pub use tier::{Tier, Tiers};
pub use visibility::{Visibility, VisibleScope};

#[cfg(test)]
mod policy_file_test;
#[cfg(test)]
mod rules_test;
#[cfg(test)]
mod worlds_test;
