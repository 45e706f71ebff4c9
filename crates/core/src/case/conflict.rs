//! Declared conflicts of interest: a user never handles the case of their own family
//! (return conditions §2.7 –). What is declared, how one that was declared by mistake
//! ends, and what is kept of both.
//!
//! Not here: what may be declared and ended (`decide::conflict`).

use super::event::Meta;
use super::state::CaseState;
use crate::answer::Remark;
use crate::ids::UserId;
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a user stands to a case that they may not handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// The user belongs to the household.
    OwnCase,
    /// A relative of the user does.
    Relative,
    /// Another reason.
    Other,
}

/// A conflict of interest, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConflictDeclaration {
    /// How the user stands to the case.
    pub kind: ConflictKind,
    /// Whom it concerns; the sender when left out. Only a supervisor names another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A conflict of interest, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictRecord {
    /// Who may not handle the case.
    pub user: UserId,
    /// How the user stands to the case.
    pub kind: ConflictKind,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A conflict of interest, as the case has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredConflict {
    /// What was declared.
    pub conflict: ConflictRecord,
    /// Who declared it: the user or a supervisor.
    pub declared_by: UserId,
    /// When the registry recorded it.
    pub declared_at: Timestamp,
    /// One supervisor finds that it was declared by mistake. It is in force all the same.
    pub end_proposed: Option<ConflictEnd>,
    /// It was declared by mistake, two supervisors find, and is in force no longer. Until
    /// then it was.
    pub ended: Option<ConflictEnd>,
}

/// The end of a conflict of interest that was declared by mistake, or the proposal of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictEnd {
    /// Who proposed or confirmed it: a supervisor, never the user it was about.
    pub by: UserId,
    /// When the registry recorded it.
    pub at: Timestamp,
    /// Why.
    pub reason: Remark,
}

/// Why a conflict of interest was declared by mistake, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConflictEnding {
    /// Why, in a few words.
    pub reason: Remark,
}

impl ConflictEnd {
    pub(super) fn new(reason: &Remark, meta: Meta) -> Self {
        Self {
            by: meta.recorded_by,
            at: meta.recorded_at,
            reason: reason.clone(),
        }
    }
}

impl CaseState {
    /// Changes the conflict of a user that is in force.
    pub(super) fn conflict_in_force(
        &mut self,
        user: UserId,
        change: impl FnOnce(&mut DeclaredConflict),
    ) {
        let mut in_force = self.conflicts.iter_mut().filter(|one| one.ended.is_none());
        if let Some(one) = in_force.find(|one| one.conflict.user == user) {
            change(one);
        }
    }

    /// Whether a conflict of interest of a user is in force. Of a case as it was, whether
    /// one was then: a mistake found out later makes nothing right that was done meanwhile.
    pub fn in_conflict(&self, user: UserId) -> bool {
        let of_user = |one: &DeclaredConflict| one.conflict.user == user && one.ended.is_none();
        self.conflicts.iter().any(of_user)
    }

    /// Refuses whatever a user with a declared conflict asks of the case.
    pub fn refuse_conflicted(&self, user: UserId) -> Result<(), Refusal> {
        if self.in_conflict(user) {
            return Err(Refusal::missing(CONFLICT_OF_INTEREST, CONFLICT_TEXT));
        }
        Ok(())
    }
}

/// The stable code.
pub const CONFLICT_OF_INTEREST: &str = "CONFLICT_OF_INTEREST";

/// The same for people.
pub const CONFLICT_TEXT: &str =
    "a conflict of interest is declared between you and this case; somebody else handles it";
