//! Lists that offices bring in: households (`households`) and places (`areas`).
//!
//! A household list goes through twice. The first pass (`survey`) finds every fault
//! of every row and stores nothing; the second (`keep`) stores the good households
//! in one transaction. Memory holds one row, one page of households, and a few dozen
//! bytes for each household and person of the file.
//!
//! The walk of a row: `table` (CSV or XLSX to cells) → `mapping` (cells to fields)
//! → `row` (fields to a person, or faults) → `household` → `sanad_core::case`.
//! What the command line adds is in `cli::import`; the guide is
//! `docs/guides/importing.md`.

pub mod areas;
pub mod date;
pub mod fault;
pub mod household;
pub mod households;
mod keep;
pub mod mapping;
pub mod places;
pub mod rejected;
pub mod report;
pub mod row;
mod survey;
pub mod table;

use crate::cli::Failure;
use jiff::Timestamp;
use sanad_api::clock::NoEntropy;
use sanad_core::access::{Actor, Policy};
use sanad_core::area::PlaceTable;
use sanad_core::ids::OrganisationId;
use table::TableFault;

impl From<TableFault> for Failure {
    fn from(fault: TableFault) -> Self {
        Self::Refused(fault.to_string())
    }
}

/// On whose behalf an import stores, and with what.
struct Mandate<'a> {
    actor: &'a Actor,
    policy: &'a Policy,
    organisation: OrganisationId,
    places: &'a PlaceTable,
    now: Timestamp,
    entropy: fn() -> Result<[u8; 16], NoEntropy>,
}

/// Which pass an import is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding faults.
    Checking,
    /// Storing.
    Storing,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Which pass it is in.
    pub stage: Stage,
    /// Rows read in this pass.
    pub rows: u32,
    /// How much of the file that is, from 0 to 1.
    pub share: f64,
}
