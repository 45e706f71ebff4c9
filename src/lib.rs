//! The program `sanad`: its command line, imports and synthetic registries.
//!
//! Rules are in `sanad-core`, storage in `sanad-store`, HTTP in `sanad-api`; this
//! crate only brings them to a terminal.

pub mod cli;
pub mod desk;
pub mod import;
pub mod synthetic;
