//! Answers about the persons of a case and the household.

use super::{Context, answering, several};
use crate::answer::NewAnswer;
use crate::case::command::NewAnswers;
use crate::case::event::Event;
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
    several(new)?
        .map(|(at, answer)| {
            let answer = state.answers.accept(answer, false, &at, &answering, ids)?;
            Ok(Event::AnswerRecorded(Box::new(answer)))
        })
        .collect()
}

pub(super) fn adjudicate(
    state: &CaseState,
    answer: NewAnswer,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let persons = state.person_ids();
    let answering = answering(context, by, &persons);
    let answer = state.answers.accept(answer, true, "", &answering, ids)?;
    Ok(vec![Event::AnswerRecorded(Box::new(answer))])
}
