//! Who runs a return: the organisations that organise it or are paid for it. Evidence
//! from one of them does not count as independent (return conditions §1.10 –).
//!
//! Not here: the rule itself (`answer::Independence`).

use crate::ids::OrganisationId;
use serde::{Deserialize, Serialize};

/// Organisations that run one return, at most.
pub const ORGANISERS_AT_MOST: usize = 10;

/// The organisations that run a return, in place of those named before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnOrganisers {
    /// The organisations; empty when nobody runs it.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub organisations: Vec<OrganisationId>,
}
