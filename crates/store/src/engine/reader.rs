//! Threads that read. A job is a closure over the connection; it sends its own
//! answer.

use super::Line;
use crate::db::Db;
use crate::{Database, StoreError};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::thread::JoinHandle;

/// One read; it answers its caller itself, and here whether the database did.
pub(crate) type ReadJob = Box<dyn FnOnce(Result<&mut dyn Db, StoreError>) -> bool + Send>;

/// Jobs that may wait before callers are told to come back.
const QUEUE: usize = 1_024;

/// The reading threads.
pub(crate) struct Readers {
    queue: Option<Sender<ReadJob>>,
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
    pub(crate) fn send(&self, job: ReadJob) -> Result<(), StoreError> {
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

fn run(mut line: Line, jobs: &Receiver<ReadJob>) {
    while let Ok(job) = jobs.recv() {
        if !job(line.get()) {
            // A failed read may have cost the connection.
            line.check();
        }
    }
}
