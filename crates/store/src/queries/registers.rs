//! The registers that auditors read: findings and returns.

use super::super::place_in;
use super::scope::{Condition, decided, visible};
use super::{Conn, FindingRow, RegisterFilter, Result, ReturnRow};
use crate::schema::{finding, return_record};
use crate::sql_types::Key;
use diesel::prelude::*;
use sanad_core::access::Visibility;

pub(super) fn findings_of(conn: &mut Conn, case: Key) -> Result<Vec<FindingRow>> {
    Ok(finding::table
        .filter(finding::case_id.eq(case))
        .select(FindingRow::as_select())
        .order(finding::position.asc())
        .load(conn)?)
}

pub(super) fn finding(conn: &mut Conn, who: &Visibility, id: Key) -> Result<Option<FindingRow>> {
    let row = finding::table
        .filter(finding::finding_id.eq(id))
        .select(FindingRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| decided(who, row.organisation_id, &row.place_path)))
}

pub(super) fn list_findings(
    conn: &mut Conn,
    who: &Visibility,
    filter: &RegisterFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<FindingRow>> {
    let seen: Condition<finding::table> = visible!(who, finding);
    let mut query = finding::table
        .select(FindingRow::as_select())
        .filter(seen)
        .filter(finding::position.gt(after))
        .into_boxed();
    if let Some(outcome) = &filter.value {
        query = query.filter(finding::outcome.eq(outcome));
    }
    if let Some(place) = &filter.place {
        query = query.filter(place_in(finding::place_path, format!("|{place}|")).gt(0));
    }
    if let Some(day) = filter.from {
        query = query.filter(finding::found_on.ge(day));
    }
    if let Some(day) = filter.to {
        query = query.filter(finding::found_on.le(day));
    }
    if let Some(moment) = filter.until {
        query = query.filter(finding::issued_at.le(moment));
    }
    let rows = query
        .order(finding::position.asc())
        .limit(limit)
        .load::<FindingRow>(conn)?;
    Ok(rows
        .into_iter()
        .filter(|row| decided(who, row.organisation_id, &row.place_path))
        .collect())
}

pub(super) fn list_returns(
    conn: &mut Conn,
    who: &Visibility,
    filter: &RegisterFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<ReturnRow>> {
    let seen: Condition<return_record::table> = visible!(who, return_record);
    let mut query = return_record::table
        .select(ReturnRow::as_select())
        .filter(seen)
        .filter(return_record::position.gt(after))
        .into_boxed();
    if filter.without_compliant_finding {
        query = query.filter(return_record::compliant.eq(false));
    }
    if let Some(nature) = &filter.value {
        query = query.filter(return_record::nature.eq(nature));
    }
    if let Some(place) = &filter.place {
        query = query.filter(place_in(return_record::place_path, format!("|{place}|")).gt(0));
    }
    if let Some(day) = filter.from {
        query = query.filter(return_record::departed_on.ge(day));
    }
    if let Some(day) = filter.to {
        query = query.filter(return_record::departed_on.le(day));
    }
    if let Some(moment) = filter.until {
        query = query.filter(return_record::recorded_at.le(moment));
    }
    let rows = query
        .order(return_record::position.asc())
        .limit(limit)
        .load::<ReturnRow>(conn)?;
    Ok(rows
        .into_iter()
        .filter(|row| decided(who, row.organisation_id, &row.place_path))
        .collect())
}
