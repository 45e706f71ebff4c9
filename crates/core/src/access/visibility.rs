//! What a list or a read may show: the same decision as a permit, in a form that
//! a store turns into a WHERE clause.
//!
//! Not here: the WHERE clause (see `sanad-store`).

use super::scope::Reach;
use super::{Denied, Permission, Resource, Tiers};
use crate::area::PlaceRef;
use crate::ids::{OrganisationId, UserId};

/// One part of what a user sees: a row is visible if any scope covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleScope {
    /// The organisation that keeps the case; `None` is every organisation.
    /// Without meaning for places, which belong to no organisation.
    pub organisation: Option<OrganisationId>,
    /// Areas of which the row's place or one of its ancestors must be one;
    /// empty is every area.
    pub areas: Vec<PlaceRef>,
    /// The data tiers open within this scope.
    pub tiers: Tiers,
}

impl VisibleScope {
    fn covers(&self, resource: &Resource<'_>) -> bool {
        Reach {
            organisation: self.organisation,
            areas: &self.areas,
        }
        .covers(resource)
    }
}

/// What a user sees under one read permission.
///
/// Only [`Policy::visibility`](super::Policy::visibility) makes one:
///
/// ```compile_fail,E0451
/// use sanad_core::access::{Permission, Visibility};
/// use sanad_core::ids::UserId;
/// let user = UserId(uuid::Uuid::nil());
/// let forged = Visibility { user, permission: Permission::CasesRead, scopes: Vec::new() };
/// ```
///
/// ```compile_fail,E0624
/// use sanad_core::access::{Permission, Visibility};
/// use sanad_core::ids::UserId;
/// let forged = Visibility::new(UserId(uuid::Uuid::nil()), Permission::CasesRead, Vec::new());
/// ```
///
/// ```compile_fail,E0599
/// let forged = sanad_core::access::Visibility::default();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    user: UserId,
    permission: Permission,
    scopes: Vec<VisibleScope>,
}

impl Visibility {
    // INVARIANT: called by `Policy::visibility` and by nothing else.
    pub(super) fn new(user: UserId, permission: Permission, scopes: Vec<VisibleScope>) -> Self {
        Self {
            user,
            permission,
            scopes,
        }
    }

    /// Who sees it: a case is closed to a user with a declared conflict of interest,
    /// whatever the scopes say.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The read permission it was made for.
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// The scopes, joined by "or".
    pub fn scopes(&self) -> &[VisibleScope] {
        &self.scopes
    }

    /// Whether any scope is limited to areas: only then do the places of a row decide.
    pub fn depends_on_places(&self) -> bool {
        self.scopes.iter().any(|scope| !scope.areas.is_empty())
    }

    /// Whether no row at all can be visible.
    pub fn sees_nothing(&self) -> bool {
        self.scopes.is_empty()
    }

    /// The visibility, or the refusal for a user whose roles never read this: a
    /// list that is empty by lack of a role would look like an empty registry.
    pub fn or_forbidden(self) -> Result<Self, Denied> {
        if self.sees_nothing() {
            return Err(Denied::Forbidden {
                permission: self.permission,
            });
        }
        Ok(self)
    }

    /// The decision for one row: the tiers that all covering scopes open
    /// together, or `None` when the row must not be shown.
    pub fn tiers_for(&self, resource: &Resource<'_>) -> Option<Tiers> {
        if !resource.fits(self.permission) {
            return None;
        }
        self.scopes
            .iter()
            .filter(|scope| scope.covers(resource))
            .map(|scope| scope.tiers)
            .reduce(Tiers::union)
    }
}
