//! Cases: one by id, and lists.

use super::super::{READ_TOGETHER, one_of, place_in};
use super::lost::flags;
use super::scope::{Condition, decided, visible};
use super::{CaseCursor, CaseDocument, CaseEntry, CaseFilter, Conn, Result, SeenCase};
use crate::rows::FindingLostRow;
use crate::schema::{case_document, case_head, finding_lost, open_finding};
use crate::sql_types::{At, Key};
use diesel::prelude::*;
use sanad_core::access::Visibility;

/// A case as it is read: organisation, place, revision, body, users in conflict, its
/// latest finding, and whether that one is known to be lost.
type Read = (Key, String, i64, Vec<u8>, String, Option<Key>, bool);
/// A case as it is listed: id, opening, organisation, place, its latest finding where
/// that one is known to be lost, summary.
type Listed = (Key, At, Key, String, Option<Key>, Vec<u8>);

/// Whether the latest finding of a case is known to hold no longer. Only then it is
/// read why, which is rare: [`flags`].
macro_rules! is_lost {
    () => {
        diesel::dsl::exists(
            finding_lost::table.filter(
                finding_lost::finding_id
                    .nullable()
                    .eq(case_head::finding_id),
            ),
        )
    };
}

/// The columns of [`Read`].
macro_rules! as_read {
    () => {
        (
            case_head::organisation_id,
            case_head::place_path,
            case_document::revision,
            case_document::body,
            case_document::conflicted,
            case_head::finding_id,
            is_lost!(),
        )
    };
}

/// Reads one case. `None` both when there is none and when the caller may not
/// know of it: the two take the same path and the same time.
pub(super) fn document(conn: &mut Conn, who: &Visibility, id: Key) -> Result<Option<SeenCase>> {
    // `get_result`, not `first`: a bound LIMIT keeps SQLite from reusing the statement.
    let found: Option<Read> = case_head::table
        .inner_join(case_document::table.on(case_document::case_id.eq(case_head::case_id)))
        .filter(case_head::case_id.eq(id))
        .select(as_read!())
        .get_result(conn)
        .optional()?;
    let Some(read) = found else { return Ok(None) };
    let mut flags = flags(conn, lost_finding(&read).as_slice())?;
    Ok(document_of(read, flags.remove(&id)).seen_by(who))
}

/// Reads several cases, in one statement where a round trip costs more than a
/// longer statement.
pub(super) fn documents(conn: &mut Conn, ids: &[Key]) -> Result<Vec<(Key, CaseDocument)>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(READ_TOGETHER) {
        found.extend(together(conn, some)?);
    }
    Ok(found)
}

fn together(conn: &mut Conn, ids: &[Key]) -> Result<Vec<(Key, CaseDocument)>> {
    let found: Vec<(Key, Read)> = case_head::table
        .inner_join(case_document::table.on(case_document::case_id.eq(case_head::case_id)))
        .filter(one_of!(case_head::case_id, ids))
        .select((case_head::case_id, as_read!()))
        .load(conn)?;
    let lost: Vec<Key> = found
        .iter()
        .filter_map(|(_, read)| lost_finding(read))
        .collect();
    let mut flags = flags(conn, &lost)?;
    Ok(found
        .into_iter()
        .map(|(id, read)| (id, document_of(read, flags.remove(&id))))
        .collect())
}

fn lost_finding(read: &Read) -> Option<Key> {
    let (.., finding, lost) = read;
    finding.filter(|_| *lost)
}

fn document_of(read: Read, lost: Option<FindingLostRow>) -> CaseDocument {
    let (organisation, place_path, revision, body, conflicted, ..) = read;
    CaseDocument {
        organisation,
        place_path,
        revision,
        body,
        conflicted,
        lost,
    }
}

/// Lists cases, the latest opened first.
pub(super) fn list(
    conn: &mut Conn,
    who: &Visibility,
    filter: &CaseFilter,
    after: Option<CaseCursor>,
    limit: i64,
) -> Result<Vec<CaseEntry>> {
    let seen: Condition<case_head::table> = visible!(conn, who, case_head);
    // A value, not `is_lost!`: PostgreSQL would read the whole table of lost findings
    // for every page, in the hope that a page is long.
    let lost = finding_lost::table
        .filter(
            finding_lost::finding_id
                .nullable()
                .eq(case_head::finding_id),
        )
        .select(finding_lost::finding_id)
        .single_value();
    let mut query = case_head::table
        .select((
            case_head::case_id,
            case_head::opened_at,
            case_head::organisation_id,
            case_head::place_path,
            lost,
            case_head::summary,
        ))
        .filter(seen)
        .into_boxed();
    if let Some(state) = &filter.state {
        query = query.filter(case_head::state.eq(state));
    }
    if let Some(finding) = &filter.finding {
        query = query.filter(case_head::finding_outcome.eq(finding));
    }
    if let Some(place) = &filter.place {
        query = query.filter(place_in(case_head::place_path, format!("|{place}|")).gt(0));
    }
    if let Some((edition, code)) = &filter.destination {
        query = query
            .filter(case_head::destination_code.eq(code))
            .filter(case_head::destination_edition.eq(edition));
    }
    if let Some(number) = &filter.number {
        query = query.filter(case_head::number.eq(number));
    }
    if let Some(organisation) = filter.organisation {
        query = query.filter(case_head::organisation_id.eq(organisation));
    }
    if let Some(flagged) = filter.flagged {
        let open = diesel::dsl::exists(
            open_finding::table.filter(open_finding::case_id.eq(case_head::case_id)),
        );
        let to_act_on = is_lost!().and(open);
        query = if flagged {
            query.filter(to_act_on)
        } else {
            query.filter(diesel::dsl::not(to_act_on))
        };
    }
    if let Some(day) = filter.registered_from {
        query = query.filter(case_head::registered_on.ge(day));
    }
    if let Some(day) = filter.registered_to {
        query = query.filter(case_head::registered_on.le(day));
    }
    if let Some(day) = filter.due_by {
        query = query.filter(case_head::due_on.le(day));
    }
    if let Some(CaseCursor { opened_at, case_id }) = after {
        // `a <= x and (a < x or b < y)`: the form that both planners turn into one
        // index range; `a < x or (a = x and b < y)` was up to 57 times slower.
        query = query.filter(
            case_head::opened_at.le(opened_at).and(
                case_head::opened_at
                    .lt(opened_at)
                    .or(case_head::case_id.lt(case_id)),
            ),
        );
    }
    let rows: Vec<Listed> = query
        .order((case_head::opened_at.desc(), case_head::case_id.desc()))
        .limit(limit)
        .load(conn)?;
    let lost: Vec<Key> = rows.iter().filter_map(|(.., lost, _)| *lost).collect();
    let mut flags = flags(conn, &lost)?;
    Ok(rows
        .into_iter()
        .filter_map(|(case_id, opened_at, organisation, places, .., summary)| {
            Some(CaseEntry {
                case_id,
                opened_at,
                tiers: decided(who, organisation, &places)?,
                summary,
                lost: flags.remove(&case_id),
            })
        })
        .collect())
}

/// How many visible cases have this place as their destination.
pub(super) fn count_heading_for(
    conn: &mut Conn,
    who: &Visibility,
    edition: &str,
    code: &str,
) -> Result<i64> {
    let seen: Condition<case_head::table> = visible!(conn, who, case_head);
    Ok(case_head::table
        .filter(case_head::destination_code.eq(code))
        .filter(case_head::destination_edition.eq(edition))
        .filter(seen)
        .count()
        .get_result(conn)?)
}
