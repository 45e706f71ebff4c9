//! What an acknowledged write is worth: one commit for many commands, and each of
//! them as if it were alone.

use crate::writer::{Held, no_gaps, queue, registration};
use sanad_core::access::Role;
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent};
use sanad_core::case::{Command, FindingRequest, ReturnNature};
use sanad_store::StoreError;
use sanad_store::rebuild::{fingerprint, rebuild};
use sanad_store::rows::IdempotencyRow;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::world::Order;
use sanad_testkit::{Failure, Staff, World, builders, country, each_backend, poll_once, wait};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn every_acknowledged_write_is_there_in_the_order_of_acknowledgement() {
    each_backend(|database| {
        let world = World::new(database);
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            // Whoever looks meanwhile sees a journal without gaps.
            threads.spawn(|| {
                let mut raw = database.raw();
                while !over.load(Ordering::Relaxed) {
                    no_gaps(&mut raw);
                }
            });
            let writers: Vec<_> = (0..8)
                .map(|_| {
                    let world = &world;
                    threads.spawn(move || {
                        let one = |_| {
                            let job = registration(world, 1, world.order());
                            world.store.write_blocking(job).unwrap().id
                        };
                        (0..15).map(one).collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut raw = database.raw();
            let written: Vec<_> = writers
                .into_iter()
                .map(std::thread::ScopedJoinHandle::join)
                .collect();
            over.store(true, Ordering::Relaxed);
            assert_eq!(no_gaps(&mut raw), 8 * 15);
            for of_one_thread in written.into_iter().map(Result::unwrap) {
                let at: Vec<i64> = of_one_thread
                    .into_iter()
                    .map(|id| {
                        let stream = sanad_store::journal::case_stream(id);
                        let facts =
                            wait(world.store.read(move |db| db.stream(stream, None))).unwrap();
                        facts[0].position
                    })
                    .collect();
                assert!(
                    at.is_sorted(),
                    "acknowledged in another order than recorded: {at:?}"
                );
            }
        });
    });
}

#[test]
fn a_command_sent_twice_in_one_group_is_refused_alone() {
    each_backend(|database| {
        let world = World::new(database);
        let first = world.order();
        world
            .store
            .write_blocking(registration(&world, 1, first))
            .unwrap();

        let held = Held::hold(&world.store);
        let before: Vec<_> = (0..5)
            .map(|_| queue(&world.store, registration(&world, 1, world.order())))
            .collect();
        let again = queue(&world.store, registration(&world, 1, first));
        let after: Vec<_> = (0..5)
            .map(|_| queue(&world.store, registration(&world, 2, world.order())))
            .collect();
        held.release();

        for answer in before.into_iter().chain(after) {
            wait(answer).unwrap();
        }
        assert!(matches!(
            wait(again),
            Err(Failure::Store(StoreError::Conflict))
        ));
        assert_eq!(no_gaps(&mut database.raw()), 11);
    });
}

/// A registration that answers a command sent again with what it was answered before.
fn answered_once(
    world: &World,
    order: Order,
) -> impl FnMut(&mut sanad_store::Tx<'_>) -> Result<Vec<u8>, Failure> + Send + 'static {
    let mut register = registration(world, 1, order);
    move |tx| {
        if let Some(known) = tx.answered(order.id)? {
            return Ok(known.body);
        }
        let body = register(tx)?.id.to_string().into_bytes();
        tx.remember(IdempotencyRow {
            command_id: order.id,
            request_hash: vec![0; 32],
            status: 201,
            etag: None,
            location: None,
            body: body.clone(),
            recorded_at: At::from(order.now),
        });
        Ok(body)
    }
}

#[test]
fn a_command_sent_again_gets_its_first_answer_and_adds_nothing() {
    each_backend(|database| {
        let world = World::new(database);
        let (first, second) = (world.order(), world.order());
        let answer = world
            .store
            .write_blocking(answered_once(&world, first))
            .unwrap();

        // Fifty times in one group: one known before, one that is new.
        let held = Held::hold(&world.store);
        let known: Vec<_> = (0..25)
            .map(|_| queue(&world.store, answered_once(&world, first)))
            .collect();
        let new: Vec<_> = (0..25)
            .map(|_| queue(&world.store, answered_once(&world, second)))
            .collect();
        held.release();
        for again in known {
            assert_eq!(wait(again).unwrap(), answer);
        }
        let answers: std::collections::BTreeSet<_> = new
            .into_iter()
            .map(|answer| wait(answer).unwrap())
            .collect();
        assert_eq!(answers.len(), 1);
        assert_eq!(no_gaps(&mut database.raw()), 2);

        let (first, second) = (first.id, second.id);
        let unknown = Key(uuid::Uuid::from_u128(99));
        let known = wait(
            world
                .store
                .read(move |db| db.known_commands(&[first, unknown, second])),
        );
        assert_eq!(known.unwrap().len(), 2);
    });
}

#[test]
fn a_refused_command_leaves_its_group_untouched() {
    each_backend(|database| {
        let world = World::new(database);
        let case = world.registered(1, builders::registration(1));
        let report = || {
            Command::RecordReturn(sanad_core::case::ReturnReport {
                nature: ReturnNature::Unknown,
                departed_on: builders::TODAY,
                destination: country::place(country::QALAT_NOUR),
            })
        };
        let caseworker = Staff::of(Role::Caseworker, 1);
        let send = |world: &World| {
            queue(
                &world.store,
                world.job(&caseworker, Some(case.id), report(), world.order()),
            )
        };
        let held = Held::hold(&world.store);
        // The second one meets what the first one did in the same group.
        let (first, second) = (send(&world), send(&world));
        let third = queue(&world.store, registration(&world, 1, world.order()));
        held.release();
        assert_eq!(wait(first).unwrap().revision, 2);
        let refused = wait(second);
        assert!(
            matches!(&refused, Err(Failure::Refused(why)) if why.code() == "ALREADY_RETURNED"),
            "{refused:?}"
        );
        wait(third).unwrap();
        assert_eq!(no_gaps(&mut database.raw()), 3);
    });
}

#[test]
fn many_commands_on_one_case_in_one_group_project_its_latest_state() {
    each_backend(|database| {
        let world = World::new(database);
        let order = world.order();
        let held = Held::hold(&world.store);
        let registered = queue(&world.store, registration(&world, 1, order));
        held.release();
        let id = wait(registered).unwrap().id;

        let held = Held::hold(&world.store);
        let registrar = Staff::of(Role::Registrar, 1);
        let add = || Command::AddContactPoint(builders::address());
        let answers: Vec<_> = (0..10)
            .map(|_| {
                queue(
                    &world.store,
                    world.job(&registrar, Some(id), add(), world.order()),
                )
            })
            .collect();
        held.release();
        let revisions: Vec<_> = answers
            .into_iter()
            .map(|answer| wait(answer).unwrap().revision)
            .collect();
        assert_eq!(revisions, (2..=11).collect::<Vec<_>>());

        let mut db = database.connect();
        let live = fingerprint(&mut *db).unwrap();
        rebuild(&mut *db).unwrap();
        assert_eq!(fingerprint(&mut *db).unwrap(), live);
        let revision = database
            .raw()
            .number("SELECT CAST(revision AS TEXT) AS value FROM case_head");
        assert_eq!(revision, 11);
    });
}

#[test]
fn a_finding_knows_of_an_event_that_was_recorded_just_before_it() {
    each_backend(|database| {
        let world = World::new(database);
        world.places_in_order();
        let case = world.under_assessment();
        let officer = Staff::of(Role::ProtectionOfficer, 1);
        let clash = NewAreaEvent {
            kind: AreaEventKind::ArmedClash,
            happened_on: builders::TODAY,
            remark: None,
        };
        let place = country::place(country::QALAT_NOUR);
        let held = Held::hold(&world.store);
        let event = queue(
            &world.store,
            world.area_job(
                &officer,
                &place,
                AreaCommand::RecordEvent(clash),
                world.order(),
            ),
        );
        let issue = Command::IssueFinding(FindingRequest { profile: None });
        let finding = queue(
            &world.store,
            world.job(&officer, Some(case.id), issue, world.order()),
        );
        held.release();
        wait(event).unwrap();
        let issued = wait(finding).unwrap().findings[0].assessment.finding;
        assert_eq!(issued, sanad_core::conditions::Finding::Undetermined);
    });
}

#[test]
fn a_job_may_hold_the_last_handle_of_its_store() {
    each_backend(|database| {
        // A server that stops while it writes: nobody waits for the answer any more.
        let world = World::new(database);
        let store = sanad_store::Store::open(database.database(), sanad_store::Options::default());
        let store = store.unwrap();
        let inside = store.clone();
        let (ended, end) = std::sync::mpsc::channel();
        let watch = Ended(ended);
        let answer = Box::pin(async move {
            store
                .write(move |_| {
                    let _ = (&inside, &watch);
                    Ok::<(), StoreError>(())
                })
                .await
        });
        let mut answer: std::pin::Pin<Box<dyn Future<Output = _>>> = answer;
        assert!(poll_once(&mut answer).is_none_or(|done| done.is_ok()));
        drop(answer);
        end.recv_timeout(std::time::Duration::from_secs(30))
            .unwrap();
        drop(world);
    });
}

/// Tells when the job that holds it is gone.
struct Ended(std::sync::mpsc::Sender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}
