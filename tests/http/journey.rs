//! From a compliant finding to the arrival, and everything that stops a journey on
//! its way: another officer's refusal, a withdrawal, a clash, a hold, a closure.

use crate::steps::{Case, answer, place, the};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::each_backend;
use serde_json::{Value, json};

fn finding_of(case: &Case<'_>) -> Value {
    let listed = case.get(&the(Role::Auditor), "/findings").expect(200);
    listed.json()["items"][0]["id"].clone()
}

fn approve(case: &Case<'_>) {
    let approval = json!({"finding": finding_of(case)});
    case.post(&the(Role::Supervisor), "/approvals", &approval)
        .expect(201);
}

fn depart(case: &Case<'_>) -> crate::client::Reply {
    let report = json!({"departed_on": today()});
    case.post(&the(Role::Registrar), "/departures", &report)
}

#[test]
fn a_household_goes_home_when_somebody_else_approved_it() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let approval = json!({"finding": finding_of(&case)});
        for nobody in [Role::Registrar, Role::Caseworker, Role::ProtectionOfficer] {
            case.post(&the(nobody), "/approvals", &approval)
                .refused(403, "ROLE_FORBIDDEN");
        }
        depart(&case).refused(409, "WRONG_STATE");
        approve(&case);
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read["state"], "approved");
        assert_eq!(read["approval"]["finding"], approval["finding"]);
        depart(&case).expect(201);
        let elsewhere = json!({"arrived_on": today(), "place": place("XZ010101")});
        case.post(&the(Role::Registrar), "/arrivals", &elsewhere)
            .refused(409, "ARRIVED_ELSEWHERE");
        let home = json!({"arrived_on": today(), "place": place(QALAT_NOUR)});
        case.post(&the(Role::Registrar), "/arrivals", &home)
            .expect(201);
        let record = case.get(&the(Role::Auditor), "/returns").json()["items"][0].clone();
        assert_eq!(record["nature"], "facilitated");
        assert_eq!(record["compliant"], true);
    });
}

#[test]
fn a_withdrawal_cancels_what_was_approved_and_is_taken_back_by_nobody() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        approve(&case);
        let withdrawal =
            json!({"purpose": "return", "withdrawn_on": today(), "channel": "telephone"});
        let path = format!("/members/{}/withdrawals", case.persons[1]);
        case.post(&the(Role::Registrar), &path, &withdrawal)
            .expect(201);
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read["state"], "profiled");
        assert!(read.get("approval").is_none(), "the approval is cancelled");
        let said = read["withdrawals"][0].clone();
        assert_eq!(said["person"], case.persons[1]);
        depart(&case).refused(409, "WRONG_STATE");
        let retracted = format!("/answers/{}/retraction", said["answer"].as_str().unwrap());
        let why = json!({"remark": "recorded for the wrong person"});
        case.post(&the(Role::Registrar), &retracted, &why)
            .refused(403, "ROLE_FORBIDDEN");
        case.post(&the(Role::Caseworker), &retracted, &why)
            .refused(409, "WITHDRAWAL_STANDS");
        let mut consent = answer("VOL-01", Some(&case.persons[1]), "yes");
        consent["observed_on"] = json!(today());
        case.post(
            &the(Role::Caseworker),
            "/answers",
            &json!({"answers": [consent]}),
        )
        .refused(409, "CONSENT_TOO_SOON");
    });
}

#[test]
fn a_clash_at_the_destination_blocks_a_departure_that_was_approved() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        approve(&case);
        let clash = json!({"kind": "armed_clash", "happened_on": today()});
        world
            .as_(&the(Role::ProtectionOfficer))
            .post(&format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"), &clash)
            .expect(201);
        let blocked = depart(&case).refused(409, "DEPARTURE_NOT_COMPLIANT");
        let named = blocked.json()["errors"].as_array().unwrap().len();
        assert!(named >= 1, "every condition that no longer holds is named");
    });
}

#[test]
fn a_case_waits_is_closed_and_is_opened_again() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, supervisor) = (the(Role::Caseworker), the(Role::Supervisor));
        let late = json!({"reason": "not_reached", "review_on": today().saturating_add(jiff::ToSpan::days(91))});
        case.post(&caseworker, "/holds", &late)
            .refused(422, "REVIEW_OUT_OF_RANGE");
        let hold = json!({"reason": "not_reached", "review_on": today().tomorrow().unwrap()});
        case.post(&caseworker, "/holds", &hold).expect(201);
        case.advance(&caseworker, "profiled")
            .refused(409, "WRONG_STATE");
        case.write(&caseworker, "POST", "/resumptions", None)
            .expect(200);
        let closure = json!({"reason": "no_contact"});
        case.post(&caseworker, "/closures", &closure)
            .refused(403, "ROLE_FORBIDDEN");
        case.post(&supervisor, "/closures", &closure).expect(201);
        assert_eq!(case.get(&supervisor, "").json()["closure"], "no_contact");
        case.post(
            &supervisor,
            "/reopenings",
            &json!({"remark": "they came back"}),
        )
        .expect(201);
        assert_eq!(case.get(&supervisor, "").json()["state"], "profiled");
    });
}
