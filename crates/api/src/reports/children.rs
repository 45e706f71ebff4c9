//! R8: unaccompanied and separated children: who returned with and without a best
//! interests determination, whether a negative one was respected, whether family was
//! traced (BID Guidelines 2008, situation (i) ✔; return conditions §2.10 –).

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::suppression::Count;
use super::walks::{Cases, EachCase};
use jiff::civil::Date;
use sanad_core::answer::AnswerRecord;
use sanad_core::case::{Event, ReturnNature, ReturnRecord};
use sanad_core::conditions::{Flag, Value};
use sanad_core::ids::PersonId;
use sanad_store::StoreError;
use std::collections::BTreeMap;

/// The report.
pub static REPORT: Report = Report {
    name: "children",
    sections: &[
        Section {
            key: "child_returned",
            columns: &[
                "case_id",
                "subject",
                "person_id",
                "return_id",
                "nature",
                "departed_on",
                "destination_edition",
                "destination_code",
                "bid",
                "bid_on",
                "bid_verified",
                "family_traced",
            ],
            totals: false,
        },
        Section {
            key: "negative_bid",
            columns: &[
                "case_id",
                "subject",
                "person_id",
                "bid_on",
                "returned",
                "respected",
            ],
            totals: false,
        },
        Section {
            key: "children_total",
            columns: &["nature", "bid", "children"],
            totals: true,
        },
    ],
    takes: &["place", "from", "to"],
    walk: Cases::<Children>::walk,
};

const RETURNED: usize = 0;
const NEGATIVE: usize = 1;
const TOTAL: usize = 2;

#[derive(Default)]
struct Children {
    totals: BTreeMap<(&'static str, &'static str), u64>,
}

/// What a best interests determination came to.
struct Determination<'a> {
    code: &'static str,
    answer: Option<&'a AnswerRecord>,
    verified: bool,
}

/// The latest answer to VOL-10 about a child on a day.
fn determination(case: &CaseFile, child: PersonId, on: Date) -> Determination<'_> {
    let answers = case.state.answers.answers().iter();
    let about = answers.filter(|answer| {
        answer.indicator == "VOL-10"
            && answer.person == Some(child)
            && !answer.retracted
            && answer.observed_on <= on
    });
    let latest = about.max_by_key(|answer| (answer.observed_on, answer.sequence));
    let verified = latest.is_some_and(|answer| has_verified(answer, "BID"));
    let code = match latest.map(|answer| answer.value) {
        Some(Value::Yes) if verified => "positive",
        Some(Value::Yes) => "not_verified",
        Some(Value::No) => "negative",
        Some(Value::Unknown | Value::NotApplicable) | None => "none",
    };
    Determination {
        code,
        answer: latest,
        verified,
    }
}

fn has_verified(answer: &AnswerRecord, kind: &str) -> bool {
    let items = answer.evidence.iter();
    items
        .filter(|item| item.item.kind == kind)
        .any(|item| item.verified_by.is_some())
}

/// A verified result of family tracing stands behind an answer about the child or
/// about the household.
fn family_traced(case: &CaseFile, child: PersonId, on: Date) -> bool {
    case.state
        .answers
        .answers()
        .iter()
        .filter(|answer| answer.person.is_none_or(|person| person == child))
        .filter(|answer| !answer.retracted && answer.observed_on <= on)
        .any(|answer| answer.value == Value::Yes && has_verified(answer, "FTR"))
}

/// The unaccompanied and separated children of a case on a day.
fn children(case: &CaseFile, on: Date, adult_age: i16) -> Vec<PersonId> {
    let alone = |member: &&sanad_core::person::Person| {
        let known = member.for_rule(on);
        known.flags.has(Flag::Uasc) && known.is_child_on(on, adult_age)
    };
    let members = case.state.members_on(on).filter(alone);
    members.map(|member| member.id).collect()
}

fn returns(case: &CaseFile) -> impl Iterator<Item = &ReturnRecord> {
    case.facts.iter().filter_map(|fact| match &fact.event {
        Event::ReturnRecorded(record) => Some(record),
        _ => None,
    })
}

impl EachCase for Children {
    const ABOUT_PERSONS: bool = true;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        let adult_age = view.catalogue.numbers().adult_age;
        let mut rows = Vec::new();
        for record in returns(case).filter(|record| view.within(record.departed_on)) {
            for child in children(case, record.departed_on, adult_age) {
                let found = determination(case, child, record.departed_on);
                let nature = record.nature.code();
                *self.totals.entry((nature, found.code)).or_default() += 1;
                rows.push(Row::new(
                    RETURNED,
                    cells![
                        case.state.id,
                        Cell::text(case.label(&child.to_string())),
                        child,
                        record.id,
                        nature,
                        record.departed_on,
                        record.destination.edition.as_str(),
                        record.destination.code.as_str(),
                        found.code,
                        found.answer.map(|answer| answer.observed_on),
                        found.verified,
                        family_traced(case, child, record.departed_on),
                    ],
                ));
            }
        }
        for child in children(case, view.as_of, adult_age) {
            let found = determination(case, child, view.as_of);
            let Some(answer) = found.answer.filter(|_| found.code == "negative") else {
                continue;
            };
            let mut after = returns(case).filter(|record| answer.observed_on <= record.departed_on);
            let returned = after.next();
            let facilitated = returned.is_some_and(|record| {
                matches!(
                    record.nature,
                    ReturnNature::Facilitated | ReturnNature::AssistedSelfOrganised
                )
            });
            rows.push(Row::new(
                NEGATIVE,
                cells![
                    case.state.id,
                    Cell::text(case.label(&child.to_string())),
                    child,
                    answer.observed_on,
                    returned.map(|record| record.nature.code()),
                    !facilitated,
                ],
            ));
        }
        Ok(rows)
    }

    fn end(&mut self, _: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let totals = std::mem::take(&mut self.totals).into_iter();
        Ok(totals
            .map(|((nature, bid), count)| Row::new(TOTAL, cells![nature, bid, Count(count).cell()]))
            .collect())
    }
}
