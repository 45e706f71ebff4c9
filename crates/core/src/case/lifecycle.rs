//! Where a case stands, and which step leads where (T1 to T23). Recording a return of
//! another nature than a facilitated one (T10, T11) is refused by no state in which the
//! household is still known.
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
    /// A supervisor approved the return.
    Approved,
    /// The household is on its way.
    Departed,
    /// The household returned, in whatever way.
    Returned,
    /// Looked after since the arrival, in rounds.
    Monitoring,
    /// Displacement has ended: every person passed the test.
    SolutionAchieved,
    /// Displaced again after a return.
    Redisplaced,
    /// Chose to integrate where it lives now.
    LocalIntegration,
    /// Chose to settle elsewhere in the country.
    SettledElsewhere,
    /// Chose resettlement to another country.
    Resettlement,
    /// Chose another pathway.
    OtherPathway,
    /// Waits, and is looked at again on a day that is set.
    OnHold,
    /// Closed.
    Closed,
    /// The data of its persons was destroyed; nothing can be recorded any more.
    Anonymised,
}

impl State {
    /// Every state, in the order of the life of a case.
    pub const ALL: [Self; 19] = [
        Self::Registered,
        Self::Profiled,
        Self::Counselling,
        Self::ConsentRecorded,
        Self::UnderAssessment,
        Self::Assessed,
        Self::Approved,
        Self::Departed,
        Self::Returned,
        Self::Monitoring,
        Self::SolutionAchieved,
        Self::Redisplaced,
        Self::LocalIntegration,
        Self::SettledElsewhere,
        Self::Resettlement,
        Self::OtherPathway,
        Self::OnHold,
        Self::Closed,
        Self::Anonymised,
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
            Self::Approved => "approved",
            Self::Departed => "departed",
            Self::Returned => "returned",
            Self::Monitoring => "monitoring",
            Self::SolutionAchieved => "solution_achieved",
            Self::Redisplaced => "redisplaced",
            Self::LocalIntegration => "local_integration",
            Self::SettledElsewhere => "settled_elsewhere",
            Self::Resettlement => "resettlement",
            Self::OtherPathway => "other_pathway",
            Self::OnHold => "on_hold",
            Self::Closed => "closed",
            Self::Anonymised => "anonymised",
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

impl Step {
    const fn new(id: &'static str, from: &'static [State], to: State) -> Self {
        Self { id, from, to }
    }
}

/// States in which a case is under way: neither on hold nor closed, nor at its end.
const OPEN: [State; 15] = all_but(&[
    State::SolutionAchieved,
    State::OnHold,
    State::Closed,
    State::Anonymised,
]);

/// The same, those on hold, and those at their end.
const NOT_CLOSED: [State; 17] = all_but(&[State::Closed, State::Anonymised]);

/// Every state but these. As many as the array holds, or it does not compile.
const fn all_but<const N: usize>(left_out: &[State]) -> [State; N] {
    let mut kept = [State::Closed; N];
    let (mut at, mut found) = (0, 0);
    while at < State::ALL.len() {
        let mut left = 0;
        while left < left_out.len() && left_out[left] as u8 != State::ALL[at] as u8 {
            left += 1;
        }
        if left == left_out.len() {
            kept[found] = State::ALL[at];
            found += 1;
        }
        at += 1;
    }
    assert!(found == N, "the array holds as many states as are left");
    kept
}

/// T2: composition, origin place and specific needs were reviewed. T18: after a new
/// displacement, once more.
pub(super) const REVIEW_PROFILE: Step = Step::new(
    "T2",
    &[State::Registered, State::Redisplaced],
    State::Profiled,
);
/// T3: a person says they think of returning, or asks about any solution.
pub(super) const START_COUNSELLING: Step = Step::new("T3", &[State::Profiled], State::Counselling);
/// T4: each person who decides was asked, each child was heard.
pub(super) const RECORD_CONSENT: Step =
    Step::new("T4", &[State::Counselling], State::ConsentRecorded);
/// T5: the destination is fixed and answers about it are linked.
pub(super) const BEGIN_ASSESSMENT: Step =
    Step::new("T5", &[State::ConsentRecorded], State::UnderAssessment);
/// T6: a finding was issued by a named person; a new one may follow an old one.
pub(super) const ISSUE_FINDING: Step = Step::new(
    "T6",
    &[State::UnderAssessment, State::Assessed],
    State::Assessed,
);

/// T7: a supervisor approves, on a compliant, unexpired finding.
pub(super) const APPROVE: Step = Step::new("T7", &[State::Assessed], State::Approved);
/// T8: the return is compliant on the day of departure, too.
pub(super) const DEPART: Step = Step::new("T8", &[State::Approved], State::Departed);
/// T9: the arrival is confirmed.
pub(super) const ARRIVE: Step = Step::new("T9", &[State::Departed], State::Returned);
/// T12: a withdrawal, a finding that no longer holds, or second thoughts.
pub(super) const STEP_BACK: Step = Step::new(
    "T12",
    &[
        State::Counselling,
        State::ConsentRecorded,
        State::UnderAssessment,
        State::Assessed,
        State::Approved,
        State::Departed,
        State::LocalIntegration,
        State::SettledElsewhere,
        State::Resettlement,
        State::OtherPathway,
    ],
    State::Profiled,
);
/// T13: with a reason and a day of review.
pub(super) const HOLD: Step = Step::new("T13", &OPEN, State::OnHold);
/// T13, back: to where the case stood; `to` is where most go on.
pub(super) const RESUME: Step = Step::new("T13 back", &[State::OnHold], State::Profiled);
/// T14 and T20: the arrival opens monitoring; of a facilitated return at once with T9.
pub(super) const BEGIN_MONITORING: Step = Step::new(
    "T14",
    &[
        State::Returned,
        State::LocalIntegration,
        State::SettledElsewhere,
        State::Resettlement,
        State::OtherPathway,
    ],
    State::Monitoring,
);
/// T15: a round was held.
pub(super) const RECORD_ROUND: Step = Step::new("T15", &[State::Monitoring], State::Monitoring);
/// T16: every person passed; proposed by one officer, confirmed by another.
pub(super) const ACHIEVE_SOLUTION: Step =
    Step::new("T16", &[State::Monitoring], State::SolutionAchieved);
/// T19: another solution than return; `to` is one of the four.
pub(super) const CHOOSE_SOLUTION: Step =
    Step::new("T19", &[State::Profiled], State::LocalIntegration);
/// T17: the household is displaced again after its return.
pub(super) const DISPLACED_AGAIN: Step = Step::new(
    "T17",
    &[State::Returned, State::Monitoring, State::SolutionAchieved],
    State::Redisplaced,
);
/// T21: with a reason code.
pub(super) const CLOSE: Step = Step::new("T21", &NOT_CLOSED, State::Closed);
/// T22: with a reason.
pub(super) const REOPEN: Step = Step::new("T22", &[State::Closed], State::Profiled);
/// T23: its time of keeping is over and nothing holds it back; proposed by the
/// data-protection focal point, confirmed by a supervisor.
pub(super) const ANONYMISE: Step = Step::new("T23", &[State::Closed], State::Anonymised);

/// Every step between states after registration (T1).
pub const STEPS: [Step; 19] = [
    REVIEW_PROFILE,
    START_COUNSELLING,
    RECORD_CONSENT,
    BEGIN_ASSESSMENT,
    ISSUE_FINDING,
    APPROVE,
    DEPART,
    ARRIVE,
    STEP_BACK,
    HOLD,
    RESUME,
    BEGIN_MONITORING,
    RECORD_ROUND,
    ACHIEVE_SOLUTION,
    DISPLACED_AGAIN,
    CHOOSE_SOLUTION,
    CLOSE,
    REOPEN,
    ANONYMISE,
];
