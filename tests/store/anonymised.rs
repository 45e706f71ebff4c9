//! T23 on disk: what was said of persons is written over, everything else stays, and only
//! a case that was anonymised lets it happen.

use jiff::SignedDuration;
use sanad_core::access::Role;
use sanad_core::case::{
    AnonymisationRequest, CaseState, ClosureReason, ClosureRequest, Command, ReturnNature,
};
use sanad_core::ids::CaseId;
use sanad_store::journal::{case_of, case_stream};
use sanad_store::rebuild::{fingerprint, rebuild};
use sanad_store::sql_types::At;
use sanad_store::{Database, StoreError};
use sanad_testkit::builders;
use sanad_testkit::{Backend, Raw, Staff, TestDatabase, World, each_backend, wait};

/// What the builders say of the household, in no other record of these tests.
const OF_PERSONS: [&str; 8] = [
    "سلمان",
    "al-Khatib",
    "Şêrîn",
    "ئاڤان",
    "Zozan",
    "XZ-7788990",
    "999 555 0142",
    "1991-07-09",
];

/// A household that went home with a finding, whose case was closed, and whose time is
/// over.
fn old_case(world: &World, database: &TestDatabase) -> CaseState {
    let case = world.compliant_case();
    keep_a_file(database, case.id);
    world.returned(case.id, ReturnNature::Facilitated);
    let closure = ClosureRequest {
        reason: ClosureReason::VoluntaryRepatriation,
        remark: Some(builders::remark()),
    };
    let case = world.done(&supervisor(), case.id, Command::Close(closure));
    world.pass(SignedDuration::from_hours(6 * 366 * 24));
    case
}

/// A file of evidence, as it is kept beside the journal.
fn keep_a_file(database: &TestDatabase, case: CaseId) {
    let (id, text) = (case.0.simple(), hex("al-Khatib"));
    let mut raw = database.raw();
    let row = match raw {
        Raw::Sqlite(_) => format!("x'{id}', x'{id}', 0, x'{text}'"),
        Raw::Postgres(_) => format!("'{id}', '{id}', now(), decode('{text}', 'hex')"),
    };
    let insert = "INSERT INTO evidence_file (evidence_id, case_id, stored_at, body)";
    raw.execute(&format!("{insert} VALUES ({row})")).unwrap();
}

fn supervisor() -> Staff {
    Staff::of(Role::Supervisor, 1)
}

fn anonymised(world: &World, case: CaseId) -> CaseState {
    let weighed = AnonymisationRequest {
        child_records_weighed: true,
    };
    let focal_point = Staff::of(Role::DataProtectionFocalPoint, 1);
    world.done(&focal_point, case, Command::ProposeAnonymisation(weighed));
    world.done(&supervisor(), case, Command::ConfirmAnonymisation)
}

/// In which columns a text stands.
fn said_in(database: &TestDatabase, text: &str) -> Vec<String> {
    let mut raw = database.raw();
    let mut found = Vec::new();
    for table in raw.tables() {
        for column in raw.columns(&table) {
            if raw.rows_that_hold(&table, &column, text.as_bytes()) > 0 {
                found.push(format!("{table}.{}", column.name));
            }
        }
    }
    found
}

fn count(database: &TestDatabase, table: &str) -> i64 {
    let sql = format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}");
    database.raw().number(&sql)
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn nothing_of_the_persons_is_left_in_any_table_and_everything_else_is() {
    each_backend(|database| {
        let world = World::new(database);
        let before = old_case(&world, database);
        for text in OF_PERSONS {
            assert!(!said_in(database, text).is_empty(), "{text}");
        }
        let facts = count(database, "journal");
        let after = anonymised(&world, before.id);
        for text in OF_PERSONS {
            assert_eq!(said_in(database, text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(count(database, "journal"), facts + 2, "no fact is lost");
        assert_eq!(count(database, "evidence_file"), 0);
        assert_eq!(
            (after.findings.len(), &after.returns),
            (before.findings.len(), &before.returns)
        );
    });
}

#[test]
fn what_is_left_of_the_journal_makes_the_same_rows_again() {
    each_backend(|database| {
        let world = World::new(database);
        let id = old_case(&world, database).id;
        let known = anonymised(&world, id);
        let mut db = database.connect();
        let read = case_of(&db.stream(case_stream(id), None).unwrap()).unwrap();
        assert_eq!(read.as_ref(), Some(&known));
        let written = fingerprint(db.as_mut()).unwrap();
        assert_eq!(rebuild(db.as_mut()).unwrap(), 1);
        assert_eq!(fingerprint(db.as_mut()).unwrap(), written);
    });
}

#[test]
fn the_past_of_the_case_is_told_no_more() {
    each_backend(|database| {
        let world = World::new(database);
        let old = old_case(&world, database);
        anonymised(&world, old.id);
        let until = At::from(old.updated_at);
        let then = wait(
            world
                .store
                .read(move |db| case_of(&db.stream(case_stream(old.id), Some(until))?)),
        );
        assert!(matches!(then, Err(StoreError::Forgotten)), "{then:?}");
    });
}

#[test]
fn the_database_lets_payloads_of_no_other_case_be_written_over() {
    each_backend(|database| {
        let world = World::new(database);
        let old = old_case(&world, database);
        let mut raw = database.raw();
        let mut refused = |sql: &str| {
            let refused = raw.execute(sql).unwrap_err();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        };
        let first = "revision = 1 AND stream_kind = 'case'";
        refused(&format!(
            "UPDATE journal SET payload = policy_hash WHERE {first}"
        ));
        refused("DELETE FROM evidence_file");
        anonymised(&world, old.id);
        // Of the anonymised one, nothing but the payload.
        for column in ["kind = 'closed'", "revision = 900", "stream_kind = 'area'"] {
            refused(&format!("UPDATE journal SET {column} WHERE {first}"));
        }
        refused(&format!("DELETE FROM journal WHERE {first}"));
        refused("UPDATE journal SET payload = policy_hash WHERE stream_kind = 'area'");
    });
}

#[test]
fn the_file_and_its_log_hold_no_bytes_of_the_persons() {
    let database = TestDatabase::new(Backend::Sqlite);
    let world = World::new(&database);
    let id = old_case(&world, &database).id;
    let Database::Sqlite(path) = database.database() else {
        panic!("a file")
    };
    let on_disk = || {
        let log = path.with_extension(format!(
            "{}-wal",
            path.extension().unwrap_or_default().to_string_lossy()
        ));
        let mut bytes = std::fs::read(path).unwrap();
        bytes.extend(std::fs::read(log).unwrap_or_default());
        bytes
    };
    let holds = |bytes: &[u8], text: &str| {
        let text = text.as_bytes();
        bytes.windows(text.len()).any(|window| window == text)
    };
    let before = on_disk();
    assert!(OF_PERSONS.iter().all(|text| holds(&before, text)));
    anonymised(&world, id);
    let after = on_disk();
    for text in OF_PERSONS {
        assert!(!holds(&after, text), "{text}");
    }
}
