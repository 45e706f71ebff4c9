//! The end of a case's data over HTTP (T23): who may, what stands in the way, what is
//! told afterwards.

use crate::audit::{path, rows};
use crate::steps::{Case, the, value_of};
use crate::world::{World, today};
use jiff::{SignedDuration, ToSpan as _};
use sanad_core::access::Role;
use sanad_core::case::{ClosureReason, ClosureRequest, Command, Registration, ReturnNature};
use sanad_testkit::{Staff, TestDatabase, builders, each_backend};
use serde_json::{Value, json};

const WEIGHED: &str = "/anonymisation/proposal";
const CONFIRMED: &str = "/anonymisation/confirmation";

fn focal_point() -> Staff {
    the(Role::DataProtectionFocalPoint)
}

fn closure() -> Command {
    Command::Close(ClosureRequest {
        reason: ClosureReason::NoContact,
        remark: None,
    })
}

/// In 2018 a household was registered and its case closed.
pub(crate) fn closed_long_ago(database: &TestDatabase) -> (World, String) {
    let then = "2018-01-01";
    let mut new = value_of(&builders::registration(1));
    for pointer in [
        "/registered_on",
        "/processing/recorded_on",
        "/processing/consent/given_on",
        "/notice/given_on",
    ] {
        *new.pointer_mut(pointer).unwrap() = json!(then);
    }
    new["members"][0]
        .as_object_mut()
        .unwrap()
        .remove("documents");
    new["members"].as_array_mut().unwrap().truncate(3);
    let new: Registration = serde_json::from_value(new).unwrap();
    let world = World::start(database);
    let past = sanad_testkit::World::beside(database, 7);
    past.pass(SignedDuration::from_hours(-7 * 365 * 24));
    let id = past.registered(1, new).id;
    past.done(&the(Role::Supervisor), id, closure());
    (world, id.to_string())
}

#[test]
fn the_focal_point_proposes_a_supervisor_confirms_and_nobody_else() {
    each_backend(|database| {
        let (world, id) = closed_long_ago(database);
        let case = Case::known(&world, &id);
        let due = format!("/v1/cases?due_by={}", today());
        let listed = world.as_(&focal_point()).get(&due).expect(200).json();
        assert_eq!(listed["items"][0]["id"], id);
        assert_eq!(listed["items"][0]["next_due"]["what"], "anonymisation");
        for role in [Role::Supervisor, Role::ProtectionOfficer, Role::Caseworker] {
            case.post(&the(role), WEIGHED, &json!({"child_records_weighed": true}))
                .refused(403, "ROLE_FORBIDDEN");
        }
        case.post(
            &focal_point(),
            WEIGHED,
            &json!({"child_records_weighed": false}),
        )
        .refused(409, "CHILD_RECORDS_NOT_WEIGHED");
        case.post(
            &focal_point(),
            WEIGHED,
            &json!({"child_records_weighed": true}),
        )
        .expect(200);
        let read = case.get(&focal_point(), "").expect(200).json();
        assert_eq!(
            read["anonymisation_proposed"]["proposed_by"],
            value_of(&focal_point().user)
        );
        case.write(&focal_point(), "POST", CONFIRMED, None)
            .refused(403, "ROLE_FORBIDDEN");
        let receipt = case.write(&the(Role::Supervisor), "POST", CONFIRMED, None);
        assert_eq!(receipt.expect(200).json()["state"], "anonymised");

        let read = case.get(&the(Role::Caseworker), "").expect(200).json();
        assert_eq!(read["members"], json!([]));
        assert_eq!(read["anonymised"]["persons"], 3);
        let history = case.get(&the(Role::Auditor), "/history").expect(200).json();
        let kinds: Vec<_> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["kind"].clone())
            .collect();
        assert_eq!(
            kinds,
            [
                "case_registered",
                "closed",
                "anonymisation_proposed",
                "anonymised"
            ]
        );
        let yesterday = today().yesterday().unwrap();
        for path in ["", "/history", "/answers", "/evidence"] {
            case.get(&the(Role::Supervisor), &format!("{path}?as_of={yesterday}"))
                .refused(410, "CASE_ANONYMISED");
        }
        case.post(
            &the(Role::Registrar),
            "/incidents",
            &json!({"kind": "violence", "happened_on": today()}),
        )
        .refused(409, "CASE_ANONYMISED");
    });
}

#[test]
fn a_legal_hold_keeps_the_data_until_it_is_lifted() {
    each_backend(|database| {
        let (world, id) = closed_long_ago(database);
        let case = Case::known(&world, &id);
        case.post(
            &the(Role::Supervisor),
            "/legal-holds",
            &json!({"reason": "audit"}),
        )
        .refused(403, "ROLE_FORBIDDEN");
        case.post(
            &focal_point(),
            "/legal-holds",
            &json!({"reason": "curiosity"}),
        )
        .refused(422, "FIELD_INVALID");
        case.post(&focal_point(), "/legal-holds", &json!({"reason": "audit"}))
            .expect(201);
        case.post(
            &focal_point(),
            WEIGHED,
            &json!({"child_records_weighed": true}),
        )
        .refused(409, "LEGAL_HOLD");
        let lifting = json!({"remark": "the audit is over"});
        case.post(&focal_point(), "/legal-holds/curiosity/lifting", &lifting)
            .refused(404, "LEGAL_HOLD_NOT_FOUND");
        case.post(&focal_point(), "/legal-holds/legal_claim/lifting", &lifting)
            .refused(409, "LEGAL_HOLD_NOT_IN_FORCE");
        case.post(&focal_point(), "/legal-holds/audit/lifting", &lifting)
            .expect(200);
        case.post(
            &focal_point(),
            WEIGHED,
            &json!({"child_records_weighed": true}),
        )
        .expect(200);
    });
}

#[test]
fn a_case_that_must_still_be_kept_names_the_day() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        case.post(
            &the(Role::Supervisor),
            "/closures",
            &json!({"reason": "no_contact"}),
        )
        .expect(201);
        let until = today().checked_add(5.years()).unwrap().to_string();
        let read = case.get(&focal_point(), "").expect(200).json();
        assert_eq!(read["kept_until"], until);
        let refused = case.post(
            &focal_point(),
            WEIGHED,
            &json!({"child_records_weighed": true}),
        );
        let refused = refused.refused(409, "RETENTION_NOT_OVER");
        assert!(refused.text().contains(&until));
    });
}

/// A facilitated return whose time is over, by the clock of the test kit.
#[test]
fn reports_tell_what_stays_and_accuse_nobody() {
    each_backend(|database| {
        let past = sanad_testkit::World::new(database);
        let id = past.compliant_case().id;
        past.returned(id, ReturnNature::Facilitated);
        past.done(&the(Role::Supervisor), id, closure());
        past.pass(SignedDuration::from_hours(6 * 366 * 24));
        let weighed = sanad_core::case::AnonymisationRequest {
            child_records_weighed: true,
        };
        past.done(&focal_point(), id, Command::ProposeAnonymisation(weighed));
        past.done(&the(Role::Supervisor), id, Command::ConfirmAnonymisation);

        let world = World::beside(database);
        let auditor = world.as_(&the(Role::Auditor));
        let found = auditor.get(&format!("/v1/cases/{id}/findings")).expect(200);
        let finding = found.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let returns = rows(&auditor, &path("returns-without-finding", "part=rows"));
        assert_eq!(returns, Vec::<Value>::new());
        let chain = rows(&auditor, &path("segregation-of-duties", "part=rows"));
        assert_eq!(chain.len(), 1);
        assert_eq!(chain[0]["breaches"], json!(""), "{chain:?}");
        for name in [
            "consent-integrity",
            "children",
            "forced-returns",
            "post-return-outcomes",
        ] {
            rows(&auditor, &path(name, ""));
        }
        assert_eq!(
            rows(&auditor, &path("finding-register", "part=rows")).len(),
            1
        );
        let query = format!("case_id={id}");
        let file = rows(&auditor, &path("case-compliance-file", &query));
        let text = serde_json::to_string(&file).unwrap();
        assert!(text.contains("anonymised"), "{text}");
        for name in ["سلمان", "Şêrîn", "XZ-7788990"] {
            assert!(!text.contains(name), "{name}");
        }
        for gone in ["recompute", "facts"] {
            auditor
                .get(&format!("/v1/findings/{finding}/{gone}"))
                .refused(410, "CASE_ANONYMISED");
        }
        auditor.get(&format!("/v1/findings/{finding}")).expect(200);
    });
}
