//! R3: every return on whose day of departure no compliant, unexpired finding stood.
//! Among the facilitated ones it must be empty.
//!
//! Computed from the journal, and each finding that should cover a return is assessed
//! again; the register of returns is compared with it, so that a row altered by hand
//! is listed and not believed.

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::walks::{Cases, EachCase};
use sanad_core::area::PlaceRef;
use sanad_core::case::{Event, IssuedFinding, Meta, ReturnNature, ReturnRecord};
use sanad_core::conditions::Finding;
use sanad_store::StoreError;
use sanad_store::journal::case_stream;
use sanad_store::rows::ReturnRow;
use std::collections::BTreeMap;

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

/// Sums by nature and destination.
#[derive(Default)]
struct Uncovered {
    totals: BTreeMap<(&'static str, PlaceRef), u64>,
}

/// A return as the journal has it, with the findings that stood before it.
struct Recorded<'f> {
    record: &'f ReturnRecord,
    meta: Meta,
    findings: Vec<&'f IssuedFinding>,
    approved: bool,
}

impl Recorded<'_> {
    /// The finding on which the return was, or would have been, based.
    fn covering(&self) -> Option<&IssuedFinding> {
        let record = self.record;
        let fits = |finding: &&&IssuedFinding| {
            finding.destination == record.destination && finding.assessment.on <= record.departed_on
        };
        let named = |finding: &&&IssuedFinding| {
            record.nature != ReturnNature::Facilitated || Some(finding.id) == record.finding
        };
        self.findings.iter().rev().filter(fits).find(named).copied()
    }
}

fn returns(case: &CaseFile) -> Vec<Recorded<'_>> {
    let mut findings: Vec<&IssuedFinding> = Vec::new();
    let (mut approved, mut departed) = (None, None);
    let mut found = Vec::new();
    for fact in &case.facts {
        match &fact.event {
            Event::FindingIssued(finding) => findings.push(finding),
            Event::Approved(approval) => approved = Some(approval.finding),
            Event::Departed(departure) => departed = Some(departure.finding),
            // An approval and a departure count for one journey.
            Event::SteppedBack { .. } | Event::Closed { .. } => {
                approved = None;
                departed = None;
            }
            Event::ReturnRecorded(record) => found.push(Recorded {
                record,
                meta: fact.meta,
                findings: findings.clone(),
                approved: {
                    let of_this =
                        |finding: Option<_>| finding.is_some() && finding == record.finding;
                    of_this(approved.take()) && of_this(departed.take())
                },
            }),
            _ => {}
        }
    }
    found
}

/// Why no compliant finding covers a return; none when one does.
fn why_uncovered(
    case: &CaseFile,
    one: &Recorded<'_>,
    source: &mut Source<'_>,
) -> Result<Vec<&'static str>, StoreError> {
    let mut because = Vec::new();
    let Some(finding) = one.covering() else {
        return Ok(vec!["no_finding"]);
    };
    if finding.assessment.finding != Finding::Compliant {
        because.push("finding_not_compliant");
    } else if one.record.departed_on > finding.assessment.expires_on {
        because.push("finding_expired");
    } else {
        let behind = source.behind(case.state.id, finding.id)?;
        if !behind.is_some_and(|behind| behind.is_compliant_again()) {
            because.push("finding_not_reproduced");
        }
    }
    if one.record.nature == ReturnNature::Facilitated && !one.approved {
        because.push("not_approved");
    }
    Ok(because)
}

/// Whether the register says of a return what the journal says.
fn agrees(row: &ReturnRow, one: &Recorded<'_>) -> bool {
    let record = one.record;
    let covering = one.findings.iter().find(|f| Some(f.id) == record.finding);
    row.nature == record.nature.code()
        && row.departed_on.0 == record.departed_on
        && row.destination_edition == record.destination.edition.as_str()
        && row.destination_code == record.destination.code.as_str()
        && row.compliant == record.compliant
        && row.finding_id.map(|id| id.0) == record.finding.map(|id| id.0)
        && row.finding_outcome.as_deref()
            == covering.map(|finding| finding.assessment.finding.code())
        && row.finding_expires_on.map(|day| day.0)
            == covering.map(|finding| finding.assessment.expires_on)
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

impl Uncovered {
    fn wanted(source: &Source<'_>, nature: &str) -> bool {
        let wanted = source.view.filter.nature;
        wanted.is_none_or(|wanted| wanted.code() == nature)
    }

    fn count(&mut self, nature: &'static str, destination: &PlaceRef) {
        *self
            .totals
            .entry((nature, destination.clone()))
            .or_default() += 1;
    }

    fn of_journal(
        &mut self,
        case: &CaseFile,
        one: &Recorded<'_>,
        row: Option<&ReturnRow>,
        source: &mut Source<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let record = one.record;
        if !source.view.within(record.departed_on) {
            return Ok(None);
        }
        let mut because = why_uncovered(case, one, source)?;
        match row {
            None => because.push("not_in_register"),
            Some(row) if !agrees(row, one) => because.push("register_differs"),
            Some(_) => {}
        }
        let nature = counted_as(Some(record.nature), row.map(|row| row.nature.as_str()));
        if because.is_empty() || !Self::wanted(source, nature) {
            return Ok(None);
        }
        self.count(nature, &record.destination);
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
        if let Ok(place) = PlaceRef::parse(&row.destination_edition, &row.destination_code) {
            self.count(nature, &place);
        }
        let by = sanad_core::ids::UserId(row.recorded_by.0);
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
    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        let register = source.db.returns_of(case_stream(case.state.id))?;
        let recorded = returns(case);
        let mut rows = Vec::new();
        for one in &recorded {
            let same = |row: &&ReturnRow| row.return_id.0 == one.record.id.0;
            let row = register.iter().find(same);
            rows.extend(self.of_journal(case, one, row, source)?);
        }
        let last = view.moment();
        let in_time = |row: &&ReturnRow| {
            view.holds(row.position) && last.is_none_or(|last| row.recorded_at <= last)
        };
        for row in register.iter().filter(in_time) {
            if !recorded
                .iter()
                .any(|one| one.record.id.0 == row.return_id.0)
            {
                rows.extend(self.of_register(row, source)?);
            }
        }
        Ok(rows)
    }

    /// The facilitated ones are summed up also when there is none: that zero is what
    /// the report is read for.
    fn end(&mut self, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let facilitated = ReturnNature::Facilitated.code();
        let mut rows = Vec::new();
        if !self.totals.keys().any(|(nature, _)| *nature == facilitated)
            && Self::wanted(source, facilitated)
        {
            rows.push(Row::new(
                TOTAL,
                cells![facilitated, Cell::Empty, Cell::Empty, 0_u64],
            ));
        }
        rows.extend(std::mem::take(&mut self.totals).into_iter().map(
            |((nature, place), count)| {
                let (edition, code) = (place.edition.as_str(), place.code.as_str());
                Row::new(TOTAL, cells![nature, edition, code, count])
            },
        ));
        Ok(rows)
    }
}
