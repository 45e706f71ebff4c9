//! Items of evidence as objects of their own: recorded before or after the answers that
//! rest on them, about a case or a place; and who runs the return.
//!
//! Not here: their files (`evidence_files`), their verification (`answers`, `areas`).

use super::areas::OnArea;
use super::cases::AsOf;
use super::household::OnCase;
use super::reading::{ReadArea, ReadCase, withheld};
use super::shown;
use super::views::{AreaReceipt, CaseReceipt, added, changed};
use crate::http::{ApiResult, IdempotencyKey, IfMatch, Json, ReadProblems, WriteProblems};
use actix_web::{HttpResponse, get, post, put};
use sanad_core::access::{Permission, Tier, Tiers};
use sanad_core::answer::{AnswerBook, FileRecord, Independence, NewEvidence};
use sanad_core::area::AreaCommand;
use sanad_core::case::{Command, ReturnOrganisers};
use sanad_core::ids::{AnswerId, CaseId, EvidenceId, OrganisationId, UserId};
use sanad_store::journal::{area_of, area_stream};
use serde::Serialize;
use utoipa::ToSchema;

/// Items of evidence, in the order of recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceList {
    /// The items, with those recorded inside answers.
    pub items: Vec<EvidenceView>,
    /// Who organises the return or is paid for it; evidence from them does not count as
    /// independent. Left out for a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_organisers: Option<Vec<OrganisationId>>,
    /// Data tiers taken out because the reader may not see them: references and who was
    /// present belong to tier C.
    pub withheld: Vec<Tier>,
}

/// One item of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// Its id.
    pub id: EvidenceId,
    /// What was sent.
    pub item: NewEvidence,
    /// Who recorded it.
    pub uploaded_by: UserId,
    /// Who verified it; never the one who recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<UserId>,
    /// Whether it counts as independent, and why; computed, never typed in.
    pub independence: Independence,
    /// Its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRecord>,
    /// The answers that rest on it, in the order of recording.
    pub answers: Vec<AnswerId>,
}

impl EvidenceList {
    fn of(book: &AnswerBook, organisers: Option<Vec<OrganisationId>>, tiers: Tiers) -> Self {
        let open = tiers.contains(Tier::C);
        let items = book.items().iter().map(|record| {
            let mut item = record.item.clone();
            if !open {
                item.reference = None;
                item.persons_present = None;
            }
            EvidenceView {
                id: record.id,
                item,
                uploaded_by: record.uploaded_by,
                verified_by: record.verified_by,
                independence: record.independence(organisers.as_deref().unwrap_or_default()),
                file: record.file.clone(),
                answers: book.resting_on(record.id).map(|answer| answer.id).collect(),
            }
        });
        Self {
            items: items.collect(),
            withheld: withheld(tiers, Tier::C),
            return_organisers: organisers,
        }
    }
}

/// Record an item of evidence about a case
///
/// Before or after the answers that rest on it: an answer names it in `evidence_ids`, so
/// that one interview note serves many answers and is verified once. `independent` as
/// `true` is refused unless the source class is `independent` (`NOT_INDEPENDENT`).
#[utoipa::path(
    operation_id = "recordEvidence", tag = "Evidence",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = NewEvidence, example = json!(super::super::examples::evidence())),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::evidence_receipt())), WriteProblems),
)]
#[post("/cases/{id}/evidence")]
pub async fn record_evidence(on: OnCase, body: Json<NewEvidence>) -> ApiResult<HttpResponse> {
    on.run(
        Command::RecordEvidence(Box::new(body.value)),
        body.bytes,
        added,
    )
    .await
}

/// List the evidence of a case
///
/// Every item, also those recorded inside answers: who recorded and who verified it,
/// whether it counts as independent in this case and why, its file, and the answers that
/// rest on it.
#[utoipa::path(
    operation_id = "listEvidence", tag = "Evidence",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The evidence", body = EvidenceList, example = json!(super::super::examples::evidence_list())), ReadProblems),
)]
#[get("/cases/{id}/evidence")]
pub async fn list_evidence(of: ReadCase) -> ApiResult<HttpResponse> {
    of.needs_tier_d(Permission::AssessmentsRead)?;
    let organisers = Some(of.state.return_organisers);
    shown(&EvidenceList::of(&of.state.answers, organisers, of.tiers))
}

/// Name who runs the return
///
/// The organisations that organise it or are paid for it, in place of those named before.
/// Evidence that comes from one of them (`source_organisation`) does not count as
/// independent in this case, nor does their evidence about its places.
#[utoipa::path(
    operation_id = "nameReturnOrganisers", tag = "Evidence",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ReturnOrganisers, example = json!(super::super::examples::return_organisers())),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[put("/cases/{id}/return-organisers")]
pub async fn name_return_organisers(
    on: OnCase,
    body: Json<ReturnOrganisers>,
) -> ApiResult<HttpResponse> {
    on.run(
        Command::NameReturnOrganisers(body.value),
        body.bytes,
        changed,
    )
    .await
}

/// Record an item of evidence about a place
///
/// Before or after the answers that rest on it; they name it in `evidence_ids`.
#[utoipa::path(
    operation_id = "recordAreaEvidence", tag = "Evidence",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewEvidence, example = json!(super::super::examples::area_evidence())),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_evidence_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/evidence")]
pub async fn record_area_evidence(on: OnArea, body: Json<NewEvidence>) -> ApiResult<HttpResponse> {
    on.run(
        AreaCommand::RecordEvidence(Box::new(body.value)),
        body.bytes,
    )
    .await
}

/// List the evidence about a place
///
/// Every item, also those recorded inside answers. Whether it counts as independent may
/// differ in a case whose return its source runs.
#[utoipa::path(
    operation_id = "listAreaEvidence", tag = "Evidence",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"), AsOf),
    responses((status = 200, description = "The evidence", body = EvidenceList, example = json!(super::super::examples::area_evidence_list())), ReadProblems),
)]
#[get("/areas/{edition}/{code}/evidence")]
pub async fn list_area_evidence(of: ReadArea<AsOf>) -> ApiResult<HttpResponse> {
    let (until, stream) = (of.query.until()?, area_stream(&of.place));
    let state = of
        .app
        .store
        .read(move |db| area_of(&db.stream(stream, until)?))
        .await?;
    shown(&EvidenceList::of(&state.answers, None, of.permit.tiers()))
}
