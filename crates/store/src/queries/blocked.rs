//! Commands on cases and places that a rule of four eyes or of roles refused.

use super::{BlockedAttemptRow, Conn, Result};
use crate::schema::blocked_attempt;
use crate::sql_types::{At, Key};
use diesel::prelude::*;

/// A page in order of time; who may know of which case or place is decided by the
/// caller.
pub(super) fn page(
    conn: &mut Conn,
    until: Option<At>,
    after: Option<(At, Key)>,
    limit: i64,
) -> Result<Vec<BlockedAttemptRow>> {
    let mut query = blocked_attempt::table
        .select(BlockedAttemptRow::as_select())
        .into_boxed();
    if let Some(moment) = until {
        query = query.filter(blocked_attempt::blocked_at.le(moment));
    }
    if let Some((moment, id)) = after {
        // The form that both planners turn into one index range, as in `cases`.
        query = query.filter(
            blocked_attempt::blocked_at.ge(moment).and(
                blocked_attempt::blocked_at
                    .gt(moment)
                    .or(blocked_attempt::attempt_id.gt(id)),
            ),
        );
    }
    Ok(query
        .order((
            blocked_attempt::blocked_at.asc(),
            blocked_attempt::attempt_id.asc(),
        ))
        .limit(limit)
        .load(conn)?)
}
