//! What registers share: pages, and CSV that is streamed page by page.
//!
//! Not here: reports, which are walked case by case (`reports`).

use super::parameters::cursor_invalid;
use crate::http::{ApiError, ApiResult, negotiate};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use sanad_store::db::Db;
use sanad_store::{Store, StoreError};
use serde::Serialize;
use std::sync::Arc;

/// Rows of one read while a CSV file is streamed: memory stays flat.
pub(crate) const CSV_PAGE: i64 = 500;

/// Whether the caller asks for CSV (`Accept: text/csv`) and not for JSON.
pub(crate) fn wants_csv(http: &HttpRequest) -> ApiResult<bool> {
    negotiate(http, &[("application/json", false), ("text/csv", true)])
}

/// The position in a cursor; 0 without one.
pub(crate) fn read_position(cursor: Option<&str>) -> ApiResult<i64> {
    match cursor {
        None => Ok(0),
        Some(text) => text
            .parse()
            .ok()
            .filter(|position| *position >= 0)
            .ok_or_else(cursor_invalid),
    }
}

/// One page of rows that were read with one to spare, and where the list goes on.
pub(crate) fn page<T>(
    rows: &[T],
    limit: i64,
    cursor: impl Fn(&T) -> String,
) -> (&[T], Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(rows.len());
    if rows.len() <= limit {
        return (rows, None);
    }
    let kept = &rows[..limit];
    (kept, kept.last().map(cursor))
}

/// Streams a register as CSV, page by page. The first line is the header, also of a
/// register that is empty: an empty file could be anything.
///
/// A cell that a spreadsheet would run as a formula is made harmless.
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
    let mut file = Vec::new();
    if let Some(header) = header {
        file.extend(crate::reports::csv::line(header).map_err(fault)?);
    }
    for row in rows {
        let mut writer = csv::WriterBuilder::new()
            .has_headers(false)
            .from_writer(Vec::new());
        writer.serialize(row).map_err(fault)?;
        let line = writer.into_inner().map_err(|_| ApiError::fault())?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_slice());
        for record in reader.records() {
            file.extend(crate::reports::csv::line(record.map_err(fault)?.iter()).map_err(fault)?);
        }
    }
    Ok(Bytes::from(file))
}
