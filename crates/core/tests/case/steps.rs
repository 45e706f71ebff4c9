//! T2 to T6: each step starts from its own state and names all that it misses.

use crate::words::*;
use crate::world::World;
use sanad_core::area::AreaCommand;
use sanad_core::case::{Command, Event, FindingRequest, STEPS, State, Transition};
use sanad_core::conditions::{AccessProfile, Catalogue, Finding};
use sanad_core::refusal::Refusal;
use serde_json::json;
use sha2::{Digest as _, Sha256};

const TRANSITIONS: [Transition; 4] = [
    Transition::Profiled,
    Transition::Counselling,
    Transition::ConsentRecorded,
    Transition::UnderAssessment,
];

fn issuing() -> Command {
    Command::IssueFinding(FindingRequest { profile: None })
}

fn leaving(world: &World, number: usize) -> Command {
    let leaving = read(json!({"on": "2025-05-01", "reason": "moved_out"}));
    Command::RecordLeaving(world.member(number), leaving)
}

/// What a refused step says, for people.
fn texts(world: &mut World, transition: Transition) -> Vec<String> {
    match world.tries(LEYLA, Command::Advance(transition)) {
        Err(Refusal::Missing(missing)) => missing.into_iter().map(|one| one.text).collect(),
        other => unreachable!("a rule stands against it: {other:?}"),
    }
}

#[test]
fn with_everything_in_order_each_step_leads_to_the_next_state() {
    let mut world = World::with_family();
    assert_eq!(world.case().state, State::Registered);
    for state in states_before_the_end() {
        world = World::with_family_in(state);
        assert_eq!(world.case().state, state);
    }
}

#[test]
fn a_step_starts_from_its_own_state_and_says_so() {
    for state in states_before_the_end() {
        for (transition, step) in TRANSITIONS.into_iter().zip(STEPS) {
            let mut world = World::with_family_in(state);
            let tried = world.tries(LEYLA, Command::Advance(transition));
            if step.from.contains(&state) {
                assert_eq!(tried.is_ok(), world.case().state == step.to, "{step:?}");
            } else {
                let codes = tried.unwrap_err().codes();
                assert_eq!(codes[0], "WRONG_STATE", "{step:?} from {state}");
            }
        }
    }
    let mut world = World::with_family();
    assert_eq!(
        texts(&mut world, Transition::Counselling),
        ["step T3 starts from `profiled`; the case is `registered`"]
    );
}

// --- T2 ---------------------------------------------------------------------------

#[test]
fn a_profile_needs_somebody_in_the_case_and_where_they_come_from() {
    let mut json = family_json();
    json["members"] = json!([person("Salma", "1987-03-01", "self")]);
    json["displacements"] = json!([]);
    json.as_object_mut().unwrap().remove("place_of_origin");
    let mut world = World::with(read(json));
    world.does(LEYLA, leaving(&world, 0));
    assert_eq!(
        world.refused(LEYLA, Command::Advance(Transition::Profiled)),
        ["NO_PERSON", "ORIGIN_MISSING"]
    );
}

#[test]
fn an_episode_of_displacement_tells_the_origin_as_well() {
    let mut json = family_json();
    json.as_object_mut().unwrap().remove("place_of_origin");
    World::with(read(json)).advances(Transition::Profiled);
}

// --- T4 ---------------------------------------------------------------------------

/// The family is counselled, and nobody was asked yet.
fn counselled(registration: sanad_core::case::Registration) -> World {
    let mut world = World::with(registration);
    world.advances(Transition::Profiled);
    world.advances(Transition::Counselling);
    world
}

#[test]
fn consent_names_everyone_who_was_not_asked_at_once() {
    let mut world = counselled(family());
    let [salma, adam, nour, dara] = [0, 1, 2, 3].map(|number| world.member(number));
    let asked = "VOL-01, VOL-02, VOL-03, VOL-04, VOL-05, VOL-06";
    assert_eq!(
        texts(&mut world, Transition::ConsentRecorded),
        [
            format!("person {salma} has no answer to {asked}"),
            format!("person {adam} has no answer to {asked}"),
            format!("person {nour} has no answer to VOL-09"),
            format!("person {dara} has no answer to VOL-09"),
        ]
    );
}

#[test]
fn each_adult_is_asked_each_question_and_a_no_is_an_answer() {
    let mut world = counselled(family());
    for number in [0, 1] {
        let adult = Some(world.member(number));
        let asked = (1..=6).map(|question| no(&format!("VOL-0{question}"), adult));
        world.answers(LEYLA, asked.collect());
    }
    let children = [2, 3].map(|number| yes("VOL-09", Some(world.member(number))));
    world.answers(LEYLA, children.to_vec());
    let one = world.case().answers.answers()[3].id;
    let mut without_one = world.clone();
    without_one.does(LEYLA, Command::RetractAnswer(one, taking_back()));
    let texts = texts(&mut without_one, Transition::ConsentRecorded);
    assert!(
        texts.len() == 1 && texts[0].ends_with("no answer to VOL-04"),
        "{texts:?}"
    );
    world.advances(Transition::ConsentRecorded);
}

#[test]
fn a_best_interests_determination_stands_for_hearing_a_child() {
    let mut world = counselled(family());
    world.answers(
        LEYLA,
        yes_about_the_case(&[world.member(0), world.member(1)]),
    );
    world.answers(LEYLA, vec![yes("VOL-09", Some(world.member(2)))]);
    let opened = determining(world.member(3), "parted_from_parent", "opened", 0, TODAY);
    world.does(OMAR, opened);
    world.advances(Transition::ConsentRecorded);
}

#[test]
fn a_separated_child_decides_and_has_a_best_interests_determination() {
    let mut json = family_json();
    let alone = json!({"unaccompanied_or_separated": true});
    json["members"] = json!([with(person("Nour", "2010-01-05", "self"), alone)]);
    let mut world = counselled(read(json));
    let nour = world.member(0);
    assert_eq!(
        texts(&mut world, Transition::ConsentRecorded),
        [format!(
            "person {nour} has no answer to VOL-01, VOL-02, VOL-03, VOL-04, VOL-05, VOL-06, VOL-10"
        )]
    );
}

#[test]
fn who_left_is_not_asked_any_more() {
    let mut world = counselled(family());
    for number in [1, 2, 3] {
        world.does(LEYLA, leaving(&world, number));
    }
    world.answers(LEYLA, yes_about_the_case(&[world.member(0)]));
    world.advances(Transition::ConsentRecorded);
}

#[test]
fn a_household_that_everyone_left_gives_no_consent() {
    let mut world = counselled(family());
    for number in 0..4 {
        world.does(LEYLA, leaving(&world, number));
    }
    assert_eq!(
        world.refused(LEYLA, Command::Advance(Transition::ConsentRecorded)),
        ["NO_PERSON"]
    );
}

// --- T5 ---------------------------------------------------------------------------

/// The family has given its consent and said no more.
fn consenting() -> World {
    let mut world = counselled(family());
    world.answers(LEYLA, yes_about_the_case(&world.people()));
    world.advances(Transition::ConsentRecorded);
    world
}

#[test]
fn an_assessment_needs_a_destination_and_knowledge_of_it() {
    let mut world = consenting();
    let begin = Command::Advance(Transition::UnderAssessment);
    assert_eq!(world.refused(LEYLA, begin.clone()), ["DESTINATION_MISSING"]);
    world.chooses(HOME, "2025-05-01");
    assert_eq!(world.refused(LEYLA, begin.clone()), ["AREA_UNANSWERED"]);
    // An answer about the governorate says too little about one town.
    world.answers_at(OMAR, HOME_UNITS[2], vec![yes("PHY-01", None)]);
    assert_eq!(world.refused(LEYLA, begin.clone()), ["AREA_UNANSWERED"]);
    // One that was taken back says nothing.
    world.answers_at(OMAR, HOME_UNITS[0], vec![yes("PHY-01", None)]);
    let answer = world.last_at(HOME_UNITS[0]).id;
    let mut without = world.clone();
    let back = AreaCommand::RetractAnswer(answer, taking_back());
    without.does_at(OMAR, HOME_UNITS[0], back);
    assert_eq!(without.refused(LEYLA, begin.clone()), ["AREA_UNANSWERED"]);
    world.does(LEYLA, begin);
}

// --- T6 ---------------------------------------------------------------------------

#[test]
fn a_finding_is_computed_and_issued_by_a_named_person() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.does(OMAR, issuing());
    let finding = &world.case().findings[0];
    assert_eq!(finding.assessor, OMAR);
    assert_eq!(finding.destination, place(HOME));
    assert_eq!(finding.assessment.finding, Finding::Compliant);
    assert_eq!(finding.assessment.on, TODAY);
    assert_eq!(
        finding.assessment.catalogue.sha256,
        Catalogue::shipped().sha256()
    );
    assert_eq!(world.case().state, State::Assessed);
}

#[test]
fn a_finding_seals_the_facts_it_rests_on() {
    let mut world = World::with_family_in(State::UnderAssessment);
    let gathered = sanad_core::case::CaseFacts::gather(
        world.case(),
        &world.knowledge(),
        Catalogue::shipped(),
        TODAY,
        AccessProfile::Standard,
        Some(OMAR),
    );
    let file = serde_json::to_vec(&gathered.to_file(Catalogue::shipped())).unwrap();
    world.does(OMAR, issuing());
    let sealed = &world.case().findings[0].facts_sha256;
    assert_eq!(sealed.len(), 64);
    for (at, byte) in Sha256::digest(&file).iter().enumerate() {
        assert_eq!(sealed[2 * at..2 * at + 2], format!("{byte:02x}"));
    }
}

#[test]
fn a_finding_is_never_refused_for_not_being_compliant() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.answered(LEYLA, no("VOL-03", Some(world.member(0))));
    world.does(OMAR, issuing());
    let assessment = &world.case().findings[0].assessment;
    assert_eq!(assessment.finding, Finding::NotCompliant);
    assert_eq!(assessment.reasons[0].indicator, "VOL-03");
    assert_eq!(assessment.reasons[0].subject, world.member(0).to_string());
}

#[test]
fn a_new_finding_may_follow_an_old_one_which_stays() {
    let mut world = World::with_family_in(State::Assessed);
    world.answered(LEYLA, no("DIG-02", None));
    world.does(OMAR, issuing());
    let findings = world.case().findings.iter();
    let outcomes: Vec<Finding> = findings.map(|one| one.assessment.finding).collect();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0], Finding::Compliant);
    assert_eq!(outcomes[1], Finding::NotCompliant);
}

#[test]
fn every_missing_precondition_of_a_finding_is_named_at_once() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("VOL-01", Some(world.member(0))));
    assert_eq!(
        world.refused(LEYLA, issuing()),
        ["WRONG_STATE", "SELF_ASSESSMENT", "DESTINATION_MISSING"]
    );
}

#[test]
fn the_profile_of_access_is_written_into_the_finding() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.profile = AccessProfile::Strict;
    world.does(OMAR, issuing());
    let standard = FindingRequest {
        profile: Some(AccessProfile::Standard),
    };
    world.does(OMAR, Command::IssueFinding(standard));
    let findings = world.case().findings.iter();
    let profiles: Vec<AccessProfile> = findings.map(|one| one.assessment.profile).collect();
    assert_eq!(profiles, [AccessProfile::Strict, AccessProfile::Standard]);
    assert!(matches!(
        world.journal.last().unwrap().0,
        Event::FindingIssued(_)
    ));
}
