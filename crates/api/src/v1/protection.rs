//! What protects people on their way: what each of them agrees to, the best interests
//! of children, incidents and what was done about them.
//!
//! Not here: the rules (`sanad_core::case::decide`), withdrawals (`journey`).

use super::household::{OnCase, person_id};
use super::views::{CaseReceipt, added, changed};
use crate::http::{ApiError, ApiResult, IdempotencyKey, IfMatch, Json, WriteProblems};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, post};
use sanad_core::case::{
    BestInterestsReport, Command, ConsentStatement, IncidentAction, IncidentReport,
};
use sanad_core::ids::{CaseId, IncidentId, PersonId};

/// Record what a person agrees to, or does not
///
/// One purpose a call: the return, data processing, or sharing with the country of origin.
/// A statement about the return is also the person's answer to VOL-01. Refusals are recorded
/// as well. Consent to return rests on an information pack of the last 60 days; after a
/// withdrawal it needs a new interview after 72 hours and a second officer.
#[utoipa::path(
    operation_id = "stateConsent", tag = "Protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("person_id" = PersonId, Path, description = "Id of the person"),
        IfMatch, IdempotencyKey),
    request_body(content = ConsentStatement, example = json!({
        "purpose": "return", "decision": "given", "said_on": "2025-05-12", "form": "signed",
        "information": {"edition": "XZ0202 no. 4", "dated": "2025-05-02"},
        "interview": {"alone": true, "language": "ar", "persons_present": "interviewer and interpreter", "chosen_sex_offered": true}
    })),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/members/{person_id}/consents")]
pub async fn state_consent(on: OnCase, body: Json<ConsentStatement>) -> ApiResult<HttpResponse> {
    let person = person_id(&on.http)?;
    let command = Command::StateConsent(person, Box::new(body.value));
    on.run(command, body.bytes, added).await
}

/// Record a child's best interests
///
/// An assessment, or a determination by a panel of at least three. A determination about an
/// unaccompanied or separated child is the answer to VOL-10, and that answer comes by no other
/// way; a second officer confirms it. Parents who disagree, and a child who would be parted
/// from one, go to a panel, too.
#[utoipa::path(
    operation_id = "recordBestInterests", tag = "Protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("person_id" = PersonId, Path, description = "Id of the person"),
        IfMatch, IdempotencyKey),
    request_body(content = BestInterestsReport, example = json!({
        "kind": "assessment", "ground": "parted_from_parent", "outcome": "opened", "dated": "2025-05-12"
    })),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/members/{person_id}/best-interests")]
pub async fn record_best_interests(
    on: OnCase,
    body: Json<BestInterestsReport>,
) -> ApiResult<HttpResponse> {
    let person = person_id(&on.http)?;
    let command = Command::RecordBestInterests(person, Box::new(body.value));
    on.run(command, body.bytes, added).await
}

/// Report a protection incident
///
/// In any state of the case, by any case role. A forced return is recorded as a return, which
/// opens its incident by itself.
#[utoipa::path(
    operation_id = "recordIncident", tag = "Protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = IncidentReport, example = json!({
        "kind": "return_prevented", "happened_on": "2025-05-12", "place": {"edition": "XZ-2025-01", "code": "XZ0202"}
    })),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/incidents")]
pub async fn record_incident(on: OnCase, body: Json<IncidentReport>) -> ApiResult<HttpResponse> {
    on.run(Command::RecordIncident(body.value), body.bytes, added)
        .await
}

/// Confirm an incident (T11)
///
/// By a protection officer; until then it is reported only.
#[utoipa::path(
    operation_id = "confirmIncident", tag = "Protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("incident_id" = IncidentId, Path, description = "Id of the incident"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Confirmed", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/incidents/{incident_id}/confirmation")]
pub async fn confirm_incident(on: OnCase) -> ApiResult<HttpResponse> {
    let incident = incident_id(&on.http)?;
    on.run(Command::ConfirmIncident(incident), Bytes::new(), changed)
        .await
}

/// Record what was done about an incident
///
/// A case is not closed while one of its incidents is open.
#[utoipa::path(
    operation_id = "followIncident", tag = "Protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("incident_id" = IncidentId, Path, description = "Id of the incident"),
        IfMatch, IdempotencyKey),
    request_body(content = IncidentAction, example = json!({"status": "action_taken", "remark": "legal aid was asked to see the family"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/incidents/{incident_id}/actions")]
pub async fn follow_incident(on: OnCase, body: Json<IncidentAction>) -> ApiResult<HttpResponse> {
    let incident = incident_id(&on.http)?;
    let command = Command::FollowIncident(incident, body.value);
    on.run(command, body.bytes, added).await
}

fn incident_id(http: &HttpRequest) -> ApiResult<IncidentId> {
    http.match_info()
        .query("incident_id")
        .parse()
        .map_err(|_| ApiError::not_found("INCIDENT_NOT_FOUND"))
}
