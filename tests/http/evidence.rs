//! Items of evidence as objects of their own, about cases and about places; who runs a
//! return.

use crate::steps::{answer, the};
use crate::world::{World, observed};
use sanad_core::access::Role;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{each_backend, staff};
use serde_json::{Value, json};

fn note() -> Value {
    json!({"kind": "INT", "source_class": "self", "dated": observed(),
        "persons_present": "caseworker, interpreter", "reference": "folder 7"})
}

/// The answer, resting on these items and nothing else.
fn resting_on(mut answer: Value, items: &[Value]) -> Value {
    answer["evidence"] = json!([]);
    answer["evidence_ids"] = json!(items);
    answer
}

fn only(answer: Value) -> Value {
    json!({"answers": [answer]})
}

#[test]
fn one_interview_note_serves_many_answers_and_is_verified_once() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, officer) = (the(Role::Caseworker), the(Role::ProtectionOfficer));
        case.post(&the(Role::Registrar), "/evidence", &note())
            .refused(403, "ROLE_FORBIDDEN");
        let receipt = case
            .post(&caseworker, "/evidence", &note())
            .expect(201)
            .json();
        let item = receipt["evidence_id"].clone();
        let person = case.persons[0].as_str();
        let told = json!({"answers": [
            resting_on(answer("MAT-05", None, "yes"), std::slice::from_ref(&item)),
            resting_on(answer("PHY-05", Some(person), "yes"), std::slice::from_ref(&item)),
        ]});
        case.post(&caseworker, "/answers", &told).expect(201);
        // Items recorded inside an answer stand in the list as well.
        case.post(&officer, "/answers", &only(answer("DIG-07", None, "yes")))
            .expect(201);
        let one = json!({"evidence": [item]});
        case.post(&officer, "/verifications", &one).expect(200);
        let listed = case.get(&officer, "/evidence").expect(200).json();
        let items = listed["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0]["id"], item);
        assert_eq!(items[0]["uploaded_by"], json!(caseworker.user));
        assert_eq!(items[0]["verified_by"], json!(officer.user));
        assert_eq!(
            items[0]["independence"],
            json!({"counts": false, "reason": "source_class"})
        );
        assert_eq!(items[0]["answers"].as_array().unwrap().len(), 2);
        assert_eq!(items[1]["answers"].as_array().unwrap().len(), 1);
        assert_eq!(items[0]["item"]["reference"], "folder 7");
        let answers = case.get(&officer, "/answers").expect(200).json();
        for i in 0..2 {
            let under = &answers["items"][i]["evidence"][0];
            assert_eq!(under["verified_by"], json!(officer.user));
        }
        // References and who was present are tier C.
        let seen = case.get(&caseworker, "/evidence").expect(200).json();
        assert_eq!(seen["withheld"], json!(["C"]));
        for hidden in ["reference", "persons_present"] {
            assert!(seen["items"][0]["item"].get(hidden).is_none(), "{hidden}");
        }
        case.get(&the(Role::Registrar), "/evidence")
            .refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn an_item_of_another_case_is_unknown_here() {
    each_backend(|database| {
        let world = World::start(database);
        let (case, other) = (world.household(), world.household());
        let caseworker = the(Role::Caseworker);
        let receipt = other.post(&caseworker, "/evidence", &note()).expect(201);
        let elsewhere = receipt.json()["evidence_id"].clone();
        let told = only(resting_on(answer("MAT-05", None, "yes"), &[elsewhere]));
        let refused = case.post(&caseworker, "/answers", &told).expect(422);
        assert_eq!(
            refused.faults(),
            [(
                "EVIDENCE_UNKNOWN".to_owned(),
                "/answers/0/evidence_ids/0".to_owned()
            )]
        );
    });
}

#[test]
fn nobody_calls_evidence_independent_that_is_not() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let mut claimed = note();
        claimed["independent"] = json!(true);
        let caseworker = the(Role::Caseworker);
        let refused = case.post(&caseworker, "/evidence", &claimed).expect(422);
        let fault = |at: &str| [("NOT_INDEPENDENT".to_owned(), format!("{at}/independent"))];
        assert_eq!(refused.faults(), fault(""));
        let mut told = answer("MAT-05", None, "yes");
        told["evidence"] = json!([claimed]);
        let refused = case.post(&caseworker, "/answers", &only(told)).expect(422);
        assert_eq!(refused.faults(), fault("/answers/0/evidence/0"));
        let path = format!("/v1/areas/{EDITION}/{QALAT_NOUR}/evidence");
        let officer = world.as_(&the(Role::ProtectionOfficer));
        assert_eq!(
            officer.post(&path, &claimed).expect(422).faults(),
            fault("")
        );
    });
}

#[test]
fn evidence_from_whoever_runs_the_return_does_not_count_as_independent() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, officer) = (the(Role::Caseworker), the(Role::ProtectionOfficer));
        let carrier = json!(staff::organisation(2));
        // The monitor of the place of displacement is the carrier itself.
        let mut told = answer("VOL-12", None, "yes");
        told["evidence"][0]["source_organisation"] = carrier.clone();
        told["evidence"][0]["source_name"] = Value::Null;
        world.place_answered(TELL_ASHJAR, &only(told));
        let reason = || {
            let report = case.get(&officer, "/assessment").expect(200).json();
            let reasons = report["assessment"]["reasons"].as_array().unwrap().clone();
            let mut about = reasons
                .into_iter()
                .filter(|one| one["indicator"] == "VOL-12");
            about.next().map(|one| one["reason"].clone())
        };
        assert_eq!(reason(), None);
        let named = json!({"organisations": [carrier]});
        for nobody in [Role::Registrar, Role::Supervisor, Role::Auditor] {
            case.put(&the(nobody), "/return-organisers", &named)
                .refused(403, "ROLE_FORBIDDEN");
        }
        case.put(&caseworker, "/return-organisers", &named)
            .expect(200);
        assert_eq!(reason(), Some(json!("not_independent")));
        let mut from_carrier = note();
        from_carrier["source_class"] = json!("independent");
        from_carrier["source_organisation"] = carrier.clone();
        case.post(&caseworker, "/evidence", &from_carrier)
            .expect(201);
        let listed = case.get(&officer, "/evidence").expect(200).json();
        assert_eq!(listed["return_organisers"], named["organisations"]);
        assert_eq!(
            listed["items"][0]["independence"],
            json!({"counts": false, "reason": "source_runs_the_return"})
        );
        let unknown = json!({"organisations": [carrier, uuid::Uuid::nil()]});
        let refused = case
            .put(&officer, "/return-organisers", &unknown)
            .expect(422);
        assert_eq!(
            refused.faults(),
            [(
                "ORGANISATION_UNKNOWN".to_owned(),
                "/organisations/1".to_owned()
            )]
        );
        from_carrier["source_organisation"] = json!(uuid::Uuid::nil());
        case.post(&caseworker, "/evidence", &from_carrier)
            .refused(422, "ORGANISATION_UNKNOWN");
        case.put(
            &officer,
            "/return-organisers",
            &json!({"organisations": []}),
        )
        .expect(200);
        assert_eq!(reason(), None);
    });
}

#[test]
fn evidence_counts_as_independent_only_when_its_source_is_named() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let caseworker = the(Role::Caseworker);
        let report = |named: Value| {
            let mut item =
                json!({"kind": "TPM", "source_class": "independent", "dated": observed()});
            let fields = named.as_object().unwrap().clone();
            item.as_object_mut().unwrap().extend(fields);
            item
        };
        let unnamed = report(json!({}));
        let press = report(json!({"source_name": "Tell Ashjar Gazette"}));
        let relief = report(json!({"source_organisation": staff::organisation(2)}));
        let mut told = answer("DIG-07", None, "yes");
        told["evidence"] = json!([unnamed, press, relief]);
        case.post(&caseworker, "/answers", &only(told)).expect(201);
        let listed = case.get(&caseworker, "/evidence").expect(200).json();
        let last: Vec<&Value> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .take(3)
            .collect();
        let reasons: Vec<&Value> = last
            .iter()
            .map(|item| &item["independence"]["reason"])
            .collect();
        assert_eq!(
            reasons,
            [
                "independent_source",
                "independent_source",
                "source_not_named"
            ]
        );
        // Whoever sees that there is an item sees from whom, with or without tier C.
        assert_eq!(listed["withheld"], json!(["C"]));
        assert_eq!(last[1]["item"]["source_name"], "Tell Ashjar Gazette");

        let file = world
            .as_(&the(Role::Auditor))
            .get(&format!(
                "/v1/reports/case-compliance-file?case_id={}",
                case.id
            ))
            .expect(200)
            .json();
        let rows = file["rows"].as_array().unwrap().iter();
        let told: Vec<_> = rows
            .filter(|row| row["section"] == "evidence")
            .filter(|row| row["indicator"] == "DIG-07" && row["evidence_kind"] == "TPM")
            .map(|row| (&row["source"], &row["independent"], &row["independence"]))
            .collect();
        let (yes, no) = (json!(true), json!(false));
        let (counts, not_named) = (json!("independent_source"), json!("source_not_named"));
        assert_eq!(
            told,
            [
                (&Value::Null, &no, &not_named),
                (&json!("Tell Ashjar Gazette"), &yes, &counts),
                (&json!("Bayt Support"), &yes, &counts),
            ]
        );
    });
}

#[test]
fn a_source_is_named_in_one_way_and_an_organisation_by_its_id() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, officer) = (the(Role::Caseworker), the(Role::ProtectionOfficer));
        let place = format!("/v1/areas/{EDITION}/{QALAT_NOUR}");
        let named = |name: &str| {
            json!({"kind": "TPM", "source_class": "independent", "dated": observed(),
                "source_name": name})
        };
        let mut both = named("Border Monitors");
        both["source_organisation"] = json!(staff::organisation(2));
        let mut person = named("Border Monitors");
        person["source_class"] = json!("self");
        for (item, code) in [
            (named(" bayt  SUPPORT"), "SOURCE_IS_AN_ORGANISATION"),
            (both, "SOURCE_NAMED_TWICE"),
            (person, "SOURCE_IS_A_PERSON"),
            (named("   "), "TEXT_EMPTY"),
            (named(&"x".repeat(121)), "TEXT_TOO_LONG"),
        ] {
            let fault = |at: &str| [(code.to_owned(), format!("{at}/source_name"))];
            let refused = case.post(&caseworker, "/evidence", &item).expect(422);
            assert_eq!(refused.faults(), fault(""), "{code}");
            let mut told = answer("DIG-07", None, "yes");
            told["evidence"] = json!([item]);
            let refused = case.post(&caseworker, "/answers", &only(told)).expect(422);
            assert_eq!(refused.faults(), fault("/answers/0/evidence/0"), "{code}");
            let at_place = world
                .as_(&officer)
                .post(&format!("{place}/evidence"), &item);
            assert_eq!(at_place.expect(422).faults(), fault(""), "{code}");
        }
        case.post(&caseworker, "/evidence", &named("Bayt"))
            .expect(201);
    });
}

#[test]
fn evidence_about_a_place_is_an_object_too() {
    each_backend(|database| {
        let world = World::start(database);
        let path = format!("/v1/areas/{EDITION}/{QALAT_NOUR}");
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let supervisor = world.as_(&the(Role::Supervisor));
        let report = json!({"kind": "TPM", "source_class": "independent", "independent": true,
            "source_name": "Border Monitors", "dated": observed(), "reference": "round 4"});
        world
            .as_(&the(Role::Caseworker))
            .post(&format!("{path}/evidence"), &report)
            .refused(403, "ROLE_FORBIDDEN");
        let receipt = officer
            .post(&format!("{path}/evidence"), &report)
            .expect(201);
        let item = receipt.json()["evidence_id"].clone();
        let told = json!({"answers": [
            resting_on(answer("DIG-04", None, "yes"), std::slice::from_ref(&item)),
            resting_on(answer("DIG-05", None, "yes"), std::slice::from_ref(&item)),
        ]});
        officer.post(&format!("{path}/answers"), &told).expect(201);
        let one = json!({"evidence": [item]});
        officer
            .post(&format!("{path}/verifications"), &one)
            .refused(409, "SELF_VERIFICATION");
        supervisor
            .post(&format!("{path}/verifications"), &one)
            .expect(200);
        let listed = supervisor
            .get(&format!("{path}/evidence"))
            .expect(200)
            .json();
        let shown = &listed["items"][0];
        assert_eq!(shown["answers"].as_array().unwrap().len(), 2);
        assert_eq!(shown["independence"]["counts"], true);
        // Whoever verifies sees what it is; whoever reads of the place, that it is there.
        assert_eq!(shown["item"]["reference"], "round 4");
        assert_eq!(listed["withheld"], json!([]));
        for reader in [Role::Caseworker, Role::Auditor] {
            let seen = world.as_(&the(reader)).get(&format!("{path}/evidence"));
            let seen = seen.expect(200).json();
            assert!(seen["items"][0]["item"].get("reference").is_none());
            assert_eq!(seen["withheld"], json!(["C"]));
        }
        let dossier = supervisor.get(&path).expect(200).json();
        let asked = dossier["indicators"].as_array().unwrap();
        let about = asked
            .iter()
            .find(|one| one["indicator"] == "DIG-05")
            .unwrap();
        assert_eq!(about["independent"], true);
        world
            .as_(&the(Role::Registrar))
            .get(&format!("{path}/evidence"))
            .refused(403, "ROLE_FORBIDDEN");
        supervisor
            .get(&format!("/v1/areas/{EDITION}/NOWHERE/evidence"))
            .refused(404, "PLACE_NOT_FOUND");
    });
}
