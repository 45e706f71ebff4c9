//! Protection incidents: reported by anybody in any state, confirmed and followed by
//! a protection officer (T11; return conditions §2.12 –).

use super::{Context, lineage, not_after_today, not_too_early};
use crate::answer::NewAnswer;
use crate::area::PlaceRef;
use crate::case::event::{Event, ReturnRecord};
use crate::case::facts::CaseFacts;
use crate::case::incident::{
    IncidentAction, IncidentKind, IncidentRecord, IncidentReport, IncidentStatus,
};
use crate::case::state::CaseState;
use crate::conditions::{Standing, Value, assess};
use crate::ids::{IdSource, IncidentId, PersonId, ReturnId, UserId};
use crate::person::Displacement;
use crate::refusal::{Precondition, Refusal};
use jiff::civil::Date;

/// Questions whose *no* makes an incident of a movement (§2.12): pressure, and danger
/// of refoulement.
const DANGER: [&str; 2] = ["VOL-03", "LEG-03"];

/// No state refuses what happened to people.
pub(super) fn record(
    state: &CaseState,
    report: IncidentReport,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, report.happened_on, "/happened_on")?;
    not_too_early(report.happened_on, "/happened_on")?;
    if let Some(place) = &report.place {
        lineage(context, place, "/place")?;
    }
    if report
        .person
        .is_some_and(|person| state.person(person).is_none())
    {
        return Err(Refusal::invalid(
            "/person",
            "PERSON_UNKNOWN",
            "this person is not in this case",
        ));
    }
    let known = |id| state.returns.iter().any(|record| record.id == id);
    if report.return_id.is_some_and(|id| !known(id)) {
        return Err(Refusal::invalid(
            "/return_id",
            "RETURN_UNKNOWN",
            "no such return of this case is recorded",
        ));
    }
    if report.kind == IncidentKind::ForcedReturn && report.return_id.is_none() {
        return Err(Refusal::invalid(
            "/kind",
            "RETURN_NOT_RECORDED",
            "record a forced return as a return; it opens the incident by itself",
        ));
    }
    Ok(vec![Event::IncidentRecorded(Box::new(IncidentRecord {
        id: ids.id(),
        kind: report.kind,
        happened_on: report.happened_on,
        place: report.place,
        person: report.person,
        return_id: report.return_id,
        reported_by: by,
        confirmed_by: None,
        status: IncidentStatus::Open,
    }))])
}

/// A protection officer confirms what was reported (T11).
pub(super) fn confirm(state: &CaseState, id: IncidentId) -> Result<Vec<Event>, Refusal> {
    if known(state, id)?.confirmed_by.is_some() {
        return Err(Refusal::missing(
            "CONFIRMED_ALREADY",
            "this incident is confirmed already",
        ));
    }
    Ok(vec![Event::IncidentConfirmed { incident: id }])
}

/// What was done. A closed incident is opened again in the same way.
pub(super) fn follow(
    state: &CaseState,
    id: IncidentId,
    action: IncidentAction,
) -> Result<Vec<Event>, Refusal> {
    let incident = known(state, id)?;
    let mut missing = Vec::new();
    if action.status == IncidentStatus::Closed && incident.confirmed_by.is_none() {
        missing.push(
            Precondition::new(
                "INCIDENT_NOT_CONFIRMED",
                "an incident is confirmed before it is closed",
            )
            .at("/status"),
        );
    }
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::IncidentFollowed {
        incident: id,
        status: action.status,
        remark: action.remark,
    }])
}

/// What stands against the end of a case while an incident is open.
pub(super) fn open(state: &CaseState) -> Option<Precondition> {
    let open: Vec<String> = state
        .open_incidents()
        .map(|incident| incident.id.to_string())
        .collect();
    (!open.is_empty()).then(|| {
        Precondition::new(
            "INCIDENT_OPEN",
            format!("a protection incident is not closed: {}", open.join(", ")),
        )
    })
}

fn known(state: &CaseState, id: IncidentId) -> Result<&IncidentRecord, Refusal> {
    state
        .incidents
        .iter()
        .find(|incident| incident.id == id)
        .ok_or_else(|| Refusal::missing("INCIDENT_UNKNOWN", "there is no such incident here"))
}

/// The incident that a return opens: always when it was forced; and when a *no* to
/// pressure or to refoulement stands on the day of departure, or was told since.
pub(super) fn opened_by(
    state: &CaseState,
    record: &ReturnRecord,
    forced: bool,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Option<Event> {
    let movement = Movement::of(record);
    let kind = if forced {
        IncidentKind::ForcedReturn
    } else if is_known(state, &movement) {
        return None;
    } else if danger_known(state, record, context) || danger_told(state, record) {
        IncidentKind::PossibleRefoulement
    } else {
        return None;
    };
    Some(opened(kind, &movement, None, by, ids))
}

/// A *no* to pressure or to refoulement.
pub(super) fn tells_danger(answer: &NewAnswer) -> bool {
    DANGER.contains(&answer.indicator.as_str()) && answer.value == Value::No
}

/// The incident that answers open: a *no* to pressure or to refoulement that is told
/// after a return or after a departure (§2.12). One for a movement, however many say so.
pub(super) fn opened_by_answers(
    state: &CaseState,
    events: &[Event],
    by: UserId,
    ids: &mut IdSource,
) -> Option<Event> {
    events.iter().find_map(|event| {
        let Event::AnswerRecorded(answer) = event else {
            return None;
        };
        let danger = DANGER.contains(&answer.indicator.as_str()) && answer.value == Value::No;
        let movement = danger.then(|| movement_of(state, answer.observed_on))??;
        let kind = IncidentKind::PossibleRefoulement;
        let known = is_known(state, &movement);
        (!known).then(|| opened(kind, &movement, answer.person, by, ids))
    })
}

/// A movement as far as an incident is about it.
struct Movement {
    record: Option<ReturnId>,
    departed_on: Date,
    destination: Option<PlaceRef>,
}

impl Movement {
    fn of(record: &ReturnRecord) -> Self {
        Self {
            record: Some(record.id),
            departed_on: record.departed_on,
            destination: Some(record.destination.clone()),
        }
    }
}

/// The movement of which something that was seen on a day speaks: the last one that had
/// begun by then, unless the household was displaced again in between; else the next.
fn movement_of(state: &CaseState, day: Date) -> Option<Movement> {
    let begun = |record: &&ReturnRecord| record.departed_on <= day;
    let returns = || state.returns.iter();
    let last = returns().filter(begun).max_by_key(|one| one.departed_on);
    let departure = state.departure.as_ref().map(|departure| Movement {
        record: None,
        departed_on: departure.departed_on,
        destination: state.destination.as_ref().map(|(place, _)| place.clone()),
    });
    let displaced_since = |record: &&ReturnRecord| {
        let mut left = state.displacements.iter().filter_map(Displacement::left_on);
        left.any(|left| left > record.departed_on && left <= day)
    };
    let about_last = last.filter(|record| !displaced_since(record));
    let next = || {
        returns()
            .filter(|one| !begun(one))
            .min_by_key(|one| one.departed_on)
    };
    departure.or_else(|| about_last.or_else(next).map(Movement::of))
}

/// Whether an incident of this movement that bars sharing is there already.
fn is_known(state: &CaseState, movement: &Movement) -> bool {
    state.incidents.iter().any(|incident| {
        let same = match incident.return_id {
            Some(id) => Some(id) == movement.record,
            None => incident.happened_on == movement.departed_on,
        };
        same && incident.kind.bars_sharing()
    })
}

fn opened(
    kind: IncidentKind,
    movement: &Movement,
    person: Option<PersonId>,
    by: UserId,
    ids: &mut IdSource,
) -> Event {
    Event::IncidentRecorded(Box::new(IncidentRecord {
        id: ids.id(),
        kind,
        happened_on: movement.departed_on,
        place: movement.destination.clone(),
        person,
        return_id: movement.record,
        reported_by: by,
        confirmed_by: None,
        status: IncidentStatus::Open,
    }))
}

/// Whether somebody said after the household had left, and before the registry knew of
/// it, that they were pressed or are in danger.
fn danger_told(state: &CaseState, record: &ReturnRecord) -> bool {
    state.answers.answers().iter().any(|answer| {
        let danger = DANGER.contains(&answer.indicator.as_str()) && answer.value == Value::No;
        danger && !answer.retracted && answer.observed_on >= record.departed_on
    })
}

fn danger_known(state: &CaseState, record: &ReturnRecord, context: &Context<'_>) -> bool {
    let Some(areas) = context.areas else {
        return false;
    };
    let (catalogue, on) = (context.catalogue, record.departed_on);
    let gathered = CaseFacts::gather(state, areas, catalogue, on, context.profile, None);
    assess(catalogue, &gathered.facts).is_ok_and(|assessment| {
        assessment.reasons.iter().any(|reason| {
            let named = catalogue
                .get(reason.indicator)
                .is_some_and(|indicator| DANGER.contains(&indicator.id.as_str()));
            named && reason.value == Standing::No
        })
    })
}
