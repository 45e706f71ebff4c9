//! Cases: register, read, list.

use super::conflicts::in_conflict;
use super::findings_lost::flag_of;
use super::views::{CaseReceipt, registered};
use super::{end_of, request, shown_at, written};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, Json, Parameters, ReadProblems, WriteProblems,
};
use crate::service;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::civil::Date;
use sanad_core::access::{Permission, Resource, Tiers, Visibility};
use sanad_core::case::{CaseDocument, CaseState, Command, Registration, put_together};
use sanad_core::ids::CaseId;
use sanad_store::flag_then;
use sanad_store::journal::{case_of, case_stream};
use sanad_store::sql_types::At;
use serde::Deserialize;
use utoipa::IntoParams;

/// Register a household or a single person
///
/// Needs a lawful basis (DP-01) and the notice given (DP-03). The answer holds the
/// number of the case and the ids of its persons, in the order sent.
#[utoipa::path(
    operation_id = "registerCase", tag = "Cases",
    params(IdempotencyKey),
    request_body(content = Registration, example = json!(super::super::examples::registration())),
    responses((status = 201, description = "Registered",
        headers(("ETag" = String, description = "Revision of the case"), ("Location" = String, description = "Where the case is")),
        body = CaseReceipt, example = json!(super::super::examples::receipt())),
        WriteProblems),
)]
#[post("/cases")]
pub async fn register_case(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    key: IdempotencyKey,
    _: Parameters<crate::http::NoParameters>,
    body: Json<Registration>,
) -> ApiResult<HttpResponse> {
    let command = Command::Register(Box::new(body.value));
    let request = request(&http, caller.0, key, body.bytes);
    service::register(&app, request, command, registered)
        .await
        .map(written)
}

/// On which day a record is read.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// What the registry knew at the end of this day (UTC); now when left out.
    #[param(value_type = Option<String>, format = Date, example = "2025-05-12")]
    pub as_of: Option<Date>,
}

impl AsOf {
    /// The last moment of that day; none for now.
    pub(crate) fn until(self) -> ApiResult<Option<At>> {
        self.as_of.map(end_of).transpose()
    }
}

/// Read a case
///
/// Parts that the caller's roles may not see are left out and named in `withheld`.
/// A case that the caller may not know of is answered exactly like one that does
/// not exist.
#[utoipa::path(
    operation_id = "getCase", tag = "Cases",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The case",
        headers(("ETag" = String, description = "Revision of the case")),
        body = CaseDocument, example = json!(super::super::examples::case())), ReadProblems),
)]
#[get("/cases/{id}")]
pub async fn get_case(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
    Parameters(as_of): Parameters<AsOf>,
) -> ApiResult<HttpResponse> {
    let id = case_id(&id)?;
    let who = app.policy.visibility(&caller.0, Permission::CasesRead);
    if let Some(day) = as_of.as_of {
        let until = end_of(day)?;
        let (state, tiers) = visible_case(&app, who, id, Some(until)).await?;
        let then = CaseDocument::of(&state);
        let revision = state.revision;
        let lost = app
            .store
            .read(move |db| flag_then(db, &state, until))
            .await?;
        let document = CaseDocument {
            finding_lost: lost.as_ref().map(flag_of).transpose()?,
            ..then
        };
        return Ok(shown_at(
            revision,
            service::json(&document.limited_to(tiers))?,
        ));
    }
    let found = app.store.case(who, case_stream(id)).await?;
    let found = found.ok_or_else(|| ApiError::not_found("CASE_NOT_FOUND"))?;
    if found.conflicted {
        return Err(in_conflict());
    }
    let flag = found.lost.as_ref().map(flag_of).transpose()?;
    Ok(shown_at(
        u64::try_from(found.revision).unwrap_or(0),
        put_together(&found.body, found.tiers, flag.as_ref()).map_err(|_| damaged())?,
    ))
}

fn damaged() -> ApiError {
    tracing::error!("a stored case cannot be read");
    ApiError::fault()
}

/// A case folded from its journal up to a moment, if the caller may see it, with
/// the tiers that are open to them. For a past moment they must be able to see it
/// today as well: what was taken out of their reach stays out.
pub(crate) async fn visible_case(
    app: &App,
    who: Visibility,
    id: CaseId,
    until: Option<At>,
) -> ApiResult<(CaseState, Tiers)> {
    if until.is_some() {
        let today = app.store.case(who.clone(), case_stream(id)).await?;
        let today = today.ok_or_else(|| ApiError::not_found("CASE_NOT_FOUND"))?;
        // A conflict that was declared since closes the past as well.
        if today.conflicted {
            return Err(in_conflict());
        }
    }
    let state = app
        .store
        .read(move |db| case_of(&db.stream(case_stream(id), until)?))
        .await?;
    let state = state.ok_or_else(|| ApiError::not_found("CASE_NOT_FOUND"))?;
    let resource = Resource::Case {
        organisation: state.organisation,
        places: &state.places,
    };
    match who.tiers_for(&resource) {
        // Of a past day it was asked of today above: one that has ended was a mistake.
        Some(_) if until.is_none() && state.in_conflict(who.user()) => Err(in_conflict()),
        Some(tiers) => Ok((state, tiers)),
        None => Err(ApiError::not_found("CASE_NOT_FOUND")),
    }
}

/// The id of a path: something that is no id names no case.
pub(crate) fn case_id(raw: &str) -> ApiResult<CaseId> {
    raw.parse()
        .map_err(|_| ApiError::not_found("CASE_NOT_FOUND"))
}
