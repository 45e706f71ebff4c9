//! T1: a household is registered, or why not.

use crate::words::*;
use crate::world::World;
use sanad_core::case::{Command, Event, Registration, State};
use sanad_core::person::{ContactPoint, Displacement};
use serde_json::{Value as Json, json};

fn registering(json: Json) -> Command {
    Command::Register(Box::new(read(json)))
}

/// The code and pointer with which a registration with other fields is refused.
fn refused(fields: Json) -> (&'static str, String) {
    World::empty().invalid(LEYLA, registering(with(family_json(), fields)))
}

fn at(code: &'static str, pointer: &str) -> (&'static str, String) {
    (code, pointer.to_owned())
}

/// The registration without a field cannot even be read.
fn unreadable(fields: Json) -> String {
    let json = with(family_json(), fields);
    let error = serde_json::from_value::<Registration>(json).unwrap_err();
    error.to_string()
}

#[test]
fn a_registered_household_is_where_it_lives_and_everyone_is_in_it() {
    let world = World::with_family();
    let case = world.case();
    assert_eq!((case.state, case.revision), (State::Registered, 1));
    let lives_in = [CAMP, "XZ020101", "XZ0201", "XZ02", "XZ"].map(place);
    assert_eq!(case.places, lives_in);
    assert_eq!(case.members.len(), 4);
    for person in &case.members {
        assert_eq!((person.joined_on, person.left), (REGISTERED, None));
    }
    assert_eq!(case.organisation, ORGANISATION);
    assert!(matches!(world.journal[0].0, Event::CaseRegistered(_)));
}

#[test]
fn the_day_of_registration_is_today_when_it_is_left_out() {
    let mut family = family();
    family.registered_on = None;
    assert_eq!(World::with(family).case().registered_on, TODAY);
}

#[test]
fn a_child_born_after_the_day_on_an_old_list_belongs_to_the_household_from_birth() {
    let mut json = family_json();
    json["members"][3]["birth"]["date"] = json!("2025-04-20");
    let world = World::with(read(json));
    assert_eq!(world.case().members[3].joined_on, day("2025-04-20"));
    assert_eq!(world.case().members_on(day("2025-04-19")).count(), 3);
}

#[test]
fn nobody_is_registered_without_a_notice_and_a_lawful_basis() {
    // DP-01, DP-03: the fields are needed to read the registration at all.
    for field in ["notice", "processing"] {
        let mut json = family_json();
        json.as_object_mut().unwrap().remove(field);
        let error = serde_json::from_value::<Registration>(json).unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
    }
    let basis =
        json!({"basis": "consent", "purpose": "return assistance", "recorded_on": "2025-04-01"});
    let error = unreadable(json!({"processing": basis}));
    assert!(error.contains("PROCESSING_CONSENT_MISSING"), "{error}");
}

#[test]
fn a_notice_or_a_consent_of_tomorrow_was_not_given() {
    let tomorrow = "2025-05-13";
    let notice = json!({"version": "2025-1", "language": "ar", "given_on": tomorrow});
    assert_eq!(
        refused(json!({"notice": notice})),
        at("DATE_IN_FUTURE", "/notice/given_on")
    );
    let basis = json!({"basis": "legal_duty", "purpose": "census", "recorded_on": tomorrow});
    assert_eq!(
        refused(json!({"processing": basis})),
        at("DATE_IN_FUTURE", "/processing/recorded_on")
    );
    assert_eq!(
        refused(json!({"registered_on": tomorrow})),
        at("DATE_IN_FUTURE", "/registered_on")
    );
}

#[test]
fn a_day_before_the_first_registers_is_a_slip_of_the_year() {
    let fields = |day: &str| {
        [
            ("/registered_on", json!({"registered_on": day})),
            (
                "/notice/given_on",
                json!({"notice": {"version": "2025-1", "language": "ar", "given_on": day}}),
            ),
            (
                "/processing/recorded_on",
                json!({"processing": {"basis": "legal_duty", "purpose": "census", "recorded_on": day}}),
            ),
        ]
    };
    for day in ["0001-01-01", "0205-04-01", "1947-12-31"] {
        for (pointer, fields) in fields(day) {
            assert_eq!(refused(fields), at("DATE_TOO_EARLY", pointer), "{day}");
        }
    }
    let consent = json!({"given_on": "1947-12-31", "manner": "signature"});
    let basis = json!({"basis": "consent", "purpose": "return assistance", "recorded_on": "2025-04-01", "consent": consent});
    assert_eq!(
        refused(json!({"processing": basis})),
        at("DATE_TOO_EARLY", "/processing/consent/given_on")
    );
    for (_, fields) in fields("1948-01-01") {
        let json = with(family_json(), fields);
        World::empty().does(LEYLA, registering(json));
    }
}

#[test]
fn a_household_has_exactly_one_focal_person() {
    let code = at("FOCAL_PERSON_NOT_ONE", "/members");
    for relationships in [["self", "self"], ["spouse", "child"]] {
        let members = relationships.map(|one| person("Salma", "1987-03-01", one));
        assert_eq!(refused(json!({"members": members})), code);
    }
    assert_eq!(refused(json!({"members": []})), at("NO_PERSON", "/members"));
}

#[test]
fn a_birth_that_is_still_to_come_is_refused_where_it_stands() {
    let members = [
        person("Salma", "1987-03-01", "self"),
        person("Nour", "2025-05-13", "child"),
    ];
    assert_eq!(
        refused(json!({"members": members})),
        at("BIRTH_IN_FUTURE", "/members/1/birth")
    );
    // Of a year that has begun, some days are past.
    let mut json = family_json();
    json["members"][3]["birth"] = json!({"date": "2025-12-31", "precision": "year"});
    World::empty().does(LEYLA, registering(json));
}

#[test]
fn a_paper_cannot_have_been_seen_tomorrow() {
    let paper = json!([{"kind": "passport", "state": "held", "seen_on": "2025-05-13"}]);
    let members = [with(
        person("Salma", "1987-03-01", "self"),
        json!({"documents": paper}),
    )];
    assert_eq!(
        refused(json!({"members": members})),
        at("DATE_IN_FUTURE", "/members/0/documents/0/seen_on")
    );
}

#[test]
fn a_need_that_implies_an_accusation_or_is_no_longer_used_is_not_recorded() {
    for (need, code) in [
        ("LP-AF", "NEED_CODE_OFF"),
        ("DS-BD", "NEED_CODE_DEPRECATED"),
    ] {
        let members = [with(
            person("Salma", "1987-03-01", "self"),
            json!({"specific_needs": ["WG-SEE", need]}),
        )];
        assert_eq!(
            refused(json!({"members": members})),
            at(code, "/members/0/specific_needs")
        );
    }
}

#[test]
fn every_place_must_be_on_an_imported_list() {
    let nowhere = place("C9999");
    for field in ["place_of_displacement", "place_of_origin"] {
        let fields = json!({field: nowhere});
        assert_eq!(refused(fields), at("PLACE_UNKNOWN", &format!("/{field}")));
    }
    for (episode, field) in [
        (episode_json("C9999", CAMP), "from"),
        (episode_json(HOME, "C9999"), "to"),
    ] {
        let episodes = json!([episode_json(HOME, CAMP), episode]);
        assert_eq!(
            refused(json!({"displacements": episodes})),
            at("PLACE_UNKNOWN", &format!("/displacements/1/{field}"))
        );
    }
    // The same code in another edition is another place.
    let old = json!({"edition": "XZ-2014", "code": CAMP});
    assert_eq!(
        refused(json!({"place_of_displacement": old})),
        at("PLACE_UNKNOWN", "/place_of_displacement")
    );
}

#[test]
fn a_displacement_of_tomorrow_has_not_happened() {
    for field in ["left_on", "arrived_on"] {
        let mut episode = episode_json(HOME, CAMP);
        episode["arrived_on"] = json!("2025-05-13");
        if field == "left_on" {
            episode["left_on"] = json!("2025-05-13");
        }
        assert_eq!(
            refused(json!({"displacements": [episode]})),
            at("DATE_IN_FUTURE", &format!("/displacements/0/{field}"))
        );
    }
}

#[test]
fn no_list_of_a_registration_is_endless() {
    let contact: ContactPoint = read(family_json()["contact_points"][0].clone());
    let episode: Displacement = read(episode_json(HOME, CAMP));
    let relative = profile("Hiba", "1990-01-01", "other_relative", json!({}));
    let full = |members: usize, displacements: usize, contacts: usize| {
        let mut family = family();
        family.members.resize(members, relative.clone());
        family.displacements.resize(displacements, episode.clone());
        family.contact_points.resize(contacts, contact.clone());
        Command::Register(Box::new(family))
    };
    World::empty().does(LEYLA, full(60, 30, 10));
    for (command, pointer) in [
        (full(61, 30, 10), "/members"),
        (full(60, 31, 10), "/displacements"),
        (full(60, 30, 11), "/contact_points"),
    ] {
        assert_eq!(
            World::empty().invalid(LEYLA, command),
            at("LIST_TOO_LONG", pointer)
        );
    }
}

#[test]
fn a_case_is_registered_once_and_before_everything_else() {
    let mut world = World::with_family();
    let again = Command::Register(Box::new(family()));
    assert_eq!(world.refused(LEYLA, again), ["ALREADY_REGISTERED"]);
    let contact: ContactPoint = read(family_json()["contact_points"][0].clone());
    assert_eq!(
        World::empty().refused(LEYLA, Command::AddContactPoint(contact)),
        ["NOT_REGISTERED"]
    );
}
