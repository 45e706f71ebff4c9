//! Several programs on one database, and more writes than one can take.

use crate::writer::{Held, no_gaps, registration};
use sanad_core::access::Role;
use sanad_core::case::{CaseState, Command};
use sanad_store::StoreError;
use sanad_store::rebuild::{fingerprint, rebuild};
use sanad_testkit::{Failure, Staff, TestDatabase, World, builders, each_backend, poll_once, wait};
use std::pin::Pin;

#[test]
fn two_programs_on_one_database_lose_nothing() {
    each_backend(|database: &TestDatabase| {
        let first = World::new(database);
        let second = World::beside(database, 2);
        std::thread::scope(|threads| {
            for world in [&first, &second] {
                for _ in 0..3 {
                    threads.spawn(move || {
                        for _ in 0..12 {
                            let order = world.order();
                            world
                                .store
                                .write_blocking(registration(world, 1, order))
                                .unwrap();
                        }
                    });
                }
            }
        });
        assert_eq!(no_gaps(&mut database.raw()), 2 * 3 * 12);
        let mut db = database.connect();
        let live = fingerprint(&mut *db).unwrap();
        assert_eq!(rebuild(&mut *db).unwrap(), 72);
        assert_eq!(fingerprint(&mut *db).unwrap(), live);
    });
}

#[test]
fn two_programs_that_change_one_case_lose_no_change() {
    each_backend(|database| {
        let first = World::new(database);
        let second = World::beside(database, 2);
        let id = first.registered(1, builders::registration(1)).id;
        let registrar = Staff::of(Role::Registrar, 1);
        std::thread::scope(|threads| {
            for world in [&first, &second] {
                let registrar = &registrar;
                threads.spawn(move || {
                    for _ in 0..10 {
                        world.done(registrar, id, Command::AddContactPoint(builders::address()));
                    }
                });
            }
        });
        assert_eq!(no_gaps(&mut database.raw()), 21);
        let stream = sanad_store::journal::case_stream(id);
        let facts = wait(first.store.read(move |db| db.stream(stream, None))).unwrap();
        let revisions: Vec<_> = facts.iter().map(|fact| fact.revision).collect();
        assert_eq!(revisions, (1..=21).collect::<Vec<_>>());
    });
}

#[test]
fn a_full_queue_says_busy_and_keeps_its_promises() {
    each_backend(|database| {
        let world = World::new(database);
        let held = Held::hold(&world.store);
        let mut waiting = Vec::new();
        let refused = loop {
            let job = registration(&world, 1, world.order());
            let store = world.store.clone();
            let mut answer: Pin<Box<dyn Future<Output = Result<CaseState, Failure>>>> =
                Box::pin(async move { store.write(job).await });
            match poll_once(&mut answer) {
                None => waiting.push(answer),
                Some(answer) => break answer,
            }
            assert!(waiting.len() < 5_000, "the queue has no end");
        };
        assert!(
            matches!(refused, Err(Failure::Store(StoreError::Busy))),
            "{refused:?}"
        );
        held.release();
        let queued = waiting.len();
        for answer in waiting {
            wait(answer).unwrap();
        }
        assert_eq!(no_gaps(&mut database.raw()), i64::try_from(queued).unwrap());
    });
}
