//! Staying signed in, signing out, and guessing passwords.

use crate::client::Client;
use crate::steps::the;
use crate::world::{PASSWORD, World, now};
use jiff::SignedDuration;
use sanad_core::access::Role;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::each_backend;
use serde_json::{Value, json};

fn signed_in(world: &World, role: Role) -> Value {
    let who = json!({"login": the(role).login, "password": PASSWORD});
    world
        .stranger()
        .post("/v1/sign-in", &who)
        .expect(200)
        .json()
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

fn refresh(token: &str) -> Value {
    json!({"refresh_token": token})
}

fn client(world: &World, tokens: &Value) -> Client {
    world.with_token(text(tokens, "access_token"))
}

#[test]
fn a_session_is_prolonged_by_one_token_after_another() {
    each_backend(|database| {
        let world = World::start(database);
        let mut tokens = signed_in(&world, Role::Caseworker);
        for _ in 0..3 {
            let next = world
                .stranger()
                .post(
                    "/v1/sign-in/refresh",
                    &refresh(text(&tokens, "refresh_token")),
                )
                .expect(200);
            assert_eq!(next.header("cache-control"), Some("no-store"));
            let next = next.json();
            assert_ne!(next["refresh_token"], tokens["refresh_token"]);
            assert_eq!(next.get("device"), None, "only a sign-in names a device");
            client(&world, &next).get("/v1/me").expect(200);
            tokens = next;
        }
        let sessions = client(&world, &tokens).get("/v1/me/sessions").json();
        let sessions = sessions["items"].as_array().unwrap();
        assert_eq!(sessions.len(), 1);
        assert_eq!(sessions[0]["current"], true);
        for unknown in ["", "nonsense", text(&tokens, "access_token")] {
            world
                .stranger()
                .post("/v1/sign-in/refresh", &refresh(unknown))
                .refused(401, "SESSION_ENDED");
        }
    });
}

#[test]
fn a_refresh_token_that_comes_twice_ends_the_session_for_both() {
    each_backend(|database| {
        let world = World::start(database);
        let first = signed_in(&world, Role::Caseworker);
        let other = signed_in(&world, Role::Caseworker);
        let stolen = refresh(text(&first, "refresh_token"));
        let refreshing = |body: &Value| world.stranger().post("/v1/sign-in/refresh", body);
        let second = refreshing(&stolen).expect(200).json();
        client(&world, &second).get("/v1/me").expect(200);
        let twice = refreshing(&stolen).refused(401, "SESSION_ENDED");
        // Whoever has the later token is out as well, at once, with both tokens.
        client(&world, &second)
            .get("/v1/me")
            .refused(401, "SESSION_ENDED");
        client(&world, &first)
            .get("/v1/me")
            .refused(401, "SESSION_ENDED");
        let later = refreshing(&refresh(text(&second, "refresh_token")));
        assert!(twice.same_as(&later));
        // Another session of the same user is not touched.
        client(&world, &other).get("/v1/me").expect(200);
    });
}

#[test]
fn a_token_that_many_send_at_once_prolongs_at_most_once() {
    each_backend(|database| {
        let world = World::start(database);
        let tokens = signed_in(&world, Role::Caseworker);
        let body = refresh(text(&tokens, "refresh_token"));
        let answered: Vec<u16> = std::thread::scope(|scope| {
            let one = || world.stranger().post("/v1/sign-in/refresh", &body).status;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let good = answered.iter().filter(|status| **status == 200).count();
        assert!(good <= 1, "{answered:?}");
        client(&world, &tokens)
            .get("/v1/me")
            .refused(401, "SESSION_ENDED");
    });
}

#[test]
fn who_signs_out_is_out_and_may_sign_another_device_out() {
    each_backend(|database| {
        let world = World::start(database);
        let (here, lost) = (
            signed_in(&world, Role::Registrar),
            signed_in(&world, Role::Registrar),
        );
        let stranger = signed_in(&world, Role::Supervisor);
        let sessions = client(&world, &here).get("/v1/me/sessions").expect(200);
        let sessions = sessions.json()["items"].clone();
        assert_eq!(sessions.as_array().unwrap().len(), 2);
        let other = sessions
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["current"] == false)
            .unwrap();
        let path = format!("/v1/me/sessions/{}", other["id"].as_str().unwrap());
        // Nobody ends the session of somebody else, or learns that there is one.
        client(&world, &stranger)
            .call("DELETE", &path)
            .send()
            .refused(404, "SESSION_NOT_FOUND");
        let ending = || client(&world, &here).call("DELETE", &path).send();
        ending().expect(204);
        ending().refused(404, "SESSION_NOT_FOUND");
        client(&world, &lost)
            .get("/v1/me")
            .refused(401, "SESSION_ENDED");
        client(&world, &here)
            .post("/v1/sign-out", &json!(null))
            .expect(204);
        client(&world, &here)
            .get("/v1/me")
            .refused(401, "SESSION_ENDED");
        world
            .stranger()
            .post(
                "/v1/sign-in/refresh",
                &refresh(text(&here, "refresh_token")),
            )
            .refused(401, "SESSION_ENDED");
    });
}

#[test]
fn a_disabled_user_is_out_with_the_next_request_and_cannot_stay_signed_in() {
    each_backend(|database| {
        let world = World::start(database);
        let tokens = signed_in(&world, Role::Caseworker);
        client(&world, &tokens).get("/v1/me").expect(200);
        let path = format!("/v1/accounts/{}/use", the(Role::Caseworker).user);
        let admin = world.as_(&the(Role::Administrator));
        admin.put(&path, &json!({"disabled": true})).expect(204);
        client(&world, &tokens)
            .get("/v1/me")
            .refused(401, "ACCOUNT_DISABLED");
        let again = refresh(text(&tokens, "refresh_token"));
        let refreshing = || world.stranger().post("/v1/sign-in/refresh", &again);
        refreshing().refused(401, "SESSION_ENDED");
        // Enabled again, they sign in again.
        admin.put(&path, &json!({"disabled": false})).expect(204);
        refreshing().refused(401, "SESSION_ENDED");
        signed_in(&world, Role::Caseworker);
    });
}

#[test]
fn a_session_that_nobody_used_or_that_lasted_too_long_has_ended() {
    each_backend(|database| {
        let world = World::start(database);
        let user = Key(the(Role::Caseworker).user.0);
        let begin = |session: u128, issued_hours: i64, ends_hours: i64| {
            let at = |hours: i64| At::from(now() + SignedDuration::from_hours(hours));
            let secret = format!("secret {session}");
            let row = sanad_store::rows::SessionRow {
                session_id: Key(uuid::Uuid::from_u128(session)),
                user_id: user,
                begun_at: at(-100),
                used_at: at(issued_hours),
                ends_at: at(ends_hours),
                ended_at: None,
            };
            let token = sanad_store::rows::RefreshTokenRow {
                token_hash: sanad_api::accounts::sessions::hash_of(&secret).to_vec(),
                session_id: row.session_id,
                issued_at: at(issued_hours),
                used_at: None,
            };
            let kept = world
                .app
                .store
                .administer(|db| db.begin_session(&row, &token));
            kept.unwrap();
            world
                .stranger()
                .post("/v1/sign-in/refresh", &refresh(&secret))
        };
        begin(1, -13, 10).refused(401, "SESSION_ENDED");
        begin(2, -1, -1).refused(401, "SESSION_ENDED");
        begin(3, -11, 1).expect(200);
    });
}

#[test]
fn ten_wrong_passwords_are_looked_at_and_the_owner_still_signs_in_from_their_device() {
    each_backend(|database| {
        let world = World::start(database);
        let owner = the(Role::Supervisor).login;
        let device = signed_in(&world, Role::Supervisor)["device"].clone();
        let sign_in = |login: &str, password: &str, device: Option<&Value>| {
            let mut body = json!({"login": login, "password": password});
            if let Some(device) = device {
                body["device"] = device.clone();
            }
            world.stranger().post("/v1/sign-in", &body)
        };
        let mut evaluated = [0, 0];
        for _ in 0..14 {
            for (count, login) in evaluated.iter_mut().zip([owner.as_str(), "nobody"]) {
                let reply = sign_in(login, "not the right sentence", None);
                match reply.status {
                    401 => *count += 1,
                    _ => {
                        let wait = reply.refused(429, "SIGN_IN_TOO_OFTEN");
                        let seconds: u32 = wait.header("retry-after").unwrap().parse().unwrap();
                        assert!((1..=900).contains(&seconds));
                    }
                }
            }
        }
        assert_eq!(
            evaluated,
            [10, 10],
            "a name that nobody has is no exception"
        );
        // Not even the right password is looked at, but from the owner's device.
        sign_in(&owner, PASSWORD, None).refused(429, "SIGN_IN_TOO_OFTEN");
        let forged = json!("00".repeat(32));
        sign_in(&owner, PASSWORD, Some(&forged)).refused(429, "SIGN_IN_TOO_OFTEN");
        let home = sign_in(&owner, PASSWORD, Some(&device)).expect(200).json();
        assert_eq!(home.get("device"), None, "it is known already");
        // A stolen device is no way to guess for ever, nor to another account.
        let colleague = the(Role::Caseworker).login;
        for _ in 0..10 {
            sign_in(&owner, "not the right sentence", Some(&device))
                .refused(401, "SIGN_IN_REFUSED");
        }
        sign_in(&owner, PASSWORD, Some(&device)).refused(429, "SIGN_IN_TOO_OFTEN");
        for _ in 0..10 {
            sign_in(&colleague, "wrong", Some(&device)).refused(401, "SIGN_IN_REFUSED");
        }
        sign_in(&colleague, "wrong", Some(&device)).refused(429, "SIGN_IN_TOO_OFTEN");
    });
}
