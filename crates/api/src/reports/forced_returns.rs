//! R9: forced returns, and returns while pressure or a danger of refoulement was known,
//! counted by month, place and state of the protection action; the forced ones also
//! row by row. The principle against refoulement stands behind it (return conditions §2.12 –).

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::suppression::Count;
use super::walks::{Cases, EachCase};
use sanad_core::area::PlaceRef;
use sanad_core::case::{Event, IncidentStatus, ReturnNature, UnfreeReturn};
use sanad_store::StoreError;
use std::collections::BTreeMap;

/// The report.
pub static REPORT: Report = Report {
    name: "forced-returns",
    sections: &[
        Section {
            key: "forced_return",
            columns: &[
                "return_id",
                "case_id",
                "nature",
                "departed_on",
                "place_edition",
                "place_code",
                "place_name",
                "destination_edition",
                "destination_code",
                "destination_name",
                "persons",
                "finding_id",
                "recorded_at",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
        Section {
            key: "forced_return_total",
            columns: &[
                "month",
                "place_edition",
                "place_code",
                "protection_action",
                "returns",
            ],
            totals: true,
        },
    ],
    takes: &["place", "from", "to"],
    walk: Cases::<Forced>::walk,
};

const RETURN: usize = 0;
const TOTAL: usize = 1;

#[derive(Default)]
struct Forced {
    totals: BTreeMap<(String, PlaceRef, &'static str), u64>,
}

/// What is left of the incidents of a case whose persons were forgotten (T23).
fn unfree(case: &CaseFile) -> impl Iterator<Item = &UnfreeReturn> {
    let end = case.state.anonymised.iter();
    end.flat_map(|end| &end.unfree_returns)
}

impl EachCase for Forced {
    const ABOUT_PERSONS: bool = false;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        // Where the household lived when it was made to go, not where it lives now.
        let mut places: &[PlaceRef] = &[];
        for fact in &case.facts {
            match &fact.event {
                Event::CaseRegistered(registered) => places = &registered.places,
                Event::DisplacementRecorded { places: moved, .. } => places = moved,
                Event::ReturnRecorded(record) => {
                    let opened = case.state.incidents.iter();
                    let incident = opened
                        .filter(|one| one.kind.bars_sharing())
                        .find(|one| one.return_id == Some(record.id));
                    let left = unfree(case).find(|one| one.return_id == record.id);
                    let status = incident
                        .map(|one| one.status)
                        .or(left.map(|one| one.status));
                    // A return from before incidents were kept has none.
                    if status.is_none() && record.nature != ReturnNature::Forced {
                        continue;
                    }
                    let action = status.map_or("none", IncidentStatus::code);
                    let view = source.view;
                    let day = record.departed_on;
                    if !view.within(day) || !places.iter().any(|place| view.covers(place)) {
                        continue;
                    }
                    let from = places.first();
                    if let Some(district) = places.iter().find(|place| view.level(place) <= Some(2))
                    {
                        let month = format!("{:04}-{:02}", day.year(), day.month());
                        *self
                            .totals
                            .entry((month, district.clone(), action))
                            .or_default() += 1;
                    }
                    // Of which kind the incident of another return was is tier C: it is
                    // counted and not listed.
                    if record.nature != ReturnNature::Forced {
                        continue;
                    }
                    let by = fact.meta.recorded_by;
                    rows.push(Row::new(
                        RETURN,
                        cells![
                            record.id,
                            case.state.id,
                            record.nature.code(),
                            day,
                            from.map(|place| place.edition.as_str()),
                            from.map(|place| place.code.as_str()),
                            from.and_then(|place| view.place_name(place))
                                .map(Cell::Text),
                            record.destination.edition.as_str(),
                            record.destination.code.as_str(),
                            view.place_name(&record.destination).map(Cell::Text),
                            u64::from(case.state.persons_on(day)),
                            record.finding,
                            fact.meta.recorded_at,
                            by,
                            Cell::text(source.login(by)?),
                        ],
                    ));
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    fn end(&mut self, _: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let totals = std::mem::take(&mut self.totals).into_iter();
        Ok(totals
            .map(|((month, place, action), count)| {
                let (edition, code) = (place.edition.as_str(), place.code.as_str());
                Row::new(
                    TOTAL,
                    cells![month, edition, code, action, Count(count).cell()],
                )
            })
            .collect())
    }
}
