//! Declared conflicts of interest (return conditions §2.7 –, `CONFLICT_OF_INTEREST`).
//! Declaring is the one thing that is open to everybody who works on the case; only a
//! supervisor says that it was a mistake.

use crate::case::conflict::{
    ConflictDeclaration, ConflictEnding, ConflictRecord, DeclaredConflict,
};
use crate::case::event::Event;
use crate::case::state::CaseState;
use crate::ids::UserId;
use crate::refusal::Refusal;

/// A declaration is in force from now on, until somebody else finds it a mistake.
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

/// By somebody whom no conflict keeps from the case (asked of every command): so never by
/// the user whom it is about. Both facts stay.
pub(super) fn end(
    state: &CaseState,
    user: UserId,
    ending: ConflictEnding,
    by: UserId,
) -> Result<Vec<Event>, Refusal> {
    let in_force = |one: &&DeclaredConflict| one.conflict.user == user && one.ended.is_none();
    let Some(declared) = state.conflicts.iter().rfind(in_force) else {
        return Err(Refusal::missing(
            "CONFLICT_NOT_DECLARED",
            "no conflict of interest between this user and the case is in force",
        ));
    };
    if declared.declared_by == by {
        return Err(Refusal::missing(
            "SECOND_OFFICER_REQUIRED",
            "who declared a conflict of interest does not end it; another supervisor does",
        ));
    }
    Ok(vec![Event::ConflictEnded {
        user,
        reason: ending.reason,
    }])
}
