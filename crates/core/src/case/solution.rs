//! Durable solutions: return and the other ones, under the same rules of free choice
//! (T16, T19, T20).
//!
//! Not here: the rules (`decide::solutions`).

use super::lifecycle::State;
use crate::area::PlaceRef;
use crate::ids::UserId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A durable solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Solution {
    /// Return to the place of origin, in whatever way it came about.
    Return,
    /// Integration where the household lives now.
    LocalIntegration,
    /// Settlement elsewhere in the country.
    SettledElsewhere,
    /// Resettlement to another country.
    Resettlement,
    /// Another pathway (family reunification, work, study, sponsorship).
    OtherPathway,
}

impl Solution {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::LocalIntegration => "local_integration",
            Self::SettledElsewhere => "settled_elsewhere",
            Self::Resettlement => "resettlement",
            Self::OtherPathway => "other_pathway",
        }
    }

    /// Where a case stands that chose it; a return goes its own way (T2 to T9).
    pub const fn state(self) -> Option<State> {
        match self {
            Self::Return => None,
            Self::LocalIntegration => Some(State::LocalIntegration),
            Self::SettledElsewhere => Some(State::SettledElsewhere),
            Self::Resettlement => Some(State::Resettlement),
            Self::OtherPathway => Some(State::OtherPathway),
        }
    }
}

/// The household chooses another solution than return (T19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SolutionChoice {
    /// Which one; not `return`.
    pub solution: Solution,
    /// The day on which the household chose it.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub chosen_on: Date,
}

/// A choice as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChosenSolution {
    /// Which one.
    pub solution: Solution,
    /// The day on which the household chose it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub chosen_on: Date,
    /// Where to, for settlement elsewhere in the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceRef>,
    /// SHA-256, in hex, of the facts file by which the choice was free.
    pub facts_sha256: String,
    /// The protection officer who recorded it.
    pub recorded_by: UserId,
}

/// A solution that was achieved (T16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AchievedSolution {
    /// Which one.
    pub solution: Solution,
    /// The day on which the supervisor confirmed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub achieved_on: Date,
    /// The protection officer who proposed it.
    pub proposed_by: UserId,
    /// The supervisor who confirmed it.
    pub confirmed_by: UserId,
}
