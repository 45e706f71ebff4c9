//! When something is recorded about a place, the open findings that it touches are
//! looked at again, in the same transaction, and those that no longer hold are named.

use jiff::{SignedDuration, ToSpan as _};
use sanad_core::access::{Permission, Role};
use sanad_core::area::{AreaCommand, AreaEventKind, FindingsLost, NewAreaEvent};
use sanad_core::case::{
    CaseState, Command, DestinationChoice, HoldReason, HoldRequest, NewAnswers, StepBack,
    StepBackReason,
};
use sanad_core::conditions::Value;
use sanad_store::db::{CaseFilter, LostFilter};
use sanad_store::journal::decode;
use sanad_store::rebuild::{bring_up, fingerprint, is_current, rebuild};
use sanad_store::rows::FindingLostRow;
use sanad_store::sql_types::Key;
use sanad_store::{Counted, LookedAgain, StoreError};
use sanad_testkit::builders::{self, OBSERVED, TODAY};
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, TestDatabase, World, country, each_backend, wait};

fn the(role: Role) -> Staff {
    Staff::of(role, 1)
}

/// Something happens in a place.
fn happens(world: &World, kind: AreaEventKind, code: &str) {
    let event = NewAreaEvent {
        kind,
        happened_on: TODAY,
        remark: None,
    };
    let place = country::place(code);
    let officer = the(Role::ProtectionOfficer);
    world.done_area(&officer, &place, AreaCommand::RecordEvent(event));
}

fn clash(world: &World) {
    happens(world, AreaEventKind::ArmedClash, QALAT_NOUR);
}

/// A case with a compliant finding; the places are in order already.
fn compliant(world: &World) -> CaseState {
    let id = world.under_assessment().id;
    let case = world.finding_issued(id);
    assert!(case.open_finding().is_some());
    case
}

fn rows(database: &TestDatabase, table: &str) -> i64 {
    database.raw().number(&format!(
        "SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}"
    ))
}

/// The flag of a case, as its readers get it.
fn flag(world: &World, case: &CaseState) -> Option<FindingLostRow> {
    let who = world.sees(&the(Role::Supervisor), Permission::CasesRead);
    let seen = wait(world.store.case(who, Key(case.id.0)))
        .unwrap()
        .unwrap();
    seen.lost
}

/// The cases that a list of flagged ones shows.
fn flagged(world: &World, flagged: bool) -> Vec<Key> {
    let who = world.sees(&the(Role::Supervisor), Permission::CasesRead);
    let filter = CaseFilter {
        flagged: Some(flagged),
        ..CaseFilter::default()
    };
    let listed = wait(
        world
            .store
            .read(move |db| db.list_cases(&who, &filter, None, 100)),
    );
    let listed = listed.unwrap();
    assert!(listed.iter().all(|entry| entry.lost.is_some() == flagged));
    let mut ids: Vec<Key> = listed.into_iter().map(|entry| entry.case_id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_clash_names_exactly_the_open_findings_that_no_longer_hold_and_each_once() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let (first, second) = (compliant(&world), compliant(&world));
        let waiting = world.under_assessment();
        clash(&world);
        let mut lost = [Key(first.id.0), Key(second.id.0)];
        lost.sort_unstable();
        assert_eq!(flagged(&world, true), lost);
        assert_eq!(flagged(&world, false), [Key(waiting.id.0)]);
        let row = flag(&world, &first).unwrap();
        assert_eq!(row.finding_id, Key(first.findings[0].id.0));
        assert_eq!(
            (
                row.place_code.as_str(),
                row.cause.as_str(),
                row.event.as_deref()
            ),
            (QALAT_NOUR, "event_recorded", Some("armed_clash"))
        );
        assert_eq!(
            row.recorded_at,
            sanad_store::sql_types::At::from(world.now())
        );
        // Another one finds nothing left to name.
        clash(&world);
        assert_eq!(rows(database, "finding_lost"), 2);
        let facts = database
            .raw()
            .texts("SELECT kind AS value FROM journal WHERE stream_kind = 'lost'");
        assert_eq!(facts, [FindingsLost::KIND]);
        // The findings stay as they were, and so do the cases.
        assert_eq!(
            wait(world.store.read({
                let id = Key(first.id.0);
                move |db| db.findings_of(id)
            }))
            .unwrap()[0]
                .outcome,
            "compliant"
        );
    });
}

#[test]
fn a_flag_ends_with_a_new_finding_or_a_step_back_and_stays_on_hold() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let [renewed, back, held] = [(); 3].map(|()| compliant(&world));
        clash(&world);
        let hold = HoldRequest {
            reason: HoldReason::NotReached,
            review_on: TODAY.tomorrow().unwrap(),
            remark: None,
        };
        world.done(&the(Role::Caseworker), held.id, Command::Hold(hold));
        let step = StepBack {
            reason: StepBackReason::FindingStale,
            remark: None,
        };
        world.done(&the(Role::Supervisor), back.id, Command::StepBack(step));
        world.finding_issued(renewed.id);
        assert_eq!(flagged(&world, true), [Key(held.id.0)]);
        assert!(flag(&world, &renewed).is_none() && flag(&world, &back).is_none());
        // All three stay in the register of the place.
        let who = world.sees(&the(Role::Supervisor), Permission::FindingsRead);
        let asked = |flagged| LostFilter {
            edition: EDITION.to_owned(),
            code: QALAT_NOUR.to_owned(),
            flagged,
        };
        let mut db = database.connect();
        let all = db.list_lost(&who, &asked(false), None, 10).unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(all.iter().filter(|entry| entry.flagged).count(), 1);
        assert_eq!(db.list_lost(&who, &asked(true), None, 10).unwrap().len(), 1);
        assert_eq!(db.count_lost_elsewhere(&who, &asked(false)).unwrap(), 0);
        let of_two = Staff::of(Role::Supervisor, 2);
        let stranger = world.sees(&of_two, Permission::FindingsRead);
        assert!(
            db.list_lost(&stranger, &asked(false), None, 10)
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            db.count_lost_elsewhere(&stranger, &asked(false)).unwrap(),
            3
        );
        assert_eq!(db.count_lost_elsewhere(&stranger, &asked(true)).unwrap(), 1);
        assert_eq!(
            db.count_open_findings(&who, EDITION, QALAT_NOUR).unwrap(),
            (1, 1)
        );
    });
}

#[test]
fn what_the_case_has_become_since_its_finding_is_what_is_looked_at() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let case = compliant(&world);
        let stored = |database: &TestDatabase| {
            database
                .raw()
                .texts("SELECT place_code AS value FROM open_finding")
        };
        assert_eq!(stored(database), [TELL_ASHJAR]);
        // It moves: a measure at the old place is none of its business any more.
        let displacement = builders::displacement_to("XZ010201");
        let report = Box::new(sanad_core::case::DisplacementReport { displacement });
        world.done(
            &the(Role::Caseworker),
            case.id,
            Command::RecordDisplacement(report),
        );
        assert_eq!(stored(database), ["XZ010201"]);
        // It names another destination: nobody may act on the finding.
        let elsewhere = DestinationChoice {
            place: country::place("XZ010201"),
            chosen_on: TODAY,
        };
        let caseworker = the(Role::Caseworker);
        world.done(&caseworker, case.id, Command::ChooseDestination(elsewhere));
        assert_eq!(rows(database, "open_finding"), 0);
        clash(&world);
        assert_eq!(rows(database, "finding_lost"), 0);
    });
}

#[test]
fn a_measure_at_the_place_of_displacement_and_a_no_reach_those_who_live_there() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let case = compliant(&world);
        // What voids answers about destinations is nothing at the place of displacement.
        happens(&world, AreaEventKind::ArmedClash, TELL_ASHJAR);
        assert!(flag(&world, &case).is_none());
        let no = builders::answer(builders::indicator("VOL-12"), None, Value::No, OBSERVED);
        let answers = NewAnswers { answers: vec![no] };
        world.done_area(
            &the(Role::ProtectionOfficer),
            &country::place(TELL_ASHJAR),
            AreaCommand::RecordAnswers(answers),
        );
        let row = flag(&world, &case).unwrap();
        assert_eq!((row.cause.as_str(), row.event), ("answer_recorded", None));
        assert_eq!(row.place_code, TELL_ASHJAR);
    });
}

#[test]
fn a_finding_that_ran_out_is_not_looked_at_again() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        compliant(&world);
        world.pass(SignedDuration::from_hours(24 * 200));
        clash(&world);
        assert_eq!(rows(database, "finding_lost"), 0);
    });
}

/// Jobs that are written together see each other's findings and losses.
#[test]
fn what_waits_in_the_same_group_is_looked_at_like_what_is_written() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let written = compliant(&world);
        let id = world.under_assessment().id;
        let (officer, home) = (the(Role::ProtectionOfficer), country::place(QALAT_NOUR));
        let event = NewAreaEvent {
            kind: AreaEventKind::ArmedClash,
            happened_on: TODAY,
            remark: None,
        };
        let request = sanad_core::case::FindingRequest { profile: None };
        let issue = Command::IssueFinding(request);
        let mut issue = world.job(&officer, Some(id), issue, world.order());
        let step = StepBack {
            reason: StepBackReason::FindingStale,
            remark: None,
        };
        let back = Command::StepBack(step);
        let mut back = world.job(
            &the(Role::Supervisor),
            Some(written.id),
            back,
            world.order(),
        );
        let clash = |who: &Staff, happened_on| {
            let command = AreaCommand::RecordEvent(NewAreaEvent {
                happened_on,
                ..event.clone()
            });
            world.area_job(who, &home, command, world.order())
        };
        let before_the_visit = OBSERVED.saturating_sub(1.day());
        let other = Staff::of(Role::ProtectionOfficer, 2);
        let mut abroad = clash(&other, before_the_visit);
        let (mut first, mut second) = (clash(&officer, TODAY), clash(&officer, TODAY));
        let mut db = database.connect();
        sanad_store::in_bulk(db.as_mut(), |bulk| {
            bulk.page(|tx| {
                issue(tx)?;
                back(tx)?;
                let told = LookedAgain::default();
                let (looked_at, none) = (
                    Counted {
                        looked_at: 1,
                        lost: 0,
                    },
                    Counted::default(),
                );
                let (_, again) = abroad(tx)?;
                assert_eq!((again.here, again.elsewhere), (none, looked_at));
                let lost = Counted {
                    looked_at: 1,
                    lost: 1,
                };
                let (_, again) = first(tx)?;
                assert_eq!(again, LookedAgain { here: lost, ..told });
                assert_eq!(second(tx)?.1, told);
                Ok::<_, sanad_testkit::Failure>(())
            })
        })
        .unwrap();
        let lost = database
            .raw()
            .texts("SELECT CAST(COUNT(*) AS TEXT) AS value FROM finding_lost");
        assert_eq!(lost, ["1"], "the one that was just issued, once");
        assert_eq!(flagged(&world, true), [Key(id.0)]);
        let live = fingerprint(&mut *db).unwrap();
        rebuild(&mut *db).unwrap();
        assert_eq!(fingerprint(&mut *db).unwrap(), live);
    });
}

#[test]
fn the_fact_names_the_cases_in_the_order_of_the_walk_and_says_how_many_were_looked_at() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let cases = [compliant(&world), compliant(&world)];
        clash(&world);
        let mut db = database.connect();
        let stream = db.stream_ids("lost", None, 10).unwrap();
        let facts = db.stream(stream[0], None).unwrap();
        let facts = decode::<FindingsLost>(&facts).unwrap();
        let fact = &facts[0].event;
        assert_eq!((fact.looked_at, fact.on), (2, TODAY));
        assert_eq!(fact.event, Some(AreaEventKind::ArmedClash));
        let mut named: Vec<_> = fact.lost.iter().map(|one| one.case).collect();
        named.sort_unstable();
        let mut expected = cases.map(|case| case.id);
        expected.sort_unstable();
        assert_eq!(named, expected);
    });
}

#[test]
fn a_registry_from_before_is_given_its_rows_by_the_migration_and_not_opened_without() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        compliant(&world);
        clash(&world);
        let mut db = database.connect();
        let live = fingerprint(&mut *db).unwrap();
        let mut raw = database.raw();
        raw.execute("DELETE FROM setting WHERE name = 'projections'")
            .unwrap();
        raw.execute("DELETE FROM open_finding").unwrap();
        raw.execute("DELETE FROM finding_lost").unwrap();
        assert!(!is_current(&mut *db).unwrap());
        let options = sanad_store::Options::default();
        let refused = sanad_store::Store::open(database.database(), options);
        let refused = refused.err().unwrap().to_string();
        assert!(refused.contains("sanad migrate"), "{refused}");
        assert_eq!(
            sanad_store::Store::migrate(database.database()).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(fingerprint(&mut *db).unwrap(), live);
        assert!(!bring_up(&mut *db).unwrap(), "once");
        assert!(sanad_store::Store::open(database.database(), options).is_ok());
    });
}

#[test]
fn a_row_that_cannot_be_read_refuses_the_fact_instead_of_passing_over_a_family() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        compliant(&world);
        database
            .raw()
            .execute("UPDATE open_finding SET profile = 'unheard_of'")
            .unwrap();
        let event = NewAreaEvent {
            kind: AreaEventKind::ArmedClash,
            happened_on: TODAY,
            remark: None,
        };
        let refused = world.send_area(
            &the(Role::ProtectionOfficer),
            &country::place(QALAT_NOUR),
            AreaCommand::RecordEvent(event),
        );
        let unreadable = |failure| {
            matches!(
                failure,
                sanad_testkit::Failure::Store(StoreError::Unreadable(_))
            )
        };
        assert!(refused.is_err_and(unreadable));
    });
}
