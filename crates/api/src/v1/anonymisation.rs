//! How long the data of a case is kept: legal holds, and its end by two people (T23).
//!
//! Cases whose time is over are in the list of cases (`due_by`). Not here: the rules
//! (`sanad_core::case::decide`).

use super::household::OnCase;
use super::views::{CaseReceipt, added, changed};
use crate::http::{ApiError, ApiResult, IdempotencyKey, IfMatch, Json, WriteProblems};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, post};
use sanad_core::case::{
    AnonymisationRequest, Command, LegalHoldLifting, LegalHoldReason, LegalHoldRequest,
};
use sanad_core::ids::CaseId;

/// Place a legal hold
///
/// By a data-protection focal point: the data of the case is kept, whatever its age, for
/// a claim, a protection incident or an audit. Each reason stands by itself until it is
/// lifted.
#[utoipa::path(
    operation_id = "placeLegalHold", tag = "Data protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = LegalHoldRequest, example = json!({"reason": "legal_claim", "reference": "claim 14 of 2025"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/legal-holds")]
pub async fn place_legal_hold(on: OnCase, body: Json<LegalHoldRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::PlaceLegalHold(body.value), body.bytes, added)
        .await
}

/// Lift a legal hold
///
/// By a data-protection focal point, with the reason why it is not needed any more.
#[utoipa::path(
    operation_id = "liftLegalHold", tag = "Data protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("reason" = LegalHoldReason, Path, description = "Which hold"),
        IfMatch, IdempotencyKey),
    request_body(content = LegalHoldLifting, example = json!({"remark": "the claim was settled"})),
    responses((status = 200, description = "Lifted", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/legal-holds/{reason}/lifting")]
pub async fn lift_legal_hold(on: OnCase, body: Json<LegalHoldLifting>) -> ApiResult<HttpResponse> {
    let reason = LegalHoldReason::from_code(on.http.match_info().query("reason"));
    let reason = reason.ok_or_else(|| ApiError::not_found("LEGAL_HOLD_NOT_FOUND"))?;
    on.run(
        Command::LiftLegalHold(reason, body.value),
        body.bytes,
        changed,
    )
    .await
}

/// Propose to anonymise a case (T23)
///
/// By a data-protection focal point, of a closed case whose time of keeping is over and
/// that nothing holds back. Where a child belongs to the household, somebody has weighed
/// that it may need the record later.
#[utoipa::path(
    operation_id = "proposeAnonymisation", tag = "Data protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = AnonymisationRequest, example = json!({"child_records_weighed": true})),
    responses((status = 200, description = "Proposed", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/anonymisation/proposal")]
pub async fn propose_anonymisation(
    on: OnCase,
    body: Json<AnonymisationRequest>,
) -> ApiResult<HttpResponse> {
    on.run(
        Command::ProposeAnonymisation(body.value),
        body.bytes,
        changed,
    )
    .await
}

/// Confirm to anonymise a case (T23)
///
/// By a supervisor who did not propose it. What the case says of its persons is destroyed
/// and cannot be brought back: names, papers, contact, answers, evidence and its files,
/// consents, incidents, texts. What stays: where the case stood and when, findings,
/// approvals and returns, who recorded what.
#[utoipa::path(
    operation_id = "confirmAnonymisation", tag = "Data protection",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Anonymised", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/anonymisation/confirmation")]
pub async fn confirm_anonymisation(on: OnCase) -> ApiResult<HttpResponse> {
    on.run(Command::ConfirmAnonymisation, Bytes::new(), changed)
        .await
}
