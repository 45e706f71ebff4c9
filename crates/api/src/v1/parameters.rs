//! Parameters that several operations share.

use crate::app::App;
use crate::http::{ApiError, ApiResult};
use crate::reports::ReportError;
use sanad_core::area::PlaceRef;
use sanad_store::sql_types::Key;

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

/// A place to filter by, as the store looks for it.
pub(crate) async fn place_filter(
    app: &App,
    name: &str,
    text: Option<&str>,
) -> ApiResult<Option<String>> {
    let place = known_place(app, name, text).await?;
    Ok(place.map(|place| place.to_string()))
}

/// A place to filter by. One that no list has is refused: its empty answer would look
/// like that of a place from which nobody comes.
pub(crate) async fn known_place(
    app: &App,
    name: &str,
    text: Option<&str>,
) -> ApiResult<Option<PlaceRef>> {
    let Some(wanted) = text.map(|text| place(name, text)).transpose()? else {
        return Ok(None);
    };
    if app.places().await?.find(&wanted).is_none() {
        let text = ReportError::NoPlace.to_string();
        return Err(ApiError::parameter(name, "PLACE_UNKNOWN", text));
    }
    Ok(Some(wanted))
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

/// Where a page ends, in a list that is in the order of a number and then of an id.
pub(crate) fn write_cursor(number: i64, id: Key) -> String {
    format!("{number:x}-{}", id.0.simple())
}

/// The same, read back.
pub(crate) fn read_cursor(text: &str) -> ApiResult<(i64, Key)> {
    let parsed = text.split_once('-').and_then(|(number, id)| {
        let number = i64::from_str_radix(number, 16).ok()?;
        Some((number, Key(id.parse().ok()?)))
    });
    parsed.ok_or_else(cursor_invalid)
}

/// A cursor that no page gave.
pub(crate) fn cursor_invalid() -> ApiError {
    ApiError::parameter(
        "cursor",
        "CURSOR_INVALID",
        "give the `next` of a page, unchanged",
    )
}
