//! Where a case stands, and which step leads where (T1 to T6, and the recording
//! of a return, which no state refuses).
//!
//! The table below is the whole of it: `decide` asks it, the documentation shows
//! it, a test tries every pair. Preconditions stand with each step in `decide`.
//! Source: the product's life-cycle (–), on UNHCR practice of voluntary return.

use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Registered, not yet reviewed.
    Registered,
    /// Composition, origin and specific needs were reviewed.
    Profiled,
    /// Somebody thinks of returning or asked about a solution.
    Counselling,
    /// Every person who decides was asked.
    ConsentRecorded,
    /// A protection officer assesses the return.
    UnderAssessment,
    /// A finding was issued.
    Assessed,
    /// The household returned, in whatever way.
    Returned,
}

impl State {
    /// Every state, in the order of the life of a case.
    pub const ALL: [Self; 7] = [
        Self::Registered,
        Self::Profiled,
        Self::Counselling,
        Self::ConsentRecorded,
        Self::UnderAssessment,
        Self::Assessed,
        Self::Returned,
    ];

    /// The code, as in answers and filters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Profiled => "profiled",
            Self::Counselling => "counselling",
            Self::ConsentRecorded => "consent_recorded",
            Self::UnderAssessment => "under_assessment",
            Self::Assessed => "assessed",
            Self::Returned => "returned",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// A step in the life of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Number in the life-cycle, for auditors.
    pub id: &'static str,
    /// States it starts from.
    pub from: &'static [State],
    /// State it leads to.
    pub to: State,
}

/// T2: composition, origin place and specific needs were reviewed.
pub(super) const REVIEW_PROFILE: Step = Step {
    id: "T2",
    from: &[State::Registered],
    to: State::Profiled,
};
/// T3: a person says they think of returning, or asks about any solution.
pub(super) const START_COUNSELLING: Step = Step {
    id: "T3",
    from: &[State::Profiled],
    to: State::Counselling,
};
/// T4: each person who decides was asked, each child was heard.
pub(super) const RECORD_CONSENT: Step = Step {
    id: "T4",
    from: &[State::Counselling],
    to: State::ConsentRecorded,
};
/// T5: the destination is fixed and answers about it are linked.
pub(super) const BEGIN_ASSESSMENT: Step = Step {
    id: "T5",
    from: &[State::ConsentRecorded],
    to: State::UnderAssessment,
};
/// T6: a finding was issued by a named person; a new one may follow an old one.
pub(super) const ISSUE_FINDING: Step = Step {
    id: "T6",
    from: &[State::UnderAssessment, State::Assessed],
    to: State::Assessed,
};

/// Every step between states after registration (T1).
pub const STEPS: [Step; 5] = [
    REVIEW_PROFILE,
    START_COUNSELLING,
    RECORD_CONSENT,
    BEGIN_ASSESSMENT,
    ISSUE_FINDING,
];
