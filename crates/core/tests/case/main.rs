//! The rules of a case, of answers and of places, told as they happen in the
//! field: given what was recorded, when somebody does something, then what.
//!
//! `world` is the registry of these tests (one household, some staff, a journal
//! kept in memory); `words` are what people say; `stories` are random lives of a
//! case. Not here: the decision rule itself (`tests/conditions`), who may do what
//! (`access`), keeping the journal on disk (`sanad-store`).

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail as tests do"
)]

mod after_return;
mod anonymisation;
mod answers;
mod areas;
mod composition;
mod conflicts;
mod evidence;
mod facts;
mod four_eyes;
mod joined;
mod journey;
mod lifecycle_table;
mod lives;
mod parts;
mod plain_facts;
mod processing;
mod properties;
mod protection;
mod registration;
mod returns;
mod steps;
mod stories;
mod voids;
mod wire;
mod words;
mod world;
