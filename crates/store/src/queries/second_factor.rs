//! What users show besides their passwords. Every use is one statement that only the
//! first of two callers wins.

use super::{Conn, RecoveryCodeRow, Result, SecondFactorRow, insert_all};
use crate::schema::{recovery_code, second_factor};
use crate::sql_types::{At, Key};
use diesel::prelude::*;

pub(super) fn of_user(conn: &mut Conn, user: Key) -> Result<Option<SecondFactorRow>> {
    Ok(second_factor::table
        .filter(second_factor::user_id.eq(user))
        .select(SecondFactorRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// Peppers that some secret was made with.
pub(super) fn peppers(conn: &mut Conn) -> Result<Vec<Vec<u8>>> {
    Ok(second_factor::table
        .select(second_factor::pepper_id)
        .load(conn)?)
}

/// False when the user has one in force.
pub(super) fn begin(conn: &mut Conn, row: &SecondFactorRow) -> Result<bool> {
    diesel::delete(second_factor::table)
        .filter(second_factor::user_id.eq(row.user_id))
        .filter(second_factor::confirmed_at.is_null())
        .execute(conn)?;
    if of_user(conn, row.user_id)?.is_some() {
        return Ok(false);
    }
    insert_all!(conn, second_factor::table, [row.clone()]);
    Ok(true)
}

/// False when there is none that waits.
pub(super) fn confirm(
    conn: &mut Conn,
    user: Key,
    step: i64,
    at: At,
    codes: &[RecoveryCodeRow],
) -> Result<bool> {
    let confirmed = diesel::update(second_factor::table)
        .filter(second_factor::user_id.eq(user))
        .filter(second_factor::confirmed_at.is_null())
        .set((
            second_factor::confirmed_at.eq(Some(at)),
            second_factor::last_step.eq(step),
        ))
        .execute(conn)?;
    if confirmed == 0 {
        return Ok(false);
    }
    insert_all!(conn, recovery_code::table, codes.iter().cloned());
    Ok(true)
}

pub(super) fn use_step(conn: &mut Conn, user: Key, step: i64) -> Result<bool> {
    let used = diesel::update(second_factor::table)
        .filter(second_factor::user_id.eq(user))
        .filter(second_factor::last_step.lt(step))
        .set(second_factor::last_step.eq(step))
        .execute(conn)?;
    Ok(used > 0)
}

pub(super) fn use_code(conn: &mut Conn, user: Key, hash: &[u8], at: At) -> Result<bool> {
    let used = diesel::update(recovery_code::table)
        .filter(recovery_code::code_hash.eq(hash))
        .filter(recovery_code::user_id.eq(user))
        .filter(recovery_code::used_at.is_null())
        .set(recovery_code::used_at.eq(Some(at)))
        .execute(conn)?;
    Ok(used > 0)
}

pub(super) fn codes_left(conn: &mut Conn, user: Key) -> Result<i64> {
    Ok(recovery_code::table
        .filter(recovery_code::user_id.eq(user))
        .filter(recovery_code::used_at.is_null())
        .count()
        .get_result(conn)?)
}

pub(super) fn remove(conn: &mut Conn, user: Key) -> Result<bool> {
    diesel::delete(recovery_code::table)
        .filter(recovery_code::user_id.eq(user))
        .execute(conn)?;
    let removed = diesel::delete(second_factor::table)
        .filter(second_factor::user_id.eq(user))
        .execute(conn)?;
    Ok(removed > 0)
}
