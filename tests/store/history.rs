//! What was known at a moment: exactly the facts recorded until then.

use jiff::SignedDuration;
use sanad_core::access::Role;
use sanad_core::case::{Command, DestinationChoice};
use sanad_store::journal::{area_of, area_stream, case_of, case_stream};
use sanad_store::knowledge;
use sanad_store::sql_types::At;
use sanad_testkit::{Staff, World, builders, country, each_backend, wait};

#[test]
fn a_case_as_of_a_moment_is_the_case_that_its_readers_saw_then() {
    each_backend(|database| {
        let world = World::new(database);
        let registrar = Staff::of(Role::Registrar, 1);
        let caseworker = Staff::of(Role::Caseworker, 1);
        let first = world.registered(1, builders::registration(1));
        let stream = case_stream(first.id);
        let mut seen = vec![(world.now(), first.clone())];
        for _ in 0..4 {
            seen.push((
                world.now() + SignedDuration::from_secs(1),
                world.done(
                    &registrar,
                    first.id,
                    Command::AddContactPoint(builders::address()),
                ),
            ));
            // Facts of other streams between them.
            world.registered(2, builders::registration(2));
        }
        let about = builders::all_yes_about_the_case(&first.person_ids(), builders::OBSERVED);
        let answered = world.done(&caseworker, first.id, Command::RecordAnswers(about));
        seen.push((answered.updated_at, answered));

        let as_of = |moment| {
            let rows = wait(world.store.read(move |db| db.stream(stream, Some(moment)))).unwrap();
            case_of(&rows).unwrap()
        };
        let a_moment_before = |at: At| At::from_micros(at.micros() - 1);
        assert_eq!(as_of(a_moment_before(At::from(seen[0].0))), None);
        for (number, (at, state)) in seen.iter().enumerate() {
            assert_eq!(as_of(At::from(*at)).as_ref(), Some(state));
            if let Some((_, before)) = number.checked_sub(1).map(|number| &seen[number]) {
                assert_eq!(as_of(a_moment_before(At::from(*at))).as_ref(), Some(before));
            }
        }
    });
}

#[test]
fn what_was_known_of_places_can_be_read_as_of_a_moment_too() {
    each_backend(|database| {
        let world = World::new(database);
        let id = world.registered(1, builders::registration(1)).id;
        let home = DestinationChoice {
            place: country::place(country::QALAT_NOUR),
            chosen_on: builders::OBSERVED,
        };
        let caseworker = Staff::of(Role::Caseworker, 1);
        let case = world.done(&caseworker, id, Command::ChooseDestination(home));
        let before = At::from(world.now());
        world.places_in_order();
        let known = |until: Option<At>| {
            let case = case.clone();
            wait(
                world
                    .store
                    .read(move |db| knowledge::of_case(db, &country::table(), &case, until.into())),
            )
            .unwrap()
        };
        assert!(known(None).knows_destination());
        assert!(!known(Some(before)).knows_destination());
        let stream = area_stream(&country::place(country::QALAT_NOUR));
        let rows = wait(world.store.read(move |db| db.stream(stream, Some(before)))).unwrap();
        assert_eq!(area_of(&rows).unwrap().revision, 0);
    });
}

#[test]
fn a_clock_that_goes_back_makes_no_hole_in_what_was_known() {
    each_backend(|database| {
        let world = World::new(database);
        let registrar = Staff::of(Role::Registrar, 1);
        let case = world.registered(1, builders::registration(1));
        world.pass(SignedDuration::from_mins(-90));
        let later = world.done(
            &registrar,
            case.id,
            Command::AddContactPoint(builders::address()),
        );
        assert!(later.updated_at >= case.updated_at);
        let stream = case_stream(case.id);
        let facts = wait(world.store.read(move |db| db.stream(stream, None))).unwrap();
        for fact in &facts {
            let until = fact.recorded_at;
            let known = wait(world.store.read(move |db| db.stream(stream, Some(until)))).unwrap();
            let prefix: Vec<_> = facts
                .iter()
                .take(known.len())
                .map(|fact| fact.revision)
                .collect();
            assert_eq!(
                known.iter().map(|fact| fact.revision).collect::<Vec<_>>(),
                prefix
            );
        }
    });
}
