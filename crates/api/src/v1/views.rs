//! What the API shows, as far as it is not a type of the domain itself.

use crate::http::{ApiResult, etag};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::area::{AreaFact, AreaState, PlaceRef};
use sanad_core::case::{CaseNumber, CaseState, Event, State};
use sanad_core::conditions::Finding;
use sanad_core::ids::{
    AnswerId, AreaEventId, CaseId, EvidenceId, FindingId, OrganisationId, PersonId, ReturnId,
};
use sanad_store::rows::CaseHeadRow;
use serde::Serialize;
use utoipa::ToSchema;

/// What a write came to. Holds ids and codes only, no personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseReceipt {
    /// The case.
    pub case_id: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Facts in its journal now; also its `ETag`.
    pub revision: u64,
    /// Where it stands now.
    pub state: State,
    /// Everyone who is or was in the case, in the order of joining.
    pub persons: Vec<PersonId>,
    /// Answers recorded by this request, in its order.
    pub answers: Vec<AnswerReceipt>,
    /// The finding issued by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingReceipt>,
    /// The return recorded by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
}

/// An answer that was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerReceipt {
    /// Its id.
    pub answer_id: AnswerId,
    /// Its items of evidence, in the order sent.
    pub evidence: Vec<EvidenceId>,
}

/// A finding that was issued.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FindingReceipt {
    /// Its id.
    pub finding_id: FindingId,
    /// What it says.
    pub finding: Finding,
    /// The last day on which it may be relied on.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
}

impl CaseReceipt {
    fn of(case: &CaseState, events: &[Event]) -> Self {
        let mut receipt = Self {
            case_id: case.id,
            number: case.number.clone(),
            revision: case.revision,
            state: case.state,
            persons: case.person_ids(),
            answers: Vec::new(),
            finding: None,
            return_id: None,
        };
        for event in events {
            match event {
                Event::AnswerRecorded(answer) => receipt.answers.push(AnswerReceipt {
                    answer_id: answer.id,
                    evidence: answer.evidence.iter().map(|item| item.id).collect(),
                }),
                Event::FindingIssued(finding) => {
                    receipt.finding = Some(FindingReceipt {
                        finding_id: finding.id,
                        finding: finding.assessment.finding,
                        expires_on: finding.assessment.expires_on,
                    });
                }
                Event::ReturnRecorded(record) => receipt.return_id = Some(record.id),
                _ => {}
            }
        }
        receipt
    }
}

fn case_answer(
    status: StatusCode,
    location: Option<String>,
    case: &CaseState,
    events: &[Event],
) -> ApiResult<Answer> {
    Ok(Answer {
        status,
        etag: Some(etag(case.revision)),
        location,
        body: json(&CaseReceipt::of(case, events))?,
        replayed: false,
    })
}

/// The case was changed: 200.
pub(crate) fn changed(case: &CaseState, events: &[Event]) -> ApiResult<Answer> {
    case_answer(StatusCode::OK, None, case, events)
}

/// The case was made: 201 and where it is.
pub(crate) fn registered(case: &CaseState, events: &[Event]) -> ApiResult<Answer> {
    case_answer(
        StatusCode::CREATED,
        Some(format!("/v1/cases/{}", case.id)),
        case,
        events,
    )
}

/// Something was added to the case: 201 and where the case is.
pub(crate) fn added(case: &CaseState, events: &[Event]) -> ApiResult<Answer> {
    registered(case, events)
}

/// A finding was issued: 201 and where it is.
pub(crate) fn issued(case: &CaseState, events: &[Event]) -> ApiResult<Answer> {
    let location = case
        .findings
        .last()
        .map(|finding| format!("/v1/findings/{}", finding.id));
    case_answer(StatusCode::CREATED, location, case, events)
}

/// What a write about a place came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaReceipt {
    /// The place.
    pub place: PlaceRef,
    /// Facts in its journal now.
    pub revision: u64,
    /// Answers recorded by this request, in its order.
    pub answers: Vec<AnswerReceipt>,
    /// The event recorded by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<AreaEventId>,
}

/// The knowledge of a place was changed.
pub(crate) fn area_changed(
    place: &PlaceRef,
    state: &AreaState,
    facts: &[AreaFact],
) -> ApiResult<Answer> {
    let mut receipt = AreaReceipt {
        place: place.clone(),
        revision: state.revision,
        answers: Vec::new(),
        event_id: None,
    };
    for fact in facts {
        match fact {
            AreaFact::AnswerRecorded(answer) => receipt.answers.push(AnswerReceipt {
                answer_id: answer.id,
                evidence: answer.evidence.iter().map(|item| item.id).collect(),
            }),
            AreaFact::EventRecorded(record) => receipt.event_id = Some(record.id),
            _ => {}
        }
    }
    let new = !receipt.answers.is_empty() || receipt.event_id.is_some();
    Ok(Answer {
        status: if new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        },
        etag: None,
        location: new.then(|| format!("/v1/areas/{place}")),
        body: json(&receipt)?,
        replayed: false,
    })
}

/// A case in a list: tier D only.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseSummary {
    /// Its id.
    pub id: CaseId,
    /// Its number, without meaning.
    pub number: String,
    /// Facts in its journal; also its `ETag`.
    pub revision: i64,
    /// Who keeps it.
    pub organisation: OrganisationId,
    /// Where it stands.
    #[schema(value_type = State)]
    pub state: String,
    /// Day of registration.
    #[schema(value_type = String, format = Date)]
    pub registered_on: Date,
    /// Where the household lives now.
    pub place: PlaceText,
    /// Where it wants to return to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<PlaceText>,
    /// Persons in the household.
    pub members: i32,
    /// The latest issued finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingSummary>,
    /// The day of departure, if a return is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub returned_on: Option<Date>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When the last fact was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A place as a list shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceText {
    /// Edition of the list of places.
    pub edition: String,
    /// Code of the place.
    pub code: String,
}

/// The latest finding of a case as a list shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FindingSummary {
    /// Its id.
    pub id: FindingId,
    /// What it says.
    #[schema(value_type = Finding)]
    pub finding: String,
    /// The day of evaluation.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The last day on which it may be relied on.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
}

impl From<CaseHeadRow> for CaseSummary {
    fn from(row: CaseHeadRow) -> Self {
        let finding = match (
            row.finding_id,
            row.finding_outcome,
            row.finding_on,
            row.finding_expires_on,
        ) {
            (Some(id), Some(finding), Some(on), Some(expires_on)) => Some(FindingSummary {
                id: FindingId(id.0),
                finding,
                on: on.0,
                expires_on: expires_on.0,
            }),
            _ => None,
        };
        let destination = match (row.destination_edition, row.destination_code) {
            (Some(edition), Some(code)) => Some(PlaceText { edition, code }),
            _ => None,
        };
        Self {
            id: CaseId(row.case_id.0),
            number: row.number,
            revision: row.revision,
            organisation: OrganisationId(row.organisation_id.0),
            state: row.state,
            registered_on: row.registered_on.0,
            place: PlaceText {
                edition: row.place_edition,
                code: row.place_code,
            },
            destination,
            members: row.members,
            finding,
            returned_on: row.returned_on.map(|day| day.0),
            opened_at: row.opened_at.timestamp(),
            updated_at: row.updated_at.timestamp(),
        }
    }
}
