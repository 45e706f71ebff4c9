//! Answers about the persons of a case and the household.

use super::evidence::names_no_member;
use super::incidents::opened_by_answers;
use super::{Context, answering, children, several, withdrawal};
use crate::answer::{NewAnswer, check_each_alone};
use crate::case::command::NewAnswers;
use crate::case::event::Event;
use crate::case::facts::CaseFacts;
use crate::case::state::CaseState;
use crate::ids::{IdSource, UserId};
use crate::refusal::Refusal;

pub(super) fn record(
    state: &CaseState,
    new: NewAnswers,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let persons = state.person_ids();
    let answering = answering(context, by, &persons);
    let new: Vec<(String, NewAnswer)> = several(new)?.collect();
    check_each_alone(&state.answers, context.catalogue, &new)?;
    let mut events = Vec::new();
    for (at, answer) in new {
        let names = (at.as_str(), "observed_on", "evidence");
        withdrawal::check_new_consent(state, &answer, names, context)?;
        children::check_answer(state, &answer, &at, context)?;
        sources(state, &answer, &at)?;
        let answer = state.answers.accept(answer, None, &at, &answering, ids)?;
        events.extend(withdrawal::of_a_refusal(state, &answer, context));
        events.push(Event::AnswerRecorded(Box::new(answer)));
    }
    events.extend(withdrawal::back(state, &events));
    events.extend(opened_by_answers(state, &events, by, ids));
    Ok(events)
}

/// Whom the evidence of an answer names as its sources.
fn sources(state: &CaseState, answer: &NewAnswer, at: &str) -> Result<(), Refusal> {
    let mut items = answer.evidence.iter().enumerate();
    items.try_for_each(|(i, item)| names_no_member(state, item, &format!("{at}/evidence/{i}")))
}

pub(super) fn adjudicate(
    state: &CaseState,
    answer: NewAnswer,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    withdrawal::not_adjudicated(state, &answer)?;
    children::check_answer(state, &answer, "", context)?;
    sources(state, &answer, "")?;
    let alone = [(String::new(), answer)];
    check_each_alone(&state.answers, context.catalogue, &alone)?;
    let [(_, answer)] = alone;
    let persons = state.person_ids();
    let answering = answering(context, by, &persons);
    let contested = context.areas.is_some_and(|areas| {
        let (catalogue, today) = (context.catalogue, context.today());
        let facts = CaseFacts::gather(state, areas, catalogue, today, context.profile, None);
        facts.is_contested(catalogue, &answer.indicator, answer.person)
    });
    let answer = state
        .answers
        .accept(answer, Some(contested), "", &answering, ids)?;
    let mut events = vec![Event::AnswerRecorded(Box::new(answer))];
    events.extend(opened_by_answers(state, &events, by, ids));
    Ok(events)
}
