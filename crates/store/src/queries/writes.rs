//! Writing a batch, and the two operations of a rebuild.

use super::{Batch, Conn, Result, delete_all, insert_all};
use crate::batch::Forgotten;
use crate::rows::{
    CaseDocumentRow, CaseHeadRow, FindingLostRow, FindingRow, OpenFindingRow, ReturnRow,
};
use crate::schema::{
    area_evidence_file, blocked_attempt, case_document, case_head, evidence_file, finding,
    finding_lost, idempotency, journal, open_finding, return_record,
};
use crate::sql_types::Key;
use diesel::prelude::*;

/// Facts first, then what is read from them.
pub(super) fn flush(conn: &mut Conn, batch: &Batch) -> Result<()> {
    insert_all!(conn, journal::table, batch.journal.iter());
    insert_all!(conn, evidence_file::table, batch.files.iter());
    insert_all!(conn, area_evidence_file::table, batch.area_files.iter());
    insert_all!(conn, idempotency::table, batch.idempotency.iter());
    let replaced = batch.replaced();
    delete_all!(conn, case_head::table, case_head::case_id, &replaced);
    delete_all!(
        conn,
        case_document::table,
        case_document::case_id,
        &replaced
    );
    delete_all!(conn, open_finding::table, open_finding::case_id, &replaced);
    insert_all!(
        conn,
        case_head::table,
        batch.cases.iter().map(|rows| &rows.head)
    );
    insert_all!(
        conn,
        case_document::table,
        batch.cases.iter().map(|rows| &rows.document)
    );
    insert_all!(
        conn,
        open_finding::table,
        batch.cases.iter().filter_map(|rows| rows.open.as_ref())
    );
    insert_all!(conn, finding_lost::table, batch.lost.iter());
    insert_all!(conn, finding::table, batch.findings.iter());
    insert_all!(conn, return_record::table, batch.returns.iter());
    insert_all!(conn, blocked_attempt::table, batch.blocked.iter());
    for forgotten in &batch.forgotten {
        forget(conn, forgotten)?;
    }
    Ok(())
}

/// Writes over what the facts of a case said of its persons (T23), and takes away what
/// stands beside them: files, and digests of what was sent. The databases let it happen
/// to no other case.
fn forget(conn: &mut Conn, forgotten: &Forgotten) -> Result<()> {
    let case = forgotten.case_id;
    for (revision, payload) in &forgotten.payloads {
        let fact = journal::table
            .filter(journal::stream_id.eq(case))
            .filter(journal::revision.eq(revision));
        diesel::update(fact)
            .set(journal::payload.eq(payload))
            .execute(conn)?;
    }
    for (id, body) in &forgotten.findings {
        diesel::update(finding::table.filter(finding::finding_id.eq(id)))
            .set(finding::body.eq(body))
            .execute(conn)?;
    }
    diesel::delete(evidence_file::table.filter(evidence_file::case_id.eq(case))).execute(conn)?;
    let commands: Vec<Key> = journal::table
        .filter(journal::stream_id.eq(case))
        .filter(journal::kind.ne("anonymised"))
        .select(journal::command_id)
        .load(conn)?;
    delete_all!(conn, idempotency::table, idempotency::command_id, &commands);
    Ok(())
}

pub(super) fn clear_projections(conn: &mut Conn) -> Result<()> {
    diesel::delete(case_head::table).execute(conn)?;
    diesel::delete(case_document::table).execute(conn)?;
    diesel::delete(finding::table).execute(conn)?;
    diesel::delete(return_record::table).execute(conn)?;
    diesel::delete(open_finding::table).execute(conn)?;
    diesel::delete(finding_lost::table).execute(conn)?;
    Ok(())
}

/// Rows of one page while dumping; memory stays flat in the number of rows.
const PAGE: i64 = 1_000;

pub(super) fn dump_projections(conn: &mut Conn, each: &mut dyn FnMut(&str, String)) -> Result<()> {
    macro_rules! dump {
        ($table:ident, $key:ident, $row:ty) => {
            let mut after = None;
            loop {
                let mut query = $table::table.select(<$row>::as_select()).into_boxed();
                if let Some(key) = after {
                    query = query.filter($table::$key.gt(key));
                }
                let rows: Vec<$row> = query.order($table::$key.asc()).limit(PAGE).load(conn)?;
                let Some(last) = rows.last() else { break };
                after = Some(last.$key);
                for row in &rows {
                    each(stringify!($table), format!("{row:?}"));
                }
            }
        };
    }
    dump!(case_head, case_id, CaseHeadRow);
    dump!(case_document, case_id, CaseDocumentRow);
    dump!(finding, finding_id, FindingRow);
    dump!(return_record, return_id, ReturnRow);
    dump!(open_finding, case_id, OpenFindingRow);
    dump!(finding_lost, finding_id, FindingLostRow);
    Ok(())
}
