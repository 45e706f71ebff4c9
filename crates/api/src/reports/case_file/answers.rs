//! Every answer about the case and about its places, with its evidence and how fresh
//! it is on the day of the report; what happened in those places.

use super::super::cell::{Cell, Row, cells, code_of};
use super::super::source::{AreaFile, CaseFile, Source};
use super::{ANSWER, EVENT, EVIDENCE};
use jiff::{Timestamp, ToSpan as _};
use sanad_core::answer::{AnswerRecord, NewEvidence};
use sanad_core::area::{AreaFact, PlaceRef};
use sanad_core::case::{AreaKnowledge, CaseFacts, Event};
use sanad_core::conditions::{Indicator, Subject, Value, Void, Voids};
use sanad_core::ids::{AnswerId, EvidenceId, OrganisationId};
use sanad_store::StoreError;
use std::collections::{BTreeSet, HashMap};

/// When answers and verifications were recorded: they do not say it themselves.
#[derive(Default)]
struct Moments {
    recorded: HashMap<AnswerId, Timestamp>,
    verified: HashMap<EvidenceId, Timestamp>,
}

impl Moments {
    fn of_case(case: &CaseFile) -> Self {
        let mut moments = Self::default();
        for fact in &case.facts {
            let at = fact.meta.recorded_at;
            match &fact.event {
                Event::AnswerRecorded(answer) => moments.answer(answer.id, at),
                Event::EvidenceVerified(items) => moments.items(items, at),
                _ => {}
            }
        }
        moments
    }

    fn of_area(area: &AreaFile) -> Self {
        let mut moments = Self::default();
        for fact in &area.facts {
            let at = fact.meta.recorded_at;
            match &fact.event {
                AreaFact::AnswerRecorded(answer) => moments.answer(answer.id, at),
                AreaFact::EvidenceVerified(items) => moments.items(items, at),
                _ => {}
            }
        }
        moments
    }

    fn answer(&mut self, id: AnswerId, at: Timestamp) {
        self.recorded.insert(id, at);
    }

    fn items(&mut self, items: &[EvidenceId], at: Timestamp) {
        self.verified.extend(items.iter().map(|item| (*item, at)));
    }
}

/// What the rows of answers are told against.
struct Against<'a> {
    facts: &'a CaseFacts,
    /// Who runs the return of this case: evidence from them is not independent in it.
    organisers: &'a [OrganisationId],
    organisations: HashMap<OrganisationId, String>,
}

impl Against<'_> {
    /// The source of an item, as far as it is named.
    fn source(&self, item: &NewEvidence) -> Option<Cell> {
        let named = item
            .source_name
            .as_ref()
            .map(|name| name.as_str().to_owned());
        let organisation = || {
            let id = item.source_organisation?;
            let known = self.organisations.get(&id).cloned();
            Some(known.unwrap_or_else(|| id.to_string()))
        };
        named.or_else(organisation).map(Cell::Text)
    }
}

/// Answers of the case first, then those of its places, nearest first, each place once.
pub(super) fn all(
    case: &CaseFile,
    areas: &AreaKnowledge,
    facts: &CaseFacts,
    source: &mut Source<'_>,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    let against = Against {
        facts,
        organisers: &case.state.return_organisers,
        organisations: source.organisations()?,
    };
    let moments = Moments::of_case(case);
    for answer in case.state.answers.answers() {
        let about = answer.person.map(|person| person.to_string());
        let member = facts
            .members
            .iter()
            .position(|id| Some(*id) == answer.person);
        let subject = match (answer.person, member) {
            (Some(_), member) => member
                .and_then(|at| u32::try_from(at).ok())
                .map(Subject::Member),
            (None, _) => Some(Subject::Household),
        };
        let label = about.map_or_else(|| "household".to_owned(), |id| case.label(&id));
        rows.extend(one(answer, &label, subject, &against, &moments, source)?);
    }
    let mut seen: BTreeSet<PlaceRef> = BTreeSet::new();
    for known in areas.destination.iter().chain(&areas.displacement) {
        if !seen.insert(known.place.clone()) {
            continue;
        }
        let area = source.area(&known.place)?;
        let moments = Moments::of_area(&area);
        let label = format!("place {}", known.place);
        for answer in area.state.answers.answers() {
            rows.extend(one(
                answer,
                &label,
                Some(Subject::Area),
                &against,
                &moments,
                source,
            )?);
        }
        rows.extend(events(&known.place, &area, source)?);
    }
    Ok(rows)
}

fn events(
    place: &PlaceRef,
    area: &AreaFile,
    source: &mut Source<'_>,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for record in &area.state.events {
        rows.push(Row::new(
            EVENT,
            cells![
                place,
                source.view.place_name(place).map(Cell::Text),
                record.event.kind.code(),
                record.event.happened_on,
                record.recorded_by,
                Cell::text(source.login(record.recorded_by)?),
            ],
        ));
    }
    Ok(rows)
}

/// Whether an event up to the day of the report voids what was observed then (§1.9).
fn is_void(
    answer: &AnswerRecord,
    indicator: &Indicator,
    subject: Option<Subject>,
    facts: &CaseFacts,
    source: &Source<'_>,
) -> bool {
    let catalogue = &source.view.catalogue;
    let hits = |void: &&Void| {
        let about = void.subject.is_none() || void.subject == subject;
        let what = match void.voids {
            Voids::Indicator(index) => catalogue.code(index) == indicator.id,
            Voids::Condition(condition) => condition == indicator.condition,
        };
        about && what && void.on <= source.view.as_of && answer.observed_on < void.on
    };
    facts.facts.events().iter().any(|void| hits(&void))
}

fn one(
    answer: &AnswerRecord,
    label: &str,
    subject: Option<Subject>,
    against: &Against<'_>,
    moments: &Moments,
    source: &mut Source<'_>,
) -> Result<Vec<Row>, StoreError> {
    let view = source.view;
    let indicator = view
        .catalogue
        .find(&answer.indicator)
        .and_then(|index| view.catalogue.get(index));
    let valid_until = indicator.and_then(|indicator| {
        let days = i64::from(indicator.validity_days);
        answer.observed_on.checked_add(days.days()).ok()
    });
    let void = indicator
        .is_some_and(|indicator| is_void(answer, indicator, subject, against.facts, source));
    let freshness = match answer.value {
        _ if answer.retracted => "retracted",
        // A known failure is not healed by time (§2.2 rule 3).
        Value::No => "stands",
        Value::Unknown => "unknown",
        Value::Yes | Value::NotApplicable if void => "invalidated",
        Value::Yes | Value::NotApplicable => {
            if valid_until.is_some_and(|day| view.as_of <= day) {
                "fresh"
            } else {
                "stale"
            }
        }
    };
    let timed = matches!(answer.value, Value::Yes | Value::NotApplicable);
    let confirmed = match answer.confirmed_by {
        Some(user) => Some(Cell::text(source.login(user)?)),
        None => None,
    };
    let mut rows = vec![Row::new(
        ANSWER,
        cells![
            answer.id,
            answer.indicator.as_str(),
            indicator.map(|indicator| Cell::text(indicator.question("en"))),
            Cell::text(label),
            answer.value.code(),
            answer.score.map(u64::from),
            answer.observed_on,
            valid_until.filter(|_| timed),
            freshness,
            moments.recorded.get(&answer.id).copied(),
            answer.recorded_by,
            Cell::text(source.login(answer.recorded_by)?),
            confirmed,
            answer.supersedes,
            answer.adjudication,
            answer.retracted,
        ],
    )];
    for item in &answer.evidence {
        let verifier = match item.verified_by {
            Some(user) => Some(Cell::text(source.login(user)?)),
            None => None,
        };
        let independence = item.independence(against.organisers);
        rows.push(Row::new(
            EVIDENCE,
            cells![
                item.id,
                answer.id,
                answer.indicator.as_str(),
                Cell::text(label),
                item.item.kind.as_str(),
                code_of(&item.item.source_class),
                against.source(&item.item),
                independence.counts,
                code_of(&independence.reason),
                item.item.dated,
                item.item
                    .language
                    .as_ref()
                    .map(sanad_core::language::LanguageTag::as_str),
                item.uploaded_by,
                Cell::text(source.login(item.uploaded_by)?),
                moments.verified.get(&item.id).copied(),
                item.verified_by,
                verifier,
            ],
        ));
    }
    Ok(rows)
}
