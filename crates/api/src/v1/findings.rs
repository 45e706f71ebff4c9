//! Findings: issued by a named person over what the rule says, immutable.

use super::cases::AsOf;
use super::household::OnCase;
use super::parameters::{page_size, place_filter};
use super::reading::{ReadCase, ReadFinding};
use super::views::{CaseReceipt, issued};
use super::{day, end_of, registers, shown};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, IfMatch, Json, JsonOrNothing, Parameters, ReadProblems,
    WriteProblems,
};
use crate::recompute::{NotRecomputed, Recomputed, facts_behind, recompute};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::area::PlaceRef;
use sanad_core::case::{Command, FindingRequest, IssuedFinding};
use sanad_core::conditions::Finding;
use sanad_core::conditions::file::AssessmentReport;
use sanad_core::ids::{CaseId, FindingId, UserId};
use sanad_store::db::FindingFilter;
use sanad_store::rows::FindingRow;
use sanad_store::sql_types::Key;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An issued finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// Its id.
    pub id: FindingId,
    /// The case.
    pub case_id: CaseId,
    /// Who issued it.
    pub assessor: UserId,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    pub issued_at: Timestamp,
    /// Where the household wanted to return to.
    pub destination: PlaceRef,
    /// SHA-256, in hex, of the facts file that gives this result.
    pub facts_sha256: String,
    /// What it says, with reasons and sources.
    pub assessment: AssessmentReport,
}

impl FindingView {
    fn of(row: &FindingRow) -> ApiResult<Self> {
        let finding: IssuedFinding = serde_json::from_slice(&row.body).map_err(|_| {
            tracing::error!("a stored finding cannot be read");
            ApiError::fault()
        })?;
        Ok(Self {
            id: finding.id,
            case_id: CaseId(row.case_id.0),
            assessor: finding.assessor,
            issued_at: row.issued_at.timestamp(),
            destination: finding.destination,
            facts_sha256: finding.facts_sha256,
            assessment: finding.assessment,
        })
    }
}

/// Findings of one case, the earliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingList {
    /// The findings.
    pub items: Vec<FindingView>,
}

/// Issue the finding of a case (T6)
///
/// The outcome is computed, never typed in. Whoever recorded a person's consent may
/// not issue it (`SELF_ASSESSMENT`). The body may be left out.
#[utoipa::path(
    operation_id = "issueFinding", tag = "Findings",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    // By reference: an `Option` would be documented as `null`, which is no body.
    request_body(content = ref("#/components/schemas/FindingRequest"), content_type = "application/json", example = json!({})),
    responses((status = 201, description = "Issued", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/findings")]
pub async fn issue_finding(
    on: OnCase,
    body: JsonOrNothing<FindingRequest>,
) -> ApiResult<HttpResponse> {
    let Json { value, bytes } = body.0;
    on.run(Command::IssueFinding(value), bytes, issued).await
}

/// List the findings of a case
///
/// Each as it was issued, with the reasons of its day; the earliest first.
#[utoipa::path(
    operation_id = "listCaseFindings", tag = "Findings",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The findings", body = FindingList, example = json!({"items": [super::super::examples::finding()]})), ReadProblems),
)]
#[get("/cases/{id}/findings")]
pub async fn list_case_findings(of: ReadCase) -> ApiResult<HttpResponse> {
    of.needs(Permission::FindingsRead)?;
    let (id, until) = (Key(of.state.id.0), of.until);
    let rows = of.app.store.read(move |db| db.findings_of(id)).await?;
    let known = rows
        .iter()
        .filter(|row| until.is_none_or(|until| row.issued_at <= until));
    let items = known.map(FindingView::of).collect::<ApiResult<_>>()?;
    shown(&FindingList { items })
}

/// Read a finding
///
/// Immutable: what it said on the day of its issue, with the hash of the facts file
/// that gives the same result again.
#[utoipa::path(
    operation_id = "getFinding", tag = "Findings",
    params(("id" = FindingId, Path, description = "Id of the finding")),
    responses((status = 200, description = "The finding", body = FindingView, example = json!(super::super::examples::finding())), ReadProblems),
)]
#[get("/findings/{id}")]
pub async fn get_finding(of: ReadFinding) -> ApiResult<HttpResponse> {
    let who = of
        .app
        .policy
        .visibility(&of.caller.0, Permission::FindingsRead);
    let row = of.seen(vec![who], |_, row| row).await?;
    shown(&FindingView::of(&row)?)
}

/// Export the facts behind a finding
///
/// The `sanad-facts/1` file whose SHA-256 is `facts_sha256`, gathered again from the
/// journal as it stood when the finding was issued: `sanad assess` gives the same
/// result from it. 409 when the journal gives other facts now, or another catalogue is
/// in force.
#[utoipa::path(
    operation_id = "getFindingFacts", tag = "Findings",
    params(("id" = FindingId, Path, description = "Id of the finding")),
    responses((status = 200, description = "The facts file", body = Object, example = json!(super::super::examples::facts())),
        (status = 409, response = crate::http::ProblemResponse), ReadProblems),
)]
#[get("/findings/{id}/facts")]
pub async fn get_finding_facts(of: ReadFinding) -> ApiResult<HttpResponse> {
    let (app, caller) = (of.app.clone(), &of.caller.0);
    let may_read = app.policy.visibility(caller, Permission::FindingsRead);
    let may_export = app
        .policy
        .visibility(caller, Permission::FactsExport)
        .or_forbidden()?;
    let places = app.places().await?;
    let facts = of
        .seen(vec![may_read, may_export], move |db, row| {
            facts_behind(db, &places, &app.catalogue, &row)
        })
        .await?
        .map_err(not_recomputed)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"))
        .body(facts))
}

/// Compute a finding anew
///
/// Gathers the facts from the journal as it stood when the finding was issued, assesses
/// them with the catalogue in force, and says which parts differ; nothing is changed.
/// 200 whether it comes out the same or not.
#[utoipa::path(
    operation_id = "recomputeFinding", tag = "Findings",
    params(("id" = FindingId, Path, description = "Id of the finding")),
    responses((status = 200, description = "The finding then and now", body = Recomputed, example = json!(super::super::examples::recomputed())), ReadProblems),
)]
#[get("/findings/{id}/recompute")]
pub async fn recompute_finding(of: ReadFinding) -> ApiResult<HttpResponse> {
    let (app, caller) = (of.app.clone(), &of.caller.0);
    let who = app.policy.visibility(caller, Permission::FindingsRead);
    let places = app.places().await?;
    let computed = of
        .seen(vec![who], move |db, row| {
            recompute(db, &places, &app.catalogue, &row)
        })
        .await?;
    shown(&computed.map_err(not_recomputed)?)
}

fn not_recomputed(error: NotRecomputed) -> ApiError {
    match error {
        NotRecomputed::Store(error) => ApiError::from(error),
        NotRecomputed::OtherCatalogue { .. } => {
            ApiError::new(StatusCode::CONFLICT, "CATALOGUE_OTHER", error.to_string())
        }
        NotRecomputed::OtherFacts => {
            ApiError::new(StatusCode::CONFLICT, "FACTS_OTHER", error.to_string())
        }
        NotRecomputed::Damaged => {
            tracing::error!("a stored finding cannot be read");
            ApiError::fault()
        }
    }
}

/// Which findings a register shows.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindingQuery {
    /// What the finding says.
    pub finding: Option<Finding>,
    /// Place of displacement, or what it lies in, as `edition/code`.
    #[param(example = "XZ-2025-01/XZ01")]
    pub place: Option<String>,
    /// Evaluated on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Evaluated on this day or earlier.
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

/// A page of the finding register, in order of recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingPage {
    /// The entries.
    pub items: Vec<FindingEntry>,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An entry of the finding register: tier D only.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingEntry {
    /// Its id.
    pub finding_id: FindingId,
    /// The case.
    pub case_id: CaseId,
    /// Edition of the list of places, at displacement.
    pub place_edition: String,
    /// Place of displacement.
    pub place_code: String,
    /// Edition of the list of places, at the destination.
    pub destination_edition: String,
    /// The place of return that it is about.
    pub destination_code: String,
    /// What it says.
    #[schema(value_type = Finding)]
    pub finding: String,
    /// The day of evaluation.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The last day on which it may be relied on.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
    /// Id and edition of the catalogue.
    pub catalogue: String,
    /// How access to the region was read.
    pub profile: String,
    /// Who issued it.
    pub assessor: UserId,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    pub issued_at: Timestamp,
}

/// The header of the register as CSV: the fields of a [`FindingEntry`].
const FINDING_COLUMNS: [&str; 13] = [
    "finding_id",
    "case_id",
    "place_edition",
    "place_code",
    "destination_edition",
    "destination_code",
    "finding",
    "on",
    "expires_on",
    "catalogue",
    "profile",
    "assessor",
    "issued_at",
];

impl From<&FindingRow> for FindingEntry {
    fn from(row: &FindingRow) -> Self {
        Self {
            finding_id: FindingId(row.finding_id.0),
            case_id: CaseId(row.case_id.0),
            place_edition: row.place_edition.clone(),
            place_code: row.place_code.clone(),
            destination_edition: row.destination_edition.clone(),
            destination_code: row.destination_code.clone(),
            finding: row.outcome.clone(),
            on: row.found_on.0,
            expires_on: row.expires_on.0,
            catalogue: row.catalogue.clone(),
            profile: row.profile.clone(),
            assessor: UserId(row.assessor.0),
            issued_at: row.issued_at.timestamp(),
        }
    }
}

/// List findings (the finding register)
///
/// For auditors. JSON in pages, or everything as CSV with `Accept: text/csv`.
#[utoipa::path(
    operation_id = "listFindings", tag = "Reports", params(FindingQuery),
    responses((status = 200, description = "The register", content(
        (FindingPage = "application/json", example = json!(super::super::examples::finding_page())),
        (String = "text/csv", example = "finding_id,case_id,place_edition,place_code,destination_edition,destination_code,finding,on,expires_on,catalogue,profile,assessor,issued_at")),
    ), (status = 406, response = crate::http::ProblemResponse), ReadProblems),
)]
#[get("/findings")]
pub async fn list_findings(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<FindingQuery>,
) -> ApiResult<HttpResponse> {
    let who = app
        .policy
        .visibility(&caller.0, Permission::ReportsRead)
        .or_forbidden()?;
    let limit = page_size(query.limit)?;
    let after = registers::read_position(query.cursor.as_deref())?;
    let filter = FindingFilter {
        outcome: query.finding.map(|finding| finding.code().to_owned()),
        place: place_filter(&app, "place", query.place.as_deref()).await?,
        from: day("from", query.from)?,
        to: day("to", query.to)?,
        until: query.as_of.map(end_of).transpose()?,
    };
    if registers::wants_csv(&http)? {
        return Ok(registers::stream_csv(
            app.store.clone(),
            "findings.csv",
            &FINDING_COLUMNS,
            after,
            move |db, after| {
                let rows = db.list_findings(&who, &filter, after, registers::CSV_PAGE)?;
                let last = rows.last().map(|row| row.position);
                Ok((rows.iter().map(FindingEntry::from).collect(), last))
            },
        ));
    }
    let rows = app
        .store
        .read(move |db| db.list_findings(&who, &filter, after, limit + 1))
        .await?;
    let (kept, next) = registers::page(&rows, limit, |row| row.position.to_string());
    shown(&FindingPage {
        items: kept.iter().map(FindingEntry::from).collect(),
        next,
    })
}
