//! What the API shows, as far as it is not a type of the domain itself.

use crate::http::{ApiResult, etag};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use jiff::civil::Date;
use sanad_core::area::{AreaFact, AreaState, PlaceRef};
use sanad_core::case::{CaseNumber, CaseState, Event, State};
use sanad_core::conditions::Finding;
use sanad_core::ids::{
    AnswerId, AreaEventId, CaseId, EvidenceId, FindingId, IncidentId, PersonId, ReturnId,
};
use sanad_store::LookedAgain;
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
    /// The item of evidence recorded by this request by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_id: Option<EvidenceId>,
    /// The finding issued by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingReceipt>,
    /// The return recorded by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
    /// The incident recorded by this request, by itself or with a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<IncidentId>,
}

/// An answer that was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerReceipt {
    /// Its id.
    pub answer_id: AnswerId,
    /// The items of evidence recorded with it, in the order sent; not those it names.
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
            evidence_id: None,
            finding: None,
            return_id: None,
            incident_id: None,
        };
        for event in events {
            match event {
                Event::AnswerRecorded(answer) => receipt.answers.push(AnswerReceipt {
                    answer_id: answer.id,
                    evidence: answer.evidence.iter().map(|item| item.id).collect(),
                }),
                Event::EvidenceRecorded(item) => receipt.evidence_id = Some(item.id),
                Event::FindingIssued(finding) => {
                    receipt.finding = Some(FindingReceipt {
                        finding_id: finding.id,
                        finding: finding.assessment.finding,
                        expires_on: finding.assessment.expires_on,
                    });
                }
                Event::ReturnRecorded(record) => receipt.return_id = Some(record.id),
                Event::IncidentRecorded(record) => receipt.incident_id = Some(record.id),
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
    /// The item of evidence recorded by this request by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_id: Option<EvidenceId>,
    /// The event recorded by this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<AreaEventId>,
    /// What it did to findings of cases that are bound to the place.
    pub open_findings: OpenFindings,
}

/// Open findings that were assessed again when something was recorded about a place.
/// Cases with which the caller has a declared conflict of interest are not counted.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OpenFindings {
    /// How many were looked at in cases whose findings the caller may see; findings that
    /// are known to hold no longer are not.
    pub looked_at: u64,
    /// How many of them no longer hold. Their cases are flagged.
    pub lost: u64,
    /// The same of other cases, in fives: fewer than five are not told (DP-21 –).
    pub elsewhere: OpenFindingsElsewhere,
}

/// Open findings of cases that the caller may not see.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OpenFindingsElsewhere {
    /// How many were looked at, in fives.
    pub looked_at: u64,
    /// How many of them no longer hold, in fives. Their cases are flagged.
    pub lost: u64,
}

/// A number of other offices' cases as it is told: small ones are not (DP-21 –).
pub(crate) const fn in_fives(count: u64) -> u64 {
    count / 5 * 5
}

/// The knowledge of a place was changed.
pub(crate) fn area_changed(
    place: &PlaceRef,
    state: &AreaState,
    facts: &[AreaFact],
    again: LookedAgain,
) -> ApiResult<Answer> {
    let mut receipt = AreaReceipt {
        place: place.clone(),
        revision: state.revision,
        answers: Vec::new(),
        evidence_id: None,
        event_id: None,
        open_findings: OpenFindings {
            looked_at: again.here.looked_at,
            lost: again.here.lost,
            elsewhere: OpenFindingsElsewhere {
                looked_at: in_fives(again.elsewhere.looked_at),
                lost: in_fives(again.elsewhere.lost),
            },
        },
    };
    for fact in facts {
        match fact {
            AreaFact::AnswerRecorded(answer) => receipt.answers.push(AnswerReceipt {
                answer_id: answer.id,
                evidence: answer.evidence.iter().map(|item| item.id).collect(),
            }),
            AreaFact::EvidenceRecorded(item) => receipt.evidence_id = Some(item.id),
            AreaFact::EventRecorded(record) => receipt.event_id = Some(record.id),
            _ => {}
        }
    }
    let new =
        !receipt.answers.is_empty() || receipt.evidence_id.is_some() || receipt.event_id.is_some();
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

#[cfg(test)]
mod tests {
    #[test]
    fn small_numbers_of_others_are_not_told() {
        let told = [0, 1, 4, 5, 9, 10].map(super::in_fives);
        assert_eq!(told, [0, 0, 0, 5, 5, 10]);
    }
}
