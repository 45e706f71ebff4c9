//! What a person agreed to, each purpose by itself: the return, the processing of
//! their data, the sharing of data with the country of origin.
//!
//! Three records with three withdrawals, and no call sets two (return conditions
//! §2.8 –). A statement about the return is also the answer to VOL-01. Not here: the
//! rules (`decide::consents`), withdrawals of consent to return (`withdrawal`).

use super::incident::IncidentRecord;
use super::state::CaseState;
use super::withdrawal::WithdrawalChannel;
use crate::answer::{PersonsPresent, Remark};
use crate::bounded_text;
use crate::ids::{AnswerId, ConsentId, PersonId, UserId};
use crate::language::LanguageTag;
use crate::person::Person;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

bounded_text! {
    /// Edition of an information pack or a notice, as its publisher names it.
    PackEdition, 60
}

/// What consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// To return to the named place.
    Return,
    /// To the processing of one's data, where that is the lawful basis (DP-01).
    DataProcessing,
    /// To the sharing of one's data with the country of origin.
    SharingWithCountryOfOrigin,
}

impl ConsentPurpose {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::DataProcessing => "data_processing",
            Self::SharingWithCountryOfOrigin => "sharing_with_country_of_origin",
        }
    }
}

/// What the person said. A refusal is recorded as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentDecision {
    /// Agreed.
    Given,
    /// Did not agree.
    Refused,
}

/// How consent was expressed. A form never covers another adult (§1.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentForm {
    /// A form that the person signed.
    Signed,
    /// A thumbprint.
    Thumbprint,
    /// Said before a witness.
    Witnessed,
    /// Recorded as sound.
    Audio,
}

impl ConsentForm {
    /// The kind of evidence that it is.
    pub const fn evidence_kind(self) -> &'static str {
        match self {
            Self::Signed => "VRF",
            Self::Thumbprint | Self::Witnessed | Self::Audio => "CNS",
        }
    }
}

/// The edition of what the person was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InformationPack {
    /// Edition of the area information pack or of the notice.
    pub edition: PackEdition,
    /// The day of that edition.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub dated: Date,
}

/// Under which conditions the person was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InterviewConditions {
    /// Alone with the interviewer and, where needed, an interpreter.
    pub alone: bool,
    /// Language of the interview.
    pub language: LanguageTag,
    /// Who was in the room, by function, not by name.
    pub persons_present: PersonsPresent,
    /// An interviewer and interpreter of the person's chosen sex were offered (§2.9).
    pub chosen_sex_offered: bool,
}

/// A person states what they agree to, or do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentStatement {
    /// What it is about; one purpose only.
    pub purpose: ConsentPurpose,
    /// What the person said.
    pub decision: ConsentDecision,
    /// The day on which they said so.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub said_on: Date,
    /// How it was expressed.
    pub form: ConsentForm,
    /// What the person was told; needed for consent that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information: Option<InformationPack>,
    /// The interview.
    pub interview: InterviewConditions,
    /// For a new consent after a withdrawal: the answer that the withdrawal is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<AnswerId>,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A statement as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRecord {
    /// Its id.
    pub id: ConsentId,
    /// Who said so.
    pub person: PersonId,
    /// What was said.
    pub statement: ConsentStatement,
    /// The answer to VOL-01 that it is, for consent to return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerId>,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// When and how it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<ConsentWithdrawal>,
}

/// What somebody said last of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentWord {
    /// The day on which they said so.
    pub on: Date,
    /// They agreed; else they refused or withdrew.
    pub agrees: bool,
}

/// When and how consent was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentWithdrawal {
    /// The day on which the person said so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub withdrawn_on: Date,
    /// How it reached the registry.
    pub channel: WithdrawalChannel,
}

impl CaseState {
    /// The day of the consent of a person that stands: what they said last of the
    /// purpose, if they agreed. To the processing of data the household agreed at
    /// registration, where that is the lawful basis.
    pub fn consent_standing(&self, person: PersonId, purpose: ConsentPurpose) -> Option<Date> {
        match self.consent_words.get(&(person, purpose)) {
            Some(word) => word.agrees.then_some(word.on),
            None if purpose == ConsentPurpose::DataProcessing => {
                Some(self.processing.consent()?.given_on)
            }
            None => None,
        }
    }

    /// Whether somebody who belongs to the household does not agree any more to the
    /// processing of its data, which rests on consent alone (DP-02 ✔).
    pub fn is_processing_stopped(&self) -> bool {
        let refuses = |member: &&Person| {
            member.left.is_none()
                && self
                    .consent_standing(member.id, ConsentPurpose::DataProcessing)
                    .is_none()
        };
        self.processing.consent().is_some() && self.members.iter().find(refuses).is_some()
    }

    /// A later word counts, by the day on which it was said; of one day the one that was
    /// recorded last. What is typed in late brings nothing back that was withdrawn.
    pub(super) fn said(&mut self, person: PersonId, purpose: ConsentPurpose, word: ConsentWord) {
        let last = self.consent_words.entry((person, purpose)).or_insert(word);
        if word.on >= last.on {
            *last = word;
        }
    }

    /// Persons whose data may be shared with the country of origin: they agreed, nothing
    /// of return conditions §2.12 bars it for anybody of the case, and its data may still
    /// be processed at all.
    pub fn may_be_shared(&self) -> Vec<PersonId> {
        let barred = |incident: &IncidentRecord| incident.kind.bars_sharing();
        if self.incidents.iter().any(barred) || self.is_processing_stopped() {
            return Vec::new();
        }
        let purpose = ConsentPurpose::SharingWithCountryOfOrigin;
        self.person_ids()
            .into_iter()
            .filter(|person| self.consent_standing(*person, purpose).is_some())
            .collect()
    }
}
