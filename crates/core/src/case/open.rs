//! Which finding of a case somebody may still act on.
//!
//! Not here: what it takes to act on it (`decide::departure`), which asks again.

use super::event::IssuedFinding;
use super::lifecycle::State;
use super::state::CaseState;
use crate::conditions::Finding;

impl CaseState {
    /// The finding that is open: the latest one, compliant, about the place that the
    /// household still names, and not used up: the case waits for its approval, for
    /// its departure or for its arrival, or is on hold in between (§2.6 –). Whether it
    /// has run out is a question of the day and not asked here.
    pub fn open_finding(&self) -> Option<&IssuedFinding> {
        let waits = matches!(
            self.stands_at(),
            State::Assessed | State::Approved | State::Departed
        );
        let destination = self.destination.as_ref().map(|(place, _)| place);
        self.findings.last().filter(|finding| {
            waits
                && finding.assessment.finding == Finding::Compliant
                && destination == Some(&finding.destination)
        })
    }
}
