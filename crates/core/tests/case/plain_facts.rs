//! The facts of a case in one plain walk over everything that is known: what the
//! quick way, in parts and through stored bytes, is held against.
//!
//! Not here: the quick way itself (`case::CasePart`, `case::PlacesPart`).

use jiff::civil::Date;
use sanad_core::answer::{AnswerRecord, EvidenceRecord};
use sanad_core::area::{AreaState, NewAreaEvent};
use sanad_core::case::{AreaKnowledge, CaseState, KnownArea};
use sanad_core::conditions::event::{EventKind, HappensIn};
use sanad_core::conditions::indicator::Place;
use sanad_core::conditions::{
    AccessProfile, ActorKey, Answer, AnswerKey, Catalogue, EvidenceSet, Facts, Level, Setting,
    Subject, Void,
};
use sanad_core::ids::{AnswerId, OrganisationId, PersonId, UserId};
use std::collections::HashMap;

const HOUSEHOLD_CHANGED: &str = "household_changed";
const BEST_INTERESTS_OVERTAKEN: &str = "best_interests_overtaken";

fn speaks_of_the_place(area: &KnownArea) -> bool {
    area.itself || area.level >= 3
}

/// The facts of a case on a day.
pub(crate) fn plain(
    case: &CaseState,
    areas: &AreaKnowledge,
    catalogue: &Catalogue,
    on: Date,
    profile: AccessProfile,
    assessor: Option<UserId>,
) -> Facts {
    let mut numbers = Numbers {
        return_organisers: case.return_organisers.clone(),
        case: Some(case.clone()),
        ..Numbers::default()
    };
    let members: Vec<_> = case.members_on(on).collect();
    let ids: Vec<PersonId> = members.iter().map(|person| person.id).collect();
    let mut answers = Vec::new();
    for record in case.answers.answers() {
        let subject = match record.person {
            Some(person) => ids
                .iter()
                .position(|id| *id == person)
                .and_then(member_subject),
            None => Some(Subject::Household),
        };
        if let Some(subject) = subject {
            answers.extend(numbers.answer(catalogue, record, subject, Level::Household, None));
        }
    }
    let bound = [
        (Place::Destination, &areas.destination),
        (Place::Displacement, &areas.displacement),
    ];
    for (place, known) in bound {
        for area in known {
            for record in area.state.answers.answers() {
                let level = match (speaks_of_the_place(area), area.level) {
                    (_, 1) => Level::Region,
                    (true, _) => Level::Area,
                    (false, _) => continue,
                };
                answers.extend(numbers.answer(
                    catalogue,
                    record,
                    Subject::Area,
                    level,
                    Some(place),
                ));
                if level == Level::Region && area.itself {
                    answers.extend(numbers.answer(
                        catalogue,
                        record,
                        Subject::Area,
                        Level::Area,
                        Some(place),
                    ));
                }
            }
        }
    }
    numbers.name_superseded(&mut answers);
    let setting = Setting {
        profile,
        assessor: assessor.map(|user| numbers.actor(user)),
        hazard_area: areas
            .destination
            .iter()
            .any(|area| area.state.has_hazard_record()),
    };
    let voids = voids(case, areas, catalogue, on);
    let people = members.iter().map(|person| person.for_rule(on)).collect();
    Facts::new(on, setting, people, answers, voids)
}

fn member_subject(number: usize) -> Option<Subject> {
    u32::try_from(number).ok().map(Subject::Member)
}

/// Everything that makes answers void, up to and on a day (§1.9).
fn voids(case: &CaseState, areas: &AreaKnowledge, catalogue: &Catalogue, on: Date) -> Vec<Void> {
    let members: Vec<PersonId> = case.members_on(on).map(|person| person.id).collect();
    let mut happened: Vec<(&EventKind, Date, Option<Subject>)> = Vec::new();
    let kind_of = |code: &str, place: HappensIn| {
        catalogue
            .event_kind(code)
            .filter(|kind| kind.happens_in == place)
    };
    for void in &case.voids {
        let number = |person| members.iter().position(|id| *id == person);
        let subject = match void.person {
            None => None,
            // What happened to somebody who is no member any more voids nothing.
            Some(person) => match number(person).and_then(member_subject) {
                None => continue,
                subject => subject,
            },
        };
        let kind = kind_of(void.kind, HappensIn::Case);
        happened.extend(kind.map(|kind| (kind, void.on, subject)));
    }
    for area in &areas.destination {
        let events = of_place(&area.state, catalogue, HappensIn::Destination);
        happened.extend(events.map(|(kind, day)| (kind, day, None)));
    }
    for area in &areas.displacement {
        let events = of_place(&area.state, catalogue, HappensIn::Displacement);
        happened.extend(events.map(|(kind, day)| (kind, day, None)));
    }
    for NewAreaEvent {
        kind, happened_on, ..
    } in areas.around.iter().map(|record| &record.event)
    {
        let kind = kind_of(kind.code(), HappensIn::Destination).filter(|kind| kind.whole_unit);
        happened.extend(kind.map(|kind| (kind, *happened_on, None)));
    }
    if let Some(kind) = kind_of(BEST_INTERESTS_OVERTAKEN, HappensIn::Case) {
        let days: Vec<Date> = happened
            .iter()
            .filter(|(kind, ..)| kind.happens_in == HappensIn::Destination)
            .map(|(_, day, _)| *day)
            .collect();
        happened.extend(days.into_iter().map(|day| (kind, day, None)));
    }
    happened.retain(|(_, day, _)| *day <= on);
    // A birthday to come is known today: the facts say so, and a finding does not
    // outlive it.
    for birthday in case.members_on(on).filter_map(|person| {
        coming_of_age(
            person.profile.birth.for_rule()?,
            catalogue.numbers().adult_age,
        )
    }) {
        if birthday > case.registered_on {
            let kind = kind_of(HOUSEHOLD_CHANGED, HappensIn::Case);
            happened.extend(kind.map(|kind| (kind, birthday, None)));
        }
    }
    happened
        .into_iter()
        .flat_map(|(kind, day, subject)| kind.on(day, subject))
        .collect()
}

/// What happened in a place, as far as it voids answers about the place in this role.
fn of_place<'a>(
    state: &'a AreaState,
    catalogue: &'a Catalogue,
    role: HappensIn,
) -> impl Iterator<Item = (&'a EventKind, Date)> {
    state.events.iter().filter_map(move |record| {
        let kind = catalogue.event_kind(record.event.kind.code())?;
        (kind.happens_in == role).then_some((kind, record.event.happened_on))
    })
}

/// The first day as an adult; 29 February counts as 1 March in ordinary years.
fn coming_of_age(born: Date, adult_age: i16) -> Option<Date> {
    let year = born.year().checked_add(adult_age)?;
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, born.month() + 1, 1))
        .ok()
}

/// Numbers that stand for answers and users within one assessment.
#[derive(Default)]
struct Numbers {
    answers: HashMap<AnswerId, AnswerKey>,
    named: Vec<(AnswerKey, AnswerId)>,
    actors: HashMap<UserId, ActorKey>,
    next: u32,
    return_organisers: Vec<OrganisationId>,
    case: Option<CaseState>,
}

impl Numbers {
    fn actor(&mut self, user: UserId) -> ActorKey {
        let next = ActorKey(u32::try_from(self.actors.len()).unwrap_or(u32::MAX));
        *self.actors.entry(user).or_insert(next)
    }

    /// The answer for the rule, if its indicator is asked at this level and place.
    fn answer(
        &mut self,
        catalogue: &Catalogue,
        record: &AnswerRecord,
        subject: Subject,
        level: Level,
        place: Option<Place>,
    ) -> Option<Answer> {
        let index = catalogue.find(&record.indicator)?;
        let indicator = catalogue.get(index)?;
        let asked_here = match place {
            None => subject.fits(indicator.level),
            Some(place) => indicator.level == level && indicator.place == place,
        };
        if !asked_here {
            return None;
        }
        let key = AnswerKey(self.next);
        self.next += 1;
        self.answers.insert(record.id, key);
        if let Some(named) = record.supersedes {
            self.named.push((key, named));
        }
        let mut evidence = EvidenceSet::default();
        let case = self.case.clone();
        let on_a_panel = |item: &&EvidenceRecord| {
            case.as_ref()
                .is_none_or(|case| case.rests_on_a_panel(record, item))
        };
        let in_case = place.is_none();
        for item in record
            .evidence
            .iter()
            .filter(|item| !in_case || on_a_panel(item))
        {
            if let Some(kind) = catalogue.find_evidence_kind(&item.item.kind) {
                let independent = item.independence(&self.return_organisers).counts;
                evidence.add(kind, item.verified_by.is_some(), independent);
            }
        }
        Some(Answer {
            key,
            indicator: index,
            subject,
            value: record.value,
            na_reason: record.reason,
            observed_on: record.observed_on,
            sequence: record.sequence,
            by: self.actor(record.recorded_by),
            confirmed_by: record.confirmed_by.map(|user| self.actor(user)),
            supersedes: None,
            adjudication: record.adjudication,
            retracted: record.retracted,
            evidence,
        })
    }

    /// Fills in which answers are named by later ones, now that all have a key.
    fn name_superseded(&self, answers: &mut [Answer]) {
        let named: HashMap<AnswerKey, AnswerKey> = self
            .named
            .iter()
            .filter_map(|(key, named)| Some((*key, *self.answers.get(named)?)))
            .collect();
        for answer in answers {
            answer.supersedes = named.get(&answer.key).copied();
        }
    }
}
