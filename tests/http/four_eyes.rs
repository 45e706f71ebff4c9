//! Four eyes (return conditions §2.7 –): each of the seven rules as its error, over HTTP,
//! by the identity of the user across the whole journal of the case.
//!
//! The rules one by one, with all that goes around them: `tests/case` of `sanad-core`.

use crate::client::Reply;
use crate::steps::{Case, answer, evidence_of, the};
use crate::world::World;
use sanad_core::access::{Grant, Role};
use sanad_testkit::{Staff, each_backend, staff};
use serde_json::{Value, json};

/// Somebody with several roles, who may do everything but what four eyes forbid.
fn several_roles(world: &World, number: u32) -> Staff {
    let grants = [Role::Caseworker, Role::ProtectionOfficer, Role::Supervisor].map(|role| Grant {
        role,
        organisation: staff::organisation(1),
        areas: Vec::new(),
    });
    let who = Staff::new(800 + number, &format!("several{number}"), grants.to_vec());
    drop(world.hire(&who));
    who
}

/// Refused with this code and no other, as the code of the problem itself.
#[track_caller]
fn only(reply: Reply, status: u16, code: &str) {
    let reply = reply.expect(status);
    assert_eq!(reply.json()["code"], code, "{}", reply.text());
    assert!(
        reply.codes().iter().all(|one| one == code),
        "{}",
        reply.text()
    );
}

fn record(case: &Case<'_>, who: &Staff, answer: Value) -> Value {
    case.post(who, "/answers", &json!({"answers": [answer]}))
        .expect(201)
        .json()
}

#[test]
fn self_assessment() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let consent = ["VOL-01", "VOL-02", "VOL-03", "VOL-06"];
        for (number, indicator) in (1..).zip(consent) {
            let case = world.household();
            case.to_assessment();
            let both = several_roles(&world, number);
            let told = answer(indicator, Some(&case.persons[0]), "yes");
            let receipt = record(&case, &both, told);
            // Taking it back does not help.
            let id = receipt["answers"][0]["answer_id"].as_str().unwrap();
            let why = json!({"remark": "typed for another household"});
            case.post(&both, &format!("/answers/{id}/retraction"), &why)
                .expect(200);
            only(
                case.post(&both, "/findings", &json!({})),
                409,
                "SELF_ASSESSMENT",
            );
        }
        // Nor does it help to record the interview and let somebody else type the answer.
        let case = world.household();
        case.to_assessment();
        let both = several_roles(&world, 99);
        let note =
            json!({"kind": "CNS", "source_class": "self", "dated": crate::world::observed()});
        let item = case.post(&both, "/evidence", &note).expect(201).json()["evidence_id"].clone();
        let mut told = answer("VOL-06", Some(&case.persons[0]), "yes");
        told["evidence"] = json!([]);
        told["evidence_ids"] = json!([item]);
        record(&case, &the(Role::Caseworker), told);
        only(
            case.post(&both, "/findings", &json!({})),
            409,
            "SELF_ASSESSMENT",
        );
        case.post(&the(Role::ProtectionOfficer), "/findings", &json!({}))
            .expect(201);
    });
}

#[test]
fn self_approval() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let (earlier, later) = (several_roles(&world, 1), several_roles(&world, 2));
        let case = world.household();
        case.to_assessment();
        let issue = |who: &Staff| {
            let receipt = case.post(who, "/findings", &json!({})).expect(201).json();
            receipt["finding"]["finding_id"].clone()
        };
        issue(&earlier);
        let finding = issue(&later);
        // The assessor of this finding, and of any finding of the case.
        for assessor in [&later, &earlier] {
            let approval = json!({"finding": finding});
            only(
                case.post(assessor, "/approvals", &approval),
                409,
                "SELF_APPROVAL",
            );
        }
        // A recorder of consent, also of consent that was recorded after the finding.
        let recorder = several_roles(&world, 3);
        let told = answer("VOL-02", Some(&case.persons[1]), "yes");
        record(&case, &recorder, told);
        only(
            case.post(&recorder, "/approvals", &json!({"finding": finding})),
            409,
            "SELF_APPROVAL",
        );
        case.post(
            &the(Role::Supervisor),
            "/approvals",
            &json!({"finding": finding}),
        )
        .expect(201);
    });
}

#[test]
fn self_verification() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (one, other) = (several_roles(&world, 1), several_roles(&world, 2));
        let mine = evidence_of(&record(&case, &one, answer("MAT-05", None, "yes")));
        only(
            case.post(&one, "/verifications", &mine),
            409,
            "SELF_VERIFICATION",
        );
        // Also where somebody else's answer rests on it.
        let mut told = answer("DIG-07", None, "yes");
        told["evidence"] = json!([]);
        told["evidence_ids"] = mine["evidence"].clone();
        record(&case, &other, told);
        only(
            case.post(&one, "/verifications", &mine),
            409,
            "SELF_VERIFICATION",
        );
        case.post(&other, "/verifications", &mine).expect(200);
    });
}

#[test]
fn self_adjudication() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (yes, no) = (several_roles(&world, 1), several_roles(&world, 2));
        let told = record(&case, &yes, answer("DIG-07", None, "yes"));
        record(&case, &no, answer("DIG-07", None, "no"));
        case.post(
            &the(Role::Supervisor),
            "/verifications",
            &evidence_of(&told),
        )
        .expect(200);
        let mut decision = answer("DIG-07", None, "yes");
        decision["remark"] = json!("asked both of them again");
        for party in [&yes, &no] {
            only(
                case.post(party, "/adjudications", &decision),
                409,
                "SELF_ADJUDICATION",
            );
        }
        case.post(&the(Role::Supervisor), "/adjudications", &decision)
            .expect(201);
    });
}

#[test]
fn second_officer_required() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let both = several_roles(&world, 1);
        let person = case.persons[0].as_str();
        let no = record(
            &case,
            &the(Role::Caseworker),
            answer("VOL-03", Some(person), "no"),
        );
        let mut told = answer("VOL-03", Some(person), "yes");
        told["supersedes"] = no["answers"][0]["answer_id"].clone();
        let yes = record(&case, &both, told);
        let path = format!(
            "/answers/{}/confirmation",
            yes["answers"][0]["answer_id"].as_str().unwrap()
        );
        only(
            case.write(&both, "POST", &path, None),
            409,
            "SECOND_OFFICER_REQUIRED",
        );
        case.write(&the(Role::Supervisor), "POST", &path, None)
            .expect(200);
    });
}

#[test]
fn conflict_of_interest() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let both = several_roles(&world, 1);
        case.post(&both, "/conflicts", &json!({"kind": "own_case"}))
            .expect(201);
        for (rest, body) in [
            ("/transitions", json!({"to": "profiled"})),
            (
                "/answers",
                json!({"answers": [answer("DIG-07", None, "yes")]}),
            ),
            ("/closures", json!({"reason": "no_contact"})),
            ("/findings", json!({})),
        ] {
            only(case.post(&both, rest, &body), 409, "CONFLICT_OF_INTEREST");
        }
        let read = case.get(&both, "").expect(403).json();
        assert_eq!(read["code"], "CONFLICT_OF_INTEREST");
        // Roles do not help, nor does another case of the same user.
        world.household().get(&both, "").expect(200);
    });
}

#[test]
fn role_forbidden() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let auditor = the(Role::Auditor);
        let withdrawal = json!({"purpose": "return", "withdrawn_on": crate::world::today(), "channel": "telephone"});
        let withdrawals = format!("/members/{}/withdrawals", case.persons[0]);
        for (rest, body) in [
            ("/transitions", json!({"to": "profiled"})),
            (
                "/answers",
                json!({"answers": [answer("DIG-07", None, "yes")]}),
            ),
            (
                "/evidence",
                json!({"kind": "TPM", "source_class": "self", "dated": "2025-05-02"}),
            ),
            ("/conflicts", json!({"kind": "own_case"})),
            ("/findings", json!({})),
            (withdrawals.as_str(), withdrawal),
        ] {
            let reply = case.post(&auditor, rest, &body).expect(403);
            assert_eq!(reply.json()["code"], "ROLE_FORBIDDEN", "{rest}");
        }
        // A system administrator reads nothing in a case, and does not learn that it is there.
        let administrator = the(Role::Administrator);
        for rest in ["", "/answers", "/evidence", "/conflicts", "/history"] {
            case.get(&administrator, rest).expect(404);
        }
        let lists = world.as_(&administrator).get("/v1/cases").expect(403);
        assert_eq!(lists.json()["code"], "ROLE_FORBIDDEN");
    });
}
