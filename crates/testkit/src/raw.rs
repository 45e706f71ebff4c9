//! Plain SQL, past every rule of the store: how a test looks at what really is in
//! a database, or does what the store never would.
//!
//! Not for the program: it reaches a database through `sanad_store::Store` only.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use sanad_store::Database;

/// One connection for plain SQL.
pub enum Raw {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    step: String,
}

impl Raw {
    /// Opens one.
    pub fn open(database: &Database) -> Self {
        match database {
            Database::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.display().to_string())
                    .expect("the file can be opened");
                // What the store sets; a person with a database shell may not.
                conn.batch_execute("PRAGMA busy_timeout=10000; PRAGMA recursive_triggers=ON")
                    .expect("the settings are known");
                Self::Sqlite(conn)
            }
            Database::Postgres(address) => Self::postgres(address),
        }
    }

    /// Opens one to a server.
    pub fn postgres(address: &str) -> Self {
        let mut conn = PgConnection::establish(address).expect("the server answers");
        conn.batch_execute("SET client_min_messages = warning")
            .expect("the setting is known");
        Self::Postgres(conn)
    }

    /// Runs statements; the error is the database's own text.
    pub fn execute(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
        .map_err(|error| error.to_string())
    }

    /// The rows of a question whose one column is a text named `value`; no row for NULL.
    pub fn texts(&mut self, sql: &str) -> Vec<String> {
        let rows: Vec<One> = match self {
            Self::Sqlite(conn) => diesel::sql_query(sql).load(conn),
            Self::Postgres(conn) => diesel::sql_query(sql).load(conn),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().filter_map(|row| row.value).collect()
    }

    /// The one number that a question answers in a column named `value`.
    pub fn number(&mut self, sql: &str) -> i64 {
        let texts = self.texts(sql);
        let text = texts.first().unwrap_or_else(|| panic!("{sql}: no row"));
        text.parse()
            .unwrap_or_else(|_| panic!("{sql}: not a number"))
    }

    /// What the database says to an `EXPLAIN`, a line a step.
    pub fn plan(&mut self, sql: &str) -> String {
        let query = diesel::sql_query(sql);
        let steps = match self {
            Self::Sqlite(conn) => query
                .load(conn)
                .map(|steps: Vec<SqliteStep>| steps.into_iter().map(|step| step.detail).collect()),
            Self::Postgres(conn) => query
                .load(conn)
                .map(|steps: Vec<PostgresStep>| steps.into_iter().map(|step| step.step).collect()),
        };
        let steps: Vec<String> = steps.unwrap_or_else(|error| panic!("{sql}: {error}"));
        steps.join("\n")
    }

    /// Every table of the registry, by name; not diesel's own list of migrations.
    pub fn tables(&mut self) -> Vec<String> {
        self.texts(match self {
            Self::Sqlite(_) => {
                "SELECT name AS value FROM sqlite_master WHERE type = 'table' \
                 AND name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT table_name::text AS value FROM information_schema.tables \
                 WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name"
            }
        })
    }

    /// Every column of a table in its order.
    pub fn columns(&mut self, table: &str) -> Vec<Column> {
        let sql = match self {
            Self::Sqlite(_) => format!(
                "SELECT name || ' ' || type || ' ' || (1 - \"notnull\") AS value \
                 FROM pragma_table_info('{table}') ORDER BY cid"
            ),
            Self::Postgres(_) => format!(
                "SELECT column_name || ' ' || udt_name || ' ' || \
                 CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS value \
                 FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        let parse = |row: String| {
            let mut words = row.split(' ').map(ToOwned::to_owned);
            let mut next = || {
                words
                    .next()
                    .expect("a column has a name, a type and a mark")
            };
            Column {
                name: next(),
                kind: next().to_lowercase(),
                nullable: next() == "1",
            }
        };
        self.texts(&sql).into_iter().map(parse).collect()
    }

    /// How many rows hold these bytes somewhere in this column.
    pub fn rows_that_hold(&mut self, table: &str, column: &Column, bytes: &[u8]) -> i64 {
        use std::fmt::Write as _;
        let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes every text");
            hex
        });
        let name = &column.name;
        let holds = match self {
            Self::Sqlite(_) => format!("instr(CAST(\"{name}\" AS BLOB), X'{hex}') > 0"),
            Self::Postgres(_) if column.kind == "bytea" => {
                format!("position('\\x{hex}'::bytea IN \"{name}\") > 0")
            }
            Self::Postgres(_) => {
                format!("position('\\x{hex}'::bytea IN convert_to(\"{name}\"::text, 'UTF8')) > 0")
            }
        };
        self.number(&format!(
            "SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table} WHERE {holds}"
        ))
    }
}

/// A column as the database describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, in lower case, as this database calls it.
    pub kind: String,
    /// Whether it may be empty.
    pub nullable: bool,
}
