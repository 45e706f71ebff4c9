//! Conflicts of interest that are in force, as the column `conflicted` of a case has them: the
//! ids of users, each between blanks, so that a database finds one without reading more.
//!
//! Not here: what a conflict does (`sanad_core::case`).

use sanad_core::case::CaseState;
use sanad_core::ids::UserId;
use std::fmt::Write as _;

/// What to look for in the column.
pub(crate) fn needle(user: UserId) -> String {
    format!(" {user} ")
}

/// Whether a column names a user.
pub(crate) fn names(column: &str, user: UserId) -> bool {
    // Almost every case has none; and no text is made for those.
    !column.is_empty() && column.contains(&needle(user))
}

/// The column of a case.
pub(crate) fn encode(case: &CaseState) -> String {
    let mut column = String::new();
    let in_force = case.conflicts.iter().filter(|one| one.ended.is_none());
    for declared in in_force {
        // Writing to a String cannot fail.
        let _ = write!(column, " {} ", declared.conflict.user);
    }
    column
}
