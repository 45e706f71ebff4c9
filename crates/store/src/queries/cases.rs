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

/// A case as it is read: organisation, place, revision, body, users in conflict; its
/// latest finding, where it is known to be lost, and whether it is open.
type Read = (
    Key,
    String,
    i64,
    Vec<u8>,
    String,
    Option<FindingLostRow>,
    bool,
);
/// A case as it is listed: id, opening, organisation, place, latest finding, summary.
type Listed = (Key, At, Key, String, Option<Key>, Vec<u8>);

/// The latest finding of a case, where it is known to hold no longer.
macro_rules! lost_of_case {
    () => {
        finding_lost::table.on(case_head::finding_id.eq(finding_lost::finding_id.nullable()))
    };
}

/// Whether the latest finding of a case is one that somebody may still act on.
macro_rules! has_open_finding {
    () => {
        diesel::dsl::exists(
            open_finding::table.filter(open_finding::case_id.eq(case_head::case_id)),
        )
    };
}

/// Reads one case. `None` both when there is none and when the caller may not
/// know of it: the two take the same path and the same time.
pub(super) fn document(conn: &mut Conn, who: &Visibility, id: Key) -> Result<Option<SeenCase>> {
    // `get_result`, not `first`: a bound LIMIT keeps SQLite from reusing the statement.
    let found: Option<Read> = case_head::table
        .inner_join(case_document::table.on(case_document::case_id.eq(case_head::case_id)))
        .left_join(lost_of_case!())
        .filter(case_head::case_id.eq(id))
        .select((
            case_head::organisation_id,
            case_head::place_path,
            case_document::revision,
            case_document::body,
            case_document::conflicted,
            Option::<FindingLostRow>::as_select(),
            has_open_finding!(),
        ))
        .get_result(conn)
        .optional()?;
    let document = found.map(document_of);
    Ok(document.and_then(|document| document.seen_by(who)))
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
        .left_join(lost_of_case!())
        .filter(one_of!(case_head::case_id, ids))
        .select((
            case_head::case_id,
            (
                case_head::organisation_id,
                case_head::place_path,
                case_document::revision,
                case_document::body,
                case_document::conflicted,
                Option::<FindingLostRow>::as_select(),
                has_open_finding!(),
            ),
        ))
        .load(conn)?;
    let documents = found.into_iter().map(|(id, read)| (id, document_of(read)));
    Ok(documents.collect())
}

fn document_of(read: Read) -> CaseDocument {
    let (organisation, place_path, revision, body, conflicted, lost, open) = read;
    CaseDocument {
        organisation,
        place_path,
        revision,
        body,
        conflicted,
        lost: lost.filter(|_| open),
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
    let mut query = case_head::table
        .select((
            case_head::case_id,
            case_head::opened_at,
            case_head::organisation_id,
            case_head::place_path,
            case_head::finding_id,
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
        let lost = diesel::dsl::exists(
            finding_lost::table.filter(
                finding_lost::finding_id
                    .nullable()
                    .eq(case_head::finding_id),
            ),
        );
        let open = has_open_finding!();
        query = if flagged {
            query.filter(lost.and(open))
        } else {
            query.filter(diesel::dsl::not(lost.and(open)))
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
    let findings: Vec<Key> = rows.iter().filter_map(|row| row.4).collect();
    let mut flags = flags(conn, &findings)?;
    Ok(rows
        .into_iter()
        .filter_map(|(case_id, opened_at, organisation, places, _, summary)| {
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
