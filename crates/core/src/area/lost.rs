//! What a fact about a place does to findings that were issued before it: which cases
//! it can touch, and the fact that says which findings no longer hold.
//!
//! Findings themselves never change. Not here: the assessment (`conditions`), and the
//! walk over all open findings (`sanad_store::look_again`).

use super::state::AreaFact;
use super::{AreaEventKind, Place, PlaceRef, PlaceTable};
use crate::ids::{CaseId, FindingId};
use crate::wire::coded_enum;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

coded_enum! {
    /// What was recorded about a place before open findings were looked at again.
    LossCause, refused as "LOSS_CAUSE_UNKNOWN";
    /// An answer, or an adjudication.
    AnswerRecorded = "answer_recorded",
    /// A second person saw evidence.
    EvidenceVerified = "evidence_verified",
    /// A second officer confirmed an answer.
    AnswerConfirmed = "answer_confirmed",
    /// An answer was taken back.
    AnswerRetracted = "answer_retracted",
    /// Something happened.
    EventRecorded = "event_recorded",
}

impl LossCause {
    /// Of the facts of one command; none where they only open the journal of a place.
    pub fn of(facts: &[AreaFact]) -> Option<Self> {
        facts.iter().rev().find_map(|fact| match fact {
            // Evidence that no answer rests on says nothing yet, and a file nothing else.
            AreaFact::AreaOpened { .. }
            | AreaFact::EvidenceRecorded(_)
            | AreaFact::EvidenceFileAttached { .. } => None,
            AreaFact::AnswerRecorded(_) => Some(Self::AnswerRecorded),
            AreaFact::EvidenceVerified(_) => Some(Self::EvidenceVerified),
            AreaFact::AnswerConfirmed(_) => Some(Self::AnswerConfirmed),
            AreaFact::AnswerRetracted { .. } => Some(Self::AnswerRetracted),
            AreaFact::EventRecorded(_) => Some(Self::EventRecorded),
        })
    }
}

/// One finding that no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LostFinding {
    /// The case.
    pub case: CaseId,
    /// The finding, which stays as it is.
    pub finding: FindingId,
}

/// Open findings that no longer held when they were looked at again after a fact
/// about a place. It stands in a journal beside that of the place, so that whoever
/// assesses a case does not read which other cases there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingsLost {
    /// The place.
    pub place: PlaceRef,
    /// What was recorded there.
    pub cause: LossCause,
    /// What happened there, where it was an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<AreaEventKind>,
    /// The day for which the findings were assessed again.
    pub on: Date,
    /// How many open findings were looked at.
    pub looked_at: u64,
    /// Those that no longer hold, each named once in its life.
    pub lost: Vec<LostFinding>,
}

impl FindingsLost {
    /// The version of the payload that this program writes.
    pub const VERSION: i32 = 1;
    /// The kind, as in the journal's header.
    pub const KIND: &'static str = "findings_lost";
    /// How many findings one such fact names at most; what is longer is several facts.
    pub const AT_MOST: usize = 1_000;
}

/// The places of the cases that a fact can touch: more may be named than it touches,
/// never fewer. The rule decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Cases that go to one of these.
    pub destinations: HashSet<PlaceRef>,
    /// Cases that are displaced in one of these.
    pub displacements: HashSet<PlaceRef>,
}

impl Touched {
    /// By facts about a place.
    ///
    /// What is known of a place is read from the place and what it lies in, so a fact
    /// speaks of everything below. An event may also be about the whole admin-3 unit
    /// of a destination, or happen inside a destination that is larger than one.
    pub fn by(facts: &[AreaFact], place: &PlaceRef, places: &PlaceTable) -> Self {
        let with_all_below = |place: &PlaceRef| {
            let below = places.descendants(place).into_iter().map(Place::reference);
            std::iter::once(place.clone()).chain(below).collect()
        };
        let below: HashSet<PlaceRef> = with_all_below(place);
        let mut destinations = below.clone();
        let happened = |fact: &AreaFact| matches!(fact, AreaFact::EventRecorded(_));
        if facts.iter().any(happened) {
            destinations.extend(places.ancestors(place).map(Place::reference));
            if let Some(unit) = places.at_level(place, 3) {
                let unit: HashSet<PlaceRef> = with_all_below(&unit.reference());
                destinations.extend(unit);
            }
        }
        Self {
            destinations,
            displacements: below,
        }
    }
}
