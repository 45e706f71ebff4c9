//! Facts files (`sanad-facts/1`): everything the decision rule reads about one
//! case, and nothing that identifies a person. The public format for recomputing
//! an assessment anywhere: an auditor's check, a training exercise, a test.
//!
//! This file is the form. [`resolve`] checks what it says against a catalogue and
//! makes [`Facts`](super::Facts) of it, [`mod@write`] goes the other way, [`report`] is the answer and
//! [`text`] the answer for people.
//!
//! Strict on purpose: what is not understood is refused with the place of the
//! offending value, because an ignored field could be the one that mattered.

pub mod error;
mod object;
pub mod report;
pub mod resolve;
pub mod text;
pub mod write;

pub use error::FactsError;
pub use report::{AssessmentReport, CatalogueEntry, Citation, ReasonEntry, Report, WarningEntry};

use super::answer::{NaReason, Value};
use super::facts::{AccessProfile, Flag};
use jiff::civil::Date;
use object::{Object, objects};
use serde::{Deserialize, Deserializer, Serialize};

/// The version of the format that this program reads and writes.
pub const FORMAT: &str = "sanad-facts/1";

/// A facts file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// The day of evaluation.
    #[serde(deserialize_with = "date")]
    pub on: Date,
    /// How access to the region is read.
    pub profile: AccessProfile,
    /// Pseudonym of whoever would issue the finding.
    #[serde(default)]
    pub assessor: Option<String>,
    /// The destination has an explosive-hazard record.
    pub hazard_area: bool,
    /// The household.
    #[serde(deserialize_with = "objects")]
    pub members: Vec<MemberEntry>,
    /// What was answered.
    #[serde(deserialize_with = "objects")]
    pub answers: Vec<AnswerEntry>,
    /// What made answers void.
    #[serde(default, deserialize_with = "objects")]
    pub events: Vec<EventEntry>,
    /// A name for people; ignored by the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The result its author expects; ignored by the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<serde_json::Value>,
}

/// A member of the household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberEntry {
    /// Pseudonym within the file.
    pub id: String,
    /// Birth date, or null: an unknown age counts as child. It must be written
    /// out, so that an unknown age is never an oversight.
    #[serde(deserialize_with = "nullable_date")]
    pub born: Option<Date>,
    /// Facts that add safeguards.
    #[serde(default)]
    pub flags: Vec<Flag>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerEntry {
    /// Names it within the file.
    pub id: String,
    /// Code of the indicator.
    pub indicator: String,
    /// A member's id, `household` or `area`.
    pub subject: String,
    /// What was answered.
    pub value: Value,
    /// Why it does not apply.
    #[serde(default)]
    pub reason: Option<NaReason>,
    /// The day observed.
    #[serde(deserialize_with = "date")]
    pub observed_on: Date,
    /// Order of recording within the day.
    pub sequence: u64,
    /// Pseudonym of the recorder.
    pub by: String,
    /// Pseudonym of the second officer.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// Id of the answer it names.
    #[serde(default)]
    pub supersedes: Option<String>,
    /// A supervisor's adjudication.
    #[serde(default)]
    pub adjudication: bool,
    /// Taken back.
    #[serde(default)]
    pub retracted: bool,
    /// What lies behind it.
    #[serde(default, deserialize_with = "objects")]
    pub evidence: Vec<EvidenceEntry>,
}

/// One item of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceEntry {
    /// Code of its kind.
    pub kind: String,
    /// Verified by someone other than its uploader.
    pub verified: bool,
    /// From an independent source.
    pub independent: bool,
}

/// One event that makes earlier answers void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventEntry {
    /// An indicator or a three-letter condition.
    pub voids: String,
    /// A member's id, `household`, `area`, or null for all.
    #[serde(default)]
    pub subject: Option<String>,
    /// The day of the event.
    #[serde(deserialize_with = "date")]
    pub on: Date,
}

impl FactsFile {
    /// Reads a facts file. What it says is checked when it is resolved.
    pub fn parse(json: &[u8]) -> Result<Self, FactsError> {
        let mut input = serde_json::Deserializer::from_slice(json);
        let Object(file): Object<Self> = serde_path_to_error::deserialize(&mut input)
            .map_err(|refusal| FactsError::of_json(json, &refusal))?;
        input.end().map_err(|_| FactsError::after_the_end())?;
        if file.format == FORMAT {
            Ok(file)
        } else {
            Err(FactsError::other_version())
        }
    }
}

/// A date as the format writes it, `2025-05-12`, and nothing else.
fn date<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
    parse_date(&String::deserialize(input)?)
}

fn nullable_date<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Date>, D::Error> {
    Option::<String>::deserialize(input)?
        .map(|text| parse_date(&text))
        .transpose()
}

fn parse_date<E: serde::de::Error>(text: &str) -> Result<Date, E> {
    // The library also reads times and other ISO forms; the format does not.
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = text.parse::<Date>().ok().filter(|_| plain);
    date.ok_or_else(|| E::custom("invalid value, expected a date such as 2025-05-12"))
}
