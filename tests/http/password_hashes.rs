//! What the hashes of passwords cost, the pepper in them, and how many are worked on.

use crate::client::Reply;
use crate::steps::the;
use crate::world::{PASSWORD, World};
use sanad_api::accounts::costs::Costs;
use sanad_api::accounts::password::{Passwords, PeppersError};
use sanad_api::accounts::pepper::Pepper;
use sanad_core::access::Role;
use sanad_store::sql_types::Key;
use sanad_testkit::{TestDatabase, each_backend};
use serde_json::json;

fn sign_in(world: &World, password: &str) -> Reply {
    let body = json!({"login": the(Role::Caseworker).login, "password": password});
    world.stranger().post("/v1/sign-in", &body)
}

fn hash_in(database: &TestDatabase) -> String {
    let user = Key(the(Role::Caseworker).user.0);
    database
        .connect()
        .account(user)
        .unwrap()
        .unwrap()
        .0
        .password_hash
}

fn peppered(costs: &str, letters: &[&str]) -> Passwords {
    let pepper = |letter: &&str| Pepper::of(letter.repeat(40).as_bytes()).unwrap();
    Passwords::new(costs.parse().unwrap(), letters.iter().map(pepper).collect())
}

#[test]
fn a_hash_of_other_costs_is_made_anew_when_its_user_signs_in() {
    each_backend(|database| {
        drop(World::start(database));
        let before = hash_in(database);
        assert!(before.contains("$m=47104,t=1,p=1$"), "{before}");
        let world = World::beside_with(database, |app| {
            app.with_passwords(peppered("m=19456,t=2,p=1", &[]))
        });
        sign_in(&world, "not the right sentence").refused(401, "SIGN_IN_REFUSED");
        assert_eq!(
            hash_in(database),
            before,
            "a wrong password changes nothing"
        );
        sign_in(&world, PASSWORD).expect(200);
        let renewed = hash_in(database);
        assert!(renewed.contains("$m=19456,t=2,p=1$"), "{renewed}");
        sign_in(&world, PASSWORD).expect(200);
        assert_eq!(hash_in(database), renewed, "once is enough");
    });
}

#[test]
fn a_pepper_comes_into_hashes_by_signing_in_and_is_missed_by_name() {
    each_backend(|database| {
        drop(World::start(database));
        let costs = Costs::default().to_string();
        let with = |letters: &[&str]| peppered(&costs, letters);
        let fits = |letters: &[&str]| with(letters).fit(database.connect().as_mut());
        fits(&[]).unwrap();
        let first = World::beside_with(database, |app| app.with_passwords(with(&["o"])));
        sign_in(&first, PASSWORD).expect(200);
        assert!(hash_in(database).contains(",keyid="));

        // A server without it, or with another, says so at start and to who signs in.
        for letters in [&[][..], &["n"]] {
            let missing = fits(letters).unwrap_err();
            assert!(matches!(missing, PeppersError::Missing(1)), "{missing}");
            let lacking = World::beside_with(database, |app| app.with_passwords(with(letters)));
            sign_in(&lacking, PASSWORD).refused(503, "PEPPER_MISSING");
        }
        // The next pepper beside the last: everybody signs in, and brings it in.
        fits(&["n", "o"]).unwrap();
        let both = World::beside_with(database, |app| app.with_passwords(with(&["n", "o"])));
        sign_in(&both, PASSWORD).expect(200);
        fits(&["n"]).unwrap();
        fits(&["o"]).unwrap_err();
    });
}

#[test]
fn a_rush_of_sign_ins_waits_in_a_short_queue() {
    each_backend(|database| {
        let world = World::start(database);
        // Names that nobody has are the same work, and none is tried twice.
        let nobody = |number: u32| {
            let body = json!({"login": format!("nobody{number}"), "password": PASSWORD});
            world.stranger().post("/v1/sign-in", &body)
        };
        let nobody = &nobody;
        let replies: Vec<Reply> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..60)
                .map(|number| scope.spawn(move || nobody(number)))
                .collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let (busy, looked_at): (Vec<_>, Vec<_>) =
            replies.into_iter().partition(|reply| reply.status == 503);
        assert!(!busy.is_empty() && !looked_at.is_empty());
        for reply in looked_at {
            reply.refused(401, "SIGN_IN_REFUSED");
        }
        for reply in busy {
            assert_eq!(reply.header("retry-after"), Some("2"));
            reply.refused(503, "BUSY");
        }
        sign_in(&world, PASSWORD).expect(200);
    });
}
