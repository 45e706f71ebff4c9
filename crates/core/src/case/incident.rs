//! Protection incidents: what happened to somebody of the household, who confirmed
//! it, and what was done.
//!
//! A forced return opens one; so does a return while a *no* stands on pressure
//! (VOL-03) or on refoulement (LEG-03) (return conditions §2.12; T11). Tier C. Not
//! here: the rules (`decide::incidents`).

use crate::answer::Remark;
use crate::area::PlaceRef;
use crate::ids::{IncidentId, PersonId, ReturnId, UserId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// The household, or somebody of it, was returned against their will.
    ForcedReturn,
    /// Somebody returned while a danger of refoulement or pressure was known.
    PossibleRefoulement,
    /// Somebody who wanted to return was kept from it.
    ReturnPrevented,
    /// Threat or pressure, to return or not to.
    ThreatOrPressure,
    /// Violence.
    Violence,
    /// Arrest or detention.
    Detention,
    /// The family was parted against its will.
    FamilySeparated,
    /// Papers were taken or withheld.
    PapersWithheld,
    /// Another one.
    Other,
}

impl IncidentKind {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ForcedReturn => "forced_return",
            Self::PossibleRefoulement => "possible_refoulement",
            Self::ReturnPrevented => "return_prevented",
            Self::ThreatOrPressure => "threat_or_pressure",
            Self::Violence => "violence",
            Self::Detention => "detention",
            Self::FamilySeparated => "family_separated",
            Self::PapersWithheld => "papers_withheld",
            Self::Other => "other",
        }
    }

    /// Whether it closes the case to any sharing of data with either authority
    /// (§2.12).
    pub const fn bars_sharing(self) -> bool {
        matches!(self, Self::ForcedReturn | Self::PossibleRefoulement)
    }
}

/// Where the protection action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// Nothing was done yet.
    Open,
    /// Protection action was taken and goes on.
    ActionTaken,
    /// Nothing more is to be done.
    Closed,
}

impl IncidentStatus {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ActionTaken => "action_taken",
            Self::Closed => "closed",
        }
    }
}

/// An incident is reported, in any state of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentReport {
    /// What happened. A forced return is recorded as a return, which opens one; of a
    /// return that was recorded as another one it is told with its `return_id`.
    pub kind: IncidentKind,
    /// The day on which it happened.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub happened_on: Date,
    /// Where, as far as it may be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceRef>,
    /// To whom; the household when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The recorded return that it is about: of one that only later turns out to have
    /// been forced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
}

/// What was done about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentAction {
    /// Where the protection action stands from now on.
    pub status: IncidentStatus,
    /// What was done, short and without names.
    pub remark: Remark,
}

/// An incident as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentRecord {
    /// Its id.
    pub id: IncidentId,
    /// What happened.
    pub kind: IncidentKind,
    /// The day on which it happened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub happened_on: Date,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceRef>,
    /// To whom; the household when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The return that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
    /// Who reported it.
    pub reported_by: UserId,
    /// The protection officer who confirmed it; until then it is reported only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<UserId>,
    /// Where the protection action stands.
    pub status: IncidentStatus,
}
