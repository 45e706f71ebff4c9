//! Places of return and of displacement: answers shared by all cases, and events.
//!
//! Not here: what is known of a place (`dossier`), what a fact about a place did to
//! findings (`findings_lost`).

use super::views::{AreaReceipt, area_changed};
use super::{request, written};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, Json, NoParameters, Parameters, WriteProblems,
};
use crate::service;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, post, web};
use sanad_core::answer::NewAnswer;
use sanad_core::area::{AreaCommand, NewAreaEvent, PlaceRef};
use sanad_core::case::{NewAnswers, Retraction, Verification};
use sanad_core::ids::AnswerId;

/// Everything that a write on one place brings besides its body.
pub(crate) struct OnArea {
    pub(crate) http: HttpRequest,
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    pub(crate) key: IdempotencyKey,
    pub(crate) place: PlaceRef,
}

impl OnArea {
    pub(crate) async fn run(self, command: AreaCommand, body: Bytes) -> ApiResult<HttpResponse> {
        let request = request(&self.http, self.caller.0, self.key, body);
        service::on_area(&self.app, request, self.place, command, area_changed)
            .await
            .map(written)
    }
}

impl actix_web::FromRequest for OnArea {
    type Error = ApiError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(http: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let caller = Caller::from_request(http, payload);
        let key = IdempotencyKey::from_request(http, payload).into_inner();
        let parameters = Parameters::<NoParameters>::from_request(http, payload).into_inner();
        let http = http.clone();
        Box::pin(async move {
            let caller = caller.await?;
            parameters?;
            let app = http
                .app_data::<web::Data<App>>()
                .cloned()
                .ok_or_else(ApiError::fault)?;
            let place = place_of(&http)?;
            Ok(Self {
                app,
                caller,
                key: key?,
                place,
                http,
            })
        })
    }
}

/// The place of a path.
pub(crate) fn place_of(http: &HttpRequest) -> ApiResult<PlaceRef> {
    let (edition, code) = (
        http.match_info().query("edition"),
        http.match_info().query("code"),
    );
    PlaceRef::parse(edition, code).map_err(|_| ApiError::not_found("PLACE_NOT_FOUND"))
}

/// Record answers about a place
///
/// Shared by every case that goes there (or, for VOL-12, is displaced there). All of
/// them or none.
#[utoipa::path(
    operation_id = "recordAreaAnswers", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAnswers, example = json!(super::super::examples::area_answers())),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers")]
pub async fn record_area_answers(on: OnArea, body: Json<NewAnswers>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::RecordAnswers(body.value), body.bytes)
        .await
}

/// Decide between answers about a place in conflict
///
/// By a supervisor who wrote none of them, with a remark that says why and evidence.
/// Stands in place of every answer before it; later answers reopen the question.
#[utoipa::path(
    operation_id = "adjudicateAreaAnswers", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAnswer, example = json!(super::super::examples::area_adjudication())),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/adjudications")]
pub async fn adjudicate_area_answers(on: OnArea, body: Json<NewAnswer>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::Adjudicate(Box::new(body.value)), body.bytes)
        .await
}

/// Verify evidence about a place
///
/// By someone other than whoever recorded it (`SELF_VERIFICATION`).
#[utoipa::path(
    operation_id = "verifyAreaEvidence", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = Verification, example = json!({"evidence": ["0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a11"]})),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/verifications")]
pub async fn verify_area_evidence(on: OnArea, body: Json<Verification>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::VerifyEvidence(body.value), body.bytes)
        .await
}

fn answer_id(on: &OnArea) -> ApiResult<AnswerId> {
    on.http
        .match_info()
        .query("answer_id")
        .parse()
        .map_err(|_| ApiError::not_found("ANSWER_NOT_FOUND"))
}

/// Confirm an answer about a place as second officer
///
/// Needed where a *no* prevails: the *yes* that overtakes it names it and is
/// confirmed by someone other than its recorder (`SECOND_OFFICER_REQUIRED`).
#[utoipa::path(
    operation_id = "confirmAreaAnswer", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IdempotencyKey),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers/{answer_id}/confirmation")]
pub async fn confirm_area_answer(on: OnArea) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(AreaCommand::ConfirmAnswer(answer), Bytes::new())
        .await
}

/// Take an answer about a place back
///
/// By its recorder only.
#[utoipa::path(
    operation_id = "retractAreaAnswer", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IdempotencyKey),
    request_body(content = Retraction, example = json!({"remark": "the report was about another town"})),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers/{answer_id}/retraction")]
pub async fn retract_area_answer(on: OnArea, body: Json<Retraction>) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(AreaCommand::RetractAnswer(answer, body.value), body.bytes)
        .await
}

/// Record an event that happened in a place
///
/// Answers that it makes void (return conditions §1.9) count as unknown from that
/// day on, in every case that goes there.
#[utoipa::path(
    operation_id = "recordAreaEvent", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAreaEvent, example = json!({"kind": "armed_clash", "happened_on": "2025-05-12"})),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/events")]
pub async fn record_area_event(on: OnArea, body: Json<NewAreaEvent>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::RecordEvent(body.value), body.bytes)
        .await
}
