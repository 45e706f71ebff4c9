//! Who works with the registry: passwords, tokens, sessions, and the directory of
//! accounts.
//!
//! Not here: what a role may do (`sanad_core::access`).

pub mod costs;
pub mod directory;
mod eddsa;
pub mod guesses;
pub mod hashing;
pub mod keys;
pub mod one_time;
pub mod password;
pub mod pepper;
pub mod proof;
pub mod second_factor;
pub mod secret_file;
pub mod service_keys;
pub mod sessions;
pub mod token;
pub mod totp;
