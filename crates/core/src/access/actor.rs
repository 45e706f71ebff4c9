//! Who asks: a user whose token has been verified, with their grants.
//!
//! Not here: verifying tokens (see `sanad-api`), nor deciding (see
//! [`policy`](super::policy)).

use super::Grant;
use crate::ids::{OrganisationId, UserId};

/// A verified user and what they were granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    user: UserId,
    grants: Vec<Grant>,
}

impl Actor {
    /// The actor behind a verified token.
    ///
    /// Only two callers exist: the HTTP extractor, after it has checked the
    /// token and the account, and the local command line, which acts for the
    /// user it was told to act for. Nothing else may call this: an actor made
    /// from unchecked input is a way around every check that follows.
    pub fn from_verified_token(user: UserId, grants: Vec<Grant>) -> Self {
        Self { user, grants }
    }

    /// The user.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// What the user was granted.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The organisation of every grant, when they all name the same one: where a
    /// new case belongs unless its author says otherwise.
    pub fn organisation(&self) -> Option<OrganisationId> {
        let first = self.grants.first()?.organisation;
        self.grants
            .iter()
            .all(|grant| grant.organisation == first)
            .then_some(first)
    }
}
