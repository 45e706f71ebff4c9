//! Parameters that several operations share.

use crate::http::{ApiError, ApiResult};
use sanad_core::area::PlaceRef;

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
pub(crate) fn place_filter(name: &str, text: Option<&str>) -> ApiResult<Option<String>> {
    let place = text.map(|text| place(name, text)).transpose()?;
    Ok(place.map(|place| place.to_string()))
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
