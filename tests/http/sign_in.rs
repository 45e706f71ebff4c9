//! Signing in, and what a token is worth.

use crate::steps::the;
use crate::world::{PASSWORD, World, now};
use jiff::SignedDuration;
use sanad_core::access::Role;
use sanad_testkit::each_backend;
use serde_json::json;

#[test]
fn the_right_password_gives_a_token_for_ten_minutes() {
    each_backend(|database| {
        let world = World::start(database);
        let who = the(Role::Caseworker);
        let reply = world
            .stranger()
            .post(
                "/v1/sign-in",
                &json!({"login": who.login, "password": PASSWORD}),
            )
            .expect(200);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let token = reply.json();
        assert_eq!(
            (&token["token_type"], &token["expires_in"]),
            (&json!("Bearer"), &json!(600))
        );
        let client = world.with_token(token["access_token"].as_str().unwrap());
        let me = client.get("/v1/me").expect(200).json();
        assert_eq!(
            (&me["user_id"], &me["login"]),
            (&json!(who.user), &json!(who.login))
        );
    });
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    each_backend(|database| {
        let world = World::start(database);
        let try_as = |login: &str, password: &str| {
            world.stranger().post(
                "/v1/sign-in",
                &json!({"login": login, "password": password}),
            )
        };
        let wrong = try_as(&the(Role::Caseworker).login, "not the password of anybody")
            .refused(401, "SIGN_IN_REFUSED");
        for (login, password) in [
            ("nobody", PASSWORD),
            ("", PASSWORD),
            ("no\u{0}body", PASSWORD),
            (&the(Role::Caseworker).login, ""),
            (&the(Role::Caseworker).login.to_uppercase(), PASSWORD),
        ] {
            assert!(wrong.same_as(&try_as(login, password)), "{login:?}");
        }
    });
}

#[test]
fn without_a_token_of_ours_nothing_is_answered() {
    each_backend(|database| {
        let world = World::start(database);
        let caseworker = the(Role::Caseworker);
        let good = world.as_(&caseworker).token().to_owned();
        world.with_token(&good).get("/v1/cases").expect(200);
        let none = world
            .stranger()
            .get("/v1/cases")
            .refused(401, "TOKEN_MISSING");
        assert_eq!(none.header("www-authenticate"), Some("Bearer"));
        let (head, tail) = good.split_at(good.len() / 2);
        let last = if good.ends_with('A') { "B" } else { "A" };
        let altered = [
            "nonsense".to_owned(),
            format!("{head}x{tail}"),
            format!("{}{last}", &good[..good.len() - 1]),
            good.rsplit_once('.').unwrap().0.to_owned() + ".",
            format!(
                "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.",
                good.split('.').nth(1).unwrap()
            ),
        ];
        for token in &altered {
            world
                .with_token(token)
                .get("/v1/cases")
                .refused(401, "TOKEN_INVALID");
        }
        let basic = world
            .stranger()
            .call("GET", "/v1/cases")
            .header("authorization", &format!("Basic {good}"));
        basic.send().refused(401, "TOKEN_MISSING");
        let lower = world
            .stranger()
            .call("GET", "/v1/cases")
            .header("authorization", &format!("bearer {good}"));
        lower.send().expect(200);
        // A token of another server is none of ours, though it is for the same person.
        let theirs = World::beside(database).as_(&caseworker);
        world
            .with_token(theirs.token())
            .get("/v1/cases")
            .refused(401, "TOKEN_INVALID");
    });
}

#[test]
fn an_old_token_and_a_token_of_nobody_are_refused() {
    each_backend(|database| {
        let world = World::start(database);
        let who = the(Role::Caseworker).user;
        let old = world.token(who, now() - SignedDuration::from_secs(606));
        world
            .with_token(&old)
            .get("/v1/me")
            .refused(401, "TOKEN_INVALID");
        let nobody = sanad_core::ids::UserId(uuid::Uuid::from_u128(9));
        let token = world.token(nobody, now());
        world
            .with_token(&token)
            .get("/v1/me")
            .refused(401, "ACCOUNT_DISABLED");
    });
}

/// The operations that ask for no token, and why. This list may only shrink: a further
/// one is a decision that needs a reason here.
const OPEN: [(&str, &str); 6] = [
    (
        "getKeys",
        "public keys are public; gateways fetch them before any token",
    ),
    ("getLive", "asked by whatever keeps the program running"),
    (
        "getMetrics",
        "asked by a collector; counts, no personal data",
    ),
    ("getReady", "asked by whatever sends requests here"),
    (
        "refreshSession",
        "the refresh token in the body stands for its user",
    ),
    ("signIn", "who signs in has no token yet"),
];

#[test]
fn the_list_of_open_operations_is_this_one() {
    let operations = crate::contract::operations();
    let open = operations
        .iter()
        .filter(|operation| operation.described.get("security").is_some());
    let mut ids: Vec<&str> = open.map(crate::contract::Operation::id).collect();
    ids.sort_unstable();
    assert_eq!(ids, OPEN.map(|(id, _)| id));
}

#[test]
fn every_operation_but_the_open_ones_asks_for_a_token() {
    each_backend(|database| {
        let world = World::start(database);
        let id = uuid::Uuid::from_u128(9).to_string();
        let ids = [
            "id",
            "person_id",
            "answer_id",
            "incident_id",
            "evidence_id",
            "user_id",
            "key_id",
            "edition",
            "code",
            "name",
            "reason",
        ]
        .map(|name| (name, id.as_str()));
        let mut asked = 0;
        for operation in crate::contract::operations() {
            if operation.described.get("security").is_some() {
                continue;
            }
            let call = world
                .stranger()
                .call(operation.method, &operation.path_with(&ids))
                .if_match("\"1\"");
            let reply = match operation.json_example() {
                Some(example) => call.json(example).send(),
                None => call.send(),
            };
            reply.refused(401, "TOKEN_MISSING");
            asked += 1;
        }
        assert!(asked > 40, "{asked}");
    });
}
