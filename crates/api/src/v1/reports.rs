//! What registers share (pages, CSV), and the register of returns without a
//! compliant finding (R3).

use super::parameters::{page_size, place_filter};
use super::{day, end_of, shown};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, ApiResult, Parameters, ReadProblems};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::case::{AssessmentTiming, ReturnNature};
use sanad_core::conditions::Finding;
use sanad_core::ids::{CaseId, FindingId, ReturnId, UserId};
use sanad_store::db::{Db, RegisterFilter};
use sanad_store::rows::ReturnRow;
use sanad_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Rows of one read while a CSV file is streamed: memory stays flat.
pub(crate) const CSV_PAGE: i64 = 500;

/// Whether the caller asks for CSV (`Accept: text/csv`).
pub(crate) fn wants_csv(http: &HttpRequest) -> bool {
    http.headers()
        .get("accept")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| {
            accept
                .split(',')
                .any(|kind| kind.trim().starts_with("text/csv"))
        })
}

/// The position in a cursor; 0 without one.
pub(crate) fn read_position(cursor: Option<&str>) -> ApiResult<i64> {
    match cursor {
        None => Ok(0),
        Some(text) => text
            .parse()
            .ok()
            .filter(|position| *position >= 0)
            .ok_or_else(|| {
                ApiError::parameter(
                    "cursor",
                    "CURSOR_INVALID",
                    "give the `next` of a page, unchanged",
                )
            }),
    }
}

/// One page of rows that were read with one to spare, and where the list goes on.
pub(crate) fn page<T>(
    rows: &[T],
    limit: i64,
    position: impl Fn(&T) -> i64,
) -> (&[T], Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(rows.len());
    if rows.len() <= limit {
        return (rows, None);
    }
    let kept = &rows[..limit];
    (kept, kept.last().map(|row| position(row).to_string()))
}

/// Streams a register as CSV, page by page. The first line is the header, also of a
/// register that is empty: an empty file could be anything.
///
/// Ids, codes and days only: no cell begins with what a spreadsheet would run as a
/// formula (ASVS 1.2.10). A register with free text must quote it.
pub(crate) fn stream_csv<T, F>(
    store: Store,
    name: &str,
    columns: &'static [&'static str],
    after: i64,
    read: F,
) -> HttpResponse
where
    T: Serialize + Send + 'static,
    F: Fn(&mut dyn Db, i64) -> Result<(Vec<T>, Option<i64>), StoreError> + Send + Sync + 'static,
{
    struct Position {
        after: i64,
        first: bool,
        done: bool,
    }
    let read = Arc::new(read);
    let start = Position {
        after,
        first: true,
        done: false,
    };
    let pages = futures_util::stream::unfold(start, move |mut at| {
        let (store, read) = (store.clone(), read.clone());
        async move {
            if at.done {
                return None;
            }
            let after = at.after;
            let result = store.read(move |db| read(db, after)).await;
            let bytes = result.map_err(ApiError::from).and_then(|(rows, last)| {
                match last {
                    Some(last) => at.after = last,
                    None => at.done = true,
                }
                let csv = csv_of(&rows, at.first.then_some(columns));
                at.first = false;
                csv
            });
            if bytes.is_err() {
                // The connection breaks off: a file that looks whole but is not would mislead.
                at.done = true;
            }
            Some((bytes, at))
        }
    });
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(pages)
}

fn csv_of<T: Serialize>(rows: &[T], header: Option<&[&str]>) -> ApiResult<Bytes> {
    let fault = |error: csv::Error| {
        tracing::error!(%error, "a register cannot be written as CSV");
        ApiError::fault()
    };
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    if let Some(header) = header {
        writer.write_record(header).map_err(fault)?;
    }
    for row in rows {
        writer.serialize(row).map_err(fault)?;
    }
    writer
        .into_inner()
        .map(Bytes::from)
        .map_err(|_| ApiError::fault())
}

/// Which returns a register shows.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReturnQuery {
    /// How the return came about.
    pub nature: Option<ReturnNature>,
    /// Place of displacement, or what it lies in, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ01")]
    pub place: Option<String>,
    /// Departed on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Departed on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// What the register held at the end of this day (UTC); now when left out.
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Entries on a page, 1 to 200; 50 when left out. CSV is not paged.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Goes on after a page: its `next`.
    pub cursor: Option<String>,
}

/// A page of returns, in order of recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnPage {
    /// The entries.
    pub items: Vec<ReturnEntry>,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A recorded return: tier D only.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnEntry {
    /// Its id.
    pub return_id: ReturnId,
    /// The case.
    pub case_id: CaseId,
    /// How it came about.
    #[schema(value_type = ReturnNature)]
    pub nature: String,
    /// The day of departure.
    #[schema(value_type = String, format = Date)]
    pub departed_on: Date,
    /// Edition of the list of places, at displacement.
    pub place_edition: String,
    /// Place of displacement.
    pub place_code: String,
    /// Edition of the list of places, at the destination.
    pub destination_edition: String,
    /// Where to.
    pub destination_code: String,
    /// When the return was assessed.
    #[schema(value_type = AssessmentTiming)]
    pub assessed: String,
    /// The latest finding for this destination on or before departure.
    pub finding_id: Option<FindingId>,
    /// What it said.
    #[schema(value_type = Option<Finding>)]
    pub finding: Option<String>,
    /// The last day on which it could be relied on.
    #[schema(value_type = Option<String>, format = Date)]
    pub finding_expires_on: Option<Date>,
    /// When the return was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub recorded_by: UserId,
}

/// The header of the list as CSV: the fields of a [`ReturnEntry`].
const RETURN_COLUMNS: [&str; 14] = [
    "return_id",
    "case_id",
    "nature",
    "departed_on",
    "place_edition",
    "place_code",
    "destination_edition",
    "destination_code",
    "assessed",
    "finding_id",
    "finding",
    "finding_expires_on",
    "recorded_at",
    "recorded_by",
];

impl From<&ReturnRow> for ReturnEntry {
    fn from(row: &ReturnRow) -> Self {
        Self {
            return_id: ReturnId(row.return_id.0),
            case_id: CaseId(row.case_id.0),
            nature: row.nature.clone(),
            departed_on: row.departed_on.0,
            place_edition: row.place_edition.clone(),
            place_code: row.place_code.clone(),
            destination_edition: row.destination_edition.clone(),
            destination_code: row.destination_code.clone(),
            assessed: row.assessed.clone(),
            finding_id: row.finding_id.map(|id| FindingId(id.0)),
            finding: row.finding_outcome.clone(),
            finding_expires_on: row.finding_expires_on.map(|day| day.0),
            recorded_at: row.recorded_at.timestamp(),
            recorded_by: UserId(row.recorded_by.0),
        }
    }
}

/// List returns without a compliant finding (R3)
///
/// Every recorded return on whose day of departure no compliant, unexpired finding
/// stood for its destination. Among the facilitated ones this list must be empty.
/// JSON in pages, or everything as CSV with `Accept: text/csv`.
#[utoipa::path(
    operation_id = "listReturnsWithoutFinding", tag = "Reports", params(ReturnQuery),
    responses((status = 200, description = "The returns", content(
        (ReturnPage = "application/json", example = json!(super::super::examples::return_page())),
        (String = "text/csv", example = "return_id,case_id,nature,departed_on,place_edition,place_code,destination_edition,destination_code,assessed,finding_id,finding,finding_expires_on,recorded_at,recorded_by")),
    ), ReadProblems),
)]
#[get("/reports/returns-without-finding")]
pub async fn list_returns_without_finding(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<ReturnQuery>,
) -> ApiResult<HttpResponse> {
    let who = app
        .policy
        .visibility(&caller.0, Permission::ReportsRead)
        .or_forbidden()?;
    let limit = page_size(query.limit)?;
    let after = read_position(query.cursor.as_deref())?;
    let filter = RegisterFilter {
        value: query.nature.map(|nature| nature.code().to_owned()),
        place: place_filter("place", query.place.as_deref())?,
        from: day("from", query.from)?,
        to: day("to", query.to)?,
        until: query.as_of.map(end_of).transpose()?,
        without_compliant_finding: true,
    };
    if wants_csv(&http) {
        return Ok(stream_csv(
            app.store.clone(),
            "returns-without-finding.csv",
            &RETURN_COLUMNS,
            after,
            move |db, after| {
                let rows = db.list_returns(&who, &filter, after, CSV_PAGE)?;
                let last = rows.last().map(|row| row.position);
                Ok((rows.iter().map(ReturnEntry::from).collect(), last))
            },
        ));
    }
    let rows = app
        .store
        .read(move |db| db.list_returns(&who, &filter, after, limit + 1))
        .await?;
    let (kept, next) = page(&rows, limit, |row| row.position);
    shown(&ReturnPage {
        items: kept.iter().map(ReturnEntry::from).collect(),
        next,
    })
}
