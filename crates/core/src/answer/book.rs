//! All answers about one case or one place, and what may be done with them.
//!
//! The checks of new answers, of verification (`SELF_VERIFICATION`), confirmation
//! (`SECOND_OFFICER_REQUIRED`), retraction and adjudication (`SELF_ADJUDICATION`)
//! stand here once, for cases and for areas (return conditions §2.7 –).

use super::evidence::{EvidenceRecord, NewEvidence};
use super::record::{AnswerRecord, NewAnswer};
use crate::conditions::indicator::Scale;
use crate::conditions::{Catalogue, Indicator, Level, Value};
use crate::ids::{AnswerId, EvidenceId, IdSource, PersonId, UserId};
use crate::refusal::{Precondition, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Items of evidence that one answer may carry.
pub const EVIDENCE_AT_MOST: usize = 20;
/// Items of evidence that can be verified together.
pub const VERIFIED_AT_MOST: usize = 500;

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerBook(Vec<AnswerRecord>);

impl AnswerBook {
    /// The answers, in the order of recording.
    pub fn answers(&self) -> &[AnswerRecord] {
        &self.0
    }

    /// One answer.
    pub fn find(&self, id: AnswerId) -> Option<&AnswerRecord> {
        self.0.iter().find(|answer| answer.id == id)
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
        let evidence = accept_evidence(catalogue, new.evidence, at, today, by, ids)?;
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
            self.0
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
        if new.remark.is_none() || new.evidence.is_empty() {
            missing.push(Precondition::new(
                "ADJUDICATION_UNREASONED",
                "an adjudication needs a remark that says why, and evidence",
            ));
        }
        Refusal::unless_empty(missing)
    }

    /// Checks that `by` may verify these items of evidence.
    pub fn check_verification(&self, items: &[EvidenceId], by: UserId) -> Result<(), Refusal> {
        if items.is_empty() {
            return Err(Refusal::invalid(
                "/evidence",
                "LIST_EMPTY",
                "name at least one item of evidence",
            ));
        }
        if items.len() > VERIFIED_AT_MOST {
            return Err(Refusal::invalid(
                "/evidence",
                "LIST_TOO_LONG",
                format!("verify at most {VERIFIED_AT_MOST} items of evidence together"),
            ));
        }
        for (i, id) in items.iter().enumerate() {
            let item = self
                .0
                .iter()
                .flat_map(|answer| &answer.evidence)
                .find(|item| item.id == *id);
            let Some(item) = item else {
                return Err(Refusal::invalid(
                    format!("/evidence/{i}"),
                    "EVIDENCE_UNKNOWN",
                    "there is no such item of evidence here",
                ));
            };
            let refuse = |code, text: &str| {
                Err(Refusal::Missing(vec![
                    Precondition::new(code, text).at(format!("/evidence/{i}")),
                ]))
            };
            if item.uploaded_by == by {
                return refuse(
                    "SELF_VERIFICATION",
                    "evidence is verified by someone other than whoever recorded it",
                );
            }
            if item.verified_by.is_some() || items[..i].contains(id) {
                return refuse(
                    "ALREADY_VERIFIED",
                    "this item of evidence is verified already",
                );
            }
        }
        Ok(())
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

    /// Adds an accepted answer.
    pub fn record(&mut self, answer: AnswerRecord, sequence: u64) {
        self.0.push(AnswerRecord { sequence, ..answer });
    }

    /// Marks items of evidence as verified.
    pub fn verify(&mut self, items: &[EvidenceId], by: UserId) {
        for item in self.0.iter_mut().flat_map(|answer| &mut answer.evidence) {
            if items.contains(&item.id) {
                item.verified_by = Some(by);
            }
        }
    }

    /// Marks an answer as confirmed.
    pub fn confirm(&mut self, id: AnswerId, by: UserId) {
        for answer in self.0.iter_mut().filter(|answer| answer.id == id) {
            answer.confirmed_by = Some(by);
        }
    }

    /// Marks an answer as taken back.
    pub fn retract(&mut self, id: AnswerId) {
        for answer in self.0.iter_mut().filter(|answer| answer.id == id) {
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

fn accept_evidence(
    catalogue: &Catalogue,
    items: Vec<NewEvidence>,
    at: &str,
    today: Date,
    by: UserId,
    ids: &mut IdSource,
) -> Result<Vec<EvidenceRecord>, Refusal> {
    if items.len() > EVIDENCE_AT_MOST {
        return Err(Refusal::invalid(
            format!("{at}/evidence"),
            "LIST_TOO_LONG",
            format!("at most {EVIDENCE_AT_MOST} items of evidence"),
        ));
    }
    let mut accepted = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let field = |name: &str| format!("{at}/evidence/{i}/{name}");
        if catalogue.find_evidence_kind(&item.kind).is_none() {
            return Err(Refusal::invalid(
                field("kind"),
                "EVIDENCE_KIND_UNKNOWN",
                "the catalogue has no kind of evidence of this code",
            ));
        }
        if item.dated > today {
            return Err(Refusal::invalid(
                field("dated"),
                "DATE_IN_FUTURE",
                "evidence can only be of today or earlier",
            ));
        }
        if item.kind == "INT" && item.persons_present.is_none() {
            return Err(Refusal::invalid(
                field("persons_present"),
                "PERSONS_PRESENT_NEEDED",
                "an interview note says who was in the room",
            ));
        }
        accepted.push(EvidenceRecord {
            id: ids.id(),
            item,
            uploaded_by: by,
            verified_by: None,
        });
    }
    Ok(accepted)
}
