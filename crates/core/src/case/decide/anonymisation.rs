//! T23 and what holds it back: a closed case is kept for its time, longer under a legal
//! hold, and then the data of its persons is destroyed, by two people.
//!
//! Source: DP-13, DP-16 of the product's data-protection rules (–): nothing is deleted
//! without two persons; the exceptions have names.

use super::steps::wrong_state;
use super::{Context, incidents};
use crate::case::anonymisation::{
    Anonymisation, AnonymisationRequest, LegalHoldLifting, LegalHoldReason, LegalHoldRequest,
    UnfreeReturn,
};
use crate::case::event::Event;
use crate::case::lifecycle::{ANONYMISE, State};
use crate::case::state::CaseState;
use crate::ids::UserId;
use crate::refusal::{Precondition, Refusal};
use std::collections::BTreeSet;

/// Refuses everything about a case of whose persons nothing is left. Whoever comes back
/// is registered again.
pub(super) fn refuse_forgotten(state: &CaseState) -> Result<(), Refusal> {
    if state.state != State::Anonymised {
        return Ok(());
    }
    Err(Refusal::missing(
        "CASE_ANONYMISED",
        "the data of its persons was destroyed when its time was over; register them again",
    ))
}

/// The data of the case must be kept, whatever its age. In any state: a claim may begin
/// long before a case ends.
pub(super) fn hold(state: &CaseState, request: LegalHoldRequest) -> Result<Vec<Event>, Refusal> {
    if holds(state, request.reason) {
        return Err(Refusal::missing(
            "LEGAL_HOLD_IN_FORCE",
            "a legal hold for this reason is in force already",
        ));
    }
    Ok(vec![Event::LegalHoldPlaced {
        reason: request.reason,
        reference: request.reference,
    }])
}

/// It need not be kept for this reason any more.
pub(super) fn lift(
    state: &CaseState,
    reason: LegalHoldReason,
    lifting: LegalHoldLifting,
) -> Result<Vec<Event>, Refusal> {
    if !holds(state, reason) {
        return Err(Refusal::missing(
            "LEGAL_HOLD_NOT_IN_FORCE",
            "no legal hold for this reason is in force",
        ));
    }
    Ok(vec![Event::LegalHoldLifted {
        reason,
        remark: Some(lifting.remark),
    }])
}

fn holds(state: &CaseState, reason: LegalHoldReason) -> bool {
    state.legal_holds.iter().any(|hold| hold.reason == reason)
}

/// T23, first half: the data-protection focal point proposes it.
pub(super) fn propose(
    state: &CaseState,
    request: AnonymisationRequest,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut missing = in_the_way(state, context);
    if !request.child_records_weighed && has_child(state, context) {
        missing.push(Precondition::new(
            "CHILD_RECORDS_NOT_WEIGHED",
            "a child of the household may need the record later, to be traced or to prove a status: weigh it, and say so",
        ));
    }
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::AnonymisationProposed {
        child_records_weighed: request.child_records_weighed,
    }])
}

/// T23, second half: a supervisor who did not propose it confirms.
pub(super) fn confirm(
    state: &CaseState,
    by: UserId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut missing = in_the_way(state, context);
    match state.anonymisation_proposed {
        None => missing.push(Precondition::new(
            "PROPOSAL_MISSING",
            "a data-protection focal point proposes it first, and nothing is recorded since",
        )),
        Some(proposal) if proposal.proposed_by == by => missing.push(Precondition::new(
            "SECOND_OFFICER_REQUIRED",
            "whoever proposed it may not confirm it",
        )),
        Some(proposal) => {
            if let (true, Some(kept_until)) = (missing.is_empty(), state.kept_until()) {
                return Ok(vec![Event::Anonymised(Box::new(Anonymisation {
                    anonymised_on: context.today(),
                    kept_until,
                    proposed_by: proposal.proposed_by,
                    confirmed_by: by,
                    persons: u32::try_from(state.members.len()).unwrap_or(u32::MAX),
                    consent_recorders: recorders(state, context),
                    unfree_returns: unfree_returns(state),
                }))]);
            }
        }
    }
    Err(Refusal::Missing(missing))
}

/// Everything that stands against it.
fn in_the_way(state: &CaseState, context: &Context<'_>) -> Vec<Precondition> {
    let mut missing: Vec<Precondition> = wrong_state(state, ANONYMISE).into_iter().collect();
    if let Some(until) = state.kept_until().filter(|day| *day >= context.today()) {
        missing.push(Precondition::new(
            "RETENTION_NOT_OVER",
            format!("the case has to be kept until {until}"),
        ));
    }
    for hold in &state.legal_holds {
        missing.push(Precondition::new(
            "LEGAL_HOLD",
            format!(
                "a legal hold is in force since {}: {}",
                hold.placed_on,
                hold.reason.code()
            ),
        ));
    }
    missing.extend(incidents::open(state));
    missing
}

/// Whether anybody of the case was, or may have been, a child while it was open: also
/// who left before it was closed, for they are whom somebody may look for.
fn has_child(state: &CaseState, context: &Context<'_>) -> bool {
    let adult = context.catalogue.numbers().adult_age;
    let day = state.registered_on;
    let mut members = state.members.iter();
    members.any(|member| {
        let day = day.max(member.joined_on);
        member.for_rule(day).is_child_on(day, adult)
    })
}

/// Who recorded consent, each once.
fn recorders(state: &CaseState, context: &Context<'_>) -> Vec<UserId> {
    let all = state.answers.consent_recorders(context.catalogue, u64::MAX);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The returns that were forced or may have been.
fn unfree_returns(state: &CaseState) -> Vec<UnfreeReturn> {
    let incidents = state.incidents.iter().filter(|one| one.kind.bars_sharing());
    incidents
        .filter_map(|one| {
            Some(UnfreeReturn {
                return_id: one.return_id?,
                status: one.status,
            })
        })
        .collect()
}
