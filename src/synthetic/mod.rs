//! Synthetic registries: invented people in an invented country, for trying out,
//! teaching and measuring (DP-27 –).
//!
//! Everything is drawn from a seed (`dice`) and recorded through the same policy
//! and the same rules as real work (`scribe`), so nothing here can be in a state
//! that work could not lead to. A registry is marked before it is filled
//! ([`found`]), and one that holds anything else is refused.
//!
//! Where to start: [`populate`] for a population, [`tour`] for three cases that
//! show the three findings. Not here: the commands themselves (`cli`).

mod answers;
mod areas;
mod country;
mod dice;
pub mod heading;
mod household;
mod names;
mod population;
mod scribe;
mod staff;
mod story;
pub mod tour;

pub use country::{Country, EDITION};
pub use population::{Population, Progress, populate};
pub use scribe::Scribe;
pub use staff::{Post, Seat, Staff};

use jiff::Timestamp;
use sanad_core::access::{Denied, PolicyError};
use sanad_core::refusal::Refusal;
use sanad_core::value::ValueError;
use sanad_store::db::Db;
use sanad_store::rows::SettingRow;
use sanad_store::sql_types::At;
use sanad_store::{StoreError, in_bulk};

/// The setting that says what kind of data a registry holds.
pub const DATA_KIND: &str = "data_kind";
/// Its value in a synthetic registry.
pub const SYNTHETIC: &str = "synthetic";

/// Why a synthetic registry could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The rules refused what was drawn.
    #[error("the rules refused a synthetic record: {0}")]
    Refused(#[from] Refusal),
    /// The policy refused a synthetic user.
    #[error("the policy refused a synthetic user: {0}")]
    Denied(#[from] Denied),
    /// A value that was drawn cannot be one.
    #[error("a synthetic value is not valid: {0}")]
    Value(#[from] ValueError),
    /// The policy is not valid.
    #[error("the access policy is not valid: {0}")]
    Policy(#[from] PolicyError),
    /// What was drawn does not fit together.
    #[error("the synthetic data do not fit together: {0}")]
    Made(String),
    /// What was tried was taken back, as asked.
    #[error("this was tried only, and taken back")]
    TakenBack,
    /// The database holds something else.
    #[error(
        "this database is not a fresh one; synthetic data never go beside real data, so name a new database"
    )]
    NotFresh,
}

/// Begins a synthetic registry: marks the database and stores places and staff;
/// `hash` gives each user's password hash.
///
/// A database that holds accounts, places or facts is refused, marked or not:
/// afterwards nobody could tell the invented from the real.
pub fn found(
    db: &mut dyn Db,
    scribe: &Scribe,
    now: Timestamp,
    hash: impl FnMut(&Seat) -> Result<String, Fault>,
) -> Result<(), Fault> {
    in_bulk(db, |bulk| {
        let db = bulk.reads();
        let fresh = db.last_position()? == 0
            && db.places()?.is_empty()
            && db.organisations()?.is_empty()
            && db.list_accounts(None, 1)?.is_empty();
        if !fresh {
            return Err(Fault::NotFresh);
        }
        db.put_setting(&SettingRow {
            name: DATA_KIND.to_owned(),
            value: SYNTHETIC.to_owned(),
        })?;
        db.put_places(&scribe.country.rows(At::from(now))?)?;
        scribe.staff.store(db, now, hash)
    })
}

/// Whether a registry is marked as synthetic.
pub fn is_synthetic(db: &mut dyn Db) -> Result<bool, StoreError> {
    Ok(db
        .setting(DATA_KIND)?
        .is_some_and(|setting| setting.value == SYNTHETIC))
}
