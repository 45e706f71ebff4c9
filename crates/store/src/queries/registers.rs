//! The registers that auditors read: findings and returns.

use super::super::place_in;
use super::scope::{Condition, decided, visible};
use super::{Conn, FindingFilter, FindingRow, Result, ReturnRow};
use crate::journal::CASE;
use crate::schema::{case_head, finding, journal, return_record};
use crate::sql_types::Key;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use sanad_core::access::Visibility;
use std::collections::HashSet;

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
    let Some(row) = row else { return Ok(None) };
    let seen = seen_now(conn, who, &[row.case_id])?;
    Ok(Some(row).filter(|row| seen.contains(&row.case_id)))
}

/// A case by id, and what decides who may see it.
type Head = (Key, Key, String);

/// The columns of [`Head`].
macro_rules! as_head {
    () => {
        (
            case_head::case_id,
            case_head::organisation_id,
            case_head::place_path,
        )
    };
}

fn decided_among(who: &Visibility, heads: Vec<Head>) -> impl Iterator<Item = Key> {
    heads
        .into_iter()
        .filter(|(_, organisation, places)| decided(who, *organisation, places).is_some())
        .map(|(case, ..)| case)
}

/// Which of these cases the reader may see as they are now. A case that moved out of
/// somebody's reach takes its findings and returns along.
pub(super) fn seen_now(conn: &mut Conn, who: &Visibility, cases: &[Key]) -> Result<HashSet<Key>> {
    let mut seen = HashSet::new();
    for some in cases.chunks(200) {
        let heads = case_head::table
            .filter(case_head::case_id.eq_any(some))
            .select(as_head!())
            .load(conn)?;
        seen.extend(decided_among(who, heads));
    }
    Ok(seen)
}

/// The same of cases that nobody looked for on behalf of the reader: most of them may be
/// hidden, also by a declared conflict of interest. A page of the walk over open findings
/// is one statement.
pub(super) fn seen_among(conn: &mut Conn, who: &Visibility, cases: &[Key]) -> Result<HashSet<Key>> {
    let within: Condition<case_head::table> = visible!(conn, who, case_head);
    let heads = case_head::table
        .filter(case_head::case_id.eq_any(cases))
        .filter(within)
        .select(as_head!())
        .load(conn)?;
    Ok(decided_among(who, heads).collect())
}

/// Findings whose keys are read in one statement, at most.
const WALKED: i64 = 1_000;

/// Along the positions from the last page on, so that all pages together walk once. Who
/// may see a finding is asked of its case, in a statement of its own: within this one,
/// SQLite looked through every case for every page, two minutes for half a million.
pub(super) fn list_findings(
    conn: &mut Conn,
    who: &Visibility,
    filter: &FindingFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<FindingRow>> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut shown, mut after, mut step) = (Vec::new(), after, limit.clamp(1, WALKED));
    while shown.len() < wanted {
        let keys = finding_keys(conn, filter, after, step)?;
        let cases: Vec<Key> = keys.iter().map(|(.., case)| *case).collect();
        let seen = seen_among(conn, who, &cases)?;
        let visible = keys.iter().filter(|(.., case)| seen.contains(case));
        shown.extend(visible.map(|(_, finding, _)| *finding));
        match keys.last() {
            Some((last, ..)) => after = *last,
            None => break,
        }
        // Whoever sees few of many does not ask a thousand times.
        step = step.saturating_mul(4).min(WALKED);
    }
    shown.truncate(wanted);
    let mut rows: Vec<FindingRow> = Vec::with_capacity(shown.len());
    for some in shown.chunks(200) {
        let found = finding::table
            .filter(finding::finding_id.eq_any(some))
            .select(FindingRow::as_select())
            .load::<FindingRow>(conn)?;
        rows.extend(found);
    }
    rows.sort_unstable_by_key(|row| row.position);
    Ok(rows)
}

/// Position, finding and case of the findings that come next, whoever may see them.
fn finding_keys(
    conn: &mut Conn,
    filter: &FindingFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Key, Key)>> {
    let mut query = finding::table
        .select((finding::position, finding::finding_id, finding::case_id))
        .filter(finding::position.gt(after))
        .into_boxed();
    if let Some(outcome) = &filter.outcome {
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
    Ok(query
        .order(finding::position.asc())
        .limit(limit)
        .load(conn)?)
}

pub(super) fn returns_of(conn: &mut Conn, case: Key) -> Result<Vec<ReturnRow>> {
    Ok(return_record::table
        .filter(return_record::case_id.eq(case))
        .select(ReturnRow::as_select())
        .order((
            return_record::position.asc(),
            return_record::return_id.asc(),
        ))
        .load(conn)?)
}

/// A journal begins with its first fact; a case without one is in no list of cases.
pub(super) fn returns_without_case(
    conn: &mut Conn,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<ReturnRow>> {
    let begun = journal::table
        .filter(journal::stream_id.eq(return_record::case_id))
        .filter(journal::stream_kind.eq(CASE))
        .filter(journal::revision.eq(1));
    let mut query = return_record::table
        .select(ReturnRow::as_select())
        .filter(not(exists(begun)))
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(return_record::return_id.gt(id));
    }
    Ok(query
        .order(return_record::return_id.asc())
        .limit(limit)
        .load(conn)?)
}
