//! What makes a write safe to send: `If-Match` for what was read, `Idempotency-Key`
//! for what may have arrived already.

use crate::steps::{the, value_of};
use crate::world::World;
use sanad_core::access::Role;
use sanad_testkit::{Staff, builders, each_backend};
use serde_json::json;
use std::collections::BTreeSet;

const KEY: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a77";

#[test]
fn a_write_on_a_case_needs_the_tag_that_was_read() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let registrar = world.as_(&the(Role::Registrar));
        let contact = value_of(&builders::address());
        let add = || {
            registrar
                .call("POST", &case.path("/contact-points"))
                .json(&contact)
        };
        add().send().refused(428, "IF_MATCH_MISSING");
        for wrong in [
            "1",
            "W/\"1\"",
            "\"one\"",
            "*",
            "\"1\", \"2\"",
            "\"-1\"",
            "\"+1\"",
            "\"01\"",
            "\"\"",
        ] {
            let refused = add()
                .if_match(wrong)
                .send()
                .refused(400, "IF_MATCH_INVALID");
            assert_eq!(refused.faults()[0].1, "If-Match");
        }
        for stale in ["\"0\"", "\"2\"", "\"18446744073709551615\""] {
            add().if_match(stale).send().refused(412, "CASE_CHANGED");
        }
        assert_eq!(add().if_match("\"1\"").send().expect(201).etag(), "\"2\"");
        add().if_match("\"1\"").send().refused(412, "CASE_CHANGED");
        assert_eq!(case.etag(), "\"2\"");
    });
}

#[test]
fn a_command_sent_again_with_its_key_is_answered_again_and_done_once() {
    each_backend(|database| {
        let world = World::start(database);
        let registrar = world.as_(&the(Role::Registrar));
        let body = value_of(&builders::registration(1));
        let send = || {
            registrar
                .call("POST", "/v1/cases")
                .key(KEY)
                .json(&body)
                .send()
        };
        let first = send().expect(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        let second = send().expect(201);
        assert_eq!(second.header("idempotency-replayed"), Some("true"));
        assert_eq!(
            (&first.body, first.etag(), first.header("location")),
            (&second.body, second.etag(), second.header("location"))
        );
        assert_eq!(registrar.pages("/v1/cases", 50).len(), 1);

        let mut other = body.clone();
        other["registered_on"] = json!("2025-04-02");
        registrar
            .call("POST", "/v1/cases")
            .key(KEY)
            .json(&other)
            .send()
            .refused(422, "IDEMPOTENCY_KEY_REUSED");
        let contact = value_of(&builders::address());
        let path = format!("{}/contact-points", first.header("location").unwrap());
        let add = |tag: &str| {
            registrar
                .call("POST", &path)
                .key(KEY)
                .if_match(tag)
                .json(&contact)
                .send()
        };
        add("\"1\"").refused(422, "IDEMPOTENCY_KEY_REUSED");
        for bad in ["short", "with a space in it", &"x".repeat(129)] {
            let call = registrar
                .call("POST", "/v1/cases")
                .key(bad)
                .json(&body)
                .send();
            if bad.contains(' ') || bad.len() < 8 || bad.len() > 128 {
                call.refused(400, "IDEMPOTENCY_KEY_INVALID");
            }
        }
        // Keys belong to their user: another one's are their own.
        let colleague = world.as_(&the(Role::ProtectionOfficer));
        colleague
            .call("POST", &path)
            .key(KEY)
            .if_match("\"1\"")
            .json(&contact)
            .send()
            .expect(201);
        // The same change again is not stale: it was done, and is answered as it was.
        let again = colleague
            .call("POST", &path)
            .key(KEY)
            .if_match("\"1\"")
            .json(&contact)
            .send()
            .expect(201);
        assert_eq!(
            (again.header("idempotency-replayed"), again.etag()),
            (Some("true"), "\"2\"")
        );
        assert_eq!(registrar.pages("/v1/cases", 50).len(), 1);
    });
}

#[test]
fn twenty_at_once_with_one_key_register_one_case() {
    each_backend(|database| {
        let world = World::start(database);
        let registrar = world.as_(&the(Role::Registrar));
        let body = value_of(&builders::registration(1));
        let replies: Vec<_> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..20)
                .map(|_| {
                    scope.spawn(|| {
                        registrar
                            .call("POST", "/v1/cases")
                            .key(KEY)
                            .json(&body)
                            .send()
                    })
                })
                .collect();
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        let bodies: BTreeSet<&[u8]> = replies.iter().map(|reply| reply.body.as_slice()).collect();
        assert!(replies.iter().all(|reply| reply.status == 201));
        assert_eq!(bodies.len(), 1, "every sender gets the same answer");
        let carried_out = replies
            .iter()
            .filter(|reply| reply.header("idempotency-replayed").is_none())
            .count();
        assert_eq!(carried_out, 1);
        assert_eq!(registrar.pages("/v1/cases", 50).len(), 1);
    });
}

#[test]
fn of_twenty_changes_of_one_revision_one_is_kept() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let registrar = world.as_(&the(Role::Registrar));
        let contact = value_of(&builders::address());
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..20)
                .map(|_| {
                    scope.spawn(|| {
                        registrar
                            .call("POST", &case.path("/contact-points"))
                            .if_match("\"1\"")
                            .json(&contact)
                            .send()
                            .status
                    })
                })
                .collect();
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        assert_eq!(
            statuses.iter().filter(|status| **status == 201).count(),
            1,
            "{statuses:?}"
        );
        assert!(
            statuses.iter().all(|status| [201, 412].contains(status)),
            "{statuses:?}"
        );
        assert_eq!(case.etag(), "\"2\"");
    });
}

#[test]
fn a_role_that_may_see_but_not_do_is_told_so() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let contact = value_of(&builders::address());
        for role in [Role::Auditor, Role::Supervisor] {
            case.post(&the(role), "/contact-points", &contact)
                .refused(403, "ROLE_FORBIDDEN");
        }
        let body = value_of(&builders::registration(1));
        for role in [
            Role::Caseworker,
            Role::ProtectionOfficer,
            Role::Supervisor,
            Role::Auditor,
            Role::Administrator,
        ] {
            world
                .as_(&the(role))
                .post("/v1/cases", &body)
                .refused(403, "ROLE_FORBIDDEN");
        }
        let elsewhere = world.as_(&Staff::of(Role::Registrar, 2));
        elsewhere
            .post("/v1/cases", &body)
            .refused(403, "ROLE_FORBIDDEN");
        assert_eq!(case.etag(), "\"1\"");
    });
}
