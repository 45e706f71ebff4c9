//! After the arrival, and the solutions other than return: rounds of monitoring, the
//! choice of another solution, the end of displacement.
//!
//! What is due is in the list of cases (`due_by`). Not here: the rules
//! (`sanad_core::case::decide`), arrivals (`journey`).

use super::household::OnCase;
use super::views::{CaseReceipt, added, changed};
use crate::http::{ApiResult, IdempotencyKey, IfMatch, Json, WriteProblems};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, post};
use sanad_core::case::{Command, RoundReport, SolutionChoice};
use sanad_core::ids::CaseId;

/// Record a round of monitoring (T15)
///
/// At 1, 3, 6 and 12 months after the arrival. Everyone of the household is named: reached,
/// with what they said; refused; or not reached after three tries, which is a result, too. A
/// *no* on safety or on a guarantee is also an event of the place, without naming the case.
#[utoipa::path(
    operation_id = "recordRound", tag = "After return",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = RoundReport, example = json!({
        "round": "month1", "held_on": "2025-06-12", "tries": 1,
        "persons": [{"person": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a11", "reached": "yes", "answers": {
            "criteria": {"safe_from_violence": "yes", "freedom_of_movement": "yes", "food": "yes", "shelter": "unknown", "medical_care": "yes",
                "education": "yes", "employment": "no", "economic_security": "no", "tenure": "yes", "documents": "yes"},
            "guarantee_kept": "yes", "property_access": "yes", "would_decide_the_same": "yes", "intends_to_leave": "no"}}]
    })),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/monitoring-rounds")]
pub async fn record_round(on: OnCase, body: Json<RoundReport>) -> ApiResult<HttpResponse> {
    on.run(Command::RecordRound(body.value), body.bytes, added)
        .await
}

/// Record another solution than return (T19)
///
/// The household's own free and informed choice, by the same rules as a return (every VOL
/// indicator); for settlement elsewhere in the country every condition holds for that place.
/// The arrival then opens monitoring.
#[utoipa::path(
    operation_id = "chooseSolution", tag = "After return",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = SolutionChoice, example = json!({"solution": "local_integration", "chosen_on": "2025-05-12"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/solutions")]
pub async fn choose_solution(on: OnCase, body: Json<SolutionChoice>) -> ApiResult<HttpResponse> {
    on.run(Command::ChooseSolution(body.value), body.bytes, added)
        .await
}

/// Propose that a solution is achieved (T16)
///
/// By a protection officer, when every person passed all ten sub-criteria in the round of
/// twelve months. One who was not reached did not pass.
#[utoipa::path(
    operation_id = "proposeSolution", tag = "After return",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Proposed", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/solutions/proposal")]
pub async fn propose_solution(on: OnCase) -> ApiResult<HttpResponse> {
    on.run(Command::ProposeSolution, Bytes::new(), changed)
        .await
}

/// Confirm that a solution is achieved (T16)
///
/// By a supervisor who did not propose it.
#[utoipa::path(
    operation_id = "confirmSolution", tag = "After return",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Confirmed", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/solutions/confirmation")]
pub async fn confirm_solution(on: OnCase) -> ApiResult<HttpResponse> {
    on.run(Command::ConfirmSolution, Bytes::new(), changed)
        .await
}
