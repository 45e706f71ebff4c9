//! Four eyes (return conditions §2.7 –): hard errors, never warnings.

use crate::words::*;
use crate::world::World;
use sanad_core::answer::{NewAnswer, VERIFIED_AT_MOST};
use sanad_core::case::{Command, FindingRequest, State};
use sanad_core::conditions::Value;
use sanad_core::ids::{AnswerId, EvidenceId};
use serde_json::json;
use uuid::Uuid;

fn verifying(evidence: &[EvidenceId]) -> Command {
    Command::VerifyEvidence(items(evidence))
}

fn issuing() -> Command {
    Command::IssueFinding(FindingRequest { profile: None })
}

/// A reasoned adjudication with evidence.
fn adjudicating(value: Value) -> NewAnswer {
    NewAnswer {
        remark: Some(remark("the land register was read again")),
        ..answer("DIG-06", None, value)
    }
}

fn adjudicate(answer: NewAnswer) -> Command {
    Command::Adjudicate(Box::new(answer))
}

// --- Evidence -------------------------------------------------------------------

#[test]
fn whoever_recorded_evidence_does_not_verify_it() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    let item = world.last().evidence[0].id;
    assert_eq!(
        world.refused(LEYLA, verifying(&[item])),
        ["SELF_VERIFICATION"]
    );
    world.does(HANA, verifying(&[item]));
    assert_eq!(world.last().evidence[0].verified_by, Some(HANA));
}

#[test]
fn one_own_item_among_many_refuses_them_all() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    let hers = world.last().evidence[0].id;
    world.answered(NADIA, yes("DIG-01", None));
    let own = world.last().evidence[0].id;
    let refusal = world.tries(NADIA, verifying(&[hers, own])).unwrap_err();
    let sanad_core::refusal::Refusal::Missing(missing) = refusal else {
        unreachable!("a rule, not a field")
    };
    assert_eq!(
        (missing[0].code, missing[0].pointer.as_str()),
        ("SELF_VERIFICATION", "/evidence/1")
    );
    world.does(HANA, verifying(&[hers, own]));
}

#[test]
fn evidence_is_verified_once_and_must_be_there() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    let item = world.last().evidence[0].id;
    assert_eq!(
        world.refused(HANA, verifying(&[item, item])),
        ["ALREADY_VERIFIED"]
    );
    world.does(HANA, verifying(&[item]));
    assert_eq!(
        world.refused(OMAR, verifying(&[item])),
        ["ALREADY_VERIFIED"]
    );
    let unknown = EvidenceId(Uuid::nil());
    assert_eq!(
        world.refused(HANA, verifying(&[unknown])),
        ["EVIDENCE_UNKNOWN"]
    );
    assert_eq!(world.refused(HANA, verifying(&[])), ["LIST_EMPTY"]);
    let many = vec![unknown; VERIFIED_AT_MOST + 1];
    assert_eq!(world.refused(HANA, verifying(&many)), ["LIST_TOO_LONG"]);
}

// --- Second officer ---------------------------------------------------------------

#[test]
fn a_second_officer_confirms_and_it_is_not_the_recorder() {
    let mut world = World::with_family();
    let answer = world.answered(LEYLA, yes("DIG-06", None));
    let confirming = Command::ConfirmAnswer(answer);
    assert_eq!(
        world.refused(LEYLA, confirming.clone()),
        ["SECOND_OFFICER_REQUIRED"]
    );
    world.does(OMAR, confirming.clone());
    assert_eq!(world.last().confirmed_by, Some(OMAR));
    assert_eq!(world.refused(HANA, confirming), ["ALREADY_CONFIRMED"]);
    let unknown = Command::ConfirmAnswer(AnswerId(Uuid::nil()));
    assert_eq!(world.refused(HANA, unknown), ["ANSWER_UNKNOWN"]);
}

#[test]
fn an_answer_that_was_taken_back_is_not_confirmed() {
    let mut world = World::with_family();
    let answer = world.answered(LEYLA, yes("DIG-06", None));
    world.does(LEYLA, Command::RetractAnswer(answer, taking_back()));
    assert_eq!(
        world.refused(OMAR, Command::ConfirmAnswer(answer)),
        ["ANSWER_RETRACTED"]
    );
}

#[test]
fn an_answer_is_taken_back_by_its_recorder_once() {
    let mut world = World::with_family();
    let answer = world.answered(LEYLA, yes("DIG-06", None));
    let retracting = Command::RetractAnswer(answer, taking_back());
    for other in [NADIA, OMAR, HANA] {
        assert_eq!(
            world.refused(other, retracting.clone()),
            ["NOT_THE_RECORDER"]
        );
    }
    world.does(LEYLA, retracting.clone());
    assert!(world.last().retracted, "it stays, and counts no more");
    assert_eq!(world.refused(LEYLA, retracting), ["ANSWER_RETRACTED"]);
    let unknown = Command::RetractAnswer(AnswerId(Uuid::nil()), taking_back());
    assert_eq!(world.refused(LEYLA, unknown), ["ANSWER_UNKNOWN"]);
}

// --- Adjudication -----------------------------------------------------------------

fn in_conflict() -> World {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    world.answered(NADIA, no("DIG-06", None));
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-06", "household"), "contested");
    world
}

#[test]
fn a_supervisor_who_wrote_neither_answer_decides_between_them() {
    for (value, standing) in [(Value::Yes, "yes"), (Value::No, "known_failure")] {
        let mut world = in_conflict();
        world.does(HANA, adjudicate(adjudicating(value)));
        assert!(world.last().adjudication);
        let own = world.last().evidence[0].id;
        world.does(OMAR, verifying(&[own]));
        assert_eq!(world.value_of("DIG-06", "household"), standing);
    }
}

#[test]
fn a_party_to_the_conflict_does_not_adjudicate_it() {
    let mut world = in_conflict();
    for party in [LEYLA, NADIA] {
        assert_eq!(
            world.refused(party, adjudicate(adjudicating(Value::Yes))),
            ["SELF_ADJUDICATION"]
        );
    }
}

#[test]
fn taking_one_s_own_answer_back_does_not_make_one_impartial() {
    let mut world = in_conflict();
    let own = world.answered(HANA, yes("DIG-06", None));
    world.does(HANA, Command::RetractAnswer(own, taking_back()));
    assert_eq!(
        world.refused(HANA, adjudicate(adjudicating(Value::Yes))),
        ["SELF_ADJUDICATION"]
    );
}

#[test]
fn an_adjudication_gives_its_reason_and_its_evidence() {
    let mut world = in_conflict();
    let silent = NewAnswer {
        remark: None,
        ..adjudicating(Value::Yes)
    };
    let unproven = NewAnswer {
        evidence: vec![],
        ..adjudicating(Value::Yes)
    };
    for answer in [silent, unproven] {
        assert_eq!(
            world.refused(HANA, adjudicate(answer)),
            ["ADJUDICATION_UNREASONED"]
        );
    }
}

#[test]
fn where_nobody_disagrees_there_is_nothing_to_adjudicate() {
    // Else it would be a way to override a known failure (§2.5).
    for values in [
        vec![],
        vec![Value::No],
        vec![Value::No, Value::No],
        vec![Value::Yes, Value::Yes],
        vec![Value::No, Value::Unknown],
    ] {
        let mut world = World::with_family();
        for (value, by) in values.into_iter().zip([LEYLA, NADIA]) {
            world.answered(by, answer("DIG-06", None, value));
        }
        assert_eq!(
            world.refused(HANA, adjudicate(adjudicating(Value::Yes))),
            ["NOTHING_TO_ADJUDICATE"]
        );
    }
}

#[test]
fn a_conflict_about_one_person_is_none_about_another() {
    let mut world = World::with_family();
    let (salma, adam) = (Some(world.member(0)), Some(world.member(1)));
    world.answered(LEYLA, yes("PHY-05", salma));
    world.answered(NADIA, no("PHY-05", adam));
    let other = NewAnswer {
        remark: Some(remark("asked again")),
        ..yes("PHY-05", salma)
    };
    assert_eq!(
        world.refused(HANA, adjudicate(other)),
        ["NOTHING_TO_ADJUDICATE"]
    );
}

#[test]
fn every_missing_precondition_of_an_adjudication_is_named_at_once() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    let bare = NewAnswer {
        evidence: vec![],
        ..answer("DIG-06", None, Value::Yes)
    };
    assert_eq!(
        world.refused(LEYLA, adjudicate(bare)),
        [
            "NOTHING_TO_ADJUDICATE",
            "SELF_ADJUDICATION",
            "ADJUDICATION_UNREASONED"
        ]
    );
}

// --- The finding --------------------------------------------------------------------

#[test]
fn whoever_recorded_consent_does_not_issue_the_finding() {
    for consent in ["VOL-01", "VOL-02", "VOL-03", "VOL-06"] {
        let mut world = World::with_family_in(State::UnderAssessment);
        world.answered(NADIA, yes(consent, Some(world.member(0))));
        assert_eq!(
            world.refused(NADIA, issuing()),
            ["SELF_ASSESSMENT"],
            "{consent}"
        );
    }
}

#[test]
fn whoever_held_the_interview_under_a_consent_does_not_issue_the_finding() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.does(NADIA, Command::RecordEvidence(Box::new(evidence("CNS"))));
    let note = world.case().answers.items().last().unwrap().id;
    let salma = Some(world.member(0));
    let told = NewAnswer {
        evidence: vec![],
        evidence_ids: vec![note],
        ..yes("VOL-06", salma)
    };
    world.answered(LEYLA, told);
    assert_eq!(world.refused(NADIA, issuing()), ["SELF_ASSESSMENT"]);
    world.does(OMAR, issuing());
}

#[test]
fn whoever_issued_an_earlier_finding_of_the_case_does_not_approve_a_later_one() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.does(HANA, issuing());
    world.does(OMAR, issuing());
    let finding = world.case().findings[1].id;
    let approving = Command::Approve(sanad_core::case::ApprovalRequest::of(finding));
    assert_eq!(world.refused(HANA, approving.clone()), ["SELF_APPROVAL"]);
    assert_eq!(world.refused(OMAR, approving.clone()), ["SELF_APPROVAL"]);
    assert_eq!(world.refused(LEYLA, approving.clone()), ["SELF_APPROVAL"]);
    world.does(NADIA, approving);
}

#[test]
fn whoever_recorded_anything_else_may_issue_it() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.answered(NADIA, yes("VOL-04", Some(world.member(0))));
    world.answered(NADIA, no("DIG-06", None));
    world.does(NADIA, issuing());
}

#[test]
fn consent_recorded_of_a_person_who_left_since_counts_as_well() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let adam = world.member(1);
    world.answered(NADIA, yes("VOL-01", Some(adam)));
    let leaving = read(json!({"on": "2025-05-10", "reason": "separated"}));
    world.does(LEYLA, Command::RecordLeaving(adam, leaving));
    assert_eq!(world.refused(NADIA, issuing()), ["SELF_ASSESSMENT"]);
}

#[test]
fn consent_that_was_taken_back_counts_as_well() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let answer = world.answered(NADIA, yes("VOL-06", Some(world.member(0))));
    world.does(NADIA, Command::RetractAnswer(answer, taking_back()));
    assert_eq!(world.refused(NADIA, issuing()), ["SELF_ASSESSMENT"]);
}

#[test]
fn confirming_or_verifying_consent_is_not_recording_it() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let answer = world.answered(LEYLA, yes("VOL-01", Some(world.member(0))));
    world.does(OMAR, Command::ConfirmAnswer(answer));
    let item = world.last().evidence[0].id;
    world.does(OMAR, verifying(&[item]));
    world.does(OMAR, issuing());
}
