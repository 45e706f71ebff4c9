//! Withdrawal of consent to return, and the way back to counselling.
//!
//! Not here: what a withdrawal of another purpose leaves (`consent`; return
//! conditions §2.8); the rules (`decide::withdrawal`, `decide::consents`).

use super::consent::ConsentPurpose;
use crate::answer::Remark;
use crate::ids::{AnswerId, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a withdrawal reached the registry. Any channel counts (§2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalChannel {
    /// Said to a member of staff.
    InPerson,
    /// By telephone.
    Telephone,
    /// By a written message.
    Message,
    /// Through somebody whom the person chose.
    ThroughSomebody,
    /// The person did not come to the departure.
    NotAtDeparture,
    /// Another way.
    Other,
}

/// A person withdraws consent of one purpose. No reason is asked, so there is no
/// field for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// What is withdrawn; of the others nothing changes.
    pub purpose: ConsentPurpose,
    /// The day on which the person said so.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub withdrawn_on: Date,
    /// How it reached the registry.
    pub channel: WithdrawalChannel,
}

/// A withdrawal as the case keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithdrawalRecord {
    /// Who withdrew.
    pub person: PersonId,
    /// The day on which they said so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub withdrawn_on: Date,
    /// How it reached the registry.
    pub channel: WithdrawalChannel,
    /// The *no* to VOL-01 that it is from then on.
    pub answer: AnswerId,
    /// When the registry recorded it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub recorded_at: Timestamp,
}

/// Why a case goes back to `profiled` (T12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepBackReason {
    /// Somebody who decides withdrew consent to return.
    ConsentWithdrawn,
    /// The processing of the household's data rested on consent, and somebody of it
    /// withdrew that.
    ProcessingStopped,
    /// The finding is too old or no longer holds.
    FindingStale,
    /// The household thinks again.
    ChangeOfMind,
}

/// A case goes back to `profiled` (T12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepBack {
    /// Why. A withdrawal is recorded as such, and steps back by itself.
    pub reason: StepBackReason,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}
