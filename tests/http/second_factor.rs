//! The second factor: codes of an app and codes on paper, each good once.

use crate::client::{Client, Reply};
use crate::steps::the;
use crate::world::{PASSWORD, World, now};
use jiff::SignedDuration;
use sanad_api::accounts::costs::Costs;
use sanad_api::accounts::password::Passwords;
use sanad_api::accounts::pepper::Pepper;
use sanad_api::accounts::totp::code_at;
use sanad_core::access::Role;
use sanad_testkit::each_backend;
use serde_json::{Value, json};

/// What an app does with the secret.
struct App(Vec<u8>);

impl App {
    fn reading(secret: &str) -> Self {
        let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
        for letter in secret.chars() {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
            bits = bits << 5 | u32::try_from(value).unwrap();
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from(bits >> held & 255).unwrap());
            }
        }
        Self(bytes)
    }

    /// The code of so many half minutes from now.
    fn shows(&self, steps: i64) -> String {
        code_at(&self.0, now() + SignedDuration::from_secs(30 * steps)).unwrap()
    }

    /// Six digits that it does not show around now.
    fn does_not_show(&self) -> String {
        let shown: Vec<String> = (-3..=3).map(|steps| self.shows(steps)).collect();
        let wrong = (0..10).map(|number| format!("00000{number}"));
        wrong
            .into_iter()
            .find(|code| !shown.contains(code))
            .unwrap()
    }
}

fn sign_in(world: &World, role: Role, code: Option<&str>) -> Reply {
    let mut body = json!({"login": the(role).login, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    world.stranger().post("/v1/sign-in", &body)
}

fn client(world: &World, signed_in: Reply) -> Client {
    let tokens = signed_in.expect(200).json();
    world.with_token(tokens["access_token"].as_str().unwrap())
}

/// The user asks for a second factor and shows a code of the half minute before.
fn enrolled(client: &Client) -> (App, Vec<String>) {
    let asked = client
        .post("/v1/me/second-factor", &json!({"password": PASSWORD}))
        .expect(201);
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    let secret = asked.json()["secret"].as_str().unwrap().to_owned();
    let uri = asked.json()["uri"].as_str().unwrap().to_owned();
    assert!(
        uri.starts_with("otpauth://totp/Sanad:") && uri.contains(&secret),
        "{uri}"
    );
    let app = App::reading(&secret);
    let confirmed = confirm(client, &app.shows(-1)).expect(200).json();
    let codes: Vec<Value> = confirmed["recovery_codes"].as_array().unwrap().clone();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned());
    (app, codes.collect())
}

fn confirm(client: &Client, code: &str) -> Reply {
    client.post("/v1/me/second-factor/confirmations", &json!({"code": code}))
}

fn state(client: &Client) -> Value {
    client.get("/v1/me/second-factor").expect(200).json()
}

#[test]
fn once_in_force_it_is_asked_for_and_every_code_is_good_once() {
    each_backend(|database| {
        let world = World::start(database);
        let role = Role::Supervisor;
        let user = world.as_(&the(role));
        assert_eq!(
            state(&user),
            json!({"in_force": false, "recovery_codes_left": 0})
        );
        let (app, paper) = enrolled(&user);
        assert_eq!(paper.len(), 10);
        assert_eq!(
            state(&user),
            json!({"in_force": true, "recovery_codes_left": 10})
        );

        sign_in(&world, role, None).refused(401, "SECOND_FACTOR_REQUIRED");
        // Without the right password nobody learns that there is one.
        let wrong = json!({"login": the(role).login, "password": "not the right sentence"});
        let reply = world.stranger().post("/v1/sign-in", &wrong);
        reply.refused(401, "SIGN_IN_REFUSED");
        sign_in(&world, role, Some(&app.does_not_show())).refused(401, "SECOND_FACTOR_WRONG");
        for used_up in [
            app.shows(0),
            app.shows(1),
            paper[0].clone(),
            paper[1].to_uppercase(),
        ] {
            client(&world, sign_in(&world, role, Some(&used_up)));
            sign_in(&world, role, Some(&used_up)).refused(401, "SECOND_FACTOR_WRONG");
        }
        // One that is older than the last is used up with it.
        sign_in(&world, role, Some(&app.shows(-1))).refused(401, "SECOND_FACTOR_WRONG");
        assert_eq!(state(&user)["recovery_codes_left"], 8);
        // Codes of others open nothing.
        let other = world.as_(&the(Role::Caseworker));
        let (_, theirs) = enrolled(&other);
        sign_in(&world, role, Some(&theirs[0])).refused(401, "SECOND_FACTOR_WRONG");
    });
}

#[test]
fn a_code_that_many_send_at_once_opens_one_session() {
    each_backend(|database| {
        let world = World::start(database);
        let role = Role::Supervisor;
        let (app, paper) = enrolled(&world.as_(&the(role)));
        for code in [app.shows(0), paper[3].clone()] {
            let answered: Vec<u16> = std::thread::scope(|scope| {
                let one = || sign_in(&world, role, Some(&code)).status;
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
                threads.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let opened = answered.iter().filter(|status| **status == 200).count();
            assert_eq!(opened, 1, "{answered:?}");
        }
    });
}

#[test]
fn codes_are_guessed_as_often_as_passwords() {
    each_backend(|database| {
        let world = World::start(database);
        let role = Role::Supervisor;
        let (app, paper) = enrolled(&world.as_(&the(role)));
        let wrong = app.does_not_show();
        for _ in 0..10 {
            sign_in(&world, role, None).refused(401, "SECOND_FACTOR_REQUIRED");
            sign_in(&world, role, Some(&wrong)).refused(401, "SECOND_FACTOR_WRONG");
        }
        for code in [None, Some(wrong.as_str()), Some(paper[0].as_str())] {
            sign_in(&world, role, code).refused(429, "SIGN_IN_TOO_OFTEN");
        }
    });
}

#[test]
fn it_is_asked_for_with_the_password_and_comes_into_force_with_a_code() {
    each_backend(|database| {
        let world = World::start(database);
        let role = Role::Supervisor;
        let user = world.as_(&the(role));
        confirm(&user, "000000").refused(409, "NO_SECOND_FACTOR_WAITS");
        let ask =
            |password: &str| user.post("/v1/me/second-factor", &json!({"password": password}));
        ask("not the right sentence").refused(403, "PASSWORD_WRONG");
        let first = ask(PASSWORD).expect(201).json();
        let first = App::reading(first["secret"].as_str().unwrap());
        // Asked for again, the first secret is worth nothing.
        let second = ask(PASSWORD).expect(201).json();
        let second = App::reading(second["secret"].as_str().unwrap());
        confirm(&user, &first.shows(0)).refused(422, "CODE_WRONG");
        sign_in(&world, role, None).expect(200);
        confirm(&user, &second.shows(0)).expect(200);
        confirm(&user, &second.shows(1)).refused(409, "NO_SECOND_FACTOR_WAITS");
        ask(PASSWORD).refused(409, "SECOND_FACTOR_IN_FORCE");
        sign_in(&world, role, None).refused(401, "SECOND_FACTOR_REQUIRED");
    });
}

#[test]
fn an_administrator_takes_it_off_somebody_else_who_is_then_signed_out() {
    each_backend(|database| {
        let world = World::start(database);
        let role = Role::Supervisor;
        let user = world.as_(&the(role));
        let (app, paper) = enrolled(&user);
        let elsewhere = client(&world, sign_in(&world, role, Some(&app.shows(0))));
        let path = |role| format!("/v1/accounts/{}/second-factor", the(role).user);
        let remove = |who: &Client, role| who.call("DELETE", &path(role)).send();
        let admin = world.as_(&the(Role::Administrator));
        remove(&world.as_(&the(Role::Caseworker)), role).refused(403, "ROLE_FORBIDDEN");
        remove(&admin, Role::Administrator).refused(403, "OWN_ACCOUNT");
        remove(&admin, Role::Registrar).refused(404, "SECOND_FACTOR_NOT_FOUND");
        remove(&admin, role).expect(204);
        remove(&admin, role).refused(404, "SECOND_FACTOR_NOT_FOUND");
        for signed_out in [&user, &elsewhere] {
            signed_out.get("/v1/me").refused(401, "SESSION_ENDED");
        }
        let again = client(&world, sign_in(&world, role, None));
        assert_eq!(
            state(&again),
            json!({"in_force": false, "recovery_codes_left": 0})
        );
        // What was on paper is gone with it.
        enrolled(&again);
        sign_in(&world, role, Some(&paper[5])).refused(401, "SECOND_FACTOR_WRONG");
    });
}

#[test]
fn the_secret_needs_the_pepper_it_was_made_with() {
    each_backend(|database| {
        drop(World::start(database));
        let with = |letters: &[&str]| {
            let pepper = |letter: &&str| Pepper::of(letter.repeat(40).as_bytes()).unwrap();
            Passwords::new(Costs::default(), letters.iter().map(pepper).collect())
        };
        let serving = |letters: &[&str]| {
            World::beside_with(database, |app| app.with_passwords(with(letters)))
        };
        let role = Role::Supervisor;
        let first = serving(&["o"]);
        let (app, _) = enrolled(&first.as_(&the(role)));
        sign_in(&serving(&["n", "o"]), role, Some(&app.shows(0))).expect(200);
        // The password has the new pepper by now, and the app still needs the old one.
        let missing = with(&["n"]).fit(database.connect().as_mut()).unwrap_err();
        assert!(missing.to_string().starts_with("1 "), "{missing}");
        sign_in(&serving(&["n"]), role, Some(&app.shows(1))).refused(503, "PEPPER_MISSING");
    });
}
