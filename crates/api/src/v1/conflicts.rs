//! Declared conflicts of interest: a user never handles the case of their own family
//! (return conditions §2.7 –).
//!
//! Not here: what a declaration does (`sanad_core::case`).

use super::cases::AsOf;
use super::household::OnCase;
use super::reading::{ReadCase, withheld};
use super::shown;
use super::views::{CaseReceipt, added, changed};
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, IfMatch, Json, ReadProblems, WriteProblems,
};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use jiff::Timestamp;
use sanad_core::access::{Permission, Tier};
use sanad_core::answer::Remark;
use sanad_core::case::{
    CONFLICT_OF_INTEREST, CONFLICT_TEXT, Command, ConflictDeclaration, ConflictEnd, ConflictEnding,
    ConflictKind,
};
use sanad_core::ids::{CaseId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer to whoever may not handle a case.
pub(crate) fn in_conflict() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, CONFLICT_OF_INTEREST, CONFLICT_TEXT)
}

/// Declare a conflict of interest
///
/// The case is one's own, a relative's, or closed to one for another reason. From then on
/// the user neither reads the case nor does anything in it (`CONFLICT_OF_INTEREST`); what
/// the user did before stands. A supervisor declares it for another user, and two
/// supervisors end what was declared by mistake.
#[utoipa::path(
    operation_id = "declareConflict", tag = "Cases",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ConflictDeclaration, example = json!({"kind": "relative"})),
    responses((status = 201, description = "Declared", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/conflicts")]
pub async fn declare_conflict(
    on: OnCase,
    body: Json<ConflictDeclaration>,
) -> ApiResult<HttpResponse> {
    let mut declaration = body.value;
    // Whoever names themselves declares their own.
    if declaration.user == Some(on.caller.0.user()) {
        declaration.user = None;
    }
    on.run(Command::DeclareConflict(declaration), body.bytes, added)
        .await
}

/// End a conflict of interest that was declared by mistake
///
/// By two supervisors who have none with the case, so never by the user whom it is about.
/// The first to ask proposes the end (`end_proposed` in the list), and the conflict stays in
/// force; when another one asks, it ends. The same one asking again is refused
/// (`SECOND_OFFICER_REQUIRED`). With a reason each. Everything stays in the history, and
/// what was refused meanwhile stays refused; a relative who moved away is no mistake.
#[utoipa::path(
    operation_id = "endConflict", tag = "Cases",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("user_id" = UserId, Path, description = "Id of the user whom it is about"),
        IfMatch, IdempotencyKey),
    request_body(content = ConflictEnding, example = json!({"reason": "another family of the same name"})),
    responses((status = 200, description = "Proposed, or ended", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/conflicts/{user_id}/ending")]
pub async fn end_conflict(on: OnCase, body: Json<ConflictEnding>) -> ApiResult<HttpResponse> {
    let user = on.http.match_info().query("user_id").parse();
    let user = user.map_err(|_| ApiError::not_found("CONFLICT_NOT_FOUND"))?;
    on.run(Command::EndConflict(user, body.value), body.bytes, changed)
        .await
}

/// Declared conflicts of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictList {
    /// The conflicts, the earliest declared first.
    pub items: Vec<ConflictView>,
    /// Data tiers taken out because the reader may not see them: how a user stands to a
    /// household belongs to tier C.
    pub withheld: Vec<Tier>,
}

/// A declared conflict.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    /// Who may not handle the case, while it is in force.
    pub user: UserId,
    /// Who declared it: the user, or a supervisor.
    pub declared_by: UserId,
    /// When the registry recorded it.
    #[schema(value_type = String, format = DateTime)]
    pub declared_at: Timestamp,
    /// How the user stands to the case (tier C).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConflictKind>,
    /// A short remark (tier C).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// One supervisor finds that it was declared by mistake; in force until another does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_proposed: Option<ConflictEndView>,
    /// Its end, when it was declared by mistake; in force when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<ConflictEndView>,
}

/// The end of a conflict that was declared by mistake, or the proposal of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictEndView {
    /// Who proposed or confirmed it.
    pub by: UserId,
    /// When the registry recorded it. Until its end the conflict was in force.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why (tier C).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Remark>,
}

/// List the declared conflicts of a case
///
/// Who may not handle it, who declared so and when; and those that were a mistake.
#[utoipa::path(
    operation_id = "listConflicts", tag = "Cases",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The conflicts", body = ConflictList, example = json!(super::super::examples::conflict_list())), ReadProblems),
)]
#[get("/cases/{id}/conflicts")]
pub async fn list_conflicts(of: ReadCase) -> ApiResult<HttpResponse> {
    of.needs_tier_d(Permission::FindingsRead)?;
    let open = of.tiers.contains(Tier::C);
    let shown_end = |end: ConflictEnd| ConflictEndView {
        by: end.by,
        at: end.at,
        reason: Some(end.reason).filter(|_| open),
    };
    let items = of.state.conflicts.into_iter().map(|declared| ConflictView {
        user: declared.conflict.user,
        declared_by: declared.declared_by,
        declared_at: declared.declared_at,
        kind: open.then_some(declared.conflict.kind),
        remark: declared.conflict.remark.filter(|_| open),
        end_proposed: declared.end_proposed.map(shown_end),
        ended: declared.ended.map(shown_end),
    });
    shown(&ConflictList {
        items: items.collect(),
        withheld: withheld(of.tiers, Tier::C),
    })
}
