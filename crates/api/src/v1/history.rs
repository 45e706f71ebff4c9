//! The history of a case: every fact, who recorded it and when, without its content.

use super::cases::AsOf;
use super::reading::ReadCase;
use super::shown;
use crate::http::{ApiResult, ReadProblems};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::access::{Permission, Tier};
use sanad_core::ids::{CaseId, UserId};
use sanad_store::journal::case_stream;
use serde::Serialize;
use utoipa::ToSchema;

/// The facts of a case, in the order of recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The facts.
    pub items: Vec<HistoryEntry>,
}

/// A fact of a case: what kind, when and by whom; its content is read elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its number in the case, from 1; the case's revision after it.
    pub revision: i64,
    /// What happened.
    #[schema(example = "answer_recorded")]
    pub kind: String,
    /// The day on which it was so in the world, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub observed_on: Option<Date>,
    /// When the registry recorded it.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub recorded_by: UserId,
}

/// Read the history of a case
///
/// One entry for each fact of its journal: what kind, when and by whom. The content
/// is read with the case and its answers.
#[utoipa::path(
    operation_id = "getHistory", tag = "Cases",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The history", body = History, example = json!(super::super::examples::history())), ReadProblems),
)]
#[get("/cases/{id}/history")]
pub async fn get_history(of: ReadCase) -> ApiResult<HttpResponse> {
    // What happened in a case tells what was answered and found.
    of.needs_tier_d(Permission::FindingsRead)?;
    let (stream, until) = (case_stream(of.state.id), of.until);
    let rows = of
        .app
        .store
        .read(move |db| db.stream(stream, until))
        .await?;
    let open = of.tiers.contains(Tier::C);
    let items = rows.into_iter().map(|row| HistoryEntry {
        revision: row.revision,
        // Which protection fact it is, and of which day, is not for every reader.
        observed_on: row
            .observed_on
            .map(|day| day.0)
            .filter(|_| open || !is_protected(&row.kind)),
        kind: if open || !is_protected(&row.kind) {
            row.kind
        } else {
            PROTECTED.to_owned()
        },
        recorded_at: row.recorded_at.timestamp(),
        recorded_by: UserId(row.recorded_by.0),
    });
    shown(&History {
        items: items.collect(),
    })
}

/// What a fact of tier C is called for whoever may not see that tier.
pub(crate) const PROTECTED: &str = "protection_recorded";

/// Whether a kind of fact is of tier C: incidents and best interests of children.
pub(crate) fn is_protected(kind: &str) -> bool {
    kind.starts_with("incident_") || kind == "best_interests_recorded"
}
