//! Cases: register, read, list.

use super::views::{CaseReceipt, CaseSummary, registered};
use super::{day, end_of, request, shown, shown_at, written};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, Json, Parameters, ReadProblems, WriteProblems,
};
use crate::service;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::civil::Date;
use sanad_core::access::{Permission, Resource, Tiers, Visibility};
use sanad_core::area::PlaceRef;
use sanad_core::case::{
    CaseDocument, CaseNumber, CaseState, Command, Registration, State, limit_stored,
};
use sanad_core::conditions::Finding;
use sanad_core::ids::{CaseId, OrganisationId};
use sanad_store::db::{CaseCursor, CaseFilter};
use sanad_store::journal::{case_of, case_stream};
use sanad_store::sql_types::{At, Key};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
        let (state, tiers) = visible_case(&app, who, id, Some(end_of(day)?)).await?;
        let document = CaseDocument::of(&state).limited_to(tiers);
        return Ok(shown_at(state.revision, service::json(&document)?));
    }
    let found = app.store.case(who.clone(), case_stream(id)).await?;
    let found = found.and_then(|found| Some((found.tiers_for(&who)?, found)));
    let (tiers, found) = found.ok_or_else(|| ApiError::not_found("CASE_NOT_FOUND"))?;
    Ok(shown_at(
        u64::try_from(found.revision).unwrap_or(0),
        limited(found.body, tiers)?,
    ))
}

/// The stored document as it is for whoever may see all of it, else without the
/// tiers that the reader may not see.
fn limited(body: Vec<u8>, tiers: Tiers) -> ApiResult<Vec<u8>> {
    if CaseDocument::every_tier().is_subset_of(tiers) {
        return Ok(body);
    }
    limit_stored(&body, tiers).map_err(|_| {
        tracing::error!("a stored case cannot be read");
        ApiError::fault()
    })
}

/// A case folded from its journal up to a moment, if the caller may see it, with
/// the tiers that are open to them.
pub(crate) async fn visible_case(
    app: &App,
    who: Visibility,
    id: CaseId,
    until: Option<At>,
) -> ApiResult<(CaseState, Tiers)> {
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
        Some(tiers) => Ok((state, tiers)),
        None => Err(ApiError::not_found("CASE_NOT_FOUND")),
    }
}

/// The id of a path: something that is no id names no case.
pub(crate) fn case_id(raw: &str) -> ApiResult<CaseId> {
    raw.parse()
        .map_err(|_| ApiError::not_found("CASE_NOT_FOUND"))
}

/// Which cases are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Where the case stands.
    pub state: Option<State>,
    /// What its latest issued finding says.
    #[param(value_type = Option<Finding>)]
    pub finding: Option<Finding>,
    /// Place of displacement, or what it lies in, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ01")]
    pub place: Option<String>,
    /// Intended destination, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ0202")]
    pub destination: Option<String>,
    /// Number of the case, as printed or as typed.
    pub number: Option<CaseNumber>,
    /// Organisation that keeps the case.
    pub organisation: Option<OrganisationId>,
    /// Registered on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub registered_from: Option<Date>,
    /// Registered on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    pub registered_to: Option<Date>,
    /// Cases on a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Goes on after a page: its `next`.
    pub cursor: Option<String>,
}

/// A page of cases, the latest opened first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePage {
    /// The cases.
    pub items: Vec<CaseSummary>,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// List cases
///
/// Shows exactly the cases that the caller may read one by one.
#[utoipa::path(
    operation_id = "listCases", tag = "Cases", params(CaseQuery),
    responses((status = 200, description = "A page of cases", body = CasePage, example = json!(super::super::examples::case_page())), ReadProblems),
)]
#[get("/cases")]
pub async fn list_cases(
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<CaseQuery>,
) -> ApiResult<HttpResponse> {
    let who = app
        .policy
        .visibility(&caller.0, Permission::CasesRead)
        .or_forbidden()?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(read_cursor).transpose()?;
    let filter = CaseFilter {
        state: query.state.map(|state| state.code().to_owned()),
        finding: query.finding.map(|finding| finding.code().to_owned()),
        place: query
            .place
            .as_deref()
            .map(|text| place("place", text))
            .transpose()?
            .map(|p| p.to_string()),
        destination: query
            .destination
            .as_deref()
            .map(|text| place("destination", text))
            .transpose()?
            .map(|place| {
                (
                    place.edition.as_str().to_owned(),
                    place.code.as_str().to_owned(),
                )
            }),
        number: query.number.map(|number| number.as_str().to_owned()),
        organisation: query.organisation.map(|id| Key(id.0)),
        registered_from: day("registered_from", query.registered_from)?,
        registered_to: day("registered_to", query.registered_to)?,
    };
    let rows = app
        .store
        .read(move |db| db.list_cases(&who, &filter, after, limit + 1))
        .await?;
    let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    let kept = usize::try_from(limit).unwrap_or(rows.len()).min(rows.len());
    let next = if more {
        rows.get(kept.saturating_sub(1))
            .map(|row| write_cursor(row.opened_at, row.case_id))
    } else {
        None
    };
    let items = rows.into_iter().take(kept).map(CaseSummary::from).collect();
    shown(&CasePage { items, next })
}

/// The size of a page.
pub(crate) fn page_size(asked: Option<i64>) -> ApiResult<i64> {
    match asked {
        None => Ok(50),
        Some(size @ 1..=200) => Ok(size),
        Some(_) => Err(ApiError::parameter(
            "limit",
            "PARAMETER_INVALID",
            "a page has 1 to 200 entries",
        )),
    }
}

/// A place in a parameter, as `edition/code`.
pub(crate) fn place(name: &str, text: &str) -> ApiResult<PlaceRef> {
    text.split_once('/')
        .and_then(|(edition, code)| PlaceRef::parse(edition, code).ok())
        .ok_or_else(|| {
            ApiError::parameter(
                name,
                "PARAMETER_INVALID",
                "give a place as `edition/code`, such as `XZ-2025-01/XZ01`",
            )
        })
}

fn write_cursor(opened_at: At, case_id: Key) -> String {
    format!("{:x}-{}", opened_at.micros(), case_id.0.simple())
}

fn read_cursor(text: &str) -> ApiResult<CaseCursor> {
    let parsed = text.split_once('-').and_then(|(moment, id)| {
        let opened_at = i64::from_str_radix(moment, 16).ok()?;
        Some(CaseCursor {
            opened_at: At::from_micros(opened_at),
            case_id: Key(id.parse().ok()?),
        })
    });
    parsed.ok_or_else(|| {
        ApiError::parameter(
            "cursor",
            "CURSOR_INVALID",
            "give the `next` of a page, unchanged",
        )
    })
}
