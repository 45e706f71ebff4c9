//! A case on hold, closed, and open again: what is asked and what is kept of it.
//!
//! Not here: the rules (`decide::pause`).

use super::lifecycle::State;
use crate::answer::Remark;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a case is on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The household asked to wait.
    HouseholdAsked,
    /// The household cannot be reached.
    NotReached,
    /// A document is awaited.
    AwaitingDocument,
    /// A place cannot be visited.
    PlaceNotAccessible,
    /// Another reason.
    Other,
}

/// A case is put on hold (T13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HoldRequest {
    /// Why.
    pub reason: HoldReason,
    /// The day on which somebody looks at it again, within 90 days.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub review_on: Date,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// Days within which a case on hold is looked at again (T13 –).
pub const REVIEW_WITHIN_DAYS: i32 = 90;

/// A hold as the case keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    /// Where the case goes on.
    pub from: State,
    /// Why it is on hold.
    pub reason: HoldReason,
    /// The day on which somebody looks at it again.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub review_on: Date,
}

/// Why a case is closed (code lists §6.6: the first fifteen ◐, the others –).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClosureReason {
    /// Voluntary repatriation.
    VoluntaryRepatriation,
    /// Self-organised return.
    SelfOrganisedReturn,
    /// Spontaneous departure.
    SpontaneousDeparture,
    /// Did not come.
    NoShow,
    /// No contact any more.
    NoContact,
    /// Departed for resettlement.
    ResettlementDeparted,
    /// Departed to join family.
    FamilyReunificationDeparted,
    /// Departed for relocation.
    RelocationDeparted,
    /// Readmitted by another country.
    Readmission,
    /// Humanitarian visa.
    HumanitarianVisa,
    /// Labour mobility.
    LabourMobility,
    /// Private sponsorship.
    PrivateSponsorship,
    /// Education pathway.
    EducationPathway,
    /// Everybody in the case died.
    Death,
    /// Another reason.
    Other,
    /// Returned against their will.
    ForcedReturn,
    /// Local integration.
    LocalIntegration,
    /// Settled elsewhere in the country.
    SettledElsewhere,
    /// The same household as another case.
    MergedDuplicate,
    /// Should not have been opened.
    OpenedInError,
    /// Erasure under data protection.
    DataProtectionErasure,
}

/// A case is closed (T21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClosureRequest {
    /// Why.
    pub reason: ClosureReason,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A closed case is opened again (T22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReopeningRequest {
    /// Why; needed.
    pub remark: Remark,
}
