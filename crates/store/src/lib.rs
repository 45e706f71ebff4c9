//! Where the registry keeps what it knows: the journal and its projections, on
//! SQLite or PostgreSQL.
//!
//! [`Store`] is the only door: [`Store::read`], [`Store::write`] and
//! [`Store::administer`]. Rules are not here (`sanad-core`), HTTP is not here
//! (`sanad-api`).

pub mod batch;
mod conflicts;
mod database;
pub mod db;
mod engine;
mod error;
pub mod journal;
pub mod knowledge;
mod look_again;
pub mod place_path;
mod postgres;
mod projections;
pub mod rebuild;
pub mod rows;
pub mod schema;
pub mod sql_types;
mod sqlite;
mod store;

pub use database::Database;
pub use engine::{Bulk, Tx};
pub use error::StoreError;
pub use journal::Envelope;
pub use look_again::{Counted, LookedAgain, Lookout, flag_then};
pub use store::{Options, Store, in_bulk, in_transaction};
