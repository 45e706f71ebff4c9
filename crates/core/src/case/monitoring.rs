//! After the arrival: rounds at 1, 3, 6 and 12 months, and what each person said.
//!
//! The ten sub-criteria are those of the IRIS statistical exit (◐) with the tenure
//! variant of 4.1; each question is worded so that *yes* passes. Statistics are
//! another matter: here each person is asked. Not here: the rules
//! (`decide::monitoring`).

use super::solution::Solution;
use crate::ids::{PersonId, UserId};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A round of monitoring, by its month after the arrival (T14 –).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// First contact, one month after the arrival.
    Month1,
    /// Three months after.
    Month3,
    /// Six months after.
    Month6,
    /// Twelve months after: the round on which a durable solution may rest (T16).
    Month12,
}

impl Round {
    /// Every round, in their order.
    pub const ALL: [Self; 4] = [Self::Month1, Self::Month3, Self::Month6, Self::Month12];

    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Month1 => "month1",
            Self::Month3 => "month3",
            Self::Month6 => "month6",
            Self::Month12 => "month12",
        }
    }

    /// Months after the arrival.
    pub const fn months(self) -> i32 {
        match self {
            Self::Month1 => 1,
            Self::Month3 => 3,
            Self::Month6 => 6,
            Self::Month12 => 12,
        }
    }

    /// The day on which it is due.
    pub fn due_on(self, began_on: Date) -> Date {
        began_on.saturating_add(self.months().months())
    }
}

/// What a person said to a question, or that it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known. It never counts as passed.
    Unknown,
}

/// Whether a person was reached in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// Reached and asked.
    Yes,
    /// Not reached after three tries: a result, not a gap (T15 –).
    NotReached,
    /// Reached, and did not want to answer.
    Refused,
}

/// Names of the ten sub-criteria, in the order of [`Criteria::all`].
pub const CRITERIA: [&str; 10] = [
    "safe_from_violence",
    "freedom_of_movement",
    "food",
    "shelter",
    "medical_care",
    "education",
    "employment",
    "economic_security",
    "tenure",
    "documents",
];

/// The ten sub-criteria of a durable solution; *yes* passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// 1.1 Not a victim of violence since the arrival, and feels safe.
    pub safe_from_violence: Said,
    /// 1.2 Moves freely.
    pub freedom_of_movement: Said,
    /// 2.1 Enough food.
    pub food: Said,
    /// 2.2 Adequate shelter.
    pub shelter: Said,
    /// 2.3 Medical care when needed.
    pub medical_care: Said,
    /// 2.4 Children go to school; *yes* where there are none of that age.
    pub education: Said,
    /// 3.1 Work, or no need for it.
    pub employment: Said,
    /// 3.2 Economic security.
    pub economic_security: Said,
    /// 4.1 Property restored or compensated, or tenure secure.
    pub tenure: Said,
    /// 5.1 Papers held.
    pub documents: Said,
}

impl Criteria {
    /// All ten, in the order of [`CRITERIA`].
    pub const fn all(&self) -> [Said; 10] {
        [
            self.safe_from_violence,
            self.freedom_of_movement,
            self.food,
            self.shelter,
            self.medical_care,
            self.education,
            self.employment,
            self.economic_security,
            self.tenure,
            self.documents,
        ]
    }

    /// Names of those that a person does not pass.
    pub fn not_passed(&self) -> impl Iterator<Item = &'static str> {
        CRITERIA
            .into_iter()
            .zip(self.all())
            .filter(|(_, said)| *said != Said::Yes)
            .map(|(name, _)| name)
    }
}

/// What one person said in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoundAnswers {
    /// The ten sub-criteria.
    pub criteria: Criteria,
    /// The guarantees given before the return are kept (LEG-01 in practice). A *no*
    /// is an event in the area.
    pub guarantee_kept: Said,
    /// Has the use of their own property.
    pub property_access: Said,
    /// Would decide the same again.
    pub would_decide_the_same: Said,
    /// Thinks of leaving again.
    pub intends_to_leave: Said,
    /// Criterion 6 (advisory): the family is together, or the person wants it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_reunited: Option<Said>,
    /// Criterion 7 (advisory): takes part in public life on equal terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participation: Option<Said>,
    /// Criterion 8 (advisory): has access to remedies and justice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedies: Option<Said>,
}

/// One person in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonRound {
    /// Who.
    pub person: PersonId,
    /// Whether they were reached.
    pub reached: Reached,
    /// What they said; with `reached` = `yes` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<RoundAnswers>,
}

/// A round of monitoring is recorded (T15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoundReport {
    /// Which round.
    pub round: Round,
    /// The day of the visit or call; of the last try when nobody was reached.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub held_on: Date,
    /// How often somebody tried to reach those who were not reached, 1 to 20.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 20))]
    pub tries: u8,
    /// Everyone of the household, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 60))]
    pub persons: Vec<PersonRound>,
}

/// A round as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundRecord {
    /// Which round.
    pub round: Round,
    /// The day on which it was due.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub due_on: Date,
    /// The day on which it was held.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub held_on: Date,
    /// Tries.
    pub tries: u8,
    /// Everyone of the household.
    pub persons: Vec<PersonRound>,
    /// Who recorded it.
    pub recorded_by: UserId,
}

impl RoundRecord {
    /// Whether nothing of this round can be made good any more: somebody was reached; in
    /// the last round everybody was, and passes every sub-criterion. Until then it is held
    /// again, for the end of displacement rests on it.
    pub fn is_done(&self) -> bool {
        let passes = |person: &PersonRound| {
            let mut not_passed = person
                .answers
                .iter()
                .flat_map(|said| said.criteria.not_passed());
            person.reached == Reached::Yes && not_passed.next().is_none()
        };
        if self.round == Round::Month12 {
            self.persons.iter().all(passes)
        } else {
            self.reached_somebody()
        }
    }

    /// Whether anybody was reached.
    pub fn reached_somebody(&self) -> bool {
        self.persons
            .iter()
            .any(|person| person.reached == Reached::Yes)
    }
}

/// Monitoring after one arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Monitoring {
    /// The solution that is looked after.
    pub solution: Solution,
    /// The day of arrival, from which the rounds are due.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub began_on: Date,
    /// The rounds so far, in the order of recording.
    pub rounds: Vec<RoundRecord>,
    /// The protection officer who proposed that the solution is achieved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<UserId>,
}

impl Monitoring {
    /// The earliest round that was not held yet.
    pub fn next(&self) -> Option<Round> {
        Round::ALL
            .into_iter()
            .find(|round| !self.rounds.iter().any(|held| held.round == *round))
    }
}
