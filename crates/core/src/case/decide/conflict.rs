//! Declared conflicts of interest (return conditions §2.7 –, `CONFLICT_OF_INTEREST`).
//! Declaring is the one thing that is open to everybody who works on the case; that it
//! was a mistake is found by two supervisors.

use crate::case::conflict::{
    ConflictDeclaration, ConflictEnding, ConflictRecord, DeclaredConflict,
};
use crate::case::event::Event;
use crate::case::state::CaseState;
use crate::ids::UserId;
use crate::refusal::Refusal;

/// A declaration is in force from now on, until two others find it a mistake.
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

/// By two people whom no conflict keeps from the case (asked of every command), so that
/// nobody gives a colleague their family's case back alone, and never by the user whom it
/// is about. The first to say so proposes, the second ends it. All facts stay.
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
    let reason = ending.reason;
    let proposed = declared.end_proposed.as_ref();
    // Whoever has a conflict of their own since then has no say in this one.
    match proposed.filter(|first| !state.in_conflict(first.by)) {
        None => Ok(vec![Event::ConflictEndProposed { user, reason }]),
        Some(first) if first.by == by => Err(Refusal::missing(
            "SECOND_OFFICER_REQUIRED",
            "you proposed the end of this conflict of interest; another supervisor confirms it",
        )),
        Some(_) => Ok(vec![Event::ConflictEnded { user, reason }]),
    }
}
