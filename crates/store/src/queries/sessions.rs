//! Who is signed in, and from which devices they signed in before.

use super::{Conn, KnownDeviceRow, RefreshTokenRow, Result, SessionRow, insert_all};
use crate::schema::{known_device, refresh_token, session};
use crate::sql_types::{At, Key};
use diesel::prelude::*;

pub(super) fn begin(conn: &mut Conn, row: &SessionRow, first: &RefreshTokenRow) -> Result<()> {
    insert_all!(conn, session::table, [row.clone()]);
    insert_all!(conn, refresh_token::table, [first.clone()]);
    Ok(())
}

pub(super) fn by_id(conn: &mut Conn, id: Key) -> Result<Option<SessionRow>> {
    Ok(session::table
        .filter(session::session_id.eq(id))
        .select(SessionRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn of_user(conn: &mut Conn, user: Key, now: At) -> Result<Vec<SessionRow>> {
    Ok(session::table
        .filter(session::user_id.eq(user))
        .filter(session::ended_at.is_null())
        .filter(session::ends_at.gt(now))
        .select(SessionRow::as_select())
        .order((session::begun_at.desc(), session::session_id.desc()))
        .load(conn)?)
}

pub(super) fn token(conn: &mut Conn, hash: &[u8]) -> Result<Option<(RefreshTokenRow, SessionRow)>> {
    Ok(refresh_token::table
        .inner_join(session::table.on(session::session_id.eq(refresh_token::session_id)))
        .filter(refresh_token::token_hash.eq(hash))
        .select((RefreshTokenRow::as_select(), SessionRow::as_select()))
        .get_result(conn)
        .optional()?)
}

pub(super) fn rotate(conn: &mut Conn, hash: &[u8], next: &RefreshTokenRow) -> Result<bool> {
    let used = diesel::update(refresh_token::table)
        .filter(refresh_token::token_hash.eq(hash))
        .filter(refresh_token::used_at.is_null())
        .set(refresh_token::used_at.eq(Some(next.issued_at)))
        .execute(conn)?;
    if used == 0 {
        return Ok(false);
    }
    diesel::update(session::table)
        .filter(session::session_id.eq(next.session_id))
        .set(session::used_at.eq(next.issued_at))
        .execute(conn)?;
    insert_all!(conn, refresh_token::table, [next.clone()]);
    Ok(true)
}

pub(super) fn end(conn: &mut Conn, user: Key, id: Key, at: At) -> Result<bool> {
    let ended = diesel::update(session::table)
        .filter(session::session_id.eq(id))
        .filter(session::user_id.eq(user))
        .filter(session::ended_at.is_null())
        .set(session::ended_at.eq(Some(at)))
        .execute(conn)?;
    Ok(ended > 0)
}

pub(super) fn end_all(conn: &mut Conn, user: Key, but: Option<Key>, at: At) -> Result<()> {
    // No session has the id of nobody.
    let but = but.unwrap_or(Key(uuid::Uuid::nil()));
    diesel::update(session::table)
        .filter(session::user_id.eq(user))
        .filter(session::session_id.ne(but))
        .filter(session::ended_at.is_null())
        .set(session::ended_at.eq(Some(at)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn forget(conn: &mut Conn, before: At) -> Result<()> {
    let old = session::table
        .filter(session::ends_at.lt(before))
        .select(session::session_id);
    diesel::delete(refresh_token::table)
        .filter(refresh_token::session_id.eq_any(old))
        .execute(conn)?;
    diesel::delete(session::table)
        .filter(session::ends_at.lt(before))
        .execute(conn)?;
    Ok(())
}

pub(super) fn knows_device(conn: &mut Conn, user: Key, hash: &[u8]) -> Result<bool> {
    let of_user = known_device::table
        .filter(known_device::device_hash.eq(hash))
        .filter(known_device::user_id.eq(user));
    Ok(diesel::select(diesel::dsl::exists(of_user)).get_result(conn)?)
}

pub(super) fn keep_device(conn: &mut Conn, device: &KnownDeviceRow, most: i64) -> Result<()> {
    insert_all!(conn, known_device::table, [device.clone()]);
    let surplus: Vec<Vec<u8>> = known_device::table
        .filter(known_device::user_id.eq(device.user_id))
        .select(known_device::device_hash)
        .order((
            known_device::known_since.desc(),
            known_device::device_hash.asc(),
        ))
        .offset(most)
        .limit(most)
        .load(conn)?;
    diesel::delete(known_device::table)
        .filter(known_device::device_hash.eq_any(surplus))
        .execute(conn)?;
    Ok(())
}

pub(super) fn forget_devices(conn: &mut Conn, user: Key) -> Result<()> {
    diesel::delete(known_device::table)
        .filter(known_device::user_id.eq(user))
        .execute(conn)?;
    Ok(())
}
