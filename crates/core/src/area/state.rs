//! What is known of one place: answers to the questions about places, and events
//! that make answers void. Shared by every case that goes there.
//!
//! Not here: which places there are (`table`), what answers come to (`conditions`).

use super::{AreaEventKind, PlaceRef};
use crate::answer::{AnswerBook, AnswerRecord, EvidenceRecord, FileRecord, Remark};
use crate::case::Meta;
use crate::ids::{AnswerId, AreaEventId, EvidenceId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An event that happened in a place, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAreaEvent {
    /// What happened.
    pub kind: AreaEventKind,
    /// The day on which it happened. Answers observed before are void from it on.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub happened_on: Date,
    /// A short remark, without names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// An event that happened in a place, as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AreaEventRecord {
    /// Its id.
    pub id: AreaEventId,
    /// What was sent.
    pub event: NewAreaEvent,
    /// Who recorded it.
    pub recorded_by: UserId,
}

/// What happened to the knowledge of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaFact {
    /// The first fact of every place's journal: which place it is.
    AreaOpened {
        /// The place.
        place: PlaceRef,
    },
    /// An answer was recorded.
    AnswerRecorded(Box<AnswerRecord>),
    /// An item of evidence was recorded by itself.
    EvidenceRecorded(Box<EvidenceRecord>),
    /// A file was attached to an item of evidence.
    EvidenceFileAttached {
        /// The item.
        evidence: EvidenceId,
        /// The file, without its bytes.
        file: FileRecord,
    },
    /// A second person saw evidence.
    EvidenceVerified(Vec<EvidenceId>),
    /// A second officer confirmed an answer.
    AnswerConfirmed(AnswerId),
    /// An answer was taken back.
    AnswerRetracted {
        /// Which.
        answer: AnswerId,
        /// Why.
        remark: Remark,
    },
    /// Something happened there.
    EventRecorded(Box<AreaEventRecord>),
}

impl AreaFact {
    /// The version of the payload that this program writes.
    pub const VERSION: i32 = 1;

    /// The kind, as in the journal's header.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AreaOpened { .. } => "area_opened",
            Self::AnswerRecorded(_) => "area_answer_recorded",
            Self::EvidenceRecorded(_) => "area_evidence_recorded",
            Self::EvidenceFileAttached { .. } => "area_evidence_file_attached",
            Self::EvidenceVerified(_) => "area_evidence_verified",
            Self::AnswerConfirmed(_) => "area_answer_confirmed",
            Self::AnswerRetracted { .. } => "area_answer_retracted",
            Self::EventRecorded(_) => "area_event_recorded",
        }
    }

    /// The day on which it was so in the world, where the fact has one.
    pub fn observed_on(&self) -> Option<Date> {
        match self {
            Self::AnswerRecorded(answer) => Some(answer.observed_on),
            Self::EvidenceRecorded(record) => Some(record.item.dated),
            Self::EventRecorded(record) => Some(record.event.happened_on),
            Self::AreaOpened { .. }
            | Self::EvidenceFileAttached { .. }
            | Self::EvidenceVerified(_)
            | Self::AnswerConfirmed(_)
            | Self::AnswerRetracted { .. } => None,
        }
    }
}

/// What is known of one place, folded from its journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaState {
    /// Answers, in the order of recording.
    pub answers: AnswerBook,
    /// Events, in the order of recording.
    pub events: Vec<AreaEventRecord>,
    /// When the last fact was recorded.
    pub updated_at: Option<Timestamp>,
    /// Facts in its journal.
    pub revision: u64,
}

impl AreaState {
    /// Folds a journal.
    pub fn fold<'a>(facts: impl IntoIterator<Item = (&'a AreaFact, Meta)>) -> Self {
        let mut state = Self::default();
        for (fact, meta) in facts {
            state.apply(fact, meta);
        }
        state
    }

    /// Keeps one more fact.
    pub fn apply(&mut self, fact: &AreaFact, meta: Meta) {
        self.revision += 1;
        self.updated_at = Some(meta.recorded_at);
        match fact {
            AreaFact::AreaOpened { .. } => {}
            AreaFact::AnswerRecorded(answer) => {
                self.answers.record((**answer).clone(), meta.position);
            }
            AreaFact::EvidenceRecorded(item) => self.answers.record_item((**item).clone()),
            AreaFact::EvidenceFileAttached { evidence, file } => {
                self.answers.attach(*evidence, file);
            }
            AreaFact::EvidenceVerified(items) => self.answers.verify(items, meta.recorded_by),
            AreaFact::AnswerConfirmed(answer) => self.answers.confirm(*answer, meta.recorded_by),
            AreaFact::AnswerRetracted { answer, .. } => self.answers.retract(*answer),
            AreaFact::EventRecorded(record) => self.events.push((**record).clone()),
        }
    }

    /// Whether explosive hazard was ever recorded here: a *no* to the question on
    /// land release, or an explosion. Stays true for ever; it only adds a safeguard.
    pub fn has_hazard_record(&self) -> bool {
        let known = |answer: &AnswerRecord| {
            answer.indicator == "PHY-02"
                && answer.value == crate::conditions::Value::No
                && !answer.retracted
        };
        self.answers.answers().iter().any(known)
            || self
                .events
                .iter()
                .any(|record| record.event.kind == AreaEventKind::ExplosiveAccident)
    }
}
