//! Returns, recorded as the facts they were.

use super::cases::AsOf;
use super::household::OnCase;
use super::reading::ReadCase;
use super::shown;
use super::views::{CaseReceipt, added};
use crate::http::{ApiResult, IdempotencyKey, IfMatch, Json, ReadProblems, WriteProblems};
use actix_web::{HttpResponse, get, post};
use sanad_core::case::{Command, ReturnRecord, ReturnReport};
use sanad_core::ids::CaseId;
use serde::Serialize;
use utoipa::ToSchema;

/// Returns of one case.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnList {
    /// The returns, the earliest recorded first.
    pub items: Vec<ReturnRecord>,
}

/// Record a return
///
/// As the fact it was: facilitated, assisted, self-organised, forced or not known.
/// Never refused for not being compliant; whether a compliant finding stood on the
/// day of departure is computed and kept with it.
#[utoipa::path(
    operation_id = "recordReturn", tag = "Returns",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ReturnReport, example = json!({"nature": "self_organised", "departed_on": "2025-05-02", "destination": {"edition": "XZ-2025-01", "code": "XZ0202"}})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/returns")]
pub async fn record_return(on: OnCase, body: Json<ReturnReport>) -> ApiResult<HttpResponse> {
    on.run(Command::RecordReturn(body.value), body.bytes, added)
        .await
}

/// List the returns of a case
///
/// As they were recorded, each with what was known of its finding on the day of
/// departure.
#[utoipa::path(
    operation_id = "listCaseReturns", tag = "Returns",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The returns", body = ReturnList, example = json!({"items": [super::super::examples::return_record()]})), ReadProblems),
)]
#[get("/cases/{id}/returns")]
pub async fn list_case_returns(of: ReadCase) -> ApiResult<HttpResponse> {
    shown(&ReturnList {
        items: of.state.returns,
    })
}
