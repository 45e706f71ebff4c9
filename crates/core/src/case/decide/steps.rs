//! T2 to T5: the steps that lead to an assessment, each with its preconditions.

use super::{Context, children};
use crate::case::command::Transition;
use crate::case::event::Event;
use crate::case::facts::AreaKnowledge;
use crate::case::lifecycle::{
    BEGIN_ASSESSMENT, RECORD_CONSENT, REVIEW_PROFILE, START_COUNSELLING, Step,
};
use crate::case::state::CaseState;
use crate::conditions::Flag;
use crate::ids::PersonId;
use crate::refusal::{Precondition, Refusal};

/// What each person who decides is asked before consent counts as recorded (T4).
const DECIDERS_ARE_ASKED: [&str; 6] = ["VOL-01", "VOL-02", "VOL-03", "VOL-04", "VOL-05", "VOL-06"];

pub(super) fn advance(
    state: &CaseState,
    transition: Transition,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let (step, mut missing) = match transition {
        Transition::Profiled => (REVIEW_PROFILE, profile_gaps(state, context)),
        Transition::Counselling => (START_COUNSELLING, Vec::new()),
        Transition::ConsentRecorded => (RECORD_CONSENT, consent_gaps(state, context)),
        Transition::UnderAssessment => (BEGIN_ASSESSMENT, assessment_gaps(state, context)),
    };
    missing.splice(0..0, wrong_state(state, step));
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Advanced(transition)])
}

/// Names the states from which a step starts when the case is in another.
pub(super) fn wrong_state(state: &CaseState, step: Step) -> Option<Precondition> {
    if step.from.contains(&state.state) {
        return None;
    }
    let from: Vec<&str> = step.from.iter().map(|state| state.code()).collect();
    Some(Precondition::new(
        "WRONG_STATE",
        format!(
            "step {} starts from `{}`; the case is `{}`",
            step.id,
            from.join("` or `"),
            state.state
        ),
    ))
}

fn profile_gaps(state: &CaseState, context: &Context<'_>) -> Vec<Precondition> {
    let mut missing: Vec<Precondition> = nobody(state, context).into_iter().collect();
    if state.place_of_origin.is_none() && state.displacements.is_empty() {
        missing.push(Precondition::new(
            "ORIGIN_MISSING",
            "the place of origin is not recorded; record an episode of displacement",
        ));
    }
    missing
}

/// A household without members is not one whose every member was asked.
fn nobody(state: &CaseState, context: &Context<'_>) -> Option<Precondition> {
    state
        .members_on(context.today())
        .next()
        .is_none()
        .then(|| Precondition::new("NO_PERSON", "nobody belongs to the case today"))
}

/// T4: every adult and every unaccompanied or separated child was asked VOL-01 to
/// VOL-06; every other child was heard (VOL-09), every unaccompanied or separated
/// one has a best interests determination opened (VOL-10).
fn consent_gaps(state: &CaseState, context: &Context<'_>) -> Vec<Precondition> {
    let today = context.today();
    let adult_age = context.catalogue.numbers().adult_age;
    let mut missing: Vec<Precondition> = nobody(state, context).into_iter().collect();
    for person in state.members_on(today) {
        let member = person.for_rule(today);
        let child = member.is_child_on(today, adult_age);
        let alone = child && member.flags.has(Flag::Uasc);
        let mut unasked = Vec::new();
        if !child || alone {
            unasked.extend(
                DECIDERS_ARE_ASKED
                    .iter()
                    .filter(|id| !asked(state, person.id, id)),
            );
        }
        let opened = children::is_opened(state, person.id);
        if alone && !opened && !asked(state, person.id, "VOL-10") {
            unasked.push(&"VOL-10");
        }
        if child
            && !alone
            && !opened
            && !asked(state, person.id, "VOL-09")
            && !asked(state, person.id, "VOL-10")
        {
            unasked.push(&"VOL-09");
        }
        if !unasked.is_empty() {
            missing.push(Precondition::new(
                "PERSON_NOT_ASKED",
                format!(
                    "person {} has no answer to {}",
                    person.id,
                    unasked
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ));
        }
    }
    missing
}

fn asked(state: &CaseState, person: PersonId, indicator: &str) -> bool {
    state.answers.answers().iter().any(|answer| {
        answer.person == Some(person) && answer.indicator == indicator && !answer.retracted
    })
}

fn assessment_gaps(state: &CaseState, context: &Context<'_>) -> Vec<Precondition> {
    let mut missing = Vec::new();
    if state.destination.is_none() {
        missing.push(Precondition::new(
            "DESTINATION_MISSING",
            "the destination is not fixed to a place code",
        ));
    } else if !context.areas.is_some_and(AreaKnowledge::knows_destination) {
        missing.push(Precondition::new(
            "AREA_UNANSWERED",
            "nothing is recorded yet about the place of return; record answers about the area first",
        ));
    }
    missing
}
