//! Keys of programs: for some operations, for a time, under an agreement.

use crate::client::{Client, Reply};
use crate::contract::operations;
use crate::steps::the;
use crate::world::{PASSWORD, World, now, today};
use jiff::{SignedDuration, Span};
use sanad_api::accounts::service_keys::is_for_programs;
use sanad_api::limits::{Rate, Rates};
use sanad_core::access::Role;
use sanad_store::sql_types::{At, Key, On};
use sanad_testkit::{each_backend, staff};
use serde_json::{Value, json};

fn program(role: &str) -> Value {
    json!({
        "login": "ministry-feed", "display_name": "Feed of the Ministry",
        "grants": [{"role": role, "organisation": staff::organisation(1)}],
        "agreement": "Agreement 7 of 2025", "agreement_until": today() + Span::new().days(30),
    })
}

/// The administrator adds a program and gives it a key.
fn with_key(world: &World, operations: &[&str]) -> (String, Value) {
    let admin = world.as_(&the(Role::Administrator));
    let added = admin
        .post("/v1/service-accounts", &program("auditor"))
        .expect(201)
        .json();
    let user = added["account"]["user_id"].as_str().unwrap().to_owned();
    let key = new_key(&admin, &user, operations, 90).expect(201).json();
    (user, key)
}

fn new_key(admin: &Client, user: &str, operations: &[&str], days: u64) -> Reply {
    let body = json!({"operations": operations, "days": days});
    admin.post(&format!("/v1/service-accounts/{user}/keys"), &body)
}

fn using(world: &World, key: &Value) -> Client {
    world.with_token(key["key"].as_str().unwrap())
}

#[test]
fn a_key_opens_the_operations_that_it_names_and_nothing_past_the_grants() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let (user, key) = with_key(&world, &["listCases", "getCase", "registerCase"]);
        let client = using(&world, &key);
        let case_path = format!("/v1/cases/{}", case.id);
        client.get("/v1/cases").expect(200);
        let seen = client.get(&case_path).expect(200);
        let auditor = world.as_(&the(Role::Auditor)).get(&case_path).expect(200);
        assert_eq!(seen.body, auditor.body, "what the grants open, and no more");
        let head = client.call("HEAD", &case_path).send();
        assert_eq!(head.status, 200);
        client.get("/v1/findings").refused(403, "KEY_SCOPE");
        client
            .get(&format!("{case_path}/history"))
            .refused(403, "KEY_SCOPE");
        // Named by the key, and not granted to an auditor.
        let registration = serde_json::to_value(sanad_testkit::builders::registration(1)).unwrap();
        client
            .post("/v1/cases", &registration)
            .refused(403, "ROLE_FORBIDDEN");
        // Nothing about accounts is open to any key.
        let ids = ["id", "user_id", "key_id"].map(|name| (name, user.as_str()));
        let accounts = operations().into_iter().filter(|operation| {
            let described = operation.described;
            described["tags"][0] == "Accounts" && described.get("security").is_none()
        });
        for operation in accounts {
            let call = client.call(operation.method, &operation.path_with(&ids));
            let reply = match operation.json_example() {
                Some(example) => call.json(example).send(),
                None => call.send(),
            };
            reply.refused(403, "KEY_SCOPE");
        }
        client.get("/v1/nothing").refused(404, "NOTHING_HERE");
    });
}

#[test]
fn every_operation_for_programs_is_reached_by_a_key_that_names_it() {
    each_backend(|database| {
        let world = World::start(database);
        let known: Vec<_> = operations()
            .into_iter()
            .filter(|operation| is_for_programs(operation.id()))
            .collect();
        assert!(known.len() > 25, "{}", known.len());
        let names: Vec<&str> = known.iter().map(crate::contract::Operation::id).collect();
        let (_, key) = with_key(&world, &names);
        let client = using(&world, &key);
        let id = uuid::Uuid::from_u128(9).to_string();
        let ids = [
            "id",
            "person_id",
            "answer_id",
            "incident_id",
            "evidence_id",
            "user_id",
            "edition",
            "code",
            "name",
            "reason",
            "key_id",
        ]
        .map(|name| (name, id.as_str()));
        for operation in known {
            let call = client
                .call(operation.method, &operation.path_with(&ids))
                .if_match("\"1\"");
            let reply = match operation.json_example() {
                Some(example) => call.json(example).send(),
                None => call.send(),
            };
            assert!(
                !reply.text().contains("KEY_"),
                "{}: {}",
                operation.id(),
                reply.text()
            );
            assert_ne!(reply.status, 401, "{}", operation.id());
        }
    });
}

#[test]
fn a_key_that_is_none_or_is_over_is_refused() {
    each_backend(|database| {
        let world = World::start(database);
        let (user, key) = with_key(&world, &["listCases"]);
        let text = key["key"].as_str().unwrap().to_owned();
        let ask = |text: &str| world.with_token(text).get("/v1/cases");
        ask(&text).expect(200);
        let last = if text.ends_with('0') { "1" } else { "0" };
        let (id, secret) = text.rsplit_once('_').unwrap();
        for other in [
            format!("{}{last}", &text[..text.len() - 1]),
            text.to_uppercase().replace("SANAD_", "sanad_"),
            format!("{id}_"),
            id.to_owned(),
            format!("sanad_{}_{secret}", "0".repeat(32)),
            "sanad_".to_owned(),
            format!("{text} "),
        ] {
            // White space around a header is no part of it.
            if other.trim_end() != text {
                ask(&other).refused(401, "KEY_INVALID");
            }
        }
        ask(secret).refused(401, "TOKEN_INVALID");

        let admin = world.as_(&the(Role::Administrator));
        let path = format!("/v1/service-accounts/{user}/keys");
        let listed = admin.get(&path).expect(200);
        assert!(!listed.text().contains(secret), "the secret is shown once");
        let keys = listed.json()["items"].as_array().unwrap().clone();
        assert_eq!((keys.len(), &keys[0]["id"]), (1, &key["id"]));
        let end = format!("{path}/{}", key["id"].as_str().unwrap());
        let ending = || admin.call("DELETE", &end).send();
        ending().expect(204);
        ask(&text).refused(401, "KEY_OVER");
        ending().refused(404, "SERVICE_KEY_NOT_FOUND");

        // A key whose days are over, and one whose agreement is.
        let next = new_key(&admin, &user, &["listCases"], 1).expect(201).json();
        let next_text = next["key"].as_str().unwrap();
        ask(next_text).expect(200);
        let store = &world.app.store;
        let (secret, user_key) = (
            next_text.rsplit_once('_').unwrap().1,
            Key(user.parse().unwrap()),
        );
        let old = sanad_store::rows::ServiceKeyRow {
            key_id: Key(uuid::Uuid::from_u128(5)),
            user_id: user_key,
            secret_hash: sanad_api::accounts::sessions::hash_of(secret).to_vec(),
            operations: "listCases".to_owned(),
            made_at: At::from(now()),
            made_by: user_key,
            expires_at: At::from(now() - SignedDuration::from_secs(1)),
            ended_at: None,
        };
        store.administer(|db| db.put_service_key(&old)).unwrap();
        ask(&format!("sanad_{:032x}_{secret}", 5)).refused(401, "KEY_OVER");
        let ended = sanad_store::rows::ServiceAgreementRow {
            user_id: user_key,
            agreement: "Agreement 7 of 2025".to_owned(),
            until: On(today().yesterday().unwrap()),
        };
        store
            .administer(|db| db.put_service_agreement(&ended))
            .unwrap();
        world.app.service_keys.forget_all();
        ask(next_text).refused(401, "KEY_OVER");
        // Prolonged, and then the account is closed.
        let agreement = json!({"agreement": "Agreement 7 of 2025", "agreement_until": today()});
        admin
            .put(
                &format!("/v1/service-accounts/{user}/agreement"),
                &agreement,
            )
            .expect(204);
        ask(next_text).expect(200);
        let close = format!("/v1/accounts/{user}/use");
        admin.put(&close, &json!({"disabled": true})).expect(204);
        ask(next_text).refused(401, "ACCOUNT_DISABLED");
    });
}

#[test]
fn a_program_neither_signs_in_nor_gets_what_is_for_people() {
    each_backend(|database| {
        let world = World::start(database);
        let (user, _) = with_key(&world, &["listCases"]);
        let admin = world.as_(&the(Role::Administrator));
        for password in [PASSWORD, ""] {
            let body = json!({"login": "ministry-feed", "password": password});
            let reply = world.stranger().post("/v1/sign-in", &body);
            reply.refused(401, "SIGN_IN_REFUSED");
        }
        let reset = format!("/v1/accounts/{user}/password-reset");
        admin
            .call("POST", &reset)
            .send()
            .refused(403, "SERVICE_ACCOUNT");
        for operation in [
            "issueFinding",
            "approveReturn",
            "addAccount",
            "getMe",
            "nothing",
            "",
        ] {
            let refused = new_key(&admin, &user, &["getCase", operation], 90);
            let refused = refused.refused(422, "OPERATION_NOT_FOR_KEYS");
            assert_eq!(refused.faults()[0].1, "/operations/1");
        }
        new_key(&admin, &user, &[], 90).refused(422, "LIST_LENGTH");
        new_key(&admin, &user, &["getCase"], 0).refused(422, "KEY_DAYS");
        new_key(&admin, &user, &["getCase"], 91).refused(422, "KEY_DAYS");
        let person = the(Role::Caseworker).user.to_string();
        new_key(&admin, &person, &["getCase"], 1).refused(404, "SERVICE_ACCOUNT_NOT_FOUND");

        let mut another = program("administrator");
        another["login"] = json!("another");
        admin
            .post("/v1/service-accounts", &another)
            .refused(422, "ROLE_FOR_PEOPLE");
        let grants = format!("/v1/accounts/{user}/grants");
        admin
            .put(&grants, &json!({"grants": another["grants"]}))
            .refused(422, "ROLE_FOR_PEOPLE");
        another["grants"][0]["role"] = json!("auditor");
        another["agreement_until"] = json!(today().yesterday().unwrap());
        admin
            .post("/v1/service-accounts", &another)
            .refused(422, "AGREEMENT_OVER");
        admin
            .post("/v1/service-accounts", &program("auditor"))
            .refused(409, "LOGIN_TAKEN");
        let listed = admin.get("/v1/service-accounts").expect(200).json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let other = world.as_(&the(Role::Supervisor));
        other
            .get("/v1/service-accounts")
            .refused(403, "ROLE_FORBIDDEN");
        other
            .post("/v1/service-accounts", &program("auditor"))
            .refused(403, "ROLE_FORBIDDEN");
        new_key(&other, &user, &["getCase"], 1).refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn a_key_that_asks_too_often_waits() {
    each_backend(|database| {
        drop(World::start(database));
        let rates = Rates {
            key: Rate::per_second(1),
            ..Rates::OFF
        };
        let world = World::beside_with(database, |app| app.with_rates(rates));
        let (user, key) = with_key(&world, &["listCases"]);
        let client = using(&world, &key);
        let statuses: Vec<u16> = (0..40).map(|_| client.get("/v1/cases").status).collect();
        let passed = statuses.iter().filter(|status| **status == 200).count();
        assert!((10..25).contains(&passed), "{passed}");
        client.get("/v1/cases").refused(429, "TOO_MANY_REQUESTS");
        let admin = world.as_(&the(Role::Administrator));
        let other = new_key(&admin, &user, &["listCases"], 1).expect(201).json();
        using(&world, &other).get("/v1/cases").expect(200);
    });
}
