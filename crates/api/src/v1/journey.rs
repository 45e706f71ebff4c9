//! From a finding to the return and out of the register: approval, departure,
//! arrival, withdrawal of consent, hold, closure.
//!
//! Not here: the rules (`sanad_core::case::decide`), returns recorded as facts
//! (`returns`).

use super::household::{OnCase, person_id};
use super::views::{CaseReceipt, added, changed};
use crate::http::{ApiResult, IdempotencyKey, IfMatch, Json, WriteProblems};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, post};
use sanad_core::case::{
    ApprovalRequest, ArrivalReport, ClosureRequest, Command, DepartureReport, HoldRequest,
    ReopeningRequest, StepBack, Withdrawal,
};
use sanad_core::ids::{CaseId, PersonId};

/// Approve a facilitated return (T7)
///
/// On the latest finding, which must be compliant and unexpired and still hold today. Neither
/// the assessor nor whoever recorded a person's consent may approve (`SELF_APPROVAL`); no
/// role can override a finding.
#[utoipa::path(
    operation_id = "approveReturn", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ApprovalRequest, example = json!({"finding": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a31"})),
    responses((status = 201, description = "Approved", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/approvals")]
pub async fn approve_return(on: OnCase, body: Json<ApprovalRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::Approve(body.value), body.bytes, added)
        .await
}

/// Record the departure of an approved return (T8)
///
/// The return is assessed again for the day of departure; when it is no longer compliant, the
/// departure is refused with every reason.
#[utoipa::path(
    operation_id = "recordDeparture", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = DepartureReport, example = json!({"departed_on": "2025-05-12"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/departures")]
pub async fn record_departure(on: OnCase, body: Json<DepartureReport>) -> ApiResult<HttpResponse> {
    on.run(Command::RecordDeparture(body.value), body.bytes, added)
        .await
}

/// Confirm an arrival (T9, T14, T20)
///
/// Makes a facilitated return of an approved departure; after a return of another nature,
/// or another solution, it is the day from which monitoring counts. An arrival elsewhere
/// than approved is recorded as the return it was.
#[utoipa::path(
    operation_id = "confirmArrival", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ArrivalReport, example = json!({"arrived_on": "2025-05-13", "place": {"edition": "XZ-2025-01", "code": "XZ0202"}})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/arrivals")]
pub async fn confirm_arrival(on: OnCase, body: Json<ArrivalReport>) -> ApiResult<HttpResponse> {
    on.run(Command::ConfirmArrival(body.value), body.bytes, added)
        .await
}

/// Take a case back to profiling (T12)
///
/// Cancels an approval and a departure. A withdrawal of consent is recorded as such and does this by itself.
#[utoipa::path(
    operation_id = "stepBack", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = StepBack, example = json!({"reason": "change_of_mind"})),
    responses((status = 201, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/steps-back")]
pub async fn step_back(on: OnCase, body: Json<StepBack>) -> ApiResult<HttpResponse> {
    on.run(Command::StepBack(body.value), body.bytes, added)
        .await
}

/// Put a case on hold (T13)
///
/// With a reason, and a day within 90 days on which somebody looks at it again. Facts can be recorded meanwhile.
#[utoipa::path(
    operation_id = "holdCase", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = HoldRequest, example = json!({"reason": "awaiting_document", "review_on": "2025-06-30"})),
    responses((status = 201, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/holds")]
pub async fn hold_case(on: OnCase, body: Json<HoldRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::Hold(body.value), body.bytes, added).await
}

/// Close a case (T21)
///
/// With a reason code. It can be opened again.
#[utoipa::path(
    operation_id = "closeCase", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ClosureRequest, example = json!({"reason": "no_contact"})),
    responses((status = 201, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/closures")]
pub async fn close_case(on: OnCase, body: Json<ClosureRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::Close(body.value), body.bytes, added).await
}

/// Open a closed case again (T22)
///
/// Everybody is asked again.
#[utoipa::path(
    operation_id = "reopenCase", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ReopeningRequest, example = json!({"remark": "the household came back"})),
    responses((status = 201, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/reopenings")]
pub async fn reopen_case(on: OnCase, body: Json<ReopeningRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::Reopen(body.value), body.bytes, added).await
}

/// Let a case on hold go on (T13)
///
/// From where it stood.
#[utoipa::path(
    operation_id = "resumeCase", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/resumptions")]
pub async fn resume_case(on: OnCase) -> ApiResult<HttpResponse> {
    on.run(Command::Resume, Bytes::new(), changed).await
}

/// Record that a person withdrew consent
///
/// Of one purpose: to return, to data processing, or to sharing with the country of origin;
/// the others stay. Consent to return: any adult and any unaccompanied child, by any channel,
/// at any time before arrival; no reason is asked. It takes effect at once: VOL-01 of the
/// person is *no*, an approval and a departure are cancelled. It touches nothing else, and
/// nobody's access to aid.
#[utoipa::path(
    operation_id = "withdrawConsent", tag = "Journey",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("person_id" = PersonId, Path, description = "Id of the person"),
        IfMatch, IdempotencyKey),
    request_body(content = Withdrawal, example = json!({"purpose": "return", "withdrawn_on": "2025-05-12", "channel": "telephone"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/members/{person_id}/withdrawals")]
pub async fn withdraw_consent(on: OnCase, body: Json<Withdrawal>) -> ApiResult<HttpResponse> {
    let person = person_id(&on.http)?;
    on.run(
        Command::WithdrawConsent(person, body.value),
        body.bytes,
        added,
    )
    .await
}
