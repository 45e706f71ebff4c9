//! From facts to a facts file: what an export gives to an auditor.
//!
//! Persons, answers and staff appear under numbers only (`p1`, `a1`, `u1`), and
//! evidence as the rule sees it: items that nobody verified support nothing and
//! are left out. Assessing the written file gives the very same outcome.
//!
//! Not here: reading (`file`, `resolve`).

use super::resolve::{AREA, HOUSEHOLD};
use super::{AnswerEntry, EventEntry, EvidenceEntry, FORMAT, FactsFile, MemberEntry};
use crate::conditions::answer::{ActorKey, Answer, AnswerKey, Subject};
use crate::conditions::catalogue::Catalogue;
use crate::conditions::facts::{Facts, Flag};
use std::collections::BTreeSet;

impl FactsFile {
    /// The facts as a file. `catalogue` must be the one the facts were made with.
    pub fn from_facts(facts: &Facts, catalogue: &Catalogue) -> Self {
        let setting = facts.setting();
        let keys: BTreeSet<AnswerKey> = facts.answers().iter().map(|answer| answer.key).collect();
        let members = (0..)
            .zip(facts.members())
            .map(|(number, member)| MemberEntry {
                id: subject_name(Subject::Member(number)),
                born: member.born,
                flags: Flag::ALL
                    .iter()
                    .copied()
                    .filter(|flag| member.flags.has(*flag))
                    .collect(),
            });
        let events = facts.events().iter().map(|event| EventEntry {
            voids: catalogue.voids_code(event.voids).to_owned(),
            subject: event.subject.map(subject_name),
            on: event.on,
        });
        Self {
            format: FORMAT.to_owned(),
            on: facts.on(),
            profile: setting.profile,
            assessor: setting.assessor.map(actor_name),
            hazard_area: setting.hazard_area,
            members: members.collect(),
            answers: facts
                .answers()
                .iter()
                .map(|a| answer(a, &keys, catalogue))
                .collect(),
            events: events.collect(),
            title: None,
            expected: None,
        }
    }
}

fn answer(answer: &Answer, keys: &BTreeSet<AnswerKey>, catalogue: &Catalogue) -> AnswerEntry {
    let Answer { evidence, .. } = answer;
    AnswerEntry {
        id: answer_name(answer.key),
        indicator: catalogue.code(answer.indicator).to_owned(),
        subject: subject_name(answer.subject),
        value: answer.value,
        reason: answer.na_reason,
        observed_on: answer.observed_on,
        sequence: answer.sequence,
        by: actor_name(answer.by),
        confirmed_by: answer.confirmed_by.map(actor_name),
        // An answer that is not among the facts has no effect on them either.
        supersedes: answer
            .supersedes
            .filter(|key| keys.contains(key))
            .map(answer_name),
        adjudication: answer.adjudication,
        retracted: answer.retracted,
        evidence: evidence
            .verified()
            .iter()
            .map(|kind| EvidenceEntry {
                kind: catalogue.evidence_code(kind).to_owned(),
                verified: true,
                independent: evidence.independent().contains(kind),
            })
            .collect(),
    }
}

/// Pseudonym of a subject in a written file; members are counted from one.
pub(crate) fn subject_name(subject: Subject) -> String {
    match subject {
        Subject::Member(number) => format!("p{}", u64::from(number) + 1),
        Subject::Household => HOUSEHOLD.to_owned(),
        Subject::Area => AREA.to_owned(),
    }
}

fn actor_name(actor: ActorKey) -> String {
    format!("u{}", actor.0)
}

fn answer_name(answer: AnswerKey) -> String {
    format!("a{}", answer.0)
}
