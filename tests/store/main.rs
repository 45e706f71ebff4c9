//! The store from outside: what holds on SQLite and on PostgreSQL alike. Every
//! test runs on both, from the same source.
//!
//! Not here: the rules (`sanad-core`), HTTP. Where to start: `rebuild` for the
//! promise that everything can be made again from the journal, `groups` and
//! `races` for what an acknowledged write is worth.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests may fail as tests do"
)]

mod anonymised;
mod append_only;
mod classes;
mod events;
mod evidence_files;
mod explain;
mod groups;
mod history;
mod lives;
mod look_again;
mod migrations;
mod races;
mod rebuild;
mod visibility;
mod writer;
