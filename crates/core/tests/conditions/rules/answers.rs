//! §1.9 and §2.2: which value follows from all answers to one question.
//!
//! MAT-02 stands for an ordinary question (household, 365 days, HLP), MAT-01 for
//! one that ages faster (180 days), PHY-02 for one where a no prevails and an
//! independent source is needed (area, 365 days, MAC).

use crate::household::*;
use sanad_core::conditions::{Finding, Value, file::AnswerEntry};

const MAT: (&str, &str) = ("MAT-02", "household");

fn mat(answers: Vec<AnswerEntry>) -> String {
    value_of(&asked(family(), answers), MAT.0, MAT.1)
}

fn mat_yes() -> AnswerEntry {
    yes(MAT.0, MAT.1)
}

fn mat_no() -> AnswerEntry {
    no(MAT.0, MAT.1)
}

fn phy(answers: Vec<AnswerEntry>) -> String {
    value_of(&asked(family(), answers), "PHY-02", "area")
}

// --- §2.2 (1) and (2): what counts as a yes ---

#[test]
fn a_fresh_supported_yes_counts() {
    assert_eq!(finding(&family()), Finding::Compliant);
    assert_eq!(mat(vec![mat_yes()]), "yes");
}

#[test]
fn an_answer_observed_after_the_day_of_evaluation_does_not_count() {
    assert_eq!(mat(vec![mat_yes().on("2025-05-13")]), "unknown no_answer");
    assert_eq!(mat(vec![mat_yes().on("2025-05-12")]), "yes");
}

#[test]
fn a_retracted_answer_does_not_count() {
    assert_eq!(mat(vec![mat_yes().taken_back()]), "unknown no_answer");
    assert_eq!(
        mat(vec![mat_yes(), mat_no().by("u_two").taken_back()]),
        "yes"
    );
}

#[test]
fn a_yes_holds_through_the_last_day_of_its_validity() {
    assert_eq!(mat(vec![mat_yes().on("2024-05-12")]), "yes");
    assert_eq!(mat(vec![mat_yes().on("2024-05-11")]), "unknown stale");
}

#[test]
fn a_yes_needs_accepted_and_verified_evidence() {
    let bare = || mat_yes().unproven();
    assert_eq!(mat(vec![bare()]), "unknown insufficient_evidence");
    assert_eq!(
        mat(vec![bare().proof("HLP", false, true)]),
        "unknown insufficient_evidence"
    );
    assert_eq!(
        mat(vec![bare().proof("INT", true, true)]),
        "unknown insufficient_evidence"
    );
    assert_eq!(
        mat(vec![
            bare().proof("INT", true, true).proof("HLP", true, false)
        ]),
        "yes"
    );
}

#[test]
fn where_marked_one_accepted_and_verified_item_comes_from_an_independent_source() {
    let bare = || yes("PHY-02", "area").unproven();
    assert_eq!(
        phy(vec![bare().proof("MAC", true, false)]),
        "unknown not_independent"
    );
    // Neither an independent item of another kind nor an unverified one helps.
    let other = bare().proof("MAC", true, false).proof("SIT", true, true);
    assert_eq!(phy(vec![other]), "unknown not_independent");
    let unverified = bare().proof("MAC", true, false).proof("MAC", false, true);
    assert_eq!(phy(vec![unverified]), "unknown not_independent");
    assert_eq!(phy(vec![bare().proof("MAC", true, true)]), "yes");
}

#[test]
fn the_first_reason_that_applies_is_given() {
    let mut file = asked(
        family(),
        vec![yes("PHY-02", "area").unproven().on("2023-01-01")],
    );
    assert_eq!(value_of(&file, "PHY-02", "area"), "unknown stale");
    file.events.push(event("PHY-02", None, "2025-05-01"));
    assert_eq!(value_of(&file, "PHY-02", "area"), "unknown invalidated");
}

#[test]
fn an_answered_unknown_is_unknown_and_the_latest_reason_is_given() {
    let unknown = || answer(MAT.0, MAT.1, Value::Unknown);
    assert_eq!(mat(vec![unknown()]), "unknown unknown");
    assert_eq!(
        mat(vec![mat_yes().unproven().on("2025-05-03"), unknown()]),
        INSUFFICIENT
    );
    assert_eq!(
        mat(vec![mat_yes().unproven(), unknown().seq(2)]),
        "unknown unknown"
    );
    // A yes that holds is not disturbed by somebody who did not know.
    assert_eq!(mat(vec![mat_yes(), unknown().seq(2)]), "yes");
}

const INSUFFICIENT: &str = "unknown insufficient_evidence";

// --- §1.9: events ---

#[test]
fn an_event_voids_what_was_observed_before_its_day_from_its_day_on() {
    let with = |on: &str| {
        let mut file = family();
        file.events.push(event("MAT-02", None, on));
        value_of(&file, MAT.0, MAT.1)
    };
    assert_eq!(with("2025-05-03"), "unknown invalidated");
    assert_eq!(with("2025-05-12"), "unknown invalidated");
    assert_eq!(
        with("2025-05-02"),
        "yes",
        "observed on the day of the event"
    );
    assert_eq!(with("2025-05-13"), "yes", "the event is still to come");
}

#[test]
fn an_event_voids_a_condition_or_an_indicator_about_all_or_one() {
    let with = |voids: &str, subject: Option<&str>| {
        let mut file = family();
        file.events.push(event(voids, subject, "2025-05-10"));
        reasons(&file)
    };
    assert_eq!(
        with("VOL-06", Some("p2")),
        ["VOL-06 p2 unknown invalidated"]
    );
    assert_eq!(with("VOL-06", None).len(), 2, "both adults");
    assert_eq!(with("PHY", Some("area")).len(), 3, "PHY-01, PHY-02, PHY-04");
    assert_eq!(
        with("PHY", None).len(),
        7,
        "and PHY-05 of three persons, PHY-06"
    );
    assert!(with("PHY-02", Some("household")).is_empty());
}

#[test]
fn an_event_never_voids_a_no() {
    let mut file = asked(family(), vec![mat_no()]);
    file.events.push(event("MAT", None, "2025-05-10"));
    assert_eq!(value_of(&file, MAT.0, MAT.1), "no known_failure");
}

// --- §2.2 (3) and (4): a no, and what overtakes it ---

#[test]
fn a_no_never_goes_stale_and_needs_no_evidence() {
    assert_eq!(mat(vec![mat_no().on("2015-01-01")]), "no known_failure");
}

#[test]
fn a_later_supported_yes_that_names_the_no_overtakes_it() {
    let later = |answer: AnswerEntry| {
        mat(vec![
            mat_no().on("2025-04-01"),
            answer.by("u_two").names("a"),
        ])
    };
    assert_eq!(later(mat_yes()), "yes");
    assert_eq!(later(mat_yes().unproven()), "no known_failure");
    assert_eq!(
        later(mat_yes().on("2025-03-31")),
        "unknown contested",
        "not later"
    );
}

#[test]
fn recorders_overtake_their_own_no_by_a_later_yes() {
    let with = |answer| mat(vec![mat_no().seq(5), answer]);
    assert_eq!(with(mat_yes().seq(6)), "yes");
    assert_eq!(with(mat_yes().on("2025-05-03").seq(1)), "yes");
    assert_eq!(
        with(mat_yes().seq(5)),
        "no known_failure",
        "at equal time the no wins"
    );
    assert_eq!(
        with(mat_yes().seq(4)),
        "no known_failure",
        "an own later no replaces a yes"
    );
    assert_eq!(
        with(mat_yes().seq(6).by("u_two")),
        "unknown contested",
        "somebody else's"
    );
}

#[test]
fn a_yes_later_by_more_than_the_validity_overtakes_a_no() {
    let with = |no_on| {
        let no = no("MAT-01", "household").on(no_on).by("u_two");
        value_of(
            &asked(family(), vec![no, yes("MAT-01", "household")]),
            "MAT-01",
            "household",
        )
    };
    assert_eq!(
        with("2024-11-03"),
        "unknown contested",
        "180 days before the yes"
    );
    assert_eq!(with("2024-11-02"), "yes", "181 days before the yes");
}

#[test]
fn an_answer_that_is_set_aside_still_sets_aside_what_it_overtook() {
    // u_one: yes (1), no (3). u_two: no (0), overtaken by the yes that names it.
    let answers = vec![
        mat_no().seq(0).by("u_two"),
        mat_yes().seq(1).names("a"),
        mat_no().seq(3),
        mat_yes().seq(2).by("u_three"),
    ];
    // Only u_one's no and u_three's yes stand.
    assert_eq!(mat(answers.clone()), "unknown contested");
    // Without u_one's no, u_one's and u_three's yes stand and u_two's no does not.
    assert_eq!(
        mat(vec![
            answers[0].clone(),
            answers[1].clone(),
            answers[3].clone()
        ]),
        "yes"
    );
    // Both of one recorder's answers can be gone: no (0), yes (1), no (2), yes (3).
    let swings = vec![
        mat_no().seq(0),
        mat_yes().seq(1),
        mat_no().seq(2),
        mat_yes().seq(3),
    ];
    assert_eq!(mat(swings), "yes");
}

#[test]
fn where_a_no_prevails_only_a_named_and_confirmed_yes_overtakes_it() {
    let with = |answer: AnswerEntry| phy(vec![no("PHY-02", "area").on("2024-01-10"), answer]);
    let yes = || yes("PHY-02", "area");
    assert_eq!(
        with(yes()),
        "no no_prevails",
        "same recorder and long after"
    );
    assert_eq!(with(yes().names("a")), "no no_prevails", "not confirmed");
    assert_eq!(
        with(yes().confirmed_by("u_two")),
        "no no_prevails",
        "does not name it"
    );
    assert_eq!(
        with(yes().names("a").confirmed_by("u_one")),
        "no no_prevails",
        "own officer"
    );
    assert_eq!(with(yes().names("a").confirmed_by("u_two")), "yes");
    assert_eq!(
        with(yes().unproven().names("a").confirmed_by("u_two")),
        "no known_failure"
    );
}

// --- §2.2 (5): contest and adjudication ---

#[test]
fn a_yes_and_a_no_of_two_recorders_are_contested() {
    assert_eq!(
        mat(vec![mat_yes(), mat_no().by("u_two")]),
        "unknown contested"
    );
    assert_eq!(
        mat(vec![mat_yes().seq(2), mat_no().by("u_two")]),
        "unknown contested"
    );
}

#[test]
fn an_adjudication_stands_in_place_of_every_answer_before_it() {
    let contest = |ruling: AnswerEntry| {
        let ruling = ruling.on("2025-05-04").by("u_super").adjudicates();
        mat(vec![mat_yes(), mat_no().by("u_two"), ruling])
    };
    assert_eq!(contest(mat_yes()), "yes");
    assert_eq!(contest(mat_no()), "no known_failure");
    // It is itself classified like any other answer.
    assert_eq!(contest(mat_yes().unproven()), INSUFFICIENT);
    assert_eq!(contest(mat_yes().taken_back()), "unknown contested");
}

#[test]
fn later_answers_reopen_an_adjudication() {
    let ruling = mat_yes().by("u_super").adjudicates().on("2025-05-04");
    let before = mat_no().by("u_two").on("2025-05-03");
    assert_eq!(mat(vec![ruling.clone(), before]), "yes");
    let later = mat_no().by("u_two").on("2025-05-05");
    assert_eq!(mat(vec![ruling.clone(), later]), "unknown contested");
    let same_day = mat_no().by("u_two").on("2025-05-04").seq(2);
    assert_eq!(mat(vec![ruling, same_day]), "unknown contested");
}

#[test]
fn only_the_latest_adjudication_counts() {
    let first = mat_no().by("u_super").adjudicates();
    let second = mat_yes().by("u_other").adjudicates().on("2025-05-04");
    assert_eq!(mat(vec![second, first]), "yes");
}
