//! Makes every projection again from the journal, and compares.

use crate::batch::Batch;
use crate::db::Db;
use crate::journal::{CASE, LOST, Recorded, decode};
use crate::rows::SettingRow;
use crate::store::in_transaction;
use crate::{StoreError, projections};
use sanad_core::area::FindingsLost;
use sanad_core::case::{CaseState, Event};
use sha2::{Digest as _, Sha256};

/// Streams in one page of a rebuild: memory stays flat in the number of cases.
const PAGE: i64 = 500;

/// The setting that says which form the projected rows have.
const FORM: &str = "projections";
/// The form that this program writes. A change of what a row holds, or of how, is
/// another form; so is a new table. A migration that ends with an empty journal sets
/// it itself (see the migration of open findings).
const THIS_FORM: &str = "3";

/// Whether the projected rows have the form that this program reads.
pub fn is_current(db: &mut dyn Db) -> Result<bool, StoreError> {
    let form = db.setting(FORM)?;
    Ok(form.is_some_and(|row| row.value == THIS_FORM))
}

/// Makes the rows again if they have another form; answers whether it did.
pub fn bring_up(db: &mut dyn Db) -> Result<bool, StoreError> {
    if is_current(db)? {
        return Ok(false);
    }
    rebuild(db)?;
    db.put_setting(&SettingRow {
        name: FORM.to_owned(),
        value: THIS_FORM.to_owned(),
    })?;
    Ok(true)
}

/// Empties the projections and fills them from the journal, in one transaction.
/// Answers how many cases there are.
pub fn rebuild(db: &mut dyn Db) -> Result<u64, StoreError> {
    in_transaction(db, |db| {
        db.clear_projections()?;
        lost_findings(db)?;
        let mut cases = 0;
        let mut after = None;
        loop {
            let streams = db.stream_ids(CASE, after, PAGE)?;
            let Some(last) = streams.last() else {
                return Ok(cases);
            };
            after = Some(*last);
            let mut batch = Batch::default();
            for stream in streams {
                let facts = decode::<Event>(&db.stream(stream, None)?)?;
                if let Some(state) = register(&facts, &mut batch)? {
                    batch.put_case(projections::of_case(&state, false)?);
                    cases += 1;
                }
            }
            db.flush(&batch)?;
        }
    })
}

/// Adds the rows that the facts of one case give in the registers of findings and of
/// returns: what these must hold. Answers what the case has become.
pub fn register(
    facts: &[Recorded<Event>],
    batch: &mut Batch,
) -> Result<Option<CaseState>, StoreError> {
    let mut state = None;
    for fact in facts {
        let next = CaseState::step(state, &fact.event, fact.meta)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        projections::of_event(&next, &fact.event, fact.meta, batch);
        state = Some(next);
    }
    Ok(state)
}

/// The register of findings that no longer hold, place by place.
fn lost_findings(db: &mut dyn Db) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let streams = db.stream_ids(LOST, after, PAGE)?;
        let Some(last) = streams.last() else {
            return Ok(());
        };
        after = Some(*last);
        for stream in streams {
            let mut batch = Batch::default();
            for fact in decode::<FindingsLost>(&db.stream(stream, None)?)? {
                let rows = projections::of_lost(&fact.event, fact.meta);
                batch.lost.extend(rows);
            }
            db.flush(&batch)?;
        }
    }
}

/// SHA-256 over every projected row, in key order: equal exactly when all rows are.
pub fn fingerprint(db: &mut dyn Db) -> Result<[u8; 32], StoreError> {
    let mut digest = Sha256::new();
    db.dump_projections(&mut |table, row| {
        digest.update(table.as_bytes());
        digest.update([0]);
        digest.update(row.as_bytes());
        digest.update([0]);
    })?;
    Ok(digest.finalize().into())
}
