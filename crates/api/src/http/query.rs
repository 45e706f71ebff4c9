//! Query parameters: unknown ones are refused, so that a mistyped filter never
//! looks like an answer to the filter that was meant.

use super::problem::ApiError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use sanad_core::value::split_code;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The query parameters of an operation.
#[derive(Debug, Clone)]
pub struct Parameters<T>(pub T);

/// No query parameters at all.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

impl<T: DeserializeOwned> FromRequest for Parameters<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let input = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(input).map_err(|refused| {
        let name = refused.path().to_string();
        let message = refused.into_inner().to_string();
        if message.starts_with("unknown field") {
            let unknown = message.split('`').nth(1).unwrap_or_default().to_owned();
            return ApiError::parameter(
                unknown,
                "PARAMETER_UNKNOWN",
                "this operation has no such parameter",
            );
        }
        if message.starts_with("duplicate field") {
            let twice = message.split('`').nth(1).unwrap_or_default().to_owned();
            return ApiError::parameter(twice, "PARAMETER_TWICE", "give this parameter once");
        }
        match split_code(&message) {
            (text, Some(_)) => ApiError::parameter(name, "PARAMETER_INVALID", text),
            (_, None) => {
                let wrong = "the value of this parameter is not one that it can have";
                let text = match expected(&message) {
                    Some(values) => format!("{wrong}; it can have {values}"),
                    None => wrong.to_owned(),
                };
                ApiError::parameter(name, "PARAMETER_INVALID", text)
            }
        }
    })
}

/// The values that serde names, where it knows all of them; never the value that was sent.
fn expected(message: &str) -> Option<&str> {
    if message.ends_with("not `true` or `false`") {
        return Some("`true` or `false`");
    }
    let unknown = message.starts_with("unknown variant ");
    let at = message.rfind(", expected ").filter(|_| unknown)?;
    message.get(at + ", expected ".len()..)
}
