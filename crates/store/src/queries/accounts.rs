//! Accounts, roles, organisations and settings.

use super::{AccountRow, Conn, OrganisationRow, Result, RoleGrantRow, SettingRow, insert_all};
use crate::rows::PastGrantRow;
use crate::schema::{account, organisation, past_grant, role_grant, setting};
use crate::sql_types::{At, Key};
use diesel::prelude::*;

pub(super) fn by_login(conn: &mut Conn, login: &str) -> Result<Option<AccountRow>> {
    Ok(account::table
        .filter(account::login.eq(login))
        .select(AccountRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn by_id(conn: &mut Conn, user: Key) -> Result<Option<(AccountRow, Vec<RoleGrantRow>)>> {
    let row = account::table
        .filter(account::user_id.eq(user))
        .select(AccountRow::as_select())
        .get_result(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let grants = grants_of(conn, user)?;
    Ok(Some((row, grants)))
}

fn grants_of(conn: &mut Conn, user: Key) -> Result<Vec<RoleGrantRow>> {
    Ok(role_grant::table
        .filter(role_grant::user_id.eq(user))
        .select(RoleGrantRow::as_select())
        .order((
            role_grant::role.asc(),
            role_grant::organisation_id.asc(),
            role_grant::place_edition.asc(),
            role_grant::place_code.asc(),
        ))
        .load(conn)?)
}

pub(super) fn list(
    conn: &mut Conn,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<(AccountRow, Vec<RoleGrantRow>)>> {
    let mut query = account::table.select(AccountRow::as_select()).into_boxed();
    if let Some(login) = after {
        query = query.filter(account::login.gt(login));
    }
    let rows = query
        .order(account::login.asc())
        .limit(limit)
        .load::<AccountRow>(conn)?;
    rows.into_iter()
        .map(|row| Ok((grants_of(conn, row.user_id)?, row)))
        .map(|pair: Result<_>| pair.map(|(grants, row)| (row, grants)))
        .collect()
}

pub(super) fn put(conn: &mut Conn, row: &AccountRow, grants: &[RoleGrantRow]) -> Result<()> {
    insert_all!(conn, account::table, [row.clone()]);
    insert_all!(conn, role_grant::table, grants.iter().cloned());
    Ok(())
}

pub(super) fn set_disabled(conn: &mut Conn, user: Key, disabled: bool) -> Result<bool> {
    let changed = diesel::update(account::table)
        .filter(account::user_id.eq(user))
        .set(account::disabled.eq(disabled))
        .execute(conn)?;
    Ok(changed > 0)
}

pub(super) fn set_password(
    conn: &mut Conn,
    user: Key,
    was: Option<&str>,
    (hash, one_time_until): (&str, Option<At>),
) -> Result<bool> {
    let mut of_user = diesel::update(account::table)
        .filter(account::user_id.eq(user))
        .into_boxed();
    if let Some(was) = was {
        of_user = of_user.filter(account::password_hash.eq(was));
    }
    let changed = of_user
        .set((
            account::password_hash.eq(hash),
            account::one_time_until.eq(one_time_until),
        ))
        .execute(conn)?;
    Ok(changed > 0)
}

pub(super) fn set_grants(
    conn: &mut Conn,
    user: Key,
    grants: &[RoleGrantRow],
    (by, at): (Key, At),
) -> Result<()> {
    let keeps = |old: &RoleGrantRow| {
        let same = |new: &&RoleGrantRow| {
            (&new.role, new.organisation_id) == (&old.role, old.organisation_id)
        };
        grants.iter().any(|new| same(&new))
    };
    let mut past: Vec<PastGrantRow> = grants_of(conn, user)?
        .into_iter()
        .filter(|old| !keeps(old))
        .map(|old| PastGrantRow {
            user_id: user,
            role: old.role,
            organisation_id: old.organisation_id,
            ended_at: at,
            ended_by: by,
        })
        .collect();
    // A role for several areas is several rows.
    past.dedup();
    insert_all!(conn, past_grant::table, past);
    diesel::delete(role_grant::table)
        .filter(role_grant::user_id.eq(user))
        .execute(conn)?;
    insert_all!(conn, role_grant::table, grants.iter().cloned());
    Ok(())
}

pub(super) fn past_grants(conn: &mut Conn, user: Key) -> Result<Vec<PastGrantRow>> {
    Ok(past_grant::table
        .filter(past_grant::user_id.eq(user))
        .select(PastGrantRow::as_select())
        .order(past_grant::ended_at.asc())
        .load(conn)?)
}

pub(super) fn password_hashes(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(account::table.select(account::password_hash).load(conn)?)
}

pub(super) fn organisations(conn: &mut Conn) -> Result<Vec<OrganisationRow>> {
    Ok(organisation::table
        .select(OrganisationRow::as_select())
        .order(organisation::name.asc())
        .load(conn)?)
}

pub(super) fn put_organisation(conn: &mut Conn, row: &OrganisationRow) -> Result<()> {
    insert_all!(conn, organisation::table, [row.clone()]);
    Ok(())
}

pub(super) fn setting(conn: &mut Conn, name: &str) -> Result<Option<SettingRow>> {
    Ok(setting::table
        .filter(setting::name.eq(name))
        .select(SettingRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(super) fn put_setting(conn: &mut Conn, row: &SettingRow) -> Result<()> {
    diesel::delete(setting::table)
        .filter(setting::name.eq(&row.name))
        .execute(conn)?;
    insert_all!(conn, setting::table, [row.clone()]);
    Ok(())
}
