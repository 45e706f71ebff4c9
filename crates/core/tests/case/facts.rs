//! Which answers an assessment of a case reads: its own, and those about the
//! places it is bound to.
//!
//! Not here: what makes answers void (`voids`), what they come to (`conditions`).

use crate::words::*;
use crate::world::World;
use sanad_core::area::AreaEventKind;
use sanad_core::case::{Command, State};
use sanad_core::conditions::{AccessProfile, Finding, Value};
use serde_json::json;

/// The family wants to go home and nothing is known yet of any place.
fn going_home() -> World {
    let mut world = World::with_family();
    world.chooses(HOME, "2025-04-20");
    world
}

#[test]
fn a_family_with_everything_in_order_meets_every_condition() {
    let world = World::with_family_in(State::UnderAssessment);
    let report = world.report(TODAY);
    assert_eq!(report.finding, Finding::Compliant, "{:?}", report.reasons);
    assert!(report.reasons.is_empty());
}

#[test]
fn answers_of_the_place_itself_and_of_its_admin_3_unit_count() {
    for code in [HOME, HOME_UNITS[0]] {
        let mut world = going_home();
        world.answers_at(OMAR, code, vec![no("PHY-04", None)]);
        assert_eq!(world.value_of("PHY-04", "area"), "known_failure", "{code}");
    }
}

#[test]
fn answers_of_wider_units_and_of_the_neighbours_do_not_count() {
    for code in [HOME_UNITS[1], HOME_UNITS[2], "XZ", NEIGHBOUR, CAMP] {
        let mut world = going_home();
        world.answers_at(OMAR, code, vec![no("PHY-04", None)]);
        assert_eq!(world.value_of("PHY-04", "area"), "no_answer", "{code}");
    }
}

#[test]
fn answers_of_the_place_and_of_its_unit_are_pooled() {
    // One recorder says yes of the town, another no of the unit that it lies in.
    let mut world = going_home();
    world.answers_at(OMAR, HOME, vec![yes("PHY-04", None)]);
    world.everything_is_verified();
    assert_eq!(world.value_of("PHY-04", "area"), "yes");
    world.answers_at(NADIA, HOME_UNITS[0], vec![no("PHY-04", None)]);
    assert_eq!(world.value_of("PHY-04", "area"), "contested");
}

#[test]
fn a_wide_destination_is_answered_about_itself() {
    // Some households name a district or a governorate; then its own answers count.
    for code in [HOME_UNITS[1], HOME_UNITS[2]] {
        let mut world = World::with_family();
        world.chooses(code, "2025-04-20");
        world.answers_at(OMAR, code, vec![no("PHY-04", None)]);
        assert_eq!(world.value_of("PHY-04", "area"), "known_failure", "{code}");
    }
}

#[test]
fn whether_the_region_is_open_is_asked_of_the_governorate_under_the_strict_profile() {
    let mut world = going_home();
    world.answers_at(OMAR, HOME_UNITS[2], vec![no("ACC-06", None)]);
    assert_eq!(world.value_of("ACC-06", "area"), "yes", "not applicable");
    world.profile = AccessProfile::Strict;
    assert_eq!(world.value_of("ACC-06", "area"), "known_failure");
    // The governorate of the camp says nothing about the governorate of home.
    let mut elsewhere = going_home();
    elsewhere.profile = AccessProfile::Strict;
    elsewhere.answers_at(OMAR, "XZ02", vec![no("ACC-06", None)]);
    assert_eq!(elsewhere.value_of("ACC-06", "area"), "no_answer");
}

#[test]
fn whether_people_are_pushed_out_is_asked_of_the_place_of_displacement() {
    for (code, value) in [
        (CAMP, "known_failure"),
        ("XZ020101", "known_failure"),
        ("XZ0201", "no_answer"),
        (HOME, "no_answer"),
    ] {
        let mut world = going_home();
        world.answers_at(OMAR, code, vec![no("VOL-12", None)]);
        assert_eq!(world.value_of("VOL-12", "area"), value, "{code}");
    }
}

#[test]
fn what_was_said_of_the_old_place_of_displacement_no_longer_counts() {
    let mut world = going_home();
    world.answers_at(OMAR, CAMP, vec![no("VOL-12", None)]);
    let episode = json!({"displacement": recent_episode_json(CAMP, NEIGHBOUR)});
    world.does(LEYLA, Command::RecordDisplacement(read(episode)));
    assert_eq!(world.value_of("VOL-12", "area"), "no_answer");
}

#[test]
fn without_a_destination_nothing_is_known_of_the_place_of_return() {
    let mut world = World::with_family();
    world.answers_at(OMAR, HOME, vec![no("PHY-04", None)]);
    assert_eq!(world.value_of("PHY-04", "area"), "no_answer");
}

#[test]
fn who_left_is_no_subject_and_decides_nothing() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let adam = world.member(1);
    world.answered(LEYLA, no("VOL-03", Some(adam)));
    assert_eq!(world.value_of("VOL-03", &adam.to_string()), "known_failure");
    let leaving = read(json!({"on": "2025-05-12", "reason": "separated"}));
    world.does(LEYLA, Command::RecordLeaving(adam, leaving));
    let facts = world.facts(TODAY);
    assert!(!facts.members.contains(&adam));
    assert_eq!(facts.facts.members().len(), 3);
    let reasons = world.report(TODAY).reasons;
    assert!(reasons.iter().all(|one| one.subject != adam.to_string()));
    // On the day before, he still was.
    let yesterday = world.facts(TODAY.yesterday().unwrap());
    assert!(yesterday.members.contains(&adam));
}

#[test]
fn answers_stay_with_their_person_when_another_leaves() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let (salma, adam) = (world.member(0), world.member(1));
    world.answered(LEYLA, no("LEG-04", Some(adam)));
    let leaving = read(json!({"on": "2025-05-11", "reason": "died"}));
    world.does(LEYLA, Command::RecordLeaving(salma, leaving));
    assert_eq!(world.value_of("LEG-04", &adam.to_string()), "known_failure");
    let nour = world.member(2).to_string();
    assert_eq!(world.value_of("LEG-04", &nour), "yes");
}

#[test]
fn a_later_yes_of_another_recorder_counts_when_it_names_the_no() {
    let mut world = going_home();
    let failed = world.answered(LEYLA, observed(no("DIG-06", None), day("2025-05-01")));
    let later = observed(yes("DIG-06", None), day("2025-05-03"));
    let mut silent = world.clone();
    silent.answered(NADIA, later.clone());
    silent.everything_is_verified();
    assert_eq!(silent.value_of("DIG-06", "household"), "contested");
    let mut naming = later;
    naming.supersedes = Some(failed);
    world.answered(NADIA, naming);
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-06", "household"), "yes");
}

#[test]
fn names_are_resolved_across_the_answers_of_a_place_too() {
    let mut world = going_home();
    let failed = observed(no("PHY-02", None), day("2025-05-01"));
    world.answers_at(OMAR, HOME_UNITS[0], vec![failed]);
    let mut naming = observed(yes("PHY-02", None), day("2025-05-03"));
    naming.supersedes = Some(world.last_at(HOME_UNITS[0]).id);
    world.answers_at(NADIA, HOME_UNITS[0], vec![naming]);
    world.everything_is_verified();
    // For this indicator a second officer must confirm it as well.
    assert_eq!(world.value_of("PHY-02", "area"), "no_prevails");
    let id = world.last_at(HOME_UNITS[0]).id;
    let confirm = sanad_core::area::AreaCommand::ConfirmAnswer(id);
    world.does_at(HANA, HOME_UNITS[0], confirm);
    assert_eq!(world.value_of("PHY-02", "area"), "yes");
}

#[test]
fn an_answer_that_was_taken_back_counts_no_more() {
    let mut world = going_home();
    let answer = world.answered(LEYLA, no("DIG-06", None));
    assert_eq!(world.value_of("DIG-06", "household"), "known_failure");
    world.does(LEYLA, Command::RetractAnswer(answer, taking_back()));
    assert_eq!(world.value_of("DIG-06", "household"), "no_answer");
}

#[test]
fn evidence_counts_once_somebody_else_has_seen_it() {
    let mut world = going_home();
    world.answered(LEYLA, yes("DIG-06", None));
    assert_eq!(
        world.value_of("DIG-06", "household"),
        "insufficient_evidence"
    );
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-06", "household"), "yes");
}

#[test]
fn only_an_independent_source_is_independent() {
    let mut world = going_home();
    let mut dependent = yes("VOL-12", None);
    dependent.evidence[0].source_class = sanad_core::answer::SourceClass::AuthorityInControl;
    world.answers_at(OMAR, CAMP, vec![dependent]);
    world.everything_is_verified();
    assert_eq!(world.value_of("VOL-12", "area"), "not_independent");
}

#[test]
fn a_hazard_record_anywhere_above_makes_risk_education_due() {
    for code in [HOME, HOME_UNITS[0], HOME_UNITS[1], HOME_UNITS[2]] {
        let mut world = going_home();
        let salma = world.member(0).to_string();
        assert_eq!(world.value_of("PHY-03", &salma), "yes", "not applicable");
        let mut mined = world.clone();
        mined.answers_at(OMAR, code, vec![answer("PHY-02", None, Value::No)]);
        assert_eq!(mined.value_of("PHY-03", &salma), "no_answer", "{code}");
        world.happens(AreaEventKind::ExplosiveAccident, code, TODAY);
        assert_eq!(world.value_of("PHY-03", &salma), "no_answer", "{code}");
    }
}

#[test]
fn a_hazard_elsewhere_makes_nothing_due() {
    let mut world = going_home();
    world.happens(AreaEventKind::ExplosiveAccident, CAMP, TODAY);
    world.happens(AreaEventKind::ExplosiveAccident, NEIGHBOUR, TODAY);
    let salma = world.member(0).to_string();
    assert_eq!(world.value_of("PHY-03", &salma), "yes", "not applicable");
}
