//! The keys that sign access tokens, kept in a folder: shared, rotated, published.

use crate::forged_tokens::Keys;
use crate::steps::the;
use crate::world::World;
use sanad_api::accounts::keys::rotate;
use sanad_core::access::Role;
use sanad_testkit::each_backend;
use serde_json::Value;

fn published(world: &World) -> Vec<Value> {
    let reply = world.stranger().get("/.well-known/jwks.json").expect(200);
    assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
    assert!(!reply.text().contains("\"d\""), "only the public part");
    reply.json()["keys"].as_array().unwrap().clone()
}

#[test]
fn servers_of_one_folder_know_each_others_tokens_and_take_up_the_next_key() {
    each_backend(|database| {
        let keys = Keys::new(database);
        drop(World::start(database));
        let start = || World::beside_with(database, |app| app.with_keys(keys.0.clone()).unwrap());
        let (here, there) = (start(), start());
        let token = here.as_(&the(Role::Caseworker)).token().to_owned();
        there.with_token(&token).get("/v1/me").expect(200);
        let first = published(&here);
        assert_eq!((first.len(), &first), (1, &published(&there)));

        // The next key is published before it signs; the first goes on signing.
        let next = rotate(&keys.0, false).unwrap();
        assert_eq!(next.removed, 0);
        here.app.tokens.look_again().unwrap();
        there.app.tokens.look_again().unwrap();
        let both = published(&here);
        assert_eq!((both.len(), &both[1]["kid"]), (2, &Value::from(next.id)));
        there.with_token(&token).get("/v1/me").expect(200);
        let now = here.as_(&the(Role::Caseworker)).token().to_owned();
        assert_eq!(now.split('.').next(), token.split('.').next());

        // A start of the program is no end of a token.
        drop(here);
        start().with_token(&token).get("/v1/me").expect(200);

        // A stolen key is out at once, wherever a token was looked at before.
        // A folder that was mistyped does not look like a rescue.
        let typo = keys.0.join("typo");
        assert!(rotate(&typo, true).is_err() && !typo.exists());
        assert_eq!(rotate(&keys.0, true).unwrap().removed, 2);
        there.app.tokens.look_again().unwrap();
        there
            .with_token(&token)
            .get("/v1/me")
            .refused(401, "TOKEN_INVALID");
        let fresh = there.as_(&the(Role::Caseworker)).token().to_owned();
        there.with_token(&fresh).get("/v1/me").expect(200);
        assert_eq!((published(&there).len(), keys.names().len()), (1, 1));
    });
}

#[cfg(unix)]
#[test]
fn keys_that_others_may_read_are_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    each_backend(|database| {
        let keys = Keys::new(database);
        drop(World::start(database));
        let world = World::beside_with(database, |app| app.with_keys(keys.0.clone()).unwrap());
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
        let file = keys.0.join(&keys.names()[0]);
        assert_eq!((mode(&keys.0) & 0o777, mode(&file) & 0o777), (0o700, 0o600));
        let set = |path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let refused = || world.app.tokens.look_again().unwrap_err().to_string();
        set(&file, 0o640);
        assert!(refused().contains("chmod 600"));
        set(&file, 0o600);
        set(&keys.0, 0o750);
        assert!(refused().contains("chmod 700"));
        set(&keys.0, 0o700);
        // A file that is not what its name says.
        let other = keys.0.join("1-0000000000000000.key");
        std::fs::copy(&file, &other).unwrap();
        assert!(refused().contains("is not a key"));
        // Meanwhile the server goes on with what it has.
        world.as_(&the(Role::Caseworker)).get("/v1/me").expect(200);
    });
}
