//! Reads of one case by id, by far the most frequent question, on lines of their own:
//! they never wait behind a long list.
//!
//! The embedded database is asked at once, on the thread that asks: a few
//! microseconds of work, while handing it to another thread and back cost several
//! times as much. A server is asked by few threads, so that the reads that arrive
//! during a round trip go together in the next statement, as writes commit together.

use super::{Line, QUEUE};
use crate::db::{CaseDocument, SeenCase};
use crate::sql_types::Key;
use crate::{Database, StoreError};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use sanad_core::access::Visibility;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Threads that ask a server: while one waits for its answer, the other collects.
const THREADS: usize = 2;

/// Cases asked in one statement, at most.
const TOGETHER: usize = 32;

/// Reads of one case.
pub(crate) enum CaseReads {
    /// Connections to the embedded database, each used by one caller at a time.
    Here(Vec<Mutex<Line>>),
    /// Threads before a server.
    There {
        /// None once they are told to stop.
        queue: Option<Sender<CaseJob>>,
        /// To wait for.
        threads: Vec<JoinHandle<()>>,
    },
}

/// One read that waits.
pub(crate) struct CaseJob {
    who: Visibility,
    id: Key,
    caller: oneshot::Sender<Result<Option<SeenCase>, StoreError>>,
}

impl CaseReads {
    /// Opens the lines, for `callers` threads that ask at a time.
    pub(crate) fn open(database: &Database, callers: usize) -> Result<Self, StoreError> {
        if matches!(database, Database::Sqlite(_)) {
            let lines = (0..callers.max(1)).map(|_| Line::open_by_key(database).map(Mutex::new));
            return Ok(Self::Here(lines.collect::<Result<_, _>>()?));
        }
        let (queue, jobs) = bounded(QUEUE);
        let mut threads = Vec::new();
        for number in 0..THREADS {
            let line = Line::open_by_key(database)?;
            let jobs = jobs.clone();
            let thread = std::thread::Builder::new()
                .name(format!("sanad-case-{number}"))
                .spawn(move || run(line, &jobs))
                .map_err(|error| StoreError::Open(format!("cannot start a thread: {error}")))?;
            threads.push(thread);
        }
        Ok(Self::There {
            queue: Some(queue),
            threads,
        })
    }

    /// A case by id, if the caller may see it.
    pub(crate) async fn read(
        &self,
        who: Visibility,
        id: Key,
    ) -> Result<Option<SeenCase>, StoreError> {
        match self {
            Self::Here(lines) => read_here(lines, &who, id),
            Self::There { queue, .. } => {
                let (caller, answer) = oneshot::channel();
                let queue = queue.as_ref().ok_or(StoreError::Closed)?;
                queue
                    .try_send(CaseJob { who, id, caller })
                    .map_err(|error| match error {
                        TrySendError::Full(_) => {
                            metrics::counter!("sanad_store_queue_full_total", "queue" => "case")
                                .increment(1);
                            StoreError::Busy
                        }
                        TrySendError::Disconnected(_) => StoreError::Closed,
                    })?;
                answer.await.unwrap_or(Err(StoreError::Closed))
            }
        }
    }

    /// Finishes what waits and stops.
    pub(crate) fn stop(&mut self) {
        if let Self::There { queue, threads } = self {
            *queue = None;
            for thread in threads.drain(..) {
                super::join(thread);
            }
        }
    }
}

fn read_here(
    lines: &[Mutex<Line>],
    who: &Visibility,
    id: Key,
) -> Result<Option<SeenCase>, StoreError> {
    let free = lines.iter().find_map(|line| match line.try_lock() {
        Ok(line) => Some(line),
        Err(TryLockError::Poisoned(line)) => Some(line.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    });
    // All in use: another worker is a few microseconds from done.
    let wait = || {
        let first = lines.first()?;
        Some(first.lock().unwrap_or_else(PoisonError::into_inner))
    };
    let mut line = free.or_else(wait).ok_or(StoreError::Closed)?;
    let answer = line.get().and_then(|db| db.case_document(who, id));
    if answer.is_err() {
        // A failed read may have cost the connection.
        line.check();
    }
    answer
}

fn run(mut line: Line, jobs: &Receiver<CaseJob>) {
    while let Ok(first) = jobs.recv() {
        let mut cases = vec![first];
        while cases.len() < TOGETHER {
            let Ok(case) = jobs.try_recv() else { break };
            cases.push(case);
        }
        answer(&mut line, cases);
    }
}

/// Asks for all cases at once, decides for each caller, answers each.
fn answer(line: &mut Line, cases: Vec<CaseJob>) {
    let ids: Vec<Key> = cases.iter().map(|case| case.id).collect();
    match line.get().and_then(|db| db.case_documents(&ids)) {
        Ok(found) => {
            let found: HashMap<Key, CaseDocument> = found.into_iter().collect();
            for case in cases {
                let document = found.get(&case.id).cloned();
                let seen = document.and_then(|document| document.seen_by(&case.who));
                let _ = case.caller.send(Ok(seen));
            }
        }
        Err(_) => {
            // The connection may be gone; the next question opens another.
            line.check();
            for case in cases {
                // Each asks again alone: what one of them met is not the others' fault.
                let alone = line
                    .get()
                    .and_then(|db| db.case_document(&case.who, case.id));
                let _ = case.caller.send(alone);
            }
        }
    }
}
