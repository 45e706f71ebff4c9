//! What can go wrong below the rules: the database, the queue before it, and
//! races. Refusals of the rules are not here; they are answers, not faults.

/// A fault of storage.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue before the database is full or the database stayed locked;
    /// nothing was written and the caller may try again shortly.
    #[error("the registry is busy; try again in a moment")]
    Busy,
    /// The store is shutting down.
    #[error("the registry is shutting down")]
    Closed,
    /// A row with the same unique key exists: another writer was first.
    #[error("another write was first")]
    Conflict,
    /// The database refused a statement. The text may name tables and columns,
    /// never values, and is for the log only.
    #[error("the database reported a fault: {0}")]
    Database(String),
    /// What was read cannot be understood: a row of a newer version of the
    /// program, or a damaged one.
    #[error("a record of the journal cannot be read: {0}")]
    Unreadable(String),
    /// The data of the persons of a case was destroyed since (T23): what the case said of
    /// them on a day before cannot be told any more.
    #[error(
        "the data of the persons of this case was destroyed when its time was over; what it said of them before cannot be told any more"
    )]
    Forgotten,
    /// The database cannot be opened.
    #[error("{0}")]
    Open(String),
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Conflict,
            Error::DatabaseError(kind, info) => {
                let text = info.message();
                if text.contains("database is locked") {
                    Self::Busy
                } else if matches!(kind, DatabaseErrorKind::ClosedConnection) {
                    Self::Database("the connection to the database was lost".to_owned())
                } else {
                    Self::Database(text.to_owned())
                }
            }
            other => Self::Database(other.to_string()),
        }
    }
}
