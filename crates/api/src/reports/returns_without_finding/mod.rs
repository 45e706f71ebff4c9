//! R3: every return on whose day of departure no compliant, unexpired finding stood.
//! Among the facilitated ones it must be empty.
//!
//! Computed from the journal, and each finding and departure that should cover a return
//! is assessed again (`why`); the registers are compared with it, so that a row altered
//! by hand is listed and not believed. Last come the returns whose case has no journal
//! at all.

mod why;

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source, View};
use super::suppression::Count;
use super::walks::{Cases, EachCase};
use sanad_core::case::{Event, ReturnNature};
use sanad_core::ids::{OrganisationId, UserId};
use sanad_store::StoreError;
use sanad_store::batch::Batch;
use sanad_store::journal::{case_stream, decode};
use sanad_store::rows::ReturnRow;
use sanad_store::sql_types::Key;
use sanad_store::{place_path, rebuild};
use std::collections::BTreeMap;
use why::{Recorded, returns, why_uncovered};

/// The report.
pub static REPORT: Report = Report {
    name: "returns-without-finding",
    sections: &[
        Section {
            key: "return",
            columns: &[
                "return_id",
                "case_id",
                "nature",
                "departed_on",
                "place_edition",
                "place_code",
                "destination_edition",
                "destination_code",
                "assessed",
                "finding_id",
                "finding",
                "finding_expires_on",
                "recorded_at",
                "recorded_by",
                "recorded_by_login",
                "because",
                "nature_in_register",
            ],
            totals: false,
        },
        Section {
            key: "return_total",
            columns: &[
                "nature",
                "destination_edition",
                "destination_code",
                "returns",
            ],
            totals: true,
        },
    ],
    takes: &["place", "from", "to", "nature"],
    walk: Cases::<Uncovered>::walk,
};

const RETURN: usize = 0;
const TOTAL: usize = 1;

/// Rows of the register read in one step.
const ROWS_IN_A_STEP: i64 = 200;

/// Sums by nature and destination.
#[derive(Default)]
struct Uncovered {
    totals: BTreeMap<(&'static str, String, String), u64>,
    after: Option<Key>,
}

/// Counted as what the journal says, unless the register calls it facilitated: that
/// word must never stand for a return without a finding.
fn counted_as(journal: Option<ReturnNature>, register: Option<&str>) -> &'static str {
    let known = register.and_then(ReturnNature::from_code);
    match (journal, known) {
        (_, Some(ReturnNature::Facilitated)) => ReturnNature::Facilitated.code(),
        (Some(nature), _) | (None, Some(nature)) => nature.code(),
        (None, None) => ReturnNature::Unknown.code(),
    }
}

/// Whether a row belongs to a report of a past day. The moment is the row's own word:
/// one that lies ahead of the clock is nobody's, and hides nothing.
fn in_time(row: &ReturnRow, view: &View) -> bool {
    view.moment()
        .is_none_or(|last| row.recorded_at <= last || row.recorded_at > view.began)
}

/// Whether a return was recorded while the report is written. The journal says so; the
/// position in the row is the row's own word.
fn recorded_later(row: &ReturnRow, source: &mut Source<'_>) -> Result<bool, StoreError> {
    if source.view.holds(row.position) {
        return Ok(false);
    }
    let facts = decode::<Event>(&source.db.stream(row.case_id, None)?)?;
    Ok(facts.iter().any(|fact| match &fact.event {
        Event::ReturnRecorded(record) => record.id.0 == row.return_id.0,
        _ => false,
    }))
}

impl Uncovered {
    fn wanted(source: &Source<'_>, nature: &str) -> bool {
        let wanted = source.view.filter.nature;
        wanted.is_none_or(|wanted| wanted.code() == nature)
    }

    fn count(&mut self, nature: &'static str, edition: &str, code: &str) {
        let place = (nature, edition.to_owned(), code.to_owned());
        *self.totals.entry(place).or_default() += 1;
    }

    fn of_journal(
        &mut self,
        case: &CaseFile,
        one: &Recorded<'_>,
        (expected, row): (&Batch, Option<&ReturnRow>),
        source: &mut Source<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let record = one.record;
        if !source.view.within(record.departed_on) {
            return Ok(None);
        }
        let mut because = why_uncovered(case, one, expected, source)?;
        match row {
            None => because.push("not_in_register"),
            Some(row) if !expected.returns.contains(row) => because.push("register_differs"),
            Some(_) => {}
        }
        let nature = counted_as(Some(record.nature), row.map(|row| row.nature.as_str()));
        if because.is_empty() || !Self::wanted(source, nature) {
            return Ok(None);
        }
        let destination = &record.destination;
        self.count(
            nature,
            destination.edition.as_str(),
            destination.code.as_str(),
        );
        let place = case.place();
        let finding = one.covering();
        Ok(Some(Row::new(
            RETURN,
            cells![
                record.id,
                case.state.id,
                record.nature.code(),
                record.departed_on,
                place.map(|place| place.edition.as_str()),
                place.map(|place| place.code.as_str()),
                record.destination.edition.as_str(),
                record.destination.code.as_str(),
                record.assessed.code(),
                finding.map(|finding| finding.id),
                finding.map(|finding| finding.assessment.finding.code()),
                finding.map(|finding| finding.assessment.expires_on),
                one.meta.recorded_at,
                one.meta.recorded_by,
                Cell::text(source.login(one.meta.recorded_by)?),
                because.join(" "),
                row.map(|row| row.nature.as_str()),
            ],
        )))
    }

    /// A return of which only the register knows.
    fn of_register(
        &mut self,
        row: &ReturnRow,
        source: &mut Source<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let nature = counted_as(None, Some(&row.nature));
        let view = source.view;
        if !view.within(row.departed_on.0) || !Self::wanted(source, nature) {
            return Ok(None);
        }
        self.count(nature, &row.destination_edition, &row.destination_code);
        let by = UserId(row.recorded_by.0);
        Ok(Some(Row::new(
            RETURN,
            cells![
                row.return_id.0,
                row.case_id.0,
                Cell::Empty,
                row.departed_on.0,
                row.place_edition.as_str(),
                row.place_code.as_str(),
                row.destination_edition.as_str(),
                row.destination_code.as_str(),
                row.assessed.as_str(),
                row.finding_id.map(|id| id.0),
                row.finding_outcome.as_deref(),
                row.finding_expires_on.map(|day| day.0),
                row.recorded_at.timestamp(),
                by,
                Cell::text(source.login(by)?),
                "not_in_journal",
                row.nature.as_str(),
            ],
        )))
    }
}

impl EachCase for Uncovered {
    const ABOUT_PERSONS: bool = false;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        let register = source.db.returns_of(case_stream(case.state.id))?;
        let recorded = returns(case);
        if recorded.is_empty() && register.is_empty() {
            return Ok(Vec::new());
        }
        let mut expected = Batch::default();
        rebuild::register(&case.facts, &mut expected)?;
        let mut rows = Vec::new();
        for one in &recorded {
            let same = |row: &&ReturnRow| row.return_id.0 == one.record.id.0;
            let row = register.iter().find(same);
            rows.extend(self.of_journal(case, one, (&expected, row), source)?);
        }
        for row in register.iter().filter(|row| in_time(row, view)) {
            let known = |one: &Recorded<'_>| one.record.id.0 == row.return_id.0;
            if !recorded.iter().any(known) && !recorded_later(row, source)? {
                rows.extend(self.of_register(row, source)?);
            }
        }
        Ok(rows)
    }

    /// Whoever writes a row for a case that never was, or removes the case of a row, is
    /// found here. Only what the row says of itself can say who may see it.
    fn beyond(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        let found = source.db.returns_without_case(self.after, ROWS_IN_A_STEP)?;
        let Some(last) = found.last() else {
            return Ok(None);
        };
        self.after = Some(last.return_id);
        let view = source.view;
        let mut rows = Vec::new();
        for row in found.iter().filter(|row| in_time(row, view)) {
            let places = place_path::decode(&row.place_path);
            let covered = view.filter.place.is_none() || places.iter().any(|one| view.covers(one));
            let organisation = OrganisationId(row.organisation_id.0);
            if covered && source.sees_row(organisation, &places) {
                rows.extend(self.of_register(row, source)?);
            }
        }
        Ok(Some(rows))
    }

    /// The facilitated ones are summed up also when there is none: that zero is what
    /// the report is read for.
    fn end(&mut self, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let facilitated = ReturnNature::Facilitated.code();
        let mut rows = Vec::new();
        if !self
            .totals
            .keys()
            .any(|(nature, ..)| *nature == facilitated)
            && Self::wanted(source, facilitated)
        {
            rows.push(Row::new(
                TOTAL,
                cells![facilitated, Cell::Empty, Cell::Empty, 0_u64],
            ));
        }
        rows.extend(std::mem::take(&mut self.totals).into_iter().map(
            |((nature, edition, code), count)| {
                // Of what must not be, every single one is counted.
                let shown = if nature == facilitated {
                    Cell::from(count)
                } else {
                    Count(count).cell()
                };
                Row::new(TOTAL, cells![nature, edition, code, shown])
            },
        ));
        Ok(rows)
    }
}
