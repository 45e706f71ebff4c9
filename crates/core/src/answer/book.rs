//! All answers about one case or one place, and what may be done with them.
//!
//! The checks of new answers, of confirmation (`SECOND_OFFICER_REQUIRED`), retraction
//! and adjudication (`SELF_ADJUDICATION`) stand here once, for cases and for areas
//! (return conditions §2.7 –).
//!
//! Not here: the items of evidence, with or without an answer, and their verification
//! (`items`).

use super::evidence::EvidenceRecord;
use super::record::{AnswerRecord, NewAnswer};
use crate::conditions::indicator::Scale;
use crate::conditions::{Catalogue, Indicator, Level, Value};
use crate::ids::{AnswerId, IdSource, PersonId, UserId};
use crate::refusal::{Precondition, Refusal};
use jiff::civil::Date;

/// Whose answers these are.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// A case, with the persons who are or were in it.
    Case(&'a [PersonId]),
    /// A place.
    Area,
}

/// What every check of a new answer needs besides the answer.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The catalogue in force.
    pub catalogue: &'a Catalogue,
    /// Today, in UTC.
    pub today: Date,
    /// Who records.
    pub by: UserId,
    /// Whose answers they are.
    pub owner: Owner<'a>,
}

/// All answers about one case or one place, in the order of recording.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerBook {
    answers: Vec<AnswerRecord>,
    /// Every item of evidence, in the order of recording. INVARIANT: the copies that
    /// answers hold are the same, whatever happens to an item.
    pub(super) items: Vec<EvidenceRecord>,
}

impl AnswerBook {
    /// The answers, in the order of recording.
    pub fn answers(&self) -> &[AnswerRecord] {
        &self.answers
    }

    /// The answers, to bring their items up to date.
    pub(super) fn answers_mut(&mut self) -> &mut [AnswerRecord] {
        &mut self.answers
    }

    /// One answer.
    pub fn find(&self, id: AnswerId) -> Option<&AnswerRecord> {
        self.answers.iter().find(|answer| answer.id == id)
    }

    /// Checks a new answer and gives it its id; nothing is changed.
    ///
    /// `at` is the JSON pointer of the answer within the command. `adjudicates` is
    /// none for an ordinary answer; for an adjudication it says whether a *yes* and a
    /// *no* both stand today.
    pub fn accept(
        &self,
        new: NewAnswer,
        adjudicates: Option<bool>,
        at: &str,
        context: &AnswerContext<'_>,
        ids: &mut IdSource,
    ) -> Result<AnswerRecord, Refusal> {
        let AnswerContext {
            catalogue,
            today,
            by,
            owner,
        } = *context;
        let Some(indicator) = catalogue
            .find(&new.indicator)
            .and_then(|index| catalogue.get(index))
        else {
            return Err(Refusal::invalid(
                format!("{at}/indicator"),
                "INDICATOR_UNKNOWN",
                "the catalogue has no indicator of this id",
            ));
        };
        check_subject(indicator, new.person, at, owner)?;
        if new.observed_on > today {
            return Err(Refusal::invalid(
                format!("{at}/observed_on"),
                "DATE_IN_FUTURE",
                "an answer can only be observed today or earlier",
            ));
        }
        if new.reason.is_some() && new.value != Value::NotApplicable {
            return Err(Refusal::invalid(
                format!("{at}/reason"),
                "REASON_NOT_EXPECTED",
                "a reason is given only with the value `not_applicable`",
            ));
        }
        check_score(catalogue, indicator, &new, at)?;
        if let Some(named) = new.supersedes {
            let fits = self
                .find(named)
                .is_some_and(|old| old.indicator == new.indicator && old.person == new.person);
            if !fits {
                return Err(Refusal::invalid(
                    format!("{at}/supersedes"),
                    "SUPERSEDES_UNKNOWN",
                    "there is no such earlier answer to the same indicator about the same subject",
                ));
            }
        }
        if let Some(contested) = adjudicates {
            self.check_adjudicator(&new, contested, by)?;
        }
        let evidence = self.accept_evidence(new.evidence, &new.evidence_ids, at, context, ids)?;
        Ok(AnswerRecord {
            id: ids.id(),
            indicator: new.indicator,
            person: new.person,
            value: new.value,
            score: new.score,
            reason: new.reason,
            observed_on: new.observed_on,
            recorded_by: by,
            supersedes: new.supersedes,
            confirmed_by: None,
            adjudication: adjudicates.is_some(),
            retracted: false,
            remark: new.remark,
            evidence,
            evidence_ids: new.evidence_ids,
            sequence: 0,
        })
    }

    fn check_adjudicator(
        &self,
        new: &NewAnswer,
        contested: bool,
        by: UserId,
    ) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        let about_it = || {
            self.answers
                .iter()
                .filter(|old| old.indicator == new.indicator && old.person == new.person)
        };
        // Only a yes and a no that both stand are a conflict (§2.2 rule 5): else an
        // adjudication would be a way to override a known failure (§2.5).
        if !contested {
            missing.push(Precondition::new(
                "NOTHING_TO_ADJUDICATE",
                "there is no yes and no in conflict about this subject",
            ));
        }
        // Taking one's own answer back does not make one impartial.
        if about_it().any(|old| old.recorded_by == by) {
            missing.push(Precondition::new(
                "SELF_ADJUDICATION",
                "whoever wrote one of the answers in conflict may not adjudicate them",
            ));
        }
        let unproven = new.evidence.is_empty() && new.evidence_ids.is_empty();
        if new.remark.is_none() || unproven {
            missing.push(Precondition::new(
                "ADJUDICATION_UNREASONED",
                "an adjudication needs a remark that says why, and evidence",
            ));
        }
        Refusal::unless_empty(missing)
    }

    /// Checks that `by` may confirm an answer as second officer.
    pub fn check_confirmation(&self, id: AnswerId, by: UserId) -> Result<(), Refusal> {
        let answer = self.known(id)?;
        if answer.retracted {
            return Err(Refusal::missing(
                "ANSWER_RETRACTED",
                "this answer was taken back",
            ));
        }
        if answer.confirmed_by.is_some() {
            return Err(Refusal::missing(
                "ALREADY_CONFIRMED",
                "this answer is confirmed already",
            ));
        }
        if answer.recorded_by == by {
            return Err(Refusal::missing(
                "SECOND_OFFICER_REQUIRED",
                "an answer is confirmed by someone other than its recorder",
            ));
        }
        Ok(())
    }

    /// Checks that `by` may take an answer back.
    pub fn check_retraction(&self, id: AnswerId, by: UserId) -> Result<(), Refusal> {
        let answer = self.known(id)?;
        if answer.retracted {
            return Err(Refusal::missing(
                "ANSWER_RETRACTED",
                "this answer was taken back already",
            ));
        }
        if answer.recorded_by != by {
            return Err(Refusal::missing(
                "NOT_THE_RECORDER",
                "an answer is taken back only by whoever recorded it; others record a new answer",
            ));
        }
        Ok(())
    }

    fn known(&self, id: AnswerId) -> Result<&AnswerRecord, Refusal> {
        self.find(id).ok_or_else(|| {
            Refusal::invalid("/answer", "ANSWER_UNKNOWN", "there is no such answer here")
        })
    }

    /// Adds an accepted answer, with the items that it names.
    pub fn record(&mut self, answer: AnswerRecord, sequence: u64) {
        self.items.extend(answer.evidence.iter().cloned());
        let named: Vec<EvidenceRecord> = answer
            .evidence_ids
            .iter()
            .filter_map(|id| self.item(*id).cloned())
            .collect();
        let mut answer = AnswerRecord { sequence, ..answer };
        answer.evidence.extend(named);
        self.answers.push(answer);
    }

    /// Marks an answer as confirmed.
    pub fn confirm(&mut self, id: AnswerId, by: UserId) {
        for answer in self.answers.iter_mut().filter(|answer| answer.id == id) {
            answer.confirmed_by = Some(by);
        }
    }

    /// Marks an answer as taken back.
    pub fn retract(&mut self, id: AnswerId) {
        for answer in self.answers.iter_mut().filter(|answer| answer.id == id) {
            answer.retracted = true;
        }
    }
}

fn check_subject(
    indicator: &Indicator,
    person: Option<PersonId>,
    at: &str,
    owner: Owner<'_>,
) -> Result<(), Refusal> {
    let pointer = format!("{at}/person");
    match (owner, indicator.level, person) {
        (Owner::Case(members), Level::Person, Some(person)) if members.contains(&person) => Ok(()),
        (Owner::Case(_), Level::Person, Some(_)) => Err(Refusal::invalid(
            pointer,
            "PERSON_UNKNOWN",
            "this person is not in this case",
        )),
        (Owner::Case(_), Level::Person, None) => Err(Refusal::invalid(
            pointer,
            "PERSON_NEEDED",
            "this indicator is about one person; say which",
        )),
        (Owner::Case(_), Level::Household, None)
        | (Owner::Area, Level::Area | Level::Region, None) => Ok(()),
        (Owner::Case(_), Level::Area | Level::Region, _) => Err(Refusal::invalid(
            format!("{at}/indicator"),
            "ANSWER_BELONGS_TO_AREA",
            "this indicator is about a place; record the answer there, for all cases that go there",
        )),
        (Owner::Area, Level::Person | Level::Household, _) => Err(Refusal::invalid(
            format!("{at}/indicator"),
            "ANSWER_BELONGS_TO_CASE",
            "this indicator is about a person or household; record the answer in the case",
        )),
        (_, Level::Household | Level::Area | Level::Region, Some(_)) => Err(Refusal::invalid(
            pointer,
            "PERSON_NOT_EXPECTED",
            "this indicator is not about one person",
        )),
    }
}

fn check_score(
    catalogue: &Catalogue,
    indicator: &Indicator,
    new: &NewAnswer,
    at: &str,
) -> Result<(), Refusal> {
    let pointer = format!("{at}/score");
    let measured = matches!(new.value, Value::Yes | Value::No);
    match (indicator.scale, new.score) {
        (None, Some(_)) => Err(Refusal::invalid(
            pointer,
            "SCORE_NOT_EXPECTED",
            "this indicator has no scale",
        )),
        (Some(_), None) if measured => Err(Refusal::invalid(
            pointer,
            "SCORE_NEEDED",
            "this indicator is a scale; give the score from 0 to 100",
        )),
        (Some(_), Some(score)) if score > 100 => Err(Refusal::invalid(
            pointer,
            "SCORE_OUT_OF_RANGE",
            "a score lies between 0 and 100",
        )),
        // A share of arrivals has its alert level in the catalogue.
        (Some(Scale::Percent), Some(score)) if measured => {
            let under = score < catalogue.numbers().arrivals_alert_percent;
            if under == (new.value == Value::Yes) {
                return Ok(());
            }
            Err(Refusal::invalid(
                format!("{at}/value"),
                "SCORE_DISAGREES",
                "the value does not agree with the score and the alert level of the catalogue",
            ))
        }
        // The bands of the Return Index come with the published round and are not
        // recomputed.
        (Some(_), Some(_) | None) | (None, None) => Ok(()),
    }
}
