//! Accounts of programs: their agreements and keys.

use super::{Conn, Result, ServiceAgreementRow, ServiceKeyRow, insert_all};
use crate::schema::{service_agreement, service_key};
use crate::sql_types::{At, Key};
use diesel::prelude::*;

pub(super) fn agreement(conn: &mut Conn, user: Key) -> Result<Option<ServiceAgreementRow>> {
    Ok(service_agreement::table
        .filter(service_agreement::user_id.eq(user))
        .select(ServiceAgreementRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn agreements(conn: &mut Conn) -> Result<Vec<ServiceAgreementRow>> {
    Ok(service_agreement::table
        .select(ServiceAgreementRow::as_select())
        .order(service_agreement::user_id.asc())
        .load(conn)?)
}

pub(super) fn put_agreement(conn: &mut Conn, row: &ServiceAgreementRow) -> Result<()> {
    diesel::delete(service_agreement::table)
        .filter(service_agreement::user_id.eq(row.user_id))
        .execute(conn)?;
    insert_all!(conn, service_agreement::table, [row.clone()]);
    Ok(())
}

pub(super) fn by_id(
    conn: &mut Conn,
    id: Key,
) -> Result<Option<(ServiceKeyRow, ServiceAgreementRow)>> {
    let agreed = service_agreement::table.on(service_agreement::user_id.eq(service_key::user_id));
    Ok(service_key::table
        .inner_join(agreed)
        .filter(service_key::key_id.eq(id))
        .select((ServiceKeyRow::as_select(), ServiceAgreementRow::as_select()))
        .get_result(conn)
        .optional()?)
}

pub(super) fn of_user(conn: &mut Conn, user: Key) -> Result<Vec<ServiceKeyRow>> {
    Ok(service_key::table
        .filter(service_key::user_id.eq(user))
        .select(ServiceKeyRow::as_select())
        .order((service_key::made_at.desc(), service_key::key_id.asc()))
        .load(conn)?)
}

pub(super) fn put(conn: &mut Conn, row: &ServiceKeyRow) -> Result<()> {
    insert_all!(conn, service_key::table, [row.clone()]);
    Ok(())
}

pub(super) fn end(conn: &mut Conn, user: Key, id: Key, at: At) -> Result<bool> {
    let ended = diesel::update(service_key::table)
        .filter(service_key::key_id.eq(id))
        .filter(service_key::user_id.eq(user))
        .filter(service_key::ended_at.is_null())
        .set(service_key::ended_at.eq(Some(at)))
        .execute(conn)?;
    Ok(ended > 0)
}
