//! Who belongs to a case, where it lives and where it wants to go; its history.

use crate::steps::{place, the, value_of};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::QALAT_NOUR;
use sanad_testkit::{builders, each_backend};
use serde_json::{Value, json};

#[test]
fn a_household_changes_step_by_step_and_its_history_names_every_step() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (registrar, caseworker) = (the(Role::Registrar), the(Role::Caseworker));

        let joining =
            json!({"joined_on": today(), "profile": value_of(&builders::relative("Nana"))});
        let receipt = case
            .post(&registrar, "/members", &joining)
            .expect(201)
            .json();
        assert_eq!(receipt["persons"].as_array().unwrap().len(), 5);
        let nana = receipt["persons"][4].as_str().unwrap().to_owned();
        assert_eq!(
            receipt["persons"].as_array().unwrap()[..4],
            case.persons.iter().map(|id| json!(id)).collect::<Vec<_>>()
        );

        let corrected = value_of(&builders::relative("Nazdar"));
        case.put(&registrar, &format!("/members/{nana}"), &corrected)
            .expect(200);
        let leaving = json!({"on": today(), "reason": "moved_out"});
        case.post(&registrar, &format!("/members/{nana}/leaving"), &leaving)
            .expect(201);
        case.post(
            &registrar,
            "/contact-points",
            &value_of(&builders::address()),
        )
        .expect(201);
        let episode = json!({"displacement": value_of(&builders::displacement_to("XZ0199"))});
        case.post(&registrar, "/displacements", &episode)
            .expect(201);
        let home = json!({"place": place(QALAT_NOUR), "chosen_on": today()});
        let last = case.put(&caseworker, "/destination", &home).expect(200);
        assert_eq!(last.etag(), "\"7\"");

        let document = case.get(&registrar, "").expect(200).json();
        let member = &document["members"][4];
        assert_eq!(member["identity"]["names"][0]["given"], "Nazdar");
        assert_eq!(member["left"], leaving);
        assert_eq!(document["contact_points"].as_array().unwrap().len(), 2);
        assert_eq!(
            document["places"][0],
            place("XZ0199"),
            "the household lives where the last episode ended"
        );
        assert_eq!(document["destination"], place(QALAT_NOUR));

        let history = case.get(&the(Role::Auditor), "/history").expect(200).json();
        let kinds: Vec<&str> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fact| fact["kind"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            [
                "case_registered",
                "member_joined",
                "member_corrected",
                "member_left",
                "contact_point_added",
                "displacement_recorded",
                "destination_chosen",
            ]
        );
        assert_eq!(history["items"][6]["recorded_by"], json!(caseworker.user));
        assert!(
            !history.to_string().contains("Nazdar"),
            "a history names nobody"
        );
    });
}

#[test]
fn a_change_that_breaks_a_rule_is_refused_and_changes_nothing() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (registrar, caseworker) = (the(Role::Registrar), the(Role::Caseworker));
        let tomorrow = today().tomorrow().unwrap();
        let relative = value_of(&builders::relative("Nana"));
        let with = |pointer: &str, value: Value| {
            let mut joining = json!({"joined_on": today(), "profile": relative});
            *joining.pointer_mut(pointer).unwrap() = value;
            joining
        };
        let late = case.post(&registrar, "/members", &with("/joined_on", json!(tomorrow)));
        assert_eq!(
            late.expect(422).faults(),
            [("DATE_IN_FUTURE".to_owned(), "/joined_on".to_owned())]
        );
        let second = case.post(
            &registrar,
            "/members",
            &with("/profile/relationship", json!("self")),
        );
        second.refused(422, "FOCAL_PERSON_NOT_ONE");
        let nobody = uuid::Uuid::from_u128(9);
        case.put(&registrar, &format!("/members/{nobody}"), &relative)
            .refused(422, "PERSON_UNKNOWN");
        case.put(&registrar, "/members/nobody", &relative)
            .refused(404, "PERSON_NOT_FOUND");
        let long_ago = json!({"on": "1999-01-01", "reason": "moved_out"});
        case.post(
            &registrar,
            &format!("/members/{}/leaving", case.persons[1]),
            &long_ago,
        )
        .refused(422, "LEFT_BEFORE_JOINING");
        let nowhere = json!({"place": place("XZ77"), "chosen_on": today()});
        case.put(&caseworker, "/destination", &nowhere)
            .refused(422, "PLACE_UNKNOWN");
        case.put(&registrar, "/destination", &nowhere)
            .refused(403, "ROLE_FORBIDDEN");
        assert_eq!(case.etag(), "\"1\"");

        let leaving = json!({"on": today(), "reason": "died"});
        let path = format!("/members/{}/leaving", case.persons[3]);
        case.post(&registrar, &path, &leaving).expect(201);
        case.post(&registrar, &path, &leaving)
            .refused(409, "ALREADY_LEFT");
    });
}

#[test]
fn a_step_names_everything_that_is_missing() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let caseworker = the(Role::Caseworker);
        case.advance(&caseworker, "under_assessment")
            .refused(409, "WRONG_STATE");
        case.advance(&caseworker, "profiled").expect(200);
        case.advance(&caseworker, "profiled")
            .refused(409, "WRONG_STATE");
        case.advance(&caseworker, "counselling").expect(200);
        // Two adults to be asked and two children to be heard: all are named at once.
        let refused = case
            .advance(&caseworker, "consent_recorded")
            .refused(409, "PERSON_NOT_ASKED");
        assert_eq!(refused.codes(), ["PERSON_NOT_ASKED"; 4]);
        for person in &case.persons {
            assert!(
                refused.text().contains(person.as_str()),
                "{person} is not named"
            );
        }
        case.post(&caseworker, "/answers", &case.all_yes())
            .expect(201);
        case.advance(&caseworker, "consent_recorded").expect(200);
        let refused = case.advance(&caseworker, "under_assessment").expect(409);
        assert_eq!(refused.codes(), ["DESTINATION_MISSING"]);
        let home = json!({"place": place(QALAT_NOUR), "chosen_on": today()});
        case.put(&caseworker, "/destination", &home).expect(200);
        let refused = case.advance(&caseworker, "under_assessment").expect(409);
        assert_eq!(refused.codes(), ["AREA_UNANSWERED"]);
        world.places_in_order();
        case.advance(&caseworker, "under_assessment").expect(200);
    });
}
