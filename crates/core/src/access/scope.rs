//! How far a grant reaches: organisation, areas, and the resources asked about.
//!
//! Areas are compared as whole codes. A place code is opaque, so a code that
//! begins like another says nothing about where it lies: whoever asks names the
//! place together with its explicit ancestors.
//!
//! Not here: which role may do what within the reach (see [`policy`](super::policy)).

use serde::{Deserialize, Serialize};

use super::{Permission, Role, Subject};
use crate::area::PlaceRef;
use crate::ids::OrganisationId;

/// How far a permission of a role reaches; the words of the policy file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The organisation of the grant and, where the grant names areas, only these.
    Organisation,
    /// Every organisation, or the registry as a whole.
    All,
}

impl Scope {
    /// The word used in the policy file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::All => "all",
        }
    }
}

/// A role given to a user, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation whose cases it opens.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub organisation: OrganisationId,
    /// The areas it is limited to; none means the whole organisation.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<PlaceRef>,
}

/// What a permission is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A case, or one about to be registered.
    Case {
        /// The organisation that keeps the case.
        organisation: OrganisationId,
        /// The place of displacement and every one of its ancestors.
        places: &'a [PlaceRef],
    },
    /// A place and what is recorded about it. It belongs to no organisation.
    Area {
        /// The place and every one of its ancestors.
        places: &'a [PlaceRef],
    },
    /// The registry as a whole.
    Registry,
}

impl Resource<'_> {
    /// The organisation that keeps the resource, when one does.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Case { organisation, .. } => Some(*organisation),
            Self::Area { .. } | Self::Registry => None,
        }
    }

    /// Whether a permission is about this kind of resource. One that is not is
    /// never given: "read cases" for the whole registry would cover them all.
    pub(super) fn fits(&self, permission: Permission) -> bool {
        let subject = match self {
            Self::Case { .. } => Subject::Case,
            Self::Area { .. } => Subject::Area,
            Self::Registry => Subject::Registry,
        };
        permission.subject() == subject
    }
}

/// Where one rule of one grant holds. The point decision and the visibility of
/// lists both ask [`Reach::covers`], so that they cannot drift apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    /// `None` is every organisation.
    pub(super) organisation: Option<OrganisationId>,
    /// Empty is every area.
    pub(super) areas: &'a [PlaceRef],
}

impl<'a> Reach<'a> {
    /// The reach of a grant under a scope of the policy.
    pub(super) fn of(scope: Scope, grant: &'a Grant) -> Self {
        let organisation = match scope {
            Scope::Organisation => Some(grant.organisation),
            Scope::All => None,
        };
        Self {
            organisation,
            areas: &grant.areas,
        }
    }

    /// Whether the resource lies within reach.
    pub(super) fn covers(self, resource: &Resource<'_>) -> bool {
        match resource {
            Resource::Case {
                organisation,
                places,
            } => self.organisation.is_none_or(|own| own == *organisation) && self.lies_in(places),
            Resource::Area { places } => self.lies_in(places),
            Resource::Registry => true,
        }
    }

    fn lies_in(self, places: &[PlaceRef]) -> bool {
        self.areas.is_empty() || places.iter().any(|place| self.areas.contains(place))
    }
}
