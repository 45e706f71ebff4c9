//! Every fact of a case in the order of recording, and the steps of its journey:
//! approvals, departures, arrivals, returns, withdrawals, holds and closures.
//!
//! What a fact says is told in codes; days of births and deaths, remarks and reasons
//! of persons stay in the case.

use super::super::cell::{Cell, Row, cells, code_of};
use super::super::source::{CaseFile, Source};
use super::{JOURNEY, TIMELINE};
use crate::v1::history::{PROTECTED, is_protected};
use sanad_core::case::{Event, State};
use sanad_core::ids::{FindingId, PersonId};
use sanad_store::StoreError;

/// What a fact is about and says.
#[derive(Default)]
struct Told {
    person: Option<PersonId>,
    finding: Option<FindingId>,
    detail: String,
}

impl Told {
    fn detail(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::default()
        }
    }

    fn person(person: PersonId, detail: impl Into<String>) -> Self {
        Self {
            person: Some(person),
            ..Self::detail(detail)
        }
    }

    fn finding(finding: FindingId, detail: impl Into<String>) -> Self {
        Self {
            finding: Some(finding),
            ..Self::detail(detail)
        }
    }
}

fn plain(value: &impl serde::Serialize) -> String {
    code_of(value).plain().into_owned()
}

fn told(event: &Event) -> Told {
    match event {
        Event::CaseRegistered(registered) => {
            Told::detail(format!("persons: {}", registered.members.len()))
        }
        Event::MemberJoined(person) => Told::person(person.id, ""),
        Event::MemberCorrected { person, .. } | Event::MemberLeft { person, .. } => {
            Told::person(*person, "")
        }
        Event::DisplacementRecorded { places, .. } => {
            Told::detail(places.first().map_or_else(String::new, ToString::to_string))
        }
        Event::DestinationChosen { place, .. } => Told::detail(place.to_string()),
        Event::Advanced(transition) => Told::detail(plain(transition)),
        Event::AnswerRecorded(answer) => Told {
            person: answer.person,
            ..Told::detail(format!("{} {}", answer.indicator, answer.value.code()))
        },
        Event::EvidenceVerified(items) => Told::detail(format!("items: {}", items.len())),
        Event::AnswerConfirmed(answer) | Event::AnswerRetracted { answer, .. } => {
            Told::detail(answer.to_string())
        }
        Event::FindingIssued(finding) => {
            Told::finding(finding.id, finding.assessment.finding.code())
        }
        Event::Approved(approval) => {
            let answered = approval.answer_to_warnings.is_some();
            let detail = if answered {
                "warnings answered in writing"
            } else {
                ""
            };
            Told::finding(approval.finding, detail)
        }
        Event::Departed(departure) => Told::finding(
            departure.finding,
            format!("facts {}", departure.facts_sha256),
        ),
        Event::Arrived { arrived_on } => Told::detail(arrived_on.to_string()),
        Event::ConsentWithdrawn(said) => Told::person(said.person, plain(&said.channel)),
        Event::SteppedBack { reason, .. } => Told::detail(plain(reason)),
        Event::Held { hold, .. } => Told::detail(plain(&hold.reason)),
        Event::Closed { reason, .. } => Told::detail(plain(reason)),
        Event::Reopened { .. } => Told::detail(State::Profiled.code()),
        Event::ReturnRecorded(record) => Told {
            finding: record.finding,
            ..Told::detail(format!("{} {}", record.nature.code(), record.destination))
        },
        Event::ConsentStated(record) => Told::person(
            record.person,
            format!(
                "{} {}",
                plain(&record.statement.purpose),
                plain(&record.statement.decision)
            ),
        ),
        Event::ConsentTakenBack {
            person, purpose, ..
        } => Told::person(*person, plain(purpose)),
        Event::ConflictDeclared(conflict) => Told::detail(conflict.user.to_string()),
        Event::ConflictEndProposed { user, .. } | Event::ConflictEnded { user, .. } => {
            Told::detail(user.to_string())
        }
        Event::MonitoringBegan { solution, began_on } => {
            Told::detail(format!("{} {began_on}", solution.code()))
        }
        Event::RoundRecorded(round) => Told::detail(round.round.code()),
        Event::SolutionChosen(chosen) => Told::detail(chosen.solution.code()),
        Event::SolutionAchieved(achieved) => Told::detail(achieved.solution.code()),
        Event::LegalHoldPlaced { reason, .. } | Event::LegalHoldLifted { reason, .. } => {
            Told::detail(reason.code())
        }
        Event::Anonymised(end) => Told::detail(format!("persons: {}", end.persons)),
        // Listed with its kind, author and time all the same; what is tier C (best
        // interests, incidents) says no more than that.
        _ => Told::default(),
    }
}

/// Every fact.
pub(super) fn facts(case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for fact in &case.facts {
        let told = told(&fact.event);
        let protected = is_protected(fact.event.kind());
        let person = told.person.map(|person| case.label(&person.to_string()));
        rows.push(Row::new(
            TIMELINE,
            cells![
                fact.revision,
                if protected {
                    PROTECTED
                } else {
                    fact.event.kind()
                },
                fact.event.observed_on().filter(|_| !protected),
                person.map(Cell::Text),
                Cell::text(told.detail),
                fact.meta.recorded_at,
                fact.meta.recorded_by,
                Cell::text(source.login(fact.meta.recorded_by)?),
            ],
        ));
    }
    Ok(rows)
}

/// Whether a fact is a step of the journey and not an answer, a person or a place.
fn is_step(event: &Event) -> bool {
    matches!(
        event,
        Event::Approved(_)
            | Event::Departed(_)
            | Event::Arrived { .. }
            | Event::ReturnRecorded(_)
            | Event::ConsentWithdrawn(_)
            | Event::ConsentStated(_)
            | Event::ConsentTakenBack { .. }
            | Event::MonitoringBegan { .. }
            | Event::RoundRecorded(_)
            | Event::SolutionChosen(_)
            | Event::SolutionProposed
            | Event::SolutionAchieved(_)
            | Event::SteppedBack { .. }
            | Event::Held { .. }
            | Event::Resumed
            | Event::DisplacedAgain
            | Event::Closed { .. }
            | Event::Reopened { .. }
            | Event::LegalHoldPlaced { .. }
            | Event::LegalHoldLifted { .. }
            | Event::AnonymisationProposed { .. }
            | Event::Anonymised(_)
    )
}

/// The steps of the journey.
pub(super) fn journey(case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for fact in case.facts.iter().filter(|fact| is_step(&fact.event)) {
        let told = told(&fact.event);
        let person = told.person.map(|person| case.label(&person.to_string()));
        rows.push(Row::new(
            JOURNEY,
            cells![
                fact.event.kind(),
                fact.event.observed_on(),
                told.finding,
                person.map(Cell::Text),
                Cell::text(told.detail),
                fact.meta.recorded_at,
                fact.meta.recorded_by,
                Cell::text(source.login(fact.meta.recorded_by)?),
            ],
        ));
    }
    Ok(rows)
}
