//! `If-Match` and `Idempotency-Key`: read here, and described here for the API document.

use super::problem::ApiError;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};
use utoipa::IntoParams;

/// The revision that the caller has read, from `If-Match` (RFC 9110 §13.1.1).
/// Missing: 428 (RFC 6585 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoParams)]
#[into_params(names("If-Match"), parameter_in = Header)]
pub struct IfMatch(
    /// `ETag` of the case as it was read.
    #[param(value_type = String, example = "\"7\"")]
    pub u64,
);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let missing = ApiError::new(
            StatusCode::PRECONDITION_REQUIRED,
            "IF_MATCH_MISSING",
            "send `If-Match` with the `ETag` of the case as you read it, so that nobody's work is overwritten",
        );
        let wrong = || {
            ApiError::parameter(
                "If-Match",
                "IF_MATCH_INVALID",
                "`If-Match` holds one entity tag as the registry gave it, such as \"7\"",
            )
        };
        let header = request.headers().get("if-match");
        ready(match header {
            None => Err(missing),
            Some(value) => value
                .to_str()
                .ok()
                .and_then(|text| {
                    let revision = text
                        .trim()
                        .strip_prefix('"')?
                        .strip_suffix('"')?
                        .parse()
                        .ok()?;
                    // `"+7"` and `"07"` are other tags, though they are the same number.
                    (etag(revision) == text.trim()).then_some(revision)
                })
                .map(Self)
                .ok_or_else(wrong),
        })
    }
}

/// The entity tag of a revision.
pub fn etag(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// The caller's key for this command, from `Idempotency-Key`: sent again with the
/// same key, a command is answered as it was and not carried out twice.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(names("Idempotency-Key"), parameter_in = Header)]
pub struct IdempotencyKey(
    /// A new key, best a UUID, for each new command: sent again with the same key, it is
    /// answered as it was and not carried out twice. Send one: without it, a request
    /// repeated after a lost connection registers a household twice.
    // Left out, not null: a header has no null.
    #[param(value_type = String, required = false, min_length = 8, max_length = 128)]
    pub Option<String>,
);

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get("idempotency-key") else {
            return ready(Ok(Self(None)));
        };
        let key = value.to_str().ok().map(str::trim).filter(|key| {
            (8..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        });
        ready(match key {
            Some(key) => Ok(Self(Some(key.to_owned()))),
            None => Err(ApiError::parameter(
                "Idempotency-Key",
                "IDEMPOTENCY_KEY_INVALID",
                "a key has 8 to 128 printable characters; a UUID is best",
            )),
        })
    }
}
