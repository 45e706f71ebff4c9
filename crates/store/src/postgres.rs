//! PostgreSQL: the connection, and the three things it does differently. The
//! questions themselves stand in `queries/`, which this file and `sqlite.rs`
//! each compile for their own connection type.

use crate::StoreError;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::Connection as _;

/// The backend of this file.
pub(crate) type Backend = diesel::pg::Pg;
/// The connection of this file.
pub(crate) type Conn = diesel::PgConnection;

#[path = "queries/mod.rs"]
mod queries;

/// Migrations, compiled into the program.
pub(crate) const MIGRATIONS: diesel_migrations::EmbeddedMigrations =
    diesel_migrations::embed_migrations!("../../migrations/postgres");

diesel::define_sql_function! {
    /// Where `needle` begins in `haystack`, counted from 1; 0 when it is not in it.
    #[sql_name = "strpos"]
    fn place_in(haystack: diesel::sql_types::Text, needle: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

/// The advisory lock that serialises the writers of one registry: positions of
/// the journal then follow the order of commit, without gaps.
const WRITER_LOCK: &str = "BEGIN; SELECT pg_advisory_xact_lock(7306920178418573412)";

/// One connection to a server.
pub(crate) struct Connection {
    pub(crate) conn: Conn,
}

impl Connection {
    /// Connects. `synchronous_commit=on`: an acknowledged write survives a crash.
    /// `force_custom_plan`: a plan made while a table was small would read the whole
    /// table when it is large; for lists and reports, planning anew costs a fraction of
    /// one such read.
    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let mut conn = Conn::establish(url).map_err(|_| {
            // libpq's text repeats parts of the URL, which may hold a password.
            StoreError::Open(
                "cannot connect to PostgreSQL; check host, port, user, password and database name"
                    .to_owned(),
            )
        })?;
        conn.batch_execute(
            "SET synchronous_commit = on; SET timezone = 'UTC'; SET plan_cache_mode = force_custom_plan; SET client_min_messages = warning; \
             SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10min'",
        )?;
        Ok(Self { conn })
    }

    /// For a connection that asks by key and nothing else. Plans are kept, and may
    /// never read a whole table: one made while the table was small would go on doing
    /// so when it is large.
    fn ask_by_key(conn: &mut Conn) -> Result<(), StoreError> {
        Ok(conn
            .batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")?)
    }

    /// A vacuum of the journal takes as long as the journal is; that is the keeper's task.
    #[expect(clippy::unnecessary_wraps, reason = "SQLite is asked, and may fail")]
    fn leave_nothing_behind(_: &mut Conn) -> Result<(), StoreError> {
        Ok(())
    }

    fn begin_write(conn: &mut Conn) -> Result<(), StoreError> {
        Ok(conn.batch_execute(WRITER_LOCK)?)
    }
}

/// All rows in one `COPY`: one round trip, and nothing to parse or plan for each row.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let rows: Vec<_> = $rows.into_iter().collect();
        if !rows.is_empty() {
            diesel::copy_from($table)
                .from_insertable(rows)
                .execute($conn)?;
        }
    }};
}

macro_rules! delete_all {
    ($conn:expr, $table:expr, $column:expr, $keys:expr) => {{
        let keys: Vec<_> = $keys.into_iter().copied().collect();
        if !keys.is_empty() {
            diesel::delete($table)
                .filter($column.eq_any(keys))
                .execute($conn)?;
        }
    }};
}

/// Rows asked for in one statement: here it is the round trip that costs.
pub(crate) const READ_TOGETHER: usize = 32;

macro_rules! one_of {
    ($column:expr, $keys:expr) => {
        $column.eq_any($keys)
    };
}

pub(crate) use {delete_all, insert_all, one_of};
