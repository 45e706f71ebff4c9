//! Who works with the registry: passwords, tokens, and the directory of accounts.
//!
//! Not here: what a role may do (`sanad_core::access`).

pub mod directory;
pub mod password;
pub mod token;
