//! After the arrival: rounds, the end of displacement, other solutions than return
//! (T14 to T17, T19, T20).

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use jiff::civil::Date;
use sanad_core::area::AreaEventKind;
use sanad_core::case::{Command, DueKind, Reached, Round, RoundReport, Solution, State};
use serde_json::json;

fn in_months(months: i32) -> Date {
    TODAY.checked_add(months.months()).unwrap()
}

/// A round of everyone, with the report to change it.
fn round(world: &World, which: Round, on: Date) -> RoundReport {
    match asking(&world.people(), which, "yes", on) {
        Command::RecordRound(report) => report,
        _ => unreachable!(),
    }
}

#[test]
fn rounds_are_due_at_one_three_six_and_twelve_months_after_the_arrival() {
    let mut world = World::with_family_in(State::Monitoring);
    let due = |world: &World| world.case().next_due().map(|due| (due.what, due.on));
    for (which, kind, months) in [
        (Round::Month1, DueKind::Month1, 1),
        (Round::Month3, DueKind::Month3, 3),
        (Round::Month6, DueKind::Month6, 6),
        (Round::Month12, DueKind::Month12, 12),
    ] {
        assert_eq!(due(&world), Some((kind, in_months(months))));
        let report = round(&world, which, in_months(months));
        world.does(OMAR, Command::RecordRound(report));
    }
    assert_eq!(due(&world), None);
    assert_eq!(world.case().state, State::Monitoring);
    assert_eq!(world.case().monitoring[0].rounds.len(), 4);
}

#[test]
fn a_round_asks_everyone_in_its_time_and_once() {
    let world = World::with_family_in(State::Monitoring);
    let tries = |report: RoundReport| world.clone().refused(OMAR, Command::RecordRound(report));
    let early = in_months(3).checked_sub(15.days()).unwrap();
    assert_eq!(
        tries(round(&world, Round::Month3, early)),
        ["ROUND_TOO_EARLY"]
    );
    let mut gap = round(&world, Round::Month3, in_months(3));
    gap.persons.pop();
    assert_eq!(tries(gap), ["PERSON_LEFT_OUT"]);
    let mut held = world.clone();
    let report = round(&world, Round::Month3, in_months(3));
    held.does(OMAR, Command::RecordRound(report.clone()));
    assert_eq!(
        held.refused(OMAR, Command::RecordRound(report)),
        ["ROUND_HELD"]
    );

    let fault = |report: RoundReport| world.clone().invalid(OMAR, Command::RecordRound(report));
    let mut twice = round(&world, Round::Month3, in_months(3));
    twice.persons[1].person = twice.persons[0].person;
    assert_eq!(
        fault(twice),
        ("PERSON_TWICE", "/persons/1/person".to_owned())
    );
    let mut silent = round(&world, Round::Month3, in_months(3));
    silent.persons[2].answers = None;
    assert_eq!(
        fault(silent),
        ("ANSWERS_NOT_EXPECTED", "/persons/2/answers".to_owned())
    );
    assert_eq!(
        World::with_family().refused(OMAR, asking(&world.people(), Round::Month1, "yes", TODAY))[0],
        "WRONG_STATE"
    );
}

#[test]
fn not_reached_after_three_tries_is_a_result_and_may_be_made_good() {
    let mut world = World::with_family_in(State::Monitoring);
    let mut report = round(&world, Round::Month1, in_months(1));
    for person in &mut report.persons {
        person.reached = Reached::NotReached;
        person.answers = None;
    }
    report.tries = 2;
    let command = |report: &RoundReport| Command::RecordRound(report.clone());
    assert_eq!(world.refused(OMAR, command(&report)), ["TRIES_MISSING"]);
    report.tries = 3;
    world.does(OMAR, command(&report));
    let next = world.case().next_due().unwrap();
    assert_eq!(next.what, DueKind::Month3, "a result, not a gap");
    let found = round(&world, Round::Month1, in_months(2));
    world.does(OMAR, Command::RecordRound(found));
}

#[test]
fn a_no_on_safety_or_on_a_guarantee_is_an_event_of_the_place() {
    let mut world = World::with_family_in(State::Monitoring);
    let mut report = round(&world, Round::Month1, in_months(1));
    let mut said = report.persons[0].answers.unwrap();
    said.criteria.safe_from_violence = sanad_core::case::Said::No;
    said.guarantee_kept = sanad_core::case::Said::No;
    report.persons[0].answers = Some(said);
    world.does(OMAR, Command::RecordRound(report));
    let kinds: Vec<_> = world.areas[&place(HOME)]
        .events
        .iter()
        .map(|record| {
            (
                record.event.kind,
                record.event.happened_on,
                record.recorded_by,
            )
        })
        .collect();
    let on = in_months(1);
    assert_eq!(
        kinds,
        [
            (AreaEventKind::ReturneeNotSafe, on, OMAR),
            (AreaEventKind::GuaranteeNotKept, on, OMAR)
        ]
    );
}

#[test]
fn displacement_ends_when_everyone_passes_and_two_officers_say_so() {
    let mut world = World::with_family_in(State::Monitoring);
    assert_eq!(
        world.refused(OMAR, Command::ProposeSolution),
        ["ROUND_MISSING"]
    );
    let mut report = round(&world, Round::Month12, A_YEAR_LATER);
    let mut said = report.persons[1].answers.unwrap();
    said.criteria.tenure = sanad_core::case::Said::Unknown;
    report.persons[1].answers = Some(said);
    report.persons[2].reached = Reached::Refused;
    report.persons[2].answers = None;
    let mut short = world.clone();
    short.does(OMAR, Command::RecordRound(report));
    assert_eq!(
        short.refused(OMAR, Command::ProposeSolution),
        ["CRITERION_NOT_PASSED", "CRITERION_NOT_PASSED"]
    );
    // The round is held again, until everybody passes: then it is done.
    let report = round(&world, Round::Month12, A_YEAR_LATER);
    short.does(OMAR, Command::RecordRound(report.clone()));
    assert_eq!(
        short.refused(OMAR, Command::RecordRound(report.clone())),
        ["ROUND_HELD"]
    );
    short.does(OMAR, Command::ProposeSolution);

    world.does(OMAR, Command::RecordRound(report));
    assert_eq!(
        world.refused(HANA, Command::ConfirmSolution),
        ["PROPOSAL_MISSING"]
    );
    world.does(OMAR, Command::ProposeSolution);
    assert_eq!(
        world.refused(OMAR, Command::ConfirmSolution),
        ["SECOND_OFFICER_REQUIRED"]
    );
    world.does(HANA, Command::ConfirmSolution);
    assert_eq!(world.case().state, State::SolutionAchieved);
    let achieved = &world.case().achieved[0];
    assert_eq!((achieved.proposed_by, achieved.confirmed_by), (OMAR, HANA));
    assert_eq!(achieved.solution, Solution::Return);
}

#[test]
fn any_return_is_looked_after_from_its_arrival() {
    let mut world = World::with_family();
    world.does(LEYLA, returned(HOME, TODAY));
    assert_eq!(
        world.refused(LEYLA, arriving(NEIGHBOUR, TODAY)),
        ["ARRIVED_ELSEWHERE"]
    );
    let early = Command::ConfirmArrival(read(json!({"arrived_on": "2025-05-11"})));
    assert_eq!(world.invalid(LEYLA, early).0, "ARRIVED_BEFORE_LEAVING");
    let arrived = Command::ConfirmArrival(read(json!({"arrived_on": TODAY.to_string()})));
    world.does(LEYLA, arrived);
    assert_eq!(world.case().state, State::Monitoring);
    assert_eq!(world.case().monitoring[0].solution, Solution::Return);
}

#[test]
fn another_solution_is_chosen_as_freely_as_a_return() {
    let mut unasked = World::with_family_in(State::Profiled);
    let codes = unasked.refused(OMAR, choosing(Solution::LocalIntegration, TODAY));
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == "CHOICE_NOT_FREE"));
    let back = |world: &mut World| {
        let request = json!({"reason": "change_of_mind"});
        world.does(LEYLA, Command::StepBack(read(request)));
    };
    let mut asked = World::with_family_in(State::ConsentRecorded);
    back(&mut asked);
    let returning = choosing(Solution::Return, TODAY);
    assert_eq!(asked.invalid(OMAR, returning).0, "SOLUTION_IS_RETURN");
    let mut pressed = asked.clone();
    pressed.answered(LEYLA, no("VOL-03", Some(pressed.member(0))));
    assert_eq!(
        pressed.refused(OMAR, choosing(Solution::Resettlement, TODAY)),
        ["CHOICE_NOT_FREE"]
    );
    asked.does(OMAR, choosing(Solution::LocalIntegration, TODAY));
    assert_eq!(asked.case().state, State::LocalIntegration);
    let arrived = Command::ConfirmArrival(read(json!({"arrived_on": TODAY.to_string()})));
    asked.does(LEYLA, arrived);
    assert_eq!(
        asked.case().monitoring[0].solution,
        Solution::LocalIntegration
    );
    // Who lives elsewhere may still go home.
    asked.does(LEYLA, returned(HOME, TODAY));
    assert_eq!(asked.case().state, State::Returned);
}

#[test]
fn settlement_elsewhere_needs_every_condition_of_that_place() {
    let mut world = World::with_family_in(State::ConsentRecorded);
    let request = json!({"reason": "change_of_mind"});
    world.does(LEYLA, Command::StepBack(read(request)));
    let settling = || choosing(Solution::SettledElsewhere, TODAY);
    let mut shelled = world.clone();
    shelled.happens(AreaEventKind::ArmedClash, HOME, TODAY);
    let codes = shelled.refused(OMAR, settling());
    assert!(codes.contains(&"PLACE_NOT_IN_ORDER"));
    world.does(OMAR, settling());
    assert_eq!(world.case().state, State::SettledElsewhere);
    assert_eq!(
        world.case().chosen.as_ref().unwrap().place,
        Some(place(HOME))
    );
}
