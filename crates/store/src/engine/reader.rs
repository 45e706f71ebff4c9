//! Threads that read. A job is a closure over the connection; it sends its own
//! answer. Not here: reads of one case by id (`cases`).

use super::{Line, QUEUE};
use crate::db::Db;
use crate::{Database, StoreError};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// One read; it answers its caller itself, and here whether the database did.
type ReadJob = Box<dyn FnOnce(Result<&mut dyn Db, StoreError>) -> bool + Send>;

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

    /// Asks; the answer comes when a thread was free.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut dyn Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (caller, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |db| {
            let result = db.and_then(ask);
            let healthy = !matches!(result, Err(StoreError::Database(_)));
            let _ = caller.send(result);
            healthy
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                metrics::counter!("sanad_store_queue_full_total", "queue" => "read").increment(1);
                StoreError::Busy
            }
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Finishes what waits and stops.
    pub(crate) fn stop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            super::join(thread);
        }
    }
}

fn run(mut line: Line, jobs: &Receiver<ReadJob>) {
    while let Ok(ask) = jobs.recv() {
        if !ask(line.get()) {
            // A failed read may have cost the connection.
            line.check();
        }
    }
}
