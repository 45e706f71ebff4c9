//! What somebody has to do next in a case, and by when: a round of monitoring, the
//! review of a hold, or the end of the time for which it is kept. Lists of what is due are made of this.

use super::lifecycle::State;
use super::monitoring::Round;
use super::state::CaseState;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// A case on hold is looked at again (T13).
    HoldReview,
    /// The round of one month.
    Month1,
    /// The round of three months.
    Month3,
    /// The round of six months.
    Month6,
    /// The round of twelve months.
    Month12,
    /// The time for which a closed case is kept is over (T23, DP-16 –).
    Anonymisation,
}

impl From<Round> for DueKind {
    fn from(round: Round) -> Self {
        match round {
            Round::Month1 => Self::Month1,
            Round::Month3 => Self::Month3,
            Round::Month6 => Self::Month6,
            Round::Month12 => Self::Month12,
        }
    }
}

/// What is due next, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextDue {
    /// What.
    pub what: DueKind,
    /// The day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
}

impl CaseState {
    /// What is due next; nothing in a case that waits for nobody.
    pub fn next_due(&self) -> Option<NextDue> {
        if let Some(hold) = self.hold {
            return Some(NextDue {
                what: DueKind::HoldReview,
                on: hold.review_on,
            });
        }
        if self.state == State::Closed && self.legal_holds.is_empty() {
            return Some(NextDue {
                what: DueKind::Anonymisation,
                on: self.kept_until()?.saturating_add(1.day()),
            });
        }
        let monitoring = self
            .monitoring
            .last()
            .filter(|_| self.state == State::Monitoring)?;
        let round = monitoring.next()?;
        Some(NextDue {
            what: round.into(),
            on: round.due_on(monitoring.began_on),
        })
    }
}
