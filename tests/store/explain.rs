//! A list of cases walks along an index: no full scan, no sort, however many there
//! are. The database itself is asked, about the very statements of the store.

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use sanad_core::access::{Grant, Permission, Role};
use sanad_store::db::{CaseCursor, CaseFilter};
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{Backend, Raw, Staff, TestDatabase, World, each_backend, staff};
use std::cell::RefCell;

thread_local! {
    /// The last statement that this thread sent.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            LAST.with_borrow_mut(|last| *last = query.to_string());
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "diesel's signature")]
fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Listener))
}

/// The text of the statement that lists the second page.
fn statement(database: &TestDatabase, world: &World, user: &Staff, filter: &CaseFilter) -> String {
    set_default_instrumentation(listener).unwrap();
    let after = CaseCursor {
        opened_at: At::from(world.now()),
        case_id: Key(user.user.0),
    };
    let who = world.sees(user, Permission::CasesRead);
    let mut db = database.connect();
    db.list_cases(&who, filter, Some(after), 50).unwrap();
    let text = LAST.with_borrow(Clone::clone);
    let statement = text.split(" -- binds").next().unwrap().to_owned();
    assert!(statement.contains("case_head"), "{statement}");
    statement
}

/// The plan, for whatever values: the store prepares once and asks many times.
fn plan(raw: &mut Raw, statement: &str) -> String {
    match raw {
        Raw::Sqlite(_) => {
            // SQLite takes a value that is not given as NULL and plans without it.
            raw.plan(&format!("EXPLAIN QUERY PLAN {statement}"))
        }
        Raw::Postgres(_) => {
            let values = statement.matches('$').count();
            let nulls = vec!["NULL"; values].join(", ");
            raw.execute(&format!(
                "SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL; PREPARE list AS {statement}"
            ))
            .unwrap();
            raw.plan(&format!("EXPLAIN EXECUTE list({nulls})"))
        }
    }
}

/// Many cases of five organisations, and many findings that no longer hold, without
/// going through the rules.
fn fill(raw: &mut Raw) {
    let lost = "finding_lost (finding_id, case_id, place_edition, place_code, position, cause, \
                lost_on, recorded_at)";
    let columns = "case_id, number, revision, organisation_id, state, registered_on, place_edition, \
                   place_code, place_path, members, opened_at, updated_at, summary";
    raw.execute(&match raw {
        Raw::Sqlite(_) => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
             INSERT INTO case_head ({columns}) SELECT randomblob(16), printf('%014d', i), 1, \
             unhex('0A00000000004000800000000000000' || (i % 5)), 'registered', '2025-01-01', \
             'XZ-2025', 'C1007', '|XZ-2025/C1007|', 1, i, i, zeroblob(300) FROM n; \
             INSERT INTO {lost} SELECT randomblob(16), case_id, place_edition, place_code, \
             opened_at, 'event', registered_on, opened_at FROM case_head; ANALYZE"
        ),
        Raw::Postgres(_) => format!(
            "INSERT INTO case_head ({columns}) SELECT gen_random_uuid(), lpad(i::text, 14, '0'), 1, \
             ('0a000000-0000-4000-8000-00000000000' || (i % 5))::uuid, 'registered', '2025-01-01', \
             'XZ-2025', 'C1007', '|XZ-2025/C1007|', 1, to_timestamp(i), to_timestamp(i), \
             decode(repeat('00', 300), 'hex') \
             FROM generate_series(1, 20000) AS i; \
             INSERT INTO {lost} SELECT gen_random_uuid(), case_id, place_edition, place_code, \
             members, 'event', registered_on, opened_at FROM case_head; \
             ANALYZE case_head; ANALYZE finding_lost"
        ),
    })
    .unwrap();
}

#[test]
fn a_page_of_cases_is_read_along_an_index() {
    each_backend(|database| {
        let world = World::new(database);
        let mut raw = database.raw();
        fill(&mut raw);
        let of_two = vec![
            Grant {
                role: Role::Supervisor,
                organisation: staff::organisation(1),
                areas: Vec::new(),
            },
            Grant {
                role: Role::Supervisor,
                organisation: staff::organisation(2),
                areas: Vec::new(),
            },
        ];
        for user in [
            Staff::of(Role::Supervisor, 1),
            Staff::of(Role::Auditor, 1),
            Staff::caseworker_in_the_north(),
            Staff::new(501, "of two", of_two),
        ] {
            let statement = statement(database, &world, &user, &CaseFilter::default());
            let plan = plan(&mut raw, &statement);
            let sorted = match database.backend() {
                Backend::Sqlite => plan.contains("TEMP B-TREE"),
                Backend::Postgres => plan.contains("Sort"),
            };
            let scanned = match database.backend() {
                // `SCAN case_head USING INDEX …` walks the index from its end.
                Backend::Sqlite => plan
                    .lines()
                    .any(|line| line.contains("SCAN") && !line.contains("USING")),
                Backend::Postgres => plan.contains("Seq Scan"),
            };
            assert!(
                !sorted && !scanned && plan.contains("case_head_"),
                "{user:?}\n{statement}\n{plan}"
            );
        }
    });
}

#[test]
fn the_check_notices_a_list_without_its_index() {
    each_backend(|database| {
        let world = World::new(database);
        let mut raw = database.raw();
        fill(&mut raw);
        raw.execute("DROP INDEX case_head_opened; DROP INDEX case_head_organisation")
            .unwrap();
        let user = Staff::of(Role::Supervisor, 1);
        let statement = statement(database, &world, &user, &CaseFilter::default());
        let plan = plan(&mut raw, &statement);
        assert!(
            plan.contains("TEMP B-TREE") || plan.contains("Sort"),
            "{plan}"
        );
    });
}
