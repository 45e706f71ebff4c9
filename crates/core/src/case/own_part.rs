//! The case's own part of what the decision rule reads, apart from the places it is
//! bound to: who belongs to it and when, what it answered, what made answers void.
//!
//! Places are shared by thousands of cases, so their part is gathered once and joined
//! with each case's own ([`CasePart::join`]). There is no other way to the facts of a
//! case: what is read again after a clash is what the finding was issued on.
//!
//! Holds for any day, and names no catalogue: membership, ages and statuses are
//! looked at when it is joined. Not here: its stored form (`bytes`), the part of the
//! places (`places_part`).

pub(super) mod bytes;

use super::places_part::PlacesPart;
use super::state::{BEST_INTERESTS_OVERTAKEN, CaseState, HOUSEHOLD_CHANGED};
use crate::answer::EvidenceRecord;
use crate::conditions::event::{EventKind, HappensIn};
use crate::conditions::{
    AccessProfile, ActorKey, Answer, AnswerKey, Catalogue, EvidenceSet, Facts, Flag, Flags, Level,
    Member, NaReason, Setting, Subject, Value, Void,
};
use crate::ids::{AnswerId, OrganisationId, UserId};
use jiff::civil::Date;
use std::collections::HashMap;

pub use bytes::PartDamaged;

/// The case's own part of the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePart<'a> {
    registered_on: Date,
    people: Vec<Someone>,
    /// Users, in the order in which answers name them.
    actors: Vec<UserId>,
    /// Codes of indicators, kinds of events and kinds of evidence, each once.
    words: Vec<&'a str>,
    voids: Vec<OwnVoid>,
    answers: Vec<OwnAnswer>,
    /// The verified items behind all answers, answer by answer.
    evidence: Vec<OwnEvidence>,
    /// Who runs the return: what comes from them is not independent in this case.
    return_organisers: Vec<OrganisationId>,
}

/// Who is or was in the case, as far as the rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Someone {
    joined_on: Date,
    left_on: Option<Date>,
    born: Option<Date>,
    flags: Flags,
    /// Flags that hold from a day and, maybe, up to a day.
    dated: Vec<(Flag, Date, Option<Date>)>,
}

/// What made answers of the case void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OwnVoid {
    kind: usize,
    on: Date,
    person: Option<usize>,
}

/// An answer of the case. Numbers are places in the lists of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OwnAnswer {
    indicator: usize,
    person: Option<usize>,
    value: Value,
    na_reason: Option<NaReason>,
    observed_on: Date,
    sequence: u64,
    by: usize,
    confirmed_by: Option<usize>,
    supersedes: Option<usize>,
    adjudication: bool,
    retracted: bool,
    /// How many of the items belong to it.
    evidence: usize,
}

/// A verified item of evidence; what nobody verified supports nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OwnEvidence {
    kind: usize,
    independent: bool,
}

/// The facts of a case on a day, and which of its persons the numbers stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// What the rule reads.
    pub facts: Facts,
    /// The members on that day, as places in the list of everyone in the case.
    pub members: Vec<usize>,
}

/// The place of a thing in a list, added when it is not there yet.
fn place_of<T: PartialEq>(list: &mut Vec<T>, thing: T) -> usize {
    let known = list.iter().position(|known| *known == thing);
    known.unwrap_or_else(|| {
        list.push(thing);
        list.len() - 1
    })
}

impl<'a> CasePart<'a> {
    /// Of a case.
    pub fn of(case: &'a CaseState) -> Self {
        let mut part = Self {
            registered_on: case.registered_on,
            people: Vec::with_capacity(case.members.len()),
            actors: Vec::new(),
            words: Vec::new(),
            voids: Vec::with_capacity(case.voids.len()),
            answers: Vec::with_capacity(case.answers.answers().len()),
            evidence: Vec::new(),
            return_organisers: case.return_organisers.clone(),
        };
        for person in &case.members {
            let (flags, dated) = person.profile.flags_over_time();
            part.people.push(Someone {
                joined_on: person.joined_on,
                left_on: person.left.map(|left| left.on),
                born: person.profile.birth.for_rule(),
                flags,
                dated,
            });
        }
        let number_of = |id| case.members.iter().position(|person| person.id == id);
        for void in &case.voids {
            let person = match void.person {
                None => None,
                // What happened to somebody who was never in the case voids nothing.
                Some(id) => match number_of(id) {
                    None => continue,
                    number => number,
                },
            };
            let kind = place_of(&mut part.words, void.kind);
            let on = void.on;
            part.voids.push(OwnVoid { kind, on, person });
        }
        let mut numbers: HashMap<AnswerId, usize> = HashMap::new();
        let mut named = Vec::new();
        for record in case.answers.answers() {
            let person = match record.person {
                None => None,
                Some(id) => match number_of(id) {
                    None => continue,
                    number => number,
                },
            };
            let before = part.evidence.len();
            let counts = |item: &&EvidenceRecord| {
                item.verified_by.is_some() && case.rests_on_a_panel(record, item)
            };
            for item in record.evidence.iter().filter(counts) {
                let kind = place_of(&mut part.words, item.item.kind.as_str());
                let independent = item.independence(&case.return_organisers).counts;
                part.evidence.push(OwnEvidence { kind, independent });
            }
            let answer = OwnAnswer {
                indicator: place_of(&mut part.words, record.indicator.as_str()),
                person,
                value: record.value,
                na_reason: record.reason,
                observed_on: record.observed_on,
                sequence: record.sequence,
                by: place_of(&mut part.actors, record.recorded_by),
                confirmed_by: record
                    .confirmed_by
                    .map(|user| place_of(&mut part.actors, user)),
                supersedes: None,
                adjudication: record.adjudication,
                retracted: record.retracted,
                evidence: part.evidence.len() - before,
            };
            numbers.insert(record.id, part.answers.len());
            named.push(record.supersedes);
            part.answers.push(answer);
        }
        for (answer, named) in part.answers.iter_mut().zip(named) {
            answer.supersedes = named.and_then(|id| numbers.get(&id).copied());
        }
        part
    }

    /// The facts of the case on a day. `places` must be of the same day and catalogue.
    /// `assessor` is whoever would issue the finding.
    pub fn join(
        &self,
        places: &PlacesPart,
        catalogue: &Catalogue,
        on: Date,
        profile: AccessProfile,
        assessor: Option<UserId>,
    ) -> Joined {
        let members: Vec<usize> = self
            .people
            .iter()
            .enumerate()
            .filter(|(_, person)| person.is_member(on))
            .map(|(number, _)| number)
            .collect();
        let mut subjects = vec![None; self.people.len()];
        for (number, person) in (0..).zip(&members) {
            if let Some(subject) = subjects.get_mut(*person) {
                *subject = Some(Subject::Member(number));
            }
        }
        let mut numbers = Numbers::new(&self.actors);
        let mut answers = self.answers(catalogue, &subjects, &mut numbers, places);
        let own = u32::try_from(answers.len()).unwrap_or(u32::MAX);
        let actors: Vec<ActorKey> = places
            .actors
            .iter()
            .map(|user| numbers.key(*user))
            .collect();
        let actor = |local: ActorKey| {
            let at = usize::try_from(local.0).ok();
            at.and_then(|at| actors.get(at)).copied().unwrap_or(local)
        };
        let key = |local: AnswerKey| AnswerKey(local.0.saturating_add(own));
        answers.extend((0..).zip(&places.answers).map(|(number, answer)| Answer {
            key: key(answer.key),
            supersedes: answer.supersedes.map(key),
            by: actor(answer.by),
            confirmed_by: answer.confirmed_by.map(actor),
            evidence: places.evidence_for(number, &self.return_organisers),
            ..*answer
        }));
        let setting = Setting {
            profile,
            assessor: assessor.map(|user| numbers.key(user)),
            hazard_area: places.hazard_area,
        };
        let voids = self.voids(catalogue, &subjects, &members, on, places);
        let people = members.iter().filter_map(|number| self.people.get(*number));
        let people = people.map(|person| person.for_rule(on)).collect();
        Joined {
            facts: Facts::new(on, setting, people, answers, voids),
            members,
        }
    }

    /// The case's own answers that the catalogue asks for and that are about a member.
    fn answers(
        &self,
        catalogue: &Catalogue,
        subjects: &[Option<Subject>],
        numbers: &mut Numbers<'_>,
        places: &PlacesPart,
    ) -> Vec<Answer> {
        // Each code is looked up once, however often it was answered.
        let indicators: Vec<_> = self.words.iter().map(|word| catalogue.find(word)).collect();
        let kinds: Vec<_> = self
            .words
            .iter()
            .map(|word| catalogue.find_evidence_kind(word))
            .collect();
        let mut answers = Vec::with_capacity(self.answers.len() + places.answers.len());
        let mut keys: Vec<Option<AnswerKey>> = vec![None; self.answers.len()];
        let mut named = Vec::with_capacity(self.answers.len());
        let mut items = self.evidence.iter();
        let mut next = 0;
        for (number, own) in self.answers.iter().enumerate() {
            let mut evidence = EvidenceSet::default();
            for item in items.by_ref().take(own.evidence) {
                if let Some(kind) = kinds.get(item.kind).copied().flatten() {
                    evidence.add(kind, true, item.independent);
                }
            }
            let subject = match own.person {
                None => Some(Subject::Household),
                Some(person) => subjects.get(person).copied().flatten(),
            };
            let indicator = indicators.get(own.indicator).copied().flatten();
            let (Some(subject), Some(indicator)) = (subject, indicator) else {
                continue;
            };
            let level = catalogue.get(indicator).map(|asked| asked.level);
            if !level.is_some_and(|level: Level| subject.fits(level)) {
                continue;
            }
            let key = AnswerKey(next);
            next += 1;
            if let Some(known) = keys.get_mut(number) {
                *known = Some(key);
            }
            named.push(own.supersedes);
            answers.push(Answer {
                key,
                indicator,
                subject,
                value: own.value,
                na_reason: own.na_reason,
                observed_on: own.observed_on,
                sequence: own.sequence,
                by: numbers.own(own.by),
                confirmed_by: own.confirmed_by.map(|user| numbers.own(user)),
                supersedes: None,
                adjudication: own.adjudication,
                retracted: own.retracted,
                evidence,
            });
        }
        for (answer, named) in answers.iter_mut().zip(named) {
            answer.supersedes = named.and_then(|named| keys.get(named).copied().flatten());
        }
        answers
    }

    /// Everything that makes answers void, up to and on a day (§1.9), and the
    /// birthdays to come, which are known today: the facts say so, and a finding does
    /// not outlive one.
    fn voids(
        &self,
        catalogue: &Catalogue,
        subjects: &[Option<Subject>],
        members: &[usize],
        on: Date,
        places: &PlacesPart,
    ) -> Vec<Void> {
        let kind_of = |code: &str| -> Option<&EventKind> {
            catalogue
                .event_kind(code)
                .filter(|kind| kind.happens_in == HappensIn::Case)
        };
        let mut voids = Vec::with_capacity(places.voids.len() + 4);
        for void in self.voids.iter().filter(|void| void.on <= on) {
            let subject = match void.person {
                None => None,
                // What happened to somebody who is no member any more voids nothing.
                Some(person) => match subjects.get(person).copied().flatten() {
                    None => continue,
                    subject => subject,
                },
            };
            if let Some(kind) = self.words.get(void.kind).and_then(|word| kind_of(word)) {
                voids.extend(kind.on(void.on, subject));
            }
        }
        voids.extend_from_slice(&places.voids);
        // What a panel decided about a child rests on the place, too (§2.10).
        if let Some(kind) = kind_of(BEST_INTERESTS_OVERTAKEN) {
            for day in &places.events {
                voids.extend(kind.on(*day, None));
            }
        }
        let people = members.iter().filter_map(|number| self.people.get(*number));
        let adult = catalogue.numbers().adult_age;
        for birthday in people.filter_map(|person| coming_of_age(person.born?, adult)) {
            if birthday > self.registered_on
                && let Some(kind) = kind_of(HOUSEHOLD_CHANGED)
            {
                voids.extend(kind.on(birthday, None));
            }
        }
        voids
    }
}

impl Someone {
    fn is_member(&self, on: Date) -> bool {
        self.joined_on <= on && self.left_on.is_none_or(|left| on < left)
    }

    fn for_rule(&self, on: Date) -> Member {
        let holds = |(_, since, until): &&(Flag, Date, Option<Date>)| {
            *since <= on && until.is_none_or(|until| on <= until)
        };
        let flags = self.dated.iter().filter(holds);
        Member {
            born: self.born,
            flags: flags.fold(self.flags, |flags, (flag, ..)| flags.with(*flag)),
        }
    }
}

/// The first day as an adult; 29 February counts as 1 March in ordinary years.
fn coming_of_age(born: Date, adult_age: i16) -> Option<Date> {
    let year = born.year().checked_add(adult_age)?;
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, born.month() + 1, 1))
        .ok()
}

/// Numbers that stand for users within one assessment, given in the order in which
/// answers that count name them.
struct Numbers<'a> {
    own: &'a [UserId],
    given: Vec<Option<ActorKey>>,
    others: Vec<(UserId, ActorKey)>,
    next: u32,
}

impl<'a> Numbers<'a> {
    fn new(own: &'a [UserId]) -> Self {
        Self {
            own,
            given: vec![None; own.len()],
            others: Vec::new(),
            next: 0,
        }
    }

    fn another(&mut self) -> ActorKey {
        let key = ActorKey(self.next);
        self.next += 1;
        key
    }

    /// Of a user by their place in the part.
    fn own(&mut self, at: usize) -> ActorKey {
        if let Some(key) = self.given.get(at).copied().flatten() {
            return key;
        }
        let key = self.another();
        if let Some(given) = self.given.get_mut(at) {
            *given = Some(key);
        }
        key
    }

    /// Of any user.
    fn key(&mut self, user: UserId) -> ActorKey {
        if let Some(at) = self.own.iter().position(|own| *own == user) {
            return self.own(at);
        }
        if let Some((_, key)) = self.others.iter().find(|(other, _)| *other == user) {
            return *key;
        }
        let key = self.another();
        self.others.push((user, key));
        key
    }
}
