//! For tests of writing: a writer that is held, so that what is queued meanwhile
//! becomes one group, and the check that the journal has no gaps.
//!
//! No tests here; see `groups` and `races`.

use sanad_core::access::Role;
use sanad_core::case::{CaseState, Command};
use sanad_store::{Store, StoreError};
use sanad_testkit::world::Order;
use sanad_testkit::{Failure, Raw, Staff, World, builders, country, poll_once};
use std::pin::Pin;
use std::sync::mpsc;

/// One person registered, as a job.
pub(crate) fn registration(world: &World, organisation: u32, order: Order) -> Registering {
    let new = builders::single_person(organisation, country::TELL_ASHJAR);
    let registrar = Staff::of(Role::Registrar, organisation);
    Box::new(world.job(&registrar, None, Command::Register(Box::new(new)), order))
}

/// A registration, as a job.
pub(crate) type Registering =
    Box<dyn FnMut(&mut sanad_store::Tx<'_>) -> Result<CaseState, Failure> + Send>;

/// Positions of the journal, in order.
fn positions(raw: &mut Raw) -> Vec<i64> {
    let texts = raw.texts("SELECT CAST(position AS TEXT) AS value FROM journal ORDER BY position");
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Checks that positions count from 1 without a gap; answers the last one.
pub(crate) fn no_gaps(raw: &mut Raw) -> i64 {
    let found = positions(raw);
    let expected: Vec<i64> = (1..).take(found.len()).collect();
    assert_eq!(found, expected);
    expected.last().copied().unwrap_or(0)
}

/// A writer that is held: what is queued meanwhile becomes one group.
pub(crate) struct Held {
    release: mpsc::Sender<()>,
    held: std::thread::JoinHandle<Result<(), StoreError>>,
}

impl Held {
    /// Waits until the writer is held.
    pub(crate) fn hold(store: &Store) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let (reached, at_work) = mpsc::channel();
        let store = store.clone();
        let held = std::thread::spawn(move || {
            store.write_blocking(move |_| {
                // An error is the other end gone with a failing test.
                let _ = reached.send(());
                let _ = released.recv();
                Ok::<(), StoreError>(())
            })
        });
        at_work.recv().unwrap();
        Self { release, held }
    }

    /// Lets it go on, and waits until it does.
    pub(crate) fn release(self) {
        self.release.send(()).unwrap();
        self.held.join().unwrap().unwrap();
    }
}

/// Queues a write; its answer comes later.
pub(crate) fn queue<T, E, F>(store: &Store, job: F) -> Pin<Box<dyn Future<Output = Result<T, E>>>>
where
    T: Send + 'static,
    E: From<StoreError> + std::fmt::Debug + Send + 'static,
    F: FnMut(&mut sanad_store::Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let store = store.clone();
    let mut answer: Pin<Box<dyn Future<Output = Result<T, E>>>> =
        Box::pin(async move { store.write(job).await });
    assert!(
        poll_once(&mut answer).is_none(),
        "it was answered before the writer was free"
    );
    answer
}
