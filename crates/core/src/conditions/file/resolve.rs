//! From a facts file to facts: every code is looked up in the catalogue, every
//! name within the file, and whatever leads nowhere is refused.
//!
//! Not here: the form of the file (`file`), the rule (`assessment`).

use super::{AnswerEntry, EvidenceEntry, FactsError, FactsFile, MemberEntry};
use crate::conditions::answer::{ActorKey, Answer, AnswerKey, Subject};
use crate::conditions::catalogue::Catalogue;
use crate::conditions::event::Void;
use crate::conditions::evidence::EvidenceSet;
use crate::conditions::facts::{Facts, Member, Setting};
use std::collections::BTreeMap;

/// The name of the household as a subject.
pub(super) const HOUSEHOLD: &str = "household";
/// The name of the place or region as a subject.
pub(super) const AREA: &str = "area";

impl FactsFile {
    /// The facts that this file states. Members keep their order, so the member
    /// with number `n` in a result is the file's member `n`.
    pub fn to_facts(&self, catalogue: &Catalogue) -> Result<Facts, FactsError> {
        let names = Names::of(self)?;
        let mut actors = Actors::default();
        let assessor = self.assessor.as_deref().map(|name| actors.key(name));
        let setting = Setting {
            profile: self.profile,
            assessor,
            hazard_area: self.hazard_area,
        };
        let members = self
            .members
            .iter()
            .map(|MemberEntry { born, flags, .. }| Member {
                born: *born,
                flags: flags.iter().copied().collect(),
            });
        let answers = self
            .answers
            .iter()
            .enumerate()
            .map(|(place, entry)| answer(place, entry, &names, &mut actors, catalogue))
            .collect::<Result<_, _>>()?;
        let events = self
            .events
            .iter()
            .enumerate()
            .map(|(place, event)| {
                let pointer = |field| format!("/events/{place}/{field}");
                let voids = catalogue.find_voids(&event.voids).ok_or_else(|| {
                    let text = "this is no indicator or condition of the catalogue";
                    FactsError::new(pointer("voids"), "INDICATOR_UNKNOWN", text)
                })?;
                let subject = event
                    .subject
                    .as_deref()
                    .map(|name| names.subject(name, || pointer("subject")))
                    .transpose()?;
                Ok(Void {
                    voids,
                    subject,
                    on: event.on,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Facts::new(
            self.on,
            setting,
            members.collect(),
            answers,
            events,
        ))
    }
}

fn answer(
    place: usize,
    entry: &AnswerEntry,
    names: &Names<'_>,
    actors: &mut Actors,
    catalogue: &Catalogue,
) -> Result<Answer, FactsError> {
    let pointer = |field: &str| format!("/answers/{place}/{field}");
    let unknown_indicator = || {
        let text = "this is no indicator of the catalogue";
        FactsError::new(pointer("indicator"), "INDICATOR_UNKNOWN", text)
    };
    let index = catalogue
        .find(&entry.indicator)
        .ok_or_else(unknown_indicator)?;
    let indicator = catalogue.get(index).ok_or_else(unknown_indicator)?;
    let subject = names.subject(&entry.subject, || pointer("subject"))?;
    if !subject.fits(indicator.level) {
        let text = format!("this question is asked at the level `{}`", indicator.level);
        return Err(FactsError::new(pointer("subject"), "SUBJECT_LEVEL", text));
    }
    let supersedes = entry
        .supersedes
        .as_deref()
        .map(|name| {
            names.answers.get(name).copied().ok_or_else(|| {
                let text = "no answer of this file has this id";
                FactsError::new(pointer("supersedes"), "ANSWER_UNKNOWN", text)
            })
        })
        .transpose()?;
    let mut evidence = EvidenceSet::default();
    for (
        item,
        EvidenceEntry {
            kind,
            verified,
            independent,
        },
    ) in entry.evidence.iter().enumerate()
    {
        let kind = catalogue.find_evidence_kind(kind).ok_or_else(|| {
            let text = "this is no kind of evidence of the catalogue";
            FactsError::new(
                pointer(&format!("evidence/{item}/kind")),
                "EVIDENCE_UNKNOWN",
                text,
            )
        })?;
        evidence.add(kind, *verified, *independent);
    }
    Ok(Answer {
        key: AnswerKey(key(place)),
        indicator: index,
        subject,
        value: entry.value,
        na_reason: entry.reason,
        observed_on: entry.observed_on,
        sequence: entry.sequence,
        by: actors.key(&entry.by),
        confirmed_by: entry.confirmed_by.as_deref().map(|name| actors.key(name)),
        supersedes,
        adjudication: entry.adjudication,
        retracted: entry.retracted,
        evidence,
    })
}

/// What names within one file stand for.
struct Names<'a> {
    subjects: BTreeMap<&'a str, Subject>,
    answers: BTreeMap<&'a str, AnswerKey>,
}

impl<'a> Names<'a> {
    fn of(file: &'a FactsFile) -> Result<Self, FactsError> {
        let mut subjects = BTreeMap::from([(HOUSEHOLD, Subject::Household), (AREA, Subject::Area)]);
        for (place, member) in file.members.iter().enumerate() {
            let subject = Subject::Member(key(place));
            insert(&mut subjects, &member.id, subject, || {
                format!("/members/{place}/id")
            })?;
        }
        let mut answers = BTreeMap::new();
        for (place, answer) in file.answers.iter().enumerate() {
            let key = AnswerKey(key(place));
            insert(&mut answers, &answer.id, key, || {
                format!("/answers/{place}/id")
            })?;
        }
        Ok(Self { subjects, answers })
    }

    fn subject(&self, name: &str, pointer: impl FnOnce() -> String) -> Result<Subject, FactsError> {
        self.subjects.get(name).copied().ok_or_else(|| {
            let text = "expected the id of a member of this file, `household` or `area`";
            FactsError::new(pointer(), "SUBJECT_UNKNOWN", text)
        })
    }
}

fn insert<'a, T>(
    names: &mut BTreeMap<&'a str, T>,
    name: &'a str,
    value: T,
    pointer: impl FnOnce() -> String,
) -> Result<(), FactsError> {
    if name.is_empty() {
        return Err(FactsError::new(
            pointer(),
            "ID_EMPTY",
            "an id is needed here",
        ));
    }
    if names.insert(name, value).is_some() {
        let text = "this id is taken already in this file";
        return Err(FactsError::new(pointer(), "ID_TWICE", text));
    }
    Ok(())
}

/// Recorders and officers, numbered as they appear.
#[derive(Default)]
struct Actors(BTreeMap<String, ActorKey>);

impl Actors {
    fn key(&mut self, name: &str) -> ActorKey {
        if let Some(key) = self.0.get(name) {
            return *key;
        }
        let key = ActorKey(key(self.0.len()));
        self.0.insert(name.to_owned(), key);
        key
    }
}

/// A place in a list of the file as a key.
fn key(place: usize) -> u32 {
    // A file with four thousand million entries does not fit into memory.
    u32::try_from(place).unwrap_or(u32::MAX)
}
