//! Answers about a household: what is recorded, and what cannot be right.

use crate::words::*;
use crate::world::World;
use sanad_core::answer::{EVIDENCE_AT_MOST, NewAnswer};
use sanad_core::case::{ANSWERS_AT_MOST, Command, NewAnswers};
use sanad_core::conditions::{NaReason, Value};
use sanad_core::ids::{AnswerId, PersonId};
use uuid::Uuid;

fn recording(answers: Vec<NewAnswer>) -> Command {
    Command::RecordAnswers(NewAnswers { answers })
}

/// The code and pointer with which one answer is refused.
fn refused(answer: NewAnswer) -> (&'static str, String) {
    World::with_family().invalid(LEYLA, recording(vec![answer]))
}

fn at(code: &'static str, field: &str) -> (&'static str, String) {
    (code, format!("/answers/0/{field}"))
}

#[test]
fn an_answer_is_recorded_with_its_author_and_its_place_in_the_journal() {
    let mut world = World::with_family();
    let salma = world.member(0);
    world.answers(LEYLA, vec![yes("VOL-01", Some(salma)), no("DIG-06", None)]);
    let [first, second] = world.case().answers.answers() else {
        unreachable!("two answers")
    };
    assert_eq!((first.person, first.value), (Some(salma), Value::Yes));
    assert_eq!((second.person, second.value), (None, Value::No));
    assert!(first.sequence < second.sequence);
    for answer in [first, second] {
        assert_eq!(answer.recorded_by, LEYLA);
        assert_eq!(answer.evidence[0].uploaded_by, LEYLA);
        assert_eq!(answer.evidence[0].verified_by, None);
        assert!(!answer.adjudication && !answer.retracted);
    }
}

#[test]
fn answers_sent_together_are_all_recorded_or_none() {
    let mut world = World::with_family();
    let mut wrong = yes("DIG-06", None);
    wrong.observed_on = day("2025-05-13");
    let (code, pointer) = world.invalid(LEYLA, recording(vec![yes("DIG-01", None), wrong]));
    assert_eq!(
        (code, pointer.as_str()),
        ("DATE_IN_FUTURE", "/answers/1/observed_on")
    );
    assert!(world.case().answers.answers().is_empty());
}

#[test]
fn an_empty_list_and_one_of_more_than_two_hundred_are_refused() {
    let mut world = World::with_family();
    let many = |count| recording(vec![no("DIG-06", None); count]);
    for (count, code) in [(0, "LIST_EMPTY"), (ANSWERS_AT_MOST + 1, "LIST_TOO_LONG")] {
        assert_eq!(
            world.invalid(LEYLA, many(count)),
            (code, "/answers".to_owned())
        );
    }
    world.does(LEYLA, many(ANSWERS_AT_MOST));
}

#[test]
fn an_indicator_that_the_catalogue_does_not_have_is_refused() {
    for unknown in ["VOL-99", "vol-01", ""] {
        let mut answer = yes("DIG-06", None);
        unknown.clone_into(&mut answer.indicator);
        assert_eq!(refused(answer), at("INDICATOR_UNKNOWN", "indicator"));
    }
}

#[test]
fn a_question_is_answered_about_whom_it_asks() {
    let mut world = World::with_family();
    let salma = Some(world.member(0));
    let stranger = Some(PersonId(Uuid::nil()));
    for (answer, fault) in [
        (yes("VOL-01", None), at("PERSON_NEEDED", "person")),
        (yes("VOL-01", stranger), at("PERSON_UNKNOWN", "person")),
        (yes("DIG-06", salma), at("PERSON_NOT_EXPECTED", "person")),
        (
            yes("PHY-01", None),
            at("ANSWER_BELONGS_TO_AREA", "indicator"),
        ),
        (
            yes("PHY-01", salma),
            at("ANSWER_BELONGS_TO_AREA", "indicator"),
        ),
        (
            yes("ACC-06", None),
            at("ANSWER_BELONGS_TO_AREA", "indicator"),
        ),
        (
            yes("VOL-12", None),
            at("ANSWER_BELONGS_TO_AREA", "indicator"),
        ),
    ] {
        assert_eq!(world.invalid(LEYLA, recording(vec![answer])), fault);
    }
}

#[test]
fn what_is_known_of_a_person_who_left_can_still_be_recorded() {
    let mut world = World::with_family();
    let adam = world.member(1);
    let leaving = read(serde_json::json!({"on": "2025-05-01", "reason": "moved_to_another_case"}));
    world.does(LEYLA, Command::RecordLeaving(adam, leaving));
    world.answered(LEYLA, no("VOL-03", Some(adam)));
}

#[test]
fn nothing_is_observed_tomorrow() {
    let tomorrow = observed(yes("DIG-06", None), day("2025-05-13"));
    assert_eq!(refused(tomorrow), at("DATE_IN_FUTURE", "observed_on"));
    let mut evidence_of_tomorrow = yes("DIG-06", None);
    evidence_of_tomorrow.evidence[0].dated = day("2025-05-13");
    assert_eq!(
        refused(evidence_of_tomorrow),
        at("DATE_IN_FUTURE", "evidence/0/dated")
    );
}

#[test]
fn a_reason_belongs_to_not_applicable_only() {
    for value in [Value::Yes, Value::No, Value::Unknown] {
        let mut answer = answer("DIG-06", None, value);
        answer.reason = Some(NaReason::NoExposure);
        assert_eq!(refused(answer), at("REASON_NOT_EXPECTED", "reason"));
    }
    let mut world = World::with_family();
    let mut excused = answer("VOL-01", Some(world.member(2)), Value::NotApplicable);
    excused.reason = Some(NaReason::BelowMaturity);
    world.answered(LEYLA, excused);
}

#[test]
fn only_scales_have_a_score() {
    let mut answer = yes("DIG-06", None);
    answer.score = Some(10);
    assert_eq!(refused(answer), at("SCORE_NOT_EXPECTED", "score"));
}

#[test]
fn an_answer_names_an_earlier_one_to_the_same_question_only() {
    let mut world = World::with_family();
    let (salma, adam) = (world.member(0), world.member(1));
    let first = world.answered(LEYLA, no("VOL-01", Some(salma)));
    let naming = |mut answer: NewAnswer, named: AnswerId| {
        answer.supersedes = Some(named);
        recording(vec![answer])
    };
    let dangling = AnswerId(Uuid::nil());
    for command in [
        naming(yes("VOL-01", Some(salma)), dangling),
        naming(yes("VOL-01", Some(adam)), first),
        naming(yes("VOL-03", Some(salma)), first),
    ] {
        assert_eq!(
            world.invalid(NADIA, command),
            at("SUPERSEDES_UNKNOWN", "supersedes")
        );
    }
    world.does(NADIA, naming(yes("VOL-01", Some(salma)), first));
    assert_eq!(world.last().supersedes, Some(first));
}

#[test]
fn an_interview_note_says_who_was_in_the_room() {
    let mut answer = yes("DIG-01", None);
    answer.evidence = vec![evidence("DOC"), evidence("INT")];
    answer.evidence[1].persons_present = None;
    assert_eq!(
        refused(answer),
        at("PERSONS_PRESENT_NEEDED", "evidence/1/persons_present")
    );
}

#[test]
fn evidence_is_of_a_kind_of_the_catalogue_and_of_a_bounded_number() {
    let mut strange = yes("DIG-06", None);
    strange.evidence[0].kind = "XXX".to_owned();
    assert_eq!(
        refused(strange),
        at("EVIDENCE_KIND_UNKNOWN", "evidence/0/kind")
    );
    let mut many = yes("DIG-06", None);
    many.evidence = vec![evidence("INF"); EVIDENCE_AT_MOST + 1];
    assert_eq!(refused(many.clone()), at("LIST_TOO_LONG", "evidence"));
    many.evidence.pop();
    World::with_family().answers(LEYLA, vec![many]);
}

#[test]
fn an_answer_without_evidence_is_recorded_but_a_yes_counts_for_nothing() {
    let mut world = World::with_family_in(sanad_core::case::State::Assessed);
    let mut bare = yes("DIG-06", None);
    bare.evidence.clear();
    let mut fresh = World::with_family();
    fresh.answers(LEYLA, vec![bare]);
    assert_eq!(
        fresh.value_of("DIG-06", "household"),
        "insufficient_evidence"
    );
    world.answers(LEYLA, vec![no("DIG-06", None)]);
    assert_eq!(world.value_of("DIG-06", "household"), "known_failure");
}
