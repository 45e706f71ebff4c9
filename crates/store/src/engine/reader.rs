//! Threads that read. A job is a closure over the connection; it sends its own
//! answer.
//!
//! Reads of one case, by far the most frequent, are a job of their own kind: those
//! that wait together are asked in one statement, as the writer commits together.

use super::Line;
use crate::db::{CaseDocument, Db};
use crate::sql_types::Key;
use crate::{Database, StoreError};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use sanad_core::access::Visibility;
use std::collections::HashMap;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// One read; it answers its caller itself, and here whether the database did.
type ReadJob = Box<dyn FnOnce(Result<&mut dyn Db, StoreError>) -> bool + Send>;

/// One read of one case.
pub(crate) struct CaseJob {
    /// For whom.
    pub(crate) who: Visibility,
    /// Which.
    pub(crate) id: Key,
    /// Where the answer goes.
    pub(crate) caller: oneshot::Sender<Result<Option<CaseDocument>, StoreError>>,
}

/// What a reading thread takes from its queue.
pub(crate) enum Read {
    /// Anything.
    Any(ReadJob),
    /// A case by id.
    Case(CaseJob),
}

/// Jobs that may wait before callers are told to come back.
const QUEUE: usize = 1_024;

/// Cases asked in one statement, at most.
const TOGETHER: usize = 32;

/// The reading threads.
pub(crate) struct Readers {
    queue: Option<Sender<Read>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts `count` threads, each with its own connection.
    pub(crate) fn start(database: &Database, count: usize) -> Result<Self, StoreError> {
        let (queue, jobs) = bounded(QUEUE);
        let mut threads = Vec::new();
        for number in 0..count.max(1) {
            let line = Line::open(database)?;
            let jobs = jobs.clone();
            let thread = std::thread::Builder::new()
                .name(format!("sanad-read-{number}"))
                .spawn(move || run(line, &jobs))
                .map_err(|error| StoreError::Open(format!("cannot start a thread: {error}")))?;
            threads.push(thread);
        }
        Ok(Self {
            queue: Some(queue),
            threads,
        })
    }

    /// Queues a job.
    pub(crate) fn send(&self, job: Read) -> Result<(), StoreError> {
        let Some(queue) = &self.queue else {
            return Err(StoreError::Closed);
        };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                metrics::counter!("sanad_store_queue_full_total", "queue" => "read").increment(1);
                StoreError::Busy
            }
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    /// Finishes what waits and stops.
    pub(crate) fn stop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn run(mut line: Line, jobs: &Receiver<Read>) {
    while let Ok(job) = jobs.recv() {
        let mut healthy = true;
        let mut next = Some(job);
        let mut cases = Vec::new();
        while let Some(job) = next.take() {
            match job {
                Read::Any(ask) => healthy &= ask(line.get()),
                Read::Case(case) => {
                    cases.push(case);
                    if cases.len() < TOGETHER {
                        next = jobs.try_recv().ok();
                    }
                }
            }
        }
        if !cases.is_empty() {
            healthy &= answer(&mut line, cases);
        }
        if !healthy {
            // A failed read may have cost the connection.
            line.check();
        }
    }
}

/// Asks for all cases at once, decides for each caller, answers each.
fn answer(line: &mut Line, cases: Vec<CaseJob>) -> bool {
    let ids: Vec<Key> = cases.iter().map(|case| case.id).collect();
    match line.get().and_then(|db| db.case_documents(&ids)) {
        Ok(found) => {
            let found: HashMap<Key, CaseDocument> = found.into_iter().collect();
            for case in cases {
                let document = found
                    .get(&case.id)
                    .filter(|document| document.is_seen_by(&case.who));
                let _ = case.caller.send(Ok(document.cloned()));
            }
            true
        }
        Err(_) => {
            for case in cases {
                // Each asks again alone: what one of them met is not the others' fault.
                let alone = line
                    .get()
                    .and_then(|db| db.case_document(&case.who, case.id));
                let _ = case.caller.send(alone);
            }
            false
        }
    }
}

/// A closure as a job.
pub(crate) fn any<T: Send + 'static>(
    ask: impl FnOnce(&mut dyn Db) -> Result<T, StoreError> + Send + 'static,
    caller: oneshot::Sender<Result<T, StoreError>>,
) -> Read {
    Read::Any(Box::new(move |db| {
        let result = db.and_then(ask);
        let healthy = !matches!(result, Err(StoreError::Database(_)));
        let _ = caller.send(result);
        healthy
    }))
}
