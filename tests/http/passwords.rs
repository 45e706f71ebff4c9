//! Passwords that users change themselves, passwords that are handed out, and what an
//! administrator may change of others and not of themselves.

use crate::client::{Client, Reply};
use crate::steps::the;
use crate::world::{PASSWORD, World, now};
use jiff::SignedDuration;
use sanad_core::access::Role;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{country, each_backend, staff};
use serde_json::{Value, json};

const NEXT: &str = "rain on the tin roof at noon";

fn sign_in(world: &World, login: &str, password: &str, new: Option<&str>) -> Reply {
    let mut body = json!({"login": login, "password": password});
    if let Some(new) = new {
        body["new_password"] = json!(new);
    }
    world.stranger().post("/v1/sign-in", &body)
}

fn client(world: &World, signed_in: Reply) -> Client {
    let tokens = signed_in.expect(200).json();
    world.with_token(tokens["access_token"].as_str().unwrap())
}

fn change(client: &Client, current: &str, new: &str) -> Reply {
    let body = json!({"current_password": current, "new_password": new});
    client.put("/v1/me/password", &body)
}

fn reset(client: &Client, role: Role) -> Reply {
    let path = format!("/v1/accounts/{}/password-reset", the(role).user);
    client.call("POST", &path).send()
}

#[test]
fn a_changed_password_ends_the_other_sessions_and_keeps_this_one() {
    each_backend(|database| {
        let world = World::start(database);
        let login = the(Role::Caseworker).login;
        let here = client(&world, sign_in(&world, &login, PASSWORD, None));
        let there = client(&world, sign_in(&world, &login, PASSWORD, None));
        there.get("/v1/me").expect(200);
        change(&here, "not the right sentence", NEXT).refused(403, "PASSWORD_WRONG");
        change(&here, PASSWORD, "short").refused(422, "PASSWORD_LENGTH");
        change(&here, PASSWORD, "password1234").refused(422, "PASSWORD_GUESSABLE");
        change(&here, PASSWORD, PASSWORD).refused(422, "PASSWORD_THE_SAME");
        there.get("/v1/me").expect(200);
        change(&here, PASSWORD, NEXT).expect(204);
        there.get("/v1/me").refused(401, "SESSION_ENDED");
        here.get("/v1/me").expect(200);
        sign_in(&world, &login, PASSWORD, None).refused(401, "SIGN_IN_REFUSED");
        sign_in(&world, &login, NEXT, None).expect(200);
        // A screen that was left open is no way to guess it: two of the ten are gone.
        let guesses = (0..12).map(|_| change(&here, "not the right sentence", NEXT).status);
        assert_eq!(guesses.filter(|status| *status == 429).count(), 4);
    });
}

#[test]
fn a_password_that_was_handed_out_is_good_once_and_only_to_set_another() {
    each_backend(|database| {
        let world = World::start(database);
        let login = the(Role::Caseworker).login;
        let before = client(&world, sign_in(&world, &login, PASSWORD, None));
        let admin = world.as_(&the(Role::Administrator));
        reset(&world.as_(&the(Role::Supervisor)), Role::Caseworker).refused(403, "ROLE_FORBIDDEN");
        reset(&admin, Role::Administrator).refused(403, "OWN_ACCOUNT");
        let given = reset(&admin, Role::Caseworker).expect(200);
        assert_eq!(given.header("cache-control"), Some("no-store"));
        let given = given.json()["password"].as_str().unwrap().to_owned();
        before.get("/v1/me").refused(401, "SESSION_ENDED");
        let with = |password: &str, new: Option<&str>| sign_in(&world, &login, password, new);
        with(PASSWORD, None).refused(401, "SIGN_IN_REFUSED");
        with(&given, None).refused(401, "PASSWORD_CHANGE_REQUIRED");
        with(&given, Some("short")).refused(422, "PASSWORD_LENGTH");
        with(&given, Some(&given)).refused(422, "PASSWORD_THE_SAME");
        with("not the right sentence", Some(NEXT)).refused(401, "SIGN_IN_REFUSED");
        with(&given, Some(NEXT)).expect(200);
        with(&given, Some(NEXT)).refused(401, "SIGN_IN_REFUSED");
        with(NEXT, Some(PASSWORD)).refused(422, "PASSWORD_LASTING");
        with(NEXT, None).expect(200);
    });
}

#[test]
fn a_password_that_was_handed_out_waits_for_three_days() {
    each_backend(|database| {
        let world = World::start(database);
        let admin = world.as_(&the(Role::Administrator));
        let given = reset(&admin, Role::Caseworker).expect(200).json();
        let until: jiff::Timestamp = given["good_until"].as_str().unwrap().parse().unwrap();
        let waits = until.duration_since(now());
        assert!(waits > SignedDuration::from_hours(71) && waits <= SignedDuration::from_hours(72));
        let user = Key(the(Role::Caseworker).user.0);
        let over = At::from(now() - SignedDuration::from_secs(1));
        let store = &world.app.store;
        let aged = store.administer(|db| {
            let hash = db.account(user)?.unwrap().0.password_hash;
            db.set_password(user, None, &hash, Some(over))
        });
        assert!(aged.unwrap());
        let password = given["password"].as_str().unwrap();
        let login = the(Role::Caseworker).login;
        sign_in(&world, &login, password, Some(NEXT)).refused(401, "PASSWORD_OVER");
    });
}

#[test]
fn grants_are_changed_by_somebody_else_and_hold_from_the_next_request_on() {
    each_backend(|database| {
        let world = World::start(database);
        let caseworker = the(Role::Caseworker);
        let (user, admin) = (world.as_(&caseworker), world.as_(&the(Role::Administrator)));
        let path = |role| format!("/v1/accounts/{}/grants", the(role).user);
        let grant = |role: &str| json!({"role": role, "organisation": staff::organisation(1)});
        let set =
            |who: &Client, role, grants: &[Value]| who.put(&path(role), &json!({"grants": grants}));
        let to_auditor = [grant("auditor")];
        user.get("/v1/reports/returns-without-finding")
            .refused(403, "ROLE_FORBIDDEN");
        set(&user, Role::Caseworker, &to_auditor).refused(403, "ROLE_FORBIDDEN");
        set(&admin, Role::Administrator, &to_auditor).refused(403, "OWN_ACCOUNT");
        set(&admin, Role::Caseworker, &[]).refused(422, "LIST_LENGTH");
        set(
            &admin,
            Role::Caseworker,
            &[grant("auditor"), grant("caseworker")],
        )
        .refused(422, "INCOMPATIBLE_ROLES");
        set(
            &admin,
            Role::Caseworker,
            &[grant("registrar"), grant("registrar")],
        )
        .refused(422, "GRANT_TWICE");
        let mut nowhere = grant("registrar");
        nowhere["areas"] = json!([{"edition": "XZ-2025", "code": "XZ77"}]);
        set(&admin, Role::Caseworker, &[nowhere]).refused(422, "PLACE_UNKNOWN");
        let missing = "/v1/accounts/0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a10/grants";
        admin
            .put(missing, &json!({"grants": to_auditor}))
            .refused(404, "ACCOUNT_NOT_FOUND");
        let changed = set(&admin, Role::Caseworker, &to_auditor)
            .expect(200)
            .json();
        assert_eq!(changed["grants"][0]["role"], "auditor");
        user.get("/v1/reports/returns-without-finding").expect(200);
        assert_eq!(user.get("/v1/me").json()["grants"], changed["grants"]);

        let mut north = grant("caseworker");
        north["areas"] = json!([{"edition": country::EDITION, "code": country::NORTH}]);
        set(&admin, Role::Caseworker, std::slice::from_ref(&north)).expect(200);
        assert_eq!(user.get("/v1/me").json()["grants"], json!([north]));
        user.get("/v1/reports/returns-without-finding")
            .refused(403, "ROLE_FORBIDDEN");
    });
}
