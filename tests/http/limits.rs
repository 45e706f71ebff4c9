//! How many requests one account and one address may send.

use crate::client::Reply;
use crate::steps::the;
use crate::world::World;
use sanad_api::limits::{Rate, Rates};
use sanad_core::access::Role;
use sanad_testkit::{TestDatabase, each_backend};

fn limited(database: &TestDatabase, rates: Rates) -> World {
    drop(World::start(database));
    World::beside_with(database, |app| app.with_rates(rates))
}

/// How many of these requests were answered; the others must say when to come again.
fn answered(replies: impl Iterator<Item = Reply>) -> usize {
    let (good, throttled): (Vec<Reply>, Vec<Reply>) = replies.partition(|one| one.status == 200);
    for reply in throttled {
        let wait: u32 = reply.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        reply.refused(429, "TOO_MANY_REQUESTS");
    }
    good.len()
}

#[test]
fn an_account_that_asks_too_often_waits_and_others_do_not() {
    each_backend(|database| {
        let rates = Rates {
            account: Rate::per_second(1),
            ..Rates::OFF
        };
        let world = limited(database, rates);
        let (hasty, calm) = (
            world.as_(&the(Role::Caseworker)),
            world.as_(&the(Role::Registrar)),
        );
        let passed = answered((0..40).map(|_| hasty.get("/v1/me")));
        // Ten at once, and one for each second that the rest took.
        assert!((10..20).contains(&passed), "{passed}");
        calm.get("/v1/me").expect(200);
        // Another session of the same user is the same account.
        hasty.get("/v1/me").refused(429, "TOO_MANY_REQUESTS");
    });
}

#[test]
fn an_address_that_asks_too_often_waits_and_still_learns_that_the_program_is_up() {
    each_backend(|database| {
        let rates = Rates {
            address: Rate::per_second(1),
            ..Rates::OFF
        };
        let world = limited(database, rates);
        let clients = [Role::Caseworker, Role::Registrar].map(|role| world.as_(&the(role)));
        let passed = answered((0..40).map(|number| clients[number % 2].get("/v1/me")));
        assert!((10..20).contains(&passed), "{passed}");
        let stranger = world.stranger();
        stranger.get("/v1/me").refused(429, "TOO_MANY_REQUESTS");
        stranger.get("/live").expect(200);
        stranger.get("/ready").expect(200);
    });
}
