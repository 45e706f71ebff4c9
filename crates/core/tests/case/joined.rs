//! The facts of a case in two parts, its own and that of its places: stored, read and
//! joined they are what one plain walk gives; a fact about a place changes the part of
//! no pair of places but those that it is said to touch; and which finding is open.

use crate::plain_facts::plain;
use crate::stories::any_life;
use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use proptest::prelude::*;
use sanad_core::area::{AreaEventKind, Place, PlaceRef, Touched, over_time};
use sanad_core::case::{CaseFacts, CasePart, Command, PlacesPart, State};
use sanad_core::conditions::{AccessProfile, Catalogue, ReasonCode, Standing};
use serde_json::json;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn stored_read_and_joined_the_facts_are_those_of_one_plain_walk(
        (state, story) in any_life(), strict: bool, days in -40..400_i64, who in 0..4_usize,
    ) {
        let mut world = World::with_family_in(state);
        for step in story {
            let _ = step.is_tried(&mut world);
        }
        let profile = if strict { AccessProfile::Strict } else { AccessProfile::Standard };
        let catalogue = Catalogue::shipped();
        let assessor = [None, Some(LEYLA), Some(OMAR), Some(HANA)][who];
        let (case, knowledge) = (world.case(), world.knowledge());
        let stored = CasePart::of(case).to_bytes();
        let read = CasePart::from_bytes(&stored).unwrap();
        prop_assert_eq!(&read, &CasePart::of(case));
        for on in [TODAY, TODAY.checked_add(days.days()).unwrap()] {
            let expected = plain(case, &knowledge, catalogue, on, profile, assessor);
            let places = PlacesPart::gather(&knowledge, catalogue, on);
            let joined = read.join(&places, catalogue, on, profile, assessor);
            prop_assert_eq!(&joined.facts, &expected);
            let gathered = CaseFacts::gather(case, &knowledge, catalogue, on, profile, assessor);
            prop_assert_eq!(&gathered.facts, &expected);
            let members: Vec<_> = case.members_on(on).map(|person| person.id).collect();
            prop_assert_eq!(gathered.members, members);
        }
    }

    /// More pairs may be looked at than are touched, never fewer.
    #[test]
    fn a_fact_about_a_place_changes_nothing_for_places_that_it_does_not_touch(
        (state, story) in any_life(),
    ) {
        let mut world = World::with_family_in(state);
        let catalogue = Catalogue::shipped();
        let everywhere: Vec<PlaceRef> = world.places().iter().map(Place::reference).collect();
        let parts = |world: &World| -> Vec<[PlacesPart; 2]> {
            let part = |to, from| {
                PlacesPart::gather(&world.knowledge_of(to, from), catalogue, TODAY)
            };
            everywhere
                .iter()
                .map(|place| [part(Some(place), None), part(None, Some(place))])
                .collect()
        };
        let mut before = parts(&world);
        for step in story {
            let known = world.area_journal.len();
            if step.is_tried(&mut world).is_err() || world.area_journal.len() == known {
                continue;
            }
            let new = &world.area_journal[known..];
            let facts: Vec<_> = new.iter().map(|(_, fact, _)| fact.clone()).collect();
            let touched = Touched::by(&facts, &new[0].0, world.places());
            let after = parts(&world);
            for ((place, before), after) in everywhere.iter().zip(&before).zip(&after) {
                prop_assert!(before[0] == after[0] || touched.destinations.contains(place));
                prop_assert!(before[1] == after[1] || touched.displacements.contains(place));
            }
            before = after;
        }
    }
}

#[test]
fn an_event_touches_the_whole_admin_3_unit_and_an_answer_only_what_lies_below() {
    let mut world = World::with_family();
    world.happens(AreaEventKind::ArmedClash, NEIGHBOUR, TODAY);
    let facts: Vec<_> = world
        .area_journal
        .iter()
        .map(|(_, fact, _)| fact.clone())
        .collect();
    let touched = Touched::by(&facts, &place(NEIGHBOUR), world.places());
    for code in [HOME, NEIGHBOUR, HOME_UNITS[0], HOME_UNITS[1], HOME_UNITS[2]] {
        assert!(touched.destinations.contains(&place(code)), "{code}");
    }
    assert!(!touched.destinations.contains(&place(CAMP)));
    assert_eq!(touched.displacements.len(), 1);

    let mut world = World::with_family();
    world.answers_at(OMAR, NEIGHBOUR, vec![no("PHY-04", None)]);
    let facts: Vec<_> = world
        .area_journal
        .iter()
        .map(|(_, fact, _)| fact.clone())
        .collect();
    let touched = Touched::by(&facts, &place(NEIGHBOUR), world.places());
    assert_eq!(touched.destinations, [place(NEIGHBOUR)].into());
}

#[test]
fn a_finding_is_open_until_it_is_used_up_overtaken_or_about_another_place() {
    let open = |world: &World| world.case().open_finding().map(|finding| finding.id);
    for state in State::ALL {
        let world = World::with_family_in(state);
        let waits = matches!(state, State::Assessed | State::Approved | State::Departed);
        assert_eq!(open(&world).is_some(), waits, "{state}");
    }
    // On hold it waits as well.
    let mut world = World::with_family_in(State::Approved);
    let issued = open(&world);
    world.does(LEYLA, holding("2025-06-30"));
    assert_eq!(open(&world), issued);
    // Another destination: nobody may act on it, and again when it is named again.
    let mut world = World::with_family_in(State::Assessed);
    world.chooses(NEIGHBOUR, "2025-05-12");
    assert_eq!(open(&world), None);
    world.chooses(HOME, "2025-05-12");
    assert!(open(&world).is_some());
    // A later finding that is not compliant.
    let mut world = World::with_family_in(State::Assessed);
    world.happens(AreaEventKind::ArmedClash, HOME, TODAY);
    let request = sanad_core::case::FindingRequest { profile: None };
    world.does(OMAR, Command::IssueFinding(request));
    assert_eq!(open(&world), None);
    // Another episode of displacement changes whom it concerns, not that it waits.
    let mut world = World::with_family_in(State::Assessed);
    let episode = json!({"displacement": recent_episode_json(CAMP, NEIGHBOUR)});
    world.does(LEYLA, Command::RecordDisplacement(read(episode)));
    assert!(open(&world).is_some());
}

#[test]
fn a_value_over_time_changes_with_answers_with_events_and_with_age() {
    let mut world = World::with_family();
    world.answers_at(
        OMAR,
        HOME,
        vec![observed(yes("PHY-01", None), day("2025-03-01"))],
    );
    world.everything_is_verified();
    world.happens(AreaEventKind::ArmedClash, HOME, day("2025-03-20"));
    let home = place(HOME);
    let known = world.knowledge_of(Some(&home), Some(&home));
    let catalogue = Catalogue::shipped();
    let history = over_time(&known, catalogue, TODAY);
    let asked = catalogue.find("PHY-01").unwrap();
    let (_, changes) = history.iter().find(|(index, _)| *index == asked).unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|one| (one.from.to_string(), one.value, one.reason))
        .collect();
    assert_eq!(
        told[..2],
        [
            ("2025-03-01".to_owned(), Standing::Yes, None),
            (
                "2025-03-20".to_owned(),
                Standing::Unknown,
                Some(ReasonCode::Invalidated)
            ),
        ]
    );
    let silent = catalogue.find("PHY-04").unwrap();
    let (_, changes) = history.iter().find(|(index, _)| *index == silent).unwrap();
    assert!(changes.is_empty(), "nobody answered");
}
