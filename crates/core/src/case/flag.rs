//! The flag of a case whose open finding no longer holds, since something was recorded
//! about a place it is bound to.
//!
//! It is no part of the case's own journal: it comes with the places, and ends by
//! itself when the case gets a new finding, goes back, or arrives. Not here: how it
//! comes about (`area::FindingsLost`).

use crate::area::{AreaEventKind, LossCause, PlaceRef};
use crate::ids::FindingId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An open finding that no longer holds. The finding itself stays as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LostFlag {
    /// The finding.
    pub finding: FindingId,
    /// The place about which something was recorded.
    pub place: PlaceRef,
    /// What was recorded.
    pub cause: LossCause,
    /// What happened there, where it was an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<AreaEventKind>,
    /// The day for which the return was assessed again.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
    /// Since when the case is flagged.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
}
