//! Commands as callers send them: nothing that is not understood is taken, and
//! nothing personal reaches a log.

use crate::words::*;
use crate::world::World;
use sanad_core::answer::NewAnswer;
use sanad_core::area::NewAreaEvent;
use sanad_core::case::{
    CaseDocument, Command, DestinationChoice, DisplacementReport, Event, FindingRequest,
    MemberJoining, NewAnswers, Registration, Retraction, ReturnReport, State, Transition,
    Verification,
};
use sanad_core::person::{ContactPoint, Leaving, PersonProfile};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

/// What must not be seen in a log.
const CANARY: &str = "Zenobia";
/// A birth date that must not be seen either.
const CANARY_BIRTH: &str = "1971-11-23";

/// A person with every field that there is.
fn whole_person() -> Json {
    with(
        person(CANARY, CANARY_BIRTH, "self"),
        json!({
            "names": [{
                "script": "Latn", "language": "ar", "transliterated": true, "given": CANARY,
                "father": CANARY, "grandfather": CANARY, "family": CANARY, "mother": CANARY,
            }],
            "nationality": "stateless", "nationality_doubt": true,
            "legal_statuses": [{"status": "REF", "basis": "mandate", "since": "2015-03-01", "until": "2020-01-01"}],
            "documents": [{"kind": "passport", "state": "held", "number": CANARY, "issuer": CANARY, "seen_on": "2025-04-01"}],
            "specific_needs": ["WG-SEE"], "needs_decision_support": true,
            "unaccompanied_or_separated": false,
        }),
    )
}

fn whole_contact() -> Json {
    json!({"kind": "via_person", "value": CANARY, "label": CANARY, "safe_to_contact": true})
}

/// A registration with every field that there is.
fn whole_registration() -> Json {
    with(
        family_json(),
        json!({
            "members": [whole_person()],
            "contact_points": [whole_contact()],
        }),
    )
}

/// An answer with every field that there is.
fn whole_answer(indicator: &str) -> Json {
    json!({
        "indicator": indicator, "value": "yes", "observed_on": "2025-05-02", "remark": CANARY,
        "evidence": [{
            "kind": "INT", "source_class": "independent", "dated": "2025-05-02", "language": "ar",
            "persons_present": CANARY, "reference": CANARY, "source_name": format!("Court{CANARY}"),
        }],
    })
}

fn joining() -> Json {
    let profile = with(whole_person(), json!({"relationship": "parent"}));
    json!({"joined_on": "2025-05-01", "profile": profile})
}

/// The value with an unknown field added to one object after the other.
fn with_a_field_more(json: &Json) -> Vec<Json> {
    let mut variants = Vec::new();
    let inner: Vec<(String, &Json)> = match json {
        Json::Object(fields) => {
            let mut more = json.clone();
            more["unheard_of"] = json!(CANARY);
            variants.push(more);
            fields
                .iter()
                .map(|(key, value)| (format!("/{key}"), value))
                .collect()
        }
        Json::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered
                .map(|(at, value)| (format!("/{at}"), value))
                .collect()
        }
        _ => Vec::new(),
    };
    for (pointer, value) in inner {
        for variant in with_a_field_more(value) {
            let mut whole = json.clone();
            *whole.pointer_mut(&pointer).unwrap() = variant;
            variants.push(whole);
        }
    }
    variants
}

/// Reads the sample, and refuses it with one field more at any of its objects.
fn is_strict<T: DeserializeOwned>(sample: &Json, objects: usize) {
    serde_json::from_value::<T>(sample.clone()).unwrap_or_else(|error| unreachable!("{error}"));
    let variants = with_a_field_more(sample);
    assert_eq!(variants.len(), objects, "objects in {sample}");
    for variant in variants {
        let Err(error) = serde_json::from_value::<T>(variant.clone()) else {
            unreachable!("taken with an unknown field: {variant}")
        };
        let error = error.to_string();
        assert!(error.contains("unheard_of"), "{error}");
        assert!(!error.contains(CANARY), "{error}");
    }
}

#[test]
fn an_unknown_field_is_refused_at_every_level_of_every_command() {
    // DP-06: the schema refuses undeclared fields.
    is_strict::<Registration>(&whole_registration(), 15);
    is_strict::<MemberJoining>(&joining(), 6);
    is_strict::<PersonProfile>(&whole_person(), 5);
    is_strict::<Leaving>(&json!({"on": "2025-05-01", "reason": "died"}), 1);
    is_strict::<ContactPoint>(&whole_contact(), 1);
    is_strict::<DisplacementReport>(&json!({"displacement": episode_json(HOME, CAMP)}), 4);
    is_strict::<DestinationChoice>(&json!({"place": place(HOME), "chosen_on": "2025-05-01"}), 2);
    is_strict::<NewAnswers>(&json!({"answers": [whole_answer("DIG-01")]}), 3);
    is_strict::<NewAnswer>(&whole_answer("DIG-01"), 2);
    is_strict::<Verification>(&json!({"evidence": [uuid::Uuid::nil()]}), 1);
    is_strict::<Retraction>(&json!({"remark": CANARY}), 1);
    is_strict::<FindingRequest>(&json!({"profile": "strict"}), 1);
    is_strict::<ReturnReport>(
        &json!({"nature": "forced", "departed_on": "2025-05-01", "destination": place(HOME)}),
        2,
    );
    is_strict::<NewAreaEvent>(
        &json!({"kind": "armed_clash", "happened_on": "2025-05-01", "remark": CANARY}),
        1,
    );
}

#[test]
fn a_day_has_one_form_and_is_not_repeated_when_it_is_wrong() {
    // Joining may be a birth: the day is personal.
    fn refused<T: DeserializeOwned>(sample: &Json, pointer: &str) {
        for wrong in [
            "20250501",
            "2025-05-01T00:00:00",
            "01/05/2025",
            "2025-05-41",
        ] {
            let mut json = sample.clone();
            *json.pointer_mut(pointer).unwrap() = json!(wrong);
            let Err(error) = serde_json::from_value::<T>(json) else {
                unreachable!("{pointer} was taken as {wrong}")
            };
            let error = error.to_string();
            assert!(error.contains("DATE_FORMAT"), "{pointer}: {error}");
            assert!(!error.contains(wrong), "{pointer}: {error}");
        }
    }
    refused::<Registration>(&whole_registration(), "/registered_on");
    refused::<MemberJoining>(&joining(), "/joined_on");
    refused::<NewAnswer>(&whole_answer("DIG-01"), "/observed_on");
    refused::<NewAnswer>(&whole_answer("DIG-01"), "/evidence/0/dated");
    let choice = json!({"place": place(HOME), "chosen_on": "2025-05-01"});
    refused::<DestinationChoice>(&choice, "/chosen_on");
    let report =
        json!({"nature": "forced", "departed_on": "2025-05-01", "destination": place(HOME)});
    refused::<ReturnReport>(&report, "/departed_on");
}

#[test]
fn a_command_survives_the_journey() {
    let registration: Registration = read(whole_registration());
    let json = serde_json::to_value(&registration).unwrap();
    assert_eq!(read::<Registration>(json), registration);
    let answer: NewAnswer = read(whole_answer("DIG-01"));
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(read::<NewAnswer>(json), answer);
}

/// A household with a canary in every field of free text, and all that can be
/// recorded about it.
fn commands() -> (World, Vec<Command>) {
    let mut world = World::empty();
    let register = Command::Register(read(whole_registration()));
    world.does(LEYLA, register.clone());
    let person = world.member(0);
    let mut answer = whole_answer("VOL-02");
    answer["person"] = json!(person);
    let commands = vec![
        register,
        Command::AddMember(read(joining())),
        Command::CorrectMember(person, Box::new(read(whole_person()))),
        Command::AddContactPoint(read(whole_contact())),
        Command::Advance(Transition::Profiled),
        Command::RecordAnswers(read(json!({"answers": [answer]}))),
        returned(HOME, TODAY),
    ];
    for command in &commands[1..] {
        world.does(LEYLA, command.clone());
    }
    let given = world.last().id;
    let back = Command::RetractAnswer(given, read(json!({"remark": CANARY})));
    world.does(LEYLA, back.clone());
    (world, [commands, vec![back]].concat())
}

fn is_silent(what: &str, debug: &str) {
    for canary in [CANARY, CANARY_BIRTH] {
        assert!(!debug.contains(canary), "{what} shows {canary}: {debug}");
    }
}

#[test]
fn debugging_a_case_shows_nobody_s_name() {
    let (world, commands) = commands();
    for command in &commands {
        is_silent("a command", &format!("{command:?}"));
    }
    for (event, _) in &world.journal {
        // The canary is there, and only hidden.
        let named = matches!(
            event,
            Event::CaseRegistered(_) | Event::MemberJoined(_) | Event::AnswerRecorded(_)
        );
        let json = serde_json::to_string(event).unwrap();
        assert!(!named || json.contains(CANARY), "{json}");
        is_silent(event.kind(), &format!("{event:?}"));
    }
    is_silent("the state", &format!("{:?}", world.case()));
    is_silent(
        "the document",
        &format!("{:?}", CaseDocument::of(world.case())),
    );
}

#[test]
fn a_refusal_repeats_nobody_s_name() {
    let (mut world, commands) = commands();
    for command in commands {
        if let Err(refusal) = world.tries(LEYLA, command) {
            is_silent("a refusal", &format!("{refusal:?} {refusal}"));
        }
    }
    let mut unborn = whole_registration();
    unborn["members"][0]["birth"]["date"] = json!("2031-11-23");
    unborn["members"][0]["specific_needs"] = json!(["LP-AF"]);
    let command = Command::Register(read(unborn));
    let refusal = World::empty().tries(LEYLA, command).unwrap_err();
    let text = format!("{refusal:?} {refusal}");
    assert!(!text.contains("2031") && !text.contains(CANARY), "{text}");
}

#[test]
fn an_exported_facts_file_names_nobody() {
    let world = World::with_family_in(State::Assessed);
    let file = world
        .facts(TODAY)
        .to_file(sanad_core::conditions::Catalogue::shipped());
    let json = serde_json::to_string(&file).unwrap();
    for person in &world.case().members {
        assert!(!json.contains(&person.id.to_string()));
        assert!(!json.contains(person.profile.names.preferred().full().as_str()));
    }
    for user in [LEYLA, OMAR, HANA] {
        assert!(!json.contains(&user.to_string()));
    }
}
