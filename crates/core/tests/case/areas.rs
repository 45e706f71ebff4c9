//! What is recorded about a place, once for all cases that go there.

use crate::words::*;
use crate::world::{World, fault, unverified};
use sanad_core::answer::NewAnswer;
use sanad_core::area::{AreaCommand, AreaEventKind, AreaFact, LossCause, NewAreaEvent};
use sanad_core::case::NewAnswers;
use sanad_core::conditions::Value;
use sanad_core::ids::{AnswerId, PersonId};
use sanad_core::refusal::Refusal;
use uuid::Uuid;

fn recording(answer: NewAnswer) -> AreaCommand {
    AreaCommand::RecordAnswers(NewAnswers {
        answers: vec![answer],
    })
}

fn refusal(code: &str, command: AreaCommand) -> Refusal {
    World::empty().tries_at(OMAR, code, command).unwrap_err()
}

fn refused(code: &str, answer: NewAnswer) -> (&'static str, String) {
    fault(&refusal(code, recording(answer)))
}

fn at(code: &'static str, field: &str) -> (&'static str, String) {
    (code, format!("/answers/0/{field}"))
}

fn event(kind: AreaEventKind, on: &str) -> AreaCommand {
    AreaCommand::RecordEvent(NewAreaEvent {
        kind,
        happened_on: day(on),
        remark: None,
    })
}

#[test]
fn the_first_fact_of_a_place_says_which_place_it_is() {
    let mut world = World::empty();
    world.answers_at(OMAR, HOME, vec![yes("PHY-01", None), yes("PHY-02", None)]);
    world.answers_at(OMAR, HOME, vec![no("PHY-04", None)]);
    let kinds: Vec<&str> = world
        .area_journal
        .iter()
        .map(|(_, fact, _)| fact.kind())
        .collect();
    assert_eq!(kinds[0], "area_opened");
    assert_eq!(kinds[1..], ["area_answer_recorded"; 3]);
    let AreaFact::AreaOpened { place: opened } = &world.area_journal[0].1 else {
        unreachable!("the kind says so")
    };
    assert_eq!(*opened, place(HOME));
    assert_eq!(world.areas[&place(HOME)].revision, 4);
}

#[test]
fn a_place_that_no_list_has_is_refused_before_anything_else() {
    for command in [
        recording(yes("PHY-01", None)),
        event(AreaEventKind::ArmedClash, "2025-05-01"),
        AreaCommand::ConfirmAnswer(AnswerId(Uuid::nil())),
    ] {
        assert_eq!(
            fault(&refusal("C9999", command)),
            ("PLACE_UNKNOWN", "/place".to_owned())
        );
    }
}

#[test]
fn a_place_is_asked_about_places() {
    let somebody = Some(PersonId(Uuid::nil()));
    for (answer, fault) in [
        (
            yes("VOL-01", somebody),
            at("ANSWER_BELONGS_TO_CASE", "indicator"),
        ),
        (
            yes("DIG-06", None),
            at("ANSWER_BELONGS_TO_CASE", "indicator"),
        ),
        (yes("PHY-01", somebody), at("PERSON_NOT_EXPECTED", "person")),
        (
            observed(yes("PHY-01", None), day("2025-05-13")),
            at("DATE_IN_FUTURE", "observed_on"),
        ),
    ] {
        assert_eq!(refused(HOME, answer), fault);
    }
}

#[test]
fn a_question_about_a_region_is_asked_of_the_governorate() {
    // Anywhere else the answer would count nowhere, a no included.
    for code in [HOME, "XZ010101", "XZ0101", "XZ"] {
        for value in [Value::Yes, Value::No] {
            assert_eq!(
                refused(code, answer("ACC-06", None, value)),
                at("ANSWER_BELONGS_TO_REGION", "indicator")
            );
        }
    }
    let adjudication = AreaCommand::Adjudicate(Box::new(yes("ACC-06", None)));
    assert_eq!(
        fault(&refusal(HOME, adjudication)),
        ("ANSWER_BELONGS_TO_REGION", "/indicator".to_owned())
    );
    World::empty().answers_at(OMAR, "XZ01", vec![no("ACC-06", None)]);
}

#[test]
fn a_scale_needs_its_score_within_the_scale() {
    let scored = |id: &str, value, score| NewAnswer {
        score,
        ..answer(id, None, value)
    };
    for id in ["PHY-07", "MAT-07", "DEM-05"] {
        assert_eq!(
            refused(HOME, scored(id, Value::Yes, None)),
            at("SCORE_NEEDED", "score")
        );
        assert_eq!(
            refused(HOME, scored(id, Value::No, Some(101))),
            at("SCORE_OUT_OF_RANGE", "score")
        );
        World::empty().answers_at(OMAR, HOME, vec![scored(id, Value::Unknown, None)]);
    }
}

#[test]
fn a_share_of_arrivals_agrees_with_the_alert_level_of_the_catalogue() {
    let share = |value, score| NewAnswer {
        score: Some(score),
        ..answer("DEM-05", None, value)
    };
    for (value, score) in [(Value::Yes, 25), (Value::No, 24), (Value::Yes, 100)] {
        assert_eq!(
            refused(HOME, share(value, score)),
            at("SCORE_DISAGREES", "value")
        );
    }
    for (value, score) in [(Value::Yes, 24), (Value::No, 25), (Value::Unknown, 90)] {
        World::empty().answers_at(OMAR, HOME, vec![share(value, score)]);
    }
}

#[test]
fn four_eyes_hold_for_places_as_for_cases() {
    let mut world = World::empty();
    world.answers_at(OMAR, HOME, vec![yes("PHY-01", None)]);
    let (id, item) = {
        let answer = world.last_at(HOME);
        (answer.id, answer.evidence[0].id)
    };
    let mut codes = |by, command| world.tries_at(by, HOME, command).map_err(|why| why.codes());
    let verify = AreaCommand::VerifyEvidence(items(&[item]));
    assert_eq!(codes(OMAR, verify.clone()), Err(vec!["SELF_VERIFICATION"]));
    assert_eq!(codes(HANA, verify.clone()), Ok(()));
    assert_eq!(codes(LEYLA, verify), Err(vec!["ALREADY_VERIFIED"]));
    let confirm = AreaCommand::ConfirmAnswer(id);
    assert_eq!(
        codes(OMAR, confirm.clone()),
        Err(vec!["SECOND_OFFICER_REQUIRED"])
    );
    assert_eq!(codes(HANA, confirm), Ok(()));
    let retract = AreaCommand::RetractAnswer(id, taking_back());
    assert_eq!(codes(HANA, retract.clone()), Err(vec!["NOT_THE_RECORDER"]));
    assert_eq!(codes(OMAR, retract.clone()), Ok(()));
    assert_eq!(codes(OMAR, retract), Err(vec!["ANSWER_RETRACTED"]));
}

#[test]
fn a_file_is_attached_by_the_rules_of_a_case_and_is_no_reason_to_look_again() {
    let mut world = World::empty();
    let record = || AreaCommand::RecordEvidence(Box::new(evidence("DOC")));
    world.does_at(OMAR, HOME, record());
    world.does_at(OMAR, HOME, record());
    let [paper, seen] = [0, 1].map(|at| world.areas[&place(HOME)].answers.items()[at].id);
    world.does_at(HANA, HOME, AreaCommand::VerifyEvidence(items(&[seen])));
    let attaching = |item| AreaCommand::AttachEvidenceFile(item, a_file());
    assert!(!format!("{:?}", attaching(paper)).contains("bytes: ["));
    let mut codes = |by, command| world.tries_at(by, HOME, command).map_err(|why| why.codes());
    assert_eq!(
        codes(NADIA, attaching(paper)),
        Err(vec!["NOT_THE_UPLOADER"])
    );
    assert_eq!(codes(OMAR, attaching(seen)), Err(vec!["ALREADY_VERIFIED"]));
    assert_eq!(codes(OMAR, attaching(paper)), Ok(()));
    assert_eq!(
        codes(OMAR, attaching(paper)),
        Err(vec!["FILE_ATTACHED_ALREADY"])
    );
    let known = world.areas[&place(HOME)].answers.item(paper).unwrap();
    assert_eq!(known.file, Some(a_file().record));
    let facts: Vec<AreaFact> = world
        .area_journal
        .iter()
        .map(|(_, fact, ..)| fact.clone())
        .collect();
    assert_eq!(LossCause::of(&facts[facts.len() - 1..]), None);
}

#[test]
fn a_conflict_about_a_place_is_adjudicated_by_somebody_else() {
    let mut world = World::empty();
    let deciding = || {
        let mut decision = no("PHY-04", None);
        decision.remark = Some(remark("seen on the spot"));
        AreaCommand::Adjudicate(Box::new(decision))
    };
    world.answers_at(OMAR, HOME, vec![yes("PHY-04", None)]);
    let alone = world.tries_at(HANA, HOME, deciding()).unwrap_err();
    assert_eq!(alone.codes(), ["NOTHING_TO_ADJUDICATE"]);
    world.answers_at(NADIA, HOME, vec![no("PHY-04", None)]);
    // A yes that nobody verified does not stand against the no.
    let unproven = world.tries_at(HANA, HOME, deciding()).unwrap_err();
    assert_eq!(unproven.codes(), ["NOTHING_TO_ADJUDICATE"]);
    let evidence = items(&unverified(&world.areas[&place(HOME)].answers));
    world.does_at(HANA, HOME, AreaCommand::VerifyEvidence(evidence));
    let own = world.tries_at(NADIA, HOME, deciding()).unwrap_err();
    assert_eq!(own.codes(), ["SELF_ADJUDICATION"]);
    world.does_at(HANA, HOME, deciding());
    assert!(world.last_at(HOME).adjudication);
    // What was decided is decided: only a later answer reopens it.
    let again = world.tries_at(HANA, HOME, deciding()).unwrap_err();
    assert!(again.codes().contains(&"NOTHING_TO_ADJUDICATE"));
}

#[test]
fn what_an_event_made_void_is_not_in_conflict_with_a_no() {
    let mut world = World::empty();
    world.answers_at(OMAR, HOME, vec![yes("PHY-04", None)]);
    let evidence = items(&unverified(&world.areas[&place(HOME)].answers));
    world.does_at(HANA, HOME, AreaCommand::VerifyEvidence(evidence));
    world.happens(AreaEventKind::ArmedClash, HOME_UNITS[0], TODAY);
    world.answers_at(NADIA, HOME, vec![no("PHY-04", None)]);
    let mut decision = yes("PHY-04", None);
    decision.remark = Some(remark("it looks calm"));
    let decision = AreaCommand::Adjudicate(Box::new(decision));
    let refused = world.tries_at(HANA, HOME, decision).unwrap_err();
    assert_eq!(refused.codes(), ["NOTHING_TO_ADJUDICATE"]);
}

#[test]
fn what_is_recorded_of_one_place_is_unknown_in_another() {
    let mut world = World::empty();
    world.answers_at(OMAR, HOME, vec![yes("PHY-01", None)]);
    let answer = world.last_at(HOME).id;
    world.answers_at(OMAR, NEIGHBOUR, vec![yes("PHY-01", None)]);
    let elsewhere = world.tries_at(HANA, NEIGHBOUR, AreaCommand::ConfirmAnswer(answer));
    assert_eq!(elsewhere.unwrap_err().codes(), ["ANSWER_UNKNOWN"]);
}

#[test]
fn an_event_is_recorded_when_it_has_happened() {
    let mut world = World::empty();
    let clash = |on| event(AreaEventKind::ArmedClash, on);
    assert_eq!(
        fault(&refusal(HOME, clash("2025-05-13"))),
        ("DATE_IN_FUTURE", "/happened_on".to_owned())
    );
    world.does_at(OMAR, HOME, clash("2025-05-12"));
    let events = &world.areas[&place(HOME)].events;
    assert_eq!((events.len(), events[0].recorded_by), (1, OMAR));
}

#[test]
fn a_hazard_record_is_a_no_to_land_release_or_an_explosion() {
    let hazard = |world: &World| world.areas[&place(HOME)].has_hazard_record();
    let mut world = World::empty();
    world.answers_at(OMAR, HOME, vec![yes("PHY-02", None)]);
    assert!(!hazard(&world));
    world.happens(AreaEventKind::ArmedClash, HOME, TODAY);
    assert!(!hazard(&world));
    let mut mined = world.clone();
    mined.answers_at(OMAR, HOME, vec![no("PHY-02", None)]);
    assert!(hazard(&mined));
    let answer = mined.last_at(HOME).id;
    mined.does_at(
        OMAR,
        HOME,
        AreaCommand::RetractAnswer(answer, taking_back()),
    );
    assert!(!hazard(&mined), "typed for another place");
    world.happens(AreaEventKind::ExplosiveAccident, HOME, TODAY);
    assert!(hazard(&world));
}
