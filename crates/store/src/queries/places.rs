//! Imported tables of P-codes.

use super::accounts::put_setting;
use super::{Conn, PlaceRow, Result, SettingRow, insert_all};
use crate::db::PLACES_STAMP;
use crate::schema::place;
use diesel::prelude::*;
use std::collections::HashMap;

pub(super) fn all(conn: &mut Conn) -> Result<Vec<PlaceRow>> {
    Ok(place::table
        .select(PlaceRow::as_select())
        .order((place::edition.asc(), place::code.asc()))
        .load(conn)?)
}

/// Adds new places; a known place takes the new name, parent, level and date.
pub(super) fn put(conn: &mut Conn, rows: &[PlaceRow]) -> Result<usize> {
    let mut known: HashMap<(String, String), PlaceRow> = HashMap::new();
    for row in all(conn)? {
        known.insert((row.edition.clone(), row.code.clone()), row);
    }
    let mut fresh = Vec::new();
    for row in rows {
        match known.get(&(row.edition.clone(), row.code.clone())) {
            None => fresh.push(row),
            Some(old)
                if old.level == row.level
                    && old.parent == row.parent
                    && old.names == row.names
                    && old.valid_from == row.valid_from => {}
            Some(_) => {
                diesel::update(place::table)
                    .filter(place::edition.eq(&row.edition))
                    .filter(place::code.eq(&row.code))
                    .set((
                        place::level.eq(row.level),
                        place::parent.eq(&row.parent),
                        place::names.eq(&row.names),
                        place::valid_from.eq(row.valid_from),
                        place::imported_at.eq(row.imported_at),
                    ))
                    .execute(conn)?;
            }
        }
    }
    let added = fresh.len();
    insert_all!(conn, place::table, fresh);
    if let Some(row) = rows.first() {
        let value = row.imported_at.micros().to_string();
        put_setting(
            conn,
            &SettingRow {
                name: PLACES_STAMP.to_owned(),
                value,
            },
        )?;
    }
    Ok(added)
}
