//! From a compliant finding to the arrival, and everything that stops it on the way
//! (T7 to T9, T12, T13, T17, T18, T21, T22; return conditions §2.5 to §2.8).

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use sanad_core::answer::NewAnswer;
use sanad_core::area::AreaEventKind;
use sanad_core::case::{
    ApprovalRequest, Command, DepartureReport, FindingRequest, ReopeningRequest, ReturnNature,
    State, StepBack, StepBackReason, Transition,
};
use sanad_core::conditions::AccessProfile;
use sanad_core::ids::FindingId;
use serde_json::json;
use uuid::Uuid;

fn approving(world: &World) -> Command {
    let latest = world.case().findings.last().unwrap();
    Command::Approve(ApprovalRequest::of(latest.id))
}

fn departing() -> Command {
    Command::RecordDeparture(DepartureReport { departed_on: TODAY })
}

#[test]
fn an_approved_household_departs_and_arrives_as_a_facilitated_return() {
    let mut world = World::with_family_in(State::Assessed);
    let finding = world.case().findings[0].id;
    world.does(HANA, approving(&world));
    assert_eq!(world.case().state, State::Approved);
    assert_eq!(world.case().approval.as_ref().unwrap().approved_by, HANA);
    world.does(LEYLA, departing());
    assert_eq!(world.case().state, State::Departed);
    world.does(LEYLA, arriving(HOME, TODAY));
    let case = world.case();
    assert_eq!(
        case.state,
        State::Monitoring,
        "the arrival opens monitoring"
    );
    assert_eq!(case.approval, None, "an approval counts for one journey");
    let record = &case.returns[0];
    assert_eq!(record.nature, ReturnNature::Facilitated);
    assert_eq!(record.finding, Some(finding));
    assert!(record.compliant);
}

#[test]
fn neither_the_assessor_nor_a_recorder_of_consent_approves() {
    let world = World::with_family_in(State::Assessed);
    for by in [OMAR, LEYLA] {
        assert_eq!(
            world.clone().refused(by, approving(&world)),
            ["SELF_APPROVAL"]
        );
    }
}

#[test]
fn nobody_approves_what_is_not_compliant_or_no_longer() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.answered(LEYLA, no("VOL-03", Some(world.member(0))));
    let issuing = || Command::IssueFinding(FindingRequest { profile: None });
    world.does(OMAR, issuing());
    assert_eq!(
        world.refused(HANA, approving(&world)),
        ["FINDING_NOT_COMPLIANT"]
    );

    let mut old = World::with_family_in(State::Assessed);
    old.today = old.case().findings[0]
        .assessment
        .expires_on
        .tomorrow()
        .unwrap();
    assert_eq!(old.refused(HANA, approving(&old)), ["FINDING_EXPIRED"]);

    // A finding that still has days to run, and a place that was shelled since.
    let mut shelled = World::with_family_in(State::Assessed);
    shelled.happens(AreaEventKind::ArmedClash, HOME, TODAY);
    let codes = shelled.refused(HANA, approving(&shelled));
    assert!(!codes.is_empty());
    assert!(codes.iter().all(|code| *code == "FINDING_NO_LONGER_HOLDS"));

    let mut elsewhere = World::with_family_in(State::Assessed);
    elsewhere.chooses(NEIGHBOUR, "2025-05-12");
    let codes = elsewhere.refused(HANA, approving(&elsewhere));
    assert_eq!(codes, ["FINDING_FOR_ANOTHER_PLACE"]);

    let mut unread = World::with_family_in(State::Assessed);
    let other = Command::Approve(ApprovalRequest::of(FindingId(Uuid::nil())));
    assert_eq!(unread.refused(HANA, other), ["FINDING_NOT_LATEST"]);
}

#[test]
fn a_departure_is_blocked_when_the_return_is_no_longer_compliant_on_that_day() {
    let world = World::with_family_in(State::Approved);
    let mut shelled = world.clone();
    shelled.happens(AreaEventKind::ArmedClash, NEIGHBOUR, TODAY);
    let codes = shelled.refused(LEYLA, departing());
    assert!(!codes.is_empty());
    assert!(codes.iter().all(|code| *code == "DEPARTURE_NOT_COMPLIANT"));

    let mut late = world.clone();
    late.today = TODAY.checked_add(40.days()).unwrap();
    let on = Command::RecordDeparture(DepartureReport {
        departed_on: late.today,
    });
    assert_eq!(late.refused(LEYLA, on), ["FINDING_EXPIRED"]);

    let mut early = world.clone();
    let before = Command::RecordDeparture(DepartureReport {
        departed_on: TODAY.yesterday().unwrap(),
    });
    assert_eq!(
        early.invalid(LEYLA, before),
        ("DEPARTURE_BEFORE_APPROVAL", "/departed_on".to_owned())
    );
    let mut unapproved = World::with_family_in(State::Assessed);
    assert_eq!(
        unapproved.refused(LEYLA, departing()),
        ["WRONG_STATE", "APPROVAL_MISSING"]
    );
}

#[test]
fn an_arrival_elsewhere_is_no_facilitated_return() {
    let mut world = World::with_family_in(State::Departed);
    assert_eq!(
        world.refused(LEYLA, arriving(NEIGHBOUR, TODAY)),
        ["ARRIVED_ELSEWHERE"]
    );
    world.does(LEYLA, returned(NEIGHBOUR, TODAY));
    assert_eq!(world.case().returns[0].nature, ReturnNature::SelfOrganised);
    assert_eq!(world.case().departure, None);
}

#[test]
fn a_withdrawal_takes_effect_at_once_and_cancels_an_approved_departure() {
    for state in [
        State::Counselling,
        State::ConsentRecorded,
        State::UnderAssessment,
        State::Assessed,
        State::Approved,
        State::Departed,
    ] {
        let mut world = World::with_family_in(state);
        let salma = world.member(0);
        // Any role that works with cases may note it, the assessor too.
        world.does(OMAR, withdrawing(salma));
        let case = world.case();
        assert_eq!(case.state, State::Profiled, "{state}");
        assert_eq!((&case.approval, &case.departure), (&None, &None));
        assert_eq!(case.withdrawals[0].person, salma);
        let value = world.value_of("VOL-01", &salma.to_string());
        assert_eq!(value, "known_failure", "{state}");
        assert!(world.tries(LEYLA, departing()).is_err());
        assert!(world.tries(LEYLA, arriving(HOME, TODAY)).is_err());
    }
}

#[test]
fn a_withdrawal_wins_on_hold_too_and_only_who_decides_withdraws() {
    let mut world = World::with_family_in(State::Approved);
    world.does(LEYLA, holding("2025-06-30"));
    world.does(HANA, withdrawing(world.member(1)));
    assert_eq!(world.case().state, State::OnHold);
    world.does(LEYLA, Command::Resume);
    assert_eq!(world.case().state, State::Profiled);

    let mut children = World::with_family_in(State::Approved);
    let child = children.member(2);
    assert_eq!(
        children.refused(HANA, withdrawing(child)),
        ["PERSON_DOES_NOT_DECIDE"]
    );
    let mut arrived = World::with_family_in(State::Returned);
    let salma = arrived.member(0);
    assert_eq!(
        arrived.refused(HANA, withdrawing(salma)),
        ["ARRIVED_ALREADY"]
    );
}

/// The new consent of whoever withdrew, as the rule wants it.
fn new_consent(world: &World, on: jiff::civil::Date) -> NewAnswer {
    let last = world.case().withdrawals.last().unwrap();
    let mut answer = yes("VOL-01", Some(last.person));
    answer.observed_on = on;
    answer.supersedes = Some(last.answer);
    let mut note = answer.evidence[0].clone();
    note.kind = "INT".to_owned();
    note.dated = on;
    note.persons_present = Some(read(json!("the person alone")));
    answer.evidence.push(note);
    answer
}

#[test]
fn after_a_withdrawal_only_a_new_consent_after_three_days_counts() {
    let mut world = World::with_family_in(State::Approved);
    let salma = world.member(0);
    world.does(LEYLA, withdrawing(salma));
    let withdrawal = world.case().withdrawals[0].answer;
    assert_eq!(
        world.refused(LEYLA, Command::RetractAnswer(withdrawal, taking_back())),
        ["WITHDRAWAL_STANDS"]
    );
    let mut decision = yes("VOL-01", Some(salma));
    decision.remark = Some(remark("she did not mean it"));
    assert_eq!(
        world.refused(HANA, Command::Adjudicate(Box::new(decision))),
        ["WITHDRAWAL_STANDS"]
    );
    let record = |answer: NewAnswer| Command::RecordAnswers(read_answers(answer));
    let soon = new_consent(&world, TODAY);
    assert_eq!(
        world.refused(LEYLA, record(soon)),
        ["CONSENT_TOO_SOON", "INTERVIEW_MISSING"],
        "everything that is missing"
    );

    world.today = TODAY.checked_add(4.days()).unwrap();
    let mut unnamed = new_consent(&world, world.today);
    unnamed.supersedes = None;
    assert_eq!(
        world.refused(LEYLA, record(unnamed)),
        ["WITHDRAWAL_NOT_NAMED"]
    );
    let mut untold = new_consent(&world, world.today);
    untold.evidence.clear();
    assert_eq!(world.refused(LEYLA, record(untold)), ["INTERVIEW_MISSING"]);

    let consent = world.answered(LEYLA, new_consent(&world, world.today));
    world.everything_is_verified();
    let value = |world: &World| world.value_of("VOL-01", &salma.to_string());
    assert_ne!(
        value(&world),
        "yes",
        "a second officer has not confirmed it"
    );
    world.does(HANA, Command::ConfirmAnswer(consent));
    assert_eq!(value(&world), "yes");
}

fn read_answers(answer: NewAnswer) -> sanad_core::case::NewAnswers {
    sanad_core::case::NewAnswers {
        answers: vec![answer],
    }
}

#[test]
fn a_case_goes_back_waits_closes_and_opens_again() {
    let back = |reason| {
        Command::StepBack(StepBack {
            reason,
            remark: None,
        })
    };
    let mut world = World::with_family_in(State::Approved);
    assert_eq!(
        world.refused(LEYLA, back(StepBackReason::ConsentWithdrawn)),
        ["WITHDRAWAL_MISSING"]
    );
    world.does(LEYLA, back(StepBackReason::ChangeOfMind));
    assert_eq!(world.case().state, State::Profiled);
    assert_eq!(world.case().approval, None);

    assert_eq!(
        world.invalid(LEYLA, holding("2025-08-11")),
        ("REVIEW_OUT_OF_RANGE", "/review_on".to_owned())
    );
    world.does(LEYLA, holding("2025-08-10"));
    assert_eq!(world.refused(LEYLA, holding("2025-06-01")), ["WRONG_STATE"]);
    world.does(LEYLA, Command::Resume);
    assert_eq!(world.case().state, State::Profiled);

    world.does(HANA, closing());
    assert_eq!(world.refused(HANA, closing()), ["WRONG_STATE"]);
    // Facts about people's lives are recorded whatever the state.
    world.does(LEYLA, destination(NEIGHBOUR, "2025-05-12"));
    let reopening = Command::Reopen(ReopeningRequest {
        remark: remark("they came back"),
    });
    world.does(HANA, reopening);
    assert_eq!(world.case().state, State::Profiled);
}

#[test]
fn who_is_displaced_again_after_a_return_is_profiled_anew() {
    let mut world = World::with_family_in(State::Redisplaced);
    assert_eq!(world.case().state, State::Redisplaced);
    assert_eq!(world.case().displacements.len(), 2, "the old one is kept");
    world.advances(Transition::Profiled);
    assert_eq!(world.case().state, State::Profiled);
}

#[test]
fn a_withdrawal_that_is_told_late_stands_against_a_consent_that_was_recorded_meanwhile() {
    let mut world = World::with_family_in(State::Counselling);
    let salma = world.member(0);
    world.today = TODAY.checked_add(10.days()).unwrap();
    let today = world.today;
    world.does(LEYLA, stating(salma, "return", "given", today));
    world.everything_is_verified();
    assert_eq!(world.value_of("VOL-01", &salma.to_string()), "yes");
    // She had said so ten days before.
    world.does(LEYLA, withdrawing(salma));
    assert_eq!(world.case().withdrawals[0].withdrawn_on, TODAY);
    assert_eq!(
        world.value_of("VOL-01", &salma.to_string()),
        "known_failure"
    );
}

#[test]
fn a_high_band_of_the_return_index_is_answered_in_writing_before_approval() {
    let mut world = World::with_family_in(State::ConsentRecorded);
    let mut band = no("PHY-07", None);
    band.score = Some(78);
    world.answers_at(OMAR, HOME, vec![band]);
    world.advances(Transition::UnderAssessment);
    world.does(
        OMAR,
        Command::IssueFinding(FindingRequest { profile: None }),
    );
    assert_eq!(
        world.refused(HANA, approving(&world)),
        ["WARNING_UNANSWERED"]
    );
    let answer = remark("the scores are those of the district; the town was visited");
    let finding = world.case().findings[0].id;
    let answered = Command::Approve(ApprovalRequest {
        finding,
        answer_to_warnings: Some(answer.clone()),
    });
    world.does(HANA, answered);
    let approval = world.case().approval.clone().unwrap();
    assert_eq!(approval.answer_to_warnings, Some(answer));
}

#[test]
fn a_fact_that_is_dated_back_rescues_no_answer() {
    // She withdrew, and is then written out of the household for a day before that.
    let mut world = World::with_family_in(State::Approved);
    let adam = world.member(1);
    world.does(LEYLA, withdrawing(adam));
    let before = OBSERVED.yesterday().unwrap();
    let leaving = read(json!({"on": before.to_string(), "reason": "moved_out"}));
    world.does(LEYLA, Command::RecordLeaving(adam, leaving));
    for question in ["VOL-08", "DIG-01"] {
        assert_eq!(world.value_of(question, "household"), "invalidated");
    }
    // Consent to one place is no consent to another, whenever that was named.
    let mut elsewhere = World::with_family_in(State::Assessed);
    let salma = elsewhere.member(0);
    elsewhere.chooses(NEIGHBOUR, "2025-04-25");
    assert_eq!(
        elsewhere.value_of("VOL-01", &salma.to_string()),
        "invalidated"
    );
}

#[test]
fn whoever_agreed_and_now_says_no_withdraws_in_whatever_form() {
    let world = World::with_family_in(State::Approved);
    let adam = world.member(1);
    let refusal = observed(no("VOL-01", Some(adam)), TODAY);
    let by_answer = Command::RecordAnswers(read_answers(refusal));
    let by_statement = stating(adam, "return", "refused", TODAY);
    for said in [by_answer, by_statement] {
        let mut world = world.clone();
        world.does(LEYLA, said);
        assert_eq!(world.case().state, State::Profiled);
        assert_eq!(world.case().approval, None);
        let taken_back = Command::RetractAnswer(world.last().id, taking_back());
        assert_eq!(world.refused(LEYLA, taken_back), ["WITHDRAWAL_STANDS"]);
    }
}

#[test]
fn a_departure_is_not_dated_back_past_what_happened_since() {
    let mut world = World::with_family_in(State::Approved);
    world.today = TODAY.checked_add(2.days()).unwrap();
    let clash = world.today;
    world.happens(AreaEventKind::ArmedClash, HOME, clash);
    let codes = world.refused(LEYLA, departing());
    assert!(codes.iter().all(|code| *code == "DEPARTURE_NOT_COMPLIANT"));
}

#[test]
fn a_strict_office_approves_no_finding_that_was_read_less_strictly() {
    let mut world = World::with_family_in(State::Assessed);
    world.profile = AccessProfile::Strict;
    assert_eq!(
        world.refused(HANA, approving(&world)),
        ["FINDING_PROFILE_WEAKER"]
    );
}

#[test]
fn a_household_that_arrives_while_its_case_is_on_hold_has_arrived() {
    let mut world = World::with_family_in(State::Departed);
    world.does(LEYLA, holding("2025-06-01"));
    assert_eq!(world.case().state, State::OnHold);
    world.does(LEYLA, arriving(HOME, TODAY));
    assert_eq!(world.case().state, State::Monitoring);
    assert_eq!(world.case().hold, None);
    // On hold before anything set out, there is no departure to arrive from.
    let mut waiting = World::with_family_in(State::Counselling);
    waiting.does(LEYLA, holding("2025-06-01"));
    assert!(!waiting.refused(LEYLA, arriving(HOME, TODAY)).is_empty());
    assert_eq!(waiting.case().state, State::OnHold);
}
