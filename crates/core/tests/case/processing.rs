//! Consent to the processing of data, where that is the lawful basis: whoever gave it
//! takes it back, and processing stops at once (DP-02 ✔; return conditions §2.8 –).

use crate::words::*;
use crate::world::World;
use sanad_core::case::{Command, ConsentPurpose, State, Transition};
use sanad_core::ids::PersonId;
use serde_json::json;

const STOPPED: [&str; 1] = ["PROCESSING_CONSENT_WITHDRAWN"];

fn taking_back(person: PersonId) -> Command {
    let said = json!({
        "purpose": "data_processing", "withdrawn_on": TODAY.to_string(), "channel": "telephone",
    });
    Command::WithdrawConsent(person, read(said))
}

#[test]
fn consent_given_at_registration_can_be_taken_back_by_every_adult() {
    let mut world = World::with_family_in(State::Counselling);
    let (salma, adam, child) = (world.member(0), world.member(1), world.member(2));
    let standing = |world: &World| {
        let purpose = ConsentPurpose::DataProcessing;
        [salma, adam].map(|person| world.case().consent_standing(person, purpose))
    };
    let registered = "2025-04-01".parse().ok();
    assert_eq!(standing(&world), [registered, registered]);
    assert_eq!(
        world.refused(LEYLA, taking_back(child)),
        ["PERSON_DOES_NOT_DECIDE"]
    );
    world.does(LEYLA, taking_back(adam));
    assert_eq!(standing(&world), [registered, None]);
    assert_eq!(
        world.refused(LEYLA, taking_back(adam)),
        ["CONSENT_NOT_GIVEN"]
    );
    assert!(world.case().is_processing_stopped());
    // What was planned does not go on; the consent to return is not touched.
    assert_eq!(world.case().state, State::Profiled);
    assert!(world.case().withdrawals.is_empty());
}

#[test]
fn nothing_more_is_recorded_but_what_protects_people_or_ends_the_processing() {
    let mut world = World::with_family_in(State::Counselling);
    let (salma, adam) = (world.member(0), world.member(1));
    world.does(LEYLA, taking_back(salma));
    let point = json!({"kind": "phone", "value": "+999 555 0143", "safe_to_contact": true});
    for refused in [
        Command::Advance(Transition::Counselling),
        Command::AddContactPoint(read(point)),
        Command::RecordAnswers(read(json!({"answers": [yes("VOL-03", Some(adam))]}))),
    ] {
        assert_eq!(
            world.refused(LEYLA, refused.clone()),
            STOPPED,
            "{refused:?}"
        );
    }
    // What happened to people is a fact, and the withdrawals of others count as well.
    world.does(LEYLA, reporting("threat_or_pressure", TODAY));
    world.does(LEYLA, taking_back(adam));
    // A new consent of one of them is not enough for the household.
    world.does(LEYLA, stating(salma, "data_processing", "given", TODAY));
    assert!(world.case().is_processing_stopped());
    world.does(LEYLA, stating(adam, "data_processing", "given", TODAY));
    assert!(!world.case().is_processing_stopped());
    world.does(LEYLA, Command::Advance(Transition::Counselling));
    // A refusal stops it just as a withdrawal does.
    world.does(LEYLA, stating(adam, "data_processing", "refused", TODAY));
    assert!(world.case().is_processing_stopped());
    assert_eq!(world.case().state, State::Profiled);
}

#[test]
fn what_is_typed_in_late_brings_back_nothing_that_was_withdrawn() {
    let mut world = World::with_family_in(State::Counselling);
    let salma = world.member(0);
    let sharing = "sharing_with_country_of_origin";
    let (monday, tuesday) = (day("2025-05-05"), day("2025-05-06"));
    for purpose in [sharing, "data_processing"] {
        world.does(LEYLA, stating(salma, purpose, "given", monday));
        let said = json!({
            "purpose": purpose, "withdrawn_on": tuesday.to_string(), "channel": "telephone",
        });
        world.does(LEYLA, Command::WithdrawConsent(salma, read(said)));
        world.does(LEYLA, stating(salma, purpose, "given", monday));
    }
    assert!(world.case().is_processing_stopped());
    assert!(world.case().may_be_shared().is_empty());
    // While it is stopped nobody agrees to anything else.
    assert_eq!(
        world.refused(LEYLA, stating(salma, sharing, "given", TODAY)),
        STOPPED
    );
    world.does(LEYLA, stating(salma, sharing, "refused", TODAY));
    world.does(LEYLA, stating(salma, "data_processing", "given", TODAY));
    assert!(!world.case().is_processing_stopped());
    world.does(LEYLA, stating(salma, sharing, "given", TODAY));
    assert_eq!(world.case().may_be_shared(), [salma]);
    world.does(LEYLA, taking_back(salma));
    assert!(
        world.case().may_be_shared().is_empty(),
        "with the processing"
    );
}

#[test]
fn births_corrections_and_danger_are_recorded_all_the_same() {
    let mut world = World::with_family();
    let (salma, adam) = (world.member(0), world.member(1));
    world.does(LEYLA, taking_back(salma));
    let child =
        json!({"joined_on": TODAY.to_string(), "profile": person("Hana", "2025-05-12", "child")});
    world.does(LEYLA, Command::AddMember(Box::new(read(child))));
    world.answered(LEYLA, no("LEG-03", Some(adam)));
    let kind = json!({"answers": [no("LEG-03", Some(adam)), yes("VOL-03", Some(adam))]});
    assert_eq!(
        world.refused(LEYLA, Command::RecordAnswers(read(kind))),
        STOPPED
    );
    // The dead withdraw nothing.
    let died = json!({"on": TODAY.to_string(), "reason": "died"});
    world.does(LEYLA, Command::RecordLeaving(adam, read(died)));
    assert_eq!(
        world.refused(LEYLA, taking_back(adam)),
        ["PERSON_NOT_IN_CASE"]
    );
}

#[test]
fn another_basis_does_not_rest_on_consent() {
    let mut mandate = family_json();
    mandate["processing"] = json!({
        "basis": "public_interest_mandate", "purpose": "protection", "recorded_on": "2025-04-01",
    });
    let mut world = World::with(read(mandate));
    let salma = world.member(0);
    assert_eq!(
        world.refused(LEYLA, taking_back(salma)),
        ["CONSENT_NOT_GIVEN"]
    );
    world.does(LEYLA, stating(salma, "data_processing", "refused", TODAY));
    assert!(!world.case().is_processing_stopped());
}

#[test]
fn whoever_left_the_household_does_not_stop_the_others() {
    let mut world = World::with_family();
    let adam = world.member(1);
    world.does(LEYLA, taking_back(adam));
    assert!(world.case().is_processing_stopped());
    let left = json!({"on": TODAY.to_string(), "reason": "married"});
    world.does(LEYLA, Command::RecordLeaving(adam, read(left)));
    assert!(!world.case().is_processing_stopped());
}

#[test]
fn a_household_that_is_on_its_way_still_arrives_and_the_case_can_be_closed() {
    let mut world = World::with_family_in(State::Departed);
    let salma = world.member(0);
    world.does(LEYLA, taking_back(salma));
    assert_eq!(world.case().state, State::Departed);
    world.does(LEYLA, arriving(HOME, TODAY));
    assert!(world.case().is_back());
    world.does(HANA, closing());
    assert!(world.case().closure.is_some());
}
