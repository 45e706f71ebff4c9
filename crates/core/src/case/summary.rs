//! A case as lists show it: its frame, and what was found and happened (tier D).
//!
//! Not here: the whole case (`document`).

use super::due::NextDue;
use super::flag::LostFlag;
use super::lifecycle::State;
use super::number::CaseNumber;
use super::state::CaseState;
use crate::access::{Tier, Tiers};
use crate::area::PlaceRef;
use crate::conditions::Finding;
use crate::ids::{CaseId, FindingId, OrganisationId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// Its id.
    pub id: CaseId,
    /// Its number, without meaning.
    pub number: CaseNumber,
    /// Facts in its journal; also its `ETag`.
    pub revision: u64,
    /// Who keeps it.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub state: State,
    /// Day of registration.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub registered_on: Date,
    /// Where the household lives now.
    pub place: PlaceRef,
    /// Where it wants to return to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<PlaceRef>,
    /// Persons in the household.
    pub members: u32,
    /// The latest issued finding (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingSummary>,
    /// The day of departure, if a return is recorded (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub returned_on: Option<Date>,
    /// What somebody has to do next, and by when: a round, a review, the end of keeping.
    /// Whoever makes the visits sees it, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
    /// When it was opened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub opened_at: Timestamp,
    /// When the last fact was recorded.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// The finding is open and no longer holds (tier D); left out in a list of a past
    /// day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding_lost: Option<LostFlag>,
    /// Data tiers taken out because the reader may not see them.
    pub withheld: Vec<Tier>,
}

/// The latest finding of a case as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingSummary {
    /// Its id.
    pub id: FindingId,
    /// What it says.
    pub finding: Finding,
    /// The day of evaluation.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
    /// The last day on which it may be relied on.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub expires_on: Date,
}

impl CaseSummary {
    /// Of a case; none of one without a place, which no journal makes.
    pub fn of(case: &CaseState) -> Option<Self> {
        let today = case.updated_at.to_zoned(TimeZone::UTC).date();
        Some(Self {
            id: case.id,
            number: case.number.clone(),
            revision: case.revision,
            organisation: case.organisation,
            state: case.state,
            registered_on: case.registered_on,
            place: case.place_of_displacement()?.clone(),
            destination: case.destination.as_ref().map(|(place, _)| place.clone()),
            members: case.persons_on(today),
            finding: case.findings.last().map(|finding| FindingSummary {
                id: finding.id,
                finding: finding.assessment.finding,
                on: finding.assessment.on,
                expires_on: finding.assessment.expires_on,
            }),
            returned_on: case.returns.last().map(|record| record.departed_on),
            next_due: case.next_due(),
            opened_at: case.opened_at,
            updated_at: case.updated_at,
            finding_lost: None,
            withheld: Vec::new(),
        })
    }

    /// The tiers that are kept from whoever sees only these.
    pub fn withheld_from(tiers: Tiers) -> Vec<Tier> {
        Tiers::from_iter([Tier::D]).without(tiers)
    }
}
