//! T16, T19 and T20: another solution than return, chosen as freely as a return; and
//! the end of displacement, proposed by a protection officer and confirmed by a
//! supervisor.

use super::findings::hex_of;
use super::steps::wrong_state;
use super::{Context, not_after_today};
use crate::case::event::Event;
use crate::case::facts::CaseFacts;
use crate::case::lifecycle::{ACHIEVE_SOLUTION, CHOOSE_SOLUTION};
use crate::case::monitoring::{Monitoring, Reached, Round};
use crate::case::solution::{AchievedSolution, ChosenSolution, Solution, SolutionChoice};
use crate::case::state::CaseState;
use crate::conditions::file::AssessmentReport;
use crate::conditions::{Assessment, Condition, Outcome, assess};
use crate::ids::UserId;
use crate::refusal::{Precondition, Refusal};

/// The condition that is asked of every solution: the free and informed choice of
/// each person who decides.
const VOLUNTARY: Condition = Condition::Voluntary;

/// T19. The voluntariness rules are those of a return; for settlement elsewhere in
/// the country every condition holds for that place, too.
pub(super) fn choose(
    state: &CaseState,
    choice: &SolutionChoice,
    by: UserId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, choice.chosen_on, "/chosen_on")?;
    if choice.solution == Solution::Return {
        return Err(Refusal::invalid(
            "/solution",
            "SOLUTION_IS_RETURN",
            "a return is counselled, assessed and approved (T3 to T9)",
        ));
    }
    let mut missing: Vec<Precondition> = wrong_state(state, CHOOSE_SOLUTION).into_iter().collect();
    let place = state.destination.as_ref().map(|(place, _)| place.clone());
    let elsewhere = choice.solution == Solution::SettledElsewhere;
    if elsewhere && place.is_none() {
        missing.push(Precondition::new(
            "DESTINATION_MISSING",
            "the destination is not fixed to a place code",
        ));
    }
    Refusal::unless_empty(missing)?;
    let none = crate::case::AreaKnowledge::default();
    let (catalogue, today) = (context.catalogue, context.today());
    let areas = context.areas.unwrap_or(&none);
    let gathered = CaseFacts::gather(state, areas, catalogue, today, context.profile, None);
    let assessment = assess(catalogue, &gathered.facts)
        .map_err(|_| Refusal::missing("CHOICE_NOT_FREE", "the choice cannot be assessed"))?;
    not_met(&assessment, elsewhere, &gathered, context)?;
    let facts = serde_json::to_vec(&gathered.to_file(catalogue)).map_err(|_| {
        Refusal::missing(
            "FACTS_UNWRITABLE",
            "the facts of this case cannot be written as a file",
        )
    })?;
    Ok(vec![Event::SolutionChosen(Box::new(ChosenSolution {
        solution: choice.solution,
        chosen_on: choice.chosen_on,
        place: place.filter(|_| elsewhere),
        facts_sha256: hex_of(&facts),
        recorded_by: by,
    }))])
}

/// Every reason why the choice is not free, or the place not in order.
fn not_met(
    assessment: &Assessment,
    elsewhere: bool,
    gathered: &CaseFacts,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let report = AssessmentReport::new(assessment, context.catalogue, |subject| {
        gathered.name_of(subject)
    });
    let asked = |condition: Condition| elsewhere || condition == VOLUNTARY;
    let of_choice = |indicator: &str| indicator.starts_with(VOLUNTARY.code());
    let all_met = report
        .conditions
        .iter()
        .filter(|(condition, _)| asked(**condition))
        .all(|(_, outcome)| *outcome == Outcome::Met);
    let missing: Vec<Precondition> = report
        .reasons
        .iter()
        .filter(|reason| elsewhere || of_choice(&reason.indicator))
        .map(|reason| {
            let code = if of_choice(&reason.indicator) {
                "CHOICE_NOT_FREE"
            } else {
                "PLACE_NOT_IN_ORDER"
            };
            Precondition::new(
                code,
                format!(
                    "{} about {}: {}",
                    reason.indicator, reason.subject, reason.reason
                ),
            )
        })
        .collect();
    if missing.is_empty() && !all_met {
        return Err(Refusal::missing(
            "CHOICE_NOT_FREE",
            "nobody who decides was asked",
        ));
    }
    Refusal::unless_empty(missing)
}

/// T16, first half: a protection officer proposes that displacement has ended. Every
/// person passed all ten sub-criteria in the round of twelve months; one who was not
/// reached did not pass.
pub(super) fn propose(state: &CaseState, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    Refusal::unless_empty(not_achieved(state, context))?;
    Ok(vec![Event::SolutionProposed])
}

fn not_achieved(state: &CaseState, context: &Context<'_>) -> Vec<Precondition> {
    let mut missing: Vec<Precondition> = wrong_state(state, ACHIEVE_SOLUTION).into_iter().collect();
    let last = state.monitoring.last();
    let round = last.and_then(|monitoring| {
        let twelfth = |round: &&_| is_last(round);
        monitoring.rounds.iter().rev().find(twelfth)
    });
    let Some(round) = round else {
        missing.push(Precondition::new(
            "ROUND_MISSING",
            "the round of twelve months was not held",
        ));
        return missing;
    };
    for member in state.members_on(context.today()) {
        let said = round
            .persons
            .iter()
            .find(|person| person.person == member.id && person.reached == Reached::Yes)
            .and_then(|person| person.answers);
        let not_passed = match said {
            None => "was not reached".to_owned(),
            Some(answers) => {
                let names: Vec<&str> = answers.criteria.not_passed().collect();
                if names.is_empty() {
                    continue;
                }
                format!("does not pass {}", names.join(", "))
            }
        };
        missing.push(Precondition::new(
            "CRITERION_NOT_PASSED",
            format!("person {} {not_passed}", member.id),
        ));
    }
    missing
}

fn is_last(round: &crate::case::monitoring::RoundRecord) -> bool {
    round.round == Round::Month12
}

/// T16, second half: a supervisor who did not propose it confirms.
pub(super) fn confirm(
    state: &CaseState,
    by: UserId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut missing = not_achieved(state, context);
    let proposed = state.monitoring.last().and_then(proposal);
    match proposed {
        None => missing.push(Precondition::new(
            "PROPOSAL_MISSING",
            "a protection officer proposes it first",
        )),
        Some((_, proposer)) if proposer == by => missing.push(Precondition::new(
            "SECOND_OFFICER_REQUIRED",
            "whoever proposed it may not confirm it",
        )),
        Some((solution, proposed_by)) if missing.is_empty() => {
            return Ok(vec![Event::SolutionAchieved(AchievedSolution {
                solution,
                achieved_on: context.today(),
                proposed_by,
                confirmed_by: by,
            })]);
        }
        Some(_) => {}
    }
    Err(Refusal::Missing(missing))
}

fn proposal(monitoring: &Monitoring) -> Option<(Solution, UserId)> {
    Some((monitoring.solution, monitoring.proposed_by?))
}
