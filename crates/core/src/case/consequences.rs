//! What a fact about a case says about a place: a *no* on safety or on a guarantee in
//! a round of monitoring is an event of the place where the household lives, and makes
//! answers about it void for everybody who would go there (after return –; return
//! conditions §1.9 –).

use super::decide::Decided;
use super::event::Event;
use super::monitoring::Said;
use super::solution::Solution;
use super::state::CaseState;
use crate::area::{AreaEventKind, PlaceRef};
use crate::ids::UserId;
use jiff::civil::Date;

/// An event of a place that follows from a fact about a case. It names no case: what
/// one household said is not for whoever reads about the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consequence {
    pub(crate) by: UserId,
    pub(crate) place: PlaceRef,
    pub(crate) kind: AreaEventKind,
    pub(crate) happened_on: Date,
}

impl Consequence {
    /// Where it happened.
    pub const fn place(&self) -> &PlaceRef {
        &self.place
    }
}

/// What follows from what was decided about a case; `case` is as it was before.
pub fn consequences(case: &CaseState, decided: &Decided<Event>) -> Vec<Consequence> {
    let Some(place) = monitored_place(case) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for event in decided.events() {
        let Event::RoundRecorded(round) = event else {
            continue;
        };
        let answers = || round.persons.iter().filter_map(|person| person.answers);
        let no_safety = answers().any(|said| said.criteria.safe_from_violence == Said::No);
        let no_guarantee = answers().any(|said| said.guarantee_kept == Said::No);
        let kinds = [
            (no_safety, AreaEventKind::ReturneeNotSafe),
            (no_guarantee, AreaEventKind::GuaranteeNotKept),
        ];
        let happened = kinds.into_iter().filter(|(so, _)| *so);
        found.extend(happened.map(|(_, kind)| Consequence {
            by: decided.by(),
            place: place.clone(),
            kind,
            happened_on: round.held_on,
        }));
    }
    found
}

/// Where the household that is looked after lives.
fn monitored_place(case: &CaseState) -> Option<PlaceRef> {
    let solution = case.monitoring.last()?.solution;
    match solution {
        Solution::Return => case.returns.last().map(|record| record.destination.clone()),
        Solution::SettledElsewhere => case.chosen.as_ref()?.place.clone(),
        Solution::LocalIntegration => case.place_of_displacement().cloned(),
        // Another country, of which this registry keeps no answers.
        Solution::Resettlement | Solution::OtherPathway => None,
    }
}
