//! What each person agrees to, what a panel decides about a child, what happened to
//! people on their way (return conditions §2.8 to §2.10, §2.12; T11).

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use sanad_core::case::{
    Command, ConsentPurpose, IncidentKind, IncidentStatus, ReturnNature, ReturnReport, State,
};
use sanad_core::conditions::Value;
use sanad_core::ids::PersonId;
use serde_json::json;

const SHARING: &str = "sharing_with_country_of_origin";

#[test]
fn three_consents_are_three_records_and_no_call_sets_two() {
    let mut world = World::with_family_in(State::Counselling);
    let salma = world.member(0);
    world.does(LEYLA, stating(salma, SHARING, "given", TODAY));
    world.does(LEYLA, stating(salma, "data_processing", "given", TODAY));
    let standing = |world: &World, purpose| world.case().consent_standing(salma, purpose);
    let sharing = ConsentPurpose::SharingWithCountryOfOrigin;
    assert_eq!(standing(&world, sharing), Some(TODAY));
    let processing = standing(&world, ConsentPurpose::DataProcessing);
    assert_eq!(processing, Some(TODAY));
    assert_eq!(standing(&world, ConsentPurpose::Return), None);
    assert_eq!(world.case().may_be_shared(), [salma]);

    // A withdrawal of the return leaves the other two, and the other way round.
    let answers = world.case().answers.clone();
    let back = json!({"purpose": SHARING, "withdrawn_on": TODAY.to_string(), "channel": "message"});
    let withdraw = Command::WithdrawConsent(salma, read(back));
    world.does(LEYLA, withdraw.clone());
    assert_eq!(world.case().answers, answers);
    assert_eq!(world.case().state, State::Counselling);
    assert!(world.case().may_be_shared().is_empty());
    assert_eq!(world.refused(LEYLA, withdraw), ["CONSENT_NOT_GIVEN"]);
}

#[test]
fn a_statement_about_the_return_is_the_answer_of_that_person() {
    let mut world = World::with_family_in(State::Counselling);
    let (salma, adam) = (world.member(0), world.member(1));
    world.does(LEYLA, stating(salma, "return", "given", TODAY));
    assert_eq!(world.last().value, Value::Yes);
    assert_eq!(world.last().person, Some(salma));
    let kinds: Vec<&str> = world
        .last()
        .evidence
        .iter()
        .map(|one| one.item.kind.as_str())
        .collect();
    assert_eq!(kinds, ["VRF", "INT"]);
    // A refusal is recorded as well, and whoever recorded either may not assess.
    world.does(LEYLA, stating(adam, "return", "refused", TODAY));
    assert_eq!(world.last().value, Value::No);
    assert_eq!(world.case().consents.len(), 2);
}

#[test]
fn consent_rests_on_a_current_edition_and_is_ones_own() {
    let mut world = World::with_family_in(State::Counselling);
    let (salma, child) = (world.member(0), world.member(2));
    let statement = |dated: &str| {
        let Command::StateConsent(_, mut said) = stating(salma, "return", "given", TODAY) else {
            unreachable!()
        };
        said.information = Some(read(json!({"edition": "C1007 no. 1", "dated": dated})));
        Command::StateConsent(salma, said)
    };
    assert_eq!(
        world.refused(LEYLA, statement("2025-03-12")),
        ["INFORMATION_NOT_CURRENT"]
    );
    assert_eq!(
        world.refused(LEYLA, statement("2025-05-13")),
        ["INFORMATION_NOT_CURRENT"]
    );
    world.clone().does(LEYLA, statement("2025-03-13"));
    let Command::StateConsent(_, mut untold) = stating(salma, SHARING, "given", TODAY) else {
        unreachable!()
    };
    untold.information = None;
    let untold = Command::StateConsent(salma, untold);
    assert_eq!(world.refused(LEYLA, untold), ["INFORMATION_MISSING"]);
    for purpose in ["return", SHARING] {
        assert_eq!(
            world.refused(LEYLA, stating(child, purpose, "given", TODAY)),
            ["PERSON_DOES_NOT_DECIDE"]
        );
    }
}

/// A separated child of fifteen, counselled.
fn nour_alone() -> (World, PersonId) {
    let mut json = family_json();
    let alone = json!({"unaccompanied_or_separated": true});
    json["members"] = json!([with(person("Nour", "2010-01-05", "self"), alone)]);
    let world = World::with(read(json));
    let nour = world.member(0);
    (world, nour)
}

const ALONE: &str = "unaccompanied_or_separated";

#[test]
fn a_determination_is_the_decision_of_at_least_three_and_comes_no_other_way() {
    let (mut world, nour) = nour_alone();
    for by_hand in [
        Command::RecordAnswers(read(json!({"answers": [yes("VOL-10", Some(nour))]}))),
        Command::Adjudicate(Box::new(yes("VOL-10", Some(nour)))),
    ] {
        let by = if matches!(by_hand, Command::Adjudicate(_)) {
            HANA
        } else {
            LEYLA
        };
        assert_eq!(world.refused(by, by_hand), ["DETERMINATION_MISSING"]);
    }
    let small = determining(nour, ALONE, "return_in_favour", 2, TODAY);
    assert_eq!(world.refused(OMAR, small), ["PANEL_TOO_SMALL"]);
    world.does(OMAR, determining(nour, ALONE, "return_in_favour", 3, TODAY));
    let value = |world: &World| world.value_of("VOL-10", &nour.to_string());
    assert_eq!(
        value(&world),
        "insufficient_evidence",
        "a second person has not seen it"
    );
    world.everything_is_verified();
    assert_eq!(value(&world), "yes");
    let mut against = world.clone();
    against.does(OMAR, determining(nour, ALONE, "return_against", 4, TODAY));
    assert_eq!(value(&against), "known_failure");
}

#[test]
fn a_determination_is_void_when_care_tracing_or_the_place_change() {
    let (mut world, nour) = nour_alone();
    world.chooses(HOME, "2025-05-02");
    world.does(
        OMAR,
        determining(nour, ALONE, "return_in_favour", 3, OBSERVED),
    );
    world.everything_is_verified();
    let value = |world: &World| world.value_of("VOL-10", &nour.to_string());
    assert_eq!(value(&world), "yes");
    let mut changed = world.clone();
    changed.does(OMAR, determining(nour, ALONE, "overtaken", 0, TODAY));
    assert_eq!(value(&changed), "invalidated");
    let clash = sanad_core::area::AreaEventKind::ChangeOfControl;
    world.happens(clash, HOME, TODAY);
    assert_eq!(value(&world), "invalidated");
}

#[test]
fn parents_who_disagree_about_a_child_go_to_a_panel() {
    let mut world = World::with_family_in(State::Assessed);
    let child = world.member(2);
    let opened = determining(child, "parents_disagree", "opened", 0, TODAY);
    world.does(OMAR, opened);
    let value = |world: &World| world.value_of("VOL-09", &child.to_string());
    assert_eq!(
        value(&world),
        "contested",
        "undetermined until a panel decides"
    );
    let mut decision = yes("VOL-09", Some(child));
    decision.remark = Some(remark("the father agreed"));
    let decision = Command::Adjudicate(Box::new(decision));
    assert_eq!(world.refused(HANA, decision), ["DETERMINATION_MISSING"]);
    let heard = |world: &World| {
        let mut heard = observed(yes("VOL-09", Some(child)), TODAY);
        heard.supersedes = Some(world.last().id);
        heard
    };
    let early = Command::RecordAnswers(read(json!({"answers": [heard(&world)]})));
    assert_eq!(world.refused(LEYLA, early), ["DETERMINATION_MISSING"]);
    world.does(
        OMAR,
        determining(child, "parents_disagree", "return_in_favour", 3, TODAY),
    );
    let late = heard(&world);
    world.answered(LEYLA, late);
    world.everything_is_verified();
    assert_eq!(value(&world), "yes");
    let wrong = determining(child, ALONE, "opened", 0, TODAY);
    assert_eq!(world.invalid(OMAR, wrong).0, "GROUND_DOES_NOT_FIT");
    let adult = determining(world.member(0), "parents_disagree", "opened", 0, TODAY);
    assert_eq!(world.refused(OMAR, adult), ["PERSON_IS_ADULT"]);
}

#[test]
fn a_forced_return_is_never_compliant_and_opens_an_incident_that_holds_the_case_open() {
    let mut world = World::with_family_in(State::Assessed);
    let salma = world.member(0);
    world.does(LEYLA, stating(salma, SHARING, "given", TODAY));
    let forced = ReturnReport {
        nature: ReturnNature::Forced,
        departed_on: TODAY,
        destination: place(HOME),
    };
    world.does(LEYLA, Command::RecordReturn(forced));
    assert!(
        !world.case().returns[0].compliant,
        "whatever was found before"
    );
    let incident = world.case().incidents[0].clone();
    assert_eq!(incident.kind, IncidentKind::ForcedReturn);
    assert_eq!(incident.return_id, Some(world.case().returns[0].id));
    assert_eq!(incident.confirmed_by, None, "reported only");
    assert!(
        world.case().may_be_shared().is_empty(),
        "closed to any sharing"
    );
    assert_eq!(world.refused(HANA, closing()), ["INCIDENT_OPEN"]);
    assert_eq!(
        world.refused(OMAR, following(incident.id, "closed")),
        ["INCIDENT_NOT_CONFIRMED"]
    );
    world.does(OMAR, Command::ConfirmIncident(incident.id));
    assert_eq!(world.case().incidents[0].confirmed_by, Some(OMAR));
    world.does(OMAR, following(incident.id, "closed"));
    assert_eq!(world.case().incidents[0].status, IncidentStatus::Closed);
    assert!(world.case().may_be_shared().is_empty(), "for good");
    world.does(HANA, closing());
}

#[test]
fn a_movement_while_pressure_is_known_opens_an_incident() {
    let mut world = World::with_family_in(State::Counselling);
    world.answered(LEYLA, no("VOL-03", Some(world.member(0))));
    world.does(LEYLA, returned(HOME, TODAY));
    assert_eq!(
        world.case().incidents[0].kind,
        IncidentKind::PossibleRefoulement
    );
    let mut unpressed = World::with_family_in(State::Counselling);
    unpressed.does(LEYLA, returned(HOME, TODAY));
    assert!(unpressed.case().incidents.is_empty());
}

#[test]
fn pressure_that_is_told_after_the_return_opens_one_incident() {
    // Given a household that is back, and nothing bad was known.
    let mut world = World::with_family();
    let (salma, adam) = (world.member(0), world.member(1));
    world.does(LEYLA, stating(salma, SHARING, "given", TODAY));
    world.does(LEYLA, returned(HOME, TODAY));
    assert!(world.case().incidents.is_empty());
    // When two of them say that they were pressed to go, and of what they fear,
    world.answers(
        LEYLA,
        vec![no("VOL-03", Some(salma)), no("LEG-03", Some(adam))],
    );
    world.answered(LEYLA, no("VOL-03", Some(adam)));
    // then one incident of that return is open, and nothing is shared any more.
    let [incident] = world.case().incidents.as_slice() else {
        panic!("{:?}", world.case().incidents)
    };
    assert_eq!(incident.kind, IncidentKind::PossibleRefoulement);
    assert_eq!(incident.return_id, Some(world.case().returns[0].id));
    assert_eq!(incident.person, Some(salma));
    assert!(world.case().may_be_shared().is_empty());
    // Another *no* opens none.
    let mut other = World::with_family();
    other.does(LEYLA, returned(HOME, TODAY));
    other.answered(LEYLA, no("VOL-02", Some(other.member(0))));
    assert!(other.case().incidents.is_empty());
}

#[test]
fn danger_opens_its_incident_whichever_is_typed_in_first() {
    let earlier = |days: i32| TODAY.checked_sub(days.days()).unwrap();
    let seen = |world: &World, days: i32| {
        let mut danger = no("LEG-03", Some(world.member(0)));
        danger.observed_on = earlier(days);
        danger
    };
    let kinds = |world: &World| -> Vec<IncidentKind> {
        world.case().incidents.iter().map(|one| one.kind).collect()
    };
    // Told two days after they left, and recorded before the return is.
    let mut first = World::with_family();
    first.answered(LEYLA, seen(&first, 2));
    first.does(LEYLA, returned(HOME, earlier(5)));
    assert_eq!(kinds(&first), [IncidentKind::PossibleRefoulement]);
    // Told after the case was closed.
    let mut closed = World::with_family();
    closed.does(LEYLA, returned(HOME, earlier(5)));
    closed.does(HANA, closing());
    closed.answered(LEYLA, seen(&closed, 2));
    assert_eq!(kinds(&closed), [IncidentKind::PossibleRefoulement]);
    // Of a return from before they were displaced again; and of that displacement.
    for (days, incidents) in [(15, 1), (5, 0)] {
        let mut again = World::with_family();
        again.does(LEYLA, returned(HOME, earlier(20)));
        let mut episode = episode_json(HOME, CAMP);
        episode["left_on"] = json!(earlier(10).to_string());
        episode["arrived_on"] = json!(earlier(9).to_string());
        let report = json!({"displacement": episode});
        again.does(LEYLA, Command::RecordDisplacement(read(report)));
        again.answered(LEYLA, seen(&again, days));
        assert_eq!(again.case().incidents.len(), incidents, "{days}");
    }
    // On the way, once, and not a second time on arrival.
    let mut on_the_way = World::with_family_in(State::Departed);
    on_the_way.answered(LEYLA, no("LEG-03", Some(on_the_way.member(0))));
    assert_eq!(kinds(&on_the_way), [IncidentKind::PossibleRefoulement]);
    on_the_way.does(LEYLA, arriving(HOME, TODAY));
    assert_eq!(on_the_way.case().incidents.len(), 1);
}

#[test]
fn consent_to_return_is_given_alone() {
    let mut world = World::with_family_in(State::Counselling);
    let salma = world.member(0);
    let in_company = |decision: &str| {
        let Command::StateConsent(_, mut said) = stating(salma, "return", decision, TODAY) else {
            unreachable!()
        };
        said.interview.alone = false;
        Command::StateConsent(salma, said)
    };
    assert_eq!(
        world.refused(LEYLA, in_company("given")),
        ["INTERVIEW_NOT_PRIVATE"]
    );
    world.does(LEYLA, in_company("refused"));
}

#[test]
fn an_incident_is_recorded_in_any_state() {
    for state in states_before_the_end() {
        let mut world = World::with_family_in(state);
        let before = world.case().incidents.len();
        world.does(LEYLA, reporting("return_prevented", TODAY));
        assert_eq!(world.case().incidents.len(), before + 1, "{state}");
        assert_eq!(world.case().state, state);
    }
    let mut world = World::with_family();
    let forced = reporting("forced_return", TODAY);
    assert_eq!(world.invalid(LEYLA, forced).0, "RETURN_NOT_RECORDED");
    let tomorrow = reporting("violence", TODAY.checked_add(1.day()).unwrap());
    assert_eq!(world.invalid(LEYLA, tomorrow).0, "DATE_IN_FUTURE");
}

#[test]
fn no_correction_of_a_record_makes_a_panel_of_one() {
    // The record says for a moment that the child is an adult.
    let (mut world, nour) = nour_alone();
    let adult = profile(
        "Nour",
        "1990-01-05",
        "self",
        json!({"unaccompanied_or_separated": true}),
    );
    world.does(LEYLA, Command::CorrectMember(nour, Box::new(adult)));
    world.answered(LEYLA, yes("VOL-10", Some(nour)));
    let child = profile(
        "Nour",
        "2010-01-05",
        "self",
        json!({"unaccompanied_or_separated": true}),
    );
    world.does(LEYLA, Command::CorrectMember(nour, Box::new(child)));
    world.everything_is_verified();
    assert_ne!(world.value_of("VOL-10", &nour.to_string()), "yes");
}

#[test]
fn a_return_that_later_turns_out_to_have_been_forced_has_its_incident() {
    let mut world = World::with_family();
    world.does(LEYLA, returned(HOME, TODAY));
    let id = world.case().returns[0].id;
    let report = |id: serde_json::Value| {
        let told =
            json!({"kind": "forced_return", "happened_on": TODAY.to_string(), "return_id": id});
        Command::RecordIncident(read(told))
    };
    let unknown = report(json!(uuid::Uuid::nil()));
    assert_eq!(world.invalid(LEYLA, unknown).0, "RETURN_UNKNOWN");
    world.does(LEYLA, report(json!(id)));
    assert_eq!(world.case().incidents[0].return_id, Some(id));
}
