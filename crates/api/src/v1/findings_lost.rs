//! Findings that no longer hold since something was recorded about a place, and the
//! flag that their cases show.
//!
//! Not here: how it is found out (`sanad_store::look_again`), what a finding said
//! (`findings`).

use super::parameters::{page_size, read_cursor, write_cursor};
use super::reading::ReadArea;
use super::registers::page;
use super::shown;
use super::views::in_fives;
use crate::http::{ApiError, ApiResult, ReadProblems};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::area::{AreaEventKind, LossCause, PlaceRef};
use sanad_core::case::LostFlag;
use sanad_core::ids::{CaseId, FindingId};
use sanad_store::db::{LostCursor, LostEntry, LostFilter};
use sanad_store::rows::FindingLostRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which of them are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LostQuery {
    /// Only those of cases that are still flagged.
    #[serde(default)]
    #[param(default = false)]
    pub flagged: bool,
    /// Entries on a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Goes on after a page: its `next`.
    pub cursor: Option<String>,
}

/// A page of findings that no longer hold, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LostPage {
    /// The findings.
    pub items: Vec<LostFinding>,
    /// How many more there are in cases that the caller may not see, on all pages, in
    /// fives: fewer than five are not told (DP-21 –). Cases with which the caller has a
    /// declared conflict of interest are not among them.
    pub elsewhere: u64,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A finding that no longer holds since something was recorded about the place. Each
/// is named once, by what was recorded first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LostFindingEntry)]
pub struct LostFinding {
    /// The finding; it stays as it was issued.
    pub finding_id: FindingId,
    /// The case.
    pub case_id: CaseId,
    /// What was recorded.
    pub cause: LossCause,
    /// What happened, where it was an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<AreaEventKind>,
    /// The day for which the return was assessed again.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// When that was.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The case is still flagged: nothing came in the place of this finding yet.
    pub flagged: bool,
}

impl LostFinding {
    fn of(entry: &LostEntry) -> ApiResult<Self> {
        let flag = flag_of(&entry.row)?;
        Ok(Self {
            finding_id: flag.finding,
            case_id: CaseId(entry.row.case_id.0),
            cause: flag.cause,
            event: flag.event,
            on: flag.on,
            since: flag.since,
            flagged: entry.flagged,
        })
    }
}

/// The flag of a case, from the register.
pub(crate) fn flag_of(row: &FindingLostRow) -> ApiResult<LostFlag> {
    let damaged = || {
        tracing::error!("a stored lost finding cannot be read");
        ApiError::fault()
    };
    let event = row.event.as_deref();
    Ok(LostFlag {
        finding: FindingId(row.finding_id.0),
        place: PlaceRef::parse(&row.place_edition, &row.place_code).map_err(|_| damaged())?,
        cause: LossCause::parse(&row.cause).map_err(|_| damaged())?,
        event: event
            .map(|code| AreaEventKind::parse(code).map_err(|_| damaged()))
            .transpose()?,
        on: row.lost_on.0,
        since: row.recorded_at.timestamp(),
    })
}

/// List findings that no longer hold because of a place
///
/// After every fact about a place the open findings of the cases bound to it are
/// assessed again. Those that no longer hold are named here, once; their cases are
/// flagged until they get a new finding, go back or arrive. Cases that the caller may
/// not see are only counted; those with which they have a declared conflict of interest
/// are not even that.
#[utoipa::path(
    operation_id = "listFindingsLost", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"), LostQuery),
    responses((status = 200, description = "A page of findings", body = LostPage, example = json!(super::super::examples::findings_lost())), ReadProblems),
)]
#[get("/areas/{edition}/{code}/findings-lost")]
pub async fn list_findings_lost(of: ReadArea<LostQuery>) -> ApiResult<HttpResponse> {
    let who = of
        .app
        .policy
        .visibility(&of.caller.0, Permission::FindingsRead)
        .or_forbidden()?;
    let limit = page_size(of.query.limit)?;
    let after = of.query.cursor.as_deref().map(read_cursor).transpose()?;
    let after = after.map(|(position, finding_id)| LostCursor {
        position,
        finding_id,
    });
    let filter = LostFilter {
        edition: of.place.edition.as_str().to_owned(),
        code: of.place.code.as_str().to_owned(),
        flagged: of.query.flagged,
    };
    let (found, elsewhere) = of
        .app
        .store
        .read(move |db| {
            let found = db.list_lost(&who, &filter, after, limit + 1)?;
            Ok((found, db.count_lost_elsewhere(&who, &filter)?))
        })
        .await?;
    let (kept, next) = page(&found, limit, |entry| {
        write_cursor(entry.row.position, entry.row.finding_id)
    });
    shown(&LostPage {
        items: kept.iter().map(LostFinding::of).collect::<ApiResult<_>>()?,
        elsewhere: in_fives(u64::try_from(elsewhere).unwrap_or(0)),
        next,
    })
}
