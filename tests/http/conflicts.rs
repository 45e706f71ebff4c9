//! Declared conflicts of interest: from then on the user neither reads the case nor does
//! anything in it, whatever their roles.

use crate::steps::{Case, answer, the};
use crate::world::{World, today};
use sanad_core::access::{Grant, Role};
use sanad_testkit::{Staff, each_backend, staff};
use serde_json::{Value, json};

fn declare(case: &Case<'_>, who: &Staff, body: &Value) -> crate::client::Reply {
    case.post(who, "/conflicts", body)
}

#[test]
fn after_a_declaration_the_user_neither_reads_nor_writes() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let (officer, auditor) = (the(Role::ProtectionOfficer), the(Role::Auditor));
        let finding = case.get(&auditor, "/findings").json()["items"][0]["id"].clone();
        let finding = format!("/v1/findings/{}", finding.as_str().unwrap());
        declare(&case, &officer, &json!({"kind": "relative"})).expect(201);
        let as_of = format!("?as_of={}", today());
        for rest in [
            "",
            &as_of,
            "/history",
            "/answers",
            "/evidence",
            "/conflicts",
            "/assessment",
            "/facts",
            "/findings",
            "/returns",
        ] {
            case.get(&officer, rest)
                .refused(403, "CONFLICT_OF_INTEREST");
        }
        let of_officer = world.as_(&officer);
        for path in [&finding, &format!("{finding}/facts")] {
            of_officer.get(path).refused(403, "CONFLICT_OF_INTEREST");
        }
        let told = json!({"answers": [answer("VOL-01", Some(&case.persons[0]), "no")]});
        case.post(&officer, "/answers", &told)
            .refused(409, "CONFLICT_OF_INTEREST");
        case.post(&officer, "/findings", &json!({}))
            .refused(409, "CONFLICT_OF_INTEREST");
        // An old tag tells no more than a new one.
        of_officer
            .call("POST", &case.path("/findings"))
            .if_match("\"1\"")
            .json(&json!({}))
            .send()
            .refused(409, "CONFLICT_OF_INTEREST");
        // Everybody else goes on.
        case.get(&the(Role::Supervisor), "").expect(200);
        let approval = json!({"finding": finding.rsplit('/').next().unwrap()});
        case.post(&the(Role::Supervisor), "/approvals", &approval)
            .expect(201);
    });
}

#[test]
fn lists_leave_out_what_the_user_may_not_read() {
    each_backend(|database| {
        let world = World::start(database);
        let (mine, other) = (world.compliant_case(), world.household());
        let supervisor = the(Role::Supervisor);
        declare(&mine, &supervisor, &json!({"kind": "own_case"})).expect(201);
        let listed = |who: &Staff, path: &str| {
            let all = world.as_(who).pages(path, 50);
            all.iter()
                .map(|item| item.get("case_id").unwrap_or(&item["id"]).clone())
                .collect::<Vec<_>>()
        };
        let past = format!("/v1/cases?as_of={}", today());
        for path in ["/v1/cases", past.as_str()] {
            assert_eq!(listed(&supervisor, path), [json!(other.id)], "{path}");
            assert_eq!(listed(&the(Role::Caseworker), path).len(), 2, "{path}");
        }
        assert!(listed(&supervisor, "/v1/findings").is_empty());
        assert_eq!(listed(&the(Role::Auditor), "/v1/findings").len(), 1);
        mine.returned("self_organised").expect(201);
        let report = world
            .as_(&supervisor)
            .get("/v1/reports/returns-without-finding?part=rows")
            .expect(200);
        assert_eq!(report.json()["rows"], json!([]));
        world
            .as_(&supervisor)
            .get(&format!(
                "/v1/reports/case-compliance-file?case_id={}",
                mine.id
            ))
            .expect(404);
    });
}

#[test]
fn a_supervisor_declares_it_for_another_user_who_is_there() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (supervisor, caseworker) = (the(Role::Supervisor), the(Role::Caseworker));
        let of = |user: Value| json!({"kind": "other", "user": user, "remark": "worked for them"});
        for nobody in [Role::Registrar, Role::ProtectionOfficer] {
            declare(&case, &the(nobody), &of(json!(caseworker.user)))
                .refused(403, "ROLE_FORBIDDEN");
        }
        declare(&case, &the(Role::Auditor), &json!({"kind": "relative"}))
            .refused(403, "ROLE_FORBIDDEN");
        declare(&case, &supervisor, &of(json!(uuid::Uuid::nil()))).refused(422, "USER_UNKNOWN");
        declare(&case, &supervisor, &of(json!(caseworker.user))).expect(201);
        case.get(&caseworker, "")
            .refused(403, "CONFLICT_OF_INTEREST");
        declare(&case, &supervisor, &of(json!(caseworker.user)))
            .refused(409, "CONFLICT_DECLARED_ALREADY");
        // One's own name is no other user's.
        let registrar = the(Role::Registrar);
        declare(&case, &registrar, &of(json!(registrar.user))).expect(201);

        let seen = |who: Role| case.get(&the(who), "/conflicts").expect(200).json();
        let listed = seen(Role::Supervisor);
        assert_eq!(listed["items"][0]["user"], json!(caseworker.user));
        assert_eq!(listed["items"][0]["declared_by"], json!(supervisor.user));
        assert_eq!(listed["items"][0]["kind"], "other");
        assert_eq!(listed["items"][1]["declared_by"], json!(registrar.user));
        // How somebody stands to a household is protection-sensitive; that they do is not.
        let audited = seen(Role::Auditor);
        assert_eq!(audited["withheld"], json!(["C"]));
        assert_eq!(audited["items"][0]["user"], json!(caseworker.user));
        for hidden in ["kind", "remark"] {
            assert!(audited["items"][0].get(hidden).is_none(), "{hidden}");
        }
        let history = case.get(&the(Role::Auditor), "/history").expect(200).json();
        let kinds = history["items"].as_array().unwrap();
        assert!(kinds.iter().any(|one| one["kind"] == "conflict_declared"));
    });
}

#[test]
fn a_stranger_does_not_learn_of_a_conflict() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let stranger = Staff::of(Role::Supervisor, 2);
        let declared = json!({"kind": "other", "user": stranger.user});
        declare(&case, &the(Role::Supervisor), &declared).expect(201);
        case.get(&stranger, "").refused(404, "CASE_NOT_FOUND");
        case.get(&stranger, "/answers")
            .refused(404, "CASE_NOT_FOUND");
        case.post(&stranger, "/conflicts", &json!({"kind": "other"}))
            .refused(404, "NOT_FOUND");
    });
}

/// Another supervisor of the same office.
fn second(world: &World) -> Staff {
    let grant = Grant {
        role: Role::Supervisor,
        organisation: staff::organisation(1),
        areas: Vec::new(),
    };
    let second = Staff::new(805, "second_supervisor", vec![grant]);
    world.hire(&second);
    second
}

#[test]
fn a_conflict_declared_by_mistake_is_ended_by_two_supervisors_and_stays_in_the_history() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (supervisor, caseworker) = (the(Role::Supervisor), the(Role::Caseworker));
        let second = second(&world);
        let end = |who: &Staff, user: &Staff| {
            let rest = format!("/conflicts/{}/ending", user.user);
            case.post(who, &rest, &json!({"reason": "another family"}))
        };
        end(&supervisor, &caseworker).refused(409, "CONFLICT_NOT_DECLARED");
        declare(&case, &caseworker, &json!({"kind": "relative"})).expect(201);
        // Not the user, nor anybody without that task.
        end(&caseworker, &caseworker).refused(403, "ROLE_FORBIDDEN");
        end(&the(Role::ProtectionOfficer), &caseworker).refused(403, "ROLE_FORBIDDEN");
        let path = format!("/conflicts/{}/ending", caseworker.user);
        case.post(&supervisor, &path, &json!({"reason": ""}))
            .expect(422);
        case.post(&supervisor, &path, &json!({})).expect(422);
        let nobody = json!({"reason": "another family"});
        case.post(&supervisor, "/conflicts/nobody/ending", &nobody)
            .refused(404, "CONFLICT_NOT_FOUND");
        case.get(&caseworker, "")
            .refused(403, "CONFLICT_OF_INTEREST");
        end(&supervisor, &caseworker).expect(200);
        let listed = case.get(&second, "/conflicts").expect(200).json();
        let proposed = &listed["items"][0]["end_proposed"];
        assert_eq!(proposed["by"], json!(supervisor.user));
        assert!(listed["items"][0].get("ended").is_none());
        case.get(&caseworker, "")
            .refused(403, "CONFLICT_OF_INTEREST");
        end(&supervisor, &caseworker).refused(409, "SECOND_OFFICER_REQUIRED");
        end(&second, &caseworker).expect(200);

        case.get(&caseworker, "").expect(200);
        let today = format!("?as_of={}", today());
        case.get(&caseworker, &today).expect(200);
        let listed = world.as_(&caseworker).get("/v1/cases").expect(200).json();
        assert_eq!(listed["items"][0]["id"], json!(case.id));
        let told = json!({"answers": [answer("VOL-06", Some(&case.persons[0]), "no")]});
        case.post(&caseworker, "/answers", &told).expect(201);

        let seen = |who: Role| case.get(&the(who), "/conflicts").expect(200).json();
        let ended = seen(Role::Supervisor)["items"][0]["ended"].clone();
        assert_eq!(
            (&ended["by"], &ended["reason"]),
            (&json!(second.user), &json!("another family"))
        );
        let audited = seen(Role::Auditor)["items"][0]["ended"].clone();
        assert_eq!(audited["by"], json!(second.user));
        assert!(audited.get("reason").is_none(), "tier C");
        let history = case.get(&the(Role::Auditor), "/history").expect(200).json();
        let kinds: Vec<&str> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["kind"].as_str())
            .filter(|kind| kind.starts_with("conflict_"))
            .collect();
        assert_eq!(
            kinds,
            [
                "conflict_declared",
                "conflict_end_proposed",
                "conflict_ended"
            ]
        );

        // A supervisor in a conflict of their own ends none: not this one, nor another's.
        declare(&case, &caseworker, &json!({"kind": "relative"})).expect(201);
        declare(&case, &supervisor, &json!({"kind": "own_case"})).expect(201);
        for user in [&supervisor, &caseworker] {
            end(&supervisor, user).refused(409, "CONFLICT_OF_INTEREST");
        }
    });
}

#[test]
fn what_is_done_after_a_mistaken_conflict_was_ended_is_no_breach() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let case = world.household();
        case.to_assessment();
        let (supervisor, officer) = (the(Role::Supervisor), the(Role::ProtectionOfficer));
        declare(&case, &officer, &json!({"kind": "relative"})).expect(201);
        case.post(&officer, "/findings", &json!({}))
            .refused(409, "CONFLICT_OF_INTEREST");
        let rest = format!("/conflicts/{}/ending", officer.user);
        for one in [supervisor, second(&world)] {
            case.post(&one, &rest, &json!({"reason": "another family"}))
                .expect(200);
        }
        case.post(&officer, "/findings", &json!({})).expect(201);
        let report = world
            .as_(&the(Role::Auditor))
            .get("/v1/reports/segregation-of-duties")
            .expect(200)
            .json();
        let chains: Vec<&Value> = report["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["section"] == "chain")
            .collect();
        assert_eq!(chains.len(), 1, "{report}");
        assert_eq!(chains[0]["breaches"], "", "{report}");
    });
}

#[test]
fn nobody_keeps_a_case_from_those_who_watch_over_it() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        for role in [Role::Auditor, Role::DataProtectionFocalPoint] {
            let declared = json!({"kind": "other", "user": the(role).user});
            case.post(&the(Role::Supervisor), "/conflicts", &declared)
                .refused(422, "DECLARED_BY_THEMSELVES");
            case.get(&the(role), "").expect(200);
        }
    });
}
