//! Files of evidence, and the users with whom cases have a declared conflict of
//! interest.
//!
//! Not here: what may be attached or declared (`sanad_core::case::decide`).

use super::super::place_in;
use super::{AreaEvidenceFileRow, Conn, EvidenceFileRow, Result};
use crate::conflicts;
use crate::schema::{area_evidence_file, case_document, evidence_file};
use crate::sql_types::Key;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use sanad_core::ids::UserId;

pub(super) fn file(conn: &mut Conn, evidence: Key) -> Result<Option<EvidenceFileRow>> {
    Ok(evidence_file::table
        .filter(evidence_file::evidence_id.eq(evidence))
        .select(EvidenceFileRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn area_file(conn: &mut Conn, evidence: Key) -> Result<Option<AreaEvidenceFileRow>> {
    Ok(area_evidence_file::table
        .filter(area_evidence_file::evidence_id.eq(evidence))
        .select(AreaEvidenceFileRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// The cases that are closed to a user, however far their roles reach. Almost always
/// none: the index holds only cases with a declaration.
pub(super) fn closed_to(conn: &mut Conn, user: UserId) -> Result<Vec<Key>> {
    Ok(case_document::table
        .filter(sql::<Bool>("conflicted <> ''"))
        .filter(place_in(case_document::conflicted, conflicts::needle(user)).gt(0))
        .select(case_document::case_id)
        .order(case_document::case_id.asc())
        .load(conn)?)
}

/// Whether one case is closed to a user.
pub(super) fn is_closed_to(conn: &mut Conn, user: UserId, case: Key) -> Result<bool> {
    let conflicted: Option<String> = case_document::table
        .filter(case_document::case_id.eq(case))
        .select(case_document::conflicted)
        .get_result(conn)
        .optional()?;
    Ok(conflicted.is_some_and(|list| conflicts::names(&list, user)))
}
