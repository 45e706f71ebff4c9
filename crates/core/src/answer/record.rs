//! One answer to one indicator about one subject: as sent, and as recorded.
//!
//! Not here: what answers together come to (`conditions`).

use super::evidence::{EvidenceRecord, NewEvidence};
use crate::bounded_text;
// Under its own name: the generator of the API document takes any `Value` for free JSON.
use crate::conditions::{NaReason, Value as AnswerValue};
use crate::ids::{AnswerId, EvidenceId, PersonId, UserId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

bounded_text! {
    /// A short remark on an answer or why it is taken back (DP-08: short, typed by purpose).
    Remark, 500
}

/// An answer as a caller sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// The indicator, by its id in the catalogue (`VOL-06`).
    #[cfg_attr(feature = "openapi", schema(example = "VOL-01"))]
    pub indicator: String,
    /// The person it is about; for indicators about one person only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Every question is worded so that *yes* satisfies the standard.
    pub value: AnswerValue,
    /// For scale indicators (PHY-07, MAT-07, DEM-05): 0 to 100, higher is worse.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Why the question does not apply; only with `not_applicable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<NaReason>,
    /// The day on which it was so, not the day on which it is typed.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub observed_on: Date,
    /// The earlier answer that this one names and sets aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<AnswerId>,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// What it rests on. A *yes* without accepted, verified evidence counts as unknown.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub evidence: Vec<NewEvidence>,
    /// Items of evidence recorded before, on which it rests as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub evidence_ids: Vec<EvidenceId>,
}

/// An answer as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
    /// Its id.
    pub id: AnswerId,
    /// The indicator.
    pub indicator: String,
    /// The person it is about, for indicators about one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The answer.
    pub value: AnswerValue,
    /// The score, for scale indicators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Why the question does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<NaReason>,
    /// The day on which it was so.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub observed_on: Date,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// The earlier answer that it sets aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<AnswerId>,
    /// The second officer who confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<UserId>,
    /// Stands in place of every answer before it: decided by a supervisor who wrote
    /// none of the answers in conflict.
    #[serde(default)]
    pub adjudication: bool,
    /// Taken back by its recorder; kept, but counted no more.
    #[serde(default)]
    pub retracted: bool,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// What it rests on: first the items recorded with it, then those it names.
    #[serde(default)]
    pub evidence: Vec<EvidenceRecord>,
    /// Items recorded before that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_ids: Vec<EvidenceId>,
    /// Order of recording: the position of its fact in the journal.
    #[serde(default)]
    pub sequence: u64,
}
