//! What the places of a case bring to the decision rule: gathered once for a pair of
//! destination and place of displacement, and joined with every case of that pair.
//!
//! Not here: the case's own part (`own_part`), which answers speak of which place
//! (`KnownArea`, in `facts`).

use super::facts::{AreaKnowledge, KnownArea};
use crate::answer::AnswerRecord;
use crate::area::{AreaState, NewAreaEvent};
use crate::conditions::event::{EventKind, HappensIn};
use crate::conditions::indicator::Place;
use crate::conditions::{
    ActorKey, Answer, AnswerKey, Catalogue, EvidenceKindIndex, EvidenceSet, Level, Subject, Void,
};
use crate::ids::{AnswerId, OrganisationId, UserId};
use jiff::civil::Date;
use std::collections::HashMap;

/// The part of the places on one day, under one catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacesPart {
    /// Answers; their numbers and those of their authors count within this part.
    pub(super) answers: Vec<Answer>,
    /// The users behind the numbers.
    pub(super) actors: Vec<UserId>,
    /// Answers, by number, whose evidence names an organisation that it comes from,
    /// with all their verified items: in a case whose return it runs, that item is not
    /// independent.
    sourced: Vec<(usize, Vec<Sourced>)>,
    /// What makes answers void, up to and on the day.
    pub(super) voids: Vec<Void>,
    /// Days on which something happened at the destination, up to and on the day.
    pub(super) events: Vec<Date>,
    /// The destination has an explosive-hazard record.
    pub(super) hazard_area: bool,
}

/// A verified item of evidence, and the organisation that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sourced {
    kind: EvidenceKindIndex,
    independent: bool,
    from: Option<OrganisationId>,
}

impl PlacesPart {
    /// The evidence of an answer in a case whose return these organisations run.
    pub(super) fn evidence_for(
        &self,
        number: usize,
        return_organisers: &[OrganisationId],
    ) -> EvidenceSet {
        let sourced = || self.sourced.iter().find(|(answer, _)| *answer == number);
        if !return_organisers.is_empty()
            && let Some((_, items)) = sourced()
        {
            let mut evidence = EvidenceSet::default();
            for item in items {
                let runs_it = item
                    .from
                    .is_some_and(|from| return_organisers.contains(&from));
                evidence.add(item.kind, true, item.independent && !runs_it);
            }
            return evidence;
        }
        let answer = self.answers.get(number);
        answer.map_or_else(EvidenceSet::default, |answer| answer.evidence)
    }

    /// The answers.
    pub(crate) fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// What makes answers void.
    pub(crate) fn voids(&self) -> &[Void] {
        &self.voids
    }

    /// Gathers the part.
    pub fn gather(areas: &AreaKnowledge, catalogue: &Catalogue, on: Date) -> Self {
        let mut numbers = Numbers::default();
        let mut answers = Vec::new();
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
                    answers.extend(numbers.answer(catalogue, record, level, place));
                    if level == Level::Region && area.itself {
                        answers.extend(numbers.answer(catalogue, record, Level::Area, place));
                    }
                }
            }
        }
        numbers.name_superseded(&mut answers);
        let (voids, events) = voids(areas, catalogue, on);
        Self {
            answers,
            actors: numbers.actors,
            sourced: numbers.sourced,
            voids,
            events,
            hazard_area: areas
                .destination
                .iter()
                .any(|area| area.state.has_hazard_record()),
        }
    }

    /// Answers recorded about a place itself to one question, and what voids answers
    /// about it in either role.
    pub(super) fn of_one_question(
        known: &[KnownArea],
        catalogue: &Catalogue,
        level: Level,
        place: Place,
        on: Date,
    ) -> Self {
        let mut numbers = Numbers::default();
        let mut answers: Vec<Answer> = known
            .iter()
            .filter(|area| area.itself)
            .flat_map(|area| area.state.answers.answers())
            .filter_map(|record| numbers.answer(catalogue, record, level, place))
            .collect();
        numbers.name_superseded(&mut answers);
        let roles = [HappensIn::Destination, HappensIn::Displacement];
        let voids = roles.into_iter().flat_map(|role| {
            known
                .iter()
                .flat_map(move |area| of_place(&area.state, catalogue, role))
        });
        let voids = voids.filter(|(_, day)| *day <= on);
        Self {
            answers,
            actors: numbers.actors,
            sourced: numbers.sourced,
            events: Vec::new(),
            voids: voids.flat_map(|(kind, day)| kind.on(day, None)).collect(),
            hazard_area: true,
        }
    }
}

/// Everything in the places that makes answers void, up to and on a day (§1.9), and the
/// days on which it happened at the destination.
fn voids(areas: &AreaKnowledge, catalogue: &Catalogue, on: Date) -> (Vec<Void>, Vec<Date>) {
    let mut happened: Vec<(&EventKind, Date)> = Vec::new();
    for area in &areas.destination {
        happened.extend(of_place(&area.state, catalogue, HappensIn::Destination));
    }
    for area in &areas.displacement {
        happened.extend(of_place(&area.state, catalogue, HappensIn::Displacement));
    }
    for NewAreaEvent {
        kind, happened_on, ..
    } in areas.around.iter().map(|record| &record.event)
    {
        let kind = catalogue
            .event_kind(kind.code())
            .filter(|kind| kind.happens_in == HappensIn::Destination && kind.whole_unit);
        happened.extend(kind.map(|kind| (kind, *happened_on)));
    }
    happened.retain(|(_, day)| *day <= on);
    let at_destination = happened
        .iter()
        .filter(|(kind, _)| kind.happens_in == HappensIn::Destination);
    let days = at_destination.map(|(_, day)| *day).collect();
    let voids = happened
        .into_iter()
        .flat_map(|(kind, day)| kind.on(day, None))
        .collect();
    (voids, days)
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

/// Numbers that stand for answers and users within the part.
#[derive(Default)]
struct Numbers {
    answers: HashMap<AnswerId, AnswerKey>,
    named: Vec<(AnswerKey, AnswerId)>,
    actors: Vec<UserId>,
    sourced: Vec<(usize, Vec<Sourced>)>,
    next: u32,
}

impl Numbers {
    fn actor(&mut self, user: UserId) -> ActorKey {
        let known = self.actors.iter().position(|known| *known == user);
        let at = known.unwrap_or_else(|| {
            self.actors.push(user);
            self.actors.len() - 1
        });
        ActorKey(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// The answer for the rule, if its indicator is asked at this level and place.
    fn answer(
        &mut self,
        catalogue: &Catalogue,
        record: &AnswerRecord,
        level: Level,
        place: Place,
    ) -> Option<Answer> {
        let index = catalogue.find(&record.indicator)?;
        let indicator = catalogue.get(index)?;
        if indicator.level != level || indicator.place != place {
            return None;
        }
        let key = AnswerKey(self.next);
        self.next += 1;
        self.answers.insert(record.id, key);
        if let Some(named) = record.supersedes {
            self.named.push((key, named));
        }
        let mut evidence = EvidenceSet::default();
        let mut items = Vec::new();
        for item in record.evidence.iter().filter(|e| e.verified_by.is_some()) {
            if let Some(kind) = catalogue.find_evidence_kind(&item.item.kind) {
                let independent = item.is_independent();
                evidence.add(kind, true, independent);
                items.push(Sourced {
                    kind,
                    independent,
                    from: item.item.source_organisation,
                });
            }
        }
        if items.iter().any(|item| item.from.is_some()) {
            // INVARIANT: keys count the answers of the part from 0.
            let number = usize::try_from(key.0).unwrap_or(usize::MAX);
            self.sourced.push((number, items));
        }
        Some(Answer {
            key,
            indicator: index,
            subject: Subject::Area,
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
