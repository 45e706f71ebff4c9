//! Lists of cases and of findings walk along an index: no full scan, no sort, however
//! many there are. The database itself is asked, about the very statements of the store.

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use sanad_core::access::{Grant, Permission, Role};
use sanad_store::db::{CaseCursor, CaseFilter, Db, FindingFilter};
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{Backend, Raw, Staff, TestDatabase, World, each_backend, staff};
use std::cell::RefCell;

thread_local! {
    /// The statements that this thread sent.
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            SENT.with_borrow_mut(|sent| sent.push(query.to_string()));
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "diesel's signature")]
fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Listener))
}

/// The texts of the statements that a question sends, without their values.
fn sent(database: &TestDatabase, ask: impl FnOnce(&mut dyn Db)) -> Vec<String> {
    set_default_instrumentation(listener).unwrap();
    let mut db = database.connect();
    SENT.with_borrow_mut(Vec::clear);
    ask(db.as_mut());
    let without_values = |text: String| text.split(" -- binds").next().unwrap().to_owned();
    SENT.take().into_iter().map(without_values).collect()
}

/// The text of the statement that lists the second page.
fn statement(database: &TestDatabase, world: &World, user: &Staff, filter: &CaseFilter) -> String {
    let after = CaseCursor {
        opened_at: At::from(world.now()),
        case_id: Key(user.user.0),
    };
    let who = world.sees(user, Permission::CasesRead);
    let mut statements = sent(database, |db| {
        db.list_cases(&who, filter, Some(after), 50).unwrap();
    });
    let statement = statements.pop().unwrap();
    assert!(statement.contains("case_head"), "{statement}");
    statement
}

/// Whether the plan sorts, or reads a table from its beginning to its end.
fn sorts_or_scans(backend: Backend, plan: &str) -> bool {
    match backend {
        // `SCAN case_head USING INDEX …` walks the index from its end.
        Backend::Sqlite => {
            plan.contains("TEMP B-TREE")
                || plan
                    .lines()
                    .any(|line| line.contains("SCAN") && !line.contains("USING"))
        }
        Backend::Postgres => plan.contains("Sort") || plan.contains("Seq Scan"),
    }
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

/// Many cases of five organisations, each with a finding, and many findings that no longer
/// hold, without going through the rules.
fn fill(raw: &mut Raw) {
    let lost = "finding_lost (finding_id, case_id, place_edition, place_code, position, cause, \
                lost_on, recorded_at)";
    let finding = "finding (finding_id, case_id, organisation_id, place_edition, place_code, \
                   place_path, destination_edition, destination_code, position, outcome, found_on, \
                   expires_on, catalogue, profile, assessor, issued_at, body)";
    let of_case = "case_id, organisation_id, place_edition, place_code, place_path, place_edition, \
                   place_code";
    let columns = "case_id, number, revision, organisation_id, state, registered_on, place_edition, \
                   place_code, place_path, members, opened_at, updated_at, summary";
    raw.execute(&match raw {
        Raw::Sqlite(_) => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
             INSERT INTO case_head ({columns}) SELECT randomblob(16), printf('%014d', i), 1, \
             unhex('0A00000000004000800000000000000' || (i % 5)), 'registered', '2025-01-01', \
             'XZ-2025', 'C1007', '|XZ-2025/C1007|', 1, i, i, zeroblob(300) FROM n; \
             INSERT INTO {lost} SELECT randomblob(16), case_id, place_edition, place_code, \
             opened_at, 'event', registered_on, opened_at FROM case_head; \
             INSERT INTO {finding} SELECT randomblob(16), {of_case}, opened_at, 'compliant', \
             registered_on, registered_on, 'c', 'standard', case_id, opened_at, zeroblob(300) \
             FROM case_head; ANALYZE"
        ),
        Raw::Postgres(_) => format!(
            "INSERT INTO case_head ({columns}) SELECT gen_random_uuid(), lpad(i::text, 14, '0'), 1, \
             ('0a000000-0000-4000-8000-00000000000' || (i % 5))::uuid, 'registered', '2025-01-01', \
             'XZ-2025', 'C1007', '|XZ-2025/C1007|', 1, to_timestamp(i), to_timestamp(i), \
             decode(repeat('00', 300), 'hex') \
             FROM generate_series(1, 20000) AS i; \
             INSERT INTO {lost} SELECT gen_random_uuid(), case_id, place_edition, place_code, \
             members, 'event', registered_on, opened_at FROM case_head; \
             INSERT INTO {finding} SELECT gen_random_uuid(), {of_case}, number::int, 'compliant', \
             registered_on, registered_on, 'c', 'standard', case_id, opened_at, \
             decode(repeat('00', 300), 'hex') FROM case_head; \
             ANALYZE case_head; ANALYZE finding; ANALYZE finding_lost"
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
            assert!(
                !sorts_or_scans(database.backend(), &plan) && plan.contains("case_head_"),
                "{user:?}\n{statement}\n{plan}"
            );
        }
    });
}

/// SQLite once looked through every case for every page: two minutes for a register.
#[test]
fn a_page_of_findings_is_read_along_an_index() {
    each_backend(|database| {
        let world = World::new(database);
        let mut raw = database.raw();
        fill(&mut raw);
        for user in [
            Staff::of(Role::Supervisor, 1),
            Staff::of(Role::Auditor, 1),
            Staff::caseworker_in_the_north(),
        ] {
            let who = world.sees(&user, Permission::FindingsRead);
            let ask = |db: &mut dyn Db| {
                let filter = FindingFilter::default();
                db.list_findings(&who, &filter, 10_000, 50).unwrap();
            };
            let mut statements = sent(database, ask);
            // Nobody has a conflict of interest: that table is empty.
            statements.retain(|one| !one.contains("conflicted"));
            let plans: Vec<String> = statements.iter().map(|one| plan(&mut raw, one)).collect();
            let all = plans.join("\n");
            // Nor is an index walked from its end: not of the findings, not of the cases.
            let from_an_end = all.contains("SCAN");
            let slow = from_an_end || sorts_or_scans(database.backend(), &all);
            assert!(
                !slow && all.contains("finding_position"),
                "{user:?}\n{statements:?}\n{all}"
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
        assert!(sorts_or_scans(database.backend(), &plan), "{plan}");
    });
}
