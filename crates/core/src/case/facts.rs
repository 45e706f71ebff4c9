//! What the decision rule reads about one case on one day: the case's own answers,
//! the answers about the places it is bound to, and what made answers void.
//!
//! Not here: the rule (`conditions`). Nothing here judges; it only collects.

use super::state::{BEST_INTERESTS_OVERTAKEN, CaseState, HOUSEHOLD_CHANGED};
use crate::answer::AnswerRecord;
use crate::area::{AreaEventRecord, AreaState, NewAreaEvent, PlaceRef};
use crate::conditions::event::{EventKind, HappensIn};
use crate::conditions::file::FactsFile;
use crate::conditions::indicator::Place;
use crate::conditions::{
    AccessProfile, ActorKey, Answer, AnswerKey, Catalogue, EvidenceSet, Facts, Level, Setting,
    Subject, Void, assess,
};
use crate::ids::{AnswerId, OrganisationId, PersonId, UserId};
use jiff::civil::Date;
use std::collections::HashMap;

/// What is known of one place that matters to a case.
#[derive(Debug, Clone)]
pub struct KnownArea {
    /// The place.
    pub place: PlaceRef,
    /// Its level: 1 is the governorate, 3 the admin-3 unit.
    pub level: u8,
    /// The place itself, not one that it lies in.
    pub itself: bool,
    /// What is recorded about it.
    pub state: AreaState,
}

impl KnownArea {
    /// Whether answers about an area recorded here speak of the place: those of the
    /// place itself and of what it lies in down from admin-3. A wider unit says too
    /// little about one town.
    fn speaks_of_the_place(&self) -> bool {
        self.itself || self.level >= 3
    }
}

/// What is known of the places that matter to a case: each list holds the place
/// itself and everything it lies in.
#[derive(Debug, Clone, Default)]
pub struct AreaKnowledge {
    /// Place of return.
    pub destination: Vec<KnownArea>,
    /// Place of displacement.
    pub displacement: Vec<KnownArea>,
    /// What happened in the other places of the admin-3 unit of the place of return.
    pub around: Vec<AreaEventRecord>,
}

impl AreaKnowledge {
    /// Whether anything was answered about the place of return and not taken back.
    pub fn knows_destination(&self) -> bool {
        self.destination
            .iter()
            .filter(|area| area.speaks_of_the_place())
            .flat_map(|area| area.state.answers.answers())
            .any(|answer| !answer.retracted)
    }
}

/// The facts of one case on one day, and which numbers stand for whom.
#[derive(Debug, Clone)]
pub struct CaseFacts {
    /// What the rule reads.
    pub facts: Facts,
    /// The member behind each number.
    pub members: Vec<PersonId>,
}

impl CaseFacts {
    /// Collects the facts. `assessor` is whoever would issue the finding.
    pub fn gather(
        case: &CaseState,
        areas: &AreaKnowledge,
        catalogue: &Catalogue,
        on: Date,
        profile: AccessProfile,
        assessor: Option<UserId>,
    ) -> Self {
        let mut numbers = Numbers {
            return_organisers: case.return_organisers.clone(),
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
                    let level = match (area.speaks_of_the_place(), area.level) {
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
        Self {
            facts: Facts::new(on, setting, people, answers, voids),
            members: ids,
        }
    }

    /// Whether a *yes* and a *no* both stand about a question to a person or the
    /// household (§2.2 rule 5).
    pub(crate) fn is_contested(
        &self,
        catalogue: &Catalogue,
        indicator: &str,
        person: Option<PersonId>,
    ) -> bool {
        let subject = match person {
            None => Some(Subject::Household),
            Some(person) => self
                .members
                .iter()
                .position(|id| *id == person)
                .and_then(member_subject),
        };
        let (Some(subject), Some(index)) = (subject, catalogue.find(indicator)) else {
            return false;
        };
        assess(catalogue, &self.facts)
            .is_ok_and(|assessment| assessment.is_contested(index, subject))
    }

    /// The name of a subject of the result: a person's id, `household` or `area`.
    pub fn name_of(&self, subject: Subject) -> String {
        match subject {
            Subject::Member(number) => usize::try_from(number)
                .ok()
                .and_then(|number| self.members.get(number))
                .map_or_else(String::new, ToString::to_string),
            Subject::Household => "household".to_owned(),
            Subject::Area => "area".to_owned(),
        }
    }

    /// The same as a facts file, with pseudonyms, for recomputing anywhere.
    pub fn to_file(&self, catalogue: &Catalogue) -> FactsFile {
        FactsFile::from_facts(&self.facts, catalogue)
    }
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
    // What a panel decided about a child rests on the place, too (§2.10).
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

/// Whether a *yes* and a *no* both stand today about a question to a place (§2.2
/// rule 5). `known` is the place with what it lies in: events there void answers.
pub(crate) fn contested_in_place(
    known: &[KnownArea],
    catalogue: &Catalogue,
    indicator: &str,
    on: Date,
) -> bool {
    let asked = catalogue
        .find(indicator)
        .and_then(|index| Some((index, catalogue.get(index)?)));
    let Some((index, asked)) = asked else {
        return false;
    };
    let mut numbers = Numbers::default();
    let mut answers: Vec<Answer> = known
        .iter()
        .filter(|area| area.itself)
        .flat_map(|area| area.state.answers.answers())
        .filter_map(|record| {
            numbers.answer(
                catalogue,
                record,
                Subject::Area,
                asked.level,
                Some(asked.place),
            )
        })
        .collect();
    numbers.name_superseded(&mut answers);
    // An answer may serve places of return and of displacement: whatever voids it
    // in either role leaves nothing to adjudicate.
    let roles = [HappensIn::Destination, HappensIn::Displacement];
    let voids = roles.into_iter().flat_map(|role| {
        known
            .iter()
            .flat_map(move |area| of_place(&area.state, catalogue, role))
    });
    let voids = voids.filter(|(_, day)| *day <= on);
    let setting = Setting {
        profile: AccessProfile::Strict,
        assessor: None,
        hazard_area: true,
    };
    let voids = voids.flat_map(|(kind, day)| kind.on(day, None)).collect();
    let facts = Facts::new(on, setting, Vec::new(), answers, voids);
    assess(catalogue, &facts).is_ok_and(|assessment| assessment.is_contested(index, Subject::Area))
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
    /// Evidence from whom does not count as independent in this case.
    return_organisers: Vec<OrganisationId>,
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
        for item in &record.evidence {
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
