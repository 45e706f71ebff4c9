//! Version 1 of the API: one file a noun. Handlers are mounted in `routes` only.

pub mod accounts;
pub(crate) mod administering;
pub mod after_return;
pub mod anonymisation;
pub mod answers;
pub mod areas;
pub mod assessments;
pub mod case_list;
pub mod cases;
pub mod catalogue;
pub mod conflicts;
pub mod dossier;
pub mod evidence;
pub mod evidence_files;
pub mod findings;
pub mod findings_lost;
pub mod grants;
pub mod history;
pub mod household;
pub mod journey;
pub mod parameters;
pub mod passwords;
pub mod places;
pub mod protection;
pub(crate) mod reading;
pub(crate) mod registers;
pub mod reports;
pub mod returns;
pub mod second_factor;
pub mod service_accounts;
pub mod sessions;
pub mod sign_in;
pub mod views;

use crate::http::{ApiError, ApiResult, IdempotencyKey, etag};
use crate::service::{Answer, Request};
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::access::Actor;
use sanad_store::sql_types::{At, On};
use serde::Serialize;

/// A write as it came in.
pub(crate) fn request(
    http: &HttpRequest,
    actor: Actor,
    key: IdempotencyKey,
    body: Bytes,
) -> Request {
    let if_match = http
        .headers()
        .get("if-match")
        .and_then(|value| value.to_str().ok());
    let line = format!(
        "{} {} {}",
        http.method(),
        http.path(),
        if_match.unwrap_or_default()
    );
    Request {
        actor,
        key,
        line,
        body,
    }
}

/// The response of a write.
pub(crate) fn written(answer: Answer) -> HttpResponse {
    let mut response = HttpResponse::build(answer.status);
    response
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"));
    if let Some(etag) = answer.etag {
        response.insert_header((ETAG, etag));
    }
    if let Some(location) = answer.location {
        response.insert_header((LOCATION, location));
    }
    if answer.replayed {
        response.insert_header(("idempotency-replayed", "true"));
    }
    response.body(answer.body)
}

/// The response of a read.
pub(crate) fn shown(value: &impl Serialize) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"))
        .body(crate::service::json(value)?))
}

/// The response of a read of one case.
pub(crate) fn shown_at(revision: u64, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"))
        .insert_header((ETAG, etag(revision)))
        .body(body)
}

/// The earliest day that a parameter may name; not every database counts further back.
const EARLIEST: Date = Date::constant(1, 1, 1);

/// A day of a filter.
pub(crate) fn day(name: &str, day: Option<Date>) -> ApiResult<Option<On>> {
    match day {
        Some(day) if day < EARLIEST => Err(ApiError::parameter(
            name,
            "PARAMETER_INVALID",
            "this day is out of range",
        )),
        day => Ok(day.map(On)),
    }
}

/// What was known at the end of a day, in UTC: the first moment after it.
pub(crate) fn end_of(day: Date) -> ApiResult<At> {
    let out_of_range =
        || ApiError::parameter("as_of", "PARAMETER_INVALID", "this day is out of range");
    if day > today() {
        return Err(ApiError::parameter(
            "as_of",
            "PARAMETER_INVALID",
            "this day is still to come; nobody knows yet what the registry will know",
        ));
    }
    let next = day.tomorrow().map_err(|_| out_of_range())?;
    let moment: Timestamp = next
        .to_zoned(TimeZone::UTC)
        .map_err(|_| out_of_range())?
        .timestamp();
    // The journal keeps microseconds; the last one of the day still counts.
    Ok(At::from_micros(At::from(moment).micros() - 1))
}

/// Today, in UTC.
pub(crate) fn today() -> Date {
    crate::clock::now().to_zoned(TimeZone::UTC).date()
}
