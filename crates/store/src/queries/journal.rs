//! The journal: streams of facts, and what commands were answered.

use super::super::{READ_TOGETHER, one_of};
use super::{Conn, IdempotencyRow, JournalRow, Result};
use crate::journal::AREA_EVENT;
use crate::schema::{idempotency, journal};
use crate::sql_types::{At, Key};
use diesel::prelude::*;

pub(super) fn stream(conn: &mut Conn, stream: Key, until: Option<At>) -> Result<Vec<JournalRow>> {
    let facts = journal::table
        .filter(journal::stream_id.eq(stream))
        .select(JournalRow::as_select())
        .order(journal::revision.asc());
    Ok(match until {
        Some(moment) => facts.filter(journal::recorded_at.le(moment)).load(conn)?,
        None => facts.load(conn)?,
    })
}

pub(super) fn area_events(
    conn: &mut Conn,
    streams: &[Key],
    until: Option<At>,
) -> Result<Vec<JournalRow>> {
    let facts = journal::table
        .filter(journal::stream_id.eq_any(streams))
        .filter(journal::kind.eq(AREA_EVENT))
        .select(JournalRow::as_select())
        .order(journal::position.asc());
    Ok(match until {
        Some(moment) => facts.filter(journal::recorded_at.le(moment)).load(conn)?,
        None => facts.load(conn)?,
    })
}

pub(super) fn last_revision(conn: &mut Conn, stream: Key) -> Result<i64> {
    let last: Option<i64> = journal::table
        .filter(journal::stream_id.eq(stream))
        .select(diesel::dsl::max(journal::revision))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}

pub(super) fn stream_ids(
    conn: &mut Conn,
    kind: &str,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<Key>> {
    let mut query = journal::table
        .filter(journal::stream_kind.eq(kind))
        .filter(journal::revision.eq(1))
        .select(journal::stream_id)
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(journal::stream_id.gt(id));
    }
    Ok(query
        .order(journal::stream_id.asc())
        .limit(limit)
        .load(conn)?)
}

pub(super) fn idempotency(conn: &mut Conn, command: Key) -> Result<Option<IdempotencyRow>> {
    Ok(idempotency::table
        .filter(idempotency::command_id.eq(command))
        .select(IdempotencyRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// In one statement where a round trip costs more than a longer statement.
pub(super) fn answers_to(conn: &mut Conn, commands: &[Key]) -> Result<Vec<IdempotencyRow>> {
    let mut found = Vec::new();
    for some in commands.chunks(READ_TOGETHER) {
        let rows = idempotency::table
            .filter(one_of!(idempotency::command_id, some))
            .select(IdempotencyRow::as_select())
            .load(conn)?;
        found.extend::<Vec<IdempotencyRow>>(rows);
    }
    Ok(found)
}

pub(super) fn known_commands(conn: &mut Conn, commands: &[Key]) -> Result<Vec<Key>> {
    Ok(journal::table
        .filter(journal::command_id.eq_any(commands))
        .filter(journal::ordinal.eq(0))
        .select(journal::command_id)
        .load(conn)?)
}

pub(super) fn last_position(conn: &mut Conn) -> Result<i64> {
    let last: Option<i64> = journal::table
        .select(diesel::dsl::max(journal::position))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}
