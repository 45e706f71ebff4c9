//! Answers about a case: recorded together, verified and confirmed by a second person,
//! taken back by their recorder, decided between by a supervisor.

use crate::steps::{answer, evidence_of, the};
use crate::world::{World, today};
use sanad_core::access::{Grant, Role};
use sanad_testkit::{Staff, each_backend, staff};
use serde_json::{Value, json};

fn second(role: Role) -> Staff {
    let grant = Grant {
        role,
        organisation: staff::organisation(1),
        areas: Vec::new(),
    };
    Staff::new(801, "second", vec![grant])
}

fn only(answer: Value) -> Value {
    json!({"answers": [answer]})
}

#[test]
fn answers_are_recorded_together_or_not_at_all() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let caseworker = the(Role::Caseworker);
        let person = case.persons[0].as_str();
        let good = answer("VOL-01", Some(person), "yes");
        let with = |pointer: &str, value: Value| {
            let mut bad = good.clone();
            match (pointer.strip_prefix('/'), bad.pointer_mut(pointer)) {
                (_, Some(place)) => *place = value,
                (Some(name), None) => bad[name] = value,
                (None, None) => panic!("{pointer}"),
            }
            bad
        };
        let tomorrow = json!(today().tomorrow().unwrap());
        let wrong = [
            (
                with("/indicator", json!("VOL-99")),
                "INDICATOR_UNKNOWN",
                "/indicator",
            ),
            (
                with("/person", json!(uuid::Uuid::from_u128(9))),
                "PERSON_UNKNOWN",
                "/person",
            ),
            (with("/person", Value::Null), "PERSON_NEEDED", "/person"),
            (
                with("/observed_on", tomorrow.clone()),
                "DATE_IN_FUTURE",
                "/observed_on",
            ),
            (
                with("/evidence/0/dated", tomorrow),
                "DATE_IN_FUTURE",
                "/evidence/0/dated",
            ),
            (
                with("/evidence/0/kind", json!("XYZ")),
                "EVIDENCE_KIND_UNKNOWN",
                "/evidence/0/kind",
            ),
            (with("/score", json!(3)), "SCORE_NOT_EXPECTED", "/score"),
            (
                with("/reason", json!("below_maturity")),
                "REASON_NOT_EXPECTED",
                "/reason",
            ),
            (
                with("/supersedes", json!(uuid::Uuid::from_u128(9))),
                "SUPERSEDES_UNKNOWN",
                "/supersedes",
            ),
            (with("/value", json!("maybe")), "FIELD_INVALID", "/value"),
            (
                answer("PHY-01", None, "yes"),
                "ANSWER_BELONGS_TO_AREA",
                "/indicator",
            ),
        ];
        for (bad, code, pointer) in wrong {
            let refused = case
                .post(&caseworker, "/answers", &json!({"answers": [good, bad]}))
                .expect(422);
            assert_eq!(
                refused.faults(),
                [(code.to_owned(), format!("/answers/1{pointer}"))]
            );
        }
        assert_eq!(
            case.get(&caseworker, "/answers").json()["items"],
            json!([]),
            "half of a refused list was kept"
        );
        case.post(&caseworker, "/answers", &json!({"answers": []}))
            .refused(422, "LIST_EMPTY");
        let many = json!({"answers": vec![good.clone(); 201]});
        case.post(&caseworker, "/answers", &many)
            .refused(422, "LIST_TOO_LONG");

        let receipt = case
            .post(&caseworker, "/answers", &only(good))
            .expect(201)
            .json();
        let listed = case.get(&caseworker, "/answers").expect(200).json();
        assert_eq!(listed["items"][0]["id"], receipt["answers"][0]["answer_id"]);
        assert_eq!(listed["items"][0]["recorded_by"], json!(caseworker.user));
        // Tier D is closed to a registrar, who may read the case itself.
        case.get(&the(Role::Registrar), "/answers")
            .refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn evidence_counts_once_a_second_person_has_seen_it() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let officer = the(Role::ProtectionOfficer);
        let told = answer("VOL-01", Some(&case.persons[0]), "yes");
        let evidence = evidence_of(
            &case
                .post(&officer, "/answers", &only(told))
                .expect(201)
                .json(),
        );
        case.post(&officer, "/verifications", &evidence)
            .refused(409, "SELF_VERIFICATION");
        case.post(&the(Role::Caseworker), "/verifications", &evidence)
            .refused(403, "ROLE_FORBIDDEN");
        let supervisor = the(Role::Supervisor);
        case.post(
            &supervisor,
            "/verifications",
            &json!({"evidence": [uuid::Uuid::from_u128(9)]}),
        )
        .expect(422);
        case.post(&supervisor, "/verifications", &evidence)
            .expect(200);
        case.post(&supervisor, "/verifications", &evidence)
            .refused(409, "ALREADY_VERIFIED");
        let item = &case.get(&supervisor, "/answers").expect(200).json()["items"][0]["evidence"][0];
        assert_eq!(item["verified_by"], json!(supervisor.user));
        assert_eq!(item["uploaded_by"], json!(officer.user));
    });
}

#[test]
fn a_no_is_overtaken_only_by_a_named_and_confirmed_yes() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, officer) = (the(Role::Caseworker), the(Role::ProtectionOfficer));
        let person = case.persons[0].as_str();
        let no = answer("VOL-03", Some(person), "no");
        let no = case
            .post(&caseworker, "/answers", &only(no))
            .expect(201)
            .json();
        let mut yes = answer("VOL-03", Some(person), "yes");
        yes["supersedes"] = no["answers"][0]["answer_id"].clone();
        let receipt = case
            .post(&officer, "/answers", &only(yes))
            .expect(201)
            .json();
        case.post(
            &the(Role::Supervisor),
            "/verifications",
            &evidence_of(&receipt),
        )
        .expect(200);
        let reason = || {
            let report = case.get(&officer, "/assessment").expect(200).json();
            let reasons = report["assessment"]["reasons"].as_array().unwrap().clone();
            let mut about = reasons
                .into_iter()
                .filter(|one| one["indicator"] == "VOL-03" && one["subject"] == person);
            about
                .next()
                .map(|one| one["reason"].as_str().unwrap().to_owned())
        };
        assert_eq!(reason().as_deref(), Some("no_prevails"));
        let path = format!(
            "/answers/{}/confirmation",
            receipt["answers"][0]["answer_id"].as_str().unwrap()
        );
        case.write(&officer, "POST", &path, None)
            .refused(409, "SECOND_OFFICER_REQUIRED");
        case.write(&caseworker, "POST", &path, None)
            .refused(403, "ROLE_FORBIDDEN");
        case.write(&the(Role::Supervisor), "POST", &path, None)
            .expect(200);
        assert_eq!(reason(), None, "the confirmed yes stands");
        case.write(&the(Role::Supervisor), "POST", &path, None)
            .refused(409, "ALREADY_CONFIRMED");
        let unknown = format!("/answers/{}/confirmation", uuid::Uuid::from_u128(9));
        case.write(&officer, "POST", &unknown, None)
            .refused(422, "ANSWER_UNKNOWN");
        case.write(&officer, "POST", "/answers/none/confirmation", None)
            .refused(404, "ANSWER_NOT_FOUND");
    });
}

#[test]
fn an_answer_is_taken_back_by_its_recorder_only() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let caseworker = the(Role::Caseworker);
        let told = answer("VOL-01", Some(&case.persons[0]), "no");
        let receipt = case
            .post(&caseworker, "/answers", &only(told))
            .expect(201)
            .json();
        let path = format!(
            "/answers/{}/retraction",
            receipt["answers"][0]["answer_id"].as_str().unwrap()
        );
        let why = json!({"remark": "recorded for the wrong household"});
        case.post(&the(Role::ProtectionOfficer), &path, &why)
            .refused(409, "NOT_THE_RECORDER");
        case.post(&caseworker, &path, &why).expect(200);
        case.post(&caseworker, &path, &why)
            .refused(409, "ANSWER_RETRACTED");
        let kept = &case.get(&caseworker, "/answers").expect(200).json()["items"][0];
        assert_eq!(kept["retracted"], true, "it stays in the record");
    });
}

#[test]
fn a_supervisor_decides_between_answers_in_conflict() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (caseworker, supervisor) = (the(Role::Caseworker), the(Role::Supervisor));
        let person = case.persons[0].as_str();
        let mut decision = answer("VOL-02", Some(person), "yes");
        case.post(&supervisor, "/adjudications", &decision)
            .refused(409, "NOTHING_TO_ADJUDICATE");
        case.post(
            &caseworker,
            "/answers",
            &only(answer("VOL-02", Some(person), "no")),
        )
        .expect(201);
        let other = second(Role::ProtectionOfficer);
        world.hire(&other);
        let said_yes = case
            .post(
                &other,
                "/answers",
                &only(answer("VOL-02", Some(person), "yes")),
            )
            .expect(201)
            .json();
        // As long as nobody has seen the evidence, the yes does not stand.
        decision["remark"] = json!("the second interview was held alone");
        case.post(&supervisor, "/adjudications", &decision)
            .refused(409, "NOTHING_TO_ADJUDICATE");
        decision.as_object_mut().unwrap().remove("remark");
        case.post(&supervisor, "/verifications", &evidence_of(&said_yes))
            .expect(200);
        case.post(&caseworker, "/adjudications", &decision)
            .refused(403, "ROLE_FORBIDDEN");
        case.post(&supervisor, "/adjudications", &decision)
            .refused(409, "ADJUDICATION_UNREASONED");
        decision["remark"] = json!("the second interview was held alone");
        case.post(&supervisor, "/adjudications", &decision)
            .expect(201);
        let items = case.get(&supervisor, "/answers").expect(200).json()["items"].clone();
        case.post(&supervisor, "/adjudications", &decision)
            .refused(409, "NOTHING_TO_ADJUDICATE");
        assert_eq!(items[2]["adjudication"], true);
        assert_eq!(items[2]["remark"], "the second interview was held alone");
        // Remarks are protection-sensitive: a caseworker does not read those of others.
        assert!(
            case.get(&caseworker, "/answers").json()["items"][2]
                .get("remark")
                .is_none()
        );
    });
}
