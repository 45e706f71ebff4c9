//! Bodies of requests: read within a deadline and a limit, refused with a pointer
//! to the field, never with its value.

use super::problem::{ApiError, ApiResult};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use sanad_core::value::split_code;
use sanad_core::wire::without_value;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::pin::Pin;
use std::time::Duration;

/// The largest JSON body, in bytes.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// How long a body may take to arrive. actix itself has no such deadline: a body
/// sent byte by byte would hold its connection for ever.
#[derive(Debug, Clone, Copy)]
pub struct BodyDeadline(pub Duration);

impl Default for BodyDeadline {
    fn default() -> Self {
        Self(Duration::from_secs(15))
    }
}

/// The deadline of the server that a request reached.
pub fn deadline(request: &HttpRequest) -> BodyDeadline {
    request
        .app_data::<BodyDeadline>()
        .copied()
        .unwrap_or_default()
}

/// A JSON body with its bytes, from which the idempotency key is checked.
#[derive(Debug)]
pub struct Json<T> {
    /// The body as read.
    pub value: T,
    /// The bytes as sent.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let payload = payload.take();
        let deadline = deadline(request);
        Box::pin(async move {
            is_json?;
            let bytes = collect(payload, JSON_LIMIT, deadline).await?;
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

/// The same where a request without a body, and so without a media type, says enough: it
/// is read as `{}`.
#[derive(Debug)]
pub struct JsonOrNothing<T>(pub Json<T>);

impl<T: DeserializeOwned + 'static> FromRequest for JsonOrNothing<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let payload = payload.take();
        let deadline = deadline(request);
        Box::pin(async move {
            let bytes = collect(payload, JSON_LIMIT, deadline).await?;
            if bytes.is_empty() {
                let value = parse(b"{}")?;
                return Ok(Self(Json { value, bytes }));
            }
            is_json?;
            let value = parse(&bytes)?;
            Ok(Self(Json { value, bytes }))
        })
    }
}

fn is_json(request: &HttpRequest) -> ApiResult<()> {
    if media_type(request).is_some_and(|kind| kind == "application/json") {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "MEDIA_TYPE_UNSUPPORTED",
        "send the body as `application/json`, in UTF-8",
    ))
}

/// The media type of a request without its parameters, in lower case; none for a text in
/// another encoding than UTF-8, which nothing here reads.
pub fn media_type(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get("content-type")?.to_str().ok()?;
    let mut parts = header.split(';').map(str::trim);
    let kind = parts.next()?.to_ascii_lowercase();
    let other = parts.any(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("charset")
            && !["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|known| value.eq_ignore_ascii_case(known))
    });
    (!other).then_some(kind)
}

/// Reads a body within the deadline and a limit.
pub async fn collect(
    mut payload: Payload,
    limit: usize,
    deadline: BodyDeadline,
) -> ApiResult<Bytes> {
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| {
                ApiError::new(StatusCode::BAD_REQUEST, "BODY_BROKEN", "the body broke off")
            })?;
            if body.len() + chunk.len() > limit {
                return Err(ApiError::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "BODY_TOO_LARGE",
                    format!("the body is larger than {limit} bytes"),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(deadline.0, read)
        .await
        .unwrap_or_else(|_| {
            Err(ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "BODY_TOO_SLOW",
                format!(
                    "the body did not arrive within {} seconds",
                    deadline.0.as_secs()
                ),
            ))
        })
}

/// Parses JSON strictly: an object, nothing after its end, no unknown field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    // serde would also read a list as a structure, by position and without names.
    let no_object = bytes
        .trim_ascii_start()
        .first()
        .is_some_and(|first| *first != b'{');
    if no_object && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(ApiError::field(
            "",
            "FIELD_INVALID",
            "the body is a JSON object",
        ));
    }
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut input).map_err(|refused| {
        let pointer = pointer(refused.path());
        let inner = refused.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return ApiError::new(
                StatusCode::BAD_REQUEST,
                "BODY_NOT_JSON",
                format!(
                    "the body is not JSON: line {}, column {}",
                    inner.line(),
                    inner.column()
                ),
            );
        }
        let message = inner.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        match split_code(message) {
            (text, Some(code)) => ApiError::field(pointer, code, text),
            (text, None) => {
                let code = if text.starts_with("unknown field") {
                    "FIELD_UNKNOWN"
                } else if text.starts_with("missing field") {
                    "FIELD_MISSING"
                } else if text.starts_with("duplicate field") {
                    "FIELD_TWICE"
                } else {
                    "FIELD_INVALID"
                };
                ApiError::field(pointer, code, without_value(text))
            }
        }
    })?;
    input.end().map_err(|_| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "BODY_NOT_JSON",
            "there is more than one JSON value in the body",
        )
    })?;
    Ok(value)
}

/// The path of a refused value as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}
