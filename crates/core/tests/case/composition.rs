//! Who belongs to a household, where it lives and where it wants to go. No state
//! of a case refuses such facts.

use crate::words::*;
use crate::world::World;
use sanad_core::case::{
    CaseState, Command, DisplacementReport, Event, MemberJoining, Meta, Registered, State,
};
use sanad_core::ids::PersonId;
use sanad_core::person::ContactPoint;
use serde_json::{Value as Json, json};
use uuid::Uuid;

fn joining(on: &str, profile: Json) -> Command {
    Command::AddMember(read(json!({"joined_on": on, "profile": profile})))
}

fn leaving(who: PersonId, on: &str, reason: &str) -> Command {
    Command::RecordLeaving(who, read(json!({"on": on, "reason": reason})))
}

fn moving(json: Json) -> Command {
    let report: DisplacementReport = read(json!({"displacement": json}));
    Command::RecordDisplacement(Box::new(report))
}

fn at(code: &'static str, pointer: &str) -> (&'static str, String) {
    (code, pointer.to_owned())
}

const STRANGER: PersonId = PersonId(Uuid::nil());

#[test]
fn a_grandmother_joins_and_belongs_from_that_day() {
    let mut world = World::with_family();
    world.does(
        LEYLA,
        joining("2025-05-01", person("Amina", "1955-01-01", "parent")),
    );
    let case = world.case();
    assert_eq!(case.members_on(day("2025-04-30")).count(), 4);
    assert_eq!(case.members_on(day("2025-05-01")).count(), 5);
}

#[test]
fn nobody_joins_tomorrow_before_birth_or_as_a_second_focal_person() {
    let mut world = World::with_family();
    let newborn = || person("Rima", "2025-05-10", "child");
    for (command, fault) in [
        (
            joining("2025-05-13", newborn()),
            at("DATE_IN_FUTURE", "/joined_on"),
        ),
        (
            joining("2025-05-09", newborn()),
            at("BIRTH_IN_FUTURE", "/profile/birth"),
        ),
        (
            joining("2025-05-10", person("Amina", "1955-01-01", "self")),
            at("FOCAL_PERSON_NOT_ONE", "/profile/relationship"),
        ),
        (
            joining(
                "2025-05-10",
                with(newborn(), json!({"specific_needs": ["DS-DF"]})),
            ),
            at("NEED_CODE_DEPRECATED", "/profile/specific_needs"),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, command), fault);
    }
    world.does(LEYLA, joining("2025-05-10", newborn()));
}

#[test]
fn when_the_focal_person_has_left_another_may_join_as_one() {
    let mut world = World::with_family();
    world.does(LEYLA, leaving(world.member(0), "2025-05-01", "missing"));
    world.does(
        LEYLA,
        joining("2025-05-02", person("Amina", "1955-01-01", "self")),
    );
    assert_eq!(world.case().members_on(TODAY).count(), 4);
}

#[test]
fn a_household_of_sixty_is_full() {
    let mut family = family();
    let relative = profile("Hiba", "1990-01-01", "other_relative", json!({}));
    family.members.resize(60, relative);
    let mut world = World::with(family);
    let one_more = joining("2025-05-01", person("Amina", "1955-01-01", "parent"));
    assert_eq!(
        world.invalid(LEYLA, one_more),
        at("LIST_TOO_LONG", "/profile")
    );
}

#[test]
fn who_leaves_belongs_until_the_day_before_and_leaves_once() {
    let mut world = World::with_family();
    let adam = world.member(1);
    for (command, fault) in [
        (
            leaving(adam, "2025-05-13", "missing"),
            at("DATE_IN_FUTURE", "/on"),
        ),
        (
            leaving(adam, "2025-03-31", "missing"),
            at("LEFT_BEFORE_JOINING", "/on"),
        ),
        (
            leaving(STRANGER, "2025-05-01", "died"),
            at("PERSON_UNKNOWN", ""),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, command), fault);
    }
    world.does(LEYLA, leaving(adam, "2025-05-01", "missing"));
    let there = |on| world.case().members_on(day(on)).any(|one| one.id == adam);
    assert!(there("2025-04-30") && !there("2025-05-01"));
    let again = leaving(adam, "2025-05-02", "died");
    assert_eq!(world.refused(LEYLA, again), ["ALREADY_LEFT"]);
}

#[test]
fn a_corrected_record_replaces_the_old_one_and_keeps_the_person() {
    let mut world = World::with_family();
    let nour = world.member(2);
    let corrected = profile(
        "Noor",
        "2015-01-05",
        "child",
        json!({"specific_needs": ["CR-NE"]}),
    );
    world.does(
        LEYLA,
        Command::CorrectMember(nour, Box::new(corrected.clone())),
    );
    assert_eq!(world.case().person(nour).unwrap().profile, corrected);
    assert_eq!(world.case().members.len(), 4);
    // The earlier version stays in the journal.
    let Event::CaseRegistered(first) = &world.journal[0].0 else {
        unreachable!("a journal begins with the registration")
    };
    assert_ne!(first.members[2].profile, corrected);
}

#[test]
fn a_correction_is_checked_like_a_new_record() {
    let mut world = World::with_family();
    let nour = world.member(2);
    for (corrected, fault) in [
        (
            profile("Nour", "2025-05-13", "child", json!({})),
            at("BIRTH_IN_FUTURE", "/birth"),
        ),
        (
            profile("Nour", "2016-01-05", "self", json!({})),
            at("FOCAL_PERSON_NOT_ONE", "/relationship"),
        ),
        (
            profile(
                "Nour",
                "2016-01-05",
                "child",
                json!({"specific_needs": ["CR-AF"]}),
            ),
            at("NEED_CODE_OFF", "/specific_needs"),
        ),
    ] {
        let command = Command::CorrectMember(nour, Box::new(corrected));
        assert_eq!(world.invalid(LEYLA, command), fault);
    }
    let nobody = Command::CorrectMember(
        STRANGER,
        Box::new(profile("X", "1990-01-01", "child", json!({}))),
    );
    assert_eq!(world.invalid(LEYLA, nobody), at("PERSON_UNKNOWN", ""));
}

#[test]
fn the_focal_person_changes_hands_in_two_corrections() {
    let mut world = World::with_family();
    let (salma, adam) = (world.member(0), world.member(1));
    let correct = |who, given, born, relationship| {
        Command::CorrectMember(who, Box::new(profile(given, born, relationship, json!({}))))
    };
    world.does(LEYLA, correct(salma, "Salma", "1987-03-01", "spouse"));
    world.does(LEYLA, correct(adam, "Adam", "1991-07-09", "self"));
}

#[test]
fn a_record_from_before_a_code_was_deprecated_stays_readable_and_correctable() {
    // Given a journal that holds a code of 2009, as an earlier edition allowed.
    let world = World::with_family();
    let (event, meta) = &world.journal[0];
    let Event::CaseRegistered(registered) = event else {
        unreachable!("a journal begins with the registration")
    };
    let mut json = serde_json::to_value(&**registered).unwrap();
    json["members"][0]["profile"]["specific_needs"] = json!(["DS-BD"]);
    let registered: Registered = read(json);
    let old = Event::CaseRegistered(Box::new(registered));
    let case = CaseState::fold([(&old, *meta)]).unwrap().unwrap();
    let mut world = World::of(case, *meta);
    // When only the spelling of the name is corrected, the old code may stay…
    let salma = world.member(0);
    let correct = |needs: Json| {
        let more = json!({"specific_needs": needs});
        Command::CorrectMember(
            salma,
            Box::new(profile("Selma", "1987-03-01", "self", more)),
        )
    };
    world.does(LEYLA, correct(json!(["DS-BD"])));
    // …but once it is replaced it does not come back.
    world.does(LEYLA, correct(json!(["WG-SEE"])));
    assert_eq!(
        world.invalid(LEYLA, correct(json!(["DS-BD"]))),
        at("NEED_CODE_DEPRECATED", "/specific_needs")
    );
}

#[test]
fn a_household_that_is_displaced_again_lives_where_the_episode_ends() {
    let mut world = World::with_family();
    world.does(LEYLA, moving(recent_episode_json(CAMP, NEIGHBOUR)));
    let case = world.case();
    assert_eq!(case.place_of_displacement(), Some(&place(NEIGHBOUR)));
    assert_eq!(case.places.len(), 5, "with all that it lies in");
    assert_eq!(case.displacements.len(), 2, "the earlier episode is kept");
    // An episode of 2015 that is told late is kept, and moves nobody.
    world.does(LEYLA, moving(episode_json(HOME, CAMP)));
    let case = world.case();
    assert_eq!(case.displacements.len(), 3);
    assert_eq!(case.place_of_displacement(), Some(&place(NEIGHBOUR)));
}

#[test]
fn an_episode_of_an_unknown_place_or_of_tomorrow_is_refused() {
    let mut world = World::with_family();
    let late = |field: &str| {
        let mut episode = episode_json(CAMP, NEIGHBOUR);
        episode["arrived_on"] = json!("2025-05-13");
        episode[field] = json!("2025-05-13");
        episode
    };
    for (episode, fault) in [
        (
            episode_json("C9999", CAMP),
            at("PLACE_UNKNOWN", "/displacement/from"),
        ),
        (
            episode_json(CAMP, "C9999"),
            at("PLACE_UNKNOWN", "/displacement/to"),
        ),
        (
            late("left_on"),
            at("DATE_IN_FUTURE", "/displacement/left_on"),
        ),
        (
            late("arrived_on"),
            at("DATE_IN_FUTURE", "/displacement/arrived_on"),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, moving(episode)), fault);
    }
}

#[test]
fn a_case_keeps_a_hundred_episodes_and_thirty_contact_points() {
    let mut world = World::with_family();
    for _ in 1..100 {
        world.does(LEYLA, moving(episode_json(HOME, CAMP)));
    }
    assert_eq!(
        world.invalid(LEYLA, moving(episode_json(HOME, CAMP))),
        at("LIST_TOO_LONG", "/displacement")
    );
    let contact: ContactPoint = read(family_json()["contact_points"][0].clone());
    for _ in 1..30 {
        world.does(LEYLA, Command::AddContactPoint(contact.clone()));
    }
    let one_more = Command::AddContactPoint(contact);
    assert_eq!(world.invalid(LEYLA, one_more), at("LIST_TOO_LONG", ""));
}

#[test]
fn a_destination_is_a_known_place_named_today_or_earlier() {
    let mut world = World::with_family();
    for (command, fault) in [
        (
            destination("C9999", "2025-05-01"),
            at("PLACE_UNKNOWN", "/place"),
        ),
        (
            destination(HOME, "2025-05-13"),
            at("DATE_IN_FUTURE", "/chosen_on"),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, command), fault);
    }
    world.chooses(HOME, "2025-05-01");
    assert_eq!(
        world.case().destination,
        Some((place(HOME), day("2025-05-01")))
    );
}

#[test]
fn a_destination_is_never_named_before_the_present_one() {
    // Else answers given for the present one would count for the new one.
    let mut world = World::with_family();
    world.chooses(HOME, "2025-05-01");
    for code in [HOME, NEIGHBOUR] {
        assert_eq!(
            world.invalid(LEYLA, destination(code, "2025-04-30")),
            at("CHOSEN_BEFORE_THE_LAST", "/chosen_on")
        );
    }
    world.chooses(NEIGHBOUR, "2025-05-01");
}

#[test]
fn no_state_refuses_facts_about_people_s_lives() {
    for state in states_before_the_end() {
        let mut world = World::with_family_in(state);
        world.does(
            LEYLA,
            joining("2025-05-10", person("Amina", "1955-01-01", "parent")),
        );
        world.does(LEYLA, leaving(world.member(1), "2025-05-11", "died"));
        world.does(LEYLA, moving(episode_json(CAMP, NEIGHBOUR)));
        world.chooses(NEIGHBOUR, "2025-05-12");
        assert_eq!(world.case().state, state, "they move no case");
    }
}

#[test]
fn a_journal_that_does_not_begin_with_a_registration_is_out_of_order() {
    let world = World::with_family_in(State::Profiled);
    let only: fn(&(Event, Meta)) -> (&Event, Meta) = |(event, meta)| (event, *meta);
    assert!(CaseState::fold(world.journal[1..].iter().map(only)).is_err());
    let twice = [&world.journal[0], &world.journal[0]];
    assert!(CaseState::fold(twice.into_iter().map(only)).is_err());
    assert_eq!(CaseState::fold([]).unwrap(), None);
}

#[test]
fn who_joins_is_recorded_with_a_new_identity() {
    let mut world = World::with_family();
    let twin = || {
        let profile = profile("Rima", "2025-05-10", "child", json!({}));
        Command::AddMember(Box::new(MemberJoining {
            joined_on: TODAY,
            profile,
        }))
    };
    world.does(LEYLA, twin());
    world.does(LEYLA, twin());
    let mut ids = world.people();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}
