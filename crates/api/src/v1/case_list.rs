//! The list of cases, now and as it was on a past day.
//!
//! Not here: one case (`cases`).

use super::findings_lost::flag_of;
use super::parameters::{known_place, page_size, place_filter, read_cursor, write_cursor};
use super::{day, end_of};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, ApiResult, Parameters, ReadProblems};
use crate::service::json;
use actix_web::{HttpResponse, get, web};
use jiff::civil::Date;
use sanad_core::access::{Denied, Permission, Resource, Tier, Visibility};
use sanad_core::case::{
    CaseNumber, CaseState, CaseSummary, State, put_summary_together, take_summary_apart,
};
use sanad_core::conditions::Finding;
use sanad_core::ids::OrganisationId;
use sanad_store::StoreError;
use sanad_store::db::{CaseCursor, CaseEntry, CaseFilter};
use sanad_store::flag_then;
use sanad_store::journal::case_of;
use sanad_store::rows::FindingLostRow;
use sanad_store::sql_types::{At, Key};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
    /// Its open finding no longer holds, since something was recorded about a place; or
    /// that it is not so.
    pub flagged: Option<bool>,
    /// Registered on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub registered_from: Option<Date>,
    /// Registered on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    pub registered_to: Option<Date>,
    /// Something is due on this day or earlier: a round of monitoring, the review of a
    /// hold, or the end of the time for which a closed case is kept.
    #[param(value_type = Option<String>, format = Date)]
    pub due_by: Option<Date>,
    /// What the registry knew at the end of this day (UTC); now when left out. A page
    /// of a past day may hold fewer cases than asked for; go on while there is a `next`.
    #[param(value_type = Option<String>, format = Date, example = "2025-05-12")]
    pub as_of: Option<Date>,
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
    let by_facts = query.finding.is_some() || query.flagged.is_some();
    if by_facts
        && !who
            .scopes()
            .iter()
            .any(|scope| scope.tiers.contains(Tier::D))
    {
        return Err(Denied::Forbidden {
            permission: Permission::FindingsRead,
        }
        .into());
    }
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(read_cursor).transpose()?;
    let after = after.map(|(opened_at, case_id)| CaseCursor {
        opened_at: At::from_micros(opened_at),
        case_id,
    });
    let filter = CaseFilter {
        state: query.state.map(|state| state.code().to_owned()),
        finding: query.finding.map(|finding| finding.code().to_owned()),
        place: place_filter(&app, "place", query.place.as_deref()).await?,
        destination: known_place(&app, "destination", query.destination.as_deref())
            .await?
            .map(|place| {
                (
                    place.edition.as_str().to_owned(),
                    place.code.as_str().to_owned(),
                )
            }),
        number: query.number.map(|number| number.as_str().to_owned()),
        organisation: query.organisation.map(|id| Key(id.0)),
        flagged: query.flagged,
        registered_from: day("registered_from", query.registered_from)?,
        registered_to: day("registered_to", query.registered_to)?,
        due_by: day("due_by", query.due_by)?,
    };
    let (mut found, more) = match query.as_of {
        Some(day) => as_they_were(&app, who, filter, after, limit, end_of(day)?).await?,
        None => as_they_are(&app, who, filter, after, limit).await?,
    };
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    if by_facts {
        // What the reader may not see cannot be asked for either.
        found.retain(|entry| entry.tiers.contains(Tier::D));
    }
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"))
        .body(page(&found, more)?))
}

/// The JSON of a [`CasePage`], from summaries that are JSON already.
fn page(found: &[CaseEntry], next: Option<CaseCursor>) -> ApiResult<Vec<u8>> {
    let length: usize = found.iter().map(|entry| entry.summary.len() + 20).sum();
    let mut text = Vec::with_capacity(length + 96);
    text.extend_from_slice(br#"{"items":["#);
    for (number, entry) in found.iter().enumerate() {
        if number > 0 {
            text.push(b',');
        }
        let flag = entry.lost.as_ref().map(flag_of).transpose()?;
        let shown =
            put_summary_together(&entry.summary, entry.tiers, flag.as_ref()).map_err(|_| {
                tracing::error!("a stored case cannot be read");
                ApiError::fault()
            })?;
        text.extend(shown);
    }
    text.push(b']');
    if let Some(next) = next {
        text.extend_from_slice(br#","next":"#);
        text.extend(json(&write_cursor(next.opened_at.micros(), next.case_id))?);
    }
    text.push(b'}');
    Ok(text)
}

/// A page of what the registry knows now.
async fn as_they_are(
    app: &App,
    who: Visibility,
    filter: CaseFilter,
    after: Option<CaseCursor>,
    limit: i64,
) -> ApiResult<(Vec<CaseEntry>, Option<CaseCursor>)> {
    let found = app
        .store
        .read(move |db| db.list_cases(&who, &filter, after, limit + 1))
        .await?;
    let more = i64::try_from(found.len()).is_ok_and(|count| count > limit);
    let last = usize::try_from(limit - 1)
        .ok()
        .and_then(|last| found.get(last));
    let next = last.filter(|_| more).map(cursor_after);
    Ok((found, next))
}

/// Cases that are folded from their journals for one page of a past day, at most.
const LOOKED_AT: usize = 2_000;
/// Cases read at a time.
const STEP: i64 = 200;

/// A page of what the registry knew at a moment. Each case is folded from its
/// journal up to then, and must be open to the reader both as it was and as it is:
/// a case that was taken out of their reach does not come back by asking for a day
/// when it was not.
async fn as_they_were(
    app: &App,
    who: Visibility,
    filter: CaseFilter,
    after: Option<CaseCursor>,
    limit: i64,
    until: At,
) -> ApiResult<(Vec<CaseEntry>, Option<CaseCursor>)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // A case is opened once, and its number is given once: these may be asked now.
    let now = CaseFilter {
        number: filter.number.clone(),
        ..CaseFilter::default()
    };
    let opened = CaseCursor {
        opened_at: until,
        case_id: Key(uuid::Uuid::max()),
    };
    let start = after
        .filter(|after| after.opened_at <= until)
        .unwrap_or(opened);
    app.store
        .read(move |db| {
            let (mut found, mut after, mut looked_at) = (Vec::new(), start, 0);
            loop {
                let candidates = db.list_cases(&who, &now, Some(after), STEP)?;
                for candidate in &candidates {
                    after = cursor_after(candidate);
                    let then = match case_of(&db.stream(candidate.case_id, Some(until))?) {
                        // Its past cannot be told any more.
                        Err(StoreError::Forgotten) => None,
                        then => then?,
                    };
                    if let Some(case) = then {
                        let lost = flag_then(db, &case, until)?;
                        found.extend(entry_of(&case, lost, &who, &filter));
                    }
                    if found.len() == limit {
                        return Ok((found, Some(after)));
                    }
                }
                looked_at += candidates.len();
                if i64::try_from(candidates.len()).is_ok_and(|count| count < STEP) {
                    return Ok((found, None));
                }
                if looked_at >= LOOKED_AT {
                    return Ok((found, Some(after)));
                }
            }
        })
        .await
        .map_err(ApiError::from)
}

/// A case as it was, if its reader may see it so and the filter lets it through.
fn entry_of(
    case: &CaseState,
    lost: Option<FindingLostRow>,
    who: &Visibility,
    filter: &CaseFilter,
) -> Option<CaseEntry> {
    let tiers = who.tiers_for(&Resource::Case {
        organisation: case.organisation,
        places: &case.places,
    })?;
    let summary = CaseSummary::of(case)?;
    let is = |wanted: &Option<String>, value: Option<&str>| match wanted {
        Some(wanted) => value == Some(wanted.as_str()),
        None => true,
    };
    let finding = summary.finding.as_ref();
    let destination = summary
        .destination
        .as_ref()
        .map(|place| (place.edition.as_str(), place.code.as_str()));
    let wanted_destination = filter
        .destination
        .as_ref()
        .map(|(edition, code)| (edition.as_str(), code.as_str()));
    let shown = is(&filter.state, Some(summary.state.code()))
        && is(
            &filter.finding,
            finding.map(|finding| finding.finding.code()),
        )
        && is(&filter.number, Some(summary.number.as_str()))
        && (wanted_destination.is_none() || wanted_destination == destination)
        && filter
            .place
            .as_ref()
            .is_none_or(|wanted| case.places.iter().any(|place| place.to_string() == *wanted))
        && filter
            .organisation
            .is_none_or(|wanted| wanted.0 == summary.organisation.0)
        && filter.flagged.is_none_or(|wanted| wanted == lost.is_some())
        && filter
            .registered_from
            .is_none_or(|day| summary.registered_on >= day.0)
        && filter
            .registered_to
            .is_none_or(|day| summary.registered_on <= day.0)
        && filter
            .due_by
            .is_none_or(|day| summary.next_due.is_some_and(|due| due.on <= day.0));
    if !shown {
        return None;
    }
    Some(CaseEntry {
        case_id: Key(case.id.0),
        opened_at: At::from(case.opened_at),
        tiers,
        summary: take_summary_apart(&summary).ok()?,
        lost,
    })
}

fn cursor_after(entry: &CaseEntry) -> CaseCursor {
    CaseCursor {
        opened_at: entry.opened_at,
        case_id: entry.case_id,
    }
}
