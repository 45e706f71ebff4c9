//! T14, T15 and T20: the arrival opens monitoring; a round asks every person of the
//! household, or says that they were not reached.

use super::steps::wrong_state;
use super::{Context, not_after_today};
use crate::case::departure::ArrivalReport;
use crate::case::event::Event;
use crate::case::lifecycle::{BEGIN_MONITORING, RECORD_ROUND, State};
use crate::case::monitoring::{Reached, RoundRecord, RoundReport};
use crate::case::solution::Solution;
use crate::case::state::CaseState;
use crate::ids::{PersonId, UserId};
use crate::refusal::{Precondition, Refusal};
use jiff::ToSpan as _;
use std::collections::BTreeSet;

/// Days by which a round may be held before it is due (–).
const EARLY_DAYS: i32 = 14;
/// Tries after which *not reached* is a result (T15 –).
const TRIES: u8 = 3;

/// The arrival of a household that is not on an approved journey (T14, T20).
pub(super) fn arrive(
    state: &CaseState,
    report: &ArrivalReport,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut missing: Vec<Precondition> = wrong_state(state, BEGIN_MONITORING).into_iter().collect();
    let (solution, since, place) = match state.state {
        State::Returned => {
            let last = state.returns.last();
            let place = last.map(|record| record.destination.clone());
            (
                Solution::Return,
                last.map(|record| record.departed_on),
                place,
            )
        }
        _ => {
            let chosen = state.chosen.as_ref();
            let solution = chosen.map_or(Solution::Return, |chosen| chosen.solution);
            let place = chosen.and_then(|chosen| chosen.place.clone());
            (solution, chosen.map(|chosen| chosen.chosen_on), place)
        }
    };
    if since.is_some_and(|since| report.arrived_on < since) {
        return Err(Refusal::invalid(
            "/arrived_on",
            "ARRIVED_BEFORE_LEAVING",
            "the arrival cannot be before the departure",
        ));
    }
    if let (Some(named), Some(place)) = (&report.place, &place)
        && named != place
    {
        missing.push(
            Precondition::new(
                "ARRIVED_ELSEWHERE",
                "the household was on its way to another place; record that first",
            )
            .at("/place"),
        );
    }
    not_after_today(context, report.arrived_on, "/arrived_on")?;
    Refusal::unless_empty(missing)?;
    Ok(vec![
        Event::Arrived {
            arrived_on: report.arrived_on,
        },
        Event::MonitoringBegan {
            solution,
            began_on: report.arrived_on,
        },
    ])
}

/// A round (T15). Each round is held once; one in which nobody was reached may be held
/// again, and the last one until everybody passes it.
pub(super) fn record_round(
    state: &CaseState,
    report: RoundReport,
    by: UserId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, report.held_on, "/held_on")?;
    let mut missing: Vec<Precondition> = wrong_state(state, RECORD_ROUND).into_iter().collect();
    let Some(monitoring) = state.monitoring.last() else {
        missing.push(Precondition::new(
            "ARRIVAL_MISSING",
            "record the arrival first; the rounds are due from that day",
        ));
        return Err(Refusal::Missing(missing));
    };
    if missing.is_empty() {
        check_persons(state, &report)?;
    }
    let due_on = report.round.due_on(monitoring.began_on);
    if report.held_on < due_on.saturating_sub(EARLY_DAYS.days()) {
        missing.push(
            Precondition::new(
                "ROUND_TOO_EARLY",
                format!("this round is due on {due_on}, and held at most {EARLY_DAYS} days before"),
            )
            .at("/held_on"),
        );
    }
    let held = |held: &&RoundRecord| held.round == report.round && held.is_done();
    if monitoring.rounds.iter().find(held).is_some() {
        missing.push(Precondition::new("ROUND_HELD", "this round was held already").at("/round"));
    }
    let unreached = report
        .persons
        .iter()
        .any(|person| person.reached == Reached::NotReached);
    if unreached && report.tries < TRIES {
        missing.push(
            Precondition::new(
                "TRIES_MISSING",
                format!("somebody counts as not reached after {TRIES} tries"),
            )
            .at("/tries"),
        );
    }
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::RoundRecorded(Box::new(RoundRecord {
        round: report.round,
        due_on,
        held_on: report.held_on,
        tries: report.tries,
        persons: report.persons,
        recorded_by: by,
    }))])
}

/// Everyone of the household on that day, each once, with answers exactly when they
/// were reached.
fn check_persons(state: &CaseState, report: &RoundReport) -> Result<(), Refusal> {
    if !(1..=20).contains(&report.tries) {
        return Err(Refusal::invalid(
            "/tries",
            "NUMBER_OUT_OF_RANGE",
            "between 1 and 20 tries",
        ));
    }
    let members: BTreeSet<PersonId> = state
        .members_on(report.held_on)
        .map(|person| person.id)
        .collect();
    let mut seen = BTreeSet::new();
    for (i, person) in report.persons.iter().enumerate() {
        let at = |field: &str| format!("/persons/{i}/{field}");
        if !members.contains(&person.person) {
            return Err(Refusal::invalid(
                at("person"),
                "PERSON_NOT_IN_CASE",
                "this person does not belong to the household on that day",
            ));
        }
        if !seen.insert(person.person) {
            return Err(Refusal::invalid(
                at("person"),
                "PERSON_TWICE",
                "name each person once",
            ));
        }
        if (person.reached == Reached::Yes) != person.answers.is_some() {
            return Err(Refusal::invalid(
                at("answers"),
                "ANSWERS_NOT_EXPECTED",
                "answers come from those who were reached, and from all of them",
            ));
        }
    }
    let left_out = members.difference(&seen).map(|person| {
        Precondition::new(
            "PERSON_LEFT_OUT",
            format!("person {person} is not named; say whether they were reached"),
        )
        .at("/persons")
    });
    Refusal::unless_empty(left_out.collect())
}
