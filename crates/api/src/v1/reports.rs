//! Reports over HTTP: one operation for all of them.
//!
//! Not here: what each report says and how it looks (`crate::reports`).

use super::{day, end_of, today};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, ApiResult, Parameters, ReadProblems, negotiate};
use crate::reports::html::content_security_policy;
use crate::reports::words::Words;
use crate::reports::{self, Filter, Format, Report, ReportError, ReportPart, Run, View};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::case::ReturnNature;
use sanad_core::conditions::file::CatalogueEntry;
use sanad_core::conditions::{AccessProfile, Finding};
use sanad_core::ids::CaseId;
use sanad_core::language::LanguageTag;
use sanad_store::Store;
use sanad_store::knowledge::Until;
use sanad_store::sql_types::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Which rows a report gives. Each report takes some of these; another one is refused.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// What the registry held at the end of this day (UTC); now when left out.
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Place of displacement (reports about cases) or the place itself (reports about
    /// places), or what it lies in, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ01")]
    pub place: Option<String>,
    /// What the report is about happened on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// What the report is about happened on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Language of the headings (HTML), such as `ar`; English when left out.
    #[param(value_type = Option<String>, example = "ar")]
    pub lang: Option<LanguageTag>,
    /// Rows, sums, or both.
    pub part: Option<ReportPart>,
    /// The case, for `case-compliance-file`.
    pub case_id: Option<CaseId>,
    /// How the return came about, for `returns-without-finding`.
    pub nature: Option<ReturnNature>,
    /// What the finding says, for `finding-register`.
    pub finding: Option<Finding>,
}

impl ReportQuery {
    /// Names of the parameters that were given and are not for every report.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("place", self.place.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("case_id", self.case_id.is_some()),
            ("nature", self.nature.is_some()),
            ("finding", self.finding.is_some()),
        ];
        given
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(name, _)| name)
    }
}

/// A report as JSON. Its HTML and CSV have the same rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportDocument {
    /// Its name.
    pub report: String,
    /// The end of this day is what it shows.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// The catalogue in force.
    pub catalogue: CatalogueEntry,
    /// How access to the region is read.
    pub profile: AccessProfile,
    /// The columns of the same report as CSV.
    pub columns: Vec<String>,
    /// The rows: values by column. `section` says of which kind a row is, where there
    /// are several.
    pub rows: Vec<BTreeMap<String, serde_json::Value>>,
    /// How many rows there are.
    pub row_count: u64,
    /// SHA-256, in hex, over the rows: the JSON of each as it stands here, and a line
    /// break.
    pub content_sha256: String,
}

/// The renderings, JSON unless the caller asks for another.
const RENDERINGS: [(&str, Format); 3] = [
    ("application/json", Format::Json),
    ("text/csv", Format::Csv),
    ("text/html", Format::Html),
];

fn refused(error: ReportError) -> ApiError {
    match error {
        ReportError::Store(error) => error.into(),
        ReportError::NeedsCase => {
            ApiError::parameter("case_id", "PARAMETER_NEEDED", error.to_string())
        }
        ReportError::NoLanguage => {
            ApiError::parameter("lang", "LANGUAGE_UNKNOWN", error.to_string())
        }
        ReportError::NoPart => ApiError::parameter("part", "PARAMETER_INVALID", error.to_string()),
        ReportError::NoPlace => ApiError::parameter("place", "PLACE_UNKNOWN", error.to_string()),
        ReportError::Reversed => ApiError::parameter("from", "DAYS_REVERSED", error.to_string()),
        ReportError::NoCase => ApiError::not_found("CASE_NOT_FOUND"),
        ReportError::Unwritable | ReportError::Changed => {
            tracing::error!(%error, "a report broke off");
            ApiError::fault()
        }
    }
}

fn no_report() -> ApiError {
    let names: Vec<String> = reports::ALL
        .iter()
        .map(|report| format!("`{}`", report.name))
        .collect();
    ApiError::new(
        StatusCode::NOT_FOUND,
        "REPORT_NOT_FOUND",
        format!(
            "there is no report of this name; there are {}",
            names.join(", ")
        ),
    )
}

async fn view(app: &App, caller: &Caller, report: &Report, query: &ReportQuery) -> ApiResult<View> {
    let who = app
        .policy
        .visibility(&caller.0, Permission::ReportsRead)
        .or_forbidden()?;
    let areas = app.policy.visibility(&caller.0, Permission::AreasRead);
    if let Some(other) = query.given().find(|name| !report.takes(name)) {
        return Err(ApiError::parameter(
            other,
            "PARAMETER_UNKNOWN",
            "this report has no such parameter",
        ));
    }
    let as_of = query.as_of.unwrap_or_else(today);
    let end = end_of(as_of)?;
    let until = if as_of < today() {
        Until::Moment(end)
    } else {
        let last = app.store.read(|db| db.last_position()).await?;
        Until::Position(last + 1)
    };
    let place = query.place.as_deref();
    Ok(View {
        who,
        areas,
        catalogue: app.catalogue.clone(),
        places: app.places().await?,
        profile: app.profile,
        as_of,
        until,
        began: At::from(crate::clock::now()),
        filter: Filter {
            place: place
                .map(|text| super::parameters::place("place", text))
                .transpose()?,
            from: day("from", query.from)?.map(|day| day.0),
            to: day("to", query.to)?.map(|day| day.0),
            case_id: query.case_id,
            nature: query.nature,
            finding: query.finding,
            part: query.part.unwrap_or_default(),
        },
    })
}

/// One step of a report on a thread that reads; the report comes back with its piece.
async fn step(store: &Store, mut run: Run) -> ApiResult<(Run, Option<Vec<u8>>)> {
    let (run, piece) = store
        .read(move |db| {
            let piece = run.step(db);
            Ok((run, piece))
        })
        .await?;
    Ok((run, piece.map_err(refused)?))
}

/// Read a report
///
/// Reports for auditors, each cut at the end of a day: `case-compliance-file`,
/// `finding-register`, `returns-without-finding`, `area-dossier`, `consent-integrity`,
/// `segregation-of-duties`, `children`, `forced-returns`, `access-verification`,
/// `post-return-outcomes`.
/// The same rows as JSON, CSV or HTML (`Accept`). Households are never named. The hash
/// of the rows stands at the end of JSON and HTML, and in `Sanad-Content-SHA256` with
/// CSV.
#[utoipa::path(
    operation_id = "getReport", tag = "Reports",
    params(("name" = String, Path, description = "Name of the report", example = "returns-without-finding"), ReportQuery),
    responses((status = 200, description = "The report",
        headers(("Sanad-As-Of" = String, description = "The day whose end it shows"),
            ("Sanad-Catalogue" = String, description = "Id and edition of the catalogue in force"),
            ("Sanad-Catalogue-SHA256" = String, description = "SHA-256 of the catalogue's file"),
            ("Sanad-Profile" = String, description = "How access to the region is read")),
        content(
            (ReportDocument = "application/json", example = json!(super::super::examples::report_document())),
            (String = "text/csv", example = "return_id,case_id,nature"),
            (String = "text/html", example = "<!doctype html>"),
        )), (status = 406, response = crate::http::ProblemResponse), ReadProblems),
)]
#[get("/reports/{name}")]
pub async fn get_report(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    name: web::Path<String>,
    Parameters(query): Parameters<ReportQuery>,
) -> ApiResult<HttpResponse> {
    let report = reports::find(&name).ok_or_else(no_report)?;
    let view = Arc::new(view(&app, &caller, report, &query).await?);
    let format = negotiate(&http, &RENDERINGS)?;
    let words = Words::of(query.lang.as_ref().map(LanguageTag::as_str)).map_err(refused)?;
    let (store, of_run) = (app.store.clone(), view.clone());
    let run = store
        .read(move |db| Ok(Run::begin(db, report, of_run, format, words)))
        .await?;
    let mut run = run.map_err(refused)?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header(("cache-control", "no-store"))
        .insert_header(("vary", "accept"))
        .insert_header(("sanad-as-of", view.as_of.to_string()))
        .insert_header((
            "sanad-catalogue",
            format!("{} {}", view.catalogue.id(), view.catalogue.edition()),
        ))
        .insert_header(("sanad-catalogue-sha256", view.catalogue.sha256()))
        .insert_header(("sanad-profile", view.profile.code()));
    match format {
        Format::Json => {
            response.content_type("application/json");
        }
        Format::Html => {
            response
                .content_type("text/html; charset=utf-8")
                .insert_header(("content-language", words.language.as_str()))
                .insert_header(("content-security-policy", content_security_policy()));
        }
        Format::Csv => {
            // Rows of CSV are rows and nothing else: what stands at the end of the other
            // renderings is found out first, and goes ahead of them.
            loop {
                let (next, piece) = step(&store, run).await?;
                run = next;
                if piece.is_none() {
                    break;
                }
            }
            let tail = run.tail();
            response
                .content_type("text/csv; charset=utf-8")
                .insert_header(("sanad-row-count", tail.row_count.to_string()))
                .insert_header(("sanad-content-sha256", tail.content_sha256.as_str()))
                .insert_header((
                    "content-disposition",
                    format!("attachment; filename=\"{}.csv\"", report.name),
                ));
            run = run.again(tail);
        }
    }
    // The connection breaks off after a fault: a file that looks whole but is not would
    // mislead.
    let pieces = futures_util::stream::unfold(Some(run), move |run| {
        let store = store.clone();
        async move {
            match step(&store, run?).await {
                Ok((run, Some(piece))) => Some((Ok(Bytes::from(piece)), Some(run))),
                Ok((_, None)) => None,
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Ok(response.streaming(pieces))
}
