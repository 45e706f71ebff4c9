//! A return is recorded as the fact it was, compliant or not (T10, T11).

use crate::words::*;
use crate::world::World;
use jiff::civil::Date;
use sanad_core::case::{
    AssessmentTiming, Command, FindingRequest, ReturnNature, ReturnRecord, ReturnReport, State,
};
use sanad_core::conditions::Finding;

fn issuing() -> Command {
    Command::IssueFinding(FindingRequest { profile: None })
}

/// The return as recorded: when it was assessed and whether it was compliant.
fn recorded(mut world: World, code: &str, on: Date) -> (AssessmentTiming, bool) {
    world.does(LEYLA, returned(code, on));
    let ReturnRecord {
        assessed,
        compliant,
        finding,
        ..
    } = world.case().returns[0];
    assert_eq!(finding.is_some(), assessed == AssessmentTiming::Before);
    (assessed, compliant)
}

#[test]
fn no_state_and_no_finding_refuses_a_return() {
    for state in states_before_the_end() {
        let mut world = World::with_family_in(state);
        if world.case().is_back() {
            continue;
        }
        let before = world.case().returns.len();
        world.does(LEYLA, returned(HOME, TODAY));
        assert_eq!(world.case().state, State::Returned);
        assert_eq!(world.case().returns.len(), before + 1);
    }
}

#[test]
fn a_facilitated_return_is_approved_departs_and_arrives_or_is_none() {
    let mut world = World::with_family_in(State::Assessed);
    let report = ReturnReport {
        nature: ReturnNature::Facilitated,
        departed_on: TODAY,
        destination: place(HOME),
    };
    assert_eq!(
        world.refused(LEYLA, Command::RecordReturn(report)),
        ["APPROVAL_MISSING"]
    );
}

#[test]
fn a_return_of_any_nature_is_recorded() {
    for nature in [
        ReturnNature::AssistedSelfOrganised,
        ReturnNature::SelfOrganised,
        ReturnNature::Forced,
        ReturnNature::Unknown,
    ] {
        let mut world = World::with_family();
        let report = ReturnReport {
            nature,
            departed_on: TODAY,
            destination: place(HOME),
        };
        world.does(LEYLA, Command::RecordReturn(report));
        assert_eq!(world.case().returns[0].nature, nature);
        assert_eq!(ReturnNature::from_code(nature.code()), Some(nature));
    }
}

#[test]
fn a_return_after_a_compliant_finding_is_compliant_while_it_lasts() {
    let mut world = World::with_family_in(State::Assessed);
    let expires = world.case().findings[0].assessment.expires_on;
    world.today = expires.tomorrow().unwrap();
    let before = AssessmentTiming::Before;
    assert_eq!(recorded(world.clone(), HOME, TODAY), (before, true));
    assert_eq!(recorded(world.clone(), HOME, expires), (before, true));
    assert_eq!(recorded(world.clone(), HOME, world.today), (before, false));
}

#[test]
fn a_return_without_a_finding_was_not_assessed() {
    let world = World::with_family_in(State::UnderAssessment);
    assert_eq!(
        recorded(world, HOME, TODAY),
        (AssessmentTiming::None, false)
    );
}

#[test]
fn a_finding_of_the_days_after_departure_came_after() {
    let world = World::with_family_in(State::Assessed);
    let yesterday = TODAY.yesterday().unwrap();
    assert_eq!(
        recorded(world, HOME, yesterday),
        (AssessmentTiming::After, false)
    );
}

#[test]
fn a_finding_for_another_place_says_nothing_about_this_return() {
    let mut world = World::with_family_in(State::Assessed);
    world.today = day("2025-05-20");
    for on in [TODAY, day("2025-05-20"), day("2025-05-01")] {
        assert_eq!(
            recorded(world.clone(), NEIGHBOUR, on),
            (AssessmentTiming::None, false),
            "{on}"
        );
    }
}

#[test]
fn the_latest_finding_before_departure_counts_not_the_best() {
    let mut world = World::with_family_in(State::Assessed);
    world.today = day("2025-05-14");
    world.answered(LEYLA, no("VOL-03", Some(world.member(0))));
    world.does(OMAR, issuing());
    let before = AssessmentTiming::Before;
    assert_eq!(
        recorded(world.clone(), HOME, day("2025-05-13")),
        (before, true),
        "the second finding was not there yet"
    );
    assert_eq!(
        recorded(world, HOME, day("2025-05-14")),
        (before, false),
        "the second finding stands"
    );
}

#[test]
fn a_finding_that_is_not_compliant_makes_no_compliant_return() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.answered(LEYLA, no("VOL-03", Some(world.member(0))));
    world.does(OMAR, issuing());
    assert_eq!(
        recorded(world, HOME, TODAY),
        (AssessmentTiming::Before, false)
    );
}

#[test]
fn a_return_is_to_a_known_place_not_of_tomorrow_and_recorded_once() {
    let mut world = World::with_family();
    for (command, fault) in [
        (
            returned("C9999", TODAY),
            ("PLACE_UNKNOWN", "/destination".to_owned()),
        ),
        (
            returned(HOME, day("2025-05-13")),
            ("DATE_IN_FUTURE", "/departed_on".to_owned()),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, command), fault);
    }
    world.does(LEYLA, returned(HOME, TODAY));
    assert_eq!(
        world.refused(LEYLA, returned(HOME, TODAY)),
        ["ALREADY_RETURNED"]
    );
}

#[test]
fn a_return_may_have_been_before_the_registration() {
    let world = World::with_family();
    assert_eq!(
        recorded(world, HOME, day("2024-11-30")),
        (AssessmentTiming::None, false)
    );
}

#[test]
fn a_return_keeps_what_was_known_on_its_day_and_a_forced_one_is_never_compliant() {
    let known = |nature, state| {
        let mut world = World::with_family_in(state);
        let report = ReturnReport {
            nature,
            departed_on: TODAY,
            destination: place(HOME),
        };
        world.does(LEYLA, Command::RecordReturn(report));
        world.case().returns[0].known
    };
    let ready = State::UnderAssessment;
    let by_itself = known(ReturnNature::SelfOrganised, ready);
    assert_eq!(
        by_itself,
        Some(Finding::Compliant),
        "though no finding was issued"
    );
    assert_eq!(
        known(ReturnNature::Forced, ready),
        Some(Finding::NotCompliant)
    );
    let little = known(ReturnNature::Forced, State::Registered);
    assert_eq!(little, None, "nothing is known of the place yet");
}
