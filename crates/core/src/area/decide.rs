//! The rules for what is recorded about a place.
//!
//! Not here: the checks of answers themselves (`answer::AnswerBook`).

use super::state::{AreaEventRecord, AreaFact, AreaState, NewAreaEvent};
use super::{Place, PlaceRef};
use crate::access::{Permission, Permit};
use crate::answer::{AnswerBook, AnswerContext, NewAnswer, NewEvidence, NewFile, Owner};
use crate::case::decide::{Context, Decided, several};
use crate::case::{Consequence, contested_in_place};
use crate::case::{NewAnswers, Retraction, Verification};
use crate::conditions::Level;
use crate::ids::{AnswerId, EvidenceId, IdSource};
use crate::refusal::Refusal;
use jiff::Timestamp;

/// What can be asked of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AreaCommand {
    /// Answers.
    RecordAnswers(NewAnswers),
    /// An answer in place of answers in conflict.
    Adjudicate(Box<NewAnswer>),
    /// An item of evidence that stands by itself.
    RecordEvidence(Box<NewEvidence>),
    /// The file of an item of evidence.
    AttachEvidenceFile(EvidenceId, NewFile),
    /// A second person saw the evidence.
    VerifyEvidence(Verification),
    /// A second officer confirms an answer.
    ConfirmAnswer(AnswerId),
    /// An answer is taken back.
    RetractAnswer(AnswerId, Retraction),
    /// Something happened there.
    RecordEvent(NewAreaEvent),
}

impl AreaCommand {
    /// What its sender must be allowed to do.
    pub const fn permission(&self) -> Permission {
        match self {
            Self::RecordAnswers(_)
            | Self::RecordEvidence(_)
            | Self::AttachEvidenceFile(..)
            | Self::RetractAnswer(..) => Permission::AreasAnswer,
            Self::Adjudicate(_) | Self::VerifyEvidence(_) | Self::ConfirmAnswer(_) => {
                Permission::AreasVerify
            }
            Self::RecordEvent(_) => Permission::AreasEvent,
        }
    }
}

/// Decides what a command about a place comes to.
pub fn decide(
    permit: &Permit,
    place: &PlaceRef,
    state: &AreaState,
    command: AreaCommand,
    context: &Context<'_>,
) -> Result<Decided<AreaFact>, Refusal> {
    if permit.permission() != command.permission() {
        return Err(Refusal::WrongPermit);
    }
    let Some(Place { level, .. }) = context.places.find(place) else {
        return Err(Refusal::invalid(
            "/place",
            "PLACE_UNKNOWN",
            "no imported list has this place",
        ));
    };
    let mut ids = IdSource::new(context.entropy, context.now);
    let by = permit.user();
    let answering = AnswerContext {
        catalogue: context.catalogue,
        today: context.today(),
        by,
        owner: Owner::Area,
    };
    let mut facts = Vec::new();
    if state.revision == 0 {
        facts.push(AreaFact::AreaOpened {
            place: place.clone(),
        });
    }
    match command {
        AreaCommand::RecordAnswers(new) => {
            for (at, answer) in several(new)? {
                check_level(&answer, *level, &at, context)?;
                let answer = state
                    .answers
                    .accept(answer, None, &at, &answering, &mut ids)?;
                facts.push(AreaFact::AnswerRecorded(Box::new(answer)));
            }
        }
        AreaCommand::Adjudicate(answer) => {
            check_level(&answer, *level, "", context)?;
            let contested = context.areas.is_some_and(|areas| {
                contested_in_place(
                    &areas.destination,
                    context.catalogue,
                    &answer.indicator,
                    context.today(),
                )
            });
            let answer =
                state
                    .answers
                    .accept(*answer, Some(contested), "", &answering, &mut ids)?;
            facts.push(AreaFact::AnswerRecorded(Box::new(answer)));
        }
        AreaCommand::RecordEvidence(item) => {
            let item = AnswerBook::accept_item(*item, "", &answering, &mut ids)?;
            facts.push(AreaFact::EvidenceRecorded(Box::new(item)));
        }
        AreaCommand::AttachEvidenceFile(evidence, file) => {
            state.answers.check_file(evidence, by)?;
            facts.push(AreaFact::EvidenceFileAttached {
                evidence,
                file: file.record,
            });
            return Ok(Decided::new(permit, facts).with_file(evidence, file.bytes));
        }
        AreaCommand::VerifyEvidence(items) => {
            state.answers.check_verification(&items.evidence, by)?;
            facts.push(AreaFact::EvidenceVerified(items.evidence));
        }
        AreaCommand::ConfirmAnswer(answer) => {
            state.answers.check_confirmation(answer, by)?;
            facts.push(AreaFact::AnswerConfirmed(answer));
        }
        AreaCommand::RetractAnswer(answer, retraction) => {
            state.answers.check_retraction(answer, by)?;
            facts.push(AreaFact::AnswerRetracted {
                answer,
                remark: retraction.remark,
            });
        }
        AreaCommand::RecordEvent(event) => {
            if event.happened_on > context.today() {
                return Err(Refusal::invalid(
                    "/happened_on",
                    "DATE_IN_FUTURE",
                    "an event is recorded when it has happened",
                ));
            }
            let record = AreaEventRecord {
                id: ids.id(),
                event,
                recorded_by: by,
            };
            facts.push(AreaFact::EventRecorded(Box::new(record)));
        }
    }
    Ok(Decided::new(permit, facts))
}

/// An event of a place that follows from what was decided about a case, by the same
/// author and on the same permit: whoever reports what a household said need not be
/// one who may record events of places.
pub fn follow(
    consequence: &Consequence,
    state: &AreaState,
    entropy: [u8; 16],
    now: Timestamp,
) -> Decided<AreaFact> {
    let mut ids = IdSource::new(entropy, now);
    let mut facts = Vec::new();
    if state.revision == 0 {
        facts.push(AreaFact::AreaOpened {
            place: consequence.place.clone(),
        });
    }
    facts.push(AreaFact::EventRecorded(Box::new(AreaEventRecord {
        id: ids.id(),
        event: NewAreaEvent {
            kind: consequence.kind,
            happened_on: consequence.happened_on,
            remark: None,
        },
        recorded_by: consequence.by,
    })));
    Decided::following(consequence, facts)
}

/// A question about a region is asked of the governorate (admin-1, ACC-06 –): an
/// answer recorded anywhere else would count nowhere, a *no* included.
fn check_level(
    answer: &NewAnswer,
    level: u8,
    at: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let asked = context
        .catalogue
        .find(&answer.indicator)
        .and_then(|index| context.catalogue.get(index));
    if level != 1 && asked.is_some_and(|indicator| indicator.level == Level::Region) {
        return Err(Refusal::invalid(
            format!("{at}/indicator"),
            "ANSWER_BELONGS_TO_REGION",
            "this indicator is about a whole governorate; record the answer there",
        ));
    }
    Ok(())
}
