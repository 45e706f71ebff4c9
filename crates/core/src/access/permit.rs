//! The proof that a user was allowed to do one thing, and the refusal otherwise.
//!
//! Not here: the decision (see [`policy`](super::policy)); what a refusal looks
//! like over HTTP (see `sanad-api`): [`Denied::Hidden`] answers as if the
//! resource did not exist, [`Denied::Forbidden`] says what is missing.

use super::{Permission, Resource, Tiers};
use crate::ids::{OrganisationId, UserId};

/// Proof that the policy let a user do one thing to one resource.
///
/// Only [`Policy::permit`](super::Policy::permit) makes one:
///
/// ```
/// use sanad_core::access::{Actor, Grant, Permission, Permit, Policy, Resource, Role};
/// use sanad_core::ids::{OrganisationId, UserId};
/// let organisation = OrganisationId(uuid::Uuid::from_u128(1));
/// let grant = Grant { role: Role::ProtectionOfficer, organisation, areas: Vec::new() };
/// let actor = Actor::from_verified_token(UserId(uuid::Uuid::from_u128(2)), vec![grant]);
/// let case = Resource::Case { organisation, places: &[] };
/// let permit: Permit = Policy::shipped()?.permit(&actor, Permission::FindingsIssue, &case)?;
/// assert_eq!(permit.organisation(), Some(organisation));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nothing else does:
///
/// ```compile_fail,E0451
/// use sanad_core::access::{Permission, Permit, Tiers};
/// use sanad_core::ids::UserId;
/// let user = UserId(uuid::Uuid::nil());
/// let forged = Permit {
///     user,
///     permission: Permission::FindingsIssue,
///     tiers: Tiers::NONE,
///     organisation: None,
/// };
/// ```
///
/// ```compile_fail,E0624
/// use sanad_core::access::{Permission, Permit, Resource, Tiers};
/// use sanad_core::ids::UserId;
/// let user = UserId(uuid::Uuid::nil());
/// let forged = Permit::new(user, Permission::FindingsIssue, Tiers::NONE, &Resource::Registry);
/// ```
///
/// ```compile_fail,E0277
/// let forged: sanad_core::access::Permit = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    user: UserId,
    permission: Permission,
    tiers: Tiers,
    organisation: Option<OrganisationId>,
}

impl Permit {
    // INVARIANT: called by `Policy::permit` and by nothing else.
    pub(super) fn new(
        user: UserId,
        permission: Permission,
        tiers: Tiers,
        resource: &Resource<'_>,
    ) -> Self {
        Self {
            user,
            permission,
            tiers,
            organisation: resource.organisation(),
        }
    }

    /// Who was allowed.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// What was allowed.
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// The data tiers the user may open while doing it.
    pub const fn tiers(&self) -> Tiers {
        self.tiers
    }

    /// The organisation that keeps the case; none for an area or the registry.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        self.organisation
    }
}

/// Why a user was not allowed to do one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The user may not even know that the resource exists.
    #[error("there is no such record, or it is not yours to see")]
    Hidden,
    /// The user may know of the resource, but not do this.
    #[error("your roles do not let you {} (`{permission}`) here", permission.description())]
    Forbidden {
        /// What is missing.
        permission: Permission,
    },
}
