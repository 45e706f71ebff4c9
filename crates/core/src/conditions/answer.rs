//! An answer to one indicator about one subject, as the decision rule reads it.
//!
//! Compact on purpose: no texts, no person, only keys that mean something within
//! one assessment. There is no field for sex, ethnicity, religion, opinion or
//! sexual orientation, and there must never be one (§2.11; GP 4(1) ✔).
//!
//! Not here: recording an answer (`case`), evidence (`evidence`).

use super::codes::codes;
use super::evidence::EvidenceSet;
use super::indicator::{IndicatorIndex, Level};
use jiff::civil::Date;

/// An answer within one assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnswerKey(pub u32);

/// A recorder, confirming officer or assessor within one assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorKey(pub u32);

codes! {
    /// What was answered.
    pub enum Value {
        /// The standard is satisfied.
        Yes = "yes",
        /// The standard is not satisfied.
        No = "no",
        /// Asked, and not known.
        Unknown = "unknown",
        /// Typed as not applicable; accepted in few cases only (§2.1).
        NotApplicable = "not_applicable",
    }
}

codes! {
    /// Why an answer is *not applicable*.
    pub enum NaReason {
        /// An unaccompanied or separated child too young to be asked; counts for
        /// such a child only.
        BelowMaturity = "below_maturity",
        /// The household is not exposed to what the guarantee is about.
        NoExposure = "no_exposure",
    }
}

/// Whom or what an answer is about. Members come first and in their own order,
/// which is the order of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The member at this place of the list of members.
    Member(u32),
    /// The household.
    Household,
    /// The place or region the question is about.
    Area,
}

impl Subject {
    /// Whether an answer at this level can be about this subject.
    pub const fn fits(self, level: Level) -> bool {
        match level {
            Level::Person => matches!(self, Self::Member(_)),
            Level::Household => matches!(self, Self::Household),
            Level::Area | Level::Region => matches!(self, Self::Area),
        }
    }
}

/// One recorded answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Names this answer within the assessment.
    pub key: AnswerKey,
    /// What was asked.
    pub indicator: IndicatorIndex,
    /// Whom or what it is about.
    pub subject: Subject,
    /// What was answered.
    pub value: Value,
    /// Why it does not apply, for [`Value::NotApplicable`].
    pub na_reason: Option<NaReason>,
    /// The day observed, not the day typed.
    pub observed_on: Date,
    /// Order of recording, which decides within one day.
    pub sequence: u64,
    /// Who recorded it.
    pub by: ActorKey,
    /// The second officer who confirmed it.
    pub confirmed_by: Option<ActorKey>,
    /// The earlier answer it names.
    pub supersedes: Option<AnswerKey>,
    /// A supervisor's adjudication, which stands in place of every answer before it.
    pub adjudication: bool,
    /// Taken back; it no longer counts, but who recorded it stays known (§2.7).
    pub retracted: bool,
    /// What lies behind it.
    pub evidence: EvidenceSet,
}

impl Answer {
    /// When it was given: the day observed, then the order of recording.
    pub const fn time(&self) -> (Date, u64) {
        (self.observed_on, self.sequence)
    }
}
