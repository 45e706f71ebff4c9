//! What each person agrees to, a child's best interests, incidents: over HTTP, by the
//! users whose task it is.

use crate::steps::{Case, place, the, value_of};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::QALAT_NOUR;
use sanad_testkit::{builders, each_backend};
use serde_json::{Value, json};

fn statement(purpose: &str) -> Value {
    json!({
        "purpose": purpose, "decision": "given", "said_on": today(), "form": "signed",
        "information": {"edition": "no. 4", "dated": today()},
        "interview": {"alone": true, "language": "ar", "persons_present": "interviewer and interpreter", "chosen_sex_offered": true},
    })
}

fn consents(case: &Case<'_>, number: usize) -> String {
    format!("/members/{}/consents", case.persons[number])
}

#[test]
fn each_purpose_is_agreed_to_and_withdrawn_by_itself() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let caseworker = the(Role::Caseworker);
        let sharing = "sharing_with_country_of_origin";
        for purpose in [sharing, "data_processing", "return"] {
            case.post(&caseworker, &consents(&case, 0), &statement(purpose))
                .expect(201);
        }
        let mut two = statement(sharing);
        two["purpose"] = json!([sharing, "return"]);
        case.post(&caseworker, &consents(&case, 0), &two)
            .expect(400);
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read["consents"].as_array().unwrap().len(), 3);
        assert_eq!(read["may_be_shared"], json!([case.persons[0]]));
        let withdrawal =
            json!({"purpose": sharing, "withdrawn_on": today(), "channel": "through_somebody"});
        let path = format!("/members/{}/withdrawals", case.persons[0]);
        case.post(&the(Role::Registrar), &path, &withdrawal)
            .expect(201);
        case.post(&the(Role::Registrar), &path, &withdrawal)
            .refused(409, "CONSENT_NOT_GIVEN");
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read.get("may_be_shared"), None);
        assert_eq!(
            read.get("withdrawals"),
            Some(&json!([])),
            "the return stands"
        );
        // Whoever may not see answers is told that they are withheld.
        let registrar = case.get(&the(Role::Registrar), "").expect(200).json();
        assert_eq!(registrar.get("consents"), None);
        assert!(
            registrar["withheld"]
                .as_array()
                .unwrap()
                .contains(&json!("D"))
        );
    });
}

#[test]
fn a_panel_decides_about_a_child_and_one_officer_does_not() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let child = case.persons.last().unwrap();
        let path = format!("/members/{child}/best-interests");
        let mut report = json!({
            "kind": "determination", "ground": "parents_disagree", "outcome": "return_in_favour",
            "dated": today(), "panel": ["child protection officer", "child protection officer", "social worker"],
        });
        let officer = the(Role::ChildProtectionOfficer);
        case.post(&the(Role::ProtectionOfficer), &path, &report)
            .refused(403, "ROLE_FORBIDDEN");
        case.post(&officer, &path, &report)
            .refused(409, "PANEL_TOO_SMALL");
        report["panel"][1] = json!("head of the panel");
        case.post(&officer, &path, &report).expect(201);
        let seen = case.get(&officer, "").expect(200).json();
        assert_eq!(seen["best_interests"][0]["person"], json!(child));
        let audited = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(audited.get("best_interests"), None, "tier C");
    });
}

#[test]
fn a_forced_return_opens_an_incident_that_a_protection_officer_confirms_and_follows() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let receipt = case.returned("forced").expect(201).json();
        let incident = receipt["incident_id"].as_str().unwrap().to_owned();
        let record = case.get(&the(Role::Auditor), "/returns").json()["items"][0].clone();
        assert_eq!(record["compliant"], false, "whatever was found before");
        let officer = the(Role::ProtectionOfficer);
        let closure = json!({"reason": "forced_return"});
        case.post(&the(Role::Supervisor), "/closures", &closure)
            .refused(409, "INCIDENT_OPEN");
        let actions = format!("/incidents/{incident}/actions");
        let closed = json!({"status": "closed", "remark": "the family is safe"});
        case.post(&officer, &actions, &closed)
            .refused(409, "INCIDENT_NOT_CONFIRMED");
        let confirmation = format!("/incidents/{incident}/confirmation");
        case.write(&the(Role::Registrar), "POST", &confirmation, None)
            .refused(403, "ROLE_FORBIDDEN");
        case.write(&officer, "POST", &confirmation, None)
            .expect(200);
        case.post(&officer, &actions, &closed).expect(201);
        let seen = case.get(&officer, "").expect(200).json();
        assert_eq!(seen["incidents"][0]["kind"], "forced_return");
        assert_eq!(seen["incidents"][0]["status"], "closed");
        let audited = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(audited.get("incidents"), None, "tier C");
        case.post(&the(Role::Supervisor), "/closures", &closure)
            .expect(201);
        // What happens to people is recorded even then.
        let report =
            json!({"kind": "detention", "happened_on": today(), "place": place(QALAT_NOUR)});
        case.post(&the(Role::Registrar), "/incidents", &report)
            .expect(201);
    });
}

#[test]
fn who_withdraws_consent_to_processing_stops_it_at_once() {
    each_backend(|database| {
        let world = World::start(database);
        let mut by_consent = value_of(&builders::registration(1));
        by_consent["processing"] = json!({
            "basis": "consent", "purpose": "return assistance", "recorded_on": today(),
            "consent": {"given_on": today(), "manner": "signature"},
        });
        let case = world.registered(1, &serde_json::from_value(by_consent).unwrap());
        let read = || case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read().get("processing_stopped"), None);
        let said =
            json!({"purpose": "data_processing", "withdrawn_on": today(), "channel": "message"});
        let path = format!("/members/{}/withdrawals", case.persons[0]);
        case.post(&the(Role::Registrar), &path, &said).expect(201);
        assert_eq!(read()["processing_stopped"], json!(true));
        let point = json!({"kind": "phone", "value": "+999 555 0199", "safe_to_contact": true});
        case.post(&the(Role::Registrar), "/contact-points", &point)
            .refused(409, "PROCESSING_CONSENT_WITHDRAWN");
        let incident = json!({"kind": "threat_or_pressure", "happened_on": today()});
        case.post(&the(Role::Registrar), "/incidents", &incident)
            .expect(201);
        case.post(
            &the(Role::Caseworker),
            &consents(&case, 0),
            &statement("data_processing"),
        )
        .expect(201);
        assert_eq!(read().get("processing_stopped"), None);
        case.post(&the(Role::Registrar), "/contact-points", &point)
            .expect(201);
    });
}

#[test]
fn pressure_that_is_told_after_a_return_opens_its_incident() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("self_organised").expect(201);
        let officer = the(Role::ProtectionOfficer);
        let seen = || case.get(&officer, "").expect(200).json();
        assert_eq!(seen().get("incidents"), None);
        let pressed = json!({"answers": [{
            "indicator": "VOL-03", "person": case.persons[0], "value": "no", "observed_on": today(),
        }]});
        case.post(&the(Role::Caseworker), "/answers", &pressed)
            .expect(201);
        assert_eq!(seen()["incidents"][0]["kind"], "possible_refoulement");
        case.post(&the(Role::Caseworker), "/answers", &pressed)
            .expect(201);
        assert_eq!(seen()["incidents"].as_array().unwrap().len(), 1);
    });
}
