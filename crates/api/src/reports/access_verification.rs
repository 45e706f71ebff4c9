//! R10: of each place whether humanitarian access is granted on paper, whether an
//! agency was really there, and what was denied: "verifiably granted" means a visit
//! (statement ¶5 ✔; return conditions §1.7).

use super::Report;
use super::area_dossier::logins;
use super::cell::{Cell, Row, Section, cells};
use super::source::{AreaFile, Source};
use super::walks::{Affected, EachPlace, Places};
use jiff::civil::Date;
use sanad_core::answer::AnswerRecord;
use sanad_core::area::{AreaEventKind, PlaceRef};
use sanad_core::conditions::Value;
use sanad_store::StoreError;

/// The report.
pub static REPORT: Report = Report {
    name: "access-verification",
    sections: &[Section {
        key: "access",
        columns: &[
            "place_edition",
            "place_code",
            "place_name",
            "permission",
            "permission_on",
            "permission_verified",
            "last_visit_on",
            "days_since_visit",
            "visit_recorded_by_login",
            "visit_verified_by_login",
            "private_interviews",
            "access_unimpeded",
            "access_safe",
            "monitoring",
            "denials",
            "last_denial_on",
            "attacks_on_staff",
            "cases_heading",
            "permission_without_visit",
        ],
        totals: false,
    }],
    takes: &["place"],
    walk: Places::<Access>::walk,
};

#[derive(Default)]
struct Access;

/// The latest answer to a question that is not taken back, in order of observation.
fn latest<'a>(area: &'a AreaFile, indicator: &str) -> Option<&'a AnswerRecord> {
    let all = area.state.answers.answers().iter();
    all.filter(|answer| answer.indicator == indicator && !answer.retracted)
        .max_by_key(|answer| (answer.observed_on, answer.sequence))
}

fn value(answer: Option<&AnswerRecord>) -> Option<&'static str> {
    answer.map(|answer| answer.value.code())
}

/// The last visit that somebody else has seen the report of, and the answer that it
/// stands behind. A mission report dated after the answer was observed is none of it.
fn last_visit(area: &AreaFile) -> Option<(Date, &AnswerRecord)> {
    let answers = area.state.answers.answers().iter();
    answers
        .filter(|answer| !answer.retracted && answer.value == Value::Yes)
        .filter(|answer| answer.indicator.starts_with("ACC-"))
        .flat_map(|answer| answer.evidence.iter().map(move |item| (item, answer)))
        .filter(|(item, _)| item.item.kind == "MIS" && item.verified_by.is_some())
        .map(|(item, answer)| (item.item.dated, answer))
        .max_by_key(|(day, answer)| (*day, answer.sequence))
}

impl EachPlace for Access {
    fn place(
        &mut self,
        place: &PlaceRef,
        affected: Affected,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let area = source.area(place)?;
        if area.facts.is_empty() && affected.heading_here == 0 {
            return Ok(Vec::new());
        }
        let view = source.view;
        let permission = latest(&area, "ACC-01");
        let visit = last_visit(&area);
        let days = visit.map(|(day, _)| i64::from((view.as_of - day).get_days()));
        // As many days as the catalogue lets the answer about a visit hold (60 –).
        let limit = view
            .catalogue
            .find("ACC-02")
            .and_then(|index| view.catalogue.get(index));
        let limit = limit.map_or(0, |indicator| i64::from(indicator.validity_days));
        let granted = permission.is_some_and(|answer| answer.value == Value::Yes);
        let unproved = granted && days.is_none_or(|days| days > limit);
        let happened = |kind| {
            area.state
                .events
                .iter()
                .filter(move |record| record.event.kind == kind)
                .map(|record| record.event.happened_on)
        };
        let (by, seen_by) = match visit {
            Some((_, answer)) => {
                let verifiers = answer.evidence.iter().filter_map(|item| item.verified_by);
                (
                    logins([answer.recorded_by], source)?,
                    logins(verifiers, source)?,
                )
            }
            None => Default::default(),
        };
        Ok(vec![Row::new(
            0,
            cells![
                place.edition.as_str(),
                place.code.as_str(),
                view.place_name(place).map(Cell::Text),
                value(permission),
                permission.map(|answer| answer.observed_on),
                permission.map(|answer| {
                    answer
                        .evidence
                        .iter()
                        .any(|item| item.verified_by.is_some())
                }),
                visit.map(|(day, _)| day),
                days,
                Cell::text(by),
                Cell::text(seen_by),
                value(latest(&area, "ACC-02")),
                value(latest(&area, "ACC-03")),
                value(latest(&area, "ACC-04")),
                value(latest(&area, "ACC-05")),
                happened(AreaEventKind::AccessDenied).count(),
                happened(AreaEventKind::AccessDenied).max(),
                happened(AreaEventKind::StaffAttacked).count(),
                affected.heading,
                unproved,
            ],
        )])
    }
}
