//! The file of an item of evidence: attached once, given back to whoever may see it.
//!
//! Off unless a deployment turns it on (DP-26 –). Not here: what a file may be and what is
//! taken out of it (`evidence_file`), who may attach one (`sanad_core::answer`).

use super::areas::OnArea;
use super::cases::{case_id, visible_case};
use super::household::OnCase;
use super::reading::{ReadArea, permitted_at};
use super::views::{AreaReceipt, CaseReceipt, changed};
use crate::actor::Caller;
use crate::app::App;
use crate::evidence_file::{self, FILE_LIMIT};
use crate::http::body::{BodyDeadline, collect, deadline, media_type};
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, IfMatch, NoParameters, Parameters, ReadProblems,
    WriteProblems,
};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use sanad_core::access::{Denied, Permission, Resource, Tier};
use sanad_core::answer::{AnswerBook, FileRecord, FileType, NewFile};
use sanad_core::area::AreaCommand;
use sanad_core::case::Command;
use sanad_core::ids::{CaseId, EvidenceId};
use sanad_store::StoreError;
use sanad_store::journal::{area_of, area_stream};
use sanad_store::sql_types::Key;
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::ToSchema;

/// Files that are received at a time: each may hold twice its limit in memory.
const TOGETHER: usize = 8;

/// A file takes longer to arrive than a form, above all from a field office.
const PATIENCE: u32 = 10;

/// Whether this deployment keeps files of evidence, and how many arrive at a time.
pub struct EvidenceFiles {
    kept: bool,
    arriving: Semaphore,
}

impl EvidenceFiles {
    /// Kept or refused.
    pub fn new(kept: bool) -> Self {
        Self {
            kept,
            arriving: Semaphore::new(TOGETHER),
        }
    }
}

/// A file as it is: a PDF, a JPEG or PNG picture, or plain text in UTF-8.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct EvidenceFile(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

fn evidence_id(raw: &str) -> ApiResult<EvidenceId> {
    raw.parse()
        .map_err(|_| ApiError::not_found("EVIDENCE_NOT_FOUND"))
}

/// Attach the file of an item of evidence
///
/// Only where the deployment keeps files (`EVIDENCE_FILES_OFF` otherwise). By whoever
/// recorded the item, once, before somebody verified it. At most 10 MiB; what it is, is
/// told by its bytes. Metadata of pictures (Exif with its places, XMP, IPTC, comments,
/// profiles) are taken out before it is kept; how a picture is to be turned is noted in
/// `orientation`. The SHA-256 is that of the bytes kept.
#[utoipa::path(
    operation_id = "attachEvidenceFile", tag = "Evidence",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("evidence_id" = EvidenceId, Path, description = "Id of the item of evidence"),
        IfMatch, IdempotencyKey),
    request_body(description = "The bytes of a PDF, JPEG, PNG or UTF-8 text. With their own media type (`application/pdf`, `image/jpeg`, `image/png`, `text/plain`) it must be what the bytes are.",
        content((EvidenceFile = "application/octet-stream", example = "%PDF-1.7 …"))),
    responses((status = 200, description = "Kept", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[put("/cases/{id}/evidence/{evidence_id}/file")]
pub async fn attach_evidence_file(on: OnCase, payload: web::Payload) -> ApiResult<HttpResponse> {
    let evidence = evidence_id(on.http.match_info().query("evidence_id"))?;
    let app = on.app.clone();
    // Before a large body is received, and before anything of this deployment is told.
    let who = app.policy.visibility(&on.caller.0, Permission::CasesRead);
    let (state, _) = visible_case(&app, who, on.id, None).await?;
    let resource = Resource::Case {
        organisation: state.organisation,
        places: &state.places,
    };
    app.policy
        .permit(&on.caller.0, Permission::CasesAnswer, &resource)?;
    let received = receive(&app, &on.http, payload).await?;
    let command = Command::AttachEvidenceFile(evidence, received.file);
    on.run(command, received.sent, changed).await
}

/// Read the file of an item of evidence
///
/// As it was kept, to be saved and not shown by a browser. Needs tiers A and C: papers and
/// pictures show who people are and what protects them.
#[utoipa::path(
    operation_id = "getEvidenceFile", tag = "Evidence",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("evidence_id" = EvidenceId, Path, description = "Id of the item of evidence")),
    responses((status = 200, description = "The file",
        headers(("Content-Disposition" = String, description = "Always an attachment")),
        content(
            (EvidenceFile = "application/pdf", example = "%PDF-1.7 …"),
            (EvidenceFile = "image/jpeg", example = "…"),
            (EvidenceFile = "image/png", example = "…"),
            (EvidenceFile = "text/plain", example = "Interview, first part …"))),
        (status = 409, response = crate::http::ProblemResponse), ReadProblems),
)]
#[get("/cases/{id}/evidence/{evidence_id}/file")]
pub async fn get_evidence_file(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    let (case, evidence) = path.into_inner();
    let who = app.policy.visibility(&caller.0, Permission::CasesRead);
    let (state, tiers) = visible_case(&app, who, case_id(&case)?, None).await?;
    if !(tiers.contains(Tier::A) && tiers.contains(Tier::C)) {
        return Err(ApiError::from(Denied::Forbidden {
            permission: Permission::EvidenceVerify,
        }));
    }
    let evidence = evidence_id(&evidence)?;
    let file = file_of(&state.answers, evidence)?;
    let kept = app
        .store
        .read(move |db| db.evidence_file(Key(evidence.0)))
        .await?;
    given_back(evidence, file, kept.map(|row| row.body))
}

/// Attach the file of an item of evidence about a place
///
/// As for a case: only where the deployment keeps files, by whoever recorded the item, once,
/// before somebody verified it.
#[utoipa::path(
    operation_id = "attachAreaEvidenceFile", tag = "Evidence",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("evidence_id" = EvidenceId, Path, description = "Id of the item of evidence"),
        IdempotencyKey),
    request_body(description = "The bytes of a PDF, JPEG, PNG or UTF-8 text. With their own media type (`application/pdf`, `image/jpeg`, `image/png`, `text/plain`) it must be what the bytes are.",
        content((EvidenceFile = "application/octet-stream", example = "%PDF-1.7 …"))),
    responses((status = 200, description = "Kept", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[put("/areas/{edition}/{code}/evidence/{evidence_id}/file")]
pub async fn attach_area_evidence_file(
    on: OnArea,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let evidence = evidence_id(on.http.match_info().query("evidence_id"))?;
    let app = on.app.clone();
    // Before a large body is received, and before anything of this deployment is told.
    permitted_at(&app, &on.caller, &on.place, Permission::AreasAnswer).await?;
    let received = receive(&app, &on.http, payload).await?;
    let command = AreaCommand::AttachEvidenceFile(evidence, received.file);
    on.run(command, received.sent).await
}

/// Read the file of an item of evidence about a place
///
/// As it was kept, to be saved and not shown by a browser. Needs tier C: what was said or
/// seen in a place can put those who said it in danger.
#[utoipa::path(
    operation_id = "getAreaEvidenceFile", tag = "Evidence",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("evidence_id" = EvidenceId, Path, description = "Id of the item of evidence")),
    responses((status = 200, description = "The file",
        headers(("Content-Disposition" = String, description = "Always an attachment")),
        content(
            (EvidenceFile = "application/pdf", example = "%PDF-1.7 …"),
            (EvidenceFile = "image/jpeg", example = "…"),
            (EvidenceFile = "image/png", example = "…"),
            (EvidenceFile = "text/plain", example = "Monitoring report, first part …"))),
        (status = 409, response = crate::http::ProblemResponse), ReadProblems),
)]
#[get("/areas/{edition}/{code}/evidence/{evidence_id}/file")]
pub async fn get_area_evidence_file(
    http: HttpRequest,
    of: ReadArea<NoParameters>,
) -> ApiResult<HttpResponse> {
    if !of.permit.tiers().contains(Tier::C) {
        return Err(ApiError::from(Denied::Forbidden {
            permission: Permission::AreasVerify,
        }));
    }
    let evidence = evidence_id(http.match_info().query("evidence_id"))?;
    let stream = area_stream(&of.place);
    let (state, kept) = of
        .app
        .store
        .read(move |db| {
            let state = area_of(&db.stream(stream, None)?)?;
            Ok((state, db.area_evidence_file(Key(evidence.0))?))
        })
        .await?;
    let file = file_of(&state.answers, evidence)?;
    given_back(evidence, file, kept.map(|row| row.body))
}

/// A file that arrived and may be kept.
struct Received<'a> {
    /// The bytes as sent, from which the idempotency key is checked.
    sent: Bytes,
    file: NewFile,
    /// Until it is kept, it counts as one that arrives.
    _arriving: SemaphorePermit<'a>,
}

/// Receives a file, where this deployment keeps any.
async fn receive<'a>(
    app: &'a App,
    http: &HttpRequest,
    payload: web::Payload,
) -> ApiResult<Received<'a>> {
    if !app.evidence_files.kept {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "EVIDENCE_FILES_OFF",
            "this deployment keeps no files of evidence; record where the item can be found",
        ));
    }
    let unsupported = || {
        ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE_UNSUPPORTED",
            "send the file as `application/octet-stream`, `application/pdf`, `image/jpeg`, `image/png` or `text/plain`",
        )
    };
    let declared = match media_type(http).ok_or_else(unsupported)?.as_str() {
        "application/octet-stream" => None,
        kind => Some(FileType::parse(kind).map_err(|_| unsupported())?),
    };
    let arriving = app
        .evidence_files
        .arriving
        .try_acquire()
        .map_err(|_| StoreError::Busy)?;
    let patience = BodyDeadline(deadline(http).0.saturating_mul(PATIENCE));
    let sent = collect(payload.into_inner(), FILE_LIMIT, patience).await?;
    let body = sent.clone();
    let file = web::block(move || evidence_file::accept(&body, declared))
        .await
        .map_err(|_| ApiError::fault())??;
    Ok(Received {
        sent,
        file,
        _arriving: arriving,
    })
}

/// What the journal says of the file of an item.
fn file_of(book: &AnswerBook, evidence: EvidenceId) -> ApiResult<&FileRecord> {
    let item = book
        .item(evidence)
        .ok_or_else(|| ApiError::not_found("EVIDENCE_NOT_FOUND"))?;
    let file = item.file.as_ref();
    file.ok_or_else(|| ApiError::not_found("FILE_NOT_FOUND"))
}

/// The kept bytes, if they are those whose hash is in the journal.
fn given_back(
    evidence: EvidenceId,
    file: &FileRecord,
    kept: Option<Vec<u8>>,
) -> ApiResult<HttpResponse> {
    let kept = kept.filter(|body| evidence_file::sha256_hex(body) == file.sha256);
    let Some(kept) = kept else {
        tracing::error!(%evidence, "a kept file is not the one whose hash is in the journal");
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "FILE_ALTERED",
            "the file that is kept is not the one that was attached; tell whoever keeps the registry",
        ));
    };
    let (content_type, ending) = match file.media_type {
        FileType::Pdf => ("application/pdf", "pdf"),
        FileType::Jpeg => ("image/jpeg", "jpg"),
        FileType::Png => ("image/png", "png"),
        FileType::Text => ("text/plain; charset=utf-8", "txt"),
    };
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{evidence}.{ending}\""),
        ))
        .insert_header(("x-content-type-options", "nosniff"))
        .insert_header(("cache-control", "no-store"))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .body(kept))
}
