//! The handle that the rest of the program holds.

use crate::db::{Db, SeenCase};
use crate::engine::{Bulk, CaseReads, Queued, Readers, Tx, Writer, connect};
use crate::sql_types::Key;
use crate::{Database, StoreError};
use sanad_core::access::Visibility;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Threads that read, each with its own connection.
    pub readers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4 }
    }
}

/// The registry's database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    cases: CaseReads,
    readers: Readers,
    writer: Writer,
    /// For rare work on reference data; see [`Store::administer`].
    desk: Mutex<Option<Box<dyn Db>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.cases.stop();
        self.readers.stop();
        self.writer.stop();
    }
}

impl Store {
    /// Opens a database whose migrations are applied.
    pub fn open(database: &Database, options: Options) -> Result<Self, StoreError> {
        let mut db = connect(database)?;
        let pending = db.pending_migrations()?;
        if !pending.is_empty() {
            return Err(StoreError::Open(format!(
                "the database needs {} migration(s); run `sanad migrate` first, or start with --migrate",
                pending.len()
            )));
        }
        if !crate::rebuild::is_current(db.as_mut())? {
            return Err(StoreError::Open(
                "what readers see must be made again from the journal; run `sanad migrate` first, or start with --migrate".to_owned(),
            ));
        }
        Ok(Self {
            inner: Arc::new(Inner {
                database: database.clone(),
                cases: CaseReads::open(database, options.readers)?,
                readers: Readers::start(database, options.readers)?,
                writer: Writer::start(database)?,
                desk: Mutex::new(Some(db)),
            }),
        })
    }

    /// Applies the migrations that a database still needs; answers their names. Where
    /// one of them brought rows made from the journal, all of these are made again.
    pub fn migrate(database: &Database) -> Result<Vec<String>, StoreError> {
        let mut db = connect(database)?;
        let applied = db.migrate()?;
        crate::rebuild::bring_up(db.as_mut())?;
        Ok(applied)
    }

    /// One connection outside any handle, for tools and tests that need to look
    /// at the database itself.
    pub fn connect(database: &Database) -> Result<Box<dyn Db>, StoreError> {
        connect(database)
    }

    /// Which database this is.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// Reads. What the caller may see is an argument of the questions asked.
    pub async fn read<T, F>(&self, ask: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Db) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.read(ask).await
    }

    /// Reads one case, if the caller may see it.
    pub async fn case(&self, who: Visibility, id: Key) -> Result<Option<SeenCase>, StoreError> {
        self.inner.cases.read(who, id).await
    }

    /// Writes facts. The answer comes when they are durable.
    ///
    /// `run` is called again, from the start, when its group could not be written;
    /// it must take everything that may not change (ids, the time) from outside.
    pub async fn write<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.carry_out(None, run).await
    }

    /// Like [`write`](Self::write), for a command whose answer may be kept: whether
    /// it was answered before is looked up for all commands that are written
    /// together, and `run` learns it from [`Tx::answered`].
    pub async fn carry_out<T, E, F>(&self, command: Option<Key>, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue(command, run)?
            .await
            .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    fn queue<T, E, F>(
        &self,
        command: Option<Key>,
        run: F,
    ) -> Result<oneshot::Receiver<Result<T, E>>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Queued::new(command, run, caller);
        self.inner.writer.send(Box::new(job))?;
        Ok(answer)
    }

    /// Like [`write`](Self::write), for callers without an async runtime.
    pub fn write_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue(None, run)?
            .blocking_recv()
            .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// Changes reference data (places, accounts, organisations, settings) in a
    /// transaction of its own; blocks the calling thread. Facts do not go this way.
    pub fn administer<T>(
        &self,
        work: impl FnOnce(&mut dyn Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut desk = self
            .inner
            .desk
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if desk.as_deref_mut().is_none_or(|db| db.ping().is_err()) {
            *desk = Some(connect(&self.inner.database)?);
        }
        let Some(db) = desk.as_deref_mut() else {
            return Err(StoreError::Closed);
        };
        in_transaction(db, work)
    }
}

/// Runs many commands in one transaction on a connection of its own: all are kept,
/// or none. Other writers wait meanwhile; blocks the calling thread.
pub fn in_bulk<T, E: From<StoreError>>(
    db: &mut dyn Db,
    work: impl FnOnce(&mut Bulk<'_>) -> Result<T, E>,
) -> Result<T, E> {
    db.begin()?;
    let result = Bulk::new(db)
        .map_err(E::from)
        .and_then(|mut bulk| work(&mut bulk));
    match result {
        Ok(value) => {
            db.commit()?;
            Ok(value)
        }
        Err(error) => {
            drop(db.rollback());
            Err(error)
        }
    }
}

/// Runs `work` between begin and commit; an error takes everything back.
pub fn in_transaction<T>(
    db: &mut dyn Db,
    work: impl FnOnce(&mut dyn Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    db.begin()?;
    match work(db) {
        Ok(value) => {
            db.commit()?;
            Ok(value)
        }
        Err(error) => {
            drop(db.rollback());
            Err(error)
        }
    }
}
