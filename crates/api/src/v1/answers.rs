//! Answers about the persons of a case and the household, with their evidence.

use super::cases::AsOf;
use super::household::OnCase;
use super::reading::{ReadCase, withheld};
use super::shown;
use super::views::{CaseReceipt, added, changed};
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, IfMatch, Json, ReadProblems, WriteProblems,
};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, post};
use sanad_core::access::{Permission, Tier, Tiers};
use sanad_core::answer::{AnswerRecord, NewAnswer};
use sanad_core::case::{Command, NewAnswers, Retraction, Verification};
use sanad_core::ids::{AnswerId, CaseId};
use serde::Serialize;
use utoipa::ToSchema;

/// Answers, in the order of recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerList {
    /// The answers.
    pub items: Vec<AnswerRecord>,
    /// Data tiers taken out because the reader may not see them: remarks, references
    /// and who was present belong to tier C.
    pub withheld: Vec<Tier>,
}

impl AnswerList {
    /// The answers with what the reader may see.
    pub(crate) fn limited(answers: &[AnswerRecord], tiers: Tiers) -> Self {
        let mut items = answers.to_vec();
        if !tiers.contains(Tier::C) {
            for answer in &mut items {
                answer.remark = None;
                for evidence in &mut answer.evidence {
                    evidence.item.reference = None;
                    evidence.item.persons_present = None;
                }
            }
        }
        Self {
            items,
            withheld: withheld(tiers, Tier::C),
        }
    }
}

/// Record answers about a case
///
/// All of them or none. A *yes* counts only with accepted evidence that a second
/// person has verified.
#[utoipa::path(
    operation_id = "recordAnswers", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = NewAnswers, example = json!(super::super::examples::answers())),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/answers")]
pub async fn record_answers(on: OnCase, body: Json<NewAnswers>) -> ApiResult<HttpResponse> {
    on.run(Command::RecordAnswers(body.value), body.bytes, added)
        .await
}

/// List the answers of a case
///
/// With their evidence, in the order of recording; retracted ones too, marked as such.
#[utoipa::path(
    operation_id = "listAnswers", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The answers", body = AnswerList, example = json!(super::super::examples::answer_list())), ReadProblems),
)]
#[get("/cases/{id}/answers")]
pub async fn list_answers(of: ReadCase) -> ApiResult<HttpResponse> {
    of.needs_tier_d(Permission::AssessmentsRead)?;
    shown(&AnswerList::limited(of.state.answers.answers(), of.tiers))
}

/// Decide between answers in conflict
///
/// By a supervisor who wrote none of them, with a remark that says why and evidence.
/// Stands in place of every answer before it; later answers reopen the question.
#[utoipa::path(
    operation_id = "adjudicateAnswers", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = NewAnswer, example = json!(super::super::examples::adjudication())),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/adjudications")]
pub async fn adjudicate_answers(on: OnCase, body: Json<NewAnswer>) -> ApiResult<HttpResponse> {
    on.run(Command::Adjudicate(Box::new(body.value)), body.bytes, added)
        .await
}

/// Verify evidence of a case
///
/// By someone other than whoever recorded it (`SELF_VERIFICATION`).
#[utoipa::path(
    operation_id = "verifyEvidence", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = Verification, example = json!({"evidence": ["0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a11"]})),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/verifications")]
pub async fn verify_evidence(on: OnCase, body: Json<Verification>) -> ApiResult<HttpResponse> {
    on.run(Command::VerifyEvidence(body.value), body.bytes, changed)
        .await
}

fn answer_id(on: &OnCase) -> ApiResult<AnswerId> {
    on.http
        .match_info()
        .query("answer_id")
        .parse()
        .map_err(|_| ApiError::not_found("ANSWER_NOT_FOUND"))
}

/// Confirm an answer as second officer
///
/// Needed where a *no* prevails: the *yes* that overtakes it names it and is
/// confirmed by someone other than its recorder (`SECOND_OFFICER_REQUIRED`).
#[utoipa::path(
    operation_id = "confirmAnswer", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IfMatch, IdempotencyKey),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/answers/{answer_id}/confirmation")]
pub async fn confirm_answer(on: OnCase) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(Command::ConfirmAnswer(answer), Bytes::new(), changed)
        .await
}

/// Take an answer back
///
/// By its recorder only. It stays in the journal and counts no more.
#[utoipa::path(
    operation_id = "retractAnswer", tag = "Answers",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IfMatch, IdempotencyKey),
    request_body(content = Retraction, example = json!({"remark": "recorded for the wrong household"})),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/answers/{answer_id}/retraction")]
pub async fn retract_answer(on: OnCase, body: Json<Retraction>) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(
        Command::RetractAnswer(answer, body.value),
        body.bytes,
        changed,
    )
    .await
}
