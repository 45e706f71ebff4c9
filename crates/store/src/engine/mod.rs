//! Threads before the database: a few that read, one that writes.
//!
//! Each thread owns one connection. Dedicated threads answered 30% more reads than
//! a pool with blocking tasks, and one writer that commits many commands with one
//! fsync wrote four times as much (docs/adr/0003). Queues are bounded: when one is
//! full the caller is told to come back, and memory stays flat.

mod bulk;
mod cases;
mod reader;
mod writer;

pub use bulk::Bulk;
pub use writer::Tx;

pub(crate) use cases::CaseReads;
pub(crate) use reader::Readers;
pub(crate) use writer::{Queued, Writer};

use crate::db::Db;
use crate::{Database, StoreError, postgres, sqlite};

/// Jobs that may wait in a queue before callers are told to come back.
const QUEUE: usize = 1_024;

/// Opens one connection.
pub(crate) fn connect(database: &Database) -> Result<Box<dyn Db>, StoreError> {
    match database {
        Database::Sqlite(path) => Ok(Box::new(sqlite::Connection::open(path)?)),
        Database::Postgres(url) => Ok(Box::new(postgres::Connection::open(url)?)),
    }
}

/// A connection that is opened again after it was lost.
pub(crate) struct Line {
    database: Database,
    by_key: bool,
    db: Option<Box<dyn Db>>,
}

impl Line {
    /// Connects at once, so that a wrong address is reported at start.
    pub(crate) fn open(database: &Database) -> Result<Self, StoreError> {
        let mut this = Self {
            database: database.clone(),
            by_key: false,
            db: None,
        };
        this.get()?;
        Ok(this)
    }

    /// The same for a line that asks by key only.
    pub(crate) fn open_by_key(database: &Database) -> Result<Self, StoreError> {
        let mut this = Self {
            database: database.clone(),
            by_key: true,
            db: None,
        };
        this.get()?;
        Ok(this)
    }

    /// The connection; opened again when the last one was given up.
    pub(crate) fn get(&mut self) -> Result<&mut dyn Db, StoreError> {
        if self.db.is_none() {
            let mut db = connect(&self.database)?;
            if self.by_key {
                db.ask_by_key()?;
            }
            self.db = Some(db);
        }
        match self.db.as_deref_mut() {
            Some(db) => Ok(db),
            None => Err(StoreError::Closed),
        }
    }

    /// Gives the connection up if it no longer answers.
    pub(crate) fn check(&mut self) {
        if self.db.as_deref_mut().is_some_and(|db| db.ping().is_err()) {
            self.db = None;
        }
    }
}

/// Waits for a thread of the store to end. A job may hold the last handle of a store,
/// which is then dropped on the very thread that carried it out: that one ends by
/// itself, because its queue is closed.
fn join(thread: std::thread::JoinHandle<()>) {
    if thread.thread().id() != std::thread::current().id() {
        let _ = thread.join();
    }
}
