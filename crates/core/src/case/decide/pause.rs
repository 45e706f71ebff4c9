//! T13, T21 and T22: a case is put on hold and goes on, is closed and opened again.
//! Facts about people's lives can be recorded meanwhile.

use super::steps::wrong_state;
use super::{Context, incidents};
use crate::case::event::Event;
use crate::case::lifecycle::{CLOSE, HOLD, REOPEN, RESUME};
use crate::case::pause::{ClosureRequest, Hold, HoldRequest, REVIEW_WITHIN_DAYS, ReopeningRequest};
use crate::case::state::CaseState;
use crate::refusal::{Precondition, Refusal};

/// T13: with a reason and a day on which somebody looks again, within 90 days.
pub(super) fn hold(
    state: &CaseState,
    request: HoldRequest,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let days = (request.review_on - context.today()).get_days();
    if !(1..=REVIEW_WITHIN_DAYS).contains(&days) {
        return Err(Refusal::invalid(
            "/review_on",
            "REVIEW_OUT_OF_RANGE",
            format!("the day of review is within {REVIEW_WITHIN_DAYS} days from tomorrow on"),
        ));
    }
    let missing: Vec<Precondition> = wrong_state(state, HOLD).into_iter().collect();
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Held {
        hold: Hold {
            from: state.state,
            reason: request.reason,
            review_on: request.review_on,
        },
        remark: request.remark,
    }])
}

/// T13, back to where the case stood.
pub(super) fn resume(state: &CaseState) -> Result<Vec<Event>, Refusal> {
    let missing: Vec<Precondition> = wrong_state(state, RESUME).into_iter().collect();
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Resumed])
}

/// T21: with a reason code; not while an incident is open.
pub(super) fn close(state: &CaseState, request: ClosureRequest) -> Result<Vec<Event>, Refusal> {
    let mut missing: Vec<Precondition> = wrong_state(state, CLOSE).into_iter().collect();
    missing.extend(incidents::open(state));
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Closed {
        reason: request.reason,
        remark: request.remark,
    }])
}

/// T22: back to `profiled`; everybody is asked again.
pub(super) fn reopen(state: &CaseState, request: ReopeningRequest) -> Result<Vec<Event>, Refusal> {
    let missing: Vec<Precondition> = wrong_state(state, REOPEN).into_iter().collect();
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Reopened {
        remark: Some(request.remark),
    }])
}
