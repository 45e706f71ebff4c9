//! The one thread that writes, with group commit.
//!
//! It takes every job that waits (up to [`GROUP`]), runs them one after the other
//! inside one transaction, writes all their rows with a few statements, commits
//! once, and only then answers all of them: an answer means that the write is
//! durable. When the group cannot be written, because of a race with another
//! process or one command sent twice, nothing of it is, and each job runs again
//! alone.

use super::{Line, QUEUE};
use crate::batch::Batch;
use crate::db::Db;
use crate::journal::AREA_EVENT;
use crate::rows::{BlockedAttemptRow, IdempotencyRow, JournalRow};
use crate::sql_types::Key;
use crate::{Database, StoreError};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Jobs in one transaction at most: enough to share an fsync, few enough that
/// the first of them does not wait long.
const GROUP: usize = 64;

/// One transaction, as one job sees it.
pub struct Tx<'a> {
    db: &'a mut dyn Db,
    group: &'a Batch,
    own: Batch,
    next_position: i64,
    looked_up: Option<&'a [IdempotencyRow]>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(db: &'a mut dyn Db, group: &'a Batch, next_position: i64) -> Self {
        Self {
            db,
            group,
            own: Batch::default(),
            next_position,
            looked_up: None,
        }
    }

    /// What the announced command of this job was answered before, if it was.
    fn with_answers(mut self, answers: &'a [IdempotencyRow]) -> Self {
        self.looked_up = Some(answers);
        self
    }

    /// The rows of this job, and the position after its last fact.
    pub(super) fn into_rows(self) -> (Batch, i64) {
        (self.own, self.next_position)
    }
}

impl Tx<'_> {
    /// The facts of a stream, with those that earlier jobs of this group added.
    pub fn stream(&mut self, stream: Key) -> Result<Vec<JournalRow>, StoreError> {
        let mut facts = self.db.stream(stream, None)?;
        facts.extend(self.group.stream(stream).cloned());
        facts.extend(self.own.stream(stream).cloned());
        Ok(facts)
    }

    /// What happened in these places, with what earlier jobs of this group recorded.
    pub(crate) fn area_events(&mut self, streams: &[Key]) -> Result<Vec<JournalRow>, StoreError> {
        let mut facts = self.db.area_events(streams, None)?;
        let waiting = self.group.journal.iter().chain(&self.own.journal);
        let of_these = waiting.filter(|row| streams.contains(&row.stream_id));
        facts.extend(of_these.filter(|row| row.kind == AREA_EVENT).cloned());
        Ok(facts)
    }

    /// What this command was answered before. A command announced with its job was
    /// looked up together with those of its group.
    pub fn answered(&mut self, command: Key) -> Result<Option<IdempotencyRow>, StoreError> {
        if let Some(row) = self.group.answer(command) {
            return Ok(Some(row.clone()));
        }
        match self.looked_up {
            Some(answers) => Ok(answers
                .iter()
                .find(|row| row.command_id == command)
                .cloned()),
            None => self.db.idempotency(command),
        }
    }

    /// Rows that wait to be written: those of earlier jobs of this group, then its own.
    pub(crate) fn waiting(&self) -> [&Batch; 2] {
        [self.group, &self.own]
    }

    /// How many facts a stream has, with those that wait.
    pub(crate) fn revision_of(&mut self, stream: Key) -> Result<i64, StoreError> {
        let waiting = self
            .waiting()
            .into_iter()
            .flat_map(|rows| rows.stream(stream));
        match waiting.map(|row| row.revision).max() {
            Some(revision) => Ok(revision),
            None => self.db.last_revision(stream),
        }
    }

    /// Reads that a write depends on.
    pub fn reads(&mut self) -> &mut dyn Db {
        self.db
    }

    /// The position that the next fact will have.
    pub(crate) fn take_position(&mut self) -> i64 {
        let position = self.next_position;
        self.next_position += 1;
        position
    }

    /// The rows of this job.
    pub(crate) fn batch(&mut self) -> &mut Batch {
        &mut self.own
    }

    /// Keeps that a rule refused a command. Never in the job of the command itself,
    /// whose rows a refusal throws away.
    pub fn blocked(&mut self, row: BlockedAttemptRow) {
        self.own.blocked.push(row);
    }

    /// Keeps what the command was answered, for when it is sent again.
    pub fn remember(&mut self, row: IdempotencyRow) {
        self.own.idempotency.push(row);
    }
}

/// One write that waits.
pub(crate) trait Job: Send {
    /// The command that it carries out, when its answer is kept.
    fn command(&self) -> Option<Key>;
    /// Runs the rules; true when its rows are to be kept. May be called twice.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers the caller what `run` found.
    fn done(self: Box<Self>);
    /// Answers the caller that it could not be written.
    fn failed(self: Box<Self>, error: StoreError);
}

/// A closure as a job.
pub(crate) struct Queued<F, T, E> {
    command: Option<Key>,
    run: F,
    answer: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Queued<F, T, E> {
    /// A job whose answer goes to `caller`.
    pub(crate) fn new(command: Option<Key>, run: F, caller: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            command,
            run,
            answer: None,
            caller,
        }
    }
}

impl<F, T, E> Job for Queued<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn command(&self) -> Option<Key> {
        self.command
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let answer = (self.run)(tx);
        let keep = answer.is_ok();
        self.answer = Some(answer);
        keep
    }

    fn done(self: Box<Self>) {
        let answer = self.answer.unwrap_or(Err(E::from(StoreError::Closed)));
        let _ = self.caller.send(answer);
    }

    fn failed(self: Box<Self>, error: StoreError) {
        let _ = self.caller.send(Err(E::from(error)));
    }
}

/// The writing thread.
pub(crate) struct Writer {
    queue: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(database: &Database) -> Result<Self, StoreError> {
        let line = Line::open_by_key(database)?;
        let (queue, jobs) = bounded(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sanad-write".to_owned())
            .spawn(move || run(line, &jobs))
            .map_err(|error| StoreError::Open(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Queues a job.
    pub(crate) fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let Some(queue) = &self.queue else {
            return Err(StoreError::Closed);
        };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                metrics::counter!("sanad_store_queue_full_total", "queue" => "write").increment(1);
                StoreError::Busy
            }
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    /// Finishes what waits and stops.
    pub(crate) fn stop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            super::join(thread);
        }
    }
}

fn run(mut line: Line, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            let Ok(job) = jobs.try_recv() else { break };
            group.push(job);
        }
        metrics::histogram!("sanad_store_group_size")
            .record(u32::try_from(group.len()).unwrap_or(u32::MAX));
        match write(&mut line, &mut group) {
            Ok(()) => group.into_iter().for_each(Job::done),
            Err(error) => {
                line.check();
                tracing::debug!(jobs = group.len(), %error, "a group is written one by one");
                for job in group {
                    alone(&mut line, job);
                }
            }
        }
    }
}

/// Writes one job in its own transaction.
fn alone(line: &mut Line, job: Box<dyn Job>) {
    let mut one = [job];
    let result = write(line, &mut one);
    let [job] = one;
    match result {
        Ok(()) => job.done(),
        Err(error) => {
            line.check();
            job.failed(error);
        }
    }
}

/// One transaction for a group. `Err` means that nothing was written, or that the
/// commit was not confirmed; commands carry ids, so running them again is safe.
fn write(line: &mut Line, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let db = line.get()?;
    db.begin()?;
    match fill_and_flush(db, group) {
        Ok(Flushed::Nothing) => db.rollback(),
        Ok(flushed) => {
            db.commit().inspect_err(|_| drop(db.rollback()))?;
            if flushed == Flushed::PersonsForgotten
                && let Err(error) = db.leave_nothing_behind()
            {
                // A reader may hold an older page; the next one takes it along.
                tracing::warn!(%error, "earlier pages are left for later");
            }
            Ok(())
        }
        Err(error) => {
            // The connection may be gone; then so is the transaction.
            drop(db.rollback());
            Err(error)
        }
    }
}

/// What a group came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flushed {
    Nothing,
    Rows,
    /// Rows, and what was said of the persons of a case is written over.
    PersonsForgotten,
}

fn fill_and_flush(db: &mut dyn Db, group: &mut [Box<dyn Job>]) -> Result<Flushed, StoreError> {
    let mut batch = Batch::default();
    let announced: Vec<Key> = group.iter().filter_map(|job| job.command()).collect();
    let answers = db.answers_to(&announced)?;
    let mut next_position = db.last_position()? + 1;
    for job in group.iter_mut() {
        let announced = job.command().is_some();
        let mut tx = Tx::new(db, &batch, next_position);
        if announced {
            tx = tx.with_answers(&answers);
        }
        if job.run(&mut tx) {
            let (own, position) = tx.into_rows();
            next_position = position;
            batch.merge(own);
        }
    }
    if batch.is_empty() {
        return Ok(Flushed::Nothing);
    }
    db.flush(&batch)?;
    Ok(if batch.forgotten.is_empty() {
        Flushed::Rows
    } else {
        Flushed::PersonsForgotten
    })
}
