//! Accounts and organisations, kept by administrators who read nothing of any case.

use crate::contract::operations;
use crate::steps::the;
use crate::world::World;
use sanad_core::access::Role;
use sanad_testkit::{country, each_backend, staff};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn account(login: &str, roles: &[&str]) -> Value {
    let grant = |role: &&str| json!({"role": role, "organisation": staff::organisation(1)});
    json!({
        "login": login, "display_name": "Someone New", "password": "correct horse battery staple",
        "grants": roles.iter().map(grant).collect::<Vec<_>>(),
    })
}

#[test]
fn an_added_account_signs_in_and_works() {
    each_backend(|database| {
        let world = World::start(database);
        let admin = world.as_(&the(Role::Administrator));
        let added = admin
            .post(
                "/v1/accounts",
                &account("newcomer", &["registrar", "caseworker"]),
            )
            .expect(201)
            .json();
        assert_eq!(added["grants"].as_array().unwrap().len(), 2);
        // Whoever added the account knows the password, until its user has set another.
        let mut sign_in = json!({"login": "newcomer", "password": "correct horse battery staple"});
        world
            .stranger()
            .post("/v1/sign-in", &sign_in)
            .refused(401, "PASSWORD_CHANGE_REQUIRED");
        sign_in["new_password"] = json!("rain on the tin roof at noon");
        let token = world
            .stranger()
            .post("/v1/sign-in", &sign_in)
            .expect(200)
            .json();
        let me = world
            .with_token(token["access_token"].as_str().unwrap())
            .get("/v1/me")
            .expect(200)
            .json();
        assert_eq!(me["user_id"], added["user_id"]);
        assert!(
            added["grants"]
                .as_array()
                .unwrap()
                .iter()
                .all(|grant| me["grants"].as_array().unwrap().contains(grant))
        );
        let logins: Vec<Value> = admin
            .pages("/v1/accounts", 3)
            .into_iter()
            .map(|one| one["login"].clone())
            .collect();
        assert!(
            logins.contains(&json!("newcomer")) && logins.len() == 26,
            "{logins:?}"
        );
        assert!(logins.is_sorted_by_key(|login| login.as_str().unwrap().to_owned()));
        world
            .as_(&the(Role::Registrar))
            .get("/v1/accounts")
            .refused(403, "ROLE_FORBIDDEN");
        world
            .as_(&the(Role::Registrar))
            .post("/v1/accounts", &account("friend", &["auditor"]))
            .refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn an_account_that_must_not_be_is_refused() {
    each_backend(|database| {
        let world = World::start(database);
        let admin = world.as_(&the(Role::Administrator));
        for pair in [
            ["administrator", "registrar"],
            ["administrator", "auditor"],
            ["auditor", "caseworker"],
            ["supervisor", "auditor"],
        ] {
            let refused = admin
                .post("/v1/accounts", &account("both", &pair))
                .refused(422, "INCOMPATIBLE_ROLES");
            assert_eq!(refused.faults()[0].1, "/grants");
        }
        admin
            .post("/v1/accounts", &account("nobody", &[]))
            .refused(422, "LIST_LENGTH");
        admin
            .post("/v1/accounts", &account("Upper Case", &["registrar"]))
            .refused(422, "LOGIN_INVALID");
        admin
            .post("/v1/accounts", &account("anybody", &["king"]))
            .expect(422);
        let with = |pointer: &str, value: Value| {
            let mut account = account("someone", &["registrar"]);
            match account.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => account["grants"][0]["areas"] = value,
            }
            account
        };
        let short = admin.post("/v1/accounts", &with("/password", json!("short")));
        assert!(
            !short
                .refused(422, "PASSWORD_LENGTH")
                .text()
                .contains("\"short\""),
            "the password is repeated"
        );
        admin
            .post(
                "/v1/accounts",
                &with("/grants/0/organisation", json!(staff::organisation(3))),
            )
            .refused(422, "ORGANISATION_UNKNOWN");
        // Common ones are not taken, nor what a colleague would try first.
        for guessable in ["password1234", "someone-new1"] {
            admin
                .post("/v1/accounts", &with("/password", json!(guessable)))
                .refused(422, "PASSWORD_GUESSABLE");
        }
        let nowhere = json!([{"edition": "XZ-2025", "code": "XZ77"}]);
        admin
            .post("/v1/accounts", &with("/grants/0/areas", nowhere))
            .refused(422, "PLACE_UNKNOWN");
        admin
            .post("/v1/accounts", &account("someone", &["registrar"]))
            .expect(201);
        admin
            .post("/v1/accounts", &account("someone", &["registrar"]))
            .refused(409, "LOGIN_TAKEN");
    });
}

#[test]
fn a_grant_or_area_that_stands_twice_is_not_taken_for_a_login_that_is_taken() {
    each_backend(|database| {
        let world = World::start(database);
        let admin = world.as_(&the(Role::Administrator));
        let refused = |account: &Value, code: &str, pointer: &str| {
            let refused = admin.post("/v1/accounts", account).refused(422, code);
            assert_eq!(refused.faults()[0].1, pointer);
        };
        let areas = |codes: &[String]| {
            let mut account = account("someone", &["caseworker", "registrar"]);
            let area = |code: &String| json!({"edition": country::EDITION, "code": code});
            account["grants"][1]["areas"] = codes.iter().map(area).collect();
            account
        };
        refused(
            &account("someone", &["registrar", "caseworker", "registrar"]),
            "GRANT_TWICE",
            "/grants/2",
        );
        // With other areas it is the same role still: the two are one grant when read.
        let mut split = areas(&["XZ01".to_owned()]);
        split["grants"][0]["role"] = json!("registrar");
        refused(&split, "GRANT_TWICE", "/grants/1");
        let twice = ["XZ01", "XZ02", "XZ01"].map(str::to_owned);
        refused(&areas(&twice), "AREA_TWICE", "/grants/1/areas/2");
        let many: Vec<String> = (0..51).map(|number| format!("XZ{number:02}")).collect();
        refused(&areas(&many), "LIST_TOO_LONG", "/grants/1/areas");
        refused(
            &account("someone", &["registrar"; 21]),
            "LIST_TOO_LONG",
            "/grants",
        );
        // The login was free all the time.
        admin
            .post("/v1/accounts", &account("someone", &["registrar"]))
            .expect(201);
    });
}

#[test]
fn a_disabled_account_is_refused_here_at_once_and_elsewhere_soon() {
    each_backend(|database| {
        let world = World::start(database);
        let elsewhere = World::beside(database);
        let (admin, caseworker) = (world.as_(&the(Role::Administrator)), the(Role::Caseworker));
        let (here, there) = (world.as_(&caseworker), elsewhere.as_(&caseworker));
        here.get("/v1/cases").expect(200);
        there.get("/v1/cases").expect(200);
        let path = format!("/v1/accounts/{}/use", caseworker.user);
        admin.put(&path, &json!({"disabled": true})).expect(204);
        let disabled = Instant::now();
        here.get("/v1/cases").refused(401, "ACCOUNT_DISABLED");
        while there.get("/v1/cases").status != 401 {
            assert!(
                disabled.elapsed() < Duration::from_secs(3),
                "another process lets a disabled account in"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        let sign_in = json!({"login": caseworker.login, "password": crate::world::PASSWORD});
        world
            .stranger()
            .post("/v1/sign-in", &sign_in)
            .refused(401, "SIGN_IN_REFUSED");
        admin.put(&path, &json!({"disabled": false})).expect(204);
        // What was ended stays ended: enabled again, they sign in again.
        here.get("/v1/cases").refused(401, "SESSION_ENDED");
        let tokens = world.stranger().post("/v1/sign-in", &sign_in).expect(200);
        let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
        world.with_token(&token).get("/v1/cases").expect(200);
        admin
            .put("/v1/accounts/nobody/use", &json!({"disabled": true}))
            .refused(404, "ACCOUNT_NOT_FOUND");
    });
}

#[test]
fn the_administrator_gets_nothing_of_any_case() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let admin = world.as_(&the(Role::Administrator));
        let ids = [
            ("id", case.id.as_str()),
            ("person_id", &case.persons[0]),
            ("answer_id", &case.persons[0]),
            ("incident_id", &case.persons[0]),
            ("evidence_id", &case.persons[0]),
            ("user_id", &case.persons[0]),
            ("reason", "audit"),
            ("key_id", &case.persons[0]),
        ];
        let on_cases = || {
            operations()
                .into_iter()
                .filter(|operation| operation.path.starts_with("/v1/cases"))
        };
        assert!(on_cases().count() > 20);
        for operation in on_cases().filter(|operation| operation.id() != "registerCase") {
            let call = admin
                .call(operation.method, &operation.path_with(&ids))
                .if_match("\"1\"");
            let reply = match operation.json_example() {
                Some(example) => call.json(example).send(),
                None => call.send(),
            };
            assert!(
                [403, 404].contains(&reply.status),
                "{}: {}",
                operation.id(),
                reply.status
            );
        }
        for path in [
            "/v1/findings",
            "/v1/reports/returns-without-finding",
            "/v1/cases",
        ] {
            admin.get(path).refused(403, "ROLE_FORBIDDEN");
        }
        let registration = serde_json::to_value(sanad_testkit::builders::registration(1)).unwrap();
        admin
            .post("/v1/cases", &registration)
            .refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn an_added_organisation_can_keep_cases() {
    each_backend(|database| {
        let world = World::start(database);
        let admin = world.as_(&the(Role::Administrator));
        let added = admin
            .post("/v1/organisations", &json!({"name": "Gimel Aid"}))
            .expect(201)
            .json();
        admin
            .post("/v1/organisations", &json!({"name": "Gimel Aid"}))
            .refused(409, "ORGANISATION_EXISTS");
        admin
            .post("/v1/organisations", &json!({"name": "  "}))
            .expect(422);
        let listed = world
            .as_(&the(Role::Registrar))
            .get("/v1/organisations")
            .expect(200)
            .json();
        assert!(listed["items"].as_array().unwrap().contains(&added));
        world
            .as_(&the(Role::Registrar))
            .post("/v1/organisations", &json!({"name": "Own"}))
            .refused(403, "ROLE_FORBIDDEN");
    });
}
