//! Findings that somebody may still act on, and those of them that no longer hold.

use super::super::{READ_TOGETHER, one_of, place_in};
use super::evidence::closed_to;
use super::registers::seen_now;
use super::scope::{Condition, visible};
use super::{
    Conn, FindingLostRow, LostCursor, LostEntry, LostFilter, OpenAt, OpenFindingRow, Result, Side,
};
use crate::schema::{case_head, finding_lost, open_finding};
use crate::sql_types::{At, Key};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use sanad_core::access::Visibility;
use std::collections::HashMap;

pub(super) fn bound_places(
    conn: &mut Conn,
    side: Side,
    edition: &str,
    codes: &[String],
) -> Result<Vec<String>> {
    Ok(match side {
        Side::Destination => open_finding::table
            .filter(open_finding::destination_edition.eq(edition))
            .filter(open_finding::destination_code.eq_any(codes))
            .select(open_finding::destination_code)
            .distinct()
            .load(conn)?,
        Side::Displacement => open_finding::table
            .filter(open_finding::place_edition.eq(edition))
            .filter(open_finding::place_code.eq_any(codes))
            .select(open_finding::place_code)
            .distinct()
            .load(conn)?,
    })
}

/// Along the index of one side, which ends with the case.
pub(super) fn open_findings(
    conn: &mut Conn,
    at: &OpenAt<'_>,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<OpenFindingRow>> {
    let known_lost = finding_lost::table
        .filter(finding_lost::finding_id.eq(open_finding::finding_id))
        .select(finding_lost::finding_id);
    let mut query = open_finding::table
        .select(OpenFindingRow::as_select())
        .filter(not(exists(known_lost)))
        .filter(
            open_finding::expires_on
                .ge(at.on)
                .or(open_finding::on_the_way.eq(true)),
        )
        .into_boxed();
    query = match at.side {
        Side::Destination => query
            .filter(open_finding::destination_edition.eq(at.edition))
            .filter(open_finding::destination_code.eq(at.code)),
        Side::Displacement => query
            .filter(open_finding::place_edition.eq(at.edition))
            .filter(open_finding::place_code.eq(at.code)),
    };
    if let Some(case) = after {
        query = query.filter(open_finding::case_id.gt(case));
    }
    Ok(query
        .order(open_finding::case_id.asc())
        .limit(limit)
        .load(conn)?)
}

/// Of these findings those that are open and no longer hold, by their case.
pub(super) fn flags(conn: &mut Conn, findings: &[Key]) -> Result<HashMap<Key, FindingLostRow>> {
    let mut flags = HashMap::new();
    for some in findings.chunks(READ_TOGETHER) {
        let rows: Vec<FindingLostRow> = finding_lost::table
            .filter(one_of!(finding_lost::finding_id, some))
            .filter(exists(
                open_finding::table
                    .filter(open_finding::case_id.eq(finding_lost::case_id))
                    .filter(open_finding::finding_id.eq(finding_lost::finding_id)),
            ))
            .select(FindingLostRow::as_select())
            .load(conn)?;
        flags.extend(rows.into_iter().map(|row| (row.case_id, row)));
    }
    Ok(flags)
}

/// Known by its key; a finding is named once.
pub(super) fn loss(conn: &mut Conn, finding: Key, until: At) -> Result<Option<FindingLostRow>> {
    Ok(finding_lost::table
        .filter(finding_lost::finding_id.eq(finding))
        .filter(finding_lost::recorded_at.le(until))
        .select(FindingLostRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn count_open(
    conn: &mut Conn,
    who: &Visibility,
    edition: &str,
    code: &str,
) -> Result<(i64, i64)> {
    let mut counts = [0_i64; 2];
    for (only_lost, counted) in [false, true].into_iter().zip(&mut counts) {
        let seen: Condition<case_head::table> = visible!(conn, who, case_head);
        let cases = case_head::table
            .filter(seen)
            .select(case_head::case_id)
            .into_boxed();
        let mut query = open_finding::table
            .filter(open_finding::destination_edition.eq(edition))
            .filter(open_finding::destination_code.eq(code))
            .filter(open_finding::case_id.eq_any(cases))
            .into_boxed();
        if only_lost {
            query = query.filter(exists(
                finding_lost::table.filter(finding_lost::finding_id.eq(open_finding::finding_id)),
            ));
        }
        *counted = query.count().get_result(conn)?;
    }
    let [open, lost] = counts;
    Ok((open, lost))
}

pub(super) fn list(
    conn: &mut Conn,
    who: &Visibility,
    filter: &LostFilter,
    after: Option<LostCursor>,
    limit: i64,
) -> Result<Vec<LostEntry>> {
    let seen: Condition<case_head::table> = visible!(conn, who, case_head);
    let cases = case_head::table
        .filter(seen)
        .select(case_head::case_id)
        .into_boxed();
    let still_open = || {
        exists(
            open_finding::table
                .filter(open_finding::case_id.eq(finding_lost::case_id))
                .filter(open_finding::finding_id.eq(finding_lost::finding_id)),
        )
    };
    let mut query = finding_lost::table
        .select((FindingLostRow::as_select(), still_open()))
        .filter(finding_lost::place_edition.eq(&filter.edition))
        .filter(finding_lost::place_code.eq(&filter.code))
        .filter(finding_lost::case_id.eq_any(cases))
        .into_boxed();
    if filter.flagged {
        query = query.filter(still_open());
    }
    if let Some(LostCursor {
        position,
        finding_id,
    }) = after
    {
        query = query.filter(
            finding_lost::position.le(position).and(
                finding_lost::position
                    .lt(position)
                    .or(finding_lost::finding_id.lt(finding_id)),
            ),
        );
    }
    let rows: Vec<(FindingLostRow, bool)> = query
        .order((
            finding_lost::position.desc(),
            finding_lost::finding_id.desc(),
        ))
        .limit(limit)
        .load(conn)?;
    let cases: Vec<Key> = rows.iter().map(|(row, _)| row.case_id).collect();
    let seen = seen_now(conn, who, &cases)?;
    Ok(rows
        .into_iter()
        .filter(|(row, _)| seen.contains(&row.case_id))
        .map(|(row, flagged)| LostEntry { row, flagged })
        .collect())
}

pub(super) fn count_elsewhere(
    conn: &mut Conn,
    who: &Visibility,
    filter: &LostFilter,
) -> Result<i64> {
    let closed = closed_to(conn, who.user())?;
    let of_place = || {
        let mut query = finding_lost::table
            .filter(finding_lost::place_edition.eq(&filter.edition))
            .filter(finding_lost::place_code.eq(&filter.code))
            .into_boxed();
        if !closed.is_empty() {
            query = query.filter(finding_lost::case_id.ne_all(&closed));
        }
        if filter.flagged {
            query = query.filter(exists(
                open_finding::table
                    .filter(open_finding::case_id.eq(finding_lost::case_id))
                    .filter(open_finding::finding_id.eq(finding_lost::finding_id)),
            ));
        }
        query
    };
    let seen: Condition<case_head::table> = visible!(conn, who, case_head);
    let cases = case_head::table
        .filter(seen)
        .select(case_head::case_id)
        .into_boxed();
    let all: i64 = of_place().count().get_result(conn)?;
    let here: i64 = of_place()
        .filter(finding_lost::case_id.eq_any(cases))
        .count()
        .get_result(conn)?;
    Ok(all - here)
}
