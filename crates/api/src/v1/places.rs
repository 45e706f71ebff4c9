//! Places: imported lists of P-codes.

use super::accounts::administer;
use super::{shown, written};
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::body::{collect, deadline, media_type};
use crate::http::{
    ApiError, ApiResult, FieldProblem, NoParameters, Parameters, ReadProblems, WriteProblems,
};
use crate::place_table::{PlaceList, PlaceListForm, PlaceRowError};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use sanad_core::access::{Permission, Resource};
use sanad_core::area::{EditionCode, Place, PlaceRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The largest list of places over HTTP, in bytes; larger ones go through the
/// command line.
const LIST_LIMIT: usize = 16 * 1024 * 1024;

/// Which edition a list of places is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The edition, as its publisher or your office names it.
    #[param(example = "XZ-2025-01")]
    pub edition: String,
}

/// A list of places as a CSV file, in UTF-8.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PlaceTable(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// What an import came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReceipt {
    /// The edition.
    pub edition: String,
    /// Rows read.
    pub rows: usize,
    /// Places that were not known before.
    pub added: usize,
}

/// Import a list of places
///
/// A table of P-codes as CSV with the columns `Admin Level`, `P-Code`, `Name`,
/// `Parent P-Code` and, if you have them, `Name (ar)` and other languages and `Valid
/// from`. All rows or none; sending the same list again adds nothing.
#[utoipa::path(
    operation_id = "importPlaces", tag = "Places", params(ImportQuery),
    request_body(content = PlaceTable, content_type = "text/csv", example = "Admin Level,P-Code,Name,Parent P-Code\n0,XZ,Exampleland,\n1,XZ01,North,XZ\n"),
    responses((status = 200, description = "Imported", body = ImportReceipt, example = json!({"edition": "XZ-2025-01", "rows": 2, "added": 2})), WriteProblems),
)]
#[post("/places/imports")]
pub async fn import_places(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<ImportQuery>,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::PlacesImport, &Resource::Registry)?;
    if media_type(&http).is_none_or(|kind| kind != "text/csv") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE_UNSUPPORTED",
            "send the list as `text/csv`, in UTF-8",
        ));
    }
    let edition = EditionCode::parse(&query.edition)
        .map_err(|error| ApiError::parameter("edition", "PARAMETER_INVALID", error.text))?;
    let bytes = collect(payload.into_inner(), LIST_LIMIT, deadline(&http)).await?;
    let known = app.places().await?;
    let form = PlaceListForm {
        edition: Some(edition),
        ..PlaceListForm::default()
    };
    let list = PlaceList::parse_csv(&bytes[..], &form).map_err(row_problems)?;
    list.check(&known).map_err(row_problems)?;
    let receipt_rows = list.places.len();
    let rows = list.to_rows(clock::now())?;
    let added = administer(
        &app,
        move |db| db.put_places(&rows),
        "WRITE_CONFLICT",
        "another import was first; try again",
    )
    .await?;
    app.places_changed();
    Ok(written(Answer {
        status: StatusCode::OK,
        etag: None,
        location: None,
        body: json(&ImportReceipt {
            edition: query.edition,
            rows: receipt_rows,
            added,
        })?,
        replayed: false,
    }))
}

fn row_problems(errors: Vec<PlaceRowError>) -> ApiError {
    let mut problem = ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "ROWS_INVALID",
        "some rows cannot be accepted, so nothing was imported; see `errors`",
    );
    for error in errors.into_iter().take(200) {
        problem = problem.with(FieldProblem {
            pointer: format!("/{}/{}", error.row, error.column),
            parameter: None,
            code: error.code.to_owned(),
            detail: format!("row {}, column {}: {}", error.row, error.column, error.text),
        });
    }
    problem
}

/// Which places are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// Edition of the list.
    pub edition: Option<String>,
    /// The place they lie in directly, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ01")]
    pub parent: Option<String>,
    /// Level: 0 is the country, 1 the governorate.
    #[param(minimum = 0, maximum = 5)]
    pub level: Option<u8>,
    /// Places on a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Goes on after a page: its `next`.
    pub cursor: Option<String>,
}

/// A page of places, by edition and code.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacePage {
    /// The places.
    pub items: Vec<Place>,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// List places
///
/// Of one edition or all, by edition and code; narrowed to one level or to what lies
/// directly in a place.
#[utoipa::path(
    operation_id = "listPlaces", tag = "Places", params(PlaceQuery),
    responses((status = 200, description = "A page of places", body = PlacePage, example = json!({"items": [super::super::examples::place()]})), ReadProblems),
)]
#[get("/places")]
pub async fn list_places(
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<PlaceQuery>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::PlacesRead, &Resource::Registry)?;
    let limit = usize::try_from(super::parameters::page_size(query.limit)?).unwrap_or(50);
    let parent = query
        .parent
        .as_deref()
        .map(|text| super::parameters::place("parent", text))
        .transpose()?;
    let after: Option<PlaceRef> = query
        .cursor
        .as_deref()
        .map(|text| super::parameters::place("cursor", text))
        .transpose()?;
    let table = app.places().await?;
    let mut found: Vec<&Place> = table
        .iter()
        .filter(|place| {
            query
                .edition
                .as_deref()
                .is_none_or(|edition| place.edition.as_str() == edition)
        })
        .filter(|place| query.level.is_none_or(|level| place.level == level))
        .filter(|place| {
            parent.as_ref().is_none_or(|parent| {
                place.edition == parent.edition && place.parent.as_ref() == Some(&parent.code)
            })
        })
        .filter(|place| {
            after
                .as_ref()
                .is_none_or(|after| place.reference() > *after)
        })
        .collect();
    found.sort_unstable_by_key(|place| place.reference());
    let next = found
        .get(limit)
        .and_then(|_| found.get(limit - 1))
        .map(|place| place.reference().to_string());
    shown(&PlacePage {
        items: found.into_iter().take(limit).cloned().collect(),
        next,
    })
}

/// Read a place
///
/// Its names and its explicit parent, as imported. Codes are opaque and say nothing
/// about where a place lies.
#[utoipa::path(
    operation_id = "getPlace", tag = "Places",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202")),
    responses((status = 200, description = "The place", body = Place, example = json!(super::super::examples::place())), ReadProblems),
)]
#[get("/places/{edition}/{code}")]
pub async fn get_place(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::PlacesRead, &Resource::Registry)?;
    let not_found = || ApiError::not_found("PLACE_NOT_FOUND");
    let place = PlaceRef::parse(&path.0, &path.1).map_err(|_| not_found())?;
    let table = app.places().await?;
    shown(table.find(&place).ok_or_else(not_found)?)
}
