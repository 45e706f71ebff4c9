//! From a compliant household to a finding, and what takes it away again.

use crate::steps::{evidence_of, place, the};
use crate::world::{World, today};
use sanad_core::access::{Grant, Role};
use sanad_core::conditions::Catalogue;
use sanad_core::conditions::file::{FactsFile, Report};
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::{Staff, each_backend, staff};
use serde_json::json;
use sha2::{Digest as _, Sha256};

#[test]
fn the_whole_way_to_a_compliant_finding_and_away_from_it() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let case = world.household();
        let (caseworker, officer) = (the(Role::Caseworker), the(Role::ProtectionOfficer));
        case.post(&officer, "/findings", &json!({}))
            .refused(409, "WRONG_STATE");
        case.to_assessment();
        case.post(&caseworker, "/findings", &json!({}))
            .refused(403, "ROLE_FORBIDDEN");
        let proposed = case.get(&officer, "/assessment").expect(200).json();
        assert_eq!(proposed["finding"], "compliant", "{proposed}");
        assert!(
            proposed.get("issued").is_none(),
            "a proposal is not a finding"
        );

        let reply = case.post(&officer, "/findings", &json!({})).expect(201);
        let id = reply.json()["finding"]["finding_id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            reply.header("location"),
            Some(format!("/v1/findings/{id}").as_str())
        );
        assert_eq!(reply.json()["state"], "assessed");
        let finding = world
            .as_(&caseworker)
            .get(&format!("/v1/findings/{id}"))
            .expect(200)
            .json();
        assert_eq!(finding["assessor"], json!(officer.user));
        assert_eq!(finding["destination"], place(QALAT_NOUR));
        assert_eq!(
            finding["assessment"]["named_conditions"]["safe"]["outcome"],
            "met"
        );
        let listed = case.get(&caseworker, "/findings").expect(200).json();
        assert_eq!(listed["items"], json!([finding]));
        assert_eq!(
            case.get(&officer, "/assessment").json()["issued"],
            id.as_str()
        );

        // The facts behind it, byte for byte, for whoever recomputes it.
        let facts = format!("/v1/findings/{id}/facts");
        let hashed = |facts: &[u8]| {
            Sha256::digest(facts)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let auditor = world.as_(&the(Role::Auditor));
        let behind = auditor.get(&facts).expect(200);
        assert_eq!(finding["facts_sha256"], hashed(&behind.body).as_str());
        world
            .as_(&caseworker)
            .get(&facts)
            .refused(403, "ROLE_FORBIDDEN");

        // Shelling: what was observed before says nothing about the place any more.
        let event = json!({"kind": "armed_clash", "happened_on": today()});
        let path = format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events");
        world
            .as_(&caseworker)
            .post(&path, &event)
            .refused(403, "ROLE_FORBIDDEN");
        world.as_(&officer).post(&path, &event).expect(201);
        let after = case.get(&officer, "/assessment").expect(200).json();
        assert_eq!(after["finding"], "undetermined");
        assert_eq!(after["conditions"]["safe"]["physical"], "undetermined");
        assert_eq!(after["conditions"]["voluntary"], "met");
        let reasons = after["assessment"]["reasons"].as_array().unwrap();
        assert!(
            !reasons.is_empty() && reasons.iter().all(|one| one["reason"] == "invalidated"),
            "{reasons:?}"
        );
        assert_eq!(
            case.get(&officer, "/findings").json()["items"],
            json!([finding]),
            "an issued finding is immutable"
        );
        let later = auditor.get(&facts).expect(200);
        assert_eq!(
            later.body, behind.body,
            "what happened since is no part of it"
        );
        let again = case
            .post(&officer, "/findings", &json!({}))
            .expect(201)
            .json();
        assert_eq!(again["finding"]["finding"], "undetermined");
    });
}

#[test]
fn whoever_recorded_consent_issues_no_finding() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let case = world.household();
        // One person with both hats: the roles are compatible, the deeds are not.
        let hat = |role| Grant {
            role,
            organisation: staff::organisation(1),
            areas: Vec::new(),
        };
        let both = Staff::new(
            802,
            "both",
            vec![hat(Role::Caseworker), hat(Role::ProtectionOfficer)],
        );
        world.hire(&both);
        case.advance(&both, "profiled").expect(200);
        case.advance(&both, "counselling").expect(200);
        case.put(
            &both,
            "/destination",
            &json!({"place": place(QALAT_NOUR), "chosen_on": today()}),
        )
        .expect(200);
        let receipt = case
            .post(&both, "/answers", &case.all_yes())
            .expect(201)
            .json();
        case.post(&both, "/verifications", &evidence_of(&receipt))
            .refused(409, "SELF_VERIFICATION");
        case.post(
            &the(Role::Supervisor),
            "/verifications",
            &evidence_of(&receipt),
        )
        .expect(200);
        case.advance(&both, "consent_recorded").expect(200);
        case.advance(&both, "under_assessment").expect(200);
        case.post(&both, "/findings", &json!({}))
            .refused(409, "SELF_ASSESSMENT");
        let issued = case
            .post(&the(Role::ProtectionOfficer), "/findings", &json!({}))
            .expect(201)
            .json();
        assert_eq!(issued["finding"]["finding"], "compliant");
    });
}

#[test]
fn the_exported_facts_give_the_issued_result_anywhere() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let (auditor, officer) = (the(Role::Auditor), the(Role::ProtectionOfficer));
        case.get(&the(Role::Caseworker), "/facts")
            .refused(403, "ROLE_FORBIDDEN");
        for expected in ["compliant", "undetermined"] {
            let exported = case.get(&auditor, "/facts").expect(200);
            let file = FactsFile::parse(&exported.body).unwrap();
            let offline =
                serde_json::to_value(Report::of_file(&file, Catalogue::shipped()).unwrap())
                    .unwrap();
            let issued = case.get(&auditor, "/findings").expect(200).json()["items"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()
                .clone();
            assert_eq!(offline["finding"], expected);
            for part in [
                "finding",
                "conditions",
                "expires_on",
                "catalogue",
                "named_conditions",
            ] {
                assert_eq!(offline[part], issued["assessment"][part], "{part}");
            }
            // The finding stands on these very facts, with its assessor named among them.
            let mut names: Vec<&str> = file
                .answers
                .iter()
                .map(|answer| answer.by.as_str())
                .collect();
            names.sort_unstable();
            names.dedup();
            let stands = names.into_iter().any(|name| {
                let with_assessor = FactsFile {
                    assessor: Some(name.to_owned()),
                    ..file.clone()
                };
                sha256(&serde_json::to_vec(&with_assessor).unwrap()) == issued["facts_sha256"]
            });
            assert!(stands, "no reader of the facts can make their hash again");
            if expected == "compliant" {
                let event = json!({"kind": "armed_clash", "happened_on": today()});
                world
                    .as_(&officer)
                    .post(&format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"), &event)
                    .expect(201);
                case.post(&officer, "/findings", &json!({})).expect(201);
            }
        }
    });
}

/// The SHA-256 of bytes, in hex.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn two_hats_in_two_organisations_open_no_door_between_them() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let finding = case.get(&the(Role::Auditor), "/findings").json()["items"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let hat = |role, number| Grant {
            role,
            organisation: staff::organisation(number),
            areas: Vec::new(),
        };
        // Sees the case as a registrar here, and may read findings only there.
        let guest = Staff::new(
            803,
            "guest",
            vec![hat(Role::Registrar, 1), hat(Role::ProtectionOfficer, 2)],
        );
        let client = world.hire(&guest);
        case.get(&guest, "").expect(200);
        case.get(&guest, "/findings").refused(403, "ROLE_FORBIDDEN");
        case.get(&guest, "/answers").refused(403, "ROLE_FORBIDDEN");
        case.get(&guest, "/assessment")
            .refused(403, "ROLE_FORBIDDEN");
        case.get(&guest, "/facts").refused(403, "ROLE_FORBIDDEN");
        client
            .get(&format!("/v1/findings/{finding}"))
            .refused(404, "FINDING_NOT_FOUND");
        case.post(&guest, "/findings", &json!({}))
            .refused(403, "ROLE_FORBIDDEN");
    });
}
