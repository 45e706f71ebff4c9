//! SQLite: the connection, and the three things it does differently. The
//! questions themselves stand in `queries/`, which this file and `postgres.rs`
//! each compile for their own connection type.

use crate::StoreError;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::Connection as _;
use std::path::Path;

/// The backend of this file.
pub(crate) type Backend = diesel::sqlite::Sqlite;
/// The connection of this file.
pub(crate) type Conn = diesel::SqliteConnection;

#[path = "queries/mod.rs"]
mod queries;

/// Migrations, compiled into the program.
pub(crate) const MIGRATIONS: diesel_migrations::EmbeddedMigrations =
    diesel_migrations::embed_migrations!("../../migrations/sqlite");

diesel::define_sql_function! {
    /// Where `needle` begins in `haystack`, counted from 1; 0 when it is not in it.
    #[sql_name = "instr"]
    fn place_in(haystack: diesel::sql_types::Text, needle: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

/// One connection to a file.
pub(crate) struct Connection {
    pub(crate) conn: Conn,
}

impl Connection {
    /// Opens a file, creating it when needed.
    ///
    /// `synchronous=FULL`: an acknowledged write survives a power cut (NORMAL
    /// loses the last commits). `recursive_triggers` makes `INSERT OR REPLACE`
    /// meet the journal's append-only trigger as well. A page of a new file holds
    /// most cases whole, without a chain of further pages.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let text = path.to_str().ok_or_else(|| {
            StoreError::Open("the path of the database is not valid Unicode".to_owned())
        })?;
        let cannot = |error: &dyn std::fmt::Display| {
            StoreError::Open(format!("cannot open the database file {text}: {error}"))
        };
        make_private(path).map_err(|error| cannot(&error))?;
        let mut conn = Conn::establish(text).map_err(|error| cannot(&error))?;
        conn.batch_execute(
            "PRAGMA page_size=8192; PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; \
             PRAGMA synchronous=FULL; \
             PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON; \
             PRAGMA cache_size=-32768; PRAGMA mmap_size=1073741824;",
        )?;
        Ok(Self { conn })
    }

    /// Plans here do not depend on how large a table is.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "PostgreSQL is asked, and may fail"
    )]
    fn ask_by_key(_: &mut Conn) -> Result<(), StoreError> {
        Ok(())
    }

    /// Writes the log back into the file and empties it.
    fn leave_nothing_behind(conn: &mut Conn) -> Result<(), StoreError> {
        Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?)
    }

    fn begin_write(conn: &mut Conn) -> Result<(), StoreError> {
        // A deferred transaction that later writes fails at once when another
        // writer is active, whatever the busy timeout.
        Ok(conn.batch_execute("BEGIN IMMEDIATE")?)
    }
}

/// Makes a new file that its owner alone can read: it will hold names. SQLite gives
/// its journals the mode of the file.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// Single-row inserts: within one process a prepared statement beats a longer text.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        for row in $rows {
            diesel::insert_into($table).values(row).execute($conn)?;
        }
    };
}

macro_rules! delete_all {
    ($conn:expr, $table:expr, $column:expr, $keys:expr) => {
        for key in $keys {
            diesel::delete($table)
                .filter($column.eq(*key))
                .execute($conn)?;
        }
    };
}

/// Within one process a prepared statement for one row beats a longer one.
pub(crate) const READ_TOGETHER: usize = 1;

macro_rules! one_of {
    ($column:expr, $keys:expr) => {
        // INVARIANT: callers pass chunks of READ_TOGETHER, which are never empty.
        $column.eq($keys[0])
    };
}

pub(crate) use {delete_all, insert_all, one_of};
