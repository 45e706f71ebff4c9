//! T12: a person withdraws consent to return, at once and by any channel; a case
//! goes back to `profiled`. Nothing here touches anybody's access to aid: the
//! registry has no such field (return conditions §2.8).

use super::{Context, answering, not_after_today, not_left};
use crate::answer::{AnswerRecord, NewAnswer};
use crate::case::event::Event;
use crate::case::lifecycle::STEP_BACK;
use crate::case::state::CaseState;
use crate::case::withdrawal::{
    StepBack, StepBackReason, Withdrawal, WithdrawalChannel, WithdrawalRecord,
};
use crate::conditions::{Flag, Value};
use crate::ids::{AnswerId, IdSource, PersonId, UserId};
use crate::person::Person;
use crate::refusal::{Precondition, Refusal};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};

/// The question whether the person agrees to return.
pub(super) const CONSENT: &str = "VOL-01";

/// Hours between a withdrawal and a new consent (§2.8 –).
const PAUSE_HOURS: i64 = 72;

/// A withdrawal is never refused before arrival: only somebody who does not decide
/// (a child with a parent, a stranger) cannot withdraw.
pub(super) fn withdraw(
    state: &CaseState,
    person: PersonId,
    withdrawal: Withdrawal,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, withdrawal.withdrawn_on, "/withdrawn_on")?;
    let day = withdrawal.withdrawn_on;
    decides(state, person, day, context)?;
    if state.is_back() {
        return Err(Refusal::missing(
            "ARRIVED_ALREADY",
            "the household has arrived; consent to return can be withdrawn until then",
        ));
    }
    let no = NewAnswer {
        indicator: CONSENT.to_owned(),
        person: Some(person),
        value: Value::No,
        score: None,
        reason: None,
        observed_on: last_agreed(state, person).map_or(day, |agreed| agreed.max(day)),
        supersedes: None,
        remark: None,
        evidence: Vec::new(),
        evidence_ids: Vec::new(),
    };
    let persons = state.person_ids();
    let answer = state
        .answers
        .accept(no, None, "", &answering(context, by, &persons), ids)?;
    let record = WithdrawalRecord {
        person,
        withdrawn_on: day,
        channel: withdrawal.channel,
        answer: answer.id,
        recorded_at: context.now,
    };
    let mut events = vec![
        Event::ConsentWithdrawn(record),
        Event::AnswerRecorded(Box::new(answer)),
    ];
    events.extend(back(state, &events));
    Ok(events)
}

/// The way back that follows a withdrawal among new facts.
pub(super) fn back(state: &CaseState, events: &[Event]) -> Option<Event> {
    let withdrawn = events
        .iter()
        .any(|event| matches!(event, Event::ConsentWithdrawn(_)));
    let on_the_way = STEP_BACK.from.contains(&state.stands_at());
    (withdrawn && on_the_way).then_some(Event::SteppedBack {
        reason: StepBackReason::ConsentWithdrawn,
        remark: None,
    })
}

/// Who agreed and now says *no* withdraws, whatever the form in which it is recorded:
/// from counselling on until the arrival.
pub(super) fn of_a_refusal(
    state: &CaseState,
    answer: &AnswerRecord,
    context: &Context<'_>,
) -> Option<Event> {
    let person = answer.person?;
    let refuses = answer.indicator == CONSENT && answer.value == Value::No;
    let on_the_way = STEP_BACK.from.contains(&state.stands_at());
    // An older *no* that is typed in late says what the person thought before they agreed.
    let agreed = last_agreed(state, person)?;
    if !refuses || !on_the_way || answer.observed_on < agreed {
        return None;
    }
    decides(state, person, answer.observed_on, context).ok()?;
    Some(Event::ConsentWithdrawn(WithdrawalRecord {
        person,
        withdrawn_on: answer.observed_on,
        channel: WithdrawalChannel::InPerson,
        answer: answer.id,
        recorded_at: context.now,
    }))
}

/// The day on which the person last agreed. A withdrawal that reaches the registry
/// late stands against that, too: whoever recorded the consent did not know of it.
fn last_agreed(state: &CaseState, person: PersonId) -> Option<Date> {
    let of_person = |answer: &&AnswerRecord| {
        answer.person == Some(person) && answer.indicator == CONSENT && answer.value == Value::Yes
    };
    let answers = state.answers.answers().iter().filter(of_person);
    answers.map(|answer| answer.observed_on).max()
}

/// Refuses who does not decide for themselves on a day: everybody but the adults and
/// the unaccompanied or separated children of the household.
pub(super) fn decides(
    state: &CaseState,
    person: PersonId,
    day: Date,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    decides_alone(not_left(state, person, day)?, day, context)
}

/// The same, whether or not the person is still in the household.
pub(super) fn decides_alone(
    person: &Person,
    day: Date,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let member = person.for_rule(day);
    let child = member.is_child_on(day, context.catalogue.numbers().adult_age);
    if child && !member.flags.has(Flag::Uasc) {
        return Err(Refusal::missing(
            "PERSON_DOES_NOT_DECIDE",
            "a child with a parent or guardian is heard under VOL-09; record that answer",
        ));
    }
    Ok(())
}

/// T12 without a withdrawal.
pub(super) fn step_back(state: &CaseState, request: StepBack) -> Result<Vec<Event>, Refusal> {
    let mut missing: Vec<Precondition> = super::steps::wrong_state(state, STEP_BACK)
        .into_iter()
        .collect();
    let by_itself = [
        StepBackReason::ConsentWithdrawn,
        StepBackReason::ProcessingStopped,
    ];
    if by_itself.contains(&request.reason) {
        missing.push(
            Precondition::new(
                "WITHDRAWAL_MISSING",
                "record the person's withdrawal; the case then goes back by itself",
            )
            .at("/reason"),
        );
    }
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::SteppedBack {
        reason: request.reason,
        remark: request.remark,
    }])
}

/// A new consent after a withdrawal needs a new private interview, at least 72
/// hours later; that it names the withdrawal and is confirmed by a second officer
/// is seen to by the rule for answers that name another (§2.2, §2.8). Whoever sent it
/// called the day and the interview by the names given.
pub(super) fn check_new_consent(
    state: &CaseState,
    new: &NewAnswer,
    (at, day, interview): (&str, &str, &str),
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if new.indicator != CONSENT || new.value != Value::Yes {
        return Ok(());
    }
    let last = state
        .withdrawals
        .iter()
        .rfind(|withdrawal| Some(withdrawal.person) == new.person);
    let Some(last) = last else { return Ok(()) };
    let mut missing = Vec::new();
    let earliest = last.withdrawn_on.saturating_add((PAUSE_HOURS / 24).days());
    let said_on = last.withdrawn_on.to_zoned(jiff::tz::TimeZone::UTC);
    let from = said_on.map_or(last.recorded_at, |day| {
        last.recorded_at
            .min(day.timestamp() + SignedDuration::from_hours(24))
    });
    if new.observed_on < earliest || context.now < from + SignedDuration::from_hours(PAUSE_HOURS) {
        missing.push(
            Precondition::new(
                "CONSENT_TOO_SOON",
                format!("a new consent needs {PAUSE_HOURS} hours after the withdrawal"),
            )
            .at(format!("{at}/{day}")),
        );
    }
    let interviewed = new
        .evidence
        .iter()
        .any(|item| item.kind == "INT" && item.dated >= earliest);
    if !interviewed {
        missing.push(
            Precondition::new(
                "INTERVIEW_MISSING",
                "a new consent needs the note of a new private interview (INT) after the pause",
            )
            .at(format!("{at}/{interview}")),
        );
    }
    if new.supersedes != Some(last.answer) {
        missing.push(
            Precondition::new(
                "WITHDRAWAL_NOT_NAMED",
                format!("name the withdrawal in `supersedes`: {}", last.answer),
            )
            .at(format!("{at}/supersedes")),
        );
    }
    Refusal::unless_empty(missing)
}

/// A withdrawal is taken back by nobody and adjudicated by nobody: only a new
/// consent of the person follows it.
pub(super) fn stands(state: &CaseState, answer: AnswerId) -> Result<(), Refusal> {
    if state.withdrawals.iter().any(|one| one.answer == answer) {
        return Err(Refusal::missing(
            "WITHDRAWAL_STANDS",
            "this is a person's withdrawal; only a new consent of that person follows it",
        ));
    }
    Ok(())
}

/// The same for an adjudication about a person who withdrew.
pub(super) fn not_adjudicated(state: &CaseState, new: &NewAnswer) -> Result<(), Refusal> {
    let withdrew = state
        .withdrawals
        .iter()
        .find(|one| Some(one.person) == new.person);
    match withdrew {
        Some(one) if new.indicator == CONSENT => stands(state, one.answer),
        _ => Ok(()),
    }
}
