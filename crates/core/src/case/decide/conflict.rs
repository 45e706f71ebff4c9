//! Declared conflicts of interest (return conditions §2.7 –, `CONFLICT_OF_INTEREST`).
//! Declaring is the one thing that is open to everybody who works on the case.

use crate::case::conflict::{ConflictDeclaration, ConflictRecord};
use crate::case::event::Event;
use crate::case::state::CaseState;
use crate::ids::UserId;
use crate::refusal::Refusal;

/// A declaration stands for ever: there is no command that takes it back.
pub(super) fn declare(
    state: &CaseState,
    declaration: ConflictDeclaration,
    by: UserId,
) -> Result<Vec<Event>, Refusal> {
    let user = declaration.user.unwrap_or(by);
    if user != by {
        // Whoever may not handle the case does not keep others from it either.
        state.refuse_conflicted(by)?;
    }
    if state.in_conflict(user) {
        return Err(Refusal::missing(
            "CONFLICT_DECLARED_ALREADY",
            "a conflict of interest between this user and the case is declared already",
        ));
    }
    Ok(vec![Event::ConflictDeclared(ConflictRecord {
        user,
        kind: declaration.kind,
        remark: declaration.remark,
    })])
}
