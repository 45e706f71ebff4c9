//! R4: of each place every question over time: what was answered, by whom, on what,
//! what is missing, and how many open cases it concerns.

use super::Report;
use super::cell::{Cell, Row, Section, cells, code_of};
use super::source::{AreaFile, Source};
use super::walks::{Affected, EachPlace, Places};
use jiff::ToSpan as _;
use sanad_core::answer::AnswerRecord;
use sanad_core::area::PlaceRef;
use sanad_core::conditions::indicator::Place as Role;
use sanad_core::conditions::{Indicator, Level, Value};
use sanad_core::ids::UserId;
use sanad_store::StoreError;
use std::collections::BTreeSet;

/// The report.
pub static REPORT: Report = Report {
    name: "area-dossier",
    sections: &[
        Section {
            key: "area",
            columns: &[
                "place_edition",
                "place_code",
                "place_name",
                "level",
                "cases_heading",
                "cases_displaced",
                "questions_open",
                "events",
            ],
            totals: false,
        },
        Section {
            key: "area_indicator",
            columns: &[
                "place_edition",
                "place_code",
                "indicator",
                "question",
                "mandatory",
                "answers",
                "value",
                "observed_on",
                "valid_until",
                "freshness",
                "recorders",
                "verified",
                "independent",
                "cases_affected",
                "sources",
            ],
            totals: false,
        },
        Section {
            key: "area_answer",
            columns: &[
                "place_edition",
                "place_code",
                "indicator",
                "answer_id",
                "value",
                "score",
                "observed_on",
                "recorded_by",
                "recorded_by_login",
                "confirmed_by_login",
                "evidence",
                "source_classes",
                "verified_by_login",
                "adjudication",
                "retracted",
            ],
            totals: false,
        },
        Section {
            key: "area_event",
            columns: &[
                "place_edition",
                "place_code",
                "kind",
                "happened_on",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
    ],
    takes: &["place"],
    walk: Places::<Dossier>::walk,
};

const AREA: usize = 0;
const INDICATOR: usize = 1;
const ANSWER: usize = 2;
const EVENT: usize = 3;

#[derive(Default)]
struct Dossier;

/// Words in one cell.
pub(super) fn joined<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let words: BTreeSet<String> = words
        .into_iter()
        .map(|word| word.as_ref().to_owned())
        .collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// Login names in one cell.
pub(super) fn logins(
    users: impl IntoIterator<Item = UserId>,
    source: &mut Source<'_>,
) -> Result<String, StoreError> {
    let users: BTreeSet<UserId> = users.into_iter().collect();
    let names: Result<Vec<String>, _> = users.into_iter().map(|user| source.login(user)).collect();
    Ok(joined(names?))
}

/// How many cases an answer about this place would serve.
fn affected_by(indicator: &Indicator, affected: Affected) -> u64 {
    match indicator.place {
        Role::Destination => affected.heading,
        Role::Displacement => affected.displaced,
    }
}

/// Whether a question is asked about this place: a case looks at it, or it was
/// answered here.
fn is_asked(indicator: &Indicator, level: Option<u8>, affected: Affected) -> bool {
    match (indicator.level, indicator.place) {
        (Level::Region, _) => level == Some(1) && affected.heading > 0,
        (Level::Area, Role::Destination) => affected.heading_here > 0,
        (Level::Area, Role::Displacement) => affected.displaced_here > 0,
        (Level::Person | Level::Household, _) => false,
    }
}

/// The answers to a question that count, the latest observed last.
fn counted<'a>(area: &'a AreaFile, indicator: &Indicator) -> Vec<&'a AnswerRecord> {
    let all = area.state.answers.answers().iter();
    let mut found: Vec<_> = all
        .filter(|answer| answer.indicator == indicator.id && !answer.retracted)
        .collect();
    found.sort_by_key(|answer| (answer.observed_on, answer.sequence));
    found
}

impl Dossier {
    fn indicator(
        place: &PlaceRef,
        indicator: &Indicator,
        answers: &[&AnswerRecord],
        affected: Affected,
        source: &Source<'_>,
    ) -> (Row, bool) {
        let latest = answers
            .iter()
            .rev()
            .find(|answer| answer.value != Value::Unknown);
        let valid_until = latest.and_then(|answer| {
            let days = i64::from(indicator.validity_days);
            answer.observed_on.checked_add(days.days()).ok()
        });
        let freshness = match latest.map(|answer| answer.value) {
            None | Some(Value::Unknown) => "gap",
            // A known failure is not healed by time (§2.2 rule 3).
            Some(Value::No) => "stands",
            Some(Value::Yes | Value::NotApplicable) => {
                if valid_until.is_some_and(|day| source.view.as_of <= day) {
                    "fresh"
                } else {
                    "stale"
                }
            }
        };
        let evidence = || answers.iter().flat_map(|answer| &answer.evidence);
        let recorders: BTreeSet<UserId> = answers.iter().map(|answer| answer.recorded_by).collect();
        let row = Row::new(
            INDICATOR,
            cells![
                place.edition.as_str(),
                place.code.as_str(),
                indicator.id.as_str(),
                Cell::text(indicator.question("en")),
                indicator.mandatory,
                answers.len(),
                latest.map(|answer| answer.value.code()),
                latest.map(|answer| answer.observed_on),
                valid_until,
                freshness,
                recorders.len(),
                evidence().any(|item| item.verified_by.is_some()),
                evidence().any(|item| item.verified_by.is_some() && item.is_independent()),
                affected_by(indicator, affected),
                Cell::text(sources(indicator)),
            ],
        );
        (row, matches!(freshness, "gap" | "stale"))
    }

    fn answer(
        place: &PlaceRef,
        answer: &AnswerRecord,
        source: &mut Source<'_>,
    ) -> Result<Row, StoreError> {
        let items = || answer.evidence.iter();
        let classes = items().map(|item| code_of(&item.item.source_class).plain().into_owned());
        let verifiers = logins(items().filter_map(|item| item.verified_by), source)?;
        let confirmed = logins(answer.confirmed_by, source)?;
        Ok(Row::new(
            ANSWER,
            cells![
                place.edition.as_str(),
                place.code.as_str(),
                answer.indicator.as_str(),
                answer.id,
                answer.value.code(),
                answer.score.map(u64::from),
                answer.observed_on,
                answer.recorded_by,
                Cell::text(source.login(answer.recorded_by)?),
                Cell::text(confirmed),
                joined(items().map(|item| item.item.kind.as_str())),
                joined(classes),
                Cell::text(verifiers),
                answer.adjudication,
                answer.retracted,
            ],
        ))
    }
}

/// Where the standard says so, each with its check mark.
pub(super) fn sources(indicator: &Indicator) -> String {
    let texts: Vec<String> = indicator.sources.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

impl EachPlace for Dossier {
    fn place(
        &mut self,
        place: &PlaceRef,
        affected: Affected,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let area = source.area(place)?;
        let level = source.view.places.find(place).map(|known| known.level);
        let (mut asked, mut open) = (Vec::new(), 0_u64);
        for indicator in source.view.catalogue.indicators() {
            let answers = counted(&area, indicator);
            if answers.is_empty() && !is_asked(indicator, level, affected) {
                continue;
            }
            let (row, is_open) = Self::indicator(place, indicator, &answers, affected, source);
            open += u64::from(is_open);
            asked.push(row);
        }
        if asked.is_empty()
            && area.facts.is_empty()
            && affected.heading_here == 0
            && affected.displaced_here == 0
        {
            // Only what lies in it is looked at by a case.
            return Ok(Vec::new());
        }
        let mut rows = vec![Row::new(
            AREA,
            cells![
                place.edition.as_str(),
                place.code.as_str(),
                source.view.place_name(place).map(Cell::Text),
                level.map(u64::from),
                affected.heading,
                affected.displaced,
                open,
                area.state.events.len(),
            ],
        )];
        rows.extend(asked);
        for answer in area.state.answers.answers() {
            rows.push(Self::answer(place, answer, source)?);
        }
        for record in &area.state.events {
            rows.push(Row::new(
                EVENT,
                cells![
                    place.edition.as_str(),
                    place.code.as_str(),
                    record.event.kind.code(),
                    record.event.happened_on,
                    record.recorded_by,
                    Cell::text(source.login(record.recorded_by)?),
                ],
            ));
        }
        Ok(rows)
    }
}
