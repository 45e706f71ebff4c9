//! The command line as people and scripts meet it: the program itself is started,
//! and its texts, exit codes and files are looked at.
//!
//! Not here: what an import takes and refuses (`tests/import`), the crash test (`tests/acceptance`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the helpers of tests may fail as tests do"
)]

mod assess;
mod demo;
mod export;
mod help;
mod import;
mod program;
mod registry;
mod report;
mod synthetic;
mod users;
