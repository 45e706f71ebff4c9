//! Migrations: up, down and up again give the same schema; both databases have the
//! tables that the program believes they have.

use sanad_testkit::{Backend, Raw, TestDatabase};
use std::collections::BTreeMap;

/// `crates/store/src/schema.rs`, read as text: what the program believes.
const SCHEMA: &str = include_str!("../../crates/store/src/schema.rs");

/// The whole schema as text, in a fixed order.
fn schema(raw: &mut Raw) -> Vec<String> {
    match raw {
        Raw::Sqlite(_) => raw.texts(
            "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') AS value \
             FROM sqlite_master ORDER BY type, name",
        ),
        Raw::Postgres(_) => [
            "SELECT concat_ws(' ', table_name, ordinal_position, column_name, udt_name, is_nullable, \
             column_default) AS value FROM information_schema.columns WHERE table_schema = 'public' \
             ORDER BY table_name, ordinal_position",
            "SELECT indexdef::text AS value FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
            "SELECT pg_get_constraintdef(oid) || ' ' || conrelid::regclass::text AS value \
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY conname",
            "SELECT pg_get_triggerdef(oid) AS value FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
            "SELECT pg_get_functiondef(oid) AS value FROM pg_proc \
             WHERE pronamespace = 'public'::regnamespace ORDER BY proname",
        ]
        .iter()
        .flat_map(|sql| raw.texts(sql))
        .collect(),
    }
}

#[test]
fn up_down_and_up_again_give_the_same_schema() {
    for backend in Backend::ALL {
        let database = TestDatabase::empty(backend);
        let mut db = database.connect();
        let applied = db.migrate().unwrap();
        assert!(!applied.is_empty());
        let first = schema(&mut database.raw());
        assert!(
            first.iter().any(|line| line.contains("journal")),
            "{first:?}"
        );

        db.migrate_down().unwrap();
        assert_eq!(database.raw().tables(), Vec::<String>::new(), "{backend:?}");
        let left = schema(&mut database.raw());
        assert!(
            !left.iter().any(|line| line.contains("append_only")),
            "{backend:?}: {left:?}"
        );
        assert_eq!(db.pending_migrations().unwrap().len(), applied.len());

        assert_eq!(db.migrate().unwrap(), applied);
        assert_eq!(schema(&mut database.raw()), first, "{backend:?}");
        assert_eq!(
            db.migrate().unwrap(),
            Vec::<String>::new(),
            "{backend:?}: nothing is left to do"
        );
    }
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let names =
        Backend::ALL.map(|backend| TestDatabase::empty(backend).connect().migrate().unwrap());
    assert_eq!(names[0], names[1]);
}

#[test]
fn a_database_without_its_migrations_is_not_opened() {
    for backend in Backend::ALL {
        let database = TestDatabase::empty(backend);
        let refused =
            sanad_store::Store::open(database.database(), sanad_store::Options::default());
        let text = refused.err().unwrap().to_string();
        assert!(text.contains("sanad migrate"), "{backend:?}: {text}");
    }
}

/// A column as `schema.rs` has it: name, type, may be empty.
type Believed = (String, String, bool);

fn believed() -> BTreeMap<String, Vec<Believed>> {
    let mut tables: BTreeMap<String, Vec<Believed>> = BTreeMap::new();
    let mut table = None;
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = Some(name.to_owned());
        } else if let (Some(table), Some((name, kind))) = (&table, line.split_once(" -> ")) {
            let kind = kind.trim_end_matches(',');
            let inner = kind
                .strip_prefix("Nullable<")
                .and_then(|kind| kind.strip_suffix('>'));
            let column = (
                name.to_owned(),
                inner.unwrap_or(kind).to_owned(),
                inner.is_some(),
            );
            tables.entry(table.clone()).or_default().push(column);
        }
    }
    tables
}

/// How each database stores a type of `schema.rs` (the table in `sql_types.rs`).
fn stored_as(kind: &str, backend: Backend) -> &'static [&'static str] {
    match (kind, backend) {
        ("Id" | "Binary", Backend::Sqlite) => &["blob"],
        ("Id", Backend::Postgres) => &["uuid"],
        ("Binary", Backend::Postgres) => &["bytea"],
        ("Text" | "Day", Backend::Sqlite) | ("Text", Backend::Postgres) => &["text"],
        ("Day", Backend::Postgres) => &["date"],
        ("Instant", Backend::Postgres) => &["timestamptz"],
        // A primary key that is to be the row's own number is written INTEGER.
        ("BigInt" | "Instant", Backend::Sqlite) => &["bigint", "integer"],
        ("Integer", Backend::Sqlite) => &["integer"],
        ("BigInt", Backend::Postgres) => &["int8"],
        ("Integer", Backend::Postgres) => &["int4"],
        ("Bool", Backend::Sqlite) => &["boolean"],
        ("Bool", Backend::Postgres) => &["bool"],
        (other, _) => panic!("say here how `{other}` is stored"),
    }
}

#[test]
fn the_program_and_both_databases_agree_on_every_column() {
    let believed = believed();
    assert!(
        believed.len() >= 11,
        "schema.rs was not understood: {believed:?}"
    );
    sanad_testkit::each_backend(|database| {
        let mut raw = database.raw();
        assert_eq!(raw.tables(), believed.keys().cloned().collect::<Vec<_>>());
        for (table, columns) in &believed {
            let real = raw.columns(table);
            let names = |name: &str| format!("{table}.{name}");
            assert_eq!(
                real.iter()
                    .map(|column| names(&column.name))
                    .collect::<Vec<_>>(),
                columns
                    .iter()
                    .map(|(name, ..)| names(name))
                    .collect::<Vec<_>>(),
            );
            for (real, (name, kind, nullable)) in real.iter().zip(columns) {
                let accepted = stored_as(kind, database.backend());
                assert!(
                    accepted.contains(&real.kind.as_str()),
                    "{table}.{name}: {real:?} for {kind}"
                );
                assert_eq!(real.nullable, *nullable, "{table}.{name}: may it be empty?");
            }
        }
    });
}
