//! Who may see a row, as SQL: one condition for every table that carries
//! `organisation_id` and `place_path`.
//!
//! SQL may show too little, never too much: every row is decided again by
//! [`Visibility::tiers_for`] before it leaves the store ([`decided`]).

use super::Backend;
use crate::place_path;
use crate::sql_types::Key;
use diesel::expression::BoxableExpression;
use diesel::sql_types::Bool;
use sanad_core::access::{Resource, Tiers, Visibility};
use sanad_core::ids::OrganisationId;

/// A condition on the rows of one table.
pub(super) type Condition<Table> = Box<dyn BoxableExpression<Table, Backend, SqlType = Bool>>;

/// The condition that a row of a table lies in what the caller may see. Without
/// any scope nothing is seen; nor is a case with which the caller has a declared
/// conflict of interest.
macro_rules! visible {
    ($conn:expr, $who:expr, $table:ident) => {{
        use diesel::dsl::sql;
        let mut any: Condition<$table::table> = Box::new(sql::<diesel::sql_types::Bool>("1 = 0"));
        for scope in $who.scopes() {
            let mut this: Condition<$table::table> = match scope.organisation {
                Some(id) => Box::new($table::organisation_id.eq(Key(id.0))),
                None => Box::new(sql::<diesel::sql_types::Bool>("1 = 1")),
            };
            if !scope.areas.is_empty() {
                let mut inside: Condition<$table::table> =
                    Box::new(sql::<diesel::sql_types::Bool>("1 = 0"));
                for area in &scope.areas {
                    let needle = crate::place_path::needle(area);
                    inside = Box::new(inside.or(place_in($table::place_path, needle).gt(0)));
                }
                this = Box::new(this.and(inside));
            }
            any = if $who.scopes().len() == 1 {
                this
            } else {
                Box::new(any.or(this))
            };
        }
        let closed = super::evidence::closed_to($conn, $who.user())?;
        if closed.is_empty() {
            any
        } else {
            Box::new(any.and($table::case_id.ne_all(closed)))
        }
    }};
}
pub(super) use visible;

/// The point decision for one row: the tiers that are open, if it may be shown. A row that SQL let through and this refuses is
/// a fault of ours: it is counted and not shown.
pub(super) fn decided(who: &Visibility, organisation: Key, path: &str) -> Option<Tiers> {
    let places = place_path::decode_for(who, path);
    let resource = Resource::Case {
        organisation: OrganisationId(organisation.0),
        places: &places,
    };
    let shown = who.tiers_for(&resource);
    if shown.is_none() {
        metrics::counter!("sanad_visibility_recheck_refused_total").increment(1);
    }
    shown
}
