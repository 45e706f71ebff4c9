//! What is known of a place: answers for all cases that go there, events, the dossier.

use crate::steps::{answer, evidence_of, place, the};
use crate::world::{World, today};
use sanad_core::access::{Grant, Role};
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::{Staff, each_backend, staff};
use serde_json::{Value, json};

fn path(rest: &str) -> String {
    format!("/v1/areas/{EDITION}/{QALAT_NOUR}{rest}")
}

fn about(dossier: &Value, indicator: &str) -> Value {
    let indicators = dossier["indicators"].as_array().unwrap();
    indicators
        .iter()
        .find(|one| one["indicator"] == indicator)
        .unwrap()
        .clone()
}

#[test]
fn a_dossier_shows_what_was_answered_by_how_many_and_what_is_missing() {
    each_backend(|database| {
        let world = World::start(database);
        let (officer, supervisor) = (
            world.as_(&the(Role::ProtectionOfficer)),
            world.as_(&the(Role::Supervisor)),
        );
        let empty = officer.get(&path("")).expect(200).json();
        assert_eq!(empty["names"]["ar"], "قلعة نور");
        assert_eq!(empty["lies_in"].as_array().unwrap().len(), 4);
        let gap = about(&empty, "PHY-01");
        assert_eq!(
            (&gap["gap"], &gap["stale"], &gap["recorders"]),
            (&json!(true), &json!(true), &json!(0))
        );

        let body =
            json!({"answers": [answer("PHY-01", None, "yes"), answer("PHY-04", None, "unknown")]});
        let receipt = officer.post(&path("/answers"), &body).expect(201);
        assert_eq!(receipt.header("location"), Some(path("").as_str()));
        let evidence = evidence_of(&receipt.json());
        officer
            .post(&path("/verifications"), &evidence)
            .refused(409, "SELF_VERIFICATION");
        assert_eq!(
            about(&officer.get(&path("")).json(), "PHY-01")["independent"],
            false,
            "nobody has verified it"
        );
        supervisor
            .post(&path("/verifications"), &evidence)
            .expect(200);
        officer
            .post(
                &path("/events"),
                &json!({"kind": "armed_clash", "happened_on": today()}),
            )
            .expect(201);

        let known = officer.get(&path("")).expect(200).json();
        let fresh = about(&known, "PHY-01");
        assert_eq!(
            (
                &fresh["gap"],
                &fresh["stale"],
                &fresh["recorders"],
                &fresh["independent"]
            ),
            (&json!(false), &json!(false), &json!(1), &json!(true))
        );
        assert_eq!(about(&known, "PHY-04")["gap"], true, "not knowing is a gap");
        assert_eq!(known["events"][0]["event"]["kind"], "armed_clash");
        assert_eq!(known["cases_heading_here"], 0);
        let before = officer
            .get(&path(&format!("?as_of={}", today().yesterday().unwrap())))
            .expect(200)
            .json();
        assert_eq!(
            (&before["events"], &about(&before, "PHY-01")["gap"]),
            (&json!([]), &json!(true))
        );

        let home = json!({"place": place(QALAT_NOUR), "chosen_on": today()});
        world
            .household()
            .put(&the(Role::Caseworker), "/destination", &home)
            .expect(200);
        assert_eq!(officer.get(&path("")).json()["cases_heading_here"], 1);
        assert_eq!(
            world
                .as_(&Staff::of(Role::Supervisor, 2))
                .get(&path(""))
                .json()["cases_heading_here"],
            0,
            "of their own organisation"
        );
    });
}

#[test]
fn answers_about_a_place_keep_the_same_rules_as_those_about_a_case() {
    each_backend(|database| {
        let world = World::start(database);
        let (officer, supervisor) = (
            world.as_(&the(Role::ProtectionOfficer)),
            world.as_(&the(Role::Supervisor)),
        );
        let only = |answer: Value| json!({"answers": [answer]});
        officer
            .post(&path("/answers"), &only(answer("VOL-01", None, "yes")))
            .refused(422, "ANSWER_BELONGS_TO_CASE");
        world
            .as_(&the(Role::Caseworker))
            .post(&path("/answers"), &only(answer("PHY-01", None, "yes")))
            .refused(403, "ROLE_FORBIDDEN");
        let no = officer
            .post(&path("/answers"), &only(answer("PHY-02", None, "no")))
            .expect(201)
            .json();
        let second = Staff::new(
            804,
            "second_officer",
            vec![Grant {
                role: Role::ProtectionOfficer,
                organisation: staff::organisation(1),
                areas: Vec::new(),
            }],
        );
        let second = world.hire(&second);
        let mut yes = answer("PHY-02", None, "yes");
        yes["supersedes"] = no["answers"][0]["answer_id"].clone();
        let yes = second
            .post(&path("/answers"), &only(yes))
            .expect(201)
            .json();
        // A yes that nobody has verified does not stand against the no.
        let mut decision = answer("PHY-02", None, "yes");
        decision["remark"] = json!("the clearance report is the later one");
        supervisor
            .post(&path("/adjudications"), &decision)
            .refused(409, "NOTHING_TO_ADJUDICATE");
        supervisor
            .post(&path("/verifications"), &evidence_of(&yes))
            .expect(200);
        supervisor
            .post(&path("/adjudications"), &decision)
            .expect(201);
        let confirmation = path(&format!(
            "/answers/{}/confirmation",
            yes["answers"][0]["answer_id"].as_str().unwrap()
        ));
        supervisor.call("POST", &confirmation).send().expect(200);
        supervisor
            .call("POST", &confirmation)
            .send()
            .refused(409, "ALREADY_CONFIRMED");
        let retraction = path(&format!(
            "/answers/{}/retraction",
            no["answers"][0]["answer_id"].as_str().unwrap()
        ));
        let why = json!({"remark": "the report was about another town"});
        second
            .post(&retraction, &why)
            .refused(409, "NOT_THE_RECORDER");
        officer.post(&retraction, &why).expect(200);
        let known = about(&officer.get(&path("")).json(), "PHY-02");
        assert_eq!(known["answers"].as_array().unwrap().len(), 3);
        assert_eq!(known["recorders"], 2, "an answer taken back counts no more");
    });
}

#[test]
fn a_place_that_no_list_has_is_not_found() {
    each_backend(|database| {
        let world = World::start(database);
        let officer = world.as_(&the(Role::ProtectionOfficer));
        for nowhere in ["XZ-2025/XZ77", "XZ-1999/C1007", "%20/%20", "XZ-2025/%00"] {
            officer
                .get(&format!("/v1/places/{nowhere}"))
                .refused(404, "PLACE_NOT_FOUND");
            officer.get(&format!("/v1/areas/{nowhere}")).expect(404);
            let event = json!({"kind": "armed_clash", "happened_on": today()});
            officer
                .post(&format!("/v1/areas/{nowhere}/events"), &event)
                .refused(404, "PLACE_NOT_FOUND");
        }
        let tomorrow = json!({"kind": "armed_clash", "happened_on": today().tomorrow().unwrap()});
        officer
            .post(&path("/events"), &tomorrow)
            .refused(422, "DATE_IN_FUTURE");
        officer
            .post(
                &path("/events"),
                &json!({"kind": "rumour", "happened_on": today()}),
            )
            .refused(422, "AREA_EVENT_KIND_UNKNOWN");
        // The administrator knows which places there are, and nothing that is said of them.
        world
            .as_(&the(Role::Administrator))
            .get(&path(""))
            .refused(403, "ROLE_FORBIDDEN");
    });
}
