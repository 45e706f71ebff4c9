//! From a compliant finding to the arrival: what is asked (approval, departure,
//! arrival) and what is kept of it.
//!
//! Not here: the rules (`decide::departure`), returns recorded as facts (`command`).

use crate::answer::Remark;
use crate::area::PlaceRef;
use crate::ids::{FindingId, UserId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Approval of a facilitated return (T7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The finding that the approver has read: the latest one of the case.
    pub finding: FindingId,
    /// The answer in writing to warnings that ask for one: a Return Index band of high
    /// or very high (return conditions §2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_to_warnings: Option<Remark>,
}

impl ApprovalRequest {
    /// Of a finding without a warning that asks for an answer.
    pub const fn of(finding: FindingId) -> Self {
        Self {
            finding,
            answer_to_warnings: None,
        }
    }
}

/// An approval as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// The finding that it rests on.
    pub finding: FindingId,
    /// Who approved; neither the assessor nor a recorder of consent (§2.7).
    pub approved_by: UserId,
    /// The day of approval.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub approved_on: Date,
    /// The answer in writing to warnings that asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_to_warnings: Option<Remark>,
}

/// Departure of a household whose return was approved (T8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DepartureReport {
    /// The day of departure, for which the return is assessed once more.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub departed_on: Date,
}

/// A departure as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departure {
    /// The day of departure.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub departed_on: Date,
    /// The approved finding.
    pub finding: FindingId,
    /// SHA-256, in hex, of the facts file that was compliant for the day of departure.
    pub facts_sha256: String,
}

/// Arrival, which opens monitoring (T9, T14, T20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArrivalReport {
    /// The day of arrival.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub arrived_on: Date,
    /// Where the household arrived; needed after an approved departure (T9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceRef>,
}
