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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// The day of the consent of a person that stands: the last statement of the
    /// purpose, if it was given and not withdrawn. To the processing of data the
    /// household agreed at registration, where that is the lawful basis.
    pub fn consent_standing(&self, person: PersonId, purpose: ConsentPurpose) -> Option<Date> {
        let last = self
            .consents
            .iter()
            .rfind(|record| record.person == person && record.statement.purpose == purpose);
        let Some(last) = last else {
            let refused = self.processing_refused.contains_key(&person);
            let at_registration = purpose == ConsentPurpose::DataProcessing && !refused;
            let consent = self.processing.consent().filter(|_| at_registration)?;
            return Some(consent.given_on);
        };
        let given = last.statement.decision == ConsentDecision::Given && last.withdrawn.is_none();
        given.then_some(last.statement.said_on)
    }

    /// Whether the processing of the household's data has to stop: it rests on consent
    /// alone, and somebody who belongs to it does not agree any more (DP-02 ✔).
    pub fn is_processing_stopped(&self) -> bool {
        let refuses = |member: &Person| {
            member.left.is_none() && self.processing_refused.contains_key(&member.id)
        };
        self.processing.consent().is_some() && self.members.iter().any(refuses)
    }

    pub(super) fn agrees(&mut self, person: PersonId, purpose: ConsentPurpose) {
        if purpose == ConsentPurpose::DataProcessing {
            self.processing_refused.remove(&person);
        }
    }

    pub(super) fn refuses(&mut self, person: PersonId, purpose: ConsentPurpose, on: Date) {
        if purpose == ConsentPurpose::DataProcessing {
            self.processing_refused.insert(person, on);
        }
    }

    /// Persons whose data may be shared with the country of origin: they agreed, and
    /// nothing of return conditions §2.12 bars it for anybody of the case.
    pub fn may_be_shared(&self) -> Vec<PersonId> {
        let barred = |incident: &IncidentRecord| incident.kind.bars_sharing();
        if self.incidents.iter().any(barred) {
            return Vec::new();
        }
        let purpose = ConsentPurpose::SharingWithCountryOfOrigin;
        self.person_ids()
            .into_iter()
            .filter(|person| self.consent_standing(*person, purpose).is_some())
            .collect()
    }
}
