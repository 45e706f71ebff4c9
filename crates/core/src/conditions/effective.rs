//! The effective answer to one indicator about one subject on one day (§2.2).
//!
//! Several people answer the same question over time, with and without evidence.
//! This file says which single value follows, and why when it is not *yes*.
//!
//! Readings taken where the text is terse, all on the protective side:
//! - An accepted *not applicable* is voided by events and goes stale like a *yes*.
//!   §1.9 speaks of answers, and a document that excuses a child from being asked
//!   is no more durable than one that records what the child said.
//! - Answers of one day and one order of recording are one moment: a *no* in it is
//!   not overtaken by a *yes* in it.
//!
//! Not here: to whom an indicator applies and how values join (`assessment`).

use super::answer::{Answer, NaReason, Value};
use super::codes::codes;
use super::indicator::Indicator;
use jiff::civil::Date;

codes! {
    /// The value that follows from all answers of one indicator and subject.
    pub enum Standing {
        /// A supported yes.
        Yes = "yes",
        /// A known failure.
        No = "no",
        /// Anything less than a supported yes. Never counts as met.
        Unknown = "unknown",
        /// An accepted *not applicable*.
        NotApplicable = "not_applicable",
    }
}

codes! {
    /// Why a value is not yes.
    pub enum ReasonCode {
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// Answered as not known.
        Unknown = "unknown",
        /// The answer is older than its validity.
        Stale = "stale",
        /// An event made the answer void.
        Invalidated = "invalidated",
        /// No accepted, verified evidence lies behind the answer.
        InsufficientEvidence = "insufficient_evidence",
        /// No accepted, verified evidence comes from an independent source.
        NotIndependent = "not_independent",
        /// Typed as not applicable where that is not accepted.
        NaNotAllowed = "na_not_allowed",
        /// A yes and a no both stand.
        Contested = "contested",
        /// A no stands.
        KnownFailure = "known_failure",
        /// A yes and a no both stand, and here the no prevails.
        NoPrevails = "no_prevails",
    }
}

impl ReasonCode {
    /// What it means, for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoAnswer => "nobody has answered this yet",
            Self::Unknown => "answered as not known",
            Self::Stale => "the answer is too old",
            Self::Invalidated => "an event since then made the answer void",
            Self::InsufficientEvidence => {
                "no accepted and verified evidence lies behind the answer"
            }
            Self::NotIndependent => "none of the evidence comes from an independent source",
            Self::NaNotAllowed => "\"not applicable\" is not accepted here",
            Self::Contested => "one answer says yes and another says no",
            Self::KnownFailure => "answered with no",
            Self::NoPrevails => "one answer says yes and another says no; here the no prevails",
        }
    }
}

/// The value of one indicator for one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effective {
    pub(crate) standing: Standing,
    /// Set exactly when the standing is *no* or *unknown*.
    pub(crate) reason: Option<ReasonCode>,
    /// For how many more days the standing is supported; for *yes* and *not applicable*.
    pub(crate) days_left: Option<i64>,
}

/// One answer on its own, before it meets the others.
enum Class {
    /// Holds for this many more days.
    Yes(i64),
    No,
    /// Accepted for this many more days.
    NotApplicable(i64),
    Unknown(ReasonCode),
}

/// One indicator about one subject on one day.
pub(crate) struct Question<'a> {
    pub(crate) indicator: &'a Indicator,
    pub(crate) on: Date,
    /// The subject is an unaccompanied or separated child.
    pub(crate) of_uasc: bool,
    /// Answers observed before this day are void.
    pub(crate) void_before: Option<Date>,
    /// A day to come from which answers observed before it are void: a birthday is
    /// known long before.
    pub(crate) void_next: Option<Date>,
}

impl Question<'_> {
    /// The effective answer among all answers to this question, in order of time.
    pub(crate) fn effective(&self, answers: &[Answer]) -> Effective {
        let live = |answer: &&Answer| !answer.retracted && answer.observed_on <= self.on;
        // An adjudication stands in place of every answer before it.
        let since = answers
            .iter()
            .rev()
            .filter(live)
            .find(|a| a.adjudication)
            .map(Answer::time);
        let counted = answers
            .iter()
            .filter(live)
            .filter(|a| since.is_none_or(|since| a.time() >= since));

        let (mut yes, mut na, mut no) = (None, None, false);
        // A *no* that was overtaken stands again on the day on which the last *yes*
        // that overtakes it is no longer supported.
        let mut overtaken = i64::MAX;
        let mut unknown: Option<(_, ReasonCode)> = None;
        for answer in counted.clone() {
            match self.classify(answer) {
                Class::Yes(days) => {
                    if !counted.clone().any(|other| takes_back(other, answer)) {
                        yes = yes.max(Some(days));
                    }
                }
                Class::No => {
                    let support = counted
                        .clone()
                        .filter(|other| self.overtakes(other, answer))
                        .filter_map(|other| match self.classify(other) {
                            Class::Yes(days) => Some(days),
                            _ => None,
                        });
                    match support.max() {
                        Some(days) => overtaken = overtaken.min(days),
                        None => no = true,
                    }
                }
                Class::NotApplicable(days) => na = na.max(Some(days)),
                Class::Unknown(reason) => {
                    // The latest one's reason. Answers of one moment come in no
                    // particular order, so there the first code of the list wins.
                    let this = (answer.time(), reason);
                    unknown = Some(match unknown {
                        Some(that) if that.0 == this.0 => that.min(this),
                        _ => this,
                    });
                }
            }
        }

        let (standing, reason) = match (yes, no) {
            (Some(_), true) if self.indicator.no_prevails => {
                (Standing::No, Some(ReasonCode::NoPrevails))
            }
            (Some(_), true) => (Standing::Unknown, Some(ReasonCode::Contested)),
            (None, true) => (Standing::No, Some(ReasonCode::KnownFailure)),
            (Some(_), false) => (Standing::Yes, None),
            (None, false) if na.is_some() => (Standing::NotApplicable, None),
            (None, false) => {
                let reason = unknown.map_or(ReasonCode::NoAnswer, |(_, reason)| reason);
                (Standing::Unknown, Some(reason))
            }
        };
        let supported = yes.max(na).map(|days: i64| days.min(overtaken));
        let days_left = supported.filter(|_| reason.is_none());
        Effective {
            standing,
            reason,
            days_left,
        }
    }

    fn classify(&self, answer: &Answer) -> Class {
        match answer.value {
            Value::No => Class::No,
            Value::Unknown => Class::Unknown(ReasonCode::Unknown),
            Value::Yes => match self.days_left(answer).and_then(|days| {
                self.check_evidence(answer)?;
                Ok(days)
            }) {
                Ok(days) => Class::Yes(days),
                Err(reason) => Class::Unknown(reason),
            },
            Value::NotApplicable if !self.accepts_na(answer) => {
                Class::Unknown(ReasonCode::NaNotAllowed)
            }
            Value::NotApplicable => match self.days_left(answer) {
                Ok(days) => Class::NotApplicable(days),
                Err(reason) => Class::Unknown(reason),
            },
        }
    }

    /// How long an answer still counts, unless it is void or too old.
    fn days_left(&self, answer: &Answer) -> Result<i64, ReasonCode> {
        if self.void_before.is_some_and(|day| answer.observed_on < day) {
            return Err(ReasonCode::Invalidated);
        }
        let left = i64::from(self.indicator.validity_days) - days(answer.observed_on, self.on);
        let left = match self.void_next {
            Some(next) if answer.observed_on < next => left.min(days(self.on, next) - 1),
            _ => left,
        };
        if left < 0 {
            Err(ReasonCode::Stale)
        } else {
            Ok(left)
        }
    }

    fn check_evidence(&self, answer: &Answer) -> Result<(), ReasonCode> {
        let accepted = self.indicator.evidence;
        if !answer.evidence.verified().meets(accepted) {
            Err(ReasonCode::InsufficientEvidence)
        } else if self.indicator.independent && !answer.evidence.independent().meets(accepted) {
            Err(ReasonCode::NotIndependent)
        } else {
            Ok(())
        }
    }

    /// §2.1: a typed *not applicable* is taken as unknown, with few exceptions.
    fn accepts_na(&self, answer: &Answer) -> bool {
        self.indicator.not_applicable.is_some_and(|rule| {
            answer.na_reason == Some(rule.reason)
                && (rule.reason != NaReason::BelowMaturity || self.of_uasc)
                && answer.evidence.verified().meets(rule.evidence)
        })
    }

    /// Whether `yes`, if it is an effective yes, sets `no` aside: it was observed
    /// later, or recorded later on the same day, and (a) names the no, (b) comes
    /// from the same recorder, or (c) is later by more than the validity. For ⚠
    /// indicators only (a) counts, and a second officer must have confirmed it.
    fn overtakes(&self, yes: &Answer, no: &Answer) -> bool {
        let names_it = yes.supersedes == Some(no.key);
        yes.value == Value::Yes
            && yes.time() > no.time()
            && if self.indicator.no_prevails {
                names_it && yes.confirmed_by.is_some_and(|officer| officer != yes.by)
            } else {
                names_it
                    || yes.by == no.by
                    || days(no.observed_on, yes.observed_on)
                        > i64::from(self.indicator.validity_days)
            }
    }
}

/// Whether `no` sets `yes` aside: the same recorder's later no replaces their
/// earlier yes, and at equal time the no wins.
fn takes_back(no: &Answer, yes: &Answer) -> bool {
    no.value == Value::No && no.by == yes.by && no.time() >= yes.time()
}

/// Days from one date to another.
fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}
