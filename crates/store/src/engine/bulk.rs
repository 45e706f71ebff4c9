//! Many commands in one transaction of its own: imports and synthetic registries.
//!
//! While it lasts, other writers wait. Not for requests (see `writer`).

use super::writer::Tx;
use crate::StoreError;
use crate::batch::Batch;
use crate::db::Db;

/// One long transaction that takes pages of commands.
pub struct Bulk<'a> {
    db: &'a mut dyn Db,
    next_position: i64,
}

impl<'a> Bulk<'a> {
    /// In the transaction that `db` has open.
    pub(crate) fn new(db: &'a mut dyn Db) -> Result<Self, StoreError> {
        let next_position = db.last_position()? + 1;
        Ok(Self { db, next_position })
    }

    /// Runs one page of commands and writes its rows. Keep pages to about a
    /// thousand commands: that many rows are held in memory.
    pub fn page<T, E: From<StoreError>>(
        &mut self,
        run: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let group = Batch::default();
        let mut tx = Tx::new(self.db, &group, self.next_position);
        let value = run(&mut tx)?;
        let (own, next_position) = tx.into_rows();
        self.next_position = next_position;
        self.db.flush(&own)?;
        Ok(value)
    }

    /// Reads within the transaction.
    pub fn reads(&mut self) -> &mut dyn Db {
        self.db
    }
}
