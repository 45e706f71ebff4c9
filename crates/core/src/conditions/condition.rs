//! The eight conditions, and the six names under which people know them.
//!
//! The statement says "safe, voluntary and dignified", freedom of movement,
//! humanitarian access and no change of the demographic structures. "Safe" is
//! three of the eight, because safety is physical, legal and material (Pinheiro
//! 10.1 ✔; HB96 §2.4 ◐). The names come first wherever people read a result; the
//! three-letter codes stand behind them.
//!
//! Not here: which indicators belong to a condition (the catalogue says so).

use super::codes::codes;
use super::outcome::Outcome;
use serde::{Deserialize, Serialize};

codes! {
    /// One of the eight conditions of a facilitated return (statement ¶5 ✔).
    pub enum Condition {
        /// A free, informed, individual and express choice, still standing.
        Voluntary = "VOL",
        /// No fighting, no explosive hazard, no personal threat, safe journey.
        PhysicalSafety = "PHY",
        /// No punishment for having fled; papers; right to enter.
        LegalSafety = "LEG",
        /// Shelter, home or land rights, water, food, health, living.
        MaterialSafety = "MAT",
        /// Family kept together, no conditions, humane treatment, full acceptance.
        Dignified = "DIG",
        /// Freedom of movement before, during and after return.
        FreedomOfMovement = "MOV",
        /// Permission on paper and proof by an actual visit.
        HumanitarianAccess = "ACC",
        /// Nobody's place is taken, nobody's displacement is made permanent.
        DemographicIntegrity = "DEM",
    }
}

impl Condition {
    /// How many conditions there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The place of this condition in an array of all eight.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Voluntary => "voluntary",
            Self::PhysicalSafety => "physically safe",
            Self::LegalSafety => "legally safe",
            Self::MaterialSafety => "materially safe",
            Self::Dignified => "dignified",
            Self::FreedomOfMovement => "freedom of movement",
            Self::HumanitarianAccess => "humanitarian access verifiably granted",
            Self::DemographicIntegrity => "no demographic engineering",
        }
    }
}

/// The statement's own words, each with its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedConditions {
    /// "safe"
    pub safe: Safe,
    /// "voluntary"
    pub voluntary: Outcome,
    /// "dignified"
    pub dignified: Outcome,
    /// "guaranteed freedom of movement"
    pub freedom_of_movement: Outcome,
    /// "full, unimpeded and safe humanitarian access … verifiably granted"
    pub humanitarian_access: Outcome,
    /// "refrain from any action that could lead to change in the demographic structures"
    pub demographic_integrity: Outcome,
}

/// "Safe" with its three facets; the outcome is met only when all three are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Safe {
    /// The three facets joined.
    pub outcome: Outcome,
    /// PHY.
    pub physical: Outcome,
    /// LEG.
    pub legal: Outcome,
    /// MAT.
    pub material: Outcome,
}

impl NamedConditions {
    /// The named view of eight outcomes in the order of [`Condition::ALL`].
    pub fn of(outcomes: &[Outcome; Condition::COUNT]) -> Self {
        let [
            voluntary,
            physical,
            legal,
            material,
            dignified,
            movement,
            access,
            demographic,
        ] = *outcomes;
        Self {
            safe: Safe {
                outcome: physical.and(legal).and(material),
                physical,
                legal,
                material,
            },
            voluntary,
            dignified,
            freedom_of_movement: movement,
            humanitarian_access: access,
            demographic_integrity: demographic,
        }
    }
}
