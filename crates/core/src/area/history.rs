//! What is known of a place over time: for every question about places the value that
//! follows from all answers, and the days on which it changed.
//!
//! It is the value that a case going there would meet on that day, by everything the
//! registry knows now. Not here: the value itself (`conditions::effective`), which
//! answers speak of a place (`case::KnownArea`).

use crate::case::{AreaKnowledge, PlacesPart};
use crate::conditions::effective::Question;
use crate::conditions::event::{Void, Voids};
use crate::conditions::indicator::{Indicator, IndicatorIndex, Level};
use crate::conditions::{Answer, Catalogue, ReasonCode, Standing, Subject};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

/// A value from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub from: Date,
    /// The value.
    pub value: Standing,
    /// Why it is not *yes*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
}

/// The value of every question about places over time, up to a day, in the order of
/// the catalogue. `known` is the place in both roles, as destination and as place of
/// displacement. A question that nobody answered has no changes.
pub fn over_time(
    known: &AreaKnowledge,
    catalogue: &Catalogue,
    until: Date,
) -> Vec<(IndicatorIndex, Vec<Change>)> {
    let part = PlacesPart::gather(known, catalogue, until);
    let about_places =
        |indicator: &Indicator| matches!(indicator.level, Level::Area | Level::Region);
    (0..)
        .map(IndicatorIndex)
        .zip(catalogue.indicators())
        .filter(|(_, indicator)| about_places(indicator))
        .map(|(index, indicator)| {
            let mut answers: Vec<Answer> = part
                .answers()
                .iter()
                .filter(|answer| answer.indicator == index)
                .copied()
                .collect();
            answers.sort_unstable_by_key(Answer::time);
            let voids: Vec<Date> = part
                .voids()
                .iter()
                .filter(|void| reaches(void, index, indicator))
                .map(|void| void.on)
                .collect();
            (index, changes(indicator, &answers, &voids, until))
        })
        .collect()
}

fn reaches(void: &Void, index: IndicatorIndex, indicator: &Indicator) -> bool {
    void.subject.is_none_or(|about| about == Subject::Area)
        && match void.voids {
            Voids::Indicator(voided) => voided == index,
            Voids::Condition(voided) => voided == indicator.condition,
        }
}

/// The days on which the value changed. It can change when something was observed or
/// happened, and when an answer is too old.
fn changes(indicator: &Indicator, answers: &[Answer], voids: &[Date], until: Date) -> Vec<Change> {
    let Some(first) = answers.first().map(|answer| answer.observed_on) else {
        return Vec::new();
    };
    let validity = i64::from(indicator.validity_days);
    let too_old = |answer: &Answer| answer.observed_on.checked_add((validity + 1).days()).ok();
    let mut days: Vec<Date> = answers
        .iter()
        .flat_map(|answer| [Some(answer.observed_on), too_old(answer)])
        .flatten()
        .chain(voids.iter().copied())
        .filter(|day| (first..=until).contains(day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut changes: Vec<Change> = Vec::new();
    for from in days {
        let question = Question {
            indicator,
            on: from,
            of_uasc: false,
            void_before: voids.iter().copied().filter(|day| *day <= from).max(),
            void_next: voids.iter().copied().filter(|day| *day > from).min(),
        };
        let effective = question.effective(answers);
        let (value, reason) = (effective.standing, effective.reason);
        let same = |last: &Change| (last.value, last.reason) == (value, reason);
        if !changes.last().is_some_and(same) {
            changes.push(Change {
                from,
                value,
                reason,
            });
        }
    }
    changes
}
