//! A database of its own for every test, migrated, on each backend.
//!
//! Migrations run once; tests get copies of the result: of a file on SQLite, of a
//! template database on PostgreSQL. What a test made goes away with its handle.
//!
//! Not here: what is in a database (see [`World`](crate::World)).

use crate::{Raw, postgres};
use sanad_store::db::Db;
use sanad_store::{Database, Options, Store};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file of this test's own.
    Sqlite,
    /// A database on the server of [`postgres::server`].
    Postgres,
}

impl Backend {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// Runs a test on a fresh, migrated database of each backend.
pub fn each_backend(test: impl Fn(&TestDatabase)) {
    for backend in Backend::ALL {
        // Shown only when the test fails.
        #[expect(clippy::print_stderr, reason = "says on which backend a test failed")]
        {
            eprintln!("on {backend:?}");
        }
        test(&TestDatabase::new(backend));
    }
}

/// A fresh, migrated database of each backend.
pub fn databases() -> Vec<TestDatabase> {
    Backend::ALL.into_iter().map(TestDatabase::new).collect()
}

/// A database that goes away with this value.
#[derive(Debug)]
pub struct TestDatabase {
    database: Database,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    OnServer(String),
}

impl TestDatabase {
    /// A migrated database.
    pub fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let new = Self::empty(backend);
                if let Database::Sqlite(path) = &new.database {
                    std::fs::write(path, sqlite_template()).expect("the template can be copied");
                }
                new
            }
            Backend::Postgres => Self::on_server(Some(postgres_template())),
        }
    }

    /// A database without any table.
    pub fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = std::env::temp_dir().join(unique_name());
                std::fs::create_dir(&folder).expect("a temporary folder can be made");
                let database = Database::Sqlite(folder.join("registry.db"));
                Self {
                    database,
                    place: Place::Folder(folder),
                }
            }
            Backend::Postgres => Self::on_server(None),
        }
    }

    fn on_server(template: Option<&str>) -> Self {
        let name = unique_name();
        let from = template.unwrap_or("template0");
        Raw::postgres(postgres::server())
            .execute(&format!("CREATE DATABASE {name} TEMPLATE {from}"))
            .expect("a database can be made");
        Self {
            database: Database::Postgres(address_of(&name)),
            place: Place::OnServer(name),
        }
    }

    /// Where it is, as the program takes it.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Which kind it is.
    pub const fn backend(&self) -> Backend {
        match self.database {
            Database::Sqlite(_) => Backend::Sqlite,
            Database::Postgres(_) => Backend::Postgres,
        }
    }

    /// A store on it, with two readers.
    pub fn store(&self) -> Store {
        Store::open(&self.database, Options { readers: 2 }).expect("the database can be opened")
    }

    /// One connection of the store's kind.
    pub fn connect(&self) -> Box<dyn Db> {
        Store::connect(&self.database).expect("the database can be opened")
    }

    /// One connection for plain SQL, past every rule of the store.
    pub fn raw(&self) -> Raw {
        Raw::open(&self.database)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::OnServer(name) => {
                let drop_it = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                drop(Raw::postgres(postgres::server()).execute(&drop_it));
            }
        }
    }
}

/// A name that no other test of any process has.
fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("sanad_test_{}_{number}", std::process::id())
}

/// The server's address with another database.
fn address_of(name: &str) -> String {
    postgres::server().replacen("/postgres?", &format!("/{name}?"), 1)
}

fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let made = TestDatabase::empty(Backend::Sqlite);
        Store::migrate(&made.database).expect("the migrations apply");
        let Database::Sqlite(path) = &made.database else {
            return Vec::new();
        };
        // The last connection is closed: the file is whole, without a log beside it.
        assert!(!Path::new(&format!("{}-wal", path.display())).exists());
        std::fs::read(path).expect("the template can be read")
    })
}

/// The migrated database that the others are copied from. Several processes may
/// want it at once; the first makes it.
fn postgres_template() -> &'static str {
    const NAME: &str = "sanad_test_template";
    static TEMPLATE: OnceLock<()> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let mut server = Raw::postgres(postgres::server());
        server.execute("SELECT pg_advisory_lock(20250101)").expect("the lock is given");
        let known = server.texts(&format!(
            "SELECT datname::text AS value FROM pg_database WHERE datname = '{NAME}'"
        ));
        if known.is_empty() {
            // Under another name until it is whole: a process may die meanwhile.
            let half = format!("{NAME}_half");
            server
                .execute(&format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)"))
                .and_then(|()| server.execute(&format!("CREATE DATABASE {half} TEMPLATE template0")))
                .expect("the template can be made");
            Store::migrate(&Database::Postgres(address_of(&half))).expect("the migrations apply");
            server
                .execute(&format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{half}'"
                ))
                .and_then(|()| server.execute(&format!("ALTER DATABASE {half} RENAME TO {NAME}")))
                .expect("the template can be named");
        }
        server.execute("SELECT pg_advisory_unlock(20250101)").expect("the lock is given back");
    });
    NAME
}
