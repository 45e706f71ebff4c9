//! The whole program over HTTP, as its users meet it: a real server on a fresh
//! database, people of every role, real sockets. Every test runs on `SQLite` and on
//! `PostgreSQL`, from the same source, and every answer that any of them gets is held
//! against the API document (`contract`).
//!
//! One file a noun of the API, as its paths; beside them `strangers` (what another
//! organisation learns: nothing), `shape` and `hostile` (what every operation refuses),
//! `writes` (preconditions and keys), `newcomer` (what a refusal says to somebody new),
//! `worked_examples` (the standard's own cases) and `logs`. Not here: the rules themselves (`sanad-core`), the journal (`tests/store`).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests may fail as tests do"
)]

mod client;
mod contract;
mod shell;
mod steps;
mod world;

mod accounts;
mod after_return;
mod anonymisation;
mod answers;
mod areas;
mod audit;
mod audit_contents;
mod case_list;
mod cases;
mod conflicts;
mod evidence;
mod evidence_files;
mod findings;
mod findings_lost;
mod forged_tokens;
mod four_eyes;
mod health;
mod hostile;
mod household;
mod journey;
mod keys;
mod limits;
mod logs;
mod matrix;
mod newcomer;
mod password_hashes;
mod passwords;
mod places;
mod planted;
mod protection;
mod reports;
mod returns;
mod second_factor;
mod service_keys;
mod sessions;
mod shape;
mod sign_in;
mod strangers;
mod worked_examples;
mod writes;
