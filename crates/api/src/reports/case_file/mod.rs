//! R1: the compliance file of one case. Whoever holds nothing else can see who
//! recorded, verified, assessed and approved, on which days, and why each condition
//! came out as it did, with the sources of the standard.
//!
//! Tier D: persons are numbers, remarks and references are left out.

mod answers;
mod findings;
mod timeline;

use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::{Report, Walk};
use sanad_core::case::CaseFacts;
use sanad_core::conditions::assessment::assess;
use sanad_core::conditions::file::AssessmentReport;
use sanad_store::StoreError;
use sanad_store::journal::case_stream;

/// The report.
pub static REPORT: Report = Report {
    name: "case-compliance-file",
    sections: &[
        Section {
            key: "case",
            columns: &[
                "case_id",
                "number",
                "state",
                "organisation",
                "registered_on",
                "place",
                "place_name",
                "destination",
                "destination_name",
                "persons",
            ],
            totals: false,
        },
        Section {
            key: "person",
            columns: &["subject", "person_id"],
            totals: false,
        },
        Section {
            key: "journey",
            columns: &[
                "kind",
                "on",
                "finding_id",
                "subject",
                "detail",
                "recorded_at",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
        Section {
            key: "case_finding",
            columns: &[
                "finding_id",
                "finding",
                "on",
                "expires_on",
                "destination",
                "issued_at",
                "assessor",
                "assessor_login",
                "approved_on",
                "approver_login",
                "catalogue",
                "catalogue_sha256",
                "profile",
                "facts_sha256",
                "recompute",
            ],
            totals: false,
        },
        Section {
            key: "condition",
            columns: &["basis", "condition", "label", "outcome", "because"],
            totals: false,
        },
        Section {
            key: "reason",
            columns: &[
                "basis",
                "condition",
                "indicator",
                "question",
                "subject",
                "value",
                "reason",
                "because",
                "weight",
                "sources",
            ],
            totals: false,
        },
        Section {
            key: "answer",
            columns: &[
                "answer_id",
                "indicator",
                "question",
                "subject",
                "value",
                "score",
                "observed_on",
                "valid_until",
                "freshness",
                "recorded_at",
                "recorded_by",
                "recorded_by_login",
                "confirmed_by_login",
                "supersedes",
                "adjudication",
                "retracted",
            ],
            totals: false,
        },
        Section {
            key: "evidence",
            columns: &[
                "evidence_id",
                "answer_id",
                "indicator",
                "subject",
                "evidence_kind",
                "source_class",
                "source",
                "independent",
                "independence",
                "dated",
                "language",
                "uploaded_by",
                "uploaded_by_login",
                "verified_at",
                "verified_by",
                "verified_by_login",
            ],
            totals: false,
        },
        Section {
            key: "event",
            columns: &[
                "place",
                "place_name",
                "kind",
                "happened_on",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
        Section {
            key: "timeline",
            columns: &[
                "revision",
                "kind",
                "observed_on",
                "subject",
                "detail",
                "recorded_at",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
        Section {
            key: "standard",
            columns: &[
                "condition",
                "indicator",
                "question",
                "mandatory",
                "valid_days",
                "accepted_evidence",
                "independent",
                "sources",
            ],
            totals: false,
        },
    ],
    takes: &["case_id"],
    walk: || Box::new(File { done: false }),
};

const CASE: usize = 0;
const PERSON: usize = 1;
const JOURNEY: usize = 2;
const FINDING: usize = 3;
const CONDITION: usize = 4;
const REASON: usize = 5;
const ANSWER: usize = 6;
const EVIDENCE: usize = 7;
const EVENT: usize = 8;
const TIMELINE: usize = 9;
const STANDARD: usize = 10;

/// One case is one step: it is held whole anyway.
struct File {
    done: bool,
}

impl Walk for File {
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        if self.done {
            return Ok(None);
        }
        self.done = true;
        let Some(id) = source.view.filter.case_id else {
            return Ok(None);
        };
        let Some(case) = source.case(case_stream(id))? else {
            return Ok(None);
        };
        let mut rows = head(&case, source);
        rows.extend(timeline::journey(&case, source)?);
        rows.extend(findings::issued(&case, source)?);
        let areas = source.knowledge(&case.state)?;
        let view = source.view;
        let (catalogue, on) = (&view.catalogue, view.as_of);
        let facts = CaseFacts::gather(&case.state, &areas, catalogue, on, view.profile, None);
        // Without an assessor there is nobody who could have assessed themselves.
        if let Ok(assessment) = assess(catalogue, &facts.facts) {
            let report =
                AssessmentReport::new(&assessment, catalogue, |subject| facts.name_of(subject));
            rows.extend(findings::conditions(&case, "as_of", &report));
            rows.extend(findings::reasons(&case, "as_of", &report, source));
        }
        rows.extend(answers::all(&case, &areas, &facts, source)?);
        rows.extend(timeline::facts(&case, source)?);
        rows.extend(standard(source));
        // Sections in the order of the report, each once.
        rows.sort_by_key(|row| row.section);
        Ok(Some(rows))
    }
}

fn head(case: &CaseFile, source: &Source<'_>) -> Vec<Row> {
    let (state, view) = (&case.state, source.view);
    let place = case.place();
    let destination = state.destination.as_ref().map(|(place, _)| place);
    let mut rows = vec![Row::new(
        CASE,
        cells![
            state.id,
            state.number.as_str(),
            state.state.code(),
            state.organisation,
            state.registered_on,
            place,
            place
                .and_then(|place| view.place_name(place))
                .map(Cell::Text),
            destination,
            destination
                .and_then(|place| view.place_name(place))
                .map(Cell::Text),
            u64::from(state.persons_on(view.as_of)),
        ],
    )];
    rows.extend(state.members.iter().map(|member| {
        let id = member.id.to_string();
        Row::new(PERSON, cells![Cell::text(case.label(&id)), member.id])
    }));
    rows
}

/// The standard in force, so that the file speaks for itself: every question with what
/// it asks for and where it comes from.
fn standard(source: &Source<'_>) -> Vec<Row> {
    let catalogue = &source.view.catalogue;
    let row = |indicator: &sanad_core::conditions::Indicator| {
        let kinds: Vec<&str> = indicator
            .evidence
            .iter()
            .map(|kind| catalogue.evidence_code(kind))
            .collect();
        Row::new(
            STANDARD,
            cells![
                indicator.condition.code(),
                indicator.id.as_str(),
                Cell::text(indicator.question("en")),
                indicator.mandatory,
                u64::from(indicator.validity_days),
                kinds.join(" "),
                indicator.independent,
                Cell::text(super::area_dossier::sources(indicator)),
            ],
        )
    };
    catalogue.indicators().iter().map(row).collect()
}
