//! Returns, recorded as the facts they were, whatever was found before.

use crate::steps::{place, the};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::QALAT_NOUR;
use sanad_testkit::each_backend;
use serde_json::json;

#[test]
fn a_return_is_never_refused_for_not_being_compliant() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let receipt = case.returned("forced").expect(201).json();
        assert_eq!(receipt["state"], "returned");
        let listed = case.get(&the(Role::Auditor), "/returns").expect(200).json();
        let record = &listed["items"][0];
        assert_eq!(record["id"], receipt["return_id"]);
        assert_eq!(record["assessed"], "none");
        assert_eq!(record["compliant"], false);
        case.returned("forced").refused(409, "ALREADY_RETURNED");
    });
}

#[test]
fn a_return_knows_the_finding_that_stood_on_the_day_of_departure() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("facilitated").expect(201);
        let record = case.get(&the(Role::Caseworker), "/returns").json()["items"][0].clone();
        assert_eq!(
            (&record["assessed"], &record["compliant"]),
            (&json!("before"), &json!(true))
        );
        let findings = case.get(&the(Role::Auditor), "").json()["findings"].clone();
        assert_eq!(record["finding"], findings[0]);
    });
}

#[test]
fn a_finding_that_came_after_departure_does_not_count() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let caseworker = the(Role::Caseworker);
        let mut report = json!({"nature": "self_organised", "destination": place(QALAT_NOUR)});
        report["departed_on"] = json!(today().tomorrow().unwrap());
        case.post(&caseworker, "/returns", &report)
            .refused(422, "DATE_IN_FUTURE");
        report["departed_on"] = json!(today().yesterday().unwrap());
        report["destination"] = place("XZ77");
        case.post(&caseworker, "/returns", &report)
            .refused(422, "PLACE_UNKNOWN");
        report["destination"] = place(QALAT_NOUR);
        case.post(&caseworker, "/returns", &report).expect(201);
        let record = case.get(&caseworker, "/returns").json()["items"][0].clone();
        assert_eq!(
            (&record["assessed"], &record["compliant"]),
            (&json!("after"), &json!(false))
        );
    });
}

#[test]
fn nobody_records_a_facilitated_return_that_was_not_approved() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let report = json!({"nature": "facilitated", "departed_on": today(), "destination": place(QALAT_NOUR)});
        case.post(&the(Role::Caseworker), "/returns", &report)
            .refused(409, "APPROVAL_MISSING");
    });
}
